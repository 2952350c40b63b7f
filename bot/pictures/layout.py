"""The controls of a screen one below the other; tiles stand three in a row."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Final

from bot.pictures import controls, scenes
from bot.pictures.colours import INK, PALE
from bot.pictures.controls import LEFT, WIDE, Draw, words
from bot.pictures.pen import Box, Pen
from bot.pictures.screens import Control, Kind, Label
from bot.pictures.signs import draw_sign

GAP = 24.0
_TILES = 3
_TILE = WIDE / _TILES
_ICON, _ABOVE = 120.0, 6.0
"""How large the sign of a tile is, and how much more room is above it, so that its ring covers no words there."""

DRAWN: Final[Mapping[Kind, Draw]] = {
    "app": scenes.app,
    "area": controls.area,
    "button": controls.button,
    "card": scenes.card,
    "check": controls.check,
    "choice": controls.choice,
    "code": scenes.code,
    "done": controls.done,
    "face": scenes.face,
    "field": controls.field,
    "link": controls.link,
    "map": scenes.map_,
    "media": scenes.media,
    "money": controls.money,
    "nfc": scenes.nfc,
    "notice": controls.notice,
    "paper": scenes.paper,
    "pin": scenes.pin,
    "power": scenes.power,
    "qr": scenes.qr,
    "row": controls.row,
    "scan": scenes.scan,
    "search": controls.search,
    "shutter": scenes.shutter,
    "slider": scenes.slider,
    "swipe": scenes.swipe,
    "text": controls.text,
    "toggle": controls.toggle,
}
"""How each control is drawn that has the whole width."""


def lay_out(pen: Pen, shown: Sequence[Control], top: float) -> list[Box]:
    """Draw the controls from `top` down; the box of each."""
    boxes: list[Box] = []
    for tiled, group in groupby(shown, lambda control: control.kind == "tile"):
        if tiled:
            labels = [control.label for control in group]
            for start in range(0, len(labels), _TILES):
                top += _ABOVE if boxes else 0
                row = _tiles(pen, labels[start : start + _TILES], top)
                boxes += row
                top = max(box[3] for box in row) + GAP
        else:
            for control in group:
                boxes.append(DRAWN[control.kind](pen, control.label, top))
                top = boxes[-1][3] + GAP
    return boxes


def icon_of_tile(tile: Box) -> Box:
    """The sign in the box of a tile; its words are below."""
    middle, top = (tile[0] + tile[2]) / 2, tile[1] + _ABOVE
    return (middle - _ICON / 2, top, middle + _ICON / 2, top + _ICON)


def _tiles(pen: Pen, labels: Sequence[Label], top: float) -> list[Box]:
    boxes = []
    for place, label in enumerate(labels):
        left = LEFT + place * _TILE
        icon = left + (_TILE - _ICON) / 2
        draw_sign(pen, label.vi, (icon, top, icon + _ICON, top + _ICON), PALE)
        writing = pen if pen.sees(left + 14, left + _TILE - 14) else Pen(None)  # all of its words, or none
        end = words(writing, label, left + 18, top + _ICON + 6, _TILE - 36, middle=True, colour=INK, size=40)
        boxes.append((left + 14, top - _ABOVE, left + _TILE - 14, end))
    return boxes
