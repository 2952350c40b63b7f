"""One request, one volunteer: however many press *take* at once, over however many workers."""

from random import Random

import pytest

from bot.ports import Store
from tests.contracts.claiming import Ward

VOLUNTEERS, REQUESTS = 50, 200
ROUNDS = 2
"""`python -m tests.bench claim` runs 100 with workers that are processes."""


@pytest.fixture
async def ward(workers: tuple[Store, Store]) -> Ward:
    ward = Ward(workers, VOLUNTEERS)
    await ward.join()
    await ward.open()
    return ward


@pytest.mark.parametrize("number", range(ROUNDS))
async def test_each_request_has_one_winner_and_the_others_are_told_who(ward: Ward, number: int) -> None:
    codes = await ward.requests(REQUESTS, first=number * REQUESTS)
    await ward.check(await ward.take_all(codes, ward.people, Random(number)))
