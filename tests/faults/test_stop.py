"""A stop in the middle of a long answer: the rest comes later, and no part of it twice."""

import asyncio
from typing import Any

import pytest
from typing_extensions import override

from bot.channels.telegram.channel import TelegramChannel
from bot.clock import SystemClock
from bot.model import Chat, Reply, Session, Turn
from bot.service import outbox as delivery
from bot.service.outbox import Sender
from bot.store.memory import MemoryStore
from bot.store.memory_data import Shared
from tests.emulators.faults import Json
from tests.emulators.telegram import TOKEN
from tests.emulators.telegram_world import text_content
from tests.faults.rig import SECRET, Telegram, read, until_read

TEXTS = [f"Phần {number}." for number in range(1, 7)]


class SlowToAnswer(Telegram):
    """Takes a message at once, and says so late."""

    @override
    async def execute(self, method: str, values: Json, *, by_webhook: bool = False) -> Any:
        taken = await super().execute(method, values, by_webhook=by_webhook)
        await asyncio.sleep(0.2 if method == "sendMessage" else 0)
        return taken


async def test_what_a_platform_is_taking_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "DRAIN_SECONDS", 0.3)
    clock, shared = SystemClock(), Shared()
    async with SlowToAnswer() as telegram:
        person = telegram.person()
        telegram.world.new_message(person.record, person.user, text_content("chào"))
        chat = Chat("telegram", str(person.record.id), str(person.record.id))
        channel = TelegramChannel(TOKEN, SECRET, clock=clock, api=telegram.url, rate=0, chat_rate=0, group_rate=0)
        one, other = (Sender(MemoryStore(name, shared), {"telegram": channel}, clock) for name in ("one", "other"))
        store, now = MemoryStore("one", shared), clock.steady_ms()
        parcels = [channel.render(chat, Reply(text), "") for text in TEXTS]
        saved = await store.commit(chat, await store.load(chat), Turn(Session()), parcels, pulled=False)
        one.send_saved(chat, saved, parcels, now)
        await telegram.asked.wait()
        await one.stop()
        assert 0 < len(read(person)) < len(TEXTS)
        await other.resend()
        await until_read(person, len(TEXTS))
        await asyncio.sleep(0.3)
        assert read(person) == TEXTS
        await other.stop()
        await channel.close()
