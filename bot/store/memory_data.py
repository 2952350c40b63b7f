"""What the memory store keeps: plain data that several workers of one process may share."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import floor
from time import monotonic

from bot.clock import SystemClock
from bot.ports.store import Clock
from bot.store.keys import KEEP_SECONDS, LETTERS, RATE_PERIOD_MS


@dataclass
class Conversation:
    """One conversation; `due_ms` says when its parcels may be taken over, None when none wait to be sent.

    `queued_ms` is when the first of those that wait was saved.
    """

    version: int = 0
    session: bytes = b""
    tail: int = 0
    parcels: list[bytes] = field(default_factory=list)
    lease: str = ""
    due_ms: int | None = None
    queued_ms: int = 0
    fails: int = 0
    doubts: int = 0
    asked: list[str] = field(default_factory=list)
    keep_seconds: int = KEEP_SECONDS
    ends: float = 0.0
    day: tuple[float, int, int] | None = None

    @property
    def head(self) -> int:
        """The number before the first parcel that is kept."""
        return self.tail - len(self.parcels)

    def of_the_day(self, seconds: int) -> int:
        """How many parcels came in the last `seconds`, and in up to as many before them."""
        began, first, older = self.day or (monotonic(), self.tail, self.tail)
        if monotonic() - began >= seconds:
            began, first, older = monotonic(), self.tail, first
        self.day = began, first, older
        return self.tail - older

    def trim(self, upto: int) -> None:
        """Forget the parcels up to a number; one from the past is harmless."""
        if upto > self.head:
            self.fails = self.doubts = 0
            del self.parcels[: upto - self.head]
        if not self.parcels:
            self.settle()

    def settle(self) -> None:
        """Nothing waits any more: the session's own time to live counts again."""
        self.parcels, self.lease, self.due_ms = [], "", None
        self.fails = self.doubts = 0
        self.ends = monotonic() + self.keep_seconds


@dataclass
class Shared:
    """What several stores in one process share, as workers share a server; `clock` is that server's."""

    clock: Clock = field(default_factory=SystemClock)

    conversations: dict[str, Conversation] = field(default_factory=dict)
    answered: dict[tuple[str, str], tuple[int, int, float]] = field(default_factory=dict)
    timers: dict[tuple[str, str], int] = field(default_factory=dict)
    open: dict[str, bytes] = field(default_factory=dict)
    closed: dict[str, tuple[bytes, float]] = field(default_factory=dict)
    counters: Counter[str] = field(default_factory=Counter)
    threads: dict[str, list[tuple[int, tuple[int, ...], bytes]]] = field(default_factory=dict)
    pictures: dict[str, tuple[dict[str, bytes], float]] = field(default_factory=dict)
    asides: dict[str, tuple[bytes, float]] = field(default_factory=dict)
    changes: list[int] = field(default_factory=lambda: [0] * len(LETTERS))
    calls: dict[str, int] = field(default_factory=dict)
    records: list[bytes] = field(default_factory=list)
    records_forgotten: int = 0
    guides: dict[str, bytes] = field(default_factory=dict)
    current: dict[str, int] = field(default_factory=dict)
    revision: int = 0
    tables: dict[str, dict[str, bytes]] = field(default_factory=dict)
    table_revisions: Counter[str] = field(default_factory=Counter)
    values: dict[str, bytes] = field(default_factory=dict)
    roles: dict[str, tuple[str, int]] = field(default_factory=dict)
    buried: dict[bytes, int] = field(default_factory=dict)
    rates: dict[str, "SharedRate"] = field(default_factory=dict)

    def last_of(self, key: str, message_id: str) -> tuple[int, int] | None:
        """The number of a message's last parcel, and how many it has; None where the message is not known."""
        last, count, ends = self.answered.get((key, message_id), (0, 0, 0.0))
        if monotonic() < ends:
            return last, count
        self.answered.pop((key, message_id), None)
        return None

    def find(self, key: str) -> Conversation | None:
        """The conversation, unless nobody wrote for its time."""
        it = self.conversations.get(key)
        if it and monotonic() >= it.ends:
            del self.conversations[key]
            return None
        return it


@dataclass
class Share:
    """A worker's part of a rate until its lease `ends`; `rested`, what it had before, counts until `resting`."""

    share: float = 0.0
    wished: float = 0.0
    ends: float = 0.0
    rested: float = 0.0
    resting: float = 0.0

    def taken(self, now: float) -> float:
        """How much of the rate it takes up."""
        return max(self.share if self.ends + RATE_PERIOD_MS > now else 0.0, self.rested if self.resting > now else 0.0)


@dataclass
class SharedRate:
    """One rate, shared by workers as `rate.lua` does it."""

    shares: dict[str, Share] = field(default_factory=dict)

    def share(self, owner: str, wished: float, rate: float, for_ms: int, now: int) -> float:
        """The share of this worker from now on."""
        self.shares = {name: each for name, each in self.shares.items() if each.ends > now or each.taken(now)}
        mine = self.shares.pop(owner, Share())
        taken = sum(each.taken(now) for each in self.shares.values())
        live = [each.wished for each in self.shares.values() if each.ends > now]
        share = _fair(wished, live, rate) if for_ms else 0.0
        share = max(0.0, min(share, rate - taken))
        if share >= 1 and taken:
            share = floor(share)
        had = mine.share if mine.ends + RATE_PERIOD_MS > now else 0.0
        before = mine.rested if mine.resting > now else 0.0
        rested, resting = (max(had, before), now + RATE_PERIOD_MS) if share < had else (before, mine.resting)
        self.shares[owner] = Share(share, wished, now + for_ms, rested, resting)
        return share


def _fair(wished: float, others: Sequence[float], rate: float) -> float:
    """What one gets of a rate: what it wishes, as far as that goes round, and its part of what nobody wishes."""
    wishes = sorted((wished, *others))
    left, got = rate, 0.0
    for number, wish in enumerate(wishes):
        given = min(wish, left / (len(wishes) - number))
        got = given if wish == wished else got
        left -= given
    return got + left / len(wishes)
