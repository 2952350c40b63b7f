"""The signs on tiles: those of Font Awesome, by what stands below them. Pure."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import as_file, files
from typing import Final, Literal

from msgspec import Struct
from PIL import Image, ImageDraw, ImageFont

from bot.pictures.colours import KEY, SCREEN
from bot.pictures.pen import FINE, Box, Pen, font

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
