"""Which files the embedded server's log of changes (AOF) has: without its list of them it would begin with nothing.

The embedded server's log of changes (AOF), where a power cut left something else than commands at its end.
"""

import logging
import mmap
import os
import re
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from bot.errors import StoreDown

_LINE = re.compile(r"file (?P<name>\S+) seq (?P<seq>\d+) type (?P<kind>[bih])\b.*")
_FILE = re.compile(r"appendonly\.aof\.(?P<seq>\d+)\.(?P<kind>[bi])(?:ase\.(?:rdb|aof)|ncr\.aof)")
_RESTORE = "Nothing was changed: put the newest backup in the place of TOSO_DATA_DIR"


class _File(Struct, frozen=True):
    """One of the log: `b` holds all as it was at one time, `i` what changed since, `h` nothing that counts any more."""

    name: str
    seq: int
    kind: str


def check(folder: Path) -> None:
    """See before a start that nothing of the log is lost in this data folder; make a list anew that can only be one.

    Raises StoreDown with what to do; then nothing was changed.
    """
    log, manifest, held = _log_of(folder), _manifest(folder), _held(folder)
    try:
        listed = _listed(manifest)
        if listed is None:
            listed = _made_anew(manifest, _there(log))
    except OSError as error:
        raise StoreDown(f"{manifest} cannot be read, or made anew ({error.strerror}).") from None
    if held and not listed:
        raise StoreDown(
            f"What was saved in {log} is gone. {_RESTORE}; or remove {_note(folder)} to begin with nothing."
        )
    for file in listed:
        mine = log / file.name
        needed = file.kind == "b" or file.name in held or not mine.exists()  # what changed since may be nothing yet
        if file.kind != "h" and needed and not _size(mine):
            raise StoreDown(f"{mine} held what was saved, and is empty or gone. {_RESTORE}.")
    note(folder)


def note(folder: Path) -> None:
    """Keep beside the log which of its files hold something: one of those that is empty later was not always so."""
    try:
        full = [file.name for file in _listed(_manifest(folder)) or () if _size(_log_of(folder) / file.name)]
        if set(full) - _held(folder):
            _write(_note(folder), "".join(f"{name}\n" for name in full))
    except OSError as error:
        _log.warning("what the log in %s holds cannot be noted (%s)", folder, error.strerror)


def newest(folder: Path) -> Path | None:
    """The file that the server wrote to last; None where there is none, or nothing in it. Raises OSError."""
    logs = [_log_of(folder) / file.name for file in _listed(_manifest(folder)) or () if file.kind == "i"]
    return logs[-1] if logs and _size(logs[-1]) else None


def _log_of(folder: Path) -> Path:
    return folder / "appendonlydir"


def _manifest(folder: Path) -> Path:
    return _log_of(folder) / "appendonly.aof.manifest"


def _note(folder: Path) -> Path:
    return folder / "valkey.held"


def _held(folder: Path) -> set[str]:
    try:
        return set(_note(folder).read_text("utf-8", "replace").split())
    except OSError:
        return set()


def _listed(manifest: Path) -> Sequence[_File] | None:
    """What the list names; nothing before the first start; None where it is lost or damaged. Raises OSError."""
    try:
        lines = [_LINE.fullmatch(line) for line in manifest.read_text("utf-8", "replace").splitlines()]
    except (FileNotFoundError, NotADirectoryError):
        begun = [file for file in _there(manifest.parent) if file.kind == "i" or file.seq > 1]
        return None if begun else ()  # a first start that was killed leaves the first base alone
    found = [_File(line["name"], int(line["seq"]), line["kind"]) for line in lines if line]
    return found if found and len(found) == len(lines) else None


def _there(log: Path) -> Sequence[_File]:
    """The files in this folder that carry names of a log's."""
    try:
        found = [_FILE.fullmatch(name) for name in sorted(os.listdir(log))]
    except OSError:
        return ()
    return [_File(name[0], int(name["seq"]), name["kind"]) for name in found if name]


def _made_anew(manifest: Path, there: Sequence[_File]) -> Sequence[_File]:
    """List a log's files where there is one of each kind: while it is written anew there are more, and some are old.

    Raises StoreDown, OSError.
    """
    if sorted(file.kind for file in there) != ["b", "i"]:
        names = ", ".join(file.name for file in there) or "no file of a log"
        raise StoreDown(
            f"{manifest} is lost or damaged, and {names} beside it does not say which are to be read. "
            f"{_RESTORE}, or ask somebody who can write this file anew."
        )
    _write(manifest, "".join(f"file {file.name} seq {file.seq} type {file.kind}\n" for file in there))
    names = " and ".join(file.name for file in there)
    _log.warning("%s was lost or damaged: it was made anew, and names %s", manifest, names)
    return there


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0


def _write(file: Path, text: str) -> None:
    """Whole and on the disk when this returns, for this user alone."""
    fresh = file.with_name(f"{file.name}.new")
    opened = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(opened, "w", encoding="ascii") as written:
        written.write(text)
        written.flush()
        os.fsync(opened)
    fresh.replace(file)


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
        _write_entry(aside, tail)
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


def _write_entry(file: Path, content: bytes) -> None:
    """On the disk when this returns, for this user alone."""
    opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with open(opened, "wb") as written:
        written.write(content)
        written.flush()
        os.fsync(opened)
