"""A worker as a process: what its supervisor asks of it, and that no task of it dies unnoticed.

Files that others read meanwhile: each is there as a whole, as it was before or as it is now.

The scoreboard that workers share with whoever watches them: memory that can be read while a worker is stuck.

A worker that computes without end, or is frozen, cannot say so. But what it wrote last stays readable: that it lived,
and which message it was deciding.

What a channel used of its month's allowance, in all workers together: one row of the store for each month.
"""

import asyncio
import ctypes
import gc
import logging
import mmap
import os
import secrets
import signal
import socket
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from bot.errors import StoreDown
from bot.model.hours import VIETNAM
from bot.ports.store import Clock, Store


def write_whole(file: Path, content: bytes) -> None:
    """Write a file anew. Raises OSError, and what was there before stays, and nothing else."""
    unfinished = file.with_name(f".{file.name}-{os.getpid()}")
    try:
        unfinished.write_bytes(content)
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)  # on a full disk half of it would stay


T = TypeVar("T")

SLOTS = 128
CONDEMNED = 500
"""How many messages are remembered as condemned: the newest."""

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


BEAT_SECONDS = 0.5
"""How often a worker says that it lives."""
ORPHAN_SECONDS = 60.0
"""A worker that is stuck for so long, and that nobody ended, is ended by the system (SIGALRM)."""
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 30.0
"""Before a task that ended is started again: twice as long each time, until it lasted."""
LASTED_SECONDS = 60.0
"""After so long a task that ends has not failed in a row."""
FAILURES = 8
"""After so many in a row, a minute or longer, the worker ends: a new process may do what this one cannot."""

_CANCEL_AGAIN_SECONDS = 1.0

GAVE_UP = 70
"""The exit code of a worker that cannot go on (EX_SOFTWARE of `sysexits.h`)."""

_log = logging.getLogger("toso.app")

_M_MMAP_THRESHOLD = -3
_LARGE_BYTES = 1 << 20


class Order(Struct, frozen=True, kw_only=True):
    """What a supervisor tells a worker that it starts. Numbers are those of open files, and `slot` that on the `board`.

    `app` is `module:factory`. `lifeline` ends with the supervisor; `dump` is where a worker that is stuck says where;
    `keeps` stay open, no more. `owner` is its name in the store, `role` that under which it takes roles there; names
    that begin with one of `dead` are of nobody who lives. `alone`: it has no siblings. The `first` one greets.
    """

    app: str
    host: str
    port: int
    sockets: list[int]
    board: int
    slot: int
    lifeline: int
    dump: int
    keeps: list[int]
    owner: str
    role: str
    dead: list[str]
    alone: bool
    first: bool


encode_order = msgspec.json.Encoder().encode
decode_order = msgspec.json.Decoder(Order).decode


class Membership:
    """A worker's place among others: its `slot` on the scoreboard, its names in the store, and who died before it."""

    def __init__(self, order: Order | None = None) -> None:
        """As it was ordered; without an order nobody watches this process."""
        self.slot: Slot = Scoreboard(order.board if order else None).slot(order.slot if order else 0)
        own = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"
        self.owner, self.role = (order.owner, order.role) if order else (own, own)
        self.dead: Sequence[str] = order.dead if order else ()
        self.alone = order.alone if order else True
        self._lifeline = order.lifeline if order else None

    def attach(self) -> None:
        """Say from now on that this worker lives, and stop as by SIGTERM once its supervisor is gone: an orphan would
        keep the port. Call it inside the event loop. Where nobody watches it does nothing.
        """
        if self._lifeline is not None:
            asyncio.get_running_loop().add_reader(self._lifeline, self._stop, self._lifeline)
            self._beat()

    def _beat(self) -> None:
        self.slot.beat()
        signal.setitimer(signal.ITIMER_REAL, ORPHAN_SECONDS)  # for an orphan that is stuck: the system ends it
        asyncio.get_running_loop().call_later(BEAT_SECONDS, self._beat)

    def _stop(self, lifeline: int) -> None:
        asyncio.get_running_loop().remove_reader(lifeline)
        _log.error("the process that started this worker is gone: stopping")
        signal.raise_signal(signal.SIGTERM)


def give_large_blocks_back() -> None:
    """Have memory for large things returned as soon as it is free, where the C library is glibc (`man mallopt`).

    Left alone it keeps what was large once, in each thread.
    """
    if mallopt := getattr(ctypes.CDLL(None), "mallopt", None):
        mallopt(_M_MMAP_THRESHOLD, _LARGE_BYTES)


@contextmanager
def keeping_all() -> Iterator[None]:
    """Look for no garbage meanwhile, where nearly all that is made is kept: looking takes a fifth of the time."""
    looks = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if looks:
            gc.enable()


