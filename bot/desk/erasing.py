"""What is erased beside a conversation: what its person wrote that is kept elsewhere, and the old of the disk."""

import asyncio
from contextlib import suppress

from bot.desk.phrases import TABLE, decode_suggestion
from bot.desk.unmatched import NotUnderstood
from bot.errors import StoreDown
from bot.model import Chat
from bot.ports.store import Clock, Store

LOOK_SECONDS = 60.0
SETTLED_MS = 10_000
"""How long after somebody erased the store's files are written anew: their turn is saved by then, and what others erase
at the same time goes with it."""

_DUE = "erased-at"
_ROLE = "rewrite-files"


class Erasing:
    """For all workers: what one of them noted, any of them does, also when that one was killed."""

    def __init__(self, store: Store, clock: Clock, not_understood: NotUnderstood) -> None:
        self._store = store
        self._clock = clock
        self._not_understood = not_understood

    async def forget(self, chat: Chat, volunteer: str) -> None:
        """Take away what came from this chat: texts, and suggestions about its requests or by its `volunteer`.

        The store's files are written anew soon. Done again it changes nothing. Raises StoreDown.
        """
        await self._not_understood.forget(chat.key)
        for row, kept in (await self._store.rows(TABLE))[1].items():
            suggestion = decode_suggestion(kept)
            request = await self._store.escalation(suggestion.code)
            if (request and request.chat == chat) or (volunteer and suggestion.by == volunteer):
                await self._store.put(TABLE, row, kept, None)
        await self.rewrite_soon()

    async def rewrite_soon(self) -> None:
        """Have the store's files written anew once what is being taken back is saved. Raises StoreDown."""
        await self._store.remember(_DUE, b"%d" % self._clock.now_ms())

    async def keep_rewriting(self) -> None:
        """See to it, for ever, that what was erased leaves the disk."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            with suppress(StoreDown):
                await self.rewrite()

    async def rewrite(self) -> bool:
        """Have the store write its files anew where something was erased since; whether it does. Raises StoreDown."""
        due, now = await self._store.recall(_DUE), self._clock.now_ms()
        if not due or now < int(due) + SETTLED_MS or not await self._store.lead(_ROLE, round(LOOK_SECONDS * 500)):
            return False
        if not await self._store.rewrite():
            return False
        if await self._store.recall(_DUE) == due:
            await self._store.remember(_DUE, b"")
        return True
