"""Wakes those who follow a pulled channel's log when this process added to it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress

from bot.model import Chat

Grown = Callable[[float], Awaitable[None]]
"""Returns when this process added to the log since the last call, or after so many seconds."""


class LogGrowth:
    """Growth of logs within one process; another worker's additions are seen by reading the log now and then."""

    def __init__(self) -> None:
        self._waiting: dict[str, set[asyncio.Event]] = {}

    def ring(self, chat: Chat) -> None:
        """Wake everyone who waits for this conversation's log."""
        for event in self._waiting.get(chat.key, ()):
            event.set()

    @contextmanager
    def following(self, chat: Chat) -> Iterator[Grown]:
        """While the block runs nothing is missed: what is added between two waits ends the next one at once."""
        event = asyncio.Event()
        events = self._waiting.setdefault(chat.key, set())
        events.add(event)

        async def grown(seconds: float) -> None:
            with suppress(TimeoutError):
                await asyncio.wait_for(event.wait(), seconds)
            event.clear()

        try:
            yield grown
        finally:
            events.discard(event)
            if not events:
                self._waiting.pop(chat.key, None)