class Tasks:
    """What goes on in the background of a worker: each task that ends is started again, and counted in `restarts`.

    A task that keeps failing ends the worker (SIGTERM, and `gave_up` is set). An outage of the store never does.
    """

    def __init__(self) -> None:
        self.restarts: Counter[str] = Counter()
        self.gave_up = False
        self._tasks: set[asyncio.Task[None]] = set()

    def keep(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """Have it run for as long as the worker does: where it returns, that is a failure, too."""

        async def endless() -> None:
            await work()
            raise RuntimeError("it has to go on, and ended")

        self.finish(name, endless)

    def finish(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """Have it run until it returns."""
        task = asyncio.create_task(self._supervise(name, work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(log_failure)

    async def stop(self) -> None:
        """Cancel all of them and wait for their ends."""
        await cancel(self._tasks)

    async def _supervise(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        now, fails, pause = asyncio.get_running_loop().time, 0, FIRST_PAUSE_SECONDS
        while True:
            began = now()
            failed = await self._fails(name, work)
            if failed is None:
                return
            if now() - began >= LASTED_SECONDS:
                fails, pause = 0, FIRST_PAUSE_SECONDS
            fails += failed
            self.restarts[name] += 1
            if fails >= FAILURES and not self.gave_up:
                _log.critical("the task %s failed %d times in a row: this worker ends", name, fails)
                self.gave_up = True
                signal.raise_signal(signal.SIGTERM)
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    async def _fails(self, name: str, work: Callable[[], Awaitable[None]]) -> bool | None:
        """Whether it ended by a fault of ours, or because of the store; None where it did what it had to do."""
        try:
            await work()
        except StoreDown:
            return False
        except asyncio.CancelledError:
            if (this := asyncio.current_task()) is None or this.cancelling():
                raise
            _log.exception("the task %s was cancelled by something it waited for", name)
            return True
        except Exception:
            _log.exception("the task %s failed", name)
            return True
        return None


async def cancel(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancel tasks and wait for their ends, with whatever they fail.

    They are told again from time to time: where one of several calls in an `asyncio.gather` fails just then, who
    waits for them sees that failure, and never that it was cancelled.
    """
    tasks = tuple(tasks)
    going = set(tasks)
    while going:
        for task in going:
            task.cancel()
        _, going = await asyncio.wait(going, timeout=_CANCEL_AGAIN_SECONDS)
    await asyncio.gather(*tasks, return_exceptions=True)


def leave() -> None:
    """End this process at once with a failure, for whoever started it to see; all is saved and closed before."""
    logging.shutdown()
    os._exit(GAVE_UP)


def log_failure(task: asyncio.Task[Any]) -> None:
    """A done callback for a task that nobody waits for."""
    if not task.cancelled() and (bug := task.exception()):
        _log.error("a task of this worker failed", exc_info=bug)


SAVE_SECONDS = 5.0
"""How much a worker that was killed may have counted in vain."""
_decode = msgspec.json.Decoder(dict[str, int]).decode


class MonthlyCount:
    """Counts by name, for example `sent`, in the calendar months of Việt Nam. `table` is where the store keeps them."""

    def __init__(self, table: str, store: Store, clock: Clock) -> None:
        self._table = table
        self._store = store
        self._clock = clock
        self._unsaved: dict[str, Counter[str]] = {}

    def add(self, name: str) -> None:
        """Count one more. Returns at once; it is saved soon."""
        self._unsaved.setdefault(self._month(), Counter())[name] += 1

    async def this_month(self) -> Mapping[str, int]:
        """The counts of all workers, and those of this one that are not saved yet. Raises StoreDown."""
        month = self._month()
        _, rows = await self._store.rows(self._table)
        return Counter(_decode(rows.get(month, b"{}"))) + self._unsaved.get(month, Counter())

    async def save(self) -> None:
        """Add what was counted to what is kept. Raises StoreDown; then it is still counted."""
        for month in list(self._unsaved):
            counted = self._unsaved.pop(month)
            try:
                while not await self._added(month, counted):
                    pass  # another worker came first: add to what it saved
            except BaseException:
                self._unsaved.setdefault(month, Counter()).update(counted)
                raise

    async def keep_saving(self) -> None:
        """Save now and then, for ever."""
        while True:
            await asyncio.sleep(SAVE_SECONDS)
            with suppress(StoreDown):
                await self.save()

    async def _added(self, month: str, counted: Counter[str]) -> bool:
        _, rows = await self._store.rows(self._table)
        before = rows.get(month)
        after = msgspec.json.encode(dict(Counter(_decode(before or b"{}")) + counted))
        return await self._store.put(self._table, month, before, after)

    def _month(self) -> str:
        return f"{datetime.fromtimestamp(self._clock.now_ms() / 1000, VIETNAM):%Y-%m}"
