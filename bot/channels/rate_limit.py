"""How many messages a platform takes in a time: who is waiting gets a turn by priority, and replies go first.

Times are seconds of the event loop's clock, which never goes back.

One rate for all workers: each has a share of what a platform takes, as large as what it has to send.

The store gives the shares, by its own clock. They are leased for seconds and renewed each second, so that a message
costs no round trip, a worker that died gives its share back, and one that starts beside others exceeds nothing.
"""

import asyncio
from bisect import insort
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count

from bot.errors import StoreDown
from bot.ports.store import Priority, Store

PATIENCE_SECONDS = 3.0
"""How long somebody may wait for a turn; who would wait longer is told when to come back."""
_GROUP_PERIOD = 60.0
_HEADROOM = 6
"""Each priority below the first leaves one place in so many more free, so that a reply finds one at once."""
_FORGET_FROM = 1024
_PEAK_SECONDS = 5.0
SLACK_SECONDS = 0.05
BURST = 3
"""So many may leave at once: a burst that is held up on its way would arrive together with what leaves after it."""
_LITTLE = 200
"""A share of less than one in so many is none: the next one comes before a turn would."""


class Window:
    """At most `rate` messages a second on average, counted over any stretch of `period` seconds; 0 means no limit.

    `slack` seconds are added, because messages do not all take the same time to get there. With `burst`, they leave
    spaced out: no more than that at once.
    """

    def __init__(self, rate: float, period: float, slack: float = 0.0, burst: int = 0) -> None:
        self._period = period
        self._slack = slack
        self._burst = burst
        self._times: deque[float] = deque()
        self.resize(rate)

    def resize(self, rate: float) -> None:
        """Another rate from now on; what was sent lately still counts."""
        self.count = max(1, int(rate * self._period + 1e-9)) if rate else 0  # shares rounded up would exceed the rate
        self.seconds = self.count / rate + self._slack if rate else 0.0
        self._at_once = min(self._burst, self.count)
        self._spaced = self._at_once / rate if rate else 0.0

    def earliest(self, now: float, places: int) -> float:
        """The first moment from `now` on with fewer than so many messages in the stretch before it."""
        self.forget(now)
        at, sent = now, len(self._times)
        if self.count and sent >= places:
            at = max(at, self._times[-places] + self.seconds)
        if self._at_once and sent >= self._at_once:
            at = max(at, self._times[-self._at_once] + self._spaced)
        return at

    def book(self, now: float) -> None:
        if self.count:
            self._times.append(now)

    def forget(self, now: float) -> bool:
        """Drop what no longer counts; True when nothing is left."""
        while self._times and self._times[0] + self.seconds <= now:
            self._times.popleft()
        return not self._times


