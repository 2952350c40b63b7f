"""Which of several subjects a text speaks of, and which of its words say so: a linear model.

The terms of a text are its words, pairs of neighbours, and each word's runs of three letters, which carry over between
a word and its misspelling. Each term speaks for or against each subject with a weight of its own, the more, the rarer
the term is; `bot.language.counting` finds weights by counting, `bot.teaching.learning` better ones by learning.
"""

import math
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from itertools import pairwise
from typing import Self

from msgspec import Struct

_WORDS_REMEMBERED = 4096
_NOTHING = 0.03
"""A smaller weight is no evidence: some nine in ten of those that are learnt."""


class Document(Struct, frozen=True):
    """Words, spelled out and in order, that speak of a subject; `weight` says how much they count."""

    subject: str
    words: Sequence[str]
    weight: float = 1.0


class Rarity(Struct, frozen=True):
    """How rare each term of some documents is among them, and a word that is in none: from 1 up."""

    of_term: dict[str, float]
    unknown: float

    @classmethod
    def among(cls, documents: Sequence[Document]) -> Self:
        seen_in = Counter(term for document in documents for term in set(terms(document.words)))
        whole = 1 + len(documents)
        return cls({term: math.log(whole / (1 + count)) + 1 for term, count in seen_in.items()}, math.log(whole) + 1)

    def of_word(self, word: str) -> float:
        return self.of_term.get(word, self.unknown)

    def length(self, words: Iterable[str]) -> float:
        """What a text's evidence is divided by, so that a long text weighs no more than a short one."""
        return math.sqrt(sum(self.of_word(word) ** 2 for word in set(words))) or 1.0

    def of_runs(self, word: str) -> Iterator[tuple[str, float]]:
        """A word's runs of letters, and how much each counts."""
        found = runs(word)
        share = self.of_word(word) / math.sqrt(len(found))
        return ((run, share) for run in found)


class Weights:
    """By term, the numbers of the subjects it speaks for or against, and how strongly. In arrays, for they are many."""

    def __init__(
        self, terms: Sequence[str], starts: "array[int]", numbers: "array[int]", values: "array[float]"
    ) -> None:
        """The weights of the term at `n` are those from `starts[n]` to `starts[n + 1]`."""
        self.terms = {term: at for at, term in enumerate(terms)}
        self.starts, self.numbers, self.values = starts, numbers, values

    @classmethod
    def of_each(cls, weights: Iterable[tuple[str, Mapping[int, float]]]) -> Self:
        terms: list[str] = []
        starts, numbers, values = array("I", [0]), array("H"), array("f")
        for term, by_subject in weights:
            kept = {number: value for number, value in by_subject.items() if abs(value) > _NOTHING}
            if kept:
                terms.append(term)
                numbers.extend(kept)
                values.extend(kept.values())
                starts.append(len(values))
        return cls(terms, starts, numbers, values)

    def of(self, term: str) -> Iterable[tuple[int, float]]:
        """The subjects that `term` speaks of, by number, with the weight of each."""
        at = self.terms.get(term)
        if at is None:
            return ()
        part = slice(self.starts[at], self.starts[at + 1])
        return zip(self.numbers[part], self.values[part], strict=True)


class Evidence:
    """What every term says of every subject."""

    def __init__(
        self,
        subjects: Sequence[str],
        rarity: Rarity,
        of_terms: Weights,
        of_runs: Weights,
        before: Sequence[float],
        learnt_from: str = "",
    ) -> None:
        """`before` is how strongly each subject is spoken for before a word is said.

        `learnt_from` is the digest of the documents that this was learnt from; nothing where it was only counted.
        """
        self.subjects = tuple(subjects)
        self.rarity, self.of_terms, self.of_runs, self.before = rarity, of_terms, of_runs, tuple(before)
        self.learnt_from = learnt_from
        # Not by a method: what remembers would be remembered by itself, and take its megabytes long after its end.
        self._of_word = lru_cache(_WORDS_REMEMBERED)(partial(_by_itself, rarity, of_terms, of_runs, len(self.subjects)))

    def knows(self, word: str) -> bool:
        return word in self.rarity.of_term

    def weigh(self, words: Sequence[str]) -> list[float]:
        """How strongly the words speak for each of `subjects`. The differences are logarithms of likelihoods."""
        length = self.rarity.length(words)
        total = [sum(column) / length for column in zip(*map(self._of_word, set(words)), strict=True)]
        for pair in set(pairs(words)):
            share = self.rarity.of_term.get(pair, 0.0) / length
            for number, weight in self.of_terms.of(pair):
                total[number] += weight * share
        return [value + before for value, before in zip(total, self.before, strict=True)] if total else [*self.before]

    def parts(self, words: Sequence[str], subject: str) -> tuple[tuple[str, float], ...]:
        """What each word and pair of neighbours adds to `weigh` for a subject, most first."""
        number, length = self.subjects.index(subject), self.rarity.length(words)
        found = {word: self._of_word(word)[number] for word in words}
        for pair in pairs(words):
            share = self.rarity.of_term.get(pair, 0.0)
            found[pair] = share * sum(weight for other, weight in self.of_terms.of(pair) if other == number)
        ranked = sorted(found.items(), key=lambda part: (-part[1], part[0]))
        return tuple((term, value / length) for term, value in ranked if value)


def _by_itself(rarity: Rarity, of_terms: Weights, of_runs: Weights, count: int, word: str) -> Sequence[float]:
    """What a word says of each of `count` subjects, as a whole and by its runs of letters."""
    vector = [0.0] * count
    share_of_word = rarity.of_word(word)
    for number, weight in of_terms.of(word):
        vector[number] += weight * share_of_word
    for run, share in rarity.of_runs(word):
        for number, weight in of_runs.of(run):
            vector[number] += weight * share
    return array("f", vector)


def terms(words: Sequence[str]) -> list[str]:
    """The words, and the pairs of neighbours."""
    return [*words, *pairs(words)]


def pairs(words: Sequence[str]) -> list[str]:
    return [f"{first} {second}" for first, second in pairwise(words)]


@lru_cache(_WORDS_REMEMBERED)
def runs(word: str) -> tuple[str, ...]:
    """The different runs of three letters of a word, its ends marked."""
    marked = f"<{word}>"
    return tuple(dict.fromkeys(marked[at : at + 3] for at in range(max(1, len(marked) - 2))))
