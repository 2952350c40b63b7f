"""A cluster with a dead or a frozen node: who lives elsewhere notices nothing, and once it is back all goes on."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
import uvloop

from bot.errors import StoreDown
from bot.model import Chat, Session, Timer, Turn
from bot.ports.store import Loaded, Store
from bot.store import keys
from bot.store.redis import RedisStore
from tests.contracts.servers import Cluster, Server
from tests.contracts.stores import CHANNELS, asked, keep, save
from tests.patience import eventually, until

CHATS = [Chat("telegram", str(number), str(number)) for number in range(48)]


def split(cluster: Cluster) -> tuple[Server, list[Chat], list[Chat]]:
    """A node, who lives there, and who lives elsewhere."""
    node = cluster.holder(keys.partition_of(CHATS[0].key).chat(CHATS[0].key))
    there = [chat for chat in CHATS if cluster.holder(keys.partition_of(chat.key).chat(chat.key)) is node]
    return node, there, [chat for chat in CHATS if chat not in there]


async def refused(store: Store, chats: list[Chat]) -> None:
    """What is asked of the node that is gone is refused in time, all at once."""
    late = asyncio.create_task(asyncio.sleep(3))
    outcomes = await asyncio.gather(*(store.load(chat) for chat in chats * 4), return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} == {StoreDown}
    assert late.cancel(), "it took three seconds"


async def works(store: Store, chats: list[Chat], first: int) -> None:
    """Everything that is done with these conversations goes on, and what is asked of all partitions is answered."""
    for number, chat in enumerate(chats, start=first):
        await save(store, chat, b"a", turn=Turn(Session(), timers=(Timer("x", 1),)))
        await keep(store, asked(chat, number))
    assert len(await store.open_requests()) >= len(chats)
    assert await store.place_in_line("to-1", 10**9, "~") > len(chats)
    assert {due.chat for due in await store.timers_due(CHANNELS, limit=1000)} >= set(chats)
    assert await store.backlog() >= len(chats)
    assert max(await store.request_changes()) > 0
    await store.counters()
    await store.unsent()
    await store.records(5)
    await store.calls_due(0)
    await store.dead_letters()
    await store.free("nobody/")
    assert await store.lead("a role", 10_000, anywhere=True)
    await store.ping()


@pytest.mark.parametrize("how", ["dead", "frozen"])
async def test_one_shard_that_is_gone_leaves_the_others_whole(halves: Cluster, how: str) -> None:
    store = RedisStore(halves.url, "one")
    node, there, elsewhere = split(halves)
    await save(store, there[0], b"a")
    version = (await store.load(there[0])).version
    go, come = (node.kill, node.start) if how == "dead" else (node.freeze, node.thaw)
    go()
    try:
        await refused(store, there)
        blocked = asyncio.gather(*(store.load(chat) for chat in there * 4), return_exceptions=True)
        await works(store, elsewhere, first=1 if how == "dead" else 100)
        assert min(await store.request_changes()) == -1
        await blocked
    finally:
        come()
        eventually(halves.works)

    async def back() -> bool:
        try:
            return (await store.load(there[0])).version == version
        except StoreDown:
            return False

    await until(back)
    await save(store, there[0], b"b")
    await store.close()


async def test_who_asks_a_frozen_node_after_others_waited_in_vain_is_refused_at_once(halves: Cluster) -> None:
    """So a page that reads one thing after the other is refused as soon as one that reads a single one."""
    store = RedisStore(halves.url, "one")
    node, there, elsewhere = split(halves)
    await asyncio.gather(*(store.load(chat) for chat in CHATS))
    node.freeze()
    try:
        await refused(store, there[:1])
        before = store.round_trips
        for chat in there * 4:
            with pytest.raises(StoreDown):
                await store.load(chat)
        assert store.round_trips <= before + 1, "one may try whether it is back"
        await asyncio.gather(*(store.load(chat) for chat in elsewhere))
    finally:
        node.thaw()

    async def back() -> bool:
        try:
            return bool(await asyncio.gather(*(store.load(chat) for chat in there)))
        except StoreDown:
            return False

    await until(back)
    await store.close()


@pytest.mark.parametrize("run", [uvloop.run, asyncio.run])
def test_a_connection_that_was_cut_is_opened_again(
    halves: Cluster, run: Callable[[Coroutine[Any, Any, None]], None]
) -> None:
    """On uvloop, as workers run, and on asyncio: each raises errors of its own for such a connection."""

    async def cut() -> None:
        store = RedisStore(halves.url, "cut")
        await asyncio.gather(*(store.load(chat) for chat in CHATS))
        for wire in store._reach.wire._wires.values():  # type: ignore[union-attr]
            if wire._connection._writer:
                wire._connection._writer.transport.abort()
        assert {type(found) for found in await asyncio.gather(*(store.load(chat) for chat in CHATS))} == {Loaded}
        await store.close()

    run(cut())
