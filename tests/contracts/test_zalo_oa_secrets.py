"""No token and no secret of the Official Account is ever seen, whatever goes wrong, and however much Zalo repeats."""

import logging
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from functools import partial
from typing import Final

import pytest

from bot.channel_registry import zalo_oa_consent
from bot.channels.zalo_oa.consent import Consent
from bot.channels.zalo_oa.types import ADVICE
from bot.cli.doctor_channels import zalo_oa
from bot.errors import TosoError
from bot.model import Reply
from tests.contracts.zalo_oa_rig import Rig, private, zalo_rig
from tests.contracts.zalo_oa_site import app, begin
from tests.emulators import zalo_oauth
from tests.emulators.faults import Fault
from tests.emulators.zalo_oa import APP_ID, APP_SECRET, OA_SECRET, ZaloOaEmulator
from tests.emulators.zalo_oa_people import Person
from tests.patience import PATIENCE, until

MARK: Final = "Leak0"
"""How every token, code, state and verifier begins here, made by us or by Zalo."""
NEVER_SEEN: Final = (MARK, APP_SECRET, OA_SECRET)
ECHO: Final = f"refused: {MARK}{'x' * 40} of {APP_SECRET} and {OA_SECRET}"
OTHERWISE: Final[tuple[Fault, ...]] = ("timeout", "broken", "html", "drop", "delay", 400, 401, 500)
API_FAULTS: Final[tuple[Fault, ...]] = (*sorted(ADVICE), -32, -100, -200, -201, -216, -220, *OTHERWISE)
TOKEN_FAULTS: Final[tuple[Fault, ...]] = (-14014, -118, -14003, -14029, "unnumbered", *OTHERWISE)


@pytest.fixture(autouse=True)
def recognisable(monkeypatch: pytest.MonkeyPatch) -> None:
    """All that is made by chance begins with `MARK`; what Zalo says of a refusal repeats all it knows."""
    by_chance = secrets.token_urlsafe
    monkeypatch.setattr(secrets, "token_urlsafe", lambda size: MARK + by_chance(size)[len(MARK) :])
    for code in zalo_oauth.REFUSALS:
        monkeypatch.setitem(zalo_oauth.REFUSALS, code, (ECHO, ECHO))


