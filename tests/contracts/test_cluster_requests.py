"""While a node of a cluster is dead or frozen, whoever lives elsewhere still gets to a person, and the app starts."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from itertools import count

import pytest

from bot.app import Parts
from bot.desk.roster import Volunteer
from bot.model import Chat, Incoming, Place, Session, Turn
from bot.settings import Settings
from bot.store import keys
from bot.store.connection import Outages
from bot.store.redis import RedisStore
from tests.contracts.servers import Cluster, Server
from tests.contracts.stores import save
from tests.patience import eventually, until
from tests.setting import content, parts_of

NODES = range(3)
_numbers = count(1)


@asynccontextmanager
async def app(cluster: Cluster) -> AsyncIterator[Parts]:
    """What answers residents, as `toso serve` starts it."""
    parts = parts_of(Settings(requests_an_hour=100_000), RedisStore(cluster.url, f"app-{next(_numbers)}"), content())
    try:
        await parts.start()
        yield parts
    finally:
        await parts.stop()


@contextmanager
def without(cluster: Cluster, node: Server, how: str) -> Iterator[None]:
    """The node is dead or frozen while the block runs."""
    go, come = (node.kill, node.start) if how == "dead" else (node.freeze, node.thaw)
    go()
    try:
        yield
    finally:
        come()
        eventually(cluster.works)


async def newcomers(cluster: Cluster, node: Server) -> list[Chat]:
    """Residents at the menu in each partition that another node holds."""
    found: dict[int, Chat] = {}
    while len(found) < len(keys.PARTITIONS):
        number = next(_numbers)
        chat = Chat("web", str(number), str(number))
        found.setdefault(keys.partition_number(chat.key), chat)
    chats = [chat for chat in found.values() if cluster.holder(keys.partition_of(chat.key).chat(chat.key)) is not node]
    store = RedisStore(cluster.url, "before")
    for chat in chats:
        await save(store, chat, turn=Turn(Session(you="bac", consent="yes", place=Place("menu"))))
    await store.close()
    return chats


async def asks_for_a_person(parts: Parts, chat: Chat) -> str:
    """They name their residential group, too; the code of their request."""
    for text in ("gặp người", "1"):
        await parts.handle(Incoming(f"{chat.person}:{text}", chat, "text", text))
    session = (await parts.store.load(chat)).session
    assert session
    return session.request


@pytest.mark.parametrize("how", ["dead", "frozen"])
@pytest.mark.parametrize("number", NODES)
async def test_one_node_that_is_gone_keeps_nobody_else_from_a_person(halves: Cluster, number: int, how: str) -> None:
    node = halves.nodes[number]
    residents = await newcomers(halves, node)
    async with app(halves) as parts:
        with without(halves, node, how):
            codes = await asyncio.gather(*(asks_for_a_person(parts, chat) for chat in residents))
    assert len(set(filter(None, codes))) == len(residents)


@pytest.mark.parametrize("how", ["dead", "frozen"])
@pytest.mark.parametrize("number", NODES)
async def test_the_app_starts_while_one_node_is_gone(
    halves: Cluster, number: int, how: str, caplog: pytest.LogCaptureFixture
) -> None:
    node = halves.nodes[number]
    residents = await newcomers(halves, node)
    with without(halves, node, how):
        async with app(halves) as parts:
            assert parts.library.all(), "guides from the files are enough"
            codes = await asyncio.gather(*(asks_for_a_person(parts, chat) for chat in residents))
            assert len(set(filter(None, codes))) == len(residents)
    assert not [record for record in caplog.records if record.exc_info]


async def test_what_was_missing_at_the_start_is_read_once_it_is_there(
    halves: Cluster, caplog: pytest.LogCaptureFixture
) -> None:
    async with app(halves) as before:
        assert not await before.people.add(Volunteer("hoa", "Hoa", "chi", teams=("to-mau-b",)), "admin")
    holder = halves.holder(keys.REVISION)
    with without(halves, holder, "dead"):
        parts = parts_of(Settings(), RedisStore(halves.url, "late", outages=Outages()), content())
        await parts.start()
        assert parts.people.roster.person("hoa") is None
    assert caplog.text.count(" is gone") == caplog.text.count(f"the store at 127.0.0.1:{holder.port} is gone") == 1
    try:
        await until(lambda: parts.people.roster.person("hoa") is not None)
    finally:
        await parts.stop()
