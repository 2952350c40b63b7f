"""What a message costs in the store: round trips, CPU on both sides, memory of an idle session, and growth.

The channel takes every message at once, so that nothing but ours and the store is measured.
"""

import asyncio
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from statistics import median

import redis
from typing_extensions import override

from bot.app import wire
from bot.background import Tasks
from bot.channels.telegram.channel import TelegramChannel
from bot.clock import SystemClock
from bot.desk.people import People
from bot.model import Chat, Incoming
from bot.ports.store import Outcome, Priority, Sent
from bot.service.handler import Handler
from bot.service.outbox import LogGrowth
from bot.store.embedded import EmbeddedServer
from bot.store.redis import RedisStore
from tests.setting import content, setting

SIZES = (1_000, 10_000, 100_000)
ROUNDS = 12
PAIRS = 250
"""In a round so many residents, of all that are stored, answer a step and go back: the same work at every size."""

_FIRST = ("/start vneid-may-moi", "1", "1", "1")


class _Taker(TelegramChannel):
    """Telegram that takes everything at once."""

    @override
    async def send(self, chat: Chat, parcel: bytes, doubts: int = 0, priority: Priority = Priority.REPLY) -> Outcome:
        return Sent()


class _Installation:
    """A server with so many sessions, and what handles messages over it; `costs` are those of each round."""

    def __init__(self, url: str, size: int) -> None:
        self.size = size
        self.store = RedisStore(url, "bench")
        self.server = redis.Redis.from_url(url)
        self.costs: list[tuple[float, float, float]] = []
        self.tasks = Tasks()
        clock = SystemClock()
        channel = _Taker("1:x", "s", clock=clock)
        self.handle, self.sender, _ = wire(
            setting(),
            self.store,
            {channel.name: channel},
            People(self.store, content().ward, clock),
            LogGrowth(),
            clock,
            draw_code=lambda key, tries: "",
            alias=str,
        )

    async def fill(self) -> None:
        self.sender.start(self.tasks)
        empty = self.server.info("memory")["used_memory"]
        for first in range(0, self.size, 200):
            await asyncio.gather(*(_begin(self.handle, number) for number in range(first, first + 200)))
        self.bytes_each = (self.server.info("memory")["used_memory"] - empty) / self.size

    async def measure(self, round_: int) -> None:
        """One round of messages to residents all over the store."""
        trips, cpu, served = self.store.round_trips, time.process_time(), _server_cpu(self.server)
        for pair in range(PAIRS):
            chat = _chat((round_ + pair * (self.size // PAIRS)) % self.size)
            for text in ("1", "9"):
                await self.handle(Incoming(f"m{round_}-{text}", chat, "text", text))
        spent = (self.store.round_trips - trips, time.process_time() - cpu, _server_cpu(self.server) - served)
        self.costs.append((spent[0] / PAIRS / 2, spent[1] / PAIRS / 2 * 1e6, spent[2] / PAIRS / 2 * 1e6))

    async def close(self) -> None:
        await self.tasks.stop()
        await self.sender.stop()
        await self.store.close()


def run() -> None:
    """Print costs at growing numbers of stored sessions, measured in turns."""
    with ExitStack() as started:
        urls = [
            started.enter_context(EmbeddedServer(Path(started.enter_context(tempfile.TemporaryDirectory())))).url
            for _ in SIZES
        ]
        asyncio.run(_run([_Installation(url, size) for url, size in zip(urls, SIZES, strict=True)]))


async def _run(installations: list[_Installation]) -> None:
    for each in installations:
        await each.fill()
    for round_ in range(ROUNDS):
        for each in installations:
            await each.measure(round_)
    print("store, embedded (every session in the middle of a guide), medians:")
    print("   sessions  round trips/message  µs CPU/message  server µs/message  bytes/session")
    for each in installations:
        trips, cpu, served = map(median, zip(*each.costs, strict=True))
        print(f"  {each.size:9,}  {trips:19.2f}  {cpu:14.0f}  {served:17.0f}  {each.bytes_each:13.0f}")
    small, large = installations[0].costs, installations[-1].costs
    growth = median(b[1] / a[1] for a, b in zip(small, large, strict=True))
    print(
        f"CPU of a message, {SIZES[-1]:,} sessions to {SIZES[0]:,}, median over the rounds: {growth:.3f} (at most 1.05)"
    )
    for each in installations:
        await each.close()


async def _begin(handle: Handler, number: int) -> None:
    for at, text in enumerate(_FIRST):
        await handle(Incoming(f"b{at}", _chat(number), "text", text))


def _chat(number: int) -> Chat:
    return Chat("telegram", str(700_000_000 + number), str(700_000_000 + number))


def _server_cpu(server: redis.Redis) -> float:
    info = server.info("cpu")
    return float(info["used_cpu_user"]) + float(info["used_cpu_sys"])
