"""The scoreboard that workers share with whoever watches them: memory that can be read while a worker is stuck.

A worker that computes without end, or is frozen, cannot say so. But what it wrote last stays readable: that it lived,
and which message it was deciding.
"""

import logging
import mmap
import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import TypeVar

from bot.whole import write_whole

T = TypeVar("T")

SLOTS = 128
CONDEMNED = 500
"""How many messages are remembered as condemned: the newest."""

_log = logging.getLogger("toso.app")

_MARK = 8
_NOTHING = bytes(_MARK)
_SLOT = 32
_COUNT = SLOTS * _SLOT
_MARKS = _COUNT + _MARK
_SIZE = _MARKS + CONDEMNED * _MARK


def mark_of(chat_key: str, message_id: str) -> bytes:
    """A message as the scoreboard names it: nobody can be recognised by it."""
    return blake2b(f"{chat_key}\n{message_id}".encode(), digest_size=_MARK).digest()


class Scoreboard:
    """A slot for each worker, and the marks of messages that are not to be tried again."""

    def __init__(self, file: int | None = None, kept: Path | None = None) -> None:
        """Over the open file of another process, or a new one. What is condemned is `kept` for the next start."""
        self.file = _open() if file is None else file
        self._memory = mmap.mmap(self.file, _SIZE)
        self._kept = kept
        self._read = _NOTHING
        self._condemned: frozenset[bytes] = frozenset()
        self._recall()

    def slot(self, number: int) -> "Slot":
        return Slot(self, self._memory, number * _SLOT)

    def condemn(self, mark: bytes) -> None:
        """Have no worker try this message again."""
        count = int.from_bytes(self._memory[_COUNT:_MARKS], "little")
        at = _MARKS + _MARK * (count % CONDEMNED)
        self._memory[at : at + _MARK] = mark
        self._memory[_COUNT:_MARKS] = (count + 1).to_bytes(_MARK, "little")
        if self._kept:
            try:
                write_whole(self._kept, self._memory[_COUNT:_SIZE])
            except OSError as error:
                _log.warning("after a restart that message may be tried again: %s (%s)", self._kept, error.strerror)

    def _recall(self) -> None:
        """Know what was condemned before; a file that is not as it was written says nothing."""
        with suppress(OSError):
            kept = self._kept.read_bytes() if self._kept else b""
            if len(kept) == _SIZE - _COUNT:
                self._memory[_COUNT:_SIZE] = kept

    def is_condemned(self, mark: bytes) -> bool:
        """Whether a worker was stuck at this message."""
        if (count := self._memory[_COUNT:_MARKS]) != self._read:
            marks = self._memory[_MARKS:_SIZE]
            self._condemned = frozenset(marks[at : at + _MARK] for at in range(0, len(marks), _MARK)) - {_NOTHING}
            self._read = count
        return mark in self._condemned


class Slot:
    """What one worker says of itself."""

    def __init__(self, board: Scoreboard, memory: mmap.mmap, at: int) -> None:
        self.board = board
        self._memory = memory
        self._beats, self._mark, self._ready, self._started, self._end = range(at, at + _SLOT + 1, _MARK)

    def clear(self) -> None:
        """Make it as good as new, for the next worker."""
        self._memory[self._beats : self._end] = bytes(self._end - self._beats)

    @property
    def beats(self) -> int:
        """How often it said that it lives."""
        return int.from_bytes(self._memory[self._beats : self._mark], "little")

    def beat(self) -> None:
        """Say that it lives."""
        self._memory[self._beats : self._mark] = (self.beats + 1).to_bytes(_MARK, "little")

    @property
    def ready(self) -> bool:
        """Whether it began to listen."""
        return self._memory[self._ready : self._started] != _NOTHING

    def set_ready(self) -> None:
        self._memory[self._ready : self._started] = b"\1" * _MARK

    @property
    def started(self) -> bool:
        """Whether it had the store, and freed what those who died before it had on lease."""
        return self._memory[self._started : self._end] != _NOTHING

    def set_started(self) -> None:
        self._memory[self._started : self._end] = b"\1" * _MARK

    @property
    def at_work(self) -> bytes:
        """The mark of the message it is at; empty when it is at none."""
        mark = self._memory[self._mark : self._ready]
        return b"" if mark == _NOTHING else mark

    def at(self, mark: bytes, compute: Callable[[], T]) -> T:
        """What `compute` returns; while it runs, which waits for nothing, the worker is at this message."""
        self._memory[self._mark : self._ready] = mark
        try:
            return compute()
        finally:
            self._memory[self._mark : self._ready] = _NOTHING


def _open() -> int:
    """A file that is gone with those who have it open, filled: writing to it cannot fail for want of room."""
    if hasattr(os, "memfd_create"):
        file = os.memfd_create("toso-scoreboard")
    else:
        with tempfile.TemporaryFile() as opened:
            file = os.dup(opened.fileno())
    os.write(file, bytes(_SIZE))
    return file
