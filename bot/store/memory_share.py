"""How much memory the embedded store may take: a part of what this machine, or its container, has."""

import os
from pathlib import Path
from typing import Final

_CONTAINER: Final = Path("/sys/fs/cgroup/memory.max")
_PART: Final = 4
"""A quarter: a server that writes its files anew may need as much again, and the app has to live beside it."""
_LEAST: Final = 128 * 1024 * 1024


def store_bytes(container: Path = _CONTAINER) -> int:
    """Bytes for the embedded store; at least what a ward needs."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    try:
        limit = container.read_text().strip()
    except OSError:
        limit = ""
    room = min(machine, int(limit)) if limit.isdigit() else machine
    return max(_LEAST, room // _PART)
