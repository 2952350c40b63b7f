"""Draws on a screenshot what is drawn on every picture: the phone around it, what to tap, the number of the step."""

from io import BytesIO

from PIL import Image, ImageDraw

from bot.pictures.colours import BODY, PAGE
from bot.pictures.describing import ON_PAPER, SIZE
from bot.pictures.drawing import near
from bot.pictures.pen import FINE, Box, Pen
from bot.pictures.pointer import badge, finger, ring
from bot.pictures.screenshot import WINDOW, Spot, ToMark, size_of

LARGEST = 80_000
"""Bytes; what cannot be made so small with a clear conscience is a little larger."""
_QUALITIES = (90, 84, 78, 72, 66, 60, 54, 48, 42)

_LEFT, _TOP = (SIZE[0] - WINDOW[0]) // 2, SIZE[1] - WINDOW[1]
"""Where the screenshot begins: low enough that the number of the step covers none of what it shows."""
_BEZEL = 22
_BADGE = 132.0
_ROUND = 28


def mark(wanted: ToMark) -> bytes:
    """The picture as JPEG, the same bytes for the same screenshot, tap and number."""
    with Image.open(BytesIO(wanted.shown), formats=("JPEG",)) as file:
        shown = file.convert("RGB")
    image = Image.new("RGB", (SIZE[0] * FINE, SIZE[1] * FINE), PAGE)
    pen = Pen(image)
    end = _TOP + shown.height
    pen.box((_LEFT - _BEZEL, _TOP - 48, _LEFT + WINDOW[0] + _BEZEL, end + _BEZEL), BODY, radius=46)
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
    image.paste(fine, (_LEFT * FINE, _TOP * FINE), corners)


def _on_picture(tap: Spot) -> Box:
    left, top, right, bottom = tap
    return (_LEFT + left, _TOP + top, _LEFT + right, _TOP + bottom)
