"""Circuit breakers: a channel whose platform takes nothing from us is left alone, but for a probe now and then.

Each worker has its own; all of them, operators and `toso doctor` read in the store which channels are down, and why.
"""

import asyncio
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress

import msgspec
from msgspec import Struct

from bot.errors import StoreDown
from bot.model import Chat, encode
from bot.ports.store import Store

FIRST_PAUSE_MS, LONGEST_PAUSE_MS = 1_000, 30_000
"""Between two probes: twice as long after each that failed."""
IN_A_ROW = 3
"""A channel is down once so many conversations fail one after the other, and none gets through between them..."""
TRIES_ALONE = 6
"""...or so many tries of one parcel, by all workers, while nobody else has anything to send."""
MANY_IN_A_ROW = 2 * IN_A_ROW
"""So many that fail one after the other are no longer each in a trouble of their own, whatever was seen of them."""
MOST_ALONE = 1000
"""So many conversations are known at most for a trouble of their own."""
MOST_IN_DOUBT = 10_000
"""So many parcels in doubt are remembered at most."""
FIRST_SECOND_COPY_MS, LONGEST_SECOND_COPY_MS = 10_500, 120_000
"""While nothing gets through: before the first second copy, and between two, of all conversations together. The
platform may take each and only not say so, or take none, and then that message is lost."""
SAID_SECONDS = 30
"""How long the store says that a channel is down, unless a worker says so again."""
_SAY_AGAIN_MS = 10_000


class Down(Struct, frozen=True):
    """Why a channel is down, and since when (Unix milliseconds).

    `refusing`: its platform answers, and has turned down everybody who was tried.
    """

    why: str
    since_ms: int
    refusing: bool = False


Parcel = tuple[Chat, int]
"""The parcel of a conversation with this number."""


