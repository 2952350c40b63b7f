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
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from bot.language.counting import counted
from bot.language.evidence import Document, Evidence, Rarity, Weights, pairs
from bot.teaching.memory import Memory

_COUNTED = 0.3
"""The share of counting in the mix."""
_SLACK = 20.0
_ROUNDS = 100


def learnt(documents: Sequence[Document]) -> Evidence:
    """What the terms of the documents say of their subjects, learnt. The same documents give the same weights."""
    rarity = Rarity.among(documents)
    columns: dict[str, int] = {}
    rows = [_features(document.words, rarity, columns) for document in documents]
    matrix = _matrix(rows, len(columns))
    model = LogisticRegression(C=_SLACK, max_iter=_ROUNDS, class_weight="balanced")
    model.fit(matrix, [document.subject for document in documents], [document.weight for document in documents])
    return _mixed(model, rarity, columns, counted(documents))


def _features(words: Sequence[str], rarity: Rarity, columns: dict[str, int]) -> dict[int, float]:
    """What `Evidence.weigh` multiplies each weight by, by column; terms met for the first time get the next columns.

    A run of letters stands under its letters after a blank, so that it is no word.
    """
    length = rarity.length(words)
    values: dict[int, float] = defaultdict(float)
    for term in {*words, *pairs(words)}:
        values[columns.setdefault(term, len(columns))] += rarity.of_term[term] / length
    for word in set(words):
        for run, share in rarity.of_runs(word):
            values[columns.setdefault(f" {run}", len(columns))] += share / length
    return values


def _matrix(rows: Sequence[dict[int, float]], width: int) -> csr_matrix:
    ends = numpy.cumsum([0, *map(len, rows)])
    columns = [column for row in rows for column in row]
    values = [value for row in rows for value in row.values()]
    return csr_matrix((values, columns, ends), shape=(len(rows), width))


def _mixed(model: LogisticRegression, rarity: Rarity, columns: dict[str, int], count: Evidence) -> Evidence:
    share = 1 - _COUNTED
    of_terms: list[tuple[str, dict[int, float]]] = []
    of_runs: list[tuple[str, dict[int, float]]] = []
    for term, column in columns.items():
        by_subject = dict(enumerate((share * model.coef_[:, column]).tolist()))
        run = term.startswith(" ")
        for number, weight in count.of_runs.of(term[1:]) if run else count.of_terms.of(term):
            by_subject[number] += _COUNTED * weight
        (of_runs if run else of_terms).append((term[1:] if run else term, by_subject))
    before = (share * model.intercept_).tolist()
    return Evidence(model.classes_.tolist(), rarity, Weights.of_each(of_terms), Weights.of_each(of_runs), before)


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
