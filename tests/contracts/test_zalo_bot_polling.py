"""Fetching updates when Zalo cannot reach us: told once or for ever, one by one or in an array."""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from typing_extensions import override

from bot.channels.zalo_bot.channel import ZaloBotChannel
from bot.errors import StoreDown
from bot.model import Incoming
from tests.contracts.test_telegram_polling import Notebook
from tests.contracts.test_zalo_bot_channel import channel_to
from tests.emulators.faults import Json
from tests.emulators.zalo_bot import ZaloBotEmulator
from tests.patience import PATIENCE, until

FLOOR_SECONDS = 0.05
"""At least so long after one question the next is asked."""
Modes = pytest.mark.parametrize("replay", [False, True], ids=["once", "replay"])


class FullNotebook(Notebook):
    """One that takes nothing for a while."""

    full = True

    @override
    async def remember(self, name: str, value: bytes) -> None:
        if self.full:
            raise StoreDown("The store is down.")
        await super().remember(name, value)


@pytest.fixture
async def emulator() -> AsyncIterator[ZaloBotEmulator]:
    async with ZaloBotEmulator() as running:
        yield running


@pytest.fixture
async def channel(emulator: ZaloBotEmulator, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ZaloBotChannel]:
    monkeypatch.setattr("bot.channels.decoding.FIRST_PAUSE_SECONDS", 0.01)
    monkeypatch.setattr("bot.channels.zalo_bot.polling._FLOOR_SECONDS", FLOOR_SECONDS)
    monkeypatch.setattr("bot.channels.zalo_bot.polling._HOLD_SECONDS", 1)
    made = channel_to(emulator.url)
    yield made
    await made.close()


async def take(channel: ZaloBotChannel, store: Notebook, count: int) -> list[Incoming]:
    """The next updates, all handled but the last."""
    taken: list[Incoming] = []
    async with asyncio.timeout(PATIENCE), contextlib.aclosing(channel.poll(store)) as updates:
        async for fetched in updates:
            taken.append(fetched.incoming)
            if len(taken) == count:
                return taken
            await fetched.done()
    return taken


def polls(emulator: ZaloBotEmulator) -> int:
    return sum(call.method == "getUpdates" for call in emulator.calls)


@Modes
@pytest.mark.parametrize("as_array", [False, True], ids=["object", "array"])
async def test_each_update_comes_once_in_order_and_a_webhook_is_taken_back(
    emulator: ZaloBotEmulator, channel: ZaloBotChannel, caplog: pytest.LogCaptureFixture, replay: bool, as_array: bool
) -> None:
    emulator.delivery.replay, emulator.delivery.as_array = replay, as_array
    await channel.set_webhook("http://127.0.0.1:9")
    await channel.delete_webhook()
    person = emulator.person()
    await person.says("một")
    await person.sends_unsupported(bare=True)
    await person.sends_sticker()
    await person.says("ba")
    taken = await take(channel, Notebook(), 3)
    assert [(one.kind, one.text) for one in taken] == [("text", "một"), ("sticker", ""), ("text", "ba")]


async def test_a_webhook_of_somebody_else_is_taken_back_and_named(
    emulator: ZaloBotEmulator, channel: ZaloBotChannel, caplog: pytest.LogCaptureFixture
) -> None:
    await channel.set_webhook("http://127.0.0.1:9")
    fetching = asyncio.create_task(take(channel, Notebook(), 1))
    await until(lambda: polls(emulator) > 0)
    await emulator.person().says("chào")
    assert [one.text for one in await fetching] == ["chào"]
    assert "updates were sent to http://127.0.0.1:9/webhooks/zalo-bot" in caplog.text


@Modes
async def test_what_was_not_handled_is_seen_again_and_what_was_is_not(
    emulator: ZaloBotEmulator, channel: ZaloBotChannel, replay: bool
) -> None:
    emulator.delivery.replay = replay
    person, store = emulator.person(), Notebook()
    await person.says("một")
    await person.says("hai")
    assert [one.text for one in await take(channel, store, 2)] == ["một", "hai"]
    await person.says("ba")
    after_a_crash = channel_to(emulator.url)
    assert [one.text for one in await take(after_a_crash, store, 2)] == ["hai", "ba"], "nobody was done with the second"
    await after_a_crash.close()


@Modes
async def test_what_comes_while_the_store_is_down_is_not_lost(
    emulator: ZaloBotEmulator, channel: ZaloBotChannel, replay: bool
) -> None:
    emulator.delivery.replay = replay
    store = FullNotebook()
    await emulator.person().says("một")
    with pytest.raises(StoreDown):
        await take(channel, store, 1)
    store.full = False
    await emulator.person().says("hai")
    assert [one.text for one in await take(channel, store, 2)] == ["một", "hai"]


async def test_what_is_kept_meanwhile_holds_no_secret(emulator: ZaloBotEmulator, channel: ZaloBotChannel) -> None:
    store = Notebook()
    await emulator.person().says("Mã OTP của tôi là 482913")
    (said,) = await take(channel, store, 1)
    assert "482913" in said.text, "it is answered as it was said"
    assert "482913" not in repr(store.notes)
    after_a_crash = channel_to(emulator.url)
    (kept,) = await take(after_a_crash, store, 1)
    assert kept.id == said.id
    assert kept.text.startswith("Mã OTP của tôi là ")
    await after_a_crash.close()


