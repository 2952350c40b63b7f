"""Messages that a webhook had to refuse because they could not be saved: tried again until they are.

Zalo promises to send a message again only where it got no connection. So a refusal alone could lose it.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Collection
from functools import partial
from typing import Final

from bot.background import Tasks
from bot.channel_registry import BEAT_SECONDS, answered
from bot.errors import StoreDown
from bot.model import Incoming

KEPT: Final = 5_000
"""How many messages a worker keeps at most, all conversations together: they are in its memory alone."""
SAID_EVERY: Final = 1_000
"""The log says of the first that is not kept, and again of each so many."""

_log = logging.getLogger("toso.unsaved")


class Unsaved:
    """Answers a message as `handle` does, and keeps what cannot be saved now; those of one conversation in order.

    Whoever sends one again meanwhile changes nothing: a message has one effect. `dropped` are those that were not kept,
    each time they came. Who wrote one is told to send it again, once that can be saved; not on the channels whose
    platform `sends_again`.
    """

    def __init__(
        self, handle: Callable[[Incoming], Awaitable[None]], tasks: Tasks, sends_again: Collection[str] = ()
    ) -> None:
        self._handle = handle
        self._sends_again = sends_again
        self._untold: dict[str, Incoming] = {}
        self._tasks = tasks
        self._waiting: dict[str, deque[Incoming]] = {}
        self.dropped = 0

    @property
    def waiting(self) -> int:
        """How many messages wait for the store."""
        return sum(map(len, self._waiting.values()))

    async def __call__(self, incoming: Incoming) -> None:
        """Raises StoreDown where it is not saved yet; then it is tried again, unless too many are already."""
        if incoming.chat.key in self._waiting:
            self._keep(incoming)
            raise StoreDown("A message waits for one before it, which could not be saved.")
        try:
            await self._handle(incoming)
        except (StoreDown, asyncio.CancelledError):  # cancelled: whoever sent it waits no longer
            self._keep(incoming)
            raise

    def _keep(self, incoming: Incoming) -> None:
        key = incoming.chat.key
        waiting = self._waiting.get(key, deque())
        known = any(each.id == incoming.id for each in waiting)
        if known:
            return
        if self.waiting >= KEPT:
            if self.dropped % SAID_EVERY == 0:
                _log.error("%d messages wait for the store, and no more are kept: others are lost", KEPT)
            self.dropped += 1
            self._drop(incoming)
            return
        waiting.append(incoming)
        if key not in self._waiting:
            self._waiting[key] = waiting
            self._tasks.finish("unsaved messages", partial(self._save, key, waiting))

    def _drop(self, incoming: Incoming) -> None:
        chat = incoming.chat
        if chat.channel in self._sends_again or len(self._untold) >= KEPT:
            return
        if not self._untold:
            self._tasks.finish("unkept messages", self._tell)
        told = Incoming(f"unkept:{incoming.id}", chat, "unkept", group=incoming.group)
        self._untold.setdefault(chat.key, told)

    async def _tell(self) -> None:
        await asyncio.sleep(BEAT_SECONDS)
        while self._untold:
            key, told = next(iter(self._untold.items()))
            await answered(self._handle, told)
            del self._untold[key]

    async def _save(self, key: str, waiting: deque[Incoming]) -> None:
        await asyncio.sleep(BEAT_SECONDS)
        while waiting:  # without a pause: who writes faster than that would be refused for ever
            await answered(self._handle, waiting[0])
            waiting.popleft()
        del self._waiting[key]
