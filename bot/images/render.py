"""Draws a picture: the phone, its bar, the controls, and what to tap.

The controls of a screen one below the other; tiles stand three in a row.

Draws on a screenshot what is drawn on every picture: the phone around it, what to tap, the number of the step.
"""

from collections.abc import Mapping, Sequence
from io import BytesIO
from itertools import groupby
from typing import Final

from msgspec import Struct
from PIL import Image, ImageDraw

from bot.images import widgets as controls
from bot.images import widgets as scenes
from bot.images.canvas import (
    BODY,
    FINE,
    GLOSS,
    ICONS,
    INK,
    PAGE,
    PALE,
    SCREEN,
    Box,
    Pen,
    Weight,
    badge,
    finger,
    finger_on_icon,
    finger_on_tile,
    ring,
    wrap,
)
from bot.images.screens import CUTOUT, ON_PAPER, SIZE, TAP_ICON, TAP_SITE, Control, Description, Icon, Kind, Label
from bot.images.screenshot import WINDOW, Spot, ToMark, size_of
from bot.images.widgets import LEFT, RIGHT, WIDE, Draw, draw_sign, words

GAP = 24.0
_TILES = 3
_TILE = WIDE / _TILES
_ICON, _LAYOUT_ABOVE = 120.0, 6.0
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
                top += _LAYOUT_ABOVE if boxes else 0
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
    middle, top = (tile[0] + tile[2]) / 2, tile[1] + _LAYOUT_ABOVE
    return (middle - _ICON / 2, top, middle + _ICON / 2, top + _ICON)


def _tiles(pen: Pen, labels: Sequence[Label], top: float) -> list[Box]:
    boxes = []
    for place, label in enumerate(labels):
        left = LEFT + place * _TILE
        icon = left + (_TILE - _ICON) / 2
        draw_sign(pen, label.vi, (icon, top, icon + _ICON, top + _ICON), PALE)
        writing = pen if pen.sees(left + 14, left + _TILE - 14) else Pen(None)  # all of its words, or none
        end = words(writing, label, left + 18, top + _ICON + 6, _TILE - 36, middle=True, colour=INK, size=40)
        boxes.append((left + 14, top - _LAYOUT_ABOVE, left + _TILE - 14, end))
    return boxes


WIDTH, HEIGHT = SIZE
_COLOURS = 64
_TOP, _BEZEL = 30.0, 22.0
_SIDE = 40.0
_STATUS = 64.0
_GAP = 22.0
_ROOM_BELOW = 110.0
"""Below what is tapped there is room for the hand."""
_WHOLE = 160.0
"""So much further the screen is moved for a whole control at its upper end."""
_BELOW_NUMBER = 52.0
"""Where there is no bar, the number of the step needs so much more room."""
_ABOVE = 56.0
_HAND_BESIDE = 60.0
"""At most what a cut out picture shows above what is tapped, and how much more of its right side than of its left."""
NOTE_HEIGHT = 46
"""What a picture that is cut out of the middle has below it."""
_NOTE: Box = (400.0, 62.0, 760.0, 114.0)
"""In a whole picture, between the clock and the signs beside it."""
_BAR_LEFT = 210.0
"""The number of the step stands before it."""


class Plan(Struct, frozen=True):
    """Where things are: the controls begin `below` the bar, `moved` up; `tapped` is the box of what is tapped."""

    below: float
    moved: float
    tapped: Box | None


def plan(shown: Description) -> Plan:
    """Where things will be on this picture."""
    below, places = _bar(Pen(None), shown)
    boxes = lay_out(Pen(None), shown.controls, below + _GAP)
    if shown.tap < 0:
        return Plan(below, 0, places.get(shown.tap))
    moved = _moved(below, boxes, boxes[shown.tap])
    left, top, right, end = boxes[shown.tap]
    return Plan(below, moved, (left, top - moved, right, end - moved))


