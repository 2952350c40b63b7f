"""For operators: alive, ready, and numbers. No number names a person.

Where whoever finds a weakness tells of it: `/.well-known/security.txt`, as RFC 9116 has it.
"""

import re
from asyncio import gather
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import TypeVar, get_args

from fastapi import APIRouter, Response
from fastapi.responses import PlainTextResponse
from msgspec import Struct
from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector
from typing_extensions import override

from api.errors import JSON
from bot.errors import StoreDown
from bot.model import encode
from bot.ports.store import Allowance, Clock, Library, Lost, Store, oldest_ms
from bot.service.circuit_breaker import channels_down, channels_unfetched
from bot.service.unsaved import Unsaved

T = TypeVar("T")

_NO_STORE = {"cache-control": "no-store"}
_READABLE = ["GET", "HEAD"]


class _Ready(Struct, frozen=True, omit_defaults=True):
    """What `/readyz` answers; what is as it should be goes without saying."""

    ready: bool
    partitions_away: int = 0
    down: Sequence[str] = []
    oldest_unsent_seconds: int = 0
    clock_off_seconds: int = 0


class Numbers(Struct, frozen=True):
    """What the store counts for all workers together; None while it cannot be reached."""

    partitions_away: int
    counters: Mapping[str, int]
    waiting: int
    oldest_opened_at: int
    backlog: int
    oldest_unsent_ms: int
    channels_up: Mapping[str, bool]
    channels_refusing: Mapping[str, bool]
    lost: Mapping[str, int]
    allowances: Sequence[Allowance]
    consents: Mapping[str, bool]