class Limits:
    """Limits of one bot: over all chats, for each chat, and for each group (a chat with a negative id). Pure.

    Rates are messages a second, 0 means unlimited.
    """

    def __init__(self, rate: float, chat_rate: float, group_rate: float, slack: float = SLACK_SECONDS) -> None:
        self.all = Window(rate, 1.0, slack, BURST)
        self._chat_rate = chat_rate
        self._group_rate = group_rate
        self._chats: dict[str, tuple[Window, ...]] = {}
        self._forget_at = _FORGET_FROM

    def __len__(self) -> int:
        """How many chats are remembered."""
        return len(self._chats)

    def places(self, priority: Priority) -> int:
        """How many of the messages of a second may be of this priority or a higher one."""
        total = self.all.count
        return max(1, total - priority * (total // _HEADROOM))

    def earliest(self, chat_id: str, now: float, priority: Priority) -> float:
        """When a message to `chat_id` may leave, as far as those that have left can tell."""
        alone = (window.earliest(now, window.count) for window in self._windows(chat_id, now))
        return max(self.all.earliest(now, self.places(priority)), *alone, now)

    def take(self, chat_id: str, now: float, priority: Priority) -> bool:
        """Whether a message to `chat_id` may leave now; then it counts."""
        if self.earliest(chat_id, now, priority) > now:
            return False
        for window in (self.all, *self._windows(chat_id, now)):
            window.book(now)
        return True

    def _windows(self, chat_id: str, now: float) -> tuple[Window, ...]:
        windows = self._chats.get(chat_id)
        if windows is None:
            if len(self._chats) >= self._forget_at:
                self._forget_idle(now)
            windows = tuple(self._new_windows(chat_id))
            if windows:
                self._chats[chat_id] = windows
        return windows

    def _new_windows(self, chat_id: str) -> Iterator[Window]:
        if self._chat_rate:
            yield Window(self._chat_rate, 1.0)
        if self._group_rate and chat_id.startswith("-"):
            yield Window(self._group_rate, _GROUP_PERIOD)

    def _forget_idle(self, now: float) -> None:
        # Every window has to drop its old times, so no short-circuit between them.
        self._chats = {chat: kept for chat, kept in self._chats.items() if not all([w.forget(now) for w in kept])}
        self._forget_at = max(_FORGET_FROM, 2 * len(self._chats))


@dataclass(order=True)
class _Waiter:
    priority: Priority
    number: int
    chat_id: str = field(compare=False)
    turn: asyncio.Future[None] = field(compare=False)


class Limiter:
    """Gives turns within `Limits`: to the higher priority first, then to who came first.

    `rate` is that of the bot; where several workers share it, `set_share` says what is this one's, and until when.
    """

    def __init__(
        self,
        rate: float,
        chat_rate: float,
        group_rate: float,
        patience: float = PATIENCE_SECONDS,
        slack: float = SLACK_SECONDS,
    ) -> None:
        self.rate = rate
        self.patience = patience
        self._limits = Limits(rate, chat_rate, group_rate, slack)
        self._waiting: list[_Waiter] = []
        self._numbers = count()
        self._timer: asyncio.TimerHandle | None = None
        self._come_back = [0.0] * len(Priority)
        self._until: float | None = None
        self._wished: deque[tuple[float, int]] = deque()

    def set_share(self, rate: float, until: float) -> None:
        """This worker's part of the rate, good until then (next to none: nothing may leave)."""
        little = rate < self.rate / _LITTLE
        self._until = 0.0 if little else until
        if not little:
            self._limits.all.resize(rate)
        self._give_turns()

    @property
    def lacks_share(self) -> bool:
        """Whether this worker was given no part of the rate yet, or the time of its part is over."""
        return self._until is None or self._closed(_now())

    def wishes(self) -> float:
        """How many messages a second would have left lately, had there been no limit: the most in a second of five."""
        now = _now()
        while self._wished and self._wished[0][0] < now - _PEAK_SECONDS:
            self._wished.popleft()
        return max((wished for _, wished in self._wished), default=0)

    def expected(self, chat_id: str, priority: Priority = Priority.REPLY) -> float:
        """In how many seconds a message would have its turn, if nobody with a higher priority comes."""
        now, limits = _now(), self._limits
        if self._closed(now):
            return self.patience + 1.0
        at = limits.earliest(chat_id, now, priority)
        ahead = sum(waiter.priority <= priority for waiter in self._waiting)
        return at - now + ahead * limits.all.seconds / limits.places(priority)

    def try_turn(self, chat_id: str, priority: Priority) -> bool:
        """Take a turn only if it is there now and nobody who waits may have it."""
        now = _now()
        self._wish(now)
        if self._waiting:
            self._give_turns()
        return not self._closed(now) and self._limits.take(chat_id, now, priority)

    async def turn(self, chat_id: str, priority: Priority = Priority.REPLY) -> float:
        """Wait for a turn, not longer than `patience`: 0, or in how many seconds to come back."""
        if self.try_turn(chat_id, priority):
            return 0.0
        if self.expected(chat_id, priority) > self.patience:
            return self._later(chat_id, priority)
        waiter = _Waiter(priority, next(self._numbers), chat_id, asyncio.get_running_loop().create_future())
        insort(self._waiting, waiter)
        self._give_turns()
        try:
            await asyncio.wait((waiter.turn,), timeout=self.patience)
        finally:
            if waiter in self._waiting:
                self._waiting.remove(waiter)
        return 0.0 if waiter.turn.done() else self._later(chat_id, priority)

    def _later(self, chat_id: str, priority: Priority) -> float:
        """When to come back: not all at once, where it is the limit of the whole bot that they wait for."""
        now, limits = _now(), self._limits
        at = now + max(self.expected(chat_id, priority), 0.05)
        if limits.all.earliest(now, limits.places(priority)) <= now and not self._closed(now) and not self._waiting:
            return at - now
        at = max(at, self._come_back[priority])
        self._come_back[priority] = at + limits.all.seconds / limits.places(priority)
        return at - now

    def _closed(self, now: float) -> bool:
        return self._until is not None and now >= self._until

    def _wish(self, now: float) -> None:
        if self._wished and self._wished[-1][0] > now - 1.0:
            at, wished = self._wished.pop()
            self._wished.append((at, wished + 1))
        else:
            self._wished.append((now, 1))

    def _give_turns(self) -> None:
        """Turns to those whose time has come; and look again when the next one's may have."""
        now = _now()
        if self._timer:
            self._timer.cancel()
            self._timer = None
        if not self._waiting or self._closed(now):
            return
        for waiter in [*self._waiting]:
            if not waiter.turn.done() and self._limits.take(waiter.chat_id, now, waiter.priority):
                self._waiting.remove(waiter)
                waiter.turn.set_result(None)
        if self._waiting:
            at = min(self._limits.earliest(each.chat_id, now, each.priority) for each in self._waiting)
            self._timer = asyncio.get_running_loop().call_at(max(at, now + 0.001), self._give_turns)


def _now() -> float:
    return asyncio.get_running_loop().time()


RENEW_SECONDS = 1.0
LEASE_MS = 3_000
LEAST_WISHED = 0.25
"""The part of a rate that also an idle worker asks for: the next replies must not wait for a share.

It is also what a worker uses while the store does not say its share: up to four workers then exceed nothing, and of
more a platform asks to wait.
"""
_SHARE_HEADROOM = 1.5


class RateShares:
    """The shares of this worker; `limiters` by the names of their channels."""

    def __init__(self, store: Store, limiters: Mapping[str, Limiter]) -> None:
        self._store = store
        self._limiters = {name: limiter for name, limiter in limiters.items() if limiter.rate}

    async def renew(self) -> None:
        """Ask for what is needed now, in one round trip.

        Raises StoreDown where some share cannot be told. The channel goes on all the same: of a cluster, the node that
        knows the shares may be gone while those of the residents are there.
        """
        until = asyncio.get_running_loop().time() + LEASE_MS / 1000
        answers = await asyncio.gather(
            *(self._share(name, limiter) for name, limiter in self._limiters.items()), return_exceptions=True
        )
        failures = []
        for limiter, answer in zip(self._limiters.values(), answers, strict=True):
            if isinstance(answer, BaseException):
                failures.append(answer)
                if isinstance(answer, StoreDown) and limiter.lacks_share:
                    limiter.set_share(LEAST_WISHED * limiter.rate, until)
            else:
                limiter.set_share(answer, until)
        if failures:
            raise failures[0]

    async def keep(self) -> None:
        """Renew them for as long as the worker runs."""
        while True:
            await asyncio.sleep(RENEW_SECONDS)
            with suppress(StoreDown):  # messages leave more slowly while nobody says the share
                await self.renew()

    async def give_back(self) -> None:
        """Leave all of it to the others. Raises StoreDown."""
        for name, limiter in self._limiters.items():
            await self._store.share_rate(name, 0.0, limiter.rate, 0)

    async def _share(self, name: str, limiter: Limiter) -> float:
        wished = min(max(LEAST_WISHED * limiter.rate, limiter.wishes() * _SHARE_HEADROOM), limiter.rate)
        return await self._store.share_rate(name, wished, limiter.rate, LEASE_MS)
