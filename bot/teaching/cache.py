"""What takes long to work out of content, kept in files: by a digest of the content and of the code that works on it.

So who starts again has it soon, and nobody ever has what was worked out of something else. A broken file is as none.
"""

import sys
import unicodedata
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import TypeVar

import msgspec

from bot.whole import write_whole

KEPT = 6
"""So many of the last files of a kind are kept in a folder."""
_SUM = 16
"""Bytes at the beginning of a file that say whether the rest is as it was written: disks forget."""
_BOT = Path(__file__).parents[1]
_CODE = ("language/*.py", "content/guide.py", "content/training.py", "desk/screening.py")

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
