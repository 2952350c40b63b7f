"""What was learnt from documents, kept in files: by their digest, so that other documents never get it."""

import asyncio
import contextlib
import subprocess
import sys
from array import array
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from pathlib import Path

import msgspec
from msgspec import Struct

from bot.content.guide import Guide
from bot.content.training import Talk
from bot.language.counting import counted
from bot.language.evidence import Document, Evidence, Seen, Weights
from bot.language.understanding import Prepared, prepared
from bot.teaching.cache import cached, forget_all_but_the_last
from bot.whole import write_whole

FORMAT = 3
"""Part of every digest. Another number, and everything is learnt anew: raise it when the way of learning changes."""
COUNTING = 0.3
"""The share of what is counted in what guides' own words say; the rest is learnt."""
_ROOT = Path(__file__).parents[2]


class _Weights(Struct):
    starts: bytes
    subjects: bytes
    values: bytes


class _Evidence(Struct):
    subjects: list[str]
    documents: int
    terms: list[str]
    counts: bytes
    of_terms: _Weights
    runs: list[str]
    of_runs: _Weights
    before: list[float]


class _Prepared(Struct):
    """`Prepared`, with the number of each word among `terms` in its place: it is read sooner."""

    topics: dict[str, str]
    opens: dict[str, str]
    terms: list[str]
    documents: list[tuple[str, float, bytes]]


class Memory:
    """Knows what was learnt in any of the folders, the first before the others; the last is where more is kept."""

    def __init__(self, *folders: Path, counting: float = COUNTING) -> None:
        """`counting` is the share of what is counted in all that this learns."""
        self._folders, self._counting = folders, counting

    def prepared(self, guides: Sequence[Guide], talk: Talk, added: Mapping[str, Sequence[str]]) -> Prepared:
        """What is learnt from, in words; worked out once for the same guides, talk and ways of asking."""
        content = (guides, talk, dict(added))
        kept = cached(
            self._folders, "words", content, lambda: _numbered_words(prepared(guides, talk, added)), _Prepared
        )
        return _in_words(kept)

    def weigh(self, documents: Sequence[Document]) -> Evidence:
        """What was learnt from the documents, or, where nothing was yet, what counting finds."""
        return self.recall(documents) or counted(documents)

    def recall(self, documents: Sequence[Document]) -> Evidence | None:
        """What was learnt from exactly these documents; None where nothing was, or the file is broken."""
        name = digest(documents, self._counting)
        for folder in self._folders:
            with contextlib.suppress(FileNotFoundError, NotADirectoryError, msgspec.DecodeError, ValueError):
                return unpacked((folder / name).read_bytes())
        return None

    def taught(self, documents: Sequence[Document]) -> Evidence:
        """What was learnt from the documents, learnt now where it was not yet. Raises CalledProcessError."""
        if evidence := self.recall(documents):
            return evidence
        subprocess.run(self._learner(), input=msgspec.msgpack.encode(documents), check=True, cwd=_ROOT)  # noqa: S603
        return self.weigh(documents)

    def keep(self, documents: Sequence[Document], evidence: Evidence) -> None:
        """Keep what was learnt, and little else. Raises OSError."""
        folder, name = self._folders[-1], digest(documents, self._counting)
        write_whole(folder / name, packed(evidence))
        forget_all_but_the_last(folder, "[0-9a-f]" * len(name))

    async def learn_beside(self, documents: Sequence[Document]) -> bool:
        """Learn from the documents while other things go on. False where that did not work; it has then said why."""
        learner = await asyncio.create_subprocess_exec(*self._learner(), stdin=asyncio.subprocess.PIPE, cwd=_ROOT)
        try:
            await learner.communicate(msgspec.msgpack.encode(documents))
        finally:
            if learner.returncode is None:  # nobody waits any more
                learner.kill()
                await learner.wait()
        return learner.returncode == 0

    def _learner(self) -> tuple[str, ...]:
        return (sys.executable, "-m", "bot.teaching.learning", str(self._folders[-1]), str(self._counting))


def digest(documents: Sequence[Document], counting: float = COUNTING) -> str:
    return blake2b(msgspec.msgpack.encode((FORMAT, sys.byteorder, counting, documents)), digest_size=16).hexdigest()


def packed(evidence: Evidence) -> bytes:
    seen, of_runs = evidence.seen, evidence.of_runs
    return msgspec.msgpack.encode(
        _Evidence(
            list(evidence.subjects),
            seen.documents,
            list(seen.numbers),
            seen.counts.tobytes(),
            _packed(evidence.of_terms),
            list(of_runs.numbers),
            _packed(of_runs),
            list(evidence.before),
        )
    )


def unpacked(data: bytes) -> Evidence:
    """Raises msgspec.DecodeError, ValueError for anything else than what was packed."""
    kept = msgspec.msgpack.decode(data, type=_Evidence)
    seen = Seen(_numbered(kept.terms), array("I", kept.counts), kept.documents)
    of_terms = _unpacked(seen.numbers, kept.of_terms)
    of_runs = _unpacked(_numbered(kept.runs), kept.of_runs)
    return Evidence(kept.subjects, seen, of_terms, of_runs, kept.before)


def _numbered_words(known: Prepared) -> _Prepared:
    numbers = _numbered(list(dict.fromkeys(word for document in known.documents for word in document.words)))
    documents = [
        (document.subject, document.weight, array("I", [numbers[word] for word in document.words]).tobytes())
        for document in known.documents
    ]
    return _Prepared(known.topics, known.opens, list(numbers), documents)


def _in_words(kept: _Prepared) -> Prepared:
    terms = list(map(sys.intern, kept.terms))  # one word stands in many texts: in memory, once
    documents = [
        Document(subject, [terms[number] for number in array("I", numbers)], weight)
        for subject, weight, numbers in kept.documents
    ]
    return Prepared(kept.topics, kept.opens, documents)


def _numbered(terms: Sequence[str]) -> dict[str, int]:
    return {term: at for at, term in enumerate(terms)}


def _packed(weights: Weights) -> _Weights:
    return _Weights(weights.starts.tobytes(), weights.subjects.tobytes(), weights.values.tobytes())


def _unpacked(numbers: dict[str, int], kept: _Weights) -> Weights:
    return Weights(numbers, array("I", kept.starts), array("H", kept.subjects), array("f", kept.values))