class Operations:
    """The operators' routes. `sign_ins` counts the tries at the desk by how they ended, in this worker.

    `restarts` counts by name the tasks of this worker that ended and were started again. `allowances` says what
    platforms count, `consents` which channels may speak for their account; `channels` are those that are sent to.
    `unsaved` are the messages of this worker that wait for the store.
    `clock_off_ms` says how far this host's clock is from the store's.
    """

    def __init__(
        self,
        store: Store,
        library: Library,
        sign_ins: Mapping[str, int],
        restarts: Mapping[str, int],
        allowances: Callable[[], Awaitable[Sequence[Allowance]]],
        consents: Callable[[], Awaitable[Mapping[str, bool]]],
        channels: Collection[str],
        clock: Clock,
        clock_off_ms: Callable[[], int],
        unsaved: Unsaved,
    ) -> None:
        self._unsaved = unsaved
        self._store = store
        self._channels = channels
        self._clock = clock
        self._clock_off_ms = clock_off_ms
        self._library = library
        self._sign_ins = sign_ins
        self._restarts = restarts
        self._allowances = allowances
        self._consents = consents

    def router(self) -> APIRouter:
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/healthz", self._alive, methods=_READABLE)
        router.add_api_route("/readyz", self._ready, methods=_READABLE)
        router.add_api_route("/metrics", self._metrics, methods=_READABLE)
        return router

    async def _alive(self) -> Response:
        return Response(b'{"alive":true}', 200, _NO_STORE, JSON)

    async def _ready(self) -> Response:
        """200 while most conversations can be saved; StoreDown is answered 503 like everywhere.

        What of a cluster is away is named, and so is a platform that takes nothing from us or lets us fetch nothing:
        that is no reason to send the residents of others elsewhere.
        """
        away, down, unsent = await gather(self._store.ping(), self._down(), self._store.unsent())
        waits_ms = oldest_ms(unsent, self._clock.now_ms())
        off = round(self._clock_off_ms() / 1000)
        ready = _Ready(not away.most, away.partitions, sorted(down), waits_ms // 1000, off)
        return Response(encode(ready), 200 if ready.ready else 503, _NO_STORE, JSON)

    async def _down(self) -> Collection[str]:
        """As far as the store says: of a cluster, the node that knows may be gone alone."""
        asked = channels_down(self._store, self._channels), channels_unfetched(self._store, self._channels)
        return set(chain(*await gather(*(_known(each, {}) for each in asked))))

    async def _metrics(self) -> Response:
        registry = CollectorRegistry()
        for process in (ProcessCollector, PlatformCollector, GCCollector):
            process(registry=registry)
        registry.register(
            _Snapshot(
                await self._numbers(),
                len(self._library.all()),
                self._sign_ins,
                self._restarts,
                self._clock_off_ms() / 1000,
                self._unsaved,
            )
        )
        return Response(generate_latest(registry), 200, _NO_STORE, CONTENT_TYPE_PLAIN_0_0_4)

    async def _numbers(self) -> Numbers | None:
        try:
            waiting = await self._store.open_requests()
            away, out, unfetched, unsent = await gather(
                self._store.ping(),
                _known(channels_down(self._store, self._channels), {}),
                _known(channels_unfetched(self._store, self._channels), {}),
                self._store.unsent(),
            )
            refusing = {channel for channel, it in out.items() if it.refusing}
            down = {*out, *unfetched} - (refusing - {*unfetched})
            return Numbers(
                partitions_away=away.partitions,
                counters=await self._store.counters(),
                waiting=len(waiting),
                oldest_opened_at=waiting[0].opened_at if waiting else 0,
                backlog=sum(each.conversations for each in unsent),
                oldest_unsent_ms=oldest_ms(unsent, self._clock.now_ms()),
                lost=Counter(letter.state for letter in await self._store.dead_letters()),
                channels_up={channel: channel not in down for channel in self._channels},
                channels_refusing={channel: channel in refusing for channel in self._channels},
                allowances=await _known(self._allowances(), ()),
                consents=await _known(self._consents(), {}),
            )
        except StoreDown:
            return None


async def _known(asked: Awaitable[T], otherwise: T) -> T:
    """What the store says; where that lives on a node of a cluster that is gone alone, the other numbers go on."""
    try:
        return await asked
    except StoreDown:
        return otherwise


class _Snapshot(Collector):
    """Prometheus' view of numbers that were read a moment ago."""

    def __init__(
        self,
        numbers: Numbers | None,
        guides: int,
        sign_ins: Mapping[str, int],
        restarts: Mapping[str, int],
        clock_off: float,
        unsaved: Unsaved,
    ) -> None:
        self._unsaved = unsaved
        self._numbers = numbers
        self._guides = guides
        self._sign_ins = sign_ins
        self._restarts = restarts
        self._clock_off = clock_off

    @override
    def collect(self) -> Iterable[Metric]:
        numbers = self._numbers
        yield GaugeMetricFamily("toso_store_up", "1 while the store answers", value=float(numbers is not None))
        yield GaugeMetricFamily("toso_guides", "Guides that can be taken now", value=self._guides)
        off = "How far this host's clock is ahead of the store's (negative: behind); 0 where they agree"
        yield GaugeMetricFamily("toso_clock_off_seconds", off, value=self._clock_off)
        yield _counted("toso_sign_ins", "Tries to sign in to the desk, in this worker", "result", self._sign_ins)
        yield _counted("toso_task_restarts", "Tasks of this worker that ended", "task", self._restarts)
        yield GaugeMetricFamily(
            "toso_unsaved_messages",
            "Messages that this worker got through webhooks and tries to save until the store is back",
            value=self._unsaved.waiting,
        )
        yield CounterMetricFamily(
            "toso_unsaved_dropped",
            "Messages that this worker could not keep: lost where the platform does not send them again",
            value=self._unsaved.dropped,
        )
        if numbers is None:
            return
        yield GaugeMetricFamily(
            "toso_partitions_away",
            "Partitions of the store that nothing can be saved to: their node of a cluster is gone",
            value=numbers.partitions_away,
        )
        yield GaugeMetricFamily("toso_requests_waiting", "Requests for a person that are open", value=numbers.waiting)
        yield GaugeMetricFamily(
            "toso_requests_oldest_timestamp_seconds",
            "When the oldest open request was opened; 0 without one",
            value=numbers.oldest_opened_at,
        )
        yield GaugeMetricFamily(
            "toso_undelivered_conversations", "Conversations with undelivered messages", value=numbers.backlog
        )
        yield GaugeMetricFamily(
            "toso_oldest_unsent_seconds",
            "For how long what waits longest in a conversation has waited to be sent; 0 where nothing waits",
            value=numbers.oldest_unsent_ms / 1000,
        )
        lost = GaugeMetricFamily("toso_lost_messages", "Given up in the last two days", labels=["why"])
        for why in get_args(Lost):
            lost.add_metric([why], numbers.lost.get(why, 0))
        yield lost
        yield _by_channel(
            "toso_channel_up", "0 while its platform takes nothing from us, or nothing is fetched", numbers.channels_up
        )
        what = "1 while its platform turned several people down in a row, and took nothing for anybody since"
        yield _by_channel("toso_channel_refusing", what, numbers.channels_refusing)
        yield _events(numbers.counters)
        yield from _allowed(numbers.allowances)
        what = "1 while a channel may speak for its account; 0: somebody has to agree"
        yield _by_channel("toso_channel_consent", what, numbers.consents)


def _counted(name: str, help_: str, label: str, counts: Mapping[str, int]) -> Metric:
    family = CounterMetricFamily(name, help_, labels=[label])
    for value, count in counts.items():
        family.add_metric([value], count)
    return family


def _allowed(allowances: Sequence[Allowance]) -> Iterable[Metric]:
    labels: Sequence[str] = ("channel", "what")
    used = GaugeMetricFamily("toso_allowance_used", "How much of what a platform counts was used", labels=labels)
    limit = GaugeMetricFamily("toso_allowance_limit", "How much of it there is; 0 where none is known", labels=labels)
    refused = GaugeMetricFamily("toso_allowance_refused", "What did not go out: nothing was left", labels=labels)
    for each in allowances:
        for family, value in ((used, each.used), (limit, each.limit), (refused, each.refused)):
            family.add_metric([each.channel, each.what], value)
    return used, limit, refused


def _by_channel(name: str, what: str, found: Mapping[str, bool]) -> Metric:
    family = GaugeMetricFamily(name, what, labels=["channel"])
    for channel, good in found.items():
        family.add_metric([channel], float(good))
    return family


def _events(counters: Mapping[str, int]) -> Metric:
    labels: Sequence[str] = ("name", "about")
    family = CounterMetricFamily("toso_events", "Things that happened since the store began", labels=labels)
    for counter, value in sorted(counters.items()):
        name, _, about = counter.partition(" ")
        family.add_metric([name, about], value)
    return family


PATH = "/.well-known/security.txt"
GOOD_DAYS = 180
"""It may be read for so long; the RFC advises less than a year."""


class SecurityTxt:
    """`contact` is an address as RFC 9116 wants it (mailto:, https: or tel:); without one, the ward's `hotline`."""

    def __init__(self, contact: str, hotline: str, public_url: str, clock: Clock) -> None:
        self._contact = contact or f"tel:{re.sub(r'[^+0-9]', '', hotline)}"
        self._public_url = public_url
        self._clock = clock

    def router(self) -> APIRouter:
        router = APIRouter(include_in_schema=False)
        router.add_api_route(PATH, self._page, methods=["GET", "HEAD"])
        return router

    async def _page(self) -> PlainTextResponse:
        midnight = datetime.fromtimestamp(self._clock.now_ms() / 1000, UTC).replace(hour=0, minute=0, second=0)
        expires = (midnight + timedelta(days=GOOD_DAYS)).strftime("%Y-%m-%dT%H:%M:%SZ")
        lines = [f"Contact: {self._contact}", f"Expires: {expires}", "Preferred-Languages: vi, en"]
        if self._public_url.startswith("https:"):
            lines.append(f"Canonical: {self._public_url}{PATH}")
        return PlainTextResponse("\n".join([*lines, ""]))
