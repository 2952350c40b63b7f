"""What was learnt from documents, kept in files: by their digest, so that other documents never get it.

What takes long to work out of content, kept in files: by a digest of the content and of the code that works on it.

So who starts again has it soon, and nobody ever has what was worked out of something else. A broken file is as none.

The matcher of a worker: at once by counting what the guides say, and better once that has been learnt.
"""

import asyncio
import contextlib
import logging
import subprocess
import sys
import unicodedata
from array import array
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import Struct

from bot.background import write_whole
from bot.content.guide import Guide
from bot.content.training import Talk
from bot.desk.phrases import Asked
from bot.model import replace
from bot.nlu.intent import Build, Matcher, Prepared, prepared
from bot.nlu.linear_model import Document, Evidence, Seen, Weights, counted
from bot.ports.store import Library

KEPT = 6
"""So many of the last files of a kind are kept in a folder."""
_SUM = 16
"""Bytes at the beginning of a file that say whether the rest is as it was written: disks forget."""
_BOT = Path(__file__).parents[1]
_CODE = ("nlu/*.py", "content/guide.py", "content/training.py", "desk/screening.py")

_T = TypeVar("_T")


def cached(folders: Sequence[Path], kind: str, content: object, make: Callable[[], _T], type_: type[_T]) -> _T:
    """What `make` makes of the content, or made of it before in any of the folders; the last is where more is kept.

    Where nothing can be written, everybody makes it.
    """
    name = f"{kind}-{_digest(content)}"
    for folder in folders:
        with suppress(OSError, msgspec.DecodeError):
            kept = (folder / name).read_bytes()
            if kept[:_SUM] == _sum(kept[_SUM:]):
                return msgspec.msgpack.decode(memoryview(kept)[_SUM:], type=type_)
    made = make()
    with suppress(OSError):
        folders[-1].mkdir(parents=True, exist_ok=True)
        encoded = msgspec.msgpack.encode(made)
        write_whole(folders[-1] / name, _sum(encoded) + encoded)
        forget_all_but_the_last(folders[-1], f"{kind}-*")
    return made


def forget_all_but_the_last(folder: Path, pattern: str) -> None:
    """Keep the last KEPT files whose names are like the pattern. Raises OSError."""
    files = [file for file in folder.glob(pattern) if not file.name.startswith(".")]
    for file in sorted(files, key=lambda file: file.stat().st_mtime)[:-KEPT]:
        file.unlink(missing_ok=True)


def _digest(content: object) -> str:
    return _sum(_code() + msgspec.msgpack.encode(content)).hex()


def _sum(content: bytes) -> bytes:
    return blake2b(content, digest_size=_SUM).digest()


@cache
def _code() -> bytes:
    """What tells one state of the code from another."""
    digest = blake2b(f"{sys.version} {unicodedata.unidata_version}".encode(), digest_size=16)
    for file in sorted(file for pattern in _CODE for file in _BOT.glob(pattern)):
        content = file.read_bytes()
        digest.update(f"\n{file.name} {len(content)}\n".encode() + content)
    return digest.digest()


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
        return (sys.executable, "-m", "bot.training.learning", str(self._folders[-1]), str(self._counting))


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


_log = logging.getLogger("toso.app")


class Teaching:
    """Has matchers built for a library and what admins `added`. `use` is given each new one."""

    def __init__(
        self,
        library: Library,
        talk: Talk,
        memory: Memory,
        added: Asked,
        use: Callable[[Matcher], None],
        build: Build = Matcher,
    ) -> None:
        self._library, self._talk, self._memory, self._added = library, talk, memory, added
        self._use, self._build = use, build
        self._matcher = Matcher(())
        self._learning = asyncio.Lock()
        self._learnt: Evidence | None = None
        self._to_learn = False

    def renew(self) -> None:
        """Use a matcher that knows the library, and what was added, as they are now."""
        synonyms = {**self._added.synonyms, **self._talk.synonyms}
        talk = replace(self._talk, synonyms=synonyms)
        self._matcher = self._build(self._library.all(), talk, self._weigh, self._added.by_guide, self._memory.prepared)
        self._use(self._matcher)

    async def learn(self) -> None:
        """Where nothing was learnt from all this as it is now, do so, and use that; one at a time."""
        async with self._learning:
            if not self._to_learn:
                return
            if await self._memory.learn_beside(self._matcher.documents):
                self.renew()
            else:
                _log.error("residents are understood less well: learning how they ask did not work")

    def _weigh(self, documents: Sequence[Document]) -> Evidence:
        """What was learnt of the documents; until it is, what was learnt of the same guides before, if anything."""
        known = self._memory.recall(documents)
        self._to_learn = known is None
        self._learnt = known or self._learnt
        if self._learnt and set(self._learnt.subjects) == {document.subject for document in documents}:
            return self._learnt
        return self._memory.weigh(documents)
