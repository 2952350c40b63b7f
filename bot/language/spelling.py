"""Slips of the finger put right: an unknown word becomes the known word that its keys were meant to give, or that is
one slip away and fits beside its neighbours. A word that is known is left alone, and so is one that nothing is near.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from bot.language.syllables import is_syllable, without_keys

_SHORTEST, _LONGEST = 2, 15
"""Words of other lengths are not looked at: one letter could be anything, and nobody means a word of more."""
_BESIDE = 5
"""What having been seen beside a neighbour counts, against having been seen at all."""
_CLEAR = 5
"""A word of so many letters that is no syllable of Vietnamese is a slip whatever stands beside it."""


class Spelling:
    """Knows the words of some texts, spelled out and in order, and which stand beside which."""

    def __init__(self, texts: Iterable[Sequence[str]]) -> None:
        self._seen = Counter[str]()
        self._beside = Counter[tuple[str, str]]()
        for words in texts:
            self._seen.update(words)
            self._beside.update(pairwise(words))
        self._near: dict[str, list[str]] = {}
        for word in self._seen:
            if _could_be_meant(word):
                for shorter in _one_letter_less(word):
                    self._near.setdefault(shorter, []).append(word)

    def mend(self, words: Sequence[str]) -> list[str]:
        """The words, each unknown one replaced by what was meant where that can be told."""
        mended: list[str] = []
        for at, word in enumerate(words):
            if word in self._seen or not _could_be_meant(word):
                mended.append(word)
            else:
                mended += self._meant(mended[-1] if mended else "", word, words[at + 1] if at + 1 < len(words) else "")
        return mended

    def _meant(self, before: str, word: str, after: str) -> list[str]:
        if (plain := without_keys(word)) in self._seen:
            return [plain]
        near = sorted({known for shorter in _one_letter_less(word) for known in self._near.get(shorter, ())})
        if near:
            best = max(near, key=lambda known: self._fits(before, known, after))
            clear = len(word) >= _CLEAR and not is_syllable(word)
            return [best if clear or self._fits(before, best, after) >= _BESIDE else word]
        apart = [(word[:at], word[at:]) for at in range(1, len(word))]
        two = max(apart, key=lambda two: self._beside[two])
        return list(two) if self._beside[two] else [word]

    def _fits(self, before: str, word: str, after: str) -> float:
        """How well a known word stands between its neighbours: `_BESIDE` at least where it was seen beside one."""
        beside = self._beside[before, word] + self._beside[word, after]
        return _BESIDE * beside + 1 - 1 / (1 + self._seen[word])


def _could_be_meant(word: str) -> bool:
    return _SHORTEST <= len(word) <= _LONGEST and not word.isdecimal()


def _one_letter_less(word: str) -> Iterator[str]:
    """The word, and the word without each of its letters: two words that share one of these are a slip apart."""
    yield word
    for at in range(len(word)):
        yield word[:at] + word[at + 1 :]
