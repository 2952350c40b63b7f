"""A real screenshot in the place of a drawn picture: what is known of it, and what is drawn on it. Pure."""

from typing import Final

import msgspec
from msgspec import Struct

from bot.images.screens import CUTOUT, ON_PAPER, SIZE, STRIP, Description

WINDOW: Final = (956, 800)
"""Width, and the most height, in pixels, of the part of a screenshot that a picture shows."""
ROOM_BELOW: Final = 110
"""So much room in pixels there is below what is tapped, for the hand."""

_HIGHEST_IN_STRIP, _WIDEST_IN_CUTOUT, _HIGHEST_IN_CUTOUT = 180, 440, 360
"""Pixels: what is larger is not shown whole there with its ring and the hand."""

Place = tuple[str, str, str]
"""Guide, step and language of the reader."""
Spot = tuple[int, int, int, int]
"""Left, top, right and bottom of what is tapped, in pixels of the part that is shown."""
Area = tuple[float, float, float, float]
"""Left, top, width and height, in hundredths of a picture's own width and height."""


class Screenshot(Struct, frozen=True, omit_defaults=True):
    """What is known of a screenshot that residents see.

    `pixels` names what is shown of it, `alt` says it in words. It was taken with this version of the `app`, looked at
    on the day `checked` (as 2026-11-25; both may be empty), and published by the volunteer `by` at `at` (Unix seconds).
    `words` stands for what the step said then. `tap` and `tap_area` are the same spot.
    """

    pixels: str
    alt: str
    by: str
    at: int
    words: str
    tap: Spot | None = None
    tap_area: Area | None = None
    app: str = ""
    checked: str = ""


class Marked(Struct, frozen=True):
    """All that decides what a picture made of a screenshot looks like. `number` is that of the step, or ON_PAPER."""

    pixels: str
    tap: Spot | None
    number: int


class ToMark(Struct, frozen=True, tag=True):
    """A picture to be made of what is shown of a screenshot: `shown` is a JPEG of ours, at most WINDOW."""

    shown: bytes
    tap: Spot | None
    number: int


class Sent(Struct, frozen=True):
    """What somebody sends: a file that holds a picture, areas of it to cover, and what is tapped."""

    picture: bytes
    areas: tuple[Area, ...] = ()
    tap: Area | None = None


class Retouched(Struct, frozen=True):
    """What is made of it: `whole` is all of the picture, to be marked further, `shown` what residents see of it.

    Both are JPEGs as wide as WINDOW. `tap` is on `shown`, and so is `tap_area`.
    """

    whole: bytes
    shown: bytes
    tap: Spot | None
    tap_area: Area | None


def size_of(tap: Spot | None, number: int) -> tuple[int, int]:
    """Width and height in pixels of a picture: on paper that of what is near the finger, where it can be told apart."""
    if number != ON_PAPER or tap is None:
        return SIZE
    left, top, right, bottom = tap
    if right - left > _WIDEST_IN_CUTOUT:
        return STRIP if bottom - top <= _HIGHEST_IN_STRIP else SIZE
    return CUTOUT if bottom - top <= _HIGHEST_IN_CUTOUT else SIZE


encode_sent = msgspec.msgpack.Encoder().encode
decode_sent = msgspec.msgpack.Decoder(Sent).decode
encode_retouched = msgspec.msgpack.Encoder().encode
decode_retouched = msgspec.msgpack.Decoder(Retouched).decode
encode_screenshot = msgspec.json.Encoder().encode
decode_screenshot = msgspec.json.Decoder(Screenshot).decode
decode_wanted = msgspec.json.Decoder(Description | ToMark).decode