def draw(shown: Description) -> bytes:
    """The picture as PNG, the same bytes for the same description."""
    image = Image.new("RGB", (WIDTH * FINE, HEIGHT * FINE), PAGE)
    planned = plan(shown)
    seen = _seen(shown, planned.tapped)
    pen = Pen(image, seen=seen)
    pen.box((_SIDE, _TOP, WIDTH - _SIDE, HEIGHT + 200), BODY, radius=70)
    pen.box((_SIDE + _BEZEL, _TOP + _BEZEL, WIDTH - _SIDE - _BEZEL, HEIGHT + 200), SCREEN, radius=50)
    _bar(pen, shown)
    _fill(image, shown, planned, seen)
    if planned.tapped:
        ring(pen, planned.tapped)
        point(image, shown, planned.tapped)
    if shown.number != ON_PAPER:
        badge(pen, shown.number)
    if shown.size == SIZE:
        _note(pen, shown.drawn, _NOTE)
    elif planned.tapped:
        image = _cut_out(image, shown, planned.tapped)
    return _png(image)


def _note(pen: Pen, drawn: str, box: Box) -> None:
    """Say that it is no screenshot."""
    pen.box(box, SCREEN, INK, 3, (box[3] - box[1]) / 2)
    pen.text((box[0] + box[2]) / 2, (box[1] + box[3]) / 2, drawn, 40, INK, "Bold", "mm")


def _cut_out(image: Image.Image, shown: Description, tapped: Box) -> Image.Image:
    """What is near the finger. That it is no screenshot stands below it, or in the margin of a strip: on nothing."""
    width, height = shown.size
    below = NOTE_HEIGHT if shown.size == CUTOUT else 0
    whole = Image.new("RGB", (width * FINE, height * FINE), SCREEN)
    whole.paste(image.crop(near((width, height - below), tapped)), (0, 0))
    if below:
        Pen(whole).text(width / 2, height - below / 2, shown.drawn, 36, INK, "Bold", "mm")
    else:
        margin = Image.new("RGB", (height * FINE, round(_SIDE) * FINE), PAGE)
        Pen(margin).text(height / 2, _SIDE / 2, shown.drawn, 32, INK, "Bold", "mm")
        whole.paste(margin.transpose(Image.Transpose.ROTATE_90), (0, 0))
    return whole


def near(size: tuple[int, int], tapped: Box) -> tuple[int, int, int, int]:
    """The part of this size of a picture that is shown: what is tapped, and the hand to the right below it."""
    width, height = size
    left = min(max((tapped[0] + tapped[2] - width) / 2 + _HAND_BESIDE, 0), WIDTH - width)
    above = min(_ABOVE, (height - tapped[3] + tapped[1]) / 2)
    top = min(max(tapped[1] - above, 0), HEIGHT - height)
    return round(left * FINE), round(top * FINE), round((left + width) * FINE), round((top + height) * FINE)


def point(image: Image.Image, shown: Description, tapped: Box) -> None:
    """Draw the hand on what is tapped, so that it covers none of its words; on signs, nobody's."""
    if shown.tap == TAP_ICON:
        finger_on_icon(image, tapped)
    elif shown.tap >= 0 and shown.controls[shown.tap].kind == "tile":
        finger_on_tile(image, icon_of_tile(tapped))
    else:
        finger(image, tapped)


def _moved(below: float, boxes: Sequence[Box], tapped: Box) -> float:
    """How far the screen is moved up so that what is tapped can be seen, and the hand with it.

    What stands at its upper end then is whole, where that costs little room.
    """
    wanted = below + _GAP + tapped[3] + _ROOM_BELOW - HEIGHT
    tops = sorted({box[1] for box in boxes if box[1] <= tapped[1]})
    if wanted <= below + _GAP:
        return 0
    first = next((top for top in tops if wanted <= top <= wanted + _WHOLE), wanted)
    return min(first, tapped[1]) - below - _GAP


