"""Which way up a picture is: all that is kept of what a camera writes beside it (Exif). Pure."""

from typing import Final

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
