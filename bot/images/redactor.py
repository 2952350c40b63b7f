"""Has pictures that somebody sends retouched, in a process of its own for each."""

import logging
from typing import Final, Literal

from bot.images.screenshot import Retouched, Sent, decode_retouched, encode_sent
from bot.sandbox.runner import Apart, Overrun, Unusable

UnfitPicture = Literal["unreadable", "pixels", "small", "long"]
"""Why nothing can be made of what was sent: no picture, too many pixels, too few, or much longer than wide."""

_WORK: Final = "bot.images.redact:retouch"
_REASONS: Final[tuple[UnfitPicture, ...]] = ("unreadable", "pixels", "small", "long")

_log = logging.getLogger("toso.pictures")


class Retoucher:
    """One at a time: each takes up to some hundred megabytes for a second."""

    def __init__(self, apart: Apart | None = None) -> None:
        self._apart = apart or Apart()

    async def retouch(self, sent: Sent) -> Retouched | UnfitPicture:
        """What becomes of a picture, or why nothing does."""
        try:
            return decode_retouched(await self._apart.run(_WORK, encode_sent(sent)))
        except Unusable as reason:
            return next((each for each in _REASONS if each == str(reason)), "unreadable")
        except Overrun as overrun:
            _log.warning("a picture that was sent is not retouched: %s", overrun)
            return "unreadable"
