"""A JPEG without all that is no picture: where and when it was taken, by which phone, and what was hidden behind it.

Only segments that are needed to show it are copied, so nothing has to be known about those that are not, and nobody's
bytes are decoded here. Pure.
"""

import re
from collections.abc import Iterator

from bot.channels.turned import UPRIGHT, exif_of, orientation

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
