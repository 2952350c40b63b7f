"""Tries to fetch updates that come to nothing in a row: how long to wait after each, and why none gets through."""

import asyncio
import logging
from typing import Final

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