class Breaker:
    """Of one channel. Pure: times come from outside, in Unix milliseconds.

    Where calls come to nothing, everybody waits. Where the platform answers and turns each one down, nobody is given
    up, and who was not turned down yet is tried as ever: else three people who blocked the bot would stop all others.
    """

    def __init__(self) -> None:
        self.down: Down | None = None
        self._pause_ms = FIRST_PAUSE_MS
        self._probe_ms = 0
        self._probing = False
        self._row: set[str] = set()
        self._turned_down: set[str] = set()
        self._alone: set[str] = set()
        self._tries = 0
        self._copy_pause_ms, self._copy_ms = FIRST_SECOND_COPY_MS, 0
        self.doubts = 0
        """How many parcels have come to be in doubt so far."""
        self._in_doubt: dict[Parcel, int] = {}
        self._proven = 0
        self._silent = False
        self._refused: list[Parcel] = []
        self.to_restore: list[Parcel] = []
        """What was given up as refused before anybody knew that everything is, the last first."""

    def refused(self, parcel: Parcel) -> None:
        """A parcel was given up; while nothing else gets through it may be no fault of its own."""
        self._refused.append(parcel)

    def failed(self, conversation: str, tries: int, why: str, now_ms: int) -> bool:
        """A parcel came to nothing, for so many `tries` by now. Whether it is news that the platform takes nothing.

        What one conversation cannot get through is its own trouble, until nobody else gets anything through either. It
        stays its own once others got through meanwhile, and until it gets something through itself.
        """
        self._begin_trouble(now_ms)
        self._row.add(conversation)
        if conversation in self._alone:
            alone = len(self._row) < MANY_IN_A_ROW
        else:
            self._tries += 1
            alone = len(self._row - self._alone) < IN_A_ROW and (self._tries < IN_A_ROW or tries < TRIES_ALONE)
        if self.tries_all and alone:
            return False
        return self.trip(why, now_ms)

    def turned_down(self, conversation: str, why: str, now_ms: int) -> bool:
        """The platform answered that it takes nothing for this one. Whether it is news that it says so to everybody."""
        if self.down is None and conversation in self._alone:
            return False
        was_probe = conversation in self._turned_down if self.tries_all else self._probing
        self._turned_down.add(conversation)
        counts = was_probe if self.down else len(self._turned_down) >= IN_A_ROW
        return counts and self._opens(why, now_ms, refusing=True)

    def trip(self, why: str, now_ms: int) -> bool:
        """The platform takes nothing: it is left alone from now on, longer after each probe. Whether that is news."""
        if not self.tries_all and not self._probing:
            return False  # it was on its way already
        return self._opens(why, now_ms)

    def hears(self, down: Down, now_ms: int) -> None:
        """Another worker found the channel down."""
        self._opens(down.why, now_ms, refusing=down.refusing)

    def _opens(self, why: str, now_ms: int, *, refusing: bool = False) -> bool:
        before = self.down
        if before:
            self._pause_ms = min(2 * self._pause_ms, LONGEST_PAUSE_MS)
        self.down = Down(why, before.since_ms if before else now_ms, refusing)
        self._begin_trouble(now_ms)
        self._probe_ms, self._probing = now_ms + self._pause_ms, False
        if self._copy_ms > now_ms:
            self._probe_ms = min(self._probe_ms, self._copy_ms)
        self.to_restore += reversed(self._refused)
        self._refused.clear()
        return before is None or before.refusing != refusing

    def heal(self, conversation: str = "", proves: int | None = None) -> None:
        """The platform answered for a message as it should, of this `conversation` where that is known.

        `proves` is what `doubts` said when it left: for those parcels it shows that they may be tried once more.
        """
        self._proven = max(self._proven, self.doubts if proves is None else proves)
        self._silent = False
        self.down, self._pause_ms, self._probing = None, FIRST_PAUSE_MS, False
        self._copy_pause_ms, self._copy_ms = FIRST_SECOND_COPY_MS, 0
        self._refused.clear()
        self._alone |= self._row | self._turned_down
        self._alone.discard(conversation)
        if len(self._alone) > MOST_ALONE:
            self._alone.clear()
        self._row.clear()
        self._turned_down.clear()
        self._tries = 0

    @property
    def tries_all(self) -> bool:
        """Whether whoever was not turned down is sent what is theirs."""
        return self.down is None or self.down.refusing

    @property
    def wait_ms(self) -> int:
        """How long what comes to nothing waits while it is down; 0 where a probe is chosen among all that wait."""
        return self._pause_ms if self.tries_all else 0

    def wants_probe(self, now_ms: int) -> bool:
        """Whether one parcel should be tried."""
        return not self.tries_all and now_ms >= self._probe_ms

    @property
    def in_trouble(self) -> bool:
        """Whether something came to nothing, and nothing got through since."""
        return self._copy_ms > 0

    def in_doubt(self, parcel: Parcel, *, plainer: bool = False) -> None:
        """Nobody knows whether the platform took this one; said again, it is nothing new.

        `plainer`: the next try is in another form.
        """
        if parcel not in self._in_doubt:
            self.doubts += 1
            if len(self._in_doubt) >= MOST_IN_DOUBT:
                self._in_doubt.clear()
            self._in_doubt[parcel] = 0 if plainer else self.doubts

    def proven(self, parcel: Parcel) -> bool:
        """Whether a message that left after this one came to be in doubt got through: then it may be tried again.

        What goes in another form at its second try need not wait for that, unless the platform takes nothing.
        """
        number = self._in_doubt.get(parcel, self._proven + 1)
        return number <= self._proven and (number > 0 or self.down is None)

    def asked(self, why: str, now_ms: int) -> None:
        """The platform was asked who we are, and says so, or not, for this reason. Once it does again, it is back."""
        if self._silent and not why:
            self._copy_ms = now_ms
        self._silent = bool(why)

    def _begin_trouble(self, now_ms: int) -> None:
        """Nothing gets through from now on, as far as known: no second copy before an outage that is short is over."""
        self._copy_ms = self._copy_ms or now_ms + FIRST_SECOND_COPY_MS

    def copy_pause_ms(self, now_ms: int) -> int:
        """How long no other second copy may be sent once one is sent now; 0 where that is too early."""
        self._begin_trouble(now_ms)
        return self._copy_pause_ms if now_ms >= self._copy_ms else 0

    def copied(self, now_ms: int) -> None:
        """A second copy is sent."""
        self._copy_ms = now_ms + self._copy_pause_ms
        self._copy_pause_ms = min(2 * self._copy_pause_ms, LONGEST_SECOND_COPY_MS)

    def lets_pass(self, conversation: str, now_ms: int) -> bool:
        """Whether a parcel may be sent now: any while it is up, one at a time as a probe while it is down."""
        if self.down is None or (self.down.refusing and conversation not in self._turned_down):
            return True
        if now_ms < self._probe_ms:
            return False
        # Nobody else tries until this one has come to something.
        self._probe_ms, self._probing = now_ms + self._pause_ms, True
        return True


