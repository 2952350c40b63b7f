"""What a form says about a screenshot: where to tap, what to cover, and its words. Pure."""

import re
from base64 import b64decode
from collections.abc import Sequence
from datetime import date
from typing import Literal

from msgspec import Struct

from api.auth.sessions import Form
from bot.images.screenshot import Area

Wrong = Literal["", "mark", "alt", "date", "file"]
"""What does not fit: a mark that is no box on the picture, its words, a day, or that there is no picture at all."""

MOST_AREAS = 40
LONGEST_ALT, LONGEST_APP = 300, 60

_PARTS = 4
_NUMBER = re.compile(r"\d{1,3}(?:[.,]\d{1,6})?")


class Marks(Struct, frozen=True):
    """What was filled in. `tap_typed` and `checked` are as they were typed; `wrong` says what of it does not fit."""

    picture: bytes
    areas: tuple[Area, ...]
    tap: Area | None
    tap_typed: Sequence[str]
    alt: str
    app: str
    checked: str
    wrong: Wrong


def read_marks(form: Form) -> Marks:
    """The marks of a form: of a file, else of the picture that was retouched before and is sent along."""
    picture = form.files.get("file") or _sent_along(form.text("draft"))
    taps, areas = _boxes(form.all("tap")), _boxes(form.all("area")[: _PARTS * MOST_AREAS])
    alt, app, checked = " ".join(form.text("alt").split()), form.text("app"), form.text("checked")
    wrong: Wrong = ""
    if not picture:
        wrong = "file"
    elif None in (*taps, *areas):
        wrong = "mark"
    elif not alt or len(alt) > LONGEST_ALT or not alt.isprintable():
        wrong = "alt"
    elif not _is_day(checked):
        wrong = "date"
    return Marks(
        picture,
        tuple(area for area in areas if area),
        next((tap for tap in taps if tap), None),
        [text.strip() for text in form.all("tap")[:_PARTS]],
        alt[:LONGEST_ALT],
        app[:LONGEST_APP] if app.isprintable() else "",
        checked[:10],
        wrong,
    )


def _sent_along(draft: str) -> bytes:
    """The picture in a field of the form; nothing where that holds none."""
    try:
        return b64decode(draft, validate=True)
    except ValueError:
        return b""


def _boxes(typed: Sequence[str]) -> Sequence[Area | None]:
    """The boxes that were typed, four numbers each; None for one that is none, and nothing for one left empty."""
    rows = (typed[at : at + _PARTS] for at in range(0, len(typed), _PARTS))
    return [_box(row) for row in rows if any(text.strip() for text in row)]


def _box(row: Sequence[str]) -> Area | None:
    numbers = [float(text.strip().replace(",", ".")) for text in row if _NUMBER.fullmatch(text.strip())]
    if len(numbers) != _PARTS:
        return None
    left, top, width, height = numbers
    fits = left < 100 and top < 100 and width > 0 and height > 0
    return (left, top, min(width, 100 - left), min(height, 100 - top)) if fits else None


def _is_day(text: str) -> bool:
    """Whether it is a day as 2026-11-25, or left empty."""
    try:
        return not text or date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
