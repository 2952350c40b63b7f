"""Draws on a picture in its own pixels, twice as fine as they are shown, so that edges are smooth."""

from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import as_file, files
from typing import Literal
from unicodedata import normalize

from PIL import Image, ImageDraw, ImageFont

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
