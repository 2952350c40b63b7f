"""Telegram's refusals: its flood limits, and faults in its own words."""

import math
from collections import defaultdict, deque
from collections.abc import Callable

from tests.emulators.faults import Planned
from tests.emulators.telegram_world import ApiError

_WORDS = {
    401: "Unauthorized",
    403: "Forbidden: bot was blocked by the user",
    404: "Not Found",
    409: "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    500: "Internal Server Error",
    502: "Bad Gateway",
}


def refusal_of(planned: Planned, code: int) -> ApiError:
    """A planned fault that is a code, as Telegram says it."""
    words = planned.words or _WORDS.get(code, "Bad Request")
    if code == 429:
        words = f"Too Many Requests: retry after {planned.parameters.get('retry_after', 1)}"
    return ApiError(code, words, **planned.parameters)


class FloodLimits:
    """1 message a second to a chat (short bursts pass), 20 a minute to a group, 30 a second in all."""

    def __init__(self, clock: Callable[[], float], burst: int = 3) -> None:
        self._clock = clock
        self._burst = burst
        self._sent: dict[int, deque[float]] = defaultdict(lambda: deque(maxlen=20))
        self._all: deque[float] = deque(maxlen=30)

    def check(self, chat_id: int) -> None:
        """Count one message, or refuse it with the seconds to wait."""
        now, sent = self._clock(), self._sent[chat_id]
        waits = [_wait(sent, self._burst, float(self._burst), now), _wait(self._all, 30, 1.0, now)]
        if chat_id < 0:
            waits.append(_wait(sent, 20, 60.0, now))
        seconds = math.ceil(max(waits))
        if seconds > 0:
            raise ApiError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
        sent.append(now)
        self._all.append(now)


def _wait(times: deque[float], count: int, seconds: float, now: float) -> float:
    return times[-count] + seconds - now if len(times) >= count else 0.0
