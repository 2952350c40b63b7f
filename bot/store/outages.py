"""What a worker's log says of a store that is gone: one line for all who find out, each in their own way."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from math import inf

from bot.errors import StoreDown

SAY_AGAIN_SECONDS = 60.0
CALM_SECONDS = 3.0
"""The store is back once it answers, and nothing has failed for so long."""

_log = logging.getLogger("toso.store")


@dataclass(slots=True)
class _Outage:
    since: float
    failed: float
    said: bool = False


class Outages:
    """Says that the store, or a node of it, is gone: at once, each minute while it is, and when it is back."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._going_on: dict[str, _Outage] = {}
        self._said: dict[str, float] = {}

    def failed(self, error: Exception, node: str = "") -> None:
        """A call came to nothing; `node` is of a cluster."""
        if not isinstance(error, StoreDown):
            return
        now = self._now()
        outage = self._going_on.setdefault(node, _Outage(now, now))
        outage.failed = now
        if now - self._said.get(node, -inf) >= SAY_AGAIN_SECONDS:
            self._said[node], outage.said = now, True
            _log.error("the store%s is gone, for %d s by now: %s", _at(node), now - outage.since, error)

    def answered(self, node: str = "") -> None:
        """A call was answered."""
        if self._going_on and (outage := self._going_on.get(node)) and self._now() - outage.failed >= CALM_SECONDS:
            del self._going_on[node]
            if outage.said:
                _log.warning("the store%s is back, after %d s", _at(node), outage.failed - outage.since)


def _at(node: str) -> str:
    return f" at {node}" if node else ""
