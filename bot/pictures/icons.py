"""Small signs that stand in a bar without words."""

from collections.abc import Callable, Mapping
from math import cos, pi, sin
from typing import Final

from bot.pictures.pen import Pen
from bot.pictures.screens import IconKind

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
