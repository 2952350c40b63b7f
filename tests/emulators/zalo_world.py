"""What both of Zalo's worlds have: a clock that can be moved on, and ids."""

import hashlib
import itertools
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

_VIETNAM = timezone(timedelta(hours=7))


class ZaloWorld:
    """Time, in seconds of `clock`, and ids."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._passed = 0.0
        self._numbers = itertools.count(1)

    def now(self) -> float:
        return self._clock() + self._passed

    def now_ms(self) -> int:
        return int(self.now() * 1000)

    def steady_ms(self) -> int:
        return self.now_ms()

    def passes(self, seconds: float) -> None:
        """Let time go on."""
        self._passed += seconds

    def hex_id(self, kind: str) -> str:
        """A new id of 20 hexadecimal digits, as messages and groups have."""
        return hashlib.sha256(f"{kind} {next(self._numbers)}".encode()).hexdigest()[:20]


def in_vietnam(seconds: float, form: str) -> str:
    """A moment as the calendar has it in Vietnam, in this form of `strftime`."""
    return datetime.fromtimestamp(seconds, _VIETNAM).strftime(form)
