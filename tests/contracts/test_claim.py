"""One request, one volunteer: however many press *take* at once, over however many workers."""

from random import Random

import pytest

from bot.ports.store import Store
from tests.contracts.claiming import Ward

VOLUNTEERS, REQUESTS = 50, 200


@pytest.fixture
async def ward(workers: tuple[Store, Store]) -> Ward:
    ward = Ward(workers, VOLUNTEERS)
    await ward.join()
    await ward.open()
    return ward


@pytest.mark.slow
async def test_each_request_has_one_winner_and_the_others_are_told_who(ward: Ward) -> None:
    """Once; `python -m tests.bench claim` does it a hundred times with workers that are processes."""
    codes = await ward.requests(REQUESTS, first=0)
    await ward.check(await ward.take_all(codes, ward.people, Random(0)))
