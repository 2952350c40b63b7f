"""The real clock."""

import time

_STEADY = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""Goes on while the machine sleeps, where the system has such a clock."""


class SystemClock:
    def now_ms(self) -> int:
        """Unix milliseconds."""
        return time.time_ns() // 1_000_000

    def steady_ms(self) -> int:
        """Milliseconds of a clock that nobody sets: only differences of it mean something."""
        return time.clock_gettime_ns(_STEADY) // 1_000_000
