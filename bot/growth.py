"""Wakes those who follow a pulled channel's log when this process added to it."""

import asyncio
from contextlib import suppress

from bot.model import Chat


class LogGrowth:
    """Growth of logs within one process; another worker's additions are seen by reading the log now and then."""

    def __init__(self) -> None:
        self._waiting: dict[str, set[asyncio.Event]] = {}

    def ring(self, chat: Chat) -> None:
        """Wake everyone who waits for this conversation's log."""
        for event in self._waiting.get(chat.key, ()):
            event.set()

    async def wait(self, chat: Chat, seconds: float) -> None:
        """Return when this process added to the log, or after `seconds`."""
        event = asyncio.Event()
        events = self._waiting.setdefault(chat.key, set())
        events.add(event)
        try:
            with suppress(TimeoutError):
                await asyncio.wait_for(event.wait(), seconds)
        finally:
            events.discard(event)
            if not events:
                self._waiting.pop(chat.key, None)
