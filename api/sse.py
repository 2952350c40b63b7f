"""Server-sent events of one conversation: its log from a number on, and whatever is added to it."""

import signal
import threading
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager, suppress
from types import FrameType

from bot.channels.web import read_parcel
from bot.errors import StoreDown
from bot.model import Chat
from bot.ports.store import LogEntry, Store
from bot.service.outbox import LogGrowth

POLL_SECONDS = 1.0
"""How soon a reply that another worker saved is seen."""
HEARTBEAT_SECONDS = 15.0
RECONNECT_MS = 1_000


class Streams:
    """All open streams of this process. `closing`: the server stops, and every stream has to end."""

    def __init__(
        self,
        store: Store,
        growth: LogGrowth,
        *,
        poll_seconds: float = POLL_SECONDS,
        heartbeat_seconds: float = HEARTBEAT_SECONDS,
    ) -> None:
        self._store = store
        self._growth = growth
        self._poll_seconds = poll_seconds
        self._heartbeat_seconds = heartbeat_seconds
        self.closing = False

    async def open(self, chat: Chat, after: int) -> AsyncIterator[bytes]:
        """The events after number `after`. Raises StoreDown at once; later it ends, and the device comes back."""
        return self._events(chat, after, await self._first(chat, after))

    def close(self) -> None:
        """End every stream within POLL_SECONDS: an open one would hold up the stop of the server."""
        self.closing = True

    @contextmanager
    def closed_by_signals(self) -> Iterator[None]:
        """Close at the first SIGTERM or SIGINT, before the server waits for its open connections."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

        def close_and_pass_on(number: int, frame: FrameType | None) -> None:
            self.close()
            handler = before[signal.Signals(number)]
            if callable(handler):
                handler(number, frame)

        watched = [number for number, handler in before.items() if callable(handler)]
        for number in watched:
            signal.signal(number, close_and_pass_on)
        try:
            yield
        finally:
            for number in watched:
                signal.signal(number, before[number])

    async def _first(self, chat: Chat, after: int) -> Sequence[LogEntry]:
        """The log above `after`; all of it when it does not hold number `after`, because it began anew since."""
        if not after:
            return await self._store.read_log(chat, 0)
        entries = await self._store.read_log(chat, after - 1)
        if entries and entries[0].number == after:
            return entries[1:]
        return await self._store.read_log(chat, 0)

    async def _events(self, chat: Chat, after: int, entries: Sequence[LogEntry]) -> AsyncIterator[bytes]:
        yield b"retry: %d\n\n" % RECONNECT_MS
        quiet = 0.0
        with suppress(StoreDown), self._growth.following(chat) as grown:
            while not self.closing:
                for entry in entries:
                    yield b"id: %d\ndata: %b\n\n" % (entry.number, bytes(read_parcel(entry.parcel).reply))
                    after = entry.number
                quiet = 0.0 if entries else quiet + self._poll_seconds
                if quiet >= self._heartbeat_seconds:
                    yield b": still here\n\n"
                    quiet = 0.0
                await grown(self._poll_seconds)
                entries = await self._store.read_log(chat, after)
