"""Reads JSON with half a character in it: an emoji that was cut in the middle, as some programs write it. Pure.

It is valid JSON, and would be refused again and again: whoever sent it sends it until it is taken.

Which failures of a call mean that it never left: only then is there no doubt that nobody got what it carries.

When a Zalo platform says that something was sent. Pure.

Tries to fetch updates that come to nothing in a row: how long to wait after each, and why none gets through.
"""

import asyncio
import logging
import re
from collections.abc import Callable
from typing import Final, TypeVar

import aiohttp
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


UNREACHED: Final = (aiohttp.ClientConnectorError, aiohttp.InvalidURL, aiohttp.ConnectionTimeoutError)


_DIGITS: Final = 15
"""More digits are no time: so many milliseconds are thirty thousand years."""


def sent_at(milliseconds: int | float | str | None) -> int:
    """Whole seconds since 1970, from milliseconds as a number or a text; 0 for what is no time."""
    text = str(milliseconds).strip().partition(".")[0]
    return int(text) // 1000 if text.isascii() and text.isdigit() and len(text) <= _DIGITS else 0


FIRST_PAUSE_SECONDS: Final = 1.0
LONGEST_PAUSE_SECONDS: Final = 5.0
"""So long somebody who writes may wait at most once the platform answers again."""
NAMED_FROM: Final = 3
"""So many tries in a row are no chance: the channel is named as one that cannot fetch."""

log = logging.getLogger(__name__)


class PollingTries:
    """Those of one channel, by its name."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._failed = 0
        self.trouble = ""
        """Why nothing can be fetched; empty where the last tries did not all fail."""

    async def failed(self, why: str, asked: float = 0.0) -> None:
        """One came to nothing: wait until the next may begin, at least the seconds that the platform `asked` for."""
        log.warning("%s: polling failed, trying again: %s", self._name, why)
        pause = min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2**self._failed)
        self._failed = min(self._failed + 1, NAMED_FROM)
        if self._failed == NAMED_FROM:
            self.trouble = why
        await asyncio.sleep(max(asked, pause))

    def succeeded(self) -> None:
        """The platform answered as it should."""
        self._failed, self.trouble = 0, ""
