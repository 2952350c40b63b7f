"""Which of several subjects a text speaks of, and which of its words say so: a linear model.

The terms of a text are its words, pairs of neighbours, and each word's runs of three letters, which carry over between
a word and its misspelling. Each term speaks for or against each subject with a weight of its own, the more, the rarer
the term is; `bot.nlu.linear_model` finds weights by counting, `bot.training.learning` better ones by learning. Terms
are taken in the order they are said: a set has another order in each process, and sums would differ.

Weights of evidence by counting alone, at once: complement naive Bayes.

After J. Rennie and others, "Tackling the poor assumptions of naive Bayes text classifiers", ICML 2003: a term speaks
for a subject by the logarithm of how much rarer it would be without that subject.
"""

import math
from array import array
from collections import Counter, defaultdict
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


class Seen:
    """The terms of some documents, each with a number, and how many of the documents it is in."""

    def __init__(self, numbers: dict[str, int], counts: "array[int]", documents: int) -> None:
        """`counts` are by number; `documents` is how many there are."""
        self.numbers, self.counts, self.documents = numbers, counts, documents

    @classmethod
    def among(cls, documents: Sequence[Document]) -> Self:
        seen_in = Counter(term for document in documents for term in dict.fromkeys(terms(document.words)))
        return cls({term: at for at, term in enumerate(seen_in)}, array("I", seen_in.values()), len(documents))

    def __contains__(self, term: str) -> bool:
        return term in self.numbers

    def count(self, term: str) -> int:
        """How many documents it is in."""
        at = self.numbers.get(term)
        return 0 if at is None else self.counts[at]

    def rarity(self, term: str) -> float:
        """From 1, of a term that is in every document, up."""
        return math.log((1 + self.documents) / (1 + self.count(term))) + 1

    def length(self, words: Iterable[str]) -> float:
        """What a text's evidence is divided by, so that a long text weighs no more than a short one."""
        return math.sqrt(sum(self.rarity(word) ** 2 for word in dict.fromkeys(words))) or 1.0

    def of_runs(self, word: str) -> Iterator[tuple[str, float]]:
        """A word's runs of letters, and how much each counts."""
        found = runs(word)
        share = self.rarity(word) / math.sqrt(len(found))
        return ((run, share) for run in found)


class Weights:
    """By term, the numbers of the subjects it speaks for or against, and how strongly. In arrays, for they are many."""

    def __init__(
        self, numbers: dict[str, int], starts: "array[int]", subjects: "array[int]", values: "array[float]"
    ) -> None:
        """`numbers` are those of the terms. The weights of term `n` are those from `starts[n]` to `starts[n + 1]`."""
        self.numbers, self.starts, self.subjects, self.values = numbers, starts, subjects, values

    @classmethod
    def of_each(cls, numbers: dict[str, int], weights: Iterable[Mapping[int, float]]) -> Self:
        """`weights` are by subject, one for each of the terms in `numbers`, in order."""
        starts, subjects, values = array("I", [0]), array("H"), array("f")
        for by_subject in weights:
            kept = {subject: value for subject, value in by_subject.items() if abs(value) > _NOTHING}
            subjects.extend(kept)
            values.extend(kept.values())
            starts.append(len(values))
        return cls(numbers, starts, subjects, values)

    def of(self, term: str) -> Iterable[tuple[int, float]]:
        """The subjects that `term` speaks of, by number, with the weight of each."""
        at = self.numbers.get(term)
        if at is None:
            return ()
        part = slice(self.starts[at], self.starts[at + 1])
        return zip(self.subjects[part], self.values[part], strict=True)


