"""Draws on a picture in its own pixels, twice as fine as they are shown, so that edges are smooth.

The colours of pictures. What stands on what has a contrast of at least 4.5 to 1.

What leads the eye: a thick ring around what is to be tapped, a finger on it, and the number of the step.

Small signs that stand in a bar without words.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import as_file, files
from math import cos, pi, sin
from typing import Final, Literal
from unicodedata import normalize

from PIL import Image, ImageDraw, ImageFont

from bot.images.screens import IconKind

FINE = 2

Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""
Point = tuple[float, float]

Weight = Literal["Regular", "Bold"]


@cache
def font(size: int, weight: Weight) -> ImageFont.FreeTypeFont:
    """The typeface of pictures, made for Vietnamese; `size` in pixels of the picture."""
    with as_file(files("fontpkg_be_vietnam_pro") / "files" / f"BeVietnamPro-{weight}.ttf") as file:
        return ImageFont.truetype(str(file), size * FINE, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(4096)
def wrap(text: str, size: int, weight: Weight, width: float) -> tuple[str, ...]:
    """The text in lines of at most this width; a longer word has a line of its own."""
    lines: list[str] = []
    for word in normalize("NFC", text).split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and font(size, weight).getlength(longer) <= width * FINE:
            lines[-1] = longer
        else:
            lines.append(word)
    return tuple(lines)


class Pen:
    """Draws on `image`, whose upper edge is at `top`; without an image it only measures.

    `seen` is what will be seen of it, where that is less than all.
    """

    def __init__(self, image: Image.Image | None, top: float = 0, seen: Box | None = None) -> None:
        self._image = image
        self._draw = ImageDraw.Draw(image) if image else None
        self._top = top
        self._seen = seen or (0, top, *((image.width / FINE, top + image.height / FINE) if image else (0, 0)))

    def text(self, x: float, y: float, text: str, size: int, colour: str, weight: Weight, anchor: str = "lm") -> bool:
        """One line, and whether it is written; `anchor` says which point of it is at (x, y), as Pillow names them.

        One that would be cut through is left out: half of its letters are read as others.
        """
        if self._draw is None or not self._is_whole(x, y, text, font(size, weight), anchor):
            return False
        self._draw.text(self._at(x, y), text, colour, font(size, weight), anchor)
        return True

    def box(self, box: Box, fill: str | None, outline: str | None = None, width: float = 0, radius: float = 0) -> None:
        if self._draw:
            self._draw.rounded_rectangle(self._within(box), radius * FINE, fill, outline, round(width * FINE))

    def oval(self, box: Box, fill: str | None, outline: str | None = None, width: float = 0) -> None:
        if self._draw:
            self._draw.ellipse(self._within(box), fill, outline, round(width * FINE))

    def line(self, points: Sequence[Point], colour: str, width: float) -> None:
        if self._draw:
            self._draw.line([self._at(x, y) for x, y in points], colour, round(width * FINE), joint="curve")

    def shape(self, points: Sequence[Point], fill: str) -> None:
        if self._draw:
            self._draw.polygon([self._at(x, y) for x, y in points], fill)

    def stamp(self, stamp: Image.Image, x: float, y: float) -> None:
        """Put a fine picture with its middle at (x, y)."""
        if self._image:
            at = self._at(x, y)
            self._image.paste(stamp, (round(at[0] - stamp.width / 2), round(at[1] - stamp.height / 2)), stamp)

    def arc(self, box: Box, start: float, end: float, colour: str, width: float) -> None:
        """Part of an oval, in degrees from three o'clock on, clockwise."""
        if self._draw:
            self._draw.arc(self._within(box), start, end, colour, round(width * FINE))

    def sees(self, left: float, right: float) -> bool:
        """Whether all between these is seen, from side to side."""
        return self._image is None or self._seen[0] <= left < right <= self._seen[2]

    def _is_whole(self, x: float, y: float, text: str, typeface: ImageFont.FreeTypeFont, anchor: str) -> bool:
        left, above, right, below = (each / FINE for each in typeface.getbbox(text, anchor=anchor))
        seen = self._seen
        return bool(seen[0] <= x + left and x + right <= seen[2] and seen[1] <= y + above and y + below <= seen[3])

    def _at(self, x: float, y: float) -> Point:
        return x * FINE, (y - self._top) * FINE

    def _within(self, box: Box) -> Box:
        return *self._at(box[0], box[1]), *self._at(box[2], box[3])