class Breakers:
    """Those of all channels of a worker."""

    def __init__(self, store: Store, channels: Collection[str]) -> None:
        self._store = store
        self._of = {channel: Breaker() for channel in channels}
        self._known: dict[str, int] = {}

    def __getitem__(self, channel: str) -> Breaker:
        return self._of[channel]

    def up(self) -> Collection[str]:
        """The channels whose conversations are sent what is due."""
        return [channel for channel, breaker in self._of.items() if breaker.tries_all]

    def to_probe(self, now_ms: int) -> Collection[str]:
        """The channels that are down and should be tried."""
        return [channel for channel, breaker in self._of.items() if breaker.wants_probe(now_ms)]

    async def may_copy(self, parcel: Parcel, now_ms: int) -> bool:
        """Whether a parcel that may have arrived may be sent once more: while nothing gets through, few of all are.

        One worker alone sends them, unless it is silent for longer than it would wait. Raises StoreDown.
        """
        channel = parcel[0].channel
        breaker = self._of[channel]
        if breaker.proven(parcel):
            return True
        breaker.in_doubt(parcel)  # it may be another worker that tried it
        pause_ms = breaker.copy_pause_ms(now_ms)
        if not pause_ms or not await self._store.lead(f"second copy:{channel}", pause_ms + 2 * LONGEST_PAUSE_MS):
            return False
        breaker.copied(now_ms)
        return True

    async def sync(self, now_ms: int) -> None:
        """Tell the other workers what is down, and hear from them: one that gets through speaks for all.

        Where the store cannot say it of a channel now, that is no word of anybody. Raises StoreDown.
        """
        answers = await asyncio.gather(*(self._heard(channel) for channel in self._of))
        for (channel, breaker), said in zip(self._of.items(), answers, strict=True):
            if said is None:
                continue
            if breaker.down and not said and channel in self._known:
                breaker.heal()
                del self._known[channel]
            elif breaker.down and now_ms >= self._known.get(channel, 0) + _SAY_AGAIN_MS:
                self._known[channel] = now_ms
                await self._store.set_aside(_note(channel), encode(breaker.down), SAID_SECONDS)
            elif breaker.down is None and channel in self._known:
                del self._known[channel]
                await self._store.drop_aside(_note(channel))
            elif breaker.down is None and said:
                self._known[channel] = now_ms
                breaker.hears(_decode(said), now_ms)

    async def _heard(self, channel: str) -> bytes | None:
        """What some worker says of a channel, empty for nothing; None where the store cannot tell now."""
        with suppress(StoreDown):
            return await self._store.aside(_note(channel)) or b""
        return None


class Unfetched:
    """Tells for the one who fetches a channel's updates that nothing can be fetched, and since when."""

    def __init__(self, store: Store, channel: str) -> None:
        self._store = store
        self._name = _unfetched(channel)
        self._since_ms = self._said_ms = 0

    async def say(self, why: str, now_ms: int) -> None:
        """Say `why`, again while it is so; take it back where there is no reason any more. Raises StoreDown."""
        if not why:
            if self._said_ms:
                await self._store.drop_aside(self._name)
            self._since_ms = self._said_ms = 0
        elif now_ms >= self._said_ms + _SAY_AGAIN_MS:
            self._since_ms = self._since_ms or now_ms
            await self._store.set_aside(self._name, encode(Down(why, self._since_ms)), SAID_SECONDS)
            self._said_ms = now_ms


async def channels_down(store: Store, channels: Collection[str]) -> Mapping[str, Down]:
    """Those of these channels that some worker finds down, in one round trip, as far as the store says."""
    return await _said(store, channels, _note)


async def channels_unfetched(store: Store, channels: Collection[str]) -> Mapping[str, Down]:
    """Those of these channels whose updates cannot be fetched, in one round trip, as far as the store says."""
    return await _said(store, channels, _unfetched)


async def _said(store: Store, channels: Collection[str], note: Callable[[str], str]) -> Mapping[str, Down]:
    said = await asyncio.gather(*(_as_far_as_known(store, note(channel)) for channel in channels))
    return {channel: _decode(found) for channel, found in zip(channels, said, strict=True) if found}


async def _as_far_as_known(store: Store, name: str) -> bytes | None:
    """Of a cluster, the node that has this may be gone alone."""
    with suppress(StoreDown):
        return await store.aside(name)
    return None


def _note(channel: str) -> str:
    return f"down:{channel}"


def _unfetched(channel: str) -> str:
    return f"unfetched:{channel}"


_decode = msgspec.json.Decoder(Down).decode
