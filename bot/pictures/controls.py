"""The controls of a screen that hold words: each draws itself from `top` down, and says what box it took."""

from collections.abc import Callable

from bot.pictures.colours import GLOSS, GOOD, INK, KEY, LINE, NOTICE, ON_KEY, PALE, RING, SCREEN
from bot.pictures.icons import magnifier
from bot.pictures.pen import FINE, Box, Pen, Weight, font, wrap
from bot.pictures.screens import Label

LEFT, RIGHT = 100.0, 980.0
"""Where the controls of a screen begin and end."""
WIDE = RIGHT - LEFT
SIZE, GLOSS_SIZE = 48, 40
_LINE, _GLOSS_LINE = 60.0, 50.0
_PAD = 26.0
_NOTHING = "…"
_STAR = "*"
"""At the end of what has to be filled in; it is red, as on forms."""

Draw = Callable[[Pen, Label, float], Box]


def words(
    pen: Pen,
    label: Label,
    left: float,
    top: float,
    width: float,
    *,
    middle: bool = False,
    weight: Weight = "Regular",
    colour: str = INK,
    gloss: str = GLOSS,
    size: int = SIZE,
) -> float:
    """A label and its meaning below it, at most `width` wide; returns where they end."""
    x, anchor = (left + width / 2, "mm") if middle else (left, "lm")
    for line in wrap(label.vi, size, weight, width):
        written = pen.text(x, top + _LINE / 2, line.removesuffix(_STAR), size, colour, weight, anchor)
        if written and line.endswith(_STAR) and not middle:
            before = font(size, weight).getlength(line.removesuffix(_STAR)) / FINE
            pen.text(x + before, top + _LINE / 2, _STAR, size, RING, weight, anchor)
        top += _LINE
    for line in wrap(label.en, GLOSS_SIZE, "Regular", width):
        pen.text(x, top + _GLOSS_LINE / 2, line, GLOSS_SIZE, gloss, "Regular", anchor)
        top += _GLOSS_LINE
    return top


def _boxed(pen: Pen, top: float, inner: Callable[[Pen, float], float], paint: Callable[[Box], None]) -> Box:
    """What `inner` draws, in a box around it that `paint` draws first."""
    end = inner(Pen(None), top + _PAD) + _PAD
    box = (LEFT, top, RIGHT, end)
    paint(box)
    inner(pen, top + _PAD)
    return box


def text(pen: Pen, label: Label, top: float) -> Box:
    return (LEFT, top, RIGHT, words(pen, label, LEFT, top, WIDE))


def field(pen: Pen, label: Label, top: float) -> Box:
    start = words(pen, label, LEFT, top, WIDE)
    pen.box((LEFT, start + 4, RIGHT, start + 94), SCREEN, LINE, 4, 16)
    return (LEFT - 12, top, RIGHT + 12, start + 94)


def area(pen: Pen, label: Label, top: float) -> Box:
    pen.box((LEFT, top, RIGHT, top + 330), SCREEN, LINE, 4, 16)
    words(pen, label, LEFT + 30, top + 24, WIDE - 60, colour=GLOSS)
    return (LEFT, top, RIGHT, top + 330)


def button(pen: Pen, label: Label, top: float) -> Box:
    def inner(pen: Pen, top: float) -> float:
        return words(
            pen, label, LEFT + 30, top, WIDE - 60, middle=True, weight="Bold", colour=ON_KEY, gloss=ON_KEY, size=52
        )

    return _boxed(pen, top, inner, lambda box: pen.box(box, KEY, radius=30))


def link(pen: Pen, label: Label, top: float) -> Box:
    end = words(pen, label, LEFT, top + 10, WIDE, middle=True, weight="Bold", colour=KEY)
    return (LEFT + 120, top, RIGHT - 120, end + 10)


