"""The controls of a screen that show something: codes, cards, what a camera sees."""

from bot.pictures.colours import DARK, GLOSS, INK, KEY, LINE, PALE, SCREEN, SKIN
from bot.pictures.controls import LEFT, RIGHT, SIZE, WIDE, words
from bot.pictures.pen import Box, Pen
from bot.pictures.pointer import hand
from bot.pictures.screens import Label
from bot.pictures.signs import draw_sign

_MIDDLE = LEFT + WIDE / 2


def code(pen: Pen, label: Label, top: float) -> Box:
    start = words(pen, label, LEFT, top, WIDE)
    for index in range(6):
        left = LEFT + 10 + index * 146
        pen.box((left, start + 6, left + 126, start + 146), SCREEN, LINE, 5, 16)
    return (LEFT, top, RIGHT, start + 150)


def pin(pen: Pen, label: Label, top: float) -> Box:
    start = words(pen, label, LEFT, top, WIDE)
    for index in range(6):
        left = LEFT + 105 + index * 120
        pen.oval((left, start + 14, left + 70, start + 84), SCREEN, KEY, 7)
    return (LEFT, top, RIGHT, start + 100)


def card(pen: Pen, label: Label, top: float) -> Box:
    end = max(words(Pen(None), label, LEFT + 230, top + 24, WIDE - 260) + 60, top + 210)
    pen.box((LEFT, top, RIGHT, end), PALE, LINE, 4, 26)
    _person(pen, (LEFT + 34, top + 30, LEFT + 184, top + 180))
    after = words(pen, label, LEFT + 230, top + 24, WIDE - 260, weight="Bold")
    pen.box((LEFT + 230, after + 14, LEFT + 700, after + 36), "#C3CDD6", radius=10)
    return (LEFT, top, RIGHT, end)


def _person(pen: Pen, box: Box) -> None:
    left, top, right, end = box
    middle, size = (left + right) / 2, right - left
    pen.box(box, "#C3CDD6", radius=14)
    pen.oval((middle - size * 0.2, top + size * 0.12, middle + size * 0.2, top + size * 0.52), LINE)
    pen.shape(
        [
            (left + size * 0.16, end),
            (left + size * 0.26, top + size * 0.68),
            (right - size * 0.26, top + size * 0.68),
            (right - size * 0.16, end),
        ],
        LINE,
    )


def app(pen: Pen, label: Label, top: float) -> Box:
    draw_sign(pen, label.vi, (LEFT, top, LEFT + 170, top + 170), PALE)
    end = words(pen, label, LEFT + 206, top + 20, WIDE - 210, weight="Bold", size=52)
    pen.box((LEFT + 206, end + 12, LEFT + 600, end + 36), "#C3CDD6", radius=12)
    return (LEFT, top, RIGHT, max(top + 170, end + 40))


def _qr(pen: Pen, left: float, top: float, size: float) -> None:
    """Looks like a QR code, and can be read by no phone."""
    pen.box((left, top, left + size, top + size), SCREEN, LINE, 3, 10)
    unit = size / 13
    for across in range(1, 12):
        for down in range(1, 12):
            if (across * 7 + down * 11 + across * down * 3) % 5 < 2:
                x, y = left + across * unit, top + down * unit
                pen.box((x, y, x + unit, y + unit), INK)
    for x, y in ((1, 1), (8, 1), (1, 8)):
        corner = left + x * unit, top + y * unit
        pen.box((corner[0], corner[1], corner[0] + 4 * unit, corner[1] + 4 * unit), INK)
        pen.box((corner[0] + unit, corner[1] + unit, corner[0] + 3 * unit, corner[1] + 3 * unit), SCREEN)


def qr(pen: Pen, label: Label, top: float) -> Box:
    _qr(pen, _MIDDLE - 130, top, 260)
    end = words(pen, label, LEFT, top + 266, WIDE, middle=True)
    return (_MIDDLE - 230, top, _MIDDLE + 230, end)


def _looked_at(pen: Pen, label: Label, top: float, height: float = 400) -> Box:
    """What a camera looks at, with words below."""
    end = words(Pen(None), label, LEFT + 20, top + height, WIDE - 40) + 20
    pen.box((LEFT, top, RIGHT, end), DARK, radius=20)
    words(pen, label, LEFT + 20, top + height, WIDE - 40, middle=True, colour=SCREEN, gloss=SCREEN)
    return (LEFT, top, RIGHT, end)


def scan(pen: Pen, label: Label, top: float) -> Box:
    box = _looked_at(pen, label, top)
    _qr(pen, _MIDDLE - 120, top + 75, 240)
    for across in (-1, 1):
        for down in (-1, 1):
            x, y = _MIDDLE + across * 170, top + 195 + down * 165
            pen.line([(x - across * 70, y), (x, y), (x, y - down * 70)], SCREEN, 12)
    return box


def paper(pen: Pen, label: Label, top: float) -> Box:
    # Low enough to stand whole above a shutter: what is spoken of are its four corners.
    box = _looked_at(pen, label, top, 256)
    left, right = _MIDDLE - 270, _MIDDLE + 270
    pen.box((left, top + 24, right, top + 240), SCREEN, radius=4)
    for line in range(4):
        pen.box((left + 50, top + 50 + line * 46, right - 50 - (line % 2) * 110, top + 70 + line * 46), LINE, radius=8)
    return box


