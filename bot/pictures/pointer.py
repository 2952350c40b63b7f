"""What leads the eye: a thick ring around what is to be tapped, a finger on it, and the number of the step."""

from functools import cache

from PIL import Image

from bot.pictures.colours import BADGE, INK, RING, SCREEN, SKIN
from bot.pictures.pen import FINE, Box, Pen

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