def without_patience(monkeypatch: pytest.MonkeyPatch, fault: Fault) -> None:
    """Nobody waits long for an answer that never comes."""
    for waits in ("client.TIMEOUT_SECONDS", "oauth.HTTP_SECONDS", "media.FETCH_SECONDS"):
        monkeypatch.setattr(f"bot.channels.zalo_oa.{waits}", 0.1 if fault == "timeout" else PATIENCE)


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What is said besides logs; everything is logged from the lowest level on, but by the browser of these tests, and
    by the log of requests, which `toso serve` does not keep.
    """
    caplog.set_level(logging.DEBUG)
    for name in ("httpx", "httpcore", "uvicorn.access"):
        caplog.set_level(logging.WARNING, name)
    return []


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    async with zalo_rig() as made:
        yield made


def assert_unseen(said: Sequence[str], caplog: pytest.LogCaptureFixture) -> None:
    """`caplog.text` has tracebacks too; arguments of a record may be formatted elsewhere."""
    seen = [*said, caplog.text, *(repr(record.args) for record in caplog.records if record.args)]
    assert any(MARK not in text for text in seen), "something was said"
    for secret in NEVER_SEEN:
        assert not [text for text in seen if secret in text]


def reads_more(person: Person, before: int) -> bool:
    return len(person.sees) > before


async def heard(said: list[str], act: Callable[[], Awaitable[object]]) -> None:
    """Do it, and keep what comes of it: a result, or an error with all that led to it."""
    try:
        said.append(repr(await act()))
    except TosoError as error:
        chain: BaseException | None = error
        while chain:
            said.append(f"{chain} {chain!r} {chain.args}")
            chain = chain.__context__


@pytest.mark.parametrize("fault", API_FAULTS)
async def test_calls_show_no_secret(
    rig: Rig, fault: Fault, said: list[str], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_patience(monkeypatch, fault)
    chat, channel = private(rig.zalo.person().id), rig.channel
    picture = Reply("Bác xem ảnh này", media=f"photo:{rig.zalo.media('x.jpg')}")

    async def goes_wrong(method: str, act: Callable[[], Awaitable[object]], times: int = 1) -> None:
        rig.zalo.fail_next(fault, method=method, words=ECHO, times=times, seconds=0.01)
        await heard(said, act)

    await goes_wrong("message/cs", lambda: rig.send(chat))
    rig.zalo.fail_next(-201, method="message/cs", words=ECHO)
    await goes_wrong("upload/image", lambda: rig.send(chat, picture))
    await goes_wrong("getoa", channel.introduce)
    await goes_wrong("quota/message", channel.account.quotas)
    rig.clock.passes(hours=50)
    await goes_wrong("quota/message", lambda: rig.send(chat))
    await goes_wrong("getgroupsofoa", channel.account.groups, times=2)
    said.append(repr(await channel.tokens.look()))
    assert_unseen(said, caplog)


@pytest.mark.parametrize("fault", TOKEN_FAULTS)
async def test_tokens_and_consent_show_no_secret(
    rig: Rig, fault: Fault, said: list[str], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens, zalo = rig.channel.tokens, rig.zalo
    first = await tokens.get()
    without_patience(monkeypatch, fault)
    consent = Consent(APP_ID, zalo.url, "https://toso.example", rig.store, tokens, rig.clock)

    async def renewed() -> None:
        await tokens.renew(first)

    async def agreed(code: str, state: str = "") -> None:
        """An admin comes back from Zalo, with what their link holds or with something else."""
        link = await consent.link()
        await consent.finish(code, state or link.rpartition("state=")[2])

    for act in (
        renewed,
        lambda: agreed(zalo.oauth.consent(APP_ID, consent.callback)),
        lambda: agreed(f"{MARK}stolen", f"{MARK}guessed"),
        lambda: agreed(f"{MARK}stolen"),
    ):
        zalo.fail_next(fault, method="access_token", words=ECHO, seconds=0.01)
        await heard(said, act)
    zalo.oauth.expire_access()
    zalo.oauth.expire_refresh()
    rig.clock.passes(hours=30)
    await heard(said, lambda: rig.send(private(zalo.person().id)))
    await heard(said, lambda: tokens.give_up(first, "refused twice"))
    said.append(repr(await tokens.look()))
    assert_unseen(said, caplog)


async def test_the_app_the_doctor_and_the_numbers_show_no_secret(
    said: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    async with ZaloOaEmulator() as zalo, app(zalo) as site, site.client() as browser:
        person, parts = zalo.person(), site.parts
        await begin(person)
        for fault in (-216, -201):
            read = len(person.sees)
            zalo.fail_next(fault, method="message/cs", words=ECHO)
            await person.says("giúp")
            await until(partial(reads_more, person, read))
        zalo.fail_next(-248, method="message/cs", words=ECHO)
        await person.says("giúp")
        await until(lambda: "breaks its rules" in caplog.text)
        zalo.delivery.signing.secret = APP_SECRET
        await person.says("ký sai")
        assert parts.connections.zalo_oa
        link = await zalo_oa_consent(parts.settings, parts.connections.zalo_oa, parts.store, parts.clock).link()
        for query in (f"code={MARK}stolen&state={MARK}guessed", f"code={MARK}stolen&{link.partition('?')[2]}"):
            said.append((await browser.get(f"/zalo/consent?{query}", headers={"accept": "text/html"})).text)
        zalo.oauth.expire_access()
        zalo.oauth.expire_refresh()
        for _ in range(2):
            await heard(said, lambda: zalo_oa(parts.settings, parts.store))
        said += [(await browser.get("/metrics")).text, repr(parts.settings)]
    assert "toso zalo consent" in "".join(said)
    assert_unseen(said, caplog)
