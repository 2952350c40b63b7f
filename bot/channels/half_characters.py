"""Reads JSON with half a character in it: an emoji that was cut in the middle, as some programs write it. Pure.

It is valid JSON, and would be refused again and again: whoever sent it sends it until it is taken.
"""

import re
from collections.abc import Callable
from typing import Final, TypeVar

import msgspec
from msgspec import Raw

T = TypeVar("T")

_ESCAPE: Final = re.compile(
    rb"\\(?:u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|(u[dD][89a-fA-F][\da-fA-F]{2})|.)", re.DOTALL
)
"""Whatever a backslash begins; the group is there for half a character alone."""
_REPLACEMENT: Final = rb"\ufffd"


def with_half_characters(decode: Callable[[bytes | Raw], T]) -> Callable[[bytes | Raw], T]:
    """The same decoder, which reads each half of a character as the sign for one that cannot be read."""

    def decode_all(body: bytes | Raw) -> T:
        try:
            return decode(body)
        except msgspec.ValidationError:
            raise
        except msgspec.DecodeError:
            return decode(_ESCAPE.sub(_whole, bytes(body)))

    return decode_all


def _whole(escape: re.Match[bytes]) -> bytes:
    return _REPLACEMENT if escape[1] else escape[0]
