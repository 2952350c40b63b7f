"""A worker as a process: what its supervisor asks of it, and that no task of it dies unnoticed."""

import asyncio
import ctypes
import gc
import logging
import os
import secrets
import signal
import socket
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import msgspec
from msgspec import Struct

from bot.errors import StoreDown
from bot.watchdog import Scoreboard, Slot

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
