"""A server that dies while another takes its place: Sentinels name it, or a list is tried for who takes writes."""

from collections.abc import Iterator

import pytest

from bot.errors import StoreDown
from bot.model import Chat, Session, Turn
from bot.store.redis import RedisStore
from tests.contracts.servers import Server, Watched
from tests.contracts.stores import LONG, save
from tests.patience import PATIENCE, until


@pytest.fixture
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    watched = Watched(tmp_path_factory.mktemp("watched"))
    yield watched
    watched.nodes[0].thaw()
    watched.kill()


async def saved_again(store: RedisStore) -> None:
    """Wait until something can be saved."""

    async def saves() -> bool:
        try:
            await save(store, LONG, b"later")
        except StoreDown:
            return False
        return True

    await until(saves)


@pytest.mark.parametrize("how", ["dead", "frozen"])
async def test_what_was_acknowledged_is_there_after_a_failover(watched: Watched, how: str) -> None:
    store = RedisStore(f"{watched.url}?wait_replicas=1", "one")
    chats = [Chat("telegram", str(number), str(number)) for number in range(50)]
    for chat in chats:
        await save(store, chat, b"a", turn=Turn(Session(you=chat.chat)))
    go = watched.nodes[0].kill if how == "dead" else watched.nodes[0].freeze
    go()
    with pytest.raises(StoreDown):
        await store.load(LONG)
    plain = RedisStore(watched.url, "two")  # the new server has no replica yet
    await saved_again(plain)
    for chat in chats:
        assert (await plain.load(chat)).session == Session(you=chat.chat)
    with pytest.raises(StoreDown):
        await save(store, LONG, b"to one server alone")
    for each in (store, plain):
        await each.close()


async def test_a_list_of_servers_is_tried_for_who_takes_writes(watched: Watched) -> None:
    one, two = watched.nodes
    store = RedisStore(watched.list_url, "one")
    await save(store, LONG, b"a")
    await until(lambda: bool(two.ask("DBSIZE")))
    two.ask("REPLICAOF", "NO", "ONE")
    one.ask("REPLICAOF", "127.0.0.1", two.port)
    await saved_again(store)
    assert (await store.load(LONG)).version >= 2
    assert two.ask("ROLE")[0] == b"master"
    await store.close()


async def test_a_list_without_one_that_takes_writes_is_down(server: Server) -> None:
    server.ask("REPLICAOF", "127.0.0.1", server.port)
    store = RedisStore(f"redis://127.0.0.1:1,127.0.0.1:{server.port}?socket_timeout={PATIENCE}", "one")
    with pytest.raises(StoreDown, match="cannot be reached"):
        await store.load(LONG)
    await store.close()
