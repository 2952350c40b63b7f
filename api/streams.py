"""Server-sent events of one conversation: its log from a number on, and whatever is added to it."""

import asyncio
import signal
import threading
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

from bot.channels.web import read_parcel
from bot.errors import StoreDown
from bot.model import Chat
from bot.ports import LogEntry, Store

POLL_SECONDS = 1.0
"""How soon a reply that another worker saved is seen."""
HEARTBEAT_SECONDS = 15.0
RECONNECT_MS = 1_000


class Bells:
    """Wakes the streams of a conversation when a turn of it was saved in this process, and all of them at the end."""

    def __init__(self) -> None:
        self._listening: defaultdict[str, set[asyncio.Event]] = defaultdict(set)
        self.closing = False

    def ring(self, chat: Chat) -> None:
        for bell in self._listening.get(chat.key, ()):
            bell.set()

    def close(self) -> None:
        """End every stream: an open one would hold up the stop of the server."""
        self.closing = True
        for bells in self._listening.values():
            for bell in bells:
                bell.set()

    @contextmanager
    def listen(self, chat: Chat) -> Iterator[asyncio.Event]:
        bell = asyncio.Event()
        self._listening[chat.key].add(bell)
        try:
            yield bell
        finally:
            self._listening[chat.key].discard(bell)
            if not self._listening[chat.key]:
                del self._listening[chat.key]

    @contextmanager
    def closed_by_signals(self) -> Iterator[None]:
        """Close at the first SIGTERM or SIGINT, before the server waits for its open connections."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        loop = asyncio.get_running_loop()
        before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

        def close_and_pass_on(number: int, frame: FrameType | None) -> None:
            loop.call_soon_threadsafe(self.close)
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


async def read_from(store: Store, chat: Chat, after: int) -> Sequence[LogEntry]:
    """The log above `after`; all of it when it does not hold number `after` (it began anew since)."""
    if not after:
        return await store.read_log(chat, 0)
    entries = await store.read_log(chat, after - 1)
    if entries and entries[0].number == after:
        return entries[1:]
    return await store.read_log(chat, 0)


async def stream(
    store: Store, bells: Bells, chat: Chat, entries: Sequence[LogEntry], after: int
) -> AsyncIterator[bytes]:
    """`entries`, then everything later, as server-sent events. Ends when the store is down: the device comes back."""
    yield b"retry: %d\n\n" % RECONNECT_MS
    quiet = 0.0
    with bells.listen(chat) as bell:
        while not bells.closing:
            for entry in entries:
                yield b"id: %d\ndata: %b\n\n" % (entry.number, bytes(read_parcel(entry.parcel).reply))
                after = entry.number
            quiet = 0.0 if entries else quiet + POLL_SECONDS
            if quiet >= HEARTBEAT_SECONDS:
                yield b": still here\n\n"
                quiet = 0.0
            await _wait(bell)
            try:
                entries = await store.read_log(chat, after)
            except StoreDown:
                return


async def _wait(bell: asyncio.Event) -> None:
    try:
        async with asyncio.timeout(POLL_SECONDS):
            await bell.wait()
    except TimeoutError:
        return
    bell.clear()