def _seen(shown: Description, tapped: Box | None) -> Box:
    """What will be seen of a picture."""
    if tapped is None or shown.size == SIZE:
        return (0, 0, WIDTH, HEIGHT)
    width, height = shown.size
    left, top, right, end = near((width, height - (NOTE_HEIGHT if shown.size == CUTOUT else 0)), tapped)
    return (left / FINE, top / FINE, right / FINE, end / FINE)


def _fill(image: Image.Image, shown: Description, planned: Plan, seen: Box) -> None:
    """Draw the controls where the bar ends, moved up below it."""
    below, moved = planned.below, planned.moved
    whole = (seen[0], max(seen[1], below) + moved, seen[2], seen[3] + moved)
    left, top, right = round((_SIDE + _BEZEL) * FINE), round(below * FINE), round((WIDTH - _SIDE - _BEZEL) * FINE)
    inside = Image.new("RGB", (image.width, image.height - top), SCREEN)
    lay_out(Pen(inside, below + moved, whole), shown.controls, below + _GAP)
    image.paste(inside.crop((left, 0, right, inside.height)), (left, top))


def _bar(pen: Pen, shown: Description) -> tuple[float, dict[int, Box]]:
    """The upper end of the screen; returns where the controls begin, and where in it something can be tapped."""
    left, right, top = _SIDE + _BEZEL, WIDTH - _SIDE - _BEZEL, _TOP + _BEZEL
    places: dict[int, Box] = {}
    if shown.look == "home":
        _status(pen, INK)
        return top + _STATUS + _BELOW_NUMBER, places
    end = _named(Pen(None), shown, top + _STATUS)
    pen.box((left, top, right, end), shown.bar, radius=48)
    pen.box((left, top + 80, right, end), shown.bar)
    _status(pen, SCREEN)
    _named(pen, shown, top + _STATUS)
    if shown.icon:
        places[TAP_ICON] = _icon(pen, shown.icon, top + _STATUS)
    if shown.site:
        places[TAP_SITE] = (LEFT, end + 14, RIGHT, end + 104)
        pen.box((left, end, right, end + 118), "#D3DBE2")
        pen.box(places[TAP_SITE], SCREEN, radius=45)
        pen.box((LEFT + 34, end + 56, LEFT + 66, end + 82), GLOSS, radius=5)
        pen.arc((LEFT + 38, end + 38, LEFT + 62, end + 72), 180, 360, GLOSS, 6)
        pen.text(LEFT + 92, end + 59, shown.site, 48, INK, "Regular")
        end += 118
    return end, places


def _status(pen: Pen, colour: str) -> None:
    """The clock, the strength of the signal and the battery."""
    y = _TOP + _BEZEL + 36
    pen.text(_BAR_LEFT, y, "9:41", 40, colour, "Bold")
    for bar in range(4):
        pen.box((RIGHT - 150 + bar * 16, y + 14 - bar * 9, RIGHT - 140 + bar * 16, y + 16), colour)
    pen.box((RIGHT - 70, y - 14, RIGHT - 10, y + 16), None, colour, 4, 6)
    pen.box((RIGHT - 64, y - 8, RIGHT - 30, y + 10), colour)
    pen.box((RIGHT - 8, y - 5, RIGHT - 2, y + 7), colour)


def _named(pen: Pen, shown: Description, top: float) -> float:
    """The name of the app and the title of its screen; returns where they end."""
    width = RIGHT - _BAR_LEFT - (110 if shown.icon else 0)
    name, _ = _in_one_line(shown.app, 42, "Regular", width)
    pen.text(_BAR_LEFT, top + 26, name, 42, SCREEN, "Regular")
    top += 52
    title, meant = _in_one_line(shown.title, 54, "Bold", width)
    for line in wrap(title, 54, "Bold", width):
        pen.text(_BAR_LEFT, top + 32, line, 54, SCREEN, "Bold")
        top += 66
    if meant:
        pen.text(_BAR_LEFT, top + 20, meant, 42, SCREEN, "Regular")
        top += 48
    return top + 18


