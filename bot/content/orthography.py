"""Whether Vietnamese is written right: every word a syllable that can be, no sign lost or wrong. Pure.

Which word stands beside which is learnt from all guides. A word that was never seen between its neighbours has lost a
sign where the same letters with more signs stand there often, and has a wrong letter where a long word that differs by
one does.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

import msgspec
from msgspec import Struct

from bot.content.guide import Words
from bot.language.fold import fold

_VARIABLE = re.compile(r"\{\{[^}]*\}\}")
_LETTERS = re.compile(r"[^\W\d_]+")
_APART = re.compile(r"[^\w\s]+|\n")
_TONES = {"\u0301", "\u0300", "\u0309", "\u0303", "\u0323"}
_OF_STOPS = {"\u0301", "\u0323"}
"""The tones of a syllable that ends in c, ch, p or t."""
_ONSETS = ("ngh", "ch", "gh", "gi", "kh", "ng", "nh", "ph", "qu", "th", "tr", *"bcdđghklmnprstvx", "")
_SEEN_OFTEN, _SEEN_ALWAYS = 3, 6
_KNOWN_WORD = 3
_LONG, _SEEN_SPELT = 4, 5
"""Letters of a word that may be another one with a wrong letter, and how often that one stands there."""


class _Table(Struct, frozen=True, forbid_unknown_fields=True):
    foreign: str
    right: tuple[str, ...]
    rhymes: str


def _read(file: Path) -> _Table:
    return msgspec.yaml.decode(file.read_bytes(), type=_Table)


_TABLE = _read(Path(__file__).with_name("spelling.yaml"))
_RHYMES = frozenset(_TABLE.rhymes.split())
_FOREIGN = frozenset(_TABLE.foreign.split())
_RIGHT = frozenset(tuple(pair.split()) for pair in _TABLE.right)


class Usage:
    """Which words guides use, and which stand side by side."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._words: Counter[str] = Counter()
        self._pairs: Counter[tuple[str, str]] = Counter()
        alike: defaultdict[str, set[str]] = defaultdict(set)
        almost: defaultdict[str, set[str]] = defaultdict(set)
        for text in texts:
            for words in _phrases(text):
                self._words.update(words)
                self._pairs.update(pairwise(words))
        for word in self._words:
            alike[fold(word)].add(word)
            for gap in _gaps(word):
                almost[gap].add(word)
        self._alike, self._almost = alike, almost

    def meant(self, before: str, word: str, after: str) -> str:
        """The word with more signs that was meant between two others; empty where this one is right."""
        if self._pairs[before, word] > 1 or self._pairs[word, after] > 1 or {(before, word), (word, after)} & _RIGHT:
            return ""
        signs = _signs(word)
        richer = [other for other in self._alike.get(fold(word), set()) if other != word and _signs(other) >= signs]
        best = max(richer, key=lambda other: self._beside(before, other, after), default="")
        own = self._words[word] - 1
        if best and self._beside(before, best, after) >= (_SEEN_OFTEN if own < _KNOWN_WORD else _SEEN_ALWAYS):
            return best
        commonest = max(richer, key=lambda other: self._words[other], default="")
        if not signs and not own and self._words[commonest] > _SEEN_ALWAYS:
            return commonest
        return "" if own >= _KNOWN_WORD else self._spelt(before, word, after)

    def _spelt(self, before: str, word: str, after: str) -> str:
        """The word that stands between these two often and differs by one letter from this one."""
        others = {other for gap in _gaps(word) for other in self._almost.get(gap, ()) if fold(other) != fold(word)}
        best = max(others, key=lambda other: self._beside(before, other, after), default="")
        return best if best and self._beside(before, best, after) >= _SEEN_SPELT else ""

    def _beside(self, before: str, word: str, after: str) -> int:
        return self._pairs[before, word] + self._pairs[word, after]


def vietnamese(words: Words) -> Iterator[str]:
    """The texts of a guide in Vietnamese that speak to their reader."""
    yield from (words.title, *words.bring)
    for step in words.steps.values():
        yield from (step.text, step.calm, step.alt, *step.labels.values())
    for trouble in words.troubles.values():
        yield from (trouble.label, trouble.say)


def spelling_faults(text: str, usage: Usage, names: Collection[str]) -> Iterator[str]:
    """Words of a Vietnamese text that cannot be, or that lost a sign; `names` are foreign words in small letters."""
    for words in _phrases(text):
        for before, word, after in zip(("", *words), words, (*words[1:], ""), strict=False):
            if not is_vietnamese(word) and word not in _FOREIGN and word not in names:
                yield f'"{word}" is no Vietnamese word; mend it, or write it under "foreign" in spelling.yaml.'
            elif meant := usage.meant(before, word, after):
                said = " ".join(filter(None, (before, word, after)))
                yield f'"{said}" may be misspelt ("{meant}"); what is right stands under "right" in spelling.yaml.'


@cache
def is_vietnamese(word: str) -> bool:
    """Whether a word in small letters is a syllable of Vietnamese, its tone included."""
    apart = unicodedata.normalize("NFD", word)
    tones = [sign for sign in apart if sign in _TONES]
    plain = unicodedata.normalize("NFC", "".join(sign for sign in apart if sign not in _TONES))
    if len(tones) > 1:
        return False
    for onset in _ONSETS:
        if plain.startswith(onset):
            rhyme = plain[len(onset) :]
            if rhyme in _RHYMES and _goes(onset, rhyme):
                return not rhyme.endswith(("c", "ch", "p", "t")) or bool(_OF_STOPS.intersection(tones))
    return False


def _goes(onset: str, rhyme: str) -> bool:
    """Whether these letters stand before this vowel: k, gh and ngh before e and i, c, g and ng elsewhere."""
    if onset in ("k", "gh", "ngh", "c", "g", "ng"):
        return (rhyme[0] in "ieêy") == (onset in ("k", "gh", "ngh") or (onset == "g" and rhyme[0] == "i"))
    return True


def _gaps(word: str) -> Iterator[str]:
    """A long word without its signs, with each of its letters left open in turn."""
    plain = fold(word)
    if len(plain) >= _LONG:
        yield from (f"{plain[:at]}_{plain[at + 1 :]}" for at in range(len(plain)))


def _signs(word: str) -> int:
    return sum(map(bool, map(unicodedata.combining, unicodedata.normalize("NFD", word)))) + word.count("đ")


def _phrases(text: str) -> list[list[str]]:
    plain = unicodedata.normalize("NFC", _VARIABLE.sub(" . ", text)).casefold()
    return [words for part in _APART.split(plain) if (words := _LETTERS.findall(part))]
