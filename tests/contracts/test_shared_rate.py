"""One rate for all workers: their shares are never more than it, and go where they are needed."""

import asyncio

import pytest

from bot.channels.rate_limit import Limiter, RateShares
from bot.errors import StoreDown
from bot.ports.store import Priority, Store
from bot.store.keys import RATE_PERIOD_MS
from bot.store.memory import MemoryStore
from tests.contracts.stores import TIME, Installation

LEASE_MS = 60_000


def rest(ms: int = RATE_PERIOD_MS) -> None:
    """Let pass what it takes until what was given up does not count any more."""
    TIME.ms += ms


async def test_who_is_alone_has_all_of_it(store: Store) -> None:
    assert await store.share_rate("telegram", 3, 30, LEASE_MS) == 30
    assert await store.share_rate("zalo-oa", 3, 1.67, LEASE_MS) == 1.67


async def test_a_second_worker_gets_its_part_when_the_first_has_given_it_up(workers: tuple[Store, Store]) -> None:
    one, two = workers
    assert await one.share_rate("telegram", 3, 30, LEASE_MS) == 30
    assert await two.share_rate("telegram", 3, 30, LEASE_MS) == 0
    assert await one.share_rate("telegram", 3, 30, LEASE_MS) == 15
    assert await two.share_rate("telegram", 3, 30, LEASE_MS) == 0, "it may have sent thirty just now"
    rest()
    assert await two.share_rate("telegram", 3, 30, LEASE_MS) == 15


async def test_it_goes_to_who_needs_it_and_leaves_the_other_what_it_needs(workers: tuple[Store, Store]) -> None:
    one, two = workers
    shares = [0.0, 0.0]
    for _ in range(4):
        shares[0] = await one.share_rate("telegram", 30, 30, LEASE_MS)
        shares[1] = await two.share_rate("telegram", 3, 30, LEASE_MS)
        assert sum(shares) <= 30
        rest()
    assert shares == [27, 3]
    for _ in range(3):
        shares = [await store.share_rate("telegram", 30, 30, LEASE_MS) for store in workers]
        assert sum(shares) <= 30
        rest()
    assert shares == [15, 15]


async def test_what_a_worker_gives_back_or_leaves_behind_comes_to_the_others(workers: tuple[Store, Store]) -> None:
    one, two = workers
    await one.share_rate("telegram", 30, 30, 200)
    for passed, share in ((200, 0), (RATE_PERIOD_MS - 1, 0), (1, 30)):
        rest(passed)
        assert await two.share_rate("telegram", 30, 30, LEASE_MS) == share
    assert await two.share_rate("telegram", 0, 30, 0) == 0
    rest()
    assert await one.share_rate("telegram", 3, 30, LEASE_MS) == 30


async def test_many_workers_together_never_have_more(installation: Installation) -> None:
    stores = [installation.worker(f"worker {number}") for number in range(40)]
    for wished in (3, 30):
        shares = await asyncio.gather(*(store.share_rate("telegram", wished, 30, LEASE_MS) for store in stores))
        assert sum(shares) <= 30.001
    for _ in range(2):
        rest()
        shares = [await store.share_rate("telegram", 3, 30, LEASE_MS) for store in stores]
    assert sum(shares) <= 30.001
    assert min(shares) > 0.5
    await installation.close()


def messages_a_second(limiter: Limiter) -> float:
    """At which rate messages would leave: so many at once, and then the next one."""
    began = asyncio.get_running_loop().time()
    taken = 0
    while limiter.try_turn("next", Priority.REPLY):
        taken += 1
    return taken / (asyncio.get_running_loop().time() - began + limiter.expected("next"))


async def test_what_leaves_two_workers_is_no_more_than_the_rate(workers: tuple[Store, Store]) -> None:
    limiters = Limiter(20, 0, 0), Limiter(20, 0, 0)
    shares = [RateShares(store, {"telegram": limiter}) for store, limiter in zip(workers, limiters, strict=True)]
    for _ in range(3):
        for each in shares:
            await each.renew()
        rest()
    assert 0 < sum(map(messages_a_second, limiters)) <= 20.001


def without_the_node_of_telegram() -> Store:
    """A store whose node with the shares of Telegram's rate is gone."""
    store = MemoryStore("one")
    whole = store.share_rate

    async def share_rate(name: str, wished: float, rate: float, for_ms: int) -> float:
        if name == "telegram":
            raise StoreDown("gone")
        return await whole(name, wished, rate, for_ms)

    store.share_rate = share_rate
    return store


async def test_a_channel_goes_on_slowly_while_nobody_says_its_share() -> None:
    telegram, zalo = Limiter(20, 0, 0), Limiter(20, 0, 0)
    shares = RateShares(without_the_node_of_telegram(), {"telegram": telegram, "zalo-oa": zalo})
    for limiter in (telegram, zalo):
        limiter.set_share(0, 0)
        assert not limiter.try_turn("1", Priority.REPLY)
    with pytest.raises(StoreDown):
        await shares.renew()
    taken = [sum(limiter.try_turn(str(chat), Priority.REPLY) for chat in range(30)) for limiter in (telegram, zalo)]
    assert 0 < taken[0] <= 5
    assert taken[1] >= taken[0]


async def test_a_share_that_is_still_good_is_kept() -> None:
    telegram = Limiter(20, 0, 0)
    telegram.set_share(20, asyncio.get_running_loop().time() + 60)
    with pytest.raises(StoreDown):
        await RateShares(without_the_node_of_telegram(), {"telegram": telegram}).renew()
    assert not telegram.lacks_share
