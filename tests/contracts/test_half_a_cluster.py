"""What works for whom while one of three nodes of a cluster is dead or frozen, on workers from before and new ones."""

from collections.abc import AsyncIterator
from itertools import count

import pytest

from api.chat.tokens import Tokens
from bot.errors import StoreDown
from bot.installation import NAMES, WEB_TOKENS
from bot.store import keys
from bot.store.redis import RedisStore
from tests.contracts.servers import Cluster
from tests.contracts.stores import wipe
from tests.contracts.test_cluster_requests import NODES, without

_numbers = count(1)


@pytest.fixture
async def one(halves: Cluster) -> AsyncIterator[RedisStore]:
    store = RedisStore(halves.url, "one")
    yield store
    await store.close()


@pytest.mark.parametrize("how", ["dead", "frozen"])
@pytest.mark.parametrize("number", NODES)
async def test_a_new_worker_knows_the_secret_keys_without_one_node(
    halves: Cluster, one: RedisStore, number: int, how: str
) -> None:
    before = [await one.secret(name, b"made first") for name in NAMES]
    token = await Tokens(one).issue()
    with without(halves, halves.nodes[number], how):
        late = RedisStore(halves.url, f"late-{next(_numbers)}")
        assert [await late.secret(name, b"another") for name in NAMES] == before
        assert await Tokens(late).chat(token)
        assert await Tokens(one).chat(await Tokens(late).issue())
        await late.close()


async def test_a_key_of_an_earlier_release_gets_its_copies_when_it_is_read(halves: Cluster, one: RedisStore) -> None:
    wipe(halves.url)
    place = keys.small_value(WEB_TOKENS)
    await one.remember(WEB_TOKENS, b"from before")
    assert await one.secret(WEB_TOKENS, b"another") == b"from before"
    with without(halves, halves.holder(place), "dead"):
        late = RedisStore(halves.url, "late")
        assert await late.secret(WEB_TOKENS, b"another") == b"from before"
        await late.close()


async def test_no_second_key_is_made_while_a_node_that_may_hold_one_is_gone(halves: Cluster, one: RedisStore) -> None:
    wipe(halves.url)
    await one.remember(WEB_TOKENS, b"from before")
    late = RedisStore(halves.url, "late")
    with without(halves, halves.holder(keys.small_value(WEB_TOKENS)), "dead"), pytest.raises(StoreDown):
        await late.secret(WEB_TOKENS, b"another")
    assert await late.secret(WEB_TOKENS, b"another") == b"from before"
    await late.close()
