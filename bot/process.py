"""A worker as a process: it ends with the one that started it, and no task of it dies unnoticed."""

import asyncio
import ctypes
import gc
import logging
import multiprocessing
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_log = logging.getLogger("toso.app")

_M_MMAP_THRESHOLD = -3
_LARGE_BYTES = 1 << 20


def has_siblings() -> bool:
    """Whether this worker is one of several: `toso serve --workers` starts each as a process of its own."""
    return multiprocessing.parent_process() is not None


def stop_with_parent() -> None:
    """Stop as by SIGTERM once the process that started this worker is gone: an orphan would keep the port.

    Call it inside the event loop. A process that nobody's `multiprocessing` started is left alone.
    """
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    loop, sentinel = asyncio.get_running_loop(), parent.sentinel

    def stop() -> None:
        loop.remove_reader(sentinel)
        _log.error("the process that started this worker is gone: stopping")
        signal.raise_signal(signal.SIGTERM)

    loop.add_reader(sentinel, stop)


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


def log_failure(task: asyncio.Task[Any]) -> None:
    """A done callback for a task that nobody waits for."""
    if not task.cancelled() and (bug := task.exception()):
        _log.error("a task of this worker failed", exc_info=bug)
