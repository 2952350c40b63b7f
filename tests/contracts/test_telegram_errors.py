"""What each failure of Telegram means for a message, and that none of them tells the token."""

import asyncio
import logging
import traceback
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.background import Tasks
from bot.channel_registry import Intake
from bot.channels.telegram.channel import TelegramChannel
from bot.errors import PlatformError, StoreDown
from bot.model import Incoming
from bot.ports.store import ChannelDown, Gone, Later, Outcome, Refused, Sent, Unconfirmed
from tests.contracts.stores import in_memory
from tests.contracts.test_telegram_channel import SECRET, StoppedClock, channel_to, send
from tests.emulators.telegram import TOKEN, TelegramEmulator
from tests.patience import until

Break = Callable[[TelegramEmulator], None]


@pytest.fixture
async def emulator() -> AsyncIterator[TelegramEmulator]:
    async with TelegramEmulator(limits=False) as running:
        yield running


@pytest.fixture
async def channel(emulator: TelegramEmulator) -> AsyncIterator[TelegramChannel]:
    made = channel_to(emulator.url, rate=0, chat_rate=0, group_rate=0)
    yield made
    await made.close()


FAULTS: list[tuple[Break, Outcome]] = [
    (lambda it: it.fail_next(429, retry_after=7), Later(7, "Too Many Requests: retry after 7", exact=True)),
    (lambda it: it.fail_next(429), Later(1, "Too Many Requests: retry after 1")),
    (lambda it: it.fail_next(500), Later(1, "Internal Server Error")),
    (lambda it: it.fail_next(502), Later(1, "Bad Gateway")),
    (lambda it: it.fail_next("html"), Later(1, "HTTP 502 without a readable answer")),
    (lambda it: it.fail_next("broken"), Unconfirmed("HTTP 200 without a readable answer")),
    (lambda it: it.fail_next("drop"), Unconfirmed("ServerDisconnectedError")),
    (lambda it: it.fail_next(403), Gone("Forbidden: bot was blocked by the user")),
    (lambda it: it.person(7).deletes_account(), Gone("Forbidden: user is deactivated")),
    (
        lambda it: it.fail_next(400, words="Bad Request: chat not found"),
        Gone("Bad Request: chat not found"),
    ),
    (
        lambda it: it.fail_next(400, words="Bad Request: PEER_ID_INVALID"),
        Gone("Bad Request: PEER_ID_INVALID"),
    ),
    (lambda it: it.fail_next(400, words="Bad Request: message is not modified: specified …"), Sent()),
    (
        lambda it: it.fail_next(400, words="Bad Request: upgraded", migrate_to_chat_id=-1009),
        Gone("Bad Request: chat not found"),
    ),
    (
        lambda it: it.fail_next(400, words="Bad Request: BUTTON_DATA_INVALID"),
        Refused("Bad Request: BUTTON_DATA_INVALID"),
    ),
    (lambda it: it.fail_next(401), ChannelDown("Unauthorized: it does not know this TELEGRAM_TOKEN")),
    (
        lambda it: it.fail_next(404),
        ChannelDown("Not Found: it does not know this TELEGRAM_TOKEN, or TELEGRAM_API leads elsewhere"),
    ),
    (lambda it: it.fail_next(409, words="Conflict"), ChannelDown("Conflict")),
    (lambda it: it.fail_next(500, words=f"see /bot{TOKEN}/"), Later(1, "see /bot<token>/")),
]


@pytest.mark.parametrize(("fault", "expected"), FAULTS)
async def test_each_answer_of_the_platform_has_its_outcome(
    emulator: TelegramEmulator,
    channel: TelegramChannel,
    fault: Break,
    expected: Outcome,
) -> None:
    emulator.person(7)
    fault(emulator)
    assert await send(channel, 7) == expected


