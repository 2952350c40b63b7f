"""The controls of a screen that show something: codes, cards, what a camera sees.

The controls of a screen that hold words: each draws itself from `top` down, and says what box it took.

The signs on tiles: those of Font Awesome, by what stands below them. Pure.
"""

from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import as_file, files
from typing import Final, Literal

from msgspec import Struct
from PIL import Image, ImageDraw, ImageFont

from bot.images.canvas import (
    DARK,
    FINE,
    GLOSS,
    GOOD,
    INK,
    KEY,
    LINE,
    NOTICE,
    ON_KEY,
    PALE,
    RING,
    SCREEN,
    SKIN,
    Box,
    Pen,
    Weight,
    font,
    hand,
    magnifier,
    wrap,
)
from bot.images.screens import Label

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


Face = Literal["Brands", "Free-Solid"]
_PART: Final = 0.56
"""How much of a tile its sign takes."""
_NAMED: Final = 1.34
"""The same for a name, by the number of its letters."""
_TRIANGLE: Final = ("#00A0FF", "#00C853", "#E53935", "#F9A825")
"""What the four parts of the sign of CH Play are coloured: left, above, below, right."""


class Sign(Struct, frozen=True):
    """A letter of a typeface of signs; or a `name`, where an app's own sign is its name, or nobody may copy it.

    `within` is a second letter, small on a disc in the middle of the first.
    """

    letter: str = ""
    face: Face = "Free-Solid"
    name: str = ""
    ink: str = KEY
    back: str = ""
    within: str = ""


_PLAY: Final = Sign("\uf3ab", "Brands", back=SCREEN)

SIGNS: Final[Mapping[str, Sign]] = {
    "An sinh xã hội": Sign("\uf4c4"),
    "App Store": Sign("\uf370", "Brands", ink="#0A6CE0", back=SCREEN),
    "Bài 1": Sign("\uf02d"),
    "Bài 2": Sign("\uf02d"),
    "Bài 3": Sign("\uf02d"),
    "Bản đồ": Sign("\uf3c5"),
    "CH Play": _PLAY,
    "Chuyển tiền": Sign("\uf362"),
    "Chữ ký số": Sign("\uf5b7"),
    "Cá nhân": Sign("\uf007"),
    "Cài đặt": Sign("\uf013"),
    "Dịch vụ công": Sign("\uf19c"),
    "Hóa đơn": Sign("\uf570"),
    "Hôm nay": Sign("\uf073"),
    "Internet": Sign("\uf1eb"),
    "Khởi động lại": Sign("\uf01e"),
    "Kiến nghị, phản ánh về ANTT": Sign("\uf0a1"),
    "Liên kết ngân hàng": Sign("\uf19c"),
    "Micrô": Sign("\uf130"),
    "Máy quay": Sign("\uf03d"),
    "Máy quay đã tắt": Sign("\uf4e2"),
    "Máy ảnh": Sign("\uf030"),
    "Nạp tiền": Sign("\uf555"),
    "Nước": Sign("\uf043"),
    "Nộp thuế": Sign("\uf571"),
    "Phản ánh hiện trường": Sign("\uf0a1"),
    "Phản ánh thủ tục hành chính": Sign("\uf15c"),
    "Quét mã": Sign("\uf029"),
    "Quét mã QR": Sign("\uf029"),
    "Sổ sức khỏe điện tử": Sign("\uf21e"),
    "Thông báo": Sign("\uf0f3"),
    "Thông tin cư trú": Sign("\uf015"),
    "Thủ tục hành chính": Sign("\uf15c"),
    "Thư viện ảnh": Sign("\uf302"),
    "Tin nhắn": Sign("\uf4ad"),
    "Tin tức": Sign("\uf1ea"),
    "Tiết kiệm": Sign("\uf4d3"),
    "Tra cứu": Sign("\uf002"),
    "Tìm kiếm": Sign("\uf002"),
    "Trình duyệt": Sign("\uf0ac"),
    "Tôi": Sign("\uf007"),
    "Tắt nguồn": Sign("\uf011"),
    "VNeID": Sign(name="VNeID", ink=SCREEN, back="#8C1A1D"),
    "Ví giấy tờ": Sign("\uf2c2"),
    "Zalo": Sign(name="Zalo", ink=SCREEN, back="#0057D9"),
    "eTax Mobile": Sign(name="eTax", ink=SCREEN, back="#8A1F1F"),
    "iHanoi": Sign(name="iHanoi", ink=SCREEN, back="#0B4F8A"),
    "Điện": Sign("\uf0e7"),
    "Điện thoại": Sign("\uf095"),
    "Đăng ký thuế": Sign("\uf044"),
    "Đổi máy quay": Sign("\uf030", within="\uf2f1"),
    "Ưu đãi": Sign("\uf06b"),
    "Ứng dụng": Sign("\uf5fd"),
}


@cache
def sign_font(face: Face, size: int) -> ImageFont.FreeTypeFont:
    with as_file(files("font_font_awesome") / "files" / f"FontAwesome5-{face}.otf") as file:
        return ImageFont.truetype(str(file), size * FINE, layout_engine=ImageFont.Layout.BASIC)


def draw_sign(pen: Pen, label: str, box: Box, back: str) -> None:
    """The sign of what is called so, on a tile with this background; its first letter where it has none."""
    sign = SIGNS.get(label) or Sign(name=label[:1].upper())
    left, top, right, end = box
    middle, half, size = (left + right) / 2, (top + end) / 2, right - left
    part = _PART if sign.letter else min(_PART, _NAMED / len(sign.name))
    pen.box(box, sign.back or back, KEY, 5, size / 4)
    pen.stamp(_stamp(sign, round(size * part)), middle, half)
    if sign.within:
        middle_of_lens = half + size * 0.04
        pen.oval((middle - size * 0.19, half - size * 0.15, middle + size * 0.19, half + size * 0.23), sign.ink)
        pen.stamp(_stamp(Sign(sign.within, ink=SCREEN), round(size * 0.26)), middle, middle_of_lens)


@cache
def _stamp(sign: Sign, size: int) -> Image.Image:
    """The sign with nothing around it, as large as it is on a fine picture."""
    typeface = sign_font(sign.face, size) if sign.letter else font(size, "Bold")
    said = sign.letter or sign.name
    left, top, right, end = (round(each) for each in typeface.getbbox(said))
    shape = Image.new("L", (right - left, end - top))
    ImageDraw.Draw(shape).text((-left, -top), said, 255, typeface)
    stamp = Image.new("RGBA", shape.size, sign.ink)
    if sign == _PLAY:
        _colour_triangle(stamp)
    stamp.putalpha(shape)
    return stamp


def _colour_triangle(stamp: Image.Image) -> None:
    width, height = stamp.size
    pen, middle = ImageDraw.Draw(stamp), (width * 0.54, height / 2)
    zones = (
        [(0, 0), middle, (0, height)],
        [(0, 0), (width, 0), (width, height / 2), middle],
        [(0, height), middle, (width, height / 2), (width, height)],
        [middle, (width * 0.74, height * 0.28), (width, 0), (width, height), (width * 0.74, height * 0.72)],
    )
    for zone, colour in zip(zones, _TRIANGLE, strict=True):
        pen.polygon(zone, colour)


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
