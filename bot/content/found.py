"""What was found in content, kept until a file that it came from changes: who starts again need not look again."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from hashlib import blake2b
from pathlib import Path

import msgspec
from msgspec import Struct

from bot.content.finding import Finding
from bot.whole import write_whole

_CODE = Path(__file__).parents[1]


class Found(Struct, frozen=True):
    """Findings by guide, and those about the files that guides share."""

    by_guide: dict[str, list[Finding]]
    shared: list[Finding]


class _Kept(Struct, frozen=True):
    digest: str
    found: Found


def found_once(look: Callable[[], Found], root: Path, on: date, keep: Path) -> Found:
    """What `look` finds in the content below `root` on a day, or found before in the same files; kept in a file.

    Where that file cannot be written, everybody looks.
    """
    digest = _digest(root, on)
    with suppress(OSError, msgspec.DecodeError):
        kept = msgspec.msgpack.decode(keep.read_bytes(), type=_Kept)
        if kept.digest == digest:
            return kept.found
    found = look()
    with suppress(OSError):
        keep.parent.mkdir(exist_ok=True)
        write_whole(keep, msgspec.msgpack.encode(_Kept(digest, found)))
    return found


def _digest(root: Path, on: date) -> str:
    digest = blake2b(on.isoformat().encode(), digest_size=16)
    for file in sorted(_files(root)):
        content = file.read_bytes()
        digest.update(f"\n{file} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def _files(root: Path) -> Iterator[Path]:
    """All content, and the code that looks at it."""
    yield from root.glob("bot/content/**/*.yaml")
    yield from root.glob("locales/*/guides/*.yaml")
    for part in ("content", "language", "pictures"):
        yield from (_CODE / part).glob("*.py")
