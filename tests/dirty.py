"""What a power cut would take of a file: asked of the kernel itself (`man 2 cachestat`, Linux 6.5 and newer)."""

import ctypes
import os
from pathlib import Path

_CACHESTAT = 451
"""The number of the system call, the same on all architectures."""


class _Range(ctypes.Structure):
    _fields_ = (("offset", ctypes.c_uint64), ("length", ctypes.c_uint64))


class _Counts(ctypes.Structure):
    _fields_ = tuple((name, ctypes.c_uint64) for name in ("cached", "dirty", "writeback", "evicted", "recent"))


def dirty_pages(path: Path) -> int | None:
    """How many pages of the file are not on the disk yet; None where the system cannot tell."""
    everything, counts = _Range(0, 0), _Counts()
    opened = os.open(path, os.O_RDONLY)
    try:
        call = ctypes.CDLL(None).syscall
        failed = call(_CACHESTAT, opened, ctypes.byref(everything), ctypes.byref(counts), 0)
    except AttributeError:
        return None
    finally:
        os.close(opened)
    return None if failed else int(counts.dirty) + int(counts.writeback)