async def test_a_platform_that_repeats_itself_is_asked_with_pauses(
    emulator: ZaloBotEmulator, channel: ZaloBotChannel
) -> None:
    emulator.delivery.replay = True
    await emulator.person().says("một")
    fetching = asyncio.create_task(take(channel, Notebook(), 2))
    began = time.monotonic()
    await until(lambda: polls(emulator) >= 8)
    assert polls(emulator) <= (time.monotonic() - began) / FLOOR_SECONDS + 2
    await emulator.person().says("hai")
    assert [one.text for one in await fetching] == ["một", "hai"]


@pytest.mark.parametrize("idle_null", [False, True], ids=["408", "null"])
async def test_silence_is_no_failure(
    emulator: ZaloBotEmulator, channel: ZaloBotChannel, caplog: pytest.LogCaptureFixture, idle_null: bool
) -> None:
    emulator.delivery.idle_null = idle_null
    fetching = asyncio.create_task(take(channel, Notebook(), 1))
    await until(lambda: polls(emulator) >= 2)
    await emulator.person().says("chào")
    assert [one.text for one in await fetching] == ["chào"]
    assert not caplog.records


async def test_faults_are_waited_out_and_a_webhook_set_meanwhile_is_explained(
    emulator: ZaloBotEmulator, channel: ZaloBotChannel, caplog: pytest.LogCaptureFixture
) -> None:
    emulator.fail_next(500, method="getMe")
    emulator.fail_next("html", method="getUpdates")
    emulator.fail_next("broken", method="getUpdates")
    emulator.fail_next("drop", method="getUpdates")
    emulator.fail_next(400, method="getUpdates", words="You cannot use this API while a webhook is set.")
    emulator.delivery.replay = True  # what a broken answer held comes again
    await emulator.person().says("chào")
    with caplog.at_level(logging.WARNING):
        taken = await take(channel, Notebook(), 1)
    assert [one.text for one in taken] == ["chào"]
    assert "restart the app" in caplog.records[-1].getMessage()
    assert len(caplog.records) == 5


def told(text: Any, **message: Any) -> Json:
    """An update of somebody's own chat, without an id of its message."""
    who = {"from": {"id": "u1"}, "chat": {"id": "u1", "chat_type": "PRIVATE"}}
    return {"event_name": "message.text.received", "message": {"text": text, **who, **message}}


@Modes
async def test_what_has_no_id_is_answered_once_and_is_the_same_after_a_crash(
    emulator: ZaloBotEmulator, channel: ZaloBotChannel, replay: bool
) -> None:
    emulator.delivery.replay = replay
    store = Notebook()
    for update in (told("một", date=1), told("Mã OTP là 482913", date=2, message_id=None), told("ba", date=3)):
        emulator.delivery.push(update, "u1")
    taken = await take(channel, store, 2)
    assert [one.text for one in taken] == ["một", "Mã OTP là 482913"]
    after_a_crash = channel_to(emulator.url)
    again = await take(after_a_crash, store, 2)
    assert (again[0].id, again[1].text) == (taken[1].id, "ba"), "nobody was done with the second"
    await after_a_crash.close()
    if replay:
        emulator.delivery.push(told("bốn", date=4), "u1")
        last = channel_to(emulator.url)
        assert [one.text for one in await take(last, store, 2)] == ["ba", "bốn"]
        await last.close()


@Modes
async def test_what_nobody_can_answer_is_passed_over_and_the_log_says_why(
    emulator: ZaloBotEmulator, channel: ZaloBotChannel, caplog: pytest.LogCaptureFixture, replay: bool
) -> None:
    caplog.set_level(logging.INFO)
    emulator.delivery.replay = replay
    person = emulator.person()
    await person.sends_unsupported(bare=True)
    emulator.delivery.push({"event_name": "user.joined"}, "x")
    emulator.delivery.push(told("tôi là máy", message_id="b1", **{"from": {"id": "u2", "is_bot": True}}), "x")
    await person.says("chào")
    assert [one.text for one in await take(channel, Notebook(), 1)] == ["chào"]
    assert "passed over: it does not say who wrote it" in caplog.text
    assert "an event we do not know: 'user.joined'" in caplog.text
    assert "passed over: a bot wrote it" in caplog.text


async def test_an_update_of_unknown_shape_is_answered_and_holds_up_nothing(
    emulator: ZaloBotEmulator, channel: ZaloBotChannel, caplog: pytest.LogCaptureFixture
) -> None:
    odd = told(["?"], message_id="m1")
    emulator.delivery.push({"event_name": "message.text.received", "message": ["?"]}, "x")
    emulator.delivery.push(odd, "u1")
    await emulator.person().says("chào")
    taken = await take(channel, Notebook(), 2)
    assert [(one.id, one.kind, one.text) for one in taken[:1]] == [("m1", "other", "")]
    assert taken[1].text == "chào"
    assert "shape we do not know" in caplog.text


async def test_of_several_at_once_one_that_cannot_be_read_takes_no_other_with_it(
    emulator: ZaloBotEmulator, channel: ZaloBotChannel, caplog: pytest.LogCaptureFixture
) -> None:
    several: Any = [told("một"), None, "?", told(["?"], message_id="m2"), told("ba", message_id=3)]
    emulator.delivery.push(several, "u1")
    taken = await take(channel, Notebook(), 3)
    assert [(one.kind, one.text) for one in taken] == [("text", "một"), ("other", ""), ("text", "ba")]
    assert "what Zalo told is passed over" in caplog.text


async def test_it_stops_at_once_when_cancelled(
    emulator: ZaloBotEmulator, channel: ZaloBotChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.zalo_bot.polling._HOLD_SECONDS", 10 * PATIENCE)
    task = asyncio.create_task(take(channel, Notebook(), 1))
    await until(lambda: polls(emulator) > 0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(task, PATIENCE)
