"""Two workers answer one person's quick messages over one store, their steps mixed in every way chance finds.

However it goes, the person reads what the engine says to the same messages one after the other.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st
from typing_extensions import override

from bot.app import wire
from bot.background import Tasks
from bot.channels.web import WebChannel
from bot.desk.people import People
from bot.model import Chat, Incoming, Reply, Turn, replace
from bot.ports.store import Capabilities, Channel, Committed, Later, Loaded, Outcome, Priority, Sent, Waiting
from bot.service.handler import Handler
from bot.service.outbox import LogGrowth, Sender
from bot.simulator.player import Player
from bot.store.keys import LEASE_MS, partition_letter
from bot.store.memory import MemoryStore
from bot.store.memory_data import Shared
from tests.setting import content, setting

NUMBER = next(str(number) for number in count() if partition_letter(f"pushed:{number}") == "A")
CHAT = Chat("pushed", NUMBER, NUMBER)
TALK = ("chào", "1", "1", "1", "chưa", "9", "menu", "2", "lặp lại", "1", "xong", "0", "tiếp tục", "giúp")


class Pauses:
    """Lets other tasks run for as many ticks of the loop as was drawn; for none once all is used up."""

    def __init__(self, ticks: Sequence[int]) -> None:
        self._ticks: Iterator[int] = iter(ticks)

    async def __call__(self) -> None:
        for _ in range(next(self._ticks, 0)):
            await asyncio.sleep(0)


class FarStore(MemoryStore):
    """A store over a wire that takes its time: what is asked is done, and answered, in the order of asking."""

    def __init__(self, owner: str, shared: Shared, pause: Pauses) -> None:
        super().__init__(owner, shared)
        self._pause = pause
        self._wire = asyncio.Lock()
        self._noted = 0
        self._notes: set[asyncio.Task[None]] = set()

    @override
    async def load(self, chat: Chat) -> Loaded:
        async with self._travel():
            return await super().load(chat)

    @override
    async def commit(
        self, chat: Chat, before: Loaded, turn: Turn, parcels: Sequence[bytes], *, pulled: bool
    ) -> Committed:
        async with self._travel():
            return await super().commit(chat, before, turn, parcels, pulled=pulled)

    @override
    def delivered(self, chat: Chat, upto: int) -> None:
        self._noted = max(self._noted, upto)
        note = asyncio.create_task(self._deliver(chat, upto))
        self._notes.add(note)
        note.add_done_callback(self._notes.discard)

    @override
    async def leftovers(self) -> Waiting:
        while True:
            waiting = await super().leftovers()
            await self._pause()
            if unsent := self._unsent(waiting):
                return unsent

    @override
    async def take_overdue(
        self, channels: Collection[str], limit: int = 100, *, certain: bool = False
    ) -> Sequence[Waiting]:
        async with self._travel():
            taken = await super().take_overdue(channels, limit, certain=certain)
        await self._pause()
        return [unsent for waiting in taken if (unsent := self._unsent(waiting))]

    @override
    def noted(self, chat: Chat) -> bool:
        return not self._notes

    @override
    async def renew(self, chat: Chat) -> Waiting | None:
        async with self._travel():
            return await super().renew(chat)

    def _unsent(self, waiting: Waiting) -> Waiting | None:
        """Without what was noted and is still on its way to the store."""
        sent = max(0, self._noted - waiting.first + 1)
        parcels = waiting.parcels[sent:]
        return replace(waiting, first=waiting.first + sent, parcels=parcels) if parcels else None

    async def _deliver(self, chat: Chat, upto: int) -> None:
        async with self._travel():
            super().delivered(chat, upto)

    @asynccontextmanager
    async def _travel(self) -> AsyncIterator[None]:
        async with self._wire:
            await self._pause()
            yield
            await self._pause()


class Pushed(WebChannel):
    """A channel that is sent to: `read` is what the person got, in order."""

    name = "pushed"
    capabilities = Capabilities(buttons=8, text_limit=4096, label_limit=40)

    def __init__(self, pause: Pauses, read: list[str], fails: Iterator[bool]) -> None:
        self._pause = pause
        self._read = read
        self._fails = fails

    @override
    def render(self, chat: Chat, reply: Reply, answering: str) -> bytes:
        return reply.text.encode()

    @override
    async def send(self, chat: Chat, parcel: bytes, doubts: int = 0, priority: Priority = Priority.REPLY) -> Outcome:
        await self._pause()
        if next(self._fails, False):
            return Later(0.01, "busy")
        self._read.append(parcel.decode())
        await self._pause()
        return Sent()


class Clock:
    """A clock that the test moves on."""

    ms = 1_795_572_000_000

    def now_ms(self) -> int:
        return self.ms

    def steady_ms(self) -> int:
        return self.now_ms()


class Ward:
    """Two workers; `read` is what the person got from either."""

    def __init__(self, ticks: Sequence[int], fails: Sequence[bool]) -> None:
        self.read: list[str] = []
        self.clock = Clock()
        self._codes = count(1)
        pause, failing, shared = Pauses(ticks), iter(fails), Shared(clock=self.clock)
        self.workers = [self._worker(FarStore(name, shared, pause), pause, failing) for name in ("one", "two")]
        self._store = MemoryStore("eyes", shared)

    def _worker(self, store: FarStore, pause: Pauses, fails: Iterator[bool]) -> tuple[Handler, Sender]:
        channels: Mapping[str, Channel] = {"pushed": Pushed(pause, self.read, fails)}
        handler, sender, _ = wire(
            setting(),
            store,
            channels,
            People(store, content().ward, self.clock),
            LogGrowth(),
            self.clock,
            draw_code=lambda key, tries: f"A{next(self._codes):04}",
            alias=lambda key: "somebody",
        )
        return handler, sender

    async def converse(self, texts: Sequence[str], who: Sequence[int]) -> None:
        """Say each text to the worker that was drawn, once the one before is saved; then let all be sent."""
        tasks = Tasks()
        for _, sender in self.workers:
            sender.start(tasks)
        for number, (text, worker) in enumerate(zip(texts, who, strict=True)):
            await self.workers[worker][0](Incoming(str(number), CHAT, text=text))
        for _ in range(10):
            for _ in range(100):
                await asyncio.sleep(0)
            if not await self._store.backlog():
                break
            self.clock.ms += LEASE_MS
            for _, sender in self.workers:
                await sender.resend()
        await tasks.stop()
        for _, sender in self.workers:
            await sender.stop()


def sequential(texts: Sequence[str]) -> list[str]:
    """What the engine says to these texts, one after the other."""
    player = Player(setting())
    return [reply.text for text in texts for reply in player.says(text).replies]


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_two_workers_say_what_one_would(data: st.DataObject) -> None:
    texts = data.draw(st.lists(st.sampled_from(TALK), min_size=2, max_size=12))
    who = data.draw(st.lists(st.integers(0, 1), min_size=len(texts), max_size=len(texts)))
    ward = Ward(data.draw(st.lists(st.integers(0, 6), max_size=150)), data.draw(st.lists(st.booleans(), max_size=4)))
    asyncio.run(ward.converse(texts, who))
    assert [_without_codes(text) for text in ward.read] == [_without_codes(text) for text in sequential(texts)]


def _without_codes(text: str) -> str:
    return re.sub(r"A\d{4}", "A…", text)
