"""Weights of evidence by learning: logistic regression over the same terms, mixed with what counting finds.

As a program (`python -m bot.teaching.learning FOLDER`) it reads documents, packed, and keeps what it learns there.

Learning tells which of the words people use in one sort of talk really tell it from the others; counting is broader
with words that are seldom seen. docs/decisions/022 has the figures. Takes seconds, and scikit-learn: never done where
residents wait.
"""

import fcntl
import os
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import numpy
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from bot.language.counting import counted
from bot.language.evidence import Document, Evidence, Seen, Weights, pairs
from bot.teaching.memory import Memory

_LEARNT = 0.7
"""The share of what is learnt in the mix; the rest is counted."""
_SLACK = 20.0
_ROUNDS = 100


def learnt(documents: Sequence[Document]) -> Evidence:
    """What the terms of the documents say of their subjects, learnt. The same documents give the same weights."""
    seen = Seen.among(documents)
    runs: dict[str, int] = {}
    rows = [_features(document.words, seen, runs) for document in documents]
    matrix = _matrix(rows, len(seen.numbers) + len(runs))
    model = LogisticRegression(C=_SLACK, max_iter=_ROUNDS, class_weight="balanced")
    model.fit(matrix, [document.subject for document in documents], [document.weight for document in documents])
    count = counted(documents)
    of_terms = _mixed(model.coef_[:, : len(seen.numbers)], seen.numbers, count.of_terms)
    of_runs = _mixed(model.coef_[:, len(seen.numbers) :], runs, count.of_runs)
    return Evidence(model.classes_.tolist(), seen, of_terms, of_runs, (_LEARNT * model.intercept_).tolist())


def _features(words: Sequence[str], seen: Seen, runs: dict[str, int]) -> dict[int, float]:
    """What `Evidence.weigh` multiplies each weight by, by column: the terms by number, then `runs`, which grows."""
    length = seen.length(words)
    values: dict[int, float] = defaultdict(float)
    for term in {*words, *pairs(words)}:
        values[seen.numbers[term]] += seen.rarity(term) / length
    for word in set(words):
        for run, share in seen.of_runs(word):
            values[len(seen.numbers) + runs.setdefault(run, len(runs))] += share / length
    return values


def _matrix(rows: Sequence[dict[int, float]], width: int) -> csr_matrix:
    ends = numpy.cumsum([0, *map(len, rows)])
    columns = [column for row in rows for column in row]
    values = [value for row in rows for value in row.values()]
    return csr_matrix((values, columns, ends), shape=(len(rows), width))


def _mixed(learnt_weights: numpy.ndarray, numbers: dict[str, int], count: Weights) -> Weights:
    """`learnt_weights` are by subject and by the number of each term, or run of letters."""

    def each() -> Iterator[dict[int, float]]:
        for term, at in numbers.items():
            by_subject = dict(enumerate((_LEARNT * learnt_weights[:, at]).tolist()))
            for subject, weight in count.of(term):
                by_subject[subject] += (1 - _LEARNT) * weight
            yield by_subject

    return Weights.of_each(numbers, each())


def main(folder: Path) -> None:
    """Learn from the documents on stdin and keep it in the folder, unless somebody else just did."""
    os.nice(10)
    try:
        documents = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=list[Document])
    except msgspec.DecodeError:
        sys.exit(1)  # who asked was killed while saying what for: nobody waits for an answer, or for an explanation
    memory = Memory(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if memory.recall(documents) is None:
            with threadpool_limits(1):  # the other processors are the residents'
                memory.keep(documents, learnt(documents))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
