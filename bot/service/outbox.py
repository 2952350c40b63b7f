"""Empties outboxes: every conversation's parcels in order, each at least once, within what the platform allows.

Nobody is sent more than two copies of a parcel: after two tries whose end nobody knows it counts as sent.

Wakes those who follow a pulled channel's log when this process added to it.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Literal

from bot.background import Tasks, cancel, log_failure
from bot.errors import StoreDown
from bot.model import Chat, Incoming, Undelivered
from bot.ports.store import (
    Channel,
    ChannelDown,
    Clock,
    Committed,
    DeadLetter,
    Failure,
    Gone,
    Later,
    Lost,
    Outcome,
    Priority,
    Refused,
    Sent,
    Store,
    Unconfirmed,
    Waiting,
)
from bot.service.circuit_breaker import Breakers, Parcel

SWEEP_SECONDS = 1.0
DRAIN_SECONDS, STOP_SECONDS = 3.0, 5.0
"""How long a stop goes on with what waits, and how long in all: after that even what a platform is taking is left."""
RETRY_LIMIT_SECONDS = 30.0
"""The longest pause of our own choice between two attempts: so long a resident may wait once an outage is over."""

DOUBTS = 2
"""How many tries of a parcel may end in doubt: each may have arrived."""
DOUBT_SECONDS = 1.0
"""The pause after the first of them."""
RENEWED_AT = 2 / 3
"""A lease of which less is left is renewed before anything more is sent, and while a platform takes its time."""

RINGS_AT_ONCE = 100
"""How many timers are rung at once, of those due."""

_Told = Undelivered | Literal["gone", "moved"]
"""What the conversation itself hears of its delivery."""

_log = logging.getLogger("toso.delivery")


class _Line:
    """What is being sent to one conversation now; `after` is the number that follows the last parcel queued.

    `until_ms`, on the clock that nobody sets, is when our lease runs out: from then on another worker may be sending
    the same. It is counted from before the store was asked, so it is never later than by the store's own clock.
    """

    __slots__ = ("after", "chat", "doubts", "fails", "parcels", "proves", "renewing", "until_ms")

    def __init__(self, waiting: Waiting, until_ms: int) -> None:
        self.chat = waiting.chat
        self.after = waiting.first
        self.until_ms = until_ms
        self.fails = waiting.fails
        self.doubts = waiting.doubts
        self.proves = 0
        self.parcels: deque[bytes] = deque()
        self.renewing = asyncio.Lock()

    @property
    def number(self) -> int:
        """The number of the next parcel to send."""
        return self.after - len(self.parcels)

    @property
    def priority(self) -> Priority:
        """The highest of those that wait: what goes before a reply must not hold it up."""
        return Priority(min(_mark_of(parcel) for parcel in self.parcels))


def marked(parcel: bytes, priority: Priority) -> bytes:
    """A parcel that says its priority, as it is kept in an outbox; one that says none is a reply."""
    return bytes((priority,)) + parcel if priority else parcel


def _mark_of(parcel: bytes) -> int:
    """The first byte of a marked parcel; those of channels begin with a letter."""
    return parcel[0] if parcel[:1] and parcel[0] < len(Priority) else 0


class Sender:
    """Sends what is committed. `handle` is told when a person turns out to be gone, and when a stored timer is due."""

    def __init__(self, store: Store, channels: Mapping[str, Channel], clock: Clock) -> None:
        self._store = store
        self._channels = channels
        self._clock = clock
        self._breakers = Breakers(store, channels)
        self._lines: dict[str, _Line] = {}
        self._drains: set[asyncio.Task[None]] = set()
        self._looked_for_off = False
        self._stopping = False
        self.handle: Callable[[Incoming], Awaitable[None]]

    def start(self, tasks: Tasks) -> None:
        """Begin to look after leftovers, overdue conversations and timers, until `tasks` are stopped."""
        tasks.keep("leftovers", self._leftovers)
        tasks.keep("leases", self._renewals)
        tasks.keep("sweep", self._sweep)

    async def stop(self) -> None:
        """Finish the sends under way; what does not get out in time stays in the store for whoever comes next."""
        if self._drains:
            _, late = await asyncio.wait(self._drains, timeout=DRAIN_SECONDS)
            self._stopping = True
            if late:
                _, late = await asyncio.wait(late, timeout=STOP_SECONDS - DRAIN_SECONDS)
            left = [*self._lines.values()]
            await cancel(late)
            for line in left:  # what was cut off may have arrived
                await self._store.postpone(line.chat, 0, line.fails, line.doubts + 1)

    def send_saved(self, chat: Chat, saved: Committed, parcels: Sequence[bytes], at_ms: int) -> None:
        """Send the parcels of a turn saved since `at_ms`, unless somebody else does. Does not wait."""
        first = saved.tail - len(parcels) + 1
        line = self._lines.get(chat.key)
        if line is None and saved.ours:
            self._send(Waiting(chat, first, parcels), at_ms)
        elif line is not None and line.after == first:
            self._add(line, first, parcels)
        # else they follow parcels that we do not know of: the store hands over all of them in order.

    def _take(self, waiting: Waiting, at_ms: int) -> None:
        """Parcels that the store leased to us since `at_ms`; the numbers that are already on their way are left out."""
        line = self._lines.get(waiting.chat.key)
        if line is None:
            if waiting.parcels:
                self._send(waiting, at_ms)
        elif waiting.first <= line.after:
            self._leased(line, waiting, at_ms)
        # else others delivered what this line still holds: it ends by itself, and these come again.

    def _send(self, waiting: Waiting, at_ms: int) -> None:
        line = _Line(waiting, at_ms + self._store.lease_ms)
        self._lines[waiting.chat.key] = line
        self._add(line, waiting.first, waiting.parcels)
        drain = asyncio.create_task(self._drain(line))
        self._drains.add(drain)
        drain.add_done_callback(self._drains.discard)
        drain.add_done_callback(log_failure)  # what it held comes again when the lease runs out

    def _leased(self, line: _Line, waiting: Waiting, at_ms: int) -> None:
        line.until_ms = max(line.until_ms, at_ms + self._store.lease_ms)
        self._add(line, waiting.first, waiting.parcels)

    def _add(self, line: _Line, first: int, parcels: Sequence[bytes]) -> None:
        fresh = parcels[max(0, line.after - first) :]
        line.parcels.extend(fresh)
        line.after += len(fresh)

    async def _drain(self, line: _Line) -> None:
        channel = self._channels[line.chat.channel]
        try:
            while line.parcels and not self._stopping and await self._may_send(line):
                if not self._breakers[line.chat.channel].lets_pass(line.chat.key, self._clock.now_ms()):
                    return await self._wait(line)
                if line.doubts and not await self._may_copy(line):
                    return await self._wait(line)
                outcome: Outcome = Unconfirmed("it was cut off")
                line.proves = self._breakers[line.chat.channel].doubts
                if line.doubts < DOUBTS:
                    parcel = line.parcels[0][_mark_of(line.parcels[0]) > 0 :]
                    outcome = await channel.send(line.chat, parcel, line.doubts, line.priority)
                if not await self._settled(line, outcome):
                    return None
                self._store.delivered(line.chat, line.number)
                line.parcels.popleft()
                line.fails = line.doubts = 0
            if line.parcels and self._stopping:  # between two parcels: one cut off could come twice
                await self._postpone(line, 0)
        finally:
            del self._lines[line.chat.key]

    async def _may_send(self, line: _Line) -> bool:
        """Whether the next parcel of a line is ours to send, and the store knows of all before it.

        If this worker died now, whoever takes over would send that one again at most: so nothing is read out of order.
        """
        if self._store.noted(line.chat) and not self._runs_out(line):
            return True
        while True:
            try:
                waiting = await self._renew(line)
                break
            except StoreDown:
                await asyncio.sleep(SWEEP_SECONDS)
        if waiting is None or waiting.first >= line.after:
            return False  # another worker took over, or sent all that this line holds
        while line.number < waiting.first:
            line.parcels.popleft()
        return True

    def _runs_out(self, line: _Line) -> bool:
        return line.until_ms - self._clock.steady_ms() < RENEWED_AT * self._store.lease_ms

    async def _renew(self, line: _Line) -> Waiting | None:
        """Keep our lease: what is still ours to send; None when another worker took over."""
        async with line.renewing:
            asked_ms = self._clock.steady_ms()
            waiting = await self._store.renew(line.chat)
            if waiting and waiting.first <= line.after:
                self._leased(line, waiting, asked_ms)
            return waiting

    async def _settled(self, line: _Line, outcome: Outcome) -> bool:
        """Whether the first parcel is done with; else it waits again, or the person is gone."""
        if not isinstance(outcome, Sent):
            return await self._failed(line, outcome)
        breaker = self._breakers[line.chat.channel]
        over = breaker.in_trouble
        breaker.heal(line.chat.key, line.proves)
        if over:
            with suppress(StoreDown):  # the next sweep does it
                await self.resend()
        if outcome.closing:
            await self._tell(line.chat, line.number, "closing")
        elif outcome.moved_to:
            await self._tell(line.chat, line.number, "moved", outcome.moved_to)
        return True

    async def _failed(self, line: _Line, failure: Failure) -> bool:
        """Whether the first parcel is given up, so that what follows goes on."""
        await self._count(line, failure)
        if isinstance(failure, Unconfirmed):
            return await self._in_doubt(line, failure)
        if isinstance(failure, ChannelDown):
            await self._wait(line)
        elif isinstance(failure, Later) and not await self._given_up(line, failure):
            await self._put_off(line, failure)
        elif self._is_down(line):  # believed once others get through
            line.fails = max(1, line.fails)
            await self._wait(line)
        elif isinstance(failure, Gone):
            await self._gone(line, failure.why)
        else:
            await self._refuse(line, failure)
            return True
        return False

    async def _refuse(self, line: _Line, failure: Failure) -> None:
        """Give up a parcel that the platform does not take, and say so."""
        _log.error("a parcel was refused by %s: %s", line.chat.channel, failure.why)
        await self._bury(line, "refused", failure.why)
        if not line.fails:
            self._breakers[line.chat.channel].refused((line.chat, line.number))
        closed = isinstance(failure, Refused) and failure.closed
        await self._tell(line.chat, line.number, "unopened" if closed else "undelivered")

    async def _count(self, line: _Line, failure: Failure) -> None:
        """What a failure says of the channel: that it answers where a limit or a quota is meant, or one person."""
        chat, now_ms, news = line.chat, self._clock.now_ms(), False
        breaker = self._breakers[chat.channel]
        match failure:
            case ChannelDown(why):
                news = breaker.trip(why, now_ms)
            case Refused(closed=True) | Refused(quota=True):
                breaker.heal(chat.key)
            case Refused() | Gone() | Later(answered=True) | Unconfirmed(answered=True):
                news = breaker.turned_down(chat.key, failure.why, now_ms)
            case Later(exact=False) | Unconfirmed():
                news = breaker.failed(chat.key, line.fails + 1, failure.why, now_ms)
        if news:
            what = "takes nothing from us, and everything waits"
            if breaker.tries_all:
                what = "turned several down in a row: they wait, and others are sent theirs"
            _log.error("%s %s: %s", chat.channel, what, failure.why)
            await self._insist(lambda: self._breakers.sync(self._clock.now_ms()))

    async def _answers(self, line: _Line) -> bool:
        """Whether the platform answers at all: else nothing is given up, and no second copy is spent on it."""
        why = await self._channels[line.chat.channel].check()
        self._breakers[line.chat.channel].asked(why, self._clock.now_ms())
        if why:
            await self._count(line, ChannelDown(why))
        return not why

    async def _may_copy(self, line: _Line) -> bool:
        """Whether the second copy of a parcel may be spent now, on a channel that is down as its probe."""
        if not await self._answers(line):
            return False
        channel, now_ms = line.chat.channel, self._clock.now_ms()
        with suppress(StoreDown):
            if await self._breakers.may_copy((line.chat, line.number), now_ms):
                return True
        if (down := self._breakers[channel].down) and not down.refusing:
            self._breakers[channel].trip(down.why, now_ms)
        return False

    def _is_down(self, line: _Line) -> bool:
        return self._breakers[line.chat.channel].down is not None

    async def _given_up(self, line: _Line, later: Later) -> bool:
        """Whether it has failed so often, where others get through, that what follows must not wait any longer."""
        often = 0 < later.tries <= line.fails + 1
        return often and not self._is_down(line) and await self._answers(line)

    async def _put_off(self, line: _Line, later: Later) -> None:
        if line.fails and not later.exact and not self._is_down(line):
            await self._answers(line)
        seconds = later.seconds
        if not later.exact:
            seconds = self._pause(line, min(seconds * 2**line.fails, RETRY_LIMIT_SECONDS))
        if not later.ours:
            what = "turned one person down, who is tried again in" if later.answered else "takes nothing for"
            _log.warning("%s %s %.1f s: %s", line.chat.channel, what, seconds, later.why)
        line.fails += not later.exact
        await self._postpone(line, seconds)

    async def _in_doubt(self, line: _Line, outcome: Unconfirmed) -> bool:
        line.doubts += 1
        self._breakers[line.chat.channel].in_doubt((line.chat, line.number), plainer=outcome.plainer)
        last = line.doubts >= DOUBTS or (outcome.once and not self._is_down(line))
        last = last and await self._answers(line)
        then = "it counts as sent" if last else "trying once more"
        _log.warning("%s may have taken a parcel, %s: %s", line.chat.channel, then, outcome.why)
        if last:
            await self._bury(line, "unconfirmed", outcome.why)
            return True
        await self._postpone(line, self._pause(line, DOUBT_SECONDS))
        return False

    async def _bury(self, line: _Line, state: Lost, why: str) -> None:
        """Keep what is given up where people can look at it."""
        parcel = line.parcels[0]
        letter = DeadLetter(line.chat, line.number, state, why, parcel, call=_mark_of(parcel) > 0)
        await self._insist(lambda: self._store.bury(letter))

    async def _wait(self, line: _Line) -> None:
        await self._postpone(line, self._pause(line, 0))

    def _pause(self, line: _Line, seconds: float) -> float:
        """So many seconds, or what the breaker says while the channel is down."""
        breaker = self._breakers[line.chat.channel]
        return breaker.wait_ms / 1000 if breaker.down else seconds

    async def _postpone(self, line: _Line, seconds: float) -> None:
        for_ms = int(seconds * 1000)
        await self._insist(lambda: self._store.postpone(line.chat, for_ms, line.fails, line.doubts))

    async def _gone(self, line: _Line, why: str) -> None:
        chat, call = line.chat, _mark_of(line.parcels[0]) > 0
        _log.info("a person on %s is gone: %s", chat.channel, why)
        await self._tell(chat, line.number, "gone")  # first: whoever finds the outbox empty learns of it from nobody
        await self._insist(lambda: self._store.drop_outbox(chat, why, call=call))

    async def _tell(
        self, chat: Chat, number: int, kind: Undelivered | Literal["gone", "moved"], text: str = ""
    ) -> None:
        await self._insist(lambda: self.handle(Incoming(id=f"{kind}:{number}", chat=chat, kind=kind, text=text)))

    async def _insist(self, act: Callable[[], Awaitable[None]]) -> None:
        """Try until the store is back: as long as we hold the lease, nobody else can do it."""
        while True:
            try:
                return await act()
            except StoreDown:
                await asyncio.sleep(SWEEP_SECONDS)

    # Looking after the rest

    async def _leftovers(self) -> None:
        """Whatever comes back was leased anew a moment ago; nobody knows when, so it is renewed before it is sent."""
        while True:
            waiting = await self._store.leftovers()
            self._take(waiting, self._clock.steady_ms() - self._store.lease_ms)

    async def _renewals(self) -> None:
        """Keep the leases of what a platform has not taken yet, for as long as that may be."""
        while True:
            await asyncio.sleep(self._store.lease_ms / 5000)
            late = [line for line in self._lines.values() if self._runs_out(line)]
            for outcome in await asyncio.gather(*(self._renew(line) for line in late), return_exceptions=True):
                if isinstance(outcome, BaseException) and not isinstance(outcome, StoreDown):
                    raise outcome

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            try:
                with suppress(StoreDown):
                    await self.look_after()
            except Exception:
                _log.exception("looking after what is due failed")

    async def look_after(self) -> None:
        """Send and ring what is due, as far as the store is whole. Raises StoreDown where it is not."""
        failed: StoreDown | None = None
        for act in (self._sync_breakers, self.restore, self.resend, self.ring):
            try:
                await act()
            except StoreDown as down:
                failed = down
        if failed:
            raise failed

    async def _sync_breakers(self) -> None:
        await self._breakers.sync(self._clock.now_ms())

    async def resend(self) -> None:
        """Take over every conversation whose sender died or whose retry time has come."""
        await self._tell_of_channels_that_are_off()
        asked_ms = self._clock.steady_ms()
        for waiting in await self._store.take_overdue(self._breakers.up()):
            self._take(waiting, asked_ms)
        for channel in self._breakers.to_probe(self._clock.now_ms()):
            asked_ms, take = self._clock.steady_ms(), self._store.take_overdue
            for waiting in await take((channel,), 1, certain=True) or await take((channel,), 1):
                self._take(waiting, asked_ms)

    async def restore(self) -> None:
        """Put back what was given up before its channel turned out to be down, as far as nobody is sending there."""
        for channel in self._channels:
            left: list[Parcel] = []
            for chat, number in self._breakers[channel].to_restore:
                busy = chat.key in self._lines or not self._store.noted(chat) or any(chat == each for each, _ in left)
                if busy or not await self._store.restore(chat, number):
                    left.append((chat, number))
            self._breakers[channel].to_restore = left

    async def _tell_of_channels_that_are_off(self) -> None:
        """Once: to switch one on again takes a new start."""
        if not self._looked_for_off:
            for unsent in await self._store.unsent():
                if unsent.channel not in self._channels:
                    why = "%s is not set up, and people there wait: what is due stays until it is"
                    _log.warning(why, unsent.channel)
            self._looked_for_off = True

    async def ring(self) -> None:
        """Ring the timers that are due. Those of channels that are off stay until these are on."""
        for due in await self._store.timers_due(self._channels, RINGS_AT_ONCE):
            ring = Incoming(id=f"timer:{due.name}:{due.at}", chat=due.chat, kind="timer", text=due.name)
            try:
                with suppress(StoreDown):  # it is due until then
                    await self.handle(ring)
            except Exception:
                _log.exception("the timer %s of %s failed", due.name, due.chat.channel)


Grown = Callable[[float], Awaitable[None]]
"""Returns when this process added to the log since the last call, or after so many seconds."""


class LogGrowth:
    """Growth of logs within one process; another worker's additions are seen by reading the log now and then."""

    def __init__(self) -> None:
        self._waiting: dict[str, set[asyncio.Event]] = {}

    def ring(self, chat: Chat) -> None:
        """Wake everyone who waits for this conversation's log."""
        for event in self._waiting.get(chat.key, ()):
            event.set()

    @contextmanager
    def following(self, chat: Chat) -> Iterator[Grown]:
        """While the block runs nothing is missed: what is added between two waits ends the next one at once."""
        event = asyncio.Event()
        events = self._waiting.setdefault(chat.key, set())
        events.add(event)

        async def grown(seconds: float) -> None:
            with suppress(TimeoutError):
                await asyncio.wait_for(event.wait(), seconds)
            event.clear()

        try:
            yield grown
        finally:
            events.discard(event)
            if not events:
                self._waiting.pop(chat.key, None)
