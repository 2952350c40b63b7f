"""When a Zalo platform says that something was sent. Pure."""

from typing import Final

_DIGITS: Final = 15
"""More digits are no time: so many milliseconds are thirty thousand years."""


def sent_at(milliseconds: int | float | str | None) -> int:
    """Whole seconds since 1970, from milliseconds as a number or a text; 0 for what is no time."""
    text = str(milliseconds).strip().partition(".")[0]
    return int(text) // 1000 if text.isascii() and text.isdigit() and len(text) <= _DIGITS else 0
