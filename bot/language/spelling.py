"""Slips of the finger put right: an unknown word becomes the known word that its keys were meant to give, or that is
one slip away and fits beside its neighbours. A word that is known is left alone, and so is one that nothing is near.
"""

from collections.abc import Iterator, Sequence

from bot.language.evidence import Seen
from bot.language.syllables import is_syllable, without_keys

_SHORTEST, _LONGEST = 2, 15
"""Words of other lengths are not looked at: one letter could be anything, and nobody means a word of more."""
_BESIDE = 5
"""What having been seen beside a neighbour counts, against having been seen at all."""
_CLEAR = 5
"""A word of so many letters that is no syllable of Vietnamese is a slip whatever stands beside it."""


class Spelling:
    """Knows the words of some documents, and which stand beside which."""

    def __init__(self, seen: Seen) -> None:
        self._seen = seen
        self._near: dict[str, list[str]] = {}
        for term in seen.numbers:
            if _could_be_meant(term):
                for shorter in _one_letter_less(term):
                    self._near.setdefault(shorter, []).append(term)

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
        two = max(apart, key=lambda two: self._seen.count(" ".join(two)))
        return list(two) if " ".join(two) in self._seen else [word]

    def _fits(self, before: str, word: str, after: str) -> float:
        """How well a known word stands between its neighbours: `_BESIDE` at least where it was seen beside one."""
        beside = self._seen.count(f"{before} {word}") + self._seen.count(f"{word} {after}")
        return _BESIDE * beside + 1 - 1 / (1 + self._seen.count(word))


def _could_be_meant(word: str) -> bool:
    return _SHORTEST <= len(word) <= _LONGEST and not word.isdecimal() and " " not in word


def _one_letter_less(word: str) -> Iterator[str]:
    """The word, and the word without each of its letters: two words that share one of these are a slip apart."""
    yield word
    for at in range(len(word)):
        yield word[:at] + word[at + 1 :]
