"""What people sent, without what their phones wrote beside a picture: where and when it was taken, and by whose phone.

Nothing is decoded: only the parts that are needed to show a picture are copied, and which way up it is. Pure.

What channels that show the pictures of steps share: no step waits long for its picture, or is lost to it.

For what holds secrets: it may stand in a log line or a traceback.

Which way up a picture is: all that is kept of what a camera writes beside it (Exif). Pure.

A JPEG without all that is no picture: where and when it was taken, by which phone, and what was hidden behind it.

Only segments that are needed to show it are copied, so nothing has to be known about those that are not, and nobody's
bytes are decoded here. Pure.
"""

import asyncio
import logging
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Final
from zlib import crc32

from msgspec import Struct, structs
from typing_extensions import override

from bot.ports.store import Clock, DrawnPictures, Outcome, Unconfirmed

log = logging.getLogger(__name__)

PATIENCE_SECONDS: Final = 3.0
"""So long a message waits for a picture that was never drawn, or never uploaded."""
REST_SECONDS: Final = 300
MEDIA_TRIES: Final = 4
"""How often a picture or a recording that somebody sent is tried where the platform fails at it: what follows waits."""


def plainer_next(outcome: Outcome) -> Outcome:
    """What came of a step with its picture or recording: the next try, if there is one, is in words alone."""
    return structs.replace(outcome, plainer=True) if isinstance(outcome, Unconfirmed) else outcome


def content_of(name: str) -> str:
    """The part of a picture's name that stands for all that is on it: two names with the same are one picture."""
    return name.partition("/")[0]


async def drawn_soon(drawn: DrawnPictures, name: str) -> bytes | None:
    """The picture with this name; None where there is none, or drawing it takes too long."""
    with suppress(TimeoutError):
        return await asyncio.wait_for(drawn.picture(name), PATIENCE_SECONDS)
    return None


