"""Fetching updates when Telegram cannot reach us."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator

import pytest

from bot.channels.telegram.channel import TelegramChannel
from bot.model import Incoming, Reply
from tests.contracts.test_telegram_channel import CHOICES, SECRET, StoppedClock, private
from tests.emulators.telegram import TOKEN, TelegramEmulator
from tests.patience import PATIENCE, until


class Notebook:
    """What polling keeps, in memory."""

    def __init__(self) -> None:
        self.notes: dict[str, bytes] = {}

    async def remember(self, name: str, value: bytes) -> None:
        self.notes[name] = value

    async def recall(self, name: str) -> bytes | None:
        return self.notes.get(name)


@pytest.fixture
async def emulator() -> AsyncIterator[TelegramEmulator]:
    async with TelegramEmulator(limits=False) as running:
        yield running


@pytest.fixture
async def channel(emulator: TelegramEmulator, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[TelegramChannel]:
    monkeypatch.setattr("bot.channels.decoding.FIRST_PAUSE_SECONDS", 0.01)
    made = TelegramChannel(TOKEN, SECRET, api=emulator.url, clock=StoppedClock())
    yield made
    await made.close()


async def take(channel: TelegramChannel, store: Notebook, count: int) -> list[Incoming]:
    """The next updates, all handled but the last."""
    taken: list[Incoming] = []
    async with contextlib.aclosing(channel.poll(store)) as updates:
        async for fetched in updates:
            taken.append(fetched.incoming)
            if len(taken) == count:
                return taken
            await fetched.done()
    return taken


async def test_updates_come_one_by_one_even_after_a_webhook(
    emulator: TelegramEmulator, channel: TelegramChannel
) -> None:
    await channel.set_webhook("http://127.0.0.1:9")
    person = emulator.person()
    await person.says("một", wait=False)
    await person.sends_sticker(wait=False)
    taken = await take(channel, Notebook(), 2)
    assert [(one.kind, one.text) for one in taken] == [("text", "một"), ("sticker", "")]


async def test_the_offset_goes_no_further_than_what_is_done(
    emulator: TelegramEmulator, channel: TelegramChannel
) -> None:
    person, store = emulator.person(), Notebook()
    first = await person.says("một")
    last = await person.says("hai")
    updates = channel.poll(store)
    one, two = await anext(updates), await anext(updates)
    assert [one.incoming.id, two.incoming.id] == [f"u{first}", f"u{last}"]
    await two.done()
    assert store.notes == {}
    await updates.aclose()
    again = channel.poll(store)
    one, two = await anext(again), await anext(again)
    assert [one.incoming.id, two.incoming.id] == [f"u{first}", f"u{last}"], "whoever was killed begins here"
    await two.done()
    await one.done()
    assert store.notes == {"telegram-offset": str(last + 1).encode()}
    await person.says("ba")
    assert (await anext(again)).incoming.text == "ba"
    await again.aclose()


async def test_a_press_is_answered_and_nothing_waits_for_that(
    emulator: TelegramEmulator, channel: TelegramChannel
) -> None:
    person = emulator.person()
    chat = private(person.id)
    await channel.send(chat, channel.render(chat, Reply("Hỏi", CHOICES, "m"), ""))
    await person.presses("Còn mở được")
    emulator.fail_next("delay", method="answerCallbackQuery", seconds=PATIENCE)
    await person.says("một")
    async with contextlib.aclosing(channel.poll(Notebook())) as updates:
        press, text = (await anext(updates)).incoming, (await anext(updates)).incoming
        assert (press.choice, text.text) == ("m:yes", "một")
        answered = {"callback_query_id": press.receipt, "method": "answerCallbackQuery"}
        await until(lambda: emulator.world.presses[press.receipt].answered == answered)


async def test_a_press_too_old_to_answer_is_still_handled(emulator: TelegramEmulator, channel: TelegramChannel) -> None:
    emulator.world.query_seconds = 0.0
    person = emulator.person()
    chat = private(person.id)
    await channel.send(chat, channel.render(chat, Reply("Hỏi", CHOICES, "m"), ""))
    await person.presses("Còn mở được")
    assert [one.kind for one in await take(channel, Notebook(), 1)] == ["press"]


async def test_faults_are_waited_out_and_a_conflict_is_explained(
    emulator: TelegramEmulator, channel: TelegramChannel, caplog: pytest.LogCaptureFixture
) -> None:
    emulator.fail_next(500, method="getMe")
    emulator.fail_next(409, method="getUpdates")
    emulator.fail_next("broken", method="getUpdates")
    emulator.fail_next("drop", method="getUpdates")
    await emulator.person().says("chào")
    with caplog.at_level(logging.WARNING):
        taken = await take(channel, Notebook(), 1)
    assert [one.text for one in taken] == ["chào"]
    assert "another program fetches this bot's updates" in caplog.text
    assert len(caplog.records) == 4


async def test_a_webhook_that_was_set_meanwhile_is_explained(
    emulator: TelegramEmulator, channel: TelegramChannel, caplog: pytest.LogCaptureFixture
) -> None:
    person = emulator.person()
    await person.says("một")
    with caplog.at_level(logging.WARNING):
        async with contextlib.aclosing(channel.poll(Notebook())) as updates:
            first = await anext(updates)
            assert first.incoming.text == "một"
            await first.done()
            await channel.set_webhook("http://127.0.0.1:9")
            going_on = asyncio.create_task(anext(updates))
            await until(lambda: bool(caplog.records))
            await channel.delete_webhook()
            await person.says("hai")
            assert (await going_on).incoming.text == "hai"
    assert "`toso webhook delete telegram`" in caplog.text
    assert "another program" not in caplog.text


async def test_it_stops_at_once_when_cancelled(
    emulator: TelegramEmulator, channel: TelegramChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.telegram.polling.POLL_SECONDS", 1000)
    task = asyncio.create_task(take(channel, Notebook(), 1))
    await until(lambda: any(call.method == "getUpdates" for call in emulator.calls))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(task, PATIENCE)
