"""Weights of evidence by learning: logistic regression over the same terms, mixed with what counting finds.

As a program (`python -m bot.training.learning FOLDER COUNTING`) it reads documents, packed, and keeps what it learns
there.

Learning tells which of the words people use in one sort of talk really tell it from the others; counting is broader
with words that are seldom seen. docs/decisions/022 has the figures. Takes seconds, and scikit-learn: never done where
residents wait.
"""

import fcntl
import os
import sys
from array import array
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import numpy
from msgspec.structs import replace
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from bot.nlu.linear_model import Document, Evidence, Seen, Weights, counted, terms
from bot.training.model_store import COUNTING, Memory

_LEAST = 2
"""A term that fewer documents have, as half of all terms, is only counted: learnt, it would remember that document."""
_SLACK = 20.0
_ROUNDS = 100


def learnt(documents: Sequence[Document], counting: float = COUNTING) -> Evidence:
    """What the terms of the documents say of their subjects, learnt. The same documents give the same weights.

    `counting` is the share of what is counted in the mix.
    """
    count = counted(documents)
    seen, runs = count.seen, count.of_runs.numbers
    often = [term for term in seen.numbers if seen.count(term) >= _LEAST]
    numbers = {term: at for at, term in enumerate(often)}
    # Newton's method keeps a few copies of all weights, not the twenty of the usual one; single precision will do.
    model = LogisticRegression(C=_SLACK, max_iter=_ROUNDS, class_weight="balanced", solver="newton-cg")
    weights, matrix = [document.weight for document in documents], _matrix(documents, seen, numbers, runs)
    del count, seen, runs
    model.fit(matrix, [document.subject for document in documents], weights)
    count = counted(documents)  # again: kept meanwhile, it would add to the most memory that is needed at once
    seen, runs = count.seen, count.of_runs.numbers
    of_terms = _mixed(model.coef_[:, : len(numbers)], numbers, count.of_terms, counting)
    of_runs = _mixed(model.coef_[:, len(numbers) :], runs, count.of_runs, counting)
    return Evidence(model.classes_.tolist(), seen, of_terms, of_runs, ((1 - counting) * model.intercept_).tolist())


def _matrix(documents: Sequence[Document], seen: Seen, numbers: dict[str, int], runs: dict[str, int]) -> csr_matrix:
    """A row for each document: what `Evidence.weigh` multiplies each weight by, of terms and then of runs."""
    ends, columns, values = array("i", [0]), array("i"), array("f")
    for document in documents:
        length = seen.length(document.words)
        row: dict[int, float] = defaultdict(float)
        for term in dict.fromkeys(terms(document.words)):
            if term in numbers:
                row[numbers[term]] += seen.rarity(term) / length
        for word in dict.fromkeys(document.words):
            for run, share in seen.of_runs(word):
                row[len(numbers) + runs[run]] += share / length
        columns.extend(row)
        values.extend(row.values())
        ends.append(len(columns))
    return csr_matrix((values, columns, ends), shape=(len(documents), len(numbers) + len(runs)))


def _mixed(learnt_weights: numpy.ndarray, numbers: dict[str, int], count: Weights, counting: float) -> Weights:
    """Weights of all that was counted. `learnt_weights` are by subject and by number, of what has one."""

    def each() -> Iterator[dict[int, float]]:
        for term in count.numbers:
            by_subject = dict(count.of(term))
            if term in numbers:
                by_subject = {subject: counting * weight for subject, weight in by_subject.items()}
                for subject, weight in enumerate(((1 - counting) * learnt_weights[:, numbers[term]]).tolist()):
                    by_subject[subject] = by_subject.get(subject, 0.0) + weight
            yield by_subject

    return Weights.of_each(count.numbers, each())


def decoded(packed: bytes) -> list[Document]:
    """The documents that were packed. Each word is kept once, however many have it: apart they take 13 MiB more."""
    documents = msgspec.msgpack.decode(packed, type=list[Document])
    return [replace(each, words=[sys.intern(word) for word in each.words]) for each in documents]


def main(folder: Path, counting: float) -> None:
    """Learn from the documents on stdin and keep it in the folder, unless somebody else just did."""
    os.nice(10)
    try:
        documents = decoded(sys.stdin.buffer.read())
    except msgspec.DecodeError:
        sys.exit(1)  # who asked was killed while saying what for: nobody waits for an answer, or for an explanation
    memory = Memory(folder, counting=counting)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if memory.recall(documents) is None:
            with threadpool_limits(1):  # the other processors are the residents'
                memory.keep(documents, learnt(documents, counting))


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]))
