"""JPEGs made by hand, segment by segment: what a picture needs, and what phones put beside it."""

PLACE = b"21.0285N 105.8542E"
"""Stands for where a picture was taken."""


def segment(kind: int, body: bytes) -> bytes:
    """One segment with its length."""
    return bytes([0xFF, kind]) + (len(body) + 2).to_bytes(2) + body


def jpeg(width: int = 720, height: int = 1600, *, beside: bytes = b"", after: bytes = b"", frame: int = 0xC0) -> bytes:
    """A grey picture; `beside` goes before its frame, `after` behind its end."""
    size = height.to_bytes(2) + width.to_bytes(2)
    return b"".join(
        [
            b"\xff\xd8",
            segment(0xE0, b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"),
            beside,
            segment(0xDB, b"\x00" + b"\x01" * 64),
            segment(frame, b"\x08" + size + b"\x01\x01\x11\x00"),
            segment(0xC4, b"\x00" + b"\x00" * 16),
            segment(0xDA, b"\x01\x01\x00\x00\x3f\x00"),
            b"\x12\xff\x00\x34\xff\xd0\x56",
            b"\xff\xd9",
            after,
        ]
    )


TOLD = segment(0xE1, b"Exif\x00\x00" + PLACE) + segment(0xED, b"Photoshop" + PLACE) + segment(0xFE, PLACE)
"""Exif, IPTC and a comment."""
