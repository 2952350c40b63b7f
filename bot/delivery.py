"""Empties outboxes: every conversation's parcels in order, each at least once, within what the platform allows."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence

from bot.errors import StoreDown
from bot.model import Chat, Incoming
from bot.ports import Channel, Clock, Committed, Gone, Later, Refused, Store, Waiting

SWEEP_SECONDS = 1.0
STOP_SECONDS = 5.0
RETRY_LIMIT_SECONDS = 600.0
"""The longest pause between two attempts at one conversation's outbox."""

_log = logging.getLogger("toso.delivery")


class _Line:
    """What is being sent to one conversation now; `after` is the number that follows the last parcel queued."""

    __slots__ = ("after", "chat", "fails", "parcels")

    def __init__(self, chat: Chat, first: int, fails: int) -> None:
        self.chat = chat
        self.after = first
        self.fails = fails
        self.parcels: deque[bytes] = deque()


class Sender:
    """Sends what is committed. `handle` is told when a person turns out to be gone, and when a stored timer is due."""

    def __init__(self, store: Store, channels: Mapping[str, Channel], clock: Clock) -> None:
        self._store = store
        self._channels = channels
        self._clock = clock
        self._lines: dict[str, _Line] = {}
        self._drains: set[asyncio.Task[None]] = set()
        self._loops: list[asyncio.Task[None]] = []
        self.handle: Callable[[Incoming], Awaitable[None]]

    def start(self) -> None:
        """Begin to look after leftovers, overdue conversations and timers."""
        self._loops = [asyncio.create_task(self._leftovers()), asyncio.create_task(self._sweep())]

    async def stop(self) -> None:
        """Finish the sends under way; what does not get out in time stays in the store for whoever comes next."""
        for loop in self._loops:
            loop.cancel()
        await asyncio.gather(*self._loops, return_exceptions=True)
        if self._drains:
            _, late = await asyncio.wait(self._drains, timeout=STOP_SECONDS)
            left = [line.chat for line in self._lines.values()]
            for drain in late:
                drain.cancel()
            await asyncio.gather(*late, return_exceptions=True)
            for chat in left:
                await self._store.postpone(chat, self._clock.now_ms())

    def send_saved(self, chat: Chat, saved: Committed, parcels: Sequence[bytes]) -> None:
        """Send the parcels of a turn just saved, unless somebody else does. Does not wait for the platform."""
        if not saved.ours:
            return
        first = saved.tail - len(parcels) + 1
        line = self._lines.get(chat.key)
        if line is None:
            self._send(chat, first, parcels)
        elif line.after == first:
            self._add(line, first, parcels)
        # else another worker saved in between: its parcels and these come back with our next acknowledgement.

    def _take(self, waiting: Waiting) -> None:
        """Parcels that the store says nobody delivered; the numbers that are already on their way are left out."""
        line = self._lines.get(waiting.chat.key)
        if line is not None:
            self._add(line, waiting.first, waiting.parcels)
        elif waiting.parcels and waiting.chat.channel in self._channels:
            self._send(waiting.chat, waiting.first, waiting.parcels, waiting.fails)

    def _send(self, chat: Chat, first: int, parcels: Sequence[bytes], fails: int = 0) -> None:
        line = self._lines[chat.key] = _Line(chat, first, fails)
        self._add(line, first, parcels)
        drain = asyncio.create_task(self._drain(line))
        self._drains.add(drain)
        drain.add_done_callback(self._drains.discard)

    def _add(self, line: _Line, first: int, parcels: Sequence[bytes]) -> None:
        fresh = parcels[max(0, line.after - first) :]
        line.parcels.extend(fresh)
        line.after += len(fresh)

    async def _drain(self, line: _Line) -> None:
        channel = self._channels[line.chat.channel]
        try:
            while line.parcels:
                number = line.after - len(line.parcels)
                outcome = await channel.send(line.chat, line.parcels[0])
                if isinstance(outcome, Later):
                    await self._postpone(line, outcome)
                    return
                if isinstance(outcome, Gone):
                    await self._gone(line.chat, number, outcome.why)
                    return
                if isinstance(outcome, Refused):
                    _log.error("a parcel was refused by %s: %s", line.chat.channel, outcome.why)
                line.parcels.popleft()
                line.fails = 0
                self._store.delivered(line.chat, number)
        finally:
            del self._lines[line.chat.key]

    async def _postpone(self, line: _Line, later: Later) -> None:
        seconds = min(later.seconds * 2**line.fails, RETRY_LIMIT_SECONDS) if not later.exact else later.seconds
        _log.warning("%s takes nothing for %.1f s: %s", line.chat.channel, seconds, later.why)
        until = self._clock.now_ms() + int(seconds * 1000)
        await self._insist(lambda: self._store.postpone(line.chat, until))

    async def _gone(self, chat: Chat, number: int, why: str) -> None:
        _log.info("a person on %s is gone: %s", chat.channel, why)
        await self._insist(lambda: self._store.drop_outbox(chat))
        await self._insist(lambda: self.handle(Incoming(id=f"gone:{number}", chat=chat, kind="gone")))

    async def _insist(self, act: Callable[[], Awaitable[None]]) -> None:
        """Try until the store is back: as long as we hold the lease, nobody else can do it."""
        while True:
            try:
                return await act()
            except StoreDown as down:
                _log.warning("the store is down, trying again: %s", down)
                await asyncio.sleep(SWEEP_SECONDS)

    # Looking after the rest

    async def _leftovers(self) -> None:
        while True:
            self._take(await self._store.leftovers())

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            try:
                await self.resend()
                await self._ring()
            except StoreDown as down:
                _log.warning("nothing can be looked after now: %s", down)

    async def resend(self) -> None:
        """Take over every conversation whose sender died or whose retry time has come."""
        for waiting in await self._store.take_overdue(self._clock.now_ms()):
            self._take(waiting)

    async def _ring(self) -> None:
        for due in await self._store.timers_due(self._clock.now_ms()):
            ring = Incoming(id=f"timer:{due.name}:{due.at}", chat=due.chat, kind="timer", text=due.name)
            await self.handle(ring)
