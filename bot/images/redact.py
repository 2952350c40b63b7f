"""What is kept of a picture that somebody sends: the pixels that are shown, with areas covered for good.

Runs apart from those who answer people: Pillow decodes what anybody may have made.
"""

from io import BytesIO
from typing import Final

from PIL import Image, ImageOps, ImageStat

from bot.images.render import small_jpeg
from bot.images.screenshot import ROOM_BELOW, WINDOW, Area, Retouched, Spot, decode_sent, encode_retouched
from bot.sandbox.answers import Unfit

FORMATS: Final = ("JPEG", "PNG", "WEBP")
Image.init()  # what reads them, and what is beside their pixels, has to be loaded now: later no file can be opened
MOST_PIXELS: Final = 24_000_000
"""Twice what phones' cameras take by default; a screen has five million at most."""
_LEAST_SIDE, _MOST_TIMES_AS_LONG = 120, 4
_SMALLEST_TAP = 48
"""Pixels: a ring around less would hide it."""

_WHOLE = (1_000_000, (92, 86, 80, 70, 60, 50))
_SHOWN = (160_000, (92, 86, 80, 74, 68, 60, 50))
"""How large each may be, and the qualities to try."""


def retouch(data: bytes) -> bytes:
    """What becomes of a `Sent` (as MessagePack): a `Retouched`.

    Raises Unfit: `unreadable`, `pixels` (too many), `small`, or `long` (one side more than four times the other).
    """
    sent = decode_sent(data)
    image = _opened(sent.picture)
    for area in sent.areas:
        _cover(image, area)
    height = max(1, round(image.height * WINDOW[0] / image.width))
    image = image.resize((WINDOW[0], height), Image.Resampling.LANCZOS)
    tap = _tapped(image, sent.tap) if sent.tap else None
    top = _top(tap, height)
    shown = image.crop((0, top, WINDOW[0], min(height, top + WINDOW[1])))
    if tap:
        left, upper, right, lower = tap
        tap = (left, upper - top, right, lower - top)
    return encode_retouched(
        Retouched(small_jpeg(image, *_WHOLE), small_jpeg(shown, *_SHOWN), tap, _area(tap, shown) if tap else None)
    )


def _opened(picture: bytes) -> Image.Image:
    """The picture upright, on white, without anything beside its pixels."""
    try:
        with Image.open(BytesIO(picture), formats=FORMATS) as file:
            _check(*file.size)
            upright = ImageOps.exif_transpose(file)
            flat = Image.new("RGB", upright.size, "white")
            seen = upright.convert("RGBA")
            flat.paste(seen, mask=seen)
    except Image.DecompressionBombError:
        raise Unfit("pixels") from None
    except (OSError, ValueError, SyntaxError, EOFError):
        raise Unfit("unreadable") from None
    return flat


def _check(width: int, height: int) -> None:
    """Before anything is unpacked: what it says of its own size."""
    if width * height > MOST_PIXELS:
        raise Unfit("pixels")
    if min(width, height) < _LEAST_SIDE:
        raise Unfit("small")
    if max(width, height) > min(width, height) * _MOST_TIMES_AS_LONG:
        raise Unfit("long")


def _cover(image: Image.Image, area: Area) -> None:
    """Cover it with its own average colour: one colour holds nothing of what was there, whatever is tried with it."""
    left, top, width, height = area
    box = (
        int(left * image.width / 100),
        int(top * image.height / 100),
        min(image.width, -int(-(left + width) * image.width // 100)),
        min(image.height, -int(-(top + height) * image.height // 100)),
    )
    if box[0] < box[2] and box[1] < box[3]:
        average = ImageStat.Stat(image.crop(box)).mean
        image.paste((round(average[0]), round(average[1]), round(average[2])), box)


def _tapped(image: Image.Image, area: Area) -> Spot:
    """What is tapped in pixels, large enough for a ring."""
    left, top, width, height = (part * side / 100 for part, side in zip(area, (*image.size, *image.size), strict=True))
    more_x, more_y = max(0.0, _SMALLEST_TAP - width) / 2, max(0.0, _SMALLEST_TAP - height) / 2
    return (
        max(0, round(left - more_x)),
        max(0, round(top - more_y)),
        min(image.width, round(left + width + more_x)),
        min(image.height, round(top + height + more_y)),
    )


def _top(tap: Spot | None, height: int) -> int:
    """Where the part begins that is shown: at the top, or so low that what is tapped and a hand below it are seen."""
    wanted = tap[3] + ROOM_BELOW - WINDOW[1] if tap else 0
    return max(0, min(wanted, height + ROOM_BELOW - WINDOW[1], tap[1] if tap else 0))


def _area(tap: Spot, shown: Image.Image) -> Area:
    left, top, right, bottom = tap
    across, down = 100 / shown.width, 100 / shown.height
    return (left * across, top * down, (right - left) * across, (bottom - top) * down)
