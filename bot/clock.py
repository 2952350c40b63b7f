"""The real clock, and the same put right by the store's."""

import logging
import time

from typing_extensions import override

_STEADY = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""Goes on while the machine sleeps, where the system has such a clock."""


class SystemClock:
    def now_ms(self) -> int:
        """Unix milliseconds."""
        return time.time_ns() // 1_000_000

    def steady_ms(self) -> int:
        """Milliseconds of a clock that nobody sets: only differences of it mean something."""
        return time.clock_gettime_ns(_STEADY) // 1_000_000


APART_MS = 5_000
"""How far this host's clock may be from the store's. Further apart, messages would seem to be of another day."""

_log = logging.getLogger("toso.app")


class StoreClock(SystemClock):
    """This host's clock, put right by the store's where it is far from that: leases and timers go by it, too."""

    def __init__(self, host: SystemClock | None = None) -> None:
        self._host = host or SystemClock()
        self.off_ms = 0
        """How far this host's clock is ahead of the store's (negative: behind); 0 where they agree."""

    @override
    def now_ms(self) -> int:
        return self._host.now_ms() - self.off_ms

    def compare(self, store_ms: int, asked_steady_ms: int) -> None:
        """The store said what time it is, when it was asked at that moment of the steady clock."""
        half_way_ms = (self.steady_ms() - asked_steady_ms) // 2
        ahead_ms = self._host.now_ms() - half_way_ms - store_ms
        off_ms = ahead_ms if abs(ahead_ms) > APART_MS + half_way_ms else 0
        if abs(off_ms - self.off_ms) > APART_MS:
            _log.warning(_told(off_ms))
            self.off_ms = off_ms


def _told(off_ms: int) -> str:
    if not off_ms:
        return "this host's clock and the store's agree"
    how = f"{round(abs(off_ms) / 1000)} s {'ahead of' if off_ms > 0 else 'behind'}"
    return f"this host's clock is {how} the store's, which is used instead: set both by NTP"