def _in_one_line(label: Label, size: int, weight: Weight, width: float) -> tuple[str, str]:
    """What to write, with its meaning where there is room for both; else the meaning besides."""
    both = f"{label.vi} ({label.en})" if label.en else label.vi
    return (both, "") if len(wrap(both, size, weight, width)) < 2 else (label.vi, label.en)


def _icon(pen: Pen, icon: Icon, top: float) -> Box:
    x, y = RIGHT - 44, top + 56
    ICONS[icon.kind](pen, x, y, SCREEN)
    return (x - 44, y - 44, x + 44, y + 44)


def _png(image: Image.Image) -> bytes:
    small = image.reduce(FINE).quantize(_COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    file = BytesIO()
    small.save(file, "PNG", optimize=True)
    return file.getvalue()


LARGEST = 80_000
"""Bytes; what cannot be made so small with a clear conscience is a little larger."""
_QUALITIES = (90, 84, 78, 72, 66, 60, 54, 48, 42)

_LEFT, _MARK_TOP = (SIZE[0] - WINDOW[0]) // 2, SIZE[1] - WINDOW[1]
"""Where the screenshot begins: low enough that the number of the step covers none of what it shows."""
_MARK_BEZEL = 22
_BADGE = 132.0
_ROUND = 28


def mark(wanted: ToMark) -> bytes:
    """The picture as JPEG, the same bytes for the same screenshot, tap and number."""
    with Image.open(BytesIO(wanted.shown), formats=("JPEG",)) as file:
        shown = file.convert("RGB")
    image = Image.new("RGB", (SIZE[0] * FINE, SIZE[1] * FINE), PAGE)
    pen = Pen(image)
    end = _MARK_TOP + shown.height
    pen.box((_LEFT - _MARK_BEZEL, _MARK_TOP - 48, _LEFT + WINDOW[0] + _MARK_BEZEL, end + _MARK_BEZEL), BODY, radius=46)
    _lay(image, shown)
    if wanted.number != ON_PAPER:
        badge(pen, wanted.number, _BADGE)
    if wanted.tap:
        tapped = _on_picture(wanted.tap)
        ring(pen, tapped)
        finger(image, tapped)
        image = image.crop(near(size_of(wanted.tap, wanted.number), tapped))
    return small_jpeg(image.reduce(FINE), LARGEST, _QUALITIES)


def small_jpeg(image: Image.Image, largest: int, qualities: tuple[int, ...]) -> bytes:
    """The image as JPEG with the first of these qualities that makes it small enough, else with the last."""
    made = b""
    for quality in qualities:
        file = BytesIO()
        image.save(file, "JPEG", quality=quality, subsampling="4:4:4" if quality > 70 else "4:2:0", optimize=True)
        made = file.getvalue()
        if len(made) <= largest:
            break
    return made


def _lay(image: Image.Image, shown: Image.Image) -> None:
    """Lay the screenshot into the phone; each of its pixels stays as it is when the image is made smaller again."""
    fine = shown.resize((shown.width * FINE, shown.height * FINE), Image.Resampling.NEAREST)
    corners = Image.new("L", fine.size)
    goes_on = _ROUND * FINE if shown.height == WINDOW[1] else 0  # below what is shown
    ImageDraw.Draw(corners).rounded_rectangle((0, 0, fine.width - 1, fine.height - 1 + goes_on), _ROUND * FINE, 255)
    image.paste(fine, (_LEFT * FINE, _MARK_TOP * FINE), corners)


def _on_picture(tap: Spot) -> Box:
    left, top, right, bottom = tap
    return (_LEFT + left, _MARK_TOP + top, _LEFT + right, _MARK_TOP + bottom)
