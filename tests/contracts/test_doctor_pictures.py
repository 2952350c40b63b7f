"""`toso doctor` says who shows pictures of steps, and where nobody can, why and what to do."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.cli.doctor import pictures
from bot.errors import TosoError
from bot.model import replace
from bot.settings import Settings
from bot.store.memory import MemoryStore
from tests.contracts.web_site import DATA, running
from tests.contracts.zalo_oa_site import settings_for
from tests.emulators.zalo_bot import TOKEN
from tests.emulators.zalo_oa import ZaloOaEmulator
from tests.setting import content

PLAIN = Settings(data_dir=DATA)
BOT = replace(PLAIN, zalo_bot_token=TOKEN, zalo_bot_secret="a-secret-of-tests")


@pytest.fixture
async def proxy() -> AsyncIterator[str]:
    """Something before the app that leads nothing to it."""

    async def answer(request: web.Request) -> web.Response:
        return web.Response(text="<html>", content_type="text/html")

    app = web.Application()
    app.router.add_get("/pictures/{name:.*}", answer)
    async with TestServer(app) as server:
        yield str(server.make_url("/")).rstrip("/")


async def told(settings: Settings, store: MemoryStore | None = None) -> str:
    """What is said, or what is wrong."""
    try:
        return await pictures(settings, content(), store or MemoryStore("doctor"))
    except TosoError as wrong:
        return f"WRONG {wrong}"


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        (PLAIN, "shown by web chat, paper"),
        (replace(PLAIN, telegram_token="1:a"), "shown by web chat, paper, telegram"),
        (replace(BOT, chat_pictures=False), "shown by web chat and paper, in no chat app (TOSO_CHAT_PICTURES=no)"),
        (
            BOT,
            "shown by web chat, paper; not by zalo-bot: Zalo would fetch them below TOSO_PUBLIC_URL, which is unset",
        ),
    ],
)
async def test_it_says_who_shows_them(settings: Settings, says: str) -> None:
    assert await told(settings) == f"drawn, and kept in {DATA / 'pictures'}; {says}"


async def test_the_bots_pictures_are_looked_for_at_our_own_address(proxy: str) -> None:
    async with running() as site:
        assert (await told(replace(BOT, public_url=site.address))).endswith("shown by web chat, paper, zalo-bot")
    nobody = await told(replace(BOT, public_url=site.address))
    assert nobody.startswith(f"WRONG Steps on zalo-bot go without: {site.address}/pictures/")
    assert "does not answer (ClientConnectorError). Start the app, and have the proxy lead /pictures/" in nobody
    assert "answers 200 (text/html). Start the app" in await told(replace(BOT, public_url=proxy))


async def test_the_account_is_asked_to_take_one(proxy: str) -> None:
    store = MemoryStore("doctor")
    async with ZaloOaEmulator() as zalo:
        account = settings_for(zalo, 9)
        zalo.fail_next(-212, method="upload/image")
        refused = await told(replace(account, zalo_bot_token=TOKEN, public_url=proxy), store)
        for _ in range(2):
            assert (await told(account, store)).endswith("shown by web chat, paper, zalo-oa")
        assert len(zalo.world.uploads) == 1, "it is not uploaded each time"
    assert refused.startswith("WRONG Steps on zalo-oa go without: Zalo refused it (-212 ")
    assert "run `toso zalo consent`" in refused
    assert "Steps on zalo-bot go without" in refused


async def test_a_folder_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    (tmp_path / "pictures").write_text("not a folder")
    wrong = await told(Settings(data_dir=tmp_path))
    assert wrong.startswith("WRONG they cannot be kept, and are drawn anew each time: let the app write to ")


async def test_pictures_that_cannot_be_drawn_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    assert (await told(Settings(data_dir=tmp_path))).startswith("WRONG they cannot be drawn, so steps go without")
