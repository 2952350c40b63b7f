"""One rate for all workers: their shares are never more than it, and go where they are needed."""

import asyncio

from bot.ports import Store
from bot.store.limits import RATE_PERIOD_MS
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