PAGE = "#DDE5EC"
"""Around the phone."""
BODY = "#15191D"
"""The phone itself."""
SCREEN = "#FFFFFF"
INK = "#14181C"
GLOSS = "#3D4852"
"""Words in English below what stands on the phone."""
LINE = "#6B7782"
PALE = "#EEF2F6"
KEY = "#0A3D62"
ON_KEY = "#FFFFFF"
NOTICE = "#FDF0CF"
GOOD = "#14632F"
DARK = "#22282E"
"""What a camera looks at."""
RING = "#D00000"
"""Around what is to be tapped."""
BADGE = "#0A3D62"
SKIN = "#F6C9A0"

ON_PICTURES = (
    (INK, SCREEN),
    (GLOSS, SCREEN),
    (INK, PALE),
    (GLOSS, PALE),
    (INK, NOTICE),
    (GLOSS, NOTICE),
    (KEY, SCREEN),
    (ON_KEY, KEY),
    (GOOD, SCREEN),
    (SCREEN, DARK),
    (SCREEN, BADGE),
    (RING, SCREEN),
)
"""What stands on what; and white on the bar of every app."""


def contrast(one: str, other: str) -> float:
    """How far two colours are apart in brightness, from 1 to 21, as WCAG 2 counts it."""
    dark, light = sorted((_brightness(one), _brightness(other)))
    return (light + 0.05) / (dark + 0.05)


