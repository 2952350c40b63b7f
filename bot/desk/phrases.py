"""Ways of asking, and words that mean the same, that admins added: kept in the store, the same for all workers.

Whether a word may mean another from now on: what would not work, or would spoil what is understood already.

What volunteers say a guide should say: kept for whoever edits guides.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import msgspec
from msgspec import Struct

from bot.desk.unmatched import row_of
from bot.model import Escalation, Record, encode
from bot.nlu.danger import danger
from bot.nlu.intent import Matcher
from bot.nlu.masking import mask
from bot.nlu.normalise import Synonyms, chained, fold, plain
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


MOST_WORDS, LONGEST_SYNONYM = 4, 60
"""Words, and characters that the form takes, on either side."""
COMMON = 0.03
"""A word in a larger share of all that is learnt from carries too many meanings to have but one."""

Why = Literal["empty", "long", "same", "already", "chained", "meaning", "opens", "common", "unknown", "mixes", "danger"]
"""Why not: a side has no words (`empty`) or too many (`long`); what is meant has the `same` words in it; what is said
is understood as something else `already`; what is meant has a synonym in it (`chained`); what is said is the `meaning`
of one; it `opens` a guide; it is too `common`; what is meant is `unknown`; the same words would ask for two guides
(`mixes`); somebody in `danger` would be heard no more.
"""


class Refused(Struct, frozen=True):
    """Why, and the other words, or the id of the guide, that it is about."""

    why: Why
    words: str = ""
    guide: str = ""


def refused(said: str, meant: str, matcher: Matcher) -> Refused | None:
    """Why `said` should not mean `meant`, to who knows what `matcher` knows; None: it may."""
    plain_said, plain_meant, known = fold(said), plain(meant), matcher.talk.synonyms
    if not plain_said or not plain_meant:
        return Refused("empty")
    if any(len(fold(side).split()) > MOST_WORDS for side in (said, meant)):
        return Refused("long")
    if f" {plain_said} " in f" {fold(meant)} ":
        return Refused("same")
    instead = {fold(word): other for word, other in known.items()}
    if (understood := instead.get(plain_said, plain(said))) != plain_said:
        return Refused("already", understood)
    if new := set(chained({**known, said: meant})).difference(chained(known)):
        return Refused("chained") if said in new else Refused("meaning", new.pop())
    if guide := matcher.asked_with(said):
        return Refused("opens", guide=guide)
    return _spoils(plain_said, plain_meant, matcher)


def _spoils(said: str, meant: str, matcher: Matcher) -> Refused | None:
    """What it would do to all that is known."""
    texts = [f" {' '.join(document.words)} " for document in matcher.documents]
    having = [text for text in texts if f" {said} " in text]
    if len(having) > COMMON * len(texts):
        return Refused("common")
    if not any(f" {meant} " in text for text in texts):
        return Refused("unknown")
    then = Synonyms({said: meant})
    if guide := _mixed_up(then, matcher):
        return Refused("mixes", guide=guide)
    hidden = (danger(text) and not danger(" ".join(then.put_right(text.split()))) for text in having)
    return Refused("danger") if any(hidden) else None


def _mixed_up(then: Synonyms, matcher: Matcher) -> str:
    """A guide that words would open which open another one, too; empty: none."""
    opens: dict[str, str] = {}
    for words, guide in matcher.opens.items():
        if opens.setdefault(" ".join(then.put_right(words.split())), guide) != guide:
            return guide
    return ""


LONGEST = 1000
"""Characters of one suggestion."""

TABLE = "suggestions"


class Suggestion(Struct, frozen=True):
    """What `by` says should be said at `step` of this `version` of a guide, after the request `code`; secrets masked.

    `at` is Unix seconds.
    """

    guide: str
    version: int
    step: str
    text: str
    code: str
    by: str
    at: int


decode_suggestion = msgspec.json.Decoder(Suggestion).decode


async def suggest(store: Store, clock: Clock, id_: str, request: Escalation, by: str, text: str) -> bool:
    """Keep a suggestion about the step of a request; the same `id_` twice is kept once. Raises StoreDown.

    False, and nothing is kept, for empty words or a request that was about no guide.
    """
    masked = mask(text.strip())[0][:LONGEST]
    if not masked or not request.guide:
        return False
    at = clock.now_ms() // 1000
    kept = Suggestion(request.guide, request.version, request.step, masked, request.code, by, at)
    noted = Record(at, "suggested", request.code, by, request.guide)
    await store.put(TABLE, f"{request.code}:{id_}", None, encode(kept), noted)
    return True
