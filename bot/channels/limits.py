"""How long a message must wait so that a platform's limits hold. Pure: time comes from outside, in seconds."""

from bisect import bisect_left, bisect_right, insort

_GROUP_PERIOD = 60.0
_HEADROOM = 3
"""Bulk messages leave one place in so many free, so that a reply never has to wait behind them."""
_FORGET_FROM = 1024


class Window:
    """At most `rate` messages a second on average, counted over any stretch of `period` seconds; 0 means no limit."""

    def __init__(self, rate: float, period: float, ahead: float) -> None:
        self.count = max(1, round(rate * period)) if rate else 0
        self._seconds = self.count / rate if rate else 0.0
        self._ahead = ahead
        self._times: list[float] = []

    def earliest(self, at: float, count: int) -> float:
        """The first moment from `at` on with fewer than `count` messages around it."""
        if not self.count:
            return at
        times = self._times
        while True:
            first = bisect_right(times, at - self._seconds)
            if bisect_left(times, at + self._seconds) - first < count:
                return at
            at = times[first] + self._seconds

    def book(self, at: float) -> None:
        if self.count:
            insort(self._times, at)

    def forget(self, now: float) -> bool:
        """Drop what no longer counts; True when nothing is left."""
        times = self._times
        # A booking further ahead than any we make is left from before the clock was set back.
        if times and times[-1] > now + self._ahead:
            del times[bisect_right(times, now + self._ahead) :]
        if times and times[0] <= now - self._seconds:
            del times[: bisect_right(times, now - self._seconds)]
        return not times


class Limiter:
    """Limits of one bot: over all chats, for each chat, and for each group (a chat with a negative id).

    Rates are messages a second, 0 means unlimited. A place is booked at most `patience` seconds ahead.
    """

    def __init__(self, rate: float, chat_rate: float, group_rate: float, patience: float = 3.0) -> None:
        self.patience = patience
        self._chat_rate = chat_rate
        self._group_rate = group_rate
        self._all = Window(rate, 1.0, patience)
        self._chats: dict[str, tuple[Window, ...]] = {}
        self._forget_at = _FORGET_FROM

    def __len__(self) -> int:
        """How many chats are remembered."""
        return len(self._chats)

    def reserve(self, chat_id: str, now: float, *, bulk: bool = False) -> float:
        """Seconds until a message to `chat_id` may leave. The place is booked, unless the wait is over `patience`.

        Bulk messages never book ahead: they get a place only when one is free now (0.0) that no reply needs.
        """
        self._all.forget(now)
        windows = self._windows(chat_id, now)
        at = self._earliest(windows, now, bulk=bulk)
        wait = at - now
        if wait <= (0.0 if bulk else self.patience):
            self._all.book(at)
            for window in windows:
                window.book(at)
        return wait

    def _earliest(self, windows: tuple[Window, ...], now: float, *, bulk: bool) -> float:
        total = self._all.count
        share = max(1, total - total // _HEADROOM) if bulk else total
        at = now
        while True:
            before = at
            at = self._all.earliest(at, share)
            for window in windows:
                at = window.earliest(at, window.count)
            if at == before:
                return at

    def _windows(self, chat_id: str, now: float) -> tuple[Window, ...]:
        windows = self._chats.get(chat_id)
        if windows is None:
            if len(self._chats) >= self._forget_at:
                self._forget_idle(now)
            windows = self._new_windows(chat_id)
            if windows:
                self._chats[chat_id] = windows
        for window in windows:
            window.forget(now)
        return windows

    def _new_windows(self, chat_id: str) -> tuple[Window, ...]:
        rates = [(self._chat_rate, 1.0)]
        if chat_id.startswith("-"):
            rates.append((self._group_rate, _GROUP_PERIOD))
        return tuple(Window(rate, period, self.patience) for rate, period in rates if rate)

    def _forget_idle(self, now: float) -> None:
        # Every window has to drop its old times, so no short-circuit between them.
        self._chats = {chat: kept for chat, kept in self._chats.items() if not all([w.forget(now) for w in kept])}
        self._forget_at = max(_FORGET_FROM, 2 * len(self._chats))