def _brightness(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


_LENGTH = 300.0
_TURN = 28
_NARROW = 500.0
"""What a camera is pressed with, and codes."""
_SMALL = 0.55
"""How large the hand on a sign is: on that of a tile it has to lie between two."""
_ONTO = 16.0
"""So far the finger lies on the sign of a tile."""
_THUMB_BELOW = 0.62
"""How far down the sign of a tile the finger touches it: there the thumb ends above the words."""


def ring(pen: Pen, box: Box) -> None:
    """A thick ring around a box."""
    left, top, right, end = box
    radius = min((end - top) / 2 + 12, 44)
    pen.box((left - 24, top - 24, right + 24, end + 24), None, SCREEN, 24, radius + 8)
    pen.box((left - 18, top - 18, right + 18, end + 18), None, RING, 16, radius + 4)


def finger(image: Image.Image, box: Box) -> None:
    """A hand whose finger touches the lower end of a box, from below, beside and below its words."""
    left, _, right, end = box
    inwards = 24 if right - left < _NARROW else 120
    _put(image, hand(_TURN, 1.0), right - inwards, end - 4, mirrored=False)


def finger_on_icon(image: Image.Image, icon: Box) -> None:
    """A small hand whose finger touches a sign in the bar from below, at the edge of the screen, beside all words."""
    _put(image, hand(14, _SMALL), (icon[0] + icon[2]) / 2, icon[3] - 4, mirrored=False)


def finger_on_tile(image: Image.Image, icon: Box) -> None:
    """A small hand whose finger touches the sign of a tile from its side, where no tile has words.

    It comes from between two signs: from the left in the last column, else from the right.
    """
    left, top, right, end = icon
    mirrored = right > image.width / FINE * 0.75
    x, y = (left + _ONTO if mirrored else right - _ONTO), top + (end - top) * _THUMB_BELOW
    _put(image, hand(90, _SMALL), x, y, mirrored=mirrored)


def _put(image: Image.Image, hand: Image.Image, x: float, y: float, *, mirrored: bool) -> None:
    """Draw a hand with the tip of its finger at this point."""
    if mirrored:
        hand = hand.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    at = round(x * FINE) - hand.width // 2, round(y * FINE) - hand.height // 2
    image.paste(hand, at, hand)


@cache
def hand(turned: int, size: float) -> Image.Image:
    """The hand with the tip of its finger in the middle, so that it can be turned around it, by degrees to the left."""
    side = round(2 * _LENGTH * FINE)
    image = Image.new("RGBA", (side, side))
    pen = Pen(image)
    for grown, colour in ((7.0, INK), (0.0, SKIN)):
        for box, radius in _PARTS:
            left, top, right, end = (part + _LENGTH for part in box)
            pen.box((left - grown, top - grown, right + grown, end + grown), colour, radius=radius + grown)
    for x in (56.0, 104.0):
        pen.line([(_LENGTH + x, _LENGTH + 118), (_LENGTH + x, _LENGTH + 150)], INK, 6)
    smaller = image.resize((round(side * size), round(side * size)), Image.Resampling.LANCZOS)
    return smaller.rotate(turned, Image.Resampling.BICUBIC)


_PARTS: tuple[tuple[Box, float], ...] = (
    ((-26, 0, 26, 190), 26),
    ((-26, 100, 152, 250), 44),
    ((-84, 120, -14, 214), 34),
    ((6, 230, 138, 300), 6),
)
"""The finger, the folded ones with the palm, the thumb and the wrist, from the tip of the finger on."""


def badge(pen: Pen, number: int, width: float = 172.0) -> None:
    """The number of the step, large, in the upper left corner."""
    end, middle = 14 + width, 14 + width / 2
    pen.oval((14, 14, end, end), SCREEN)
    pen.oval((24, 24, end - 10, end - 10), BADGE)
    pen.text(middle, middle, str(number), round(width * (0.535 if number < 10 else 0.442)), SCREEN, "Bold", "mm")


Icon = Callable[[Pen, float, float, str], None]
"""Draws itself around (x, y), about 60 pixels wide."""


def magnifier(pen: Pen, x: float, y: float, colour: str) -> None:
    pen.oval((x - 28, y - 30, x + 16, y + 14), None, colour, 8)
    pen.line([(x + 10, y + 10), (x + 30, y + 30)], colour, 11)


def person(pen: Pen, x: float, y: float, colour: str) -> None:
    pen.oval((x - 34, y - 34, x + 34, y + 34), None, colour, 6)
    pen.oval((x - 11, y - 22, x + 11, y), colour)
    pen.box((x - 19, y + 5, x + 19, y + 22), colour, radius=8)


def bin_(pen: Pen, x: float, y: float, colour: str) -> None:
    pen.line([(x - 30, y - 20), (x + 30, y - 20)], colour, 8)
    pen.line([(x - 10, y - 30), (x + 10, y - 30)], colour, 8)
    pen.line([(x - 22, y - 20), (x - 18, y + 30), (x + 18, y + 30), (x + 22, y - 20)], colour, 7)
    for across in (-8, 8):
        pen.line([(x + across, y - 8), (x + across, y + 18)], colour, 5)


def gear(pen: Pen, x: float, y: float, colour: str) -> None:
    for tooth in range(8):
        turn = tooth * pi / 4
        pen.line([(x, y), (x + 32 * cos(turn), y + 32 * sin(turn))], colour, 13)
    pen.oval((x - 23, y - 23, x + 23, y + 23), colour)
    pen.oval((x - 10, y - 10, x + 10, y + 10), "#37424E")


def bars(pen: Pen, x: float, y: float, colour: str) -> None:
    for down in (-20, 0, 20):
        pen.line([(x - 28, y + down), (x + 28, y + down)], colour, 8)


def qr(pen: Pen, x: float, y: float, colour: str) -> None:
    for across, down in ((-30, -30), (6, -30), (-30, 6)):
        pen.box((x + across, y + down, x + across + 24, y + down + 24), None, colour, 6)
    for across, down in ((8, 8), (20, 20), (22, 6), (6, 22)):
        pen.box((x + across, y + down, x + across + 9, y + down + 9), colour)


def video(pen: Pen, x: float, y: float, colour: str) -> None:
    pen.box((x - 32, y - 20, x + 10, y + 20), colour, radius=8)
    pen.line([(x + 14, y), (x + 30, y - 16), (x + 30, y + 16), (x + 14, y)], colour, 7)


ICONS: Final[Mapping[IconKind, Icon]] = {
    "magnifier": magnifier,
    "person": person,
    "bin": bin_,
    "gear": gear,
    "bars": bars,
    "qr": qr,
    "video": video,
}
