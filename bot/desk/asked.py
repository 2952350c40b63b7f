"""Ways of asking that admins added to guides: kept in the store, the same for all workers."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import msgspec
from msgspec import Struct

from bot.desk.not_understood import row_of
from bot.language.fold import fold
from bot.model import Record, encode
from bot.ports import Clock, Store

MOST = 500
"""How many may be added. What is asked often enough belongs into the guide's file."""

_TABLE = "asked"


class Phrase(Struct, frozen=True):
    """`by` said that `text` asks for a guide; `at` is Unix seconds."""

    guide: str
    text: str
    by: str
    at: int


_decode = msgspec.json.Decoder(Phrase).decode


class Asked:
    """Adds phrases and takes them back, with a record of each.

    `phrases`, by the names of their rows, are as new as the last `refresh` or change; `on_change` hears of each
    change. Methods raise StoreDown.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._revision = 0
        self._refreshing = asyncio.Lock()
        self.phrases: Mapping[str, Phrase] = {}
        self.on_change: Callable[[], None] = lambda: None

    @property
    def by_guide(self) -> Mapping[str, Sequence[str]]:
        """The texts, by the guides they ask for."""
        found: dict[str, list[str]] = {}
        for _, phrase in sorted(self.phrases.items()):
            found.setdefault(phrase.guide, []).append(phrase.text)
        return found

    async def refresh(self) -> None:
        """Fetch the phrases when they changed since the last time."""
        async with self._refreshing:
            if await self._store.table_revision(_TABLE) == self._revision:
                return
            self._revision, rows = await self._store.rows(_TABLE)
            self.phrases = {row: _decode(value) for row, value in rows.items()}
            self.on_change()

    async def add(self, guide: str, texts: Sequence[str], by: str) -> Literal["", "full"]:
        """These texts ask for this guide from now on; one that asks for another guide already stays as it is.

        "full", and nothing is added, where that would be too many.
        """
        await self.refresh()
        if len(self.phrases) + len(texts) > MOST:
            return "full"
        at = self._clock.now_ms() // 1000
        noted = Record(at, "phrase_added", by=by, about=guide)
        for text in texts:
            await self._store.put(_TABLE, row_of(fold(text)), None, encode(Phrase(guide, text, by, at)), noted)
        await self.refresh()
        return ""

    async def remove(self, row: str, by: str) -> None:
        """A phrase asks for nothing any more."""
        before = await self._store.row(_TABLE, row)
        if before:
            noted = Record(self._clock.now_ms() // 1000, "phrase_removed", by=by, about=_decode(before).guide)
            await self._store.put(_TABLE, row, before, None, noted)
        await self.refresh()
