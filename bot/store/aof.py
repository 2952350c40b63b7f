"""The embedded server's log of changes (AOF), where a power cut left something else than commands at its end."""

import logging
import mmap
import os
import re
from pathlib import Path

from bot.errors import StoreDown
from bot.store.manifest import newest

_COUNT = re.compile(rb"\*([1-9]\d{0,6})\r\n")
_SIZE = re.compile(rb"\$(\d{1,10})\r\n")
_MULTI, _EXEC = b"*1\r\n$5\r\nMULTI\r\n", b"*1\r\n$4\r\nEXEC\r\n"

_log = logging.getLogger("toso.app")


def mend_tail(folder: Path) -> None:
    """Cut the newest log in this data folder back to its last whole transaction; what follows is set aside beside it.

    Raises StoreDown where whole commands follow the damage, or where nothing can be set aside: then nothing is changed.
    """
    log = None
    try:
        if log := newest(folder):
            _mend(log)
    except OSError as error:
        raise StoreDown(f"The end of {log or folder} is damaged and cannot be set aside ({error.strerror}).") from None


def _mend(log: Path) -> None:
    with log.open("r+b") as file:
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            size, (keeps, damage) = len(content), _sound(content)
            if keeps == size:
                return
            if any(_end(content, found.start()) for found in _COUNT.finditer(content, damage + 1)):
                raise StoreDown(
                    f"{log} is damaged at byte {damage} of {size}, and what was saved later follows: nothing was "
                    "changed. Restore the newest backup, or ask somebody who can repair this file."
                )
            tail = content[keeps:]
        aside = log.with_name(f"{log.name}.tail-{keeps}")
        _write(aside, tail)
        file.truncate(keeps)
        os.fsync(file.fileno())
    _log.warning("the last %d bytes of %s were not whole: they were set aside in %s", size - keeps, log, aside)


def _sound(content: mmap.mmap) -> tuple[int, int]:
    """Where the last whole transaction ends, and where the last whole command does."""
    begun, at = -1, 0
    while end := _end(content, at):
        if (command := content[at : min(end, at + len(_MULTI))]) == _MULTI:
            begun = at
        elif command == _EXEC:
            begun = -1
        at = end
    return (at if begun < 0 else begun), at


def _end(content: mmap.mmap, at: int) -> int:
    """Where the command that begins here ends; 0 where no whole one does."""
    head = _COUNT.match(content, at)
    if not head:
        return 0
    at = head.end()
    for _ in range(int(head[1])):
        size = _SIZE.match(content, at)
        if not size:
            return 0
        at = size.end() + int(size[1]) + 2
        if content[at - 2 : at] != b"\r\n":
            return 0
    return at


def _write(file: Path, content: bytes) -> None:
    """On the disk when this returns, for this user alone."""
    opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with open(opened, "wb") as written:
        written.write(content)
        written.flush()
        os.fsync(opened)