class Rest:
    """A while without something, after it went wrong: nobody else has to wait for it to go wrong again."""

    def __init__(self, clock: Clock, what: str) -> None:
        self._clock = clock
        self._what = what
        self._until_ms = 0
        self.why = ""
        """What went wrong last; empty where nothing did."""

    def begin(self, why: str) -> None:
        self.why = why
        self._until_ms = self._clock.now_ms() + REST_SECONDS * 1000
        log.warning("%s for %d minutes: %s", self._what, REST_SECONDS // 60, why)

    @property
    def lasts(self) -> bool:
        return self._clock.now_ms() < self._until_ms


class Unshown(Struct, frozen=True):
    """Never shows what it holds."""

    @override
    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"


UPRIGHT: Final = 1

_NAME = b"Exif\x00\x00"
_TAG = 0x0112
_ORDERS: Final = {b"II*\x00": "little", b"MM\x00*": "big"}
_MOST_TAGS = 200


def orientation(exif: bytes) -> int:
    """The orientation that Exif tells, 1 to 8; UPRIGHT where it tells none, or is damaged."""
    tiff = exif.removeprefix(_NAME)
    order = _ORDERS.get(tiff[:4])

    def number(at: int, size: int) -> int:
        return int.from_bytes(tiff[at : at + size], order)  # type: ignore[arg-type]

    if order is None:
        return UPRIGHT
    begin = number(4, 4)
    for at in range(begin + 2, begin + 2 + 12 * min(number(begin, 2), _MOST_TAGS), 12):
        if number(at, 2) == _TAG and number(at + 2, 2) == 3 and 1 <= number(at + 8, 2) <= 8:
            return number(at + 8, 2)
    return UPRIGHT


def tiff_of(turned: int) -> bytes:
    """Exif's content that tells the orientation and nothing else."""
    tag = _TAG.to_bytes(2) + b"\x00\x03\x00\x00\x00\x01" + turned.to_bytes(2) + b"\x00\x00"
    return b"MM\x00*\x00\x00\x00\x08\x00\x01" + tag + b"\x00\x00\x00\x00"


def exif_of(turned: int) -> bytes:
    """The same with the name that JPEGs begin it with."""
    return _NAME + tiff_of(turned)


LONGEST_SIDE = 1600
"""Pixels: the page makes a picture that small before it sends it, and text on a screen can still be read."""

_START, _END = b"\xff\xd8", b"\xff\xd9"
_SCAN = 0xDA
_FRAMES = (0xC0, 0xC1, 0xC2)
"""Baseline, extended and progressive: what browsers show."""
_NEEDED = frozenset({*_FRAMES, 0xC4, 0xDB, 0xDD, _SCAN})
"""Those, their tables and scans."""
_COLOURS = {0xE0: 18, 0xEE: 16}
"""What JFIF and Adobe say of how colours are meant, and how long that is without a small picture beside it."""
_EXIF = 0xE1
_ANY_SIDE = 65535
_MOST_SCANS = 32
"""Cameras and programs make up to a dozen. Thousands would keep the browser that shows them busy for minutes."""
_SCAN_ENDS = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")


class NotShowable(ValueError):
    """This is no picture that can be shown, or a larger one than may be."""


def bare_jpeg(content: bytes, longest: int | None = LONGEST_SIDE) -> bytes:
    """The picture alone, and which way up it is; None: however large. Raises NotShowable."""
    if not content.startswith(_START):
        raise NotShowable("It does not begin as a JPEG.")
    kept, frames, scans, turned = [_START], 0, 0, UPRIGHT
    for kind, segment in _segments(content):
        frames += kind in _FRAMES
        scans += kind == _SCAN
        if kind in _FRAMES:
            _check_size(segment, longest or _ANY_SIDE)
        if kind == _EXIF and turned == UPRIGHT:
            turned = orientation(segment[4:])
        if kind in _NEEDED or len(segment) == _COLOURS.get(kind):
            kept.append(segment)
    if frames != 1 or not 0 < scans <= _MOST_SCANS:
        raise NotShowable("It holds no picture, or is none that anybody made to be looked at.")
    if turned != UPRIGHT:
        exif = exif_of(turned)
        kept.insert(1, b"\xff\xe1" + (len(exif) + 2).to_bytes(2) + exif)
    return b"".join([*kept, _END])


def _segments(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Each segment up to the end of the picture: its kind, and the whole of it; not what comes after."""
    at = len(_START)
    while content[at : at + 2] != _END:
        length = int.from_bytes(content[at + 2 : at + 4])
        if content[at : at + 1] != b"\xff" or length < 2:
            raise NotShowable("It is damaged.")
        kind, begin, at = content[at + 1], at, at + 2 + length
        if kind == _SCAN:
            ends = _SCAN_ENDS.search(content, at)
            at = ends.start() if ends else len(content)
        if at >= len(content):
            raise NotShowable("It ends too early.")
        yield kind, content[begin:at]


def _check_size(frame: bytes, longest: int) -> None:
    """The frame's header: marker, length, bits, height, width."""
    height, width = int.from_bytes(frame[5:7]), int.from_bytes(frame[7:9])
    if len(frame) < 9 or not 0 < height <= longest or not 0 < width <= longest:
        raise NotShowable("It is too large to be shown.")


_JPEG, _PNG, _RIFF, _WEBP = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF", b"WEBP"
_PNG_NEEDED: Final = frozenset(
    {b"IHDR", b"PLTE", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"bKGD", b"pHYs", b"IDAT", b"IEND"}
)
_WEBP_NEEDED: Final = frozenset({b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF"})
_HAS_COLOURS, _HAS_EXIF, _HAS_XMP = 0x20, 0x08, 0x04
"""Bits of a WebP's header."""


def bare(content: bytes) -> bytes:
    """A JPEG, PNG or WebP without all that is no picture; anything else, as spoken words, as it is.

    Raises NotShowable for one that is damaged.
    """
    if content.startswith(_JPEG):
        return bare_jpeg(content, longest=None)
    if content.startswith(_PNG):
        return _bare_png(content)
    if content.startswith(_RIFF) and content[8:12] == _WEBP:
        return _bare_webp(content)
    return content


def media_type(content: bytes) -> str:
    """The media type of what `bare` cleans; empty for anything else."""
    begins = {_JPEG: "image/jpeg", _PNG: "image/png", _RIFF: "image/webp" if content[8:12] == _WEBP else ""}
    return next((kind for start, kind in begins.items() if content.startswith(start)), "")


def _bare_png(content: bytes) -> bytes:
    kept, turned = [_PNG], UPRIGHT
    for kind, chunk in _chunks(content, len(_PNG), "big", 4):
        if kind == b"eXIf":
            turned = orientation(chunk[8:-4])
        if kind in _PNG_NEEDED:
            kept.append(chunk)
        if kind == b"IEND":
            break
    else:
        raise NotShowable("It ends too early.")
    if turned != UPRIGHT:
        named = b"eXIf" + tiff_of(turned)
        kept.insert(2, (len(named) - 4).to_bytes(4) + named + crc32(named).to_bytes(4))
    return b"".join(kept)


def _bare_webp(content: bytes) -> bytes:
    kept, turned = [], UPRIGHT
    for kind, chunk in _chunks(content, 12, "little", 0):
        if kind == b"EXIF":
            turned = orientation(chunk[8:])
        if kind in _WEBP_NEEDED:
            kept.append(chunk)
    if not kept:
        raise NotShowable("It holds no picture.")
    if kept[0].startswith(b"VP8X"):
        flags = kept[0][8] & ~(_HAS_COLOURS | _HAS_EXIF | _HAS_XMP) | (_HAS_EXIF if turned != UPRIGHT else 0)
        kept[0] = kept[0][:8] + bytes([flags]) + kept[0][9:]
        if turned != UPRIGHT:
            exif = tiff_of(turned)
            kept.append(b"EXIF" + len(exif).to_bytes(4, "little") + exif)
    whole = _WEBP + b"".join(kept)
    return _RIFF + len(whole).to_bytes(4, "little") + whole


def _chunks(content: bytes, at: int, order: str, check: int) -> Iterator[tuple[bytes, bytes]]:
    """Each chunk: its kind, and the whole of it. PNG writes the length first and a check of 4 bytes last; WebP the
    length second, and fills up to an even number of bytes.
    """
    png = order == "big"
    while at < len(content):
        length, kind = content[at : at + 4], content[at + 4 : at + 8]
        if not png:
            length, kind = kind, length
        size = int.from_bytes(length, "big" if png else "little")
        end = at + 8 + size + (check if png else size % 2)
        if end > len(content) + (0 if png else 1) or len(kind) < 4:
            raise NotShowable("It is damaged.")
        yield kind, content[at:end]
        at = end
