"""Who may send, whatever the clocks of the hosts say and however long a platform takes: one worker, in order."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from typing_extensions import override

from bot.background import Tasks
from bot.channels.web import WebChannel
from bot.clock import SystemClock
from bot.model import Chat, Session, Timer, Turn
from bot.ports.store import Capabilities, Later, Outcome, Priority, Sent
from bot.service.outbox import Sender
from bot.store.keys import LEASE_MS
from bot.store.redis import RedisStore
from tests.contracts.servers import Server
from tests.contracts.stores import save
from tests.patience import PATIENCE, until

HOUR_MS = 3_600_000
CHATS = [Chat("pushed", str(number), str(number)) for number in range(60)]
SHORT_MS = 600


class Ahead(SystemClock):
    """A host whose clock was set wrong, and may be set again."""

    def __init__(self, ms: int) -> None:
        self.ms = ms

    @override
    def now_ms(self) -> int:
        return super().now_ms() + self.ms


class Pushed(WebChannel):
    """A channel that is sent to; `got` is what arrived, in order, and `gate` holds up what is on its way."""

    name = "pushed"
    capabilities = Capabilities(buttons=8, text_limit=4096, label_limit=40)

    def __init__(self) -> None:
        self.got: list[tuple[str, bytes]] = []
        self.asked = 0
        self.later = 0.0
        self.gate = asyncio.Event()
        self.gate.set()

    @override
    async def send(self, chat: Chat, parcel: bytes, doubts: int = 0, priority: Priority = Priority.REPLY) -> Outcome:
        self.asked += 1
        if self.later:
            return Later(self.later, "busy", exact=True)
        self.got.append((chat.chat, parcel))
        await self.gate.wait()
        return Sent()


class Host:
    """A worker on a host of its own."""

    def __init__(
        self, server: Server, owner: str, channel: Pushed, ahead_ms: int = 0, lease_ms: int = LEASE_MS
    ) -> None:
        self.clock = Ahead(ahead_ms)
        self.store = RedisStore(server.name, owner, lease_ms, alone=False)
        self.sender = Sender(self.store, {channel.name: channel}, self.clock)
        self.tasks = Tasks()

    async def says(self, chat: Chat, *parcels: bytes) -> None:
        """Save a turn, and send what of it is ours to send."""
        asked_ms = self.clock.steady_ms()
        self.sender.send_saved(chat, await save(self.store, chat, *parcels), parcels, asked_ms)

    async def close(self) -> None:
        await self.tasks.stop()
        await self.sender.stop()
        await self.store.close()


@pytest.fixture
def channel() -> Pushed:
    return Pushed()


@pytest_asyncio.fixture
async def hosts(server: Server, channel: Pushed) -> AsyncIterator[tuple[Host, Host]]:
    """Two hosts, the second an hour ahead."""
    both = Host(server, "one", channel), Host(server, "two", channel, HOUR_MS)
    yield both
    for each in both:
        channel.gate.set()
        await each.close()


@pytest.mark.parametrize("ahead_ms", [20_000, HOUR_MS, -HOUR_MS])
async def test_hosts_whose_clocks_differ_send_nothing_twice(server: Server, channel: Pushed, ahead_ms: int) -> None:
    one, two = Host(server, "one", channel), Host(server, "two", channel, ahead_ms)
    channel.gate.clear()
    for chat in CHATS:
        await one.says(chat, b"a")
    await until(lambda: len(channel.got) == len(CHATS))
    await two.sender.resend()
    channel.gate.set()

    async def noted() -> bool:
        return await two.store.backlog() == 0

    await until(noted)
    assert sorted(channel.got) == sorted((chat.chat, b"a") for chat in CHATS)
    for host in (one, two):
        await host.close()


async def test_a_clock_that_is_set_back_delays_no_retry(hosts: tuple[Host, Host], channel: Pushed) -> None:
    _, host = hosts
    channel.later = 0.05
    await host.says(CHATS[0], b"a")
    await until(lambda: channel.asked == 1)
    host.clock.ms -= 2 * HOUR_MS
    channel.later = 0

    async def sent() -> bool:
        await host.sender.resend()
        return channel.got == [("0", b"a")]

    await until(sent, within=30)


async def test_timers_ring_by_the_clock_of_the_store(hosts: tuple[Host, Host]) -> None:
    soon = SystemClock().now_ms() // 1000 + 1800
    turn = Turn(Session(), timers=(Timer("hold", soon),))
    await save(hosts[0].store, CHATS[0], turn=turn)
    for host in hosts:
        assert await host.store.timers_due({"pushed"}) == []


async def test_a_lease_lasts_as_long_as_the_platform_takes(server: Server, channel: Pushed) -> None:
    """Three leases long: the worker that waits for the platform renews its lease, and nobody takes over."""
    one, two = (Host(server, name, channel, lease_ms=SHORT_MS) for name in ("one", "two"))
    one.sender.start(one.tasks)
    channel.gate.clear()
    await one.says(CHATS[0], b"a", b"b")
    for _ in range(6):
        await asyncio.sleep(SHORT_MS / 2000)
        await two.sender.resend()
    channel.gate.set()
    await until(lambda: len(channel.got) == 2)
    assert channel.got == [("0", b"a"), ("0", b"b")]
    for host in (one, two):
        await host.close()


async def test_nothing_more_is_sent_before_the_store_knows_of_what_was(
    server: Server, hosts: tuple[Host, Host], channel: Pushed
) -> None:
    """Else a worker that dies now would have all of it sent again: a, b, a, b."""
    one, _ = hosts
    channel.gate.clear()
    await one.says(CHATS[0], b"a", b"b")
    await until(lambda: len(channel.got) == 1)
    server.freeze()
    channel.gate.set()
    await asyncio.sleep(0.5)
    assert channel.got == [("0", b"a")]
    server.thaw()
    await until(lambda: len(channel.got) == 2)


async def test_who_comes_back_after_another_took_over_sends_nothing(server: Server, channel: Pushed) -> None:
    """A worker that was frozen in the middle of an answer: the other one sent the rest of it."""
    one, two = (Host(server, name, channel, lease_ms=SHORT_MS) for name in ("one", "two"))
    channel.gate.clear()
    await one.says(CHATS[0], b"a", b"b", b"c")
    await until(lambda: len(channel.got) == 1)
    await asyncio.sleep(SHORT_MS / 1000)  # nothing renews its lease: it is as good as frozen
    await two.sender.resend()
    await until(lambda: len(channel.got) == 2)
    channel.gate.set()

    async def noted() -> bool:
        return await two.store.backlog() == 0

    await until(noted)
    await asyncio.wait_for(one.close(), PATIENCE)
    assert channel.got == [("0", b"a"), ("0", b"a"), ("0", b"b"), ("0", b"c")]
    await two.close()
