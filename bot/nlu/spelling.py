"""Slips put right: an unknown word becomes the known word that its keys were meant to give, or that is one slip of the
finger away and fits beside its neighbours. Where a word never was seen beside them, and what is said alike was, that is
meant: it was written by ear. Other words that are known are left alone, and so are those that nothing is near.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from bot.nlu.linear_model import Seen
from bot.nlu.normalise import is_syllable, said_alike, without_keys

_SHORTEST, _LONGEST = 2, 15
"""Words of other lengths are not looked at: one letter could be anything, and nobody means a word of more."""
_BESIDE = 5
"""What having been seen beside a neighbour counts, against having been seen at all."""
_HEARD = 3
"""So often must what is said alike be seen beside the neighbours of a known word that never was."""
_REMEMBERED = 4096
"""Words for which what is said alike is not looked for again."""
_CLEAR = 5
"""A word of so many letters that is no syllable of Vietnamese is a slip whatever stands beside it."""


class Spelling:
    """Knows the words of some documents, and which stand beside which."""

    def __init__(self, seen: Seen) -> None:
        self._seen = seen
        self._said_alike = lru_cache(_REMEMBERED)(lambda word: [other for other in said_alike(word) if other in seen])
        self._near: dict[str, list[str]] = {}
        for term in seen.numbers:
            if _could_be_meant(term):
                for shorter in _one_letter_less(term):
                    self._near.setdefault(shorter, []).append(term)

    def mend(self, words: Sequence[str]) -> list[str]:
        """The words, each replaced by what was meant where that can be told."""
        mended: list[str] = []
        for word, after in pairwise((*words, "")):
            before = mended[-1] if mended else ""
            if not _could_be_meant(word):
                mended.append(word)
            elif heard := self._heard(before, word, after):
                mended.append(heard)
            elif word in self._seen:
                mended.append(word)
            else:
                mended += self._meant(before, word, after)
        return mended

    def _heard(self, before: str, word: str, after: str) -> str:
        """The known word that is said alike and was seen beside the neighbours, as this never was; else nothing."""
        alike = self._said_alike(word)
        if not alike or self._beside(before, word, after):
            return ""
        best = max(alike, key=lambda other: self._beside(before, other, after))
        return best if self._beside(before, best, after) >= (_HEARD if word in self._seen else 1) else ""

    def _meant(self, before: str, word: str, after: str) -> list[str]:
        if (plain := without_keys(word)) in self._seen:
            return [plain]
        near = sorted({known for shorter in _one_letter_less(word) for known in self._near.get(shorter, ())})
        if near:
            best = max(near, key=lambda known: self._fits(before, known, after))
            clear = len(word) >= _CLEAR and not is_syllable(word)
            return [best if clear or self._fits(before, best, after) >= _BESIDE else word]
        apart = [(word[:at], word[at:]) for at in range(1, len(word))]
        two = max(apart, key=lambda two: self._seen.count(" ".join(two)))
        return list(two) if " ".join(two) in self._seen else [word]

    def _fits(self, before: str, word: str, after: str) -> float:
        """How well a known word stands between its neighbours: `_BESIDE` at least where it was seen beside one."""
        return _BESIDE * self._beside(before, word, after) + 1 - 1 / (1 + self._seen.count(word))

    def _beside(self, before: str, word: str, after: str) -> int:
        """How often a word was seen beside one of the two."""
        return self._seen.count(f"{before} {word}") + self._seen.count(f"{word} {after}")


def _could_be_meant(word: str) -> bool:
    return _SHORTEST <= len(word) <= _LONGEST and not word.isdecimal() and " " not in word


def _one_letter_less(word: str) -> Iterator[str]:
    """The word, and the word without each of its letters: two words that share one of these are a slip apart."""
    yield word
    for at in range(len(word)):
        yield word[:at] + word[at + 1 :]