def face(pen: Pen, label: Label, top: float) -> Box:
    pen.oval((_MIDDLE - 210, top, _MIDDLE + 210, top + 420), PALE, KEY, 12)
    pen.oval((_MIDDLE - 105, top + 70, _MIDDLE + 105, top + 330), SKIN, LINE, 5)
    for x in (-44, 44):
        pen.oval((_MIDDLE + x - 12, top + 170, _MIDDLE + x + 12, top + 194), INK)
    pen.arc((_MIDDLE - 50, top + 210, _MIDDLE + 50, top + 280), 20, 160, INK, 7)
    end = words(pen, label, LEFT, top + 436, WIDE, middle=True)
    return (LEFT, top, RIGHT, end)


def nfc(pen: Pen, label: Label, top: float) -> Box:
    pen.box((_MIDDLE - 150, top, _MIDDLE + 150, top + 420), DARK, radius=40)
    for x in (0, 70):
        pen.oval((_MIDDLE - 120 + x, top + 30, _MIDDLE - 70 + x, top + 80), LINE)
    left, right = _MIDDLE - 210, _MIDDLE + 210
    pen.box((left, top + 130, right, top + 380), PALE, LINE, 6, 24)
    _person(pen, (left + 30, top + 200, left + 150, top + 350))
    pen.box((right - 130, top + 160, right - 50, top + 220), "#D9B44A", LINE, 4, 10)
    for line in range(3):
        pen.box((left + 180, top + 250 + line * 40, right - 40, top + 268 + line * 40), LINE, radius=8)
    for wave in range(3):
        reach = 60 + wave * 50
        pen.arc((right + 20 - reach, top + 255 - reach, right + 20 + reach, top + 255 + reach), -35, 35, KEY, 12)
    end = words(pen, label, LEFT, top + 436, WIDE, middle=True)
    return (LEFT, top, RIGHT, end)


def media(pen: Pen, label: Label, top: float) -> Box:
    for index in range(3):
        left = LEFT + index * 300
        pen.box((left, top, left + 280, top + 280), "#B9C6D1", radius=14)
        pen.shape([(left + 20, top + 250), (left + 120, top + 130), (left + 220, top + 250)], LINE)
    pen.oval((_MIDDLE - 60, top + 80, _MIDDLE + 60, top + 200), DARK)
    pen.shape([(_MIDDLE - 22, top + 106), (_MIDDLE - 22, top + 174), (_MIDDLE + 38, top + 140)], SCREEN)
    end = words(pen, label, LEFT, top + 292, WIDE, middle=True)
    return (LEFT, top, RIGHT, end)


def map_(pen: Pen, label: Label, top: float) -> Box:
    box = (LEFT, top, RIGHT, top + 200)
    pen.box(box, "#E3EBDD", LINE, 4, 20)
    pen.line([(LEFT + 6, top + 150), (LEFT + 400, top + 90), (RIGHT - 6, top + 120)], SCREEN, 26)
    pen.line([(LEFT + 280, top + 6), (LEFT + 420, top + 194)], SCREEN, 26)
    x = _MIDDLE
    pen.shape([(x - 34, top + 76), (x + 34, top + 76), (x, top + 140)], KEY)
    pen.oval((x - 40, top + 24, x + 40, top + 104), KEY)
    pen.oval((x - 14, top + 50, x + 14, top + 78), SCREEN)
    return box


def slider(pen: Pen, label: Label, top: float) -> Box:
    start = words(pen, label, LEFT, top, WIDE)
    middle = start + 60
    pen.text(LEFT, middle, "A", 44, INK, "Bold", "lm")
    pen.text(RIGHT, middle, "A", 92, INK, "Bold", "rm")
    pen.box((LEFT + 70, middle - 8, RIGHT - 110, middle + 8), LINE, radius=8)
    pen.oval((_MIDDLE + 80, middle - 36, _MIDDLE + 152, middle + 36), KEY)
    return (LEFT - 12, top, RIGHT + 12, middle + 60)


def shutter(pen: Pen, label: Label, top: float) -> Box:
    pen.oval((_MIDDLE - 80, top, _MIDDLE + 80, top + 160), SCREEN, INK, 8)
    pen.oval((_MIDDLE - 60, top + 20, _MIDDLE + 60, top + 140), PALE, LINE, 5)
    return (_MIDDLE - 90, top - 6, _MIDDLE + 90, top + 166)


def power(pen: Pen, label: Label, top: float) -> Box:
    pen.box((_MIDDLE - 110, top, _MIDDLE + 110, top + 300), DARK, radius=34)
    pen.box((_MIDDLE - 92, top + 20, _MIDDLE + 92, top + 280), PALE, radius=20)
    pen.box((_MIDDLE + 110, top + 80, _MIDDLE + 128, top + 160), "#B4232A", radius=6)
    pen.line([(_MIDDLE + 300, top + 120), (_MIDDLE + 150, top + 120)], INK, 12)
    pen.shape([(_MIDDLE + 138, top + 120), (_MIDDLE + 178, top + 92), (_MIDDLE + 178, top + 148)], INK)
    end = words(pen, label, LEFT, top + 312, WIDE, middle=True)
    return (LEFT, top, RIGHT, end)


def swipe(pen: Pen, label: Label, top: float) -> Box:
    pen.line([(_MIDDLE, top + 400), (_MIDDLE, top + 60)], KEY, 26)
    pen.shape([(_MIDDLE - 66, top + 80), (_MIDDLE + 66, top + 80), (_MIDDLE, top)], KEY)
    pen.stamp(hand(80, 0.8), _MIDDLE, top + 300)
    end = words(pen, label, LEFT, top + 412, WIDE, middle=True, colour=GLOSS, size=SIZE)
    return (LEFT, top, RIGHT, end)