async def test_no_answer_and_no_server_mean_later(
    emulator: TelegramEmulator, channel: TelegramChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    emulator.person(7)
    emulator.fail_next("timeout")
    with monkeypatch.context() as hasty:
        hasty.setattr(TelegramChannel._call, "__defaults__", (0.05,))
        assert await send(channel, 7) == Unconfirmed("TimeoutError")
    nowhere = channel_to("http://127.0.0.1:9")
    assert await send(nowhere, 7) == Later(1, "ClientConnectorError")
    await nowhere.close()


async def test_the_token_is_in_no_error_log_or_repr(
    emulator: TelegramEmulator, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    channels = [channel_to(emulator.url), channel_to("http://127.0.0.1:9"), channel_to("no-such-scheme://x")]
    texts = []
    for channel in channels:
        emulator.fail_next(401, words=f"Unauthorized /bot{TOKEN}")
        emulator.fail_next(500, words=f"Oh /bot{TOKEN}")
        emulator.fail_next(400, words=f"Bad Request: /bot{TOKEN}")
        emulator.fail_next("drop")
        for _ in range(4):
            with pytest.raises(PlatformError) as told:
                await channel.set_webhook("https://127.0.0.1:9")
            texts += ["".join(traceback.format_exception(told.value)), repr(told.value)]
        texts += [repr(channel), str(await send(channel, 7))]
        await channel.close()
    everything = "\n".join([*texts, caplog.text])
    assert "Telegram: it does not know this TELEGRAM_TOKEN" in everything
    assert TOKEN.partition(":")[2] not in everything
    assert SECRET not in everything


async def test_a_gateways_page_in_place_of_an_answer_is_one_sentence_to_operators(
    emulator: TelegramEmulator, channel: TelegramChannel, caplog: pytest.LogCaptureFixture
) -> None:
    emulator.fail_next("html", times=2)
    for ask in (channel.me, channel.webhook_info):
        with pytest.raises(PlatformError) as told:
            await ask()
        assert str(told.value) == (
            "Telegram: it could not be reached or had a fault (HTTP 502 without a readable answer): try again later."
        )
    assert caplog.text == ""


ODD = (
    "{}",
    '{"ok": true}',
    '{"ok": false, "description": 5, "parameters": []}',
    '{"ok": true, "result": []}',
    '{"ok": true, "result": 7}',
    '{"ok": true, "result": {"id": 1, "is_bot": true, "first_name": "Tổ Số", "username": ["to_so_bot"]}}',
    '{"ok": true, "result": {"url": "", "pending_update_count": 0}}',
    '{"ok": true, "result": {"url": 5, "has_custom_certificate": false, "pending_update_count": 0}}',
    '{"ok": true, "result": {"url": "", "has_custom_certificate": false, "pending_update_count": "none"}}',
    '{"ok": true, "result": {"url": "", "has_custom_certificate": false, "pending_update_count": 0, '
    '"last_error_date": 1e300}}',
)


@asynccontextmanager
async def saying(said: str) -> AsyncIterator[TelegramChannel]:
    """A platform that answers every call with this."""

    async def answer(_: web.Request) -> web.Response:
        return web.Response(text=said, content_type="application/json")

    app = web.Application()
    app.router.add_post("/{method:.*}", answer)
    async with TestServer(app) as server:
        channel = channel_to(str(server.make_url("")))
        try:
            yield channel
        finally:
            await channel.close()


@pytest.mark.parametrize("said", ODD)
async def test_an_answer_of_another_shape_is_a_failure_of_the_platform(
    said: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with saying(said) as channel:
        for ask in (channel.me, channel.webhook_info):
            with pytest.raises(PlatformError) as told:
                await ask()
            assert str(told.value).startswith("Telegram: ")
    assert caplog.text == ""


async def test_an_answer_of_another_shape_ends_no_worker(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channel_registry.REGISTER_AGAIN_SECONDS", 0.01)
    tasks = Tasks()
    async with saying('{"ok": true, "result": {"url": "", "pending_update_count": 0}}') as channel:
        intake = Intake(channel, in_memory().worker("one"), StoppedClock(), unanswered)
        tasks.finish("telegram introduce", partial(intake.introduce, "https://toso.example"))
        await until(lambda: len(caplog.messages) > 2, lambda: caplog.messages)
        await tasks.stop()
    assert not tasks.restarts
    assert set(caplog.messages) == {"Telegram: it answered in a shape we do not know."}


async def unanswered(incoming: Incoming) -> None:
    raise AssertionError(f"nothing was sent, but {incoming}")


async def test_a_store_that_is_away_while_a_webhook_is_registered_is_said_elsewhere(
    emulator: TelegramEmulator, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One says it, for all who find out."""
    channel, store = channel_to(emulator.url), in_memory().worker("one")
    asked = asyncio.Event()

    async def away(*_: object, **__: object) -> bool:
        asked.set()
        raise StoreDown("the store is away")

    monkeypatch.setattr(store, "lead", away)
    intake = Intake(channel, store, StoppedClock(), unanswered)
    task = asyncio.create_task(intake.introduce("https://toso.example.vn"))
    await asked.wait()
    await asyncio.sleep(0)
    task.cancel()
    assert "the store is away" not in caplog.text
    await channel.close()