class Evidence:
    """What every term says of every subject."""

    def __init__(
        self,
        subjects: Sequence[str],
        seen: Seen,
        of_terms: Weights,
        of_runs: Weights,
        before: Sequence[float],
    ) -> None:
        """`before` is how strongly each subject is spoken for before a word is said."""
        self.subjects = tuple(subjects)
        self.seen, self.of_terms, self.of_runs, self.before = seen, of_terms, of_runs, tuple(before)
        # Not by a method: what remembers would be remembered by itself, and take its megabytes long after its end.
        self._of_word = lru_cache(_WORDS_REMEMBERED)(partial(_by_itself, seen, of_terms, of_runs, len(self.subjects)))

    def weigh(self, words: Sequence[str]) -> list[float]:
        """How strongly the words speak for each of `subjects`. The differences are logarithms of likelihoods."""
        length = self.seen.length(words)
        total = [sum(column) / length for column in zip(*map(self._of_word, dict.fromkeys(words)), strict=True)]
        for pair in dict.fromkeys(pairs(words)):
            if pair in self.seen:
                share = self.seen.rarity(pair) / length
                for number, weight in self.of_terms.of(pair):
                    total[number] += weight * share
        return [value + before for value, before in zip(total, self.before, strict=True)] if total else [*self.before]

    def parts(self, words: Sequence[str], subject: str) -> tuple[tuple[str, float], ...]:
        """What each word and pair of neighbours adds to `weigh` for a subject, most first."""
        number, length = self.subjects.index(subject), self.seen.length(words)
        found = {word: self._of_word(word)[number] for word in words}
        for pair in pairs(words):
            share = self.seen.rarity(pair)
            found[pair] = share * sum(weight for other, weight in self.of_terms.of(pair) if other == number)
        ranked = sorted(found.items(), key=lambda part: (-part[1], part[0]))
        return tuple((term, value / length) for term, value in ranked if value)


def _by_itself(seen: Seen, of_terms: Weights, of_runs: Weights, count: int, word: str) -> Sequence[float]:
    """What a word says of each of `count` subjects, as a whole and by its runs of letters."""
    vector = [0.0] * count
    share_of_word = seen.rarity(word)
    for number, weight in of_terms.of(word):
        vector[number] += weight * share_of_word
    for run, share in seen.of_runs(word):
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


_SMOOTHING = 1.0
_SHARPNESS = 8.0
"""Makes what is counted into logarithms of likelihoods: of what is held to be 80 % likely, some 80 % is right."""


def counted(documents: Sequence[Document]) -> Evidence:
    """What the terms of the documents say of their subjects."""
    seen = Seen.among(documents)
    subjects = sorted({document.subject for document in documents})
    masses: dict[str, dict[str, float]] = {subject: defaultdict(float) for subject in subjects}
    for document in documents:
        _add(masses[document.subject], document, seen)
    of_terms = _weights(list(masses.values()))
    of_runs = _weights([_mass_of_runs(mass) for mass in masses.values()])
    numbers = {run: at for at, run in enumerate(of_runs)}
    return Evidence(
        subjects,
        seen,
        Weights.of_each(seen.numbers, map(of_terms.__getitem__, seen.numbers)),
        Weights.of_each(numbers, of_runs.values()),
        [0.0] * len(subjects),
    )


def _add(mass: dict[str, float], document: Document, seen: Seen) -> None:
    """Add a document to its subject's mass: whatever its length, it adds as much as any other of its weight."""
    values = {term: (1 + math.log(n)) * seen.rarity(term) for term, n in Counter(terms(document.words)).items()}
    share = document.weight / (math.sqrt(sum(value * value for value in values.values())) or 1.0)
    for term, value in values.items():
        mass[term] += value * share


def _mass_of_runs(mass: Mapping[str, float]) -> Mapping[str, float]:
    """A run of letters has the mass of the words it is part of."""
    of_runs: dict[str, float] = defaultdict(float)
    for term, value in mass.items():
        if " " not in term:
            for run in runs(term):
                of_runs[run] += value
    return of_runs


def _weights(masses: Sequence[Mapping[str, float]]) -> dict[str, dict[int, float]]:
    total: dict[str, float] = defaultdict(float)
    for mass in masses:
        for term, value in mass.items():
            total[term] += value
    weights: dict[str, dict[int, float]] = defaultdict(dict)
    for number, mass in enumerate(masses):
        for term, value in mass.items():
            whole = total[term] + _SMOOTHING
            weights[term][number] = _SHARPNESS * math.log(whole / (whole - value))
    return weights
