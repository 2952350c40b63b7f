"""What a message costs in the store: round trips, CPU on both sides, memory of an idle session, and growth.

The channel takes every message at once, so that nothing but ours and the store is measured.
"""

import asyncio
import tempfile
import time
from pathlib import Path

import redis
from typing_extensions import override

from bot.bootstrap import wire
from bot.channels.telegram import TelegramChannel
from bot.clock import SystemClock
from bot.desk.people import People
from bot.growth import LogGrowth
from bot.handle import Handler
from bot.model import Chat, Incoming
from bot.ports import Outcome, Sent
from bot.store.embedded import EmbeddedServer
from bot.store.redis import RedisStore
from tests.setting import content, setting

SIZES = (1_000, 10_000, 100_000)
MEASURED = 3_000
_FIRST = ("/start vneid-may-moi", "1", "1", "1")


class _Taker(TelegramChannel):
    """Telegram that takes everything at once."""

    @override
    async def send(self, chat: Chat, parcel: bytes) -> Outcome:
        return Sent()


def run() -> None:
    """Print costs at growing numbers of stored sessions."""
    with tempfile.TemporaryDirectory() as folder, EmbeddedServer(Path(folder)) as server:
        asyncio.run(_run(server.url))


async def _run(url: str) -> None:
    store = RedisStore(url, "bench")
    clock = SystemClock()
    channel = _Taker("1:x", "s", clock=clock)
    handle, sender, _ = wire(
        setting(),
        store,
        {channel.name: channel},
        People(store, content().ward, clock),
        LogGrowth(),
        clock,
        draw_code=lambda key, tries: "",
        alias=str,
    )
    sender.start()
    server = redis.Redis.from_url(url)
    print("store, embedded (every session in the middle of a guide):")
    print("   sessions  µs CPU/message  round trips/message  server µs/message  bytes/session")
    empty = server.info("memory")["used_memory"]
    have = 0
    for size in SIZES:
        for first in range(have, size, 200):
            await asyncio.gather(*(_begin(handle, number) for number in range(first, min(first + 200, size))))
        have = size
        bytes_each = (server.info("memory")["used_memory"] - empty) / size
        trips, cpu, served = store.round_trips, time.process_time(), _server_cpu(server)
        for number in range(MEASURED):
            chat = _chat(number % size)
            await handle(Incoming(f"m{size}-{number}", chat, "text", ("1", "9")[number // size % 2]))
        cpu = (time.process_time() - cpu) / MEASURED * 1e6
        served = (_server_cpu(server) - served) / MEASURED * 1e6
        trips_each = (store.round_trips - trips) / MEASURED
        print(f"  {size:9,}  {cpu:14.0f}  {trips_each:19.2f}  {served:17.0f}  {bytes_each:13.0f}")
    await sender.stop()
    await store.close()


async def _begin(handle: Handler, number: int) -> None:
    for at, text in enumerate(_FIRST):
        await handle(Incoming(f"b{at}", _chat(number), "text", text))


def _chat(number: int) -> Chat:
    return Chat("telegram", str(700_000_000 + number), str(700_000_000 + number))


def _server_cpu(server: redis.Redis) -> float:
    info = server.info("cpu")
    return float(info["used_cpu_user"]) + float(info["used_cpu_sys"])
