"""What people sent, without what their phones wrote beside a picture: where and when it was taken, and by whose phone.

Nothing is decoded: only the parts that are needed to show a picture are copied, and which way up it is. Pure.
"""

from collections.abc import Iterator
from typing import Final
from zlib import crc32

from bot.channels.bare_jpeg import NotShowable, bare_jpeg
from bot.channels.turned import UPRIGHT, orientation, tiff_of

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
