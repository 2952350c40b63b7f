"""What channels that show the pictures of steps share: no step waits long for its picture, or is lost to it."""

import asyncio
import logging
from contextlib import suppress
from typing import Final

from msgspec import structs

from bot.ports import Clock, DrawnPictures, Outcome, Unconfirmed

log = logging.getLogger(__name__)

PATIENCE_SECONDS: Final = 3.0
"""So long a message waits for a picture that was never drawn, or never uploaded."""
REST_SECONDS: Final = 300
MEDIA_TRIES: Final = 4
"""How often a picture or a recording that somebody sent is tried where the platform fails at it: what follows waits."""


def plainer_next(outcome: Outcome) -> Outcome:
    """What came of a step with its picture or recording: the next try, if there is one, is in words alone."""
    return structs.replace(outcome, plainer=True) if isinstance(outcome, Unconfirmed) else outcome


def content_of(name: str) -> str:
    """The part of a picture's name that stands for all that is on it: two names with the same are one picture."""
    return name.partition("/")[0]


async def drawn_soon(drawn: DrawnPictures, name: str) -> bytes | None:
    """The picture with this name; None where there is none, or drawing it takes too long."""
    with suppress(TimeoutError):
        return await asyncio.wait_for(drawn.picture(name), PATIENCE_SECONDS)
    return None


class Rest:
    """A while without something, after it went wrong: nobody else has to wait for it to go wrong again."""

    def __init__(self, clock: Clock, what: str) -> None:
        self._clock = clock
        self._what = what
        self._until_ms = 0
        self.why = ""
        """What went wrong last; empty where nothing did."""

    def begin(self, why: str) -> None:
        self.why = why
        self._until_ms = self._clock.now_ms() + REST_SECONDS * 1000
        log.warning("%s for %d minutes: %s", self._what, REST_SECONDS // 60, why)

    @property
    def lasts(self) -> bool:
        return self._clock.now_ms() < self._until_ms