def row(pen: Pen, label: Label, top: float) -> Box:
    def inner(pen: Pen, top: float) -> float:
        if label.vi == _NOTHING:
            pen.box((LEFT + 30, top + 14, LEFT + 560, top + 46), "#D3DBE2", radius=16)
            return top + _LINE
        return words(pen, label, LEFT + 30, top, WIDE - 130)

    def paint(box: Box) -> None:
        pen.box(box, PALE, radius=20)
        middle = (box[1] + box[3]) / 2
        pen.line([(RIGHT - 60, middle - 20), (RIGHT - 40, middle), (RIGHT - 60, middle + 20)], LINE, 7)

    return _boxed(pen, top, inner, paint)


def notice(pen: Pen, label: Label, top: float) -> Box:
    def inner(pen: Pen, top: float) -> float:
        return words(pen, label, LEFT + 110, top, WIDE - 140)

    def paint(box: Box) -> None:
        pen.box(box, NOTICE, "#8A6A00", 4, 20)
        pen.oval((LEFT + 26, box[1] + 26, LEFT + 86, box[1] + 86), "#8A6A00")
        pen.text(LEFT + 56, box[1] + 56, "!", SIZE, SCREEN, "Bold", "mm")

    return _boxed(pen, top, inner, paint)


def done(pen: Pen, label: Label, top: float) -> Box:
    x = LEFT + WIDE / 2
    pen.oval((x - 90, top, x + 90, top + 180), GOOD)
    pen.line([(x - 42, top + 92), (x - 10, top + 126), (x + 46, top + 58)], SCREEN, 16)
    end = words(pen, label, LEFT, top + 200, WIDE, middle=True, weight="Bold", colour=GOOD)
    return (LEFT, top, RIGHT, end)


def _marked(pen: Pen, label: Label, top: float, mark: Callable[[Box], None]) -> Box:
    end = words(pen, label, LEFT + 96, top + 10, WIDE - 100)
    middle = (top + 10 + end) / 2
    mark((LEFT + 4, middle - 32, LEFT + 68, middle + 32))
    return (LEFT, top, RIGHT, end + 10)


def check(pen: Pen, label: Label, top: float) -> Box:
    def mark(box: Box) -> None:
        pen.box(box, SCREEN, KEY, 6, 12)
        pen.line([(box[0] + 14, box[1] + 34), (box[0] + 28, box[1] + 48), (box[0] + 52, box[1] + 18)], KEY, 9)

    return _marked(pen, label, top, mark)


def choice(pen: Pen, label: Label, top: float) -> Box:
    return _marked(pen, label, top, lambda box: pen.oval(box, SCREEN, KEY, 6))


def toggle(pen: Pen, label: Label, top: float) -> Box:
    def inner(pen: Pen, top: float) -> float:
        return words(pen, label, LEFT + 30, top, WIDE - 240)

    def paint(box: Box) -> None:
        pen.box(box, PALE, radius=20)
        middle = (box[1] + box[3]) / 2
        pen.box((RIGHT - 170, middle - 38, RIGHT - 30, middle + 38), KEY, radius=38)
        pen.oval((RIGHT - 100, middle - 30, RIGHT - 40, middle + 30), SCREEN)

    return _boxed(pen, top, inner, paint)


def search(pen: Pen, label: Label, top: float) -> Box:
    def inner(pen: Pen, top: float) -> float:
        return words(pen, label, LEFT + 130, top, WIDE - 160, colour=GLOSS)

    def paint(box: Box) -> None:
        pen.box(box, PALE, LINE, 4, (box[3] - box[1]) / 2)
        magnifier(pen, LEFT + 70, (box[1] + box[3]) / 2, INK)

    return _boxed(pen, top, inner, paint)


def money(pen: Pen, label: Label, top: float) -> Box:
    def inner(pen: Pen, top: float) -> float:
        pen.text(RIGHT - 30, top + _LINE / 2, "… đồng", 52, INK, "Bold", "rm")
        return words(pen, label, LEFT + 30, top, WIDE - 340)

    return _boxed(pen, top, inner, lambda box: pen.box(box, PALE, LINE, 4, 20))
