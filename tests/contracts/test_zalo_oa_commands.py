"""`toso zalo` and `toso webhook` for the Official Account, as an operator types them, beside a running app."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from api.app import create_app
from bot.app import Parts
from bot.cli import toso
from bot.settings import Settings
from tests.contracts.servers import Server
from tests.contracts.web_site import serving
from tests.emulators.zalo_oa import APP_ID, APP_SECRET, OA_SECRET, ZaloOaEmulator
from tests.patience import PATIENCE
from tests.ports import free_port

Type = Callable[..., "asyncio.Future[str]"]


@pytest.fixture
async def zalo() -> AsyncIterator[ZaloOaEmulator]:
    async with ZaloOaEmulator() as running:
        yield running


@pytest.fixture
def environ(zalo: ZaloOaEmulator, server: Server) -> dict[str, str]:
    return {
        "REDIS_URL": server.name,
        "TOSO_PUBLIC_URL": f"http://127.0.0.1:{free_port()}",
        "ZALO_OA_APP_ID": APP_ID,
        "ZALO_OA_APP_SECRET": APP_SECRET,
        "ZALO_OA_SECRET_KEY": OA_SECRET,
        "ZALO_OA_API": zalo.url,
        "ZALO_OAUTH_API": zalo.url,
    }


@pytest.fixture
def type_in(environ: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Type:
    """Type a command; gives what it says, also when it fails."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> str:
        result = CliRunner(env=environ).invoke(toso, words)
        return f"{result.output}{result.exception if result.exit_code else ''}"

    return lambda *words: asyncio.get_running_loop().run_in_executor(None, run, *words)


async def test_from_nothing_to_a_group(zalo: ZaloOaEmulator, environ: dict[str, str], type_in: Type) -> None:
    settings = Settings.read(environ)
    parts = Parts.from_settings(settings)
    said = await type_in("doctor")
    assert "BROKEN zalo-oa: nobody agreed yet." in said
    assert "toso zalo consent" in said
    assert "is the app running behind this address?" in await type_in("webhook", "set", "zalo-oa")
    async with serving(create_app(parts), int(settings.public_url.rpartition(":")[2])):
        said = await type_in("webhook", "set", "zalo-oa")
        assert f"paste {settings.public_url}/webhooks/zalo-oa and save" in said
        assert f"{settings.public_url}/webhooks/zalo-oa takes events" in said
        assert "takes events" in await type_in("webhook", "info", "zalo-oa")
        assert "by hand only" in await type_in("webhook", "delete", "zalo-oa")
        said = await type_in("zalo", "consent")
        link = re.search(r"^http\S+/v4/oa/permission\?\S+$", said, re.MULTILINE)
        assert link
        assert f"{settings.public_url}/zalo/consent" in said
        async with httpx.AsyncClient(follow_redirects=True, timeout=PATIENCE) as browser:
            assert (await browser.get(link[0])).status_code == 200
        assert "ok     zalo-oa: Tổ Số, token of" in await type_in("doctor")
        zalo.fail_next(-223, method="getoa", times=5)  # the app asks too
        zalo.fail_next(-212, method="quota/message", times=5)
        said = await type_in("doctor")
        told = next(line for line in said.splitlines() if line.startswith("BROKEN zalo-oa: the account: "))
        assert " its quota: " in told, "all that is missing is told at once"
        assert told.count("run `toso zalo consent` and agree to all it asks for") == 2
        zalo.asset()
        admin, lan = zalo.admin(), zalo.person(name="Lan")
        said = await type_in("zalo", "create-group", "Tổ 5", "--member", lan.id)
        assert "one member has to be an admin of the account" in said
        made = await type_in("zalo", "create-group", "Tổ 5", "--member", admin.id, "--member", lan.id)
        group_id = made.split()[0]
        assert "write this id into the ward file as zalo_group" in made
        assert f"{group_id}  Tổ 5 (" in await type_in("zalo", "groups")
        members = await type_in("zalo", "members", group_id)
        assert {admin.id, lan.id} <= set(members.split())
        assert "no package for one more group is free" in await type_in(
            "zalo", "create-group", "Tổ 6", "--member", admin.id
        )
        assert parts.connections.zalo_oa
        for secret in (APP_SECRET, OA_SECRET, (await parts.connections.zalo_oa.tokens.look()).refresh):
            assert secret
            assert secret not in said + made + members
        zalo.oauth.expire_access()
        zalo.fail_next("drop", method="access_token")
        assert (await type_in("doctor")).count("If that lasts for hours") == 1


async def test_without_an_app_the_command_says_what_is_missing(environ: dict[str, str], type_in: Type) -> None:
    for name in list(environ):
        if name.startswith("ZALO"):
            environ[name] = ""
    assert "ZALO_OA_APP_ID is missing" in await type_in("zalo", "groups")
    assert "ok     zalo-oa: not set up" in await type_in("doctor")
