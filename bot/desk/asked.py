"""Ways of asking, and words that mean the same, that admins added: kept in the store, the same for all workers."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import msgspec
from msgspec import Struct

from bot.desk.not_understood import row_of
from bot.model import Record, encode
from bot.nlu.normalise import fold
from bot.ports.store import Clock, Store
from bot.ports.tables import readable

MOST = 500
"""How many may be added. What is asked often enough belongs into the files of guides and of talk."""

_TABLE = "asked"


class Phrase(Struct, frozen=True):
    """`by` said that `text` asks for a guide, or is another word for what it `means`; `at` is Unix seconds."""

    guide: str
    text: str
    by: str
    at: int
    means: str = ""


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
            if not phrase.means:
                found.setdefault(phrase.guide, []).append(phrase.text)
        return found

    @property
    def synonyms(self) -> Mapping[str, str]:
        """What residents say, and what that means."""
        return {phrase.text: phrase.means for _, phrase in sorted(self.phrases.items()) if phrase.means}

    async def refresh(self) -> None:
        """Fetch the phrases when they changed since the last time."""
        async with self._refreshing:
            if await self._store.table_revision(_TABLE) == self._revision:
                return
            self._revision, rows = await self._store.rows(_TABLE)
            self.phrases = readable("the phrase", rows, _decode)
            self.on_change()

    async def add(self, guide: str, texts: Sequence[str], by: str) -> Literal["", "full"]:
        """These texts ask for this guide from now on; one that asks for another guide already stays as it is.

        "full", and nothing is added, where that would be too many.
        """
        at = self._now()
        phrases = {row_of(fold(text)): Phrase(guide, text, by, at) for text in texts}
        return await self._put(phrases, Record(at, "phrase_added", by=by, about=guide))

    async def add_synonym(self, said: str, means: str, by: str) -> Literal["", "full"]:
        """Who says this means that from now on; `full`, and nothing is added, where that would be too many."""
        synonym = Phrase("", said, by, self._now(), means)
        row = row_of(f"={fold(said)}")  # the same words may be a phrase, too, in a row of its own
        return await self._put({row: synonym}, Record(synonym.at, "synonym_added", by=by, about=_both(synonym)))

    async def remove(self, row: str, by: str) -> Phrase | None:
        """A phrase asks for nothing, or a word means nothing else, any more: this one, where it was there."""
        before = await self._store.row(_TABLE, row)
        gone = _decode(before) if before else None
        if gone:
            act, about = ("synonym_removed", _both(gone)) if gone.means else ("phrase_removed", gone.guide)
            await self._store.put(_TABLE, row, before, None, Record(self._now(), act, by=by, about=about))
        await self.refresh()
        return gone

    async def _put(self, phrases: Mapping[str, Phrase], noted: Record) -> Literal["", "full"]:
        await self.refresh()
        if len(self.phrases) + len(phrases) > MOST:
            return "full"
        for row, phrase in phrases.items():
            await self._store.put(_TABLE, row, None, encode(phrase), noted)
        await self.refresh()
        return ""

    def _now(self) -> int:
        return self._clock.now_ms() // 1000


def _both(synonym: Phrase) -> str:
    return f"«{synonym.text}» → «{synonym.means}»"
