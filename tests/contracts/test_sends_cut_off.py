"""A platform that takes calls and answers none, while it still says who we are, gets few second copies."""

from collections.abc import Sequence
from typing import Any

from bot.breaker import LONGEST_PAUSE_MS
from tests.contracts.test_delivery import Platform, Workers, texts
from tests.contracts.test_delivery import platform as platform
from tests.contracts.test_delivery import workers as workers
from tests.contracts.test_outage_of_a_platform import LONG, heals, is_down, most_copies
from tests.emulators.faults import Faults

TEN_MINUTES = 600
FEW = 7
"""At once, and after 30, 60, 120, 120, 120 and 120 seconds more."""


async def cut_off(workers: Workers, people: Sequence[Any]) -> None:
    """Everybody is written to while the platform takes messages and answers none."""
    await workers.say(people[0], "chào")  # the Official Account has its token before
    await workers.until_all_is_sent()
    workers.platform.emulator.fail_next("drop", method=workers.platform.message, times=LONG)
    for person in people:
        await workers.say(person, "một", "hai")
    await workers.settled()
    assert await is_down(workers)


def copies(people: Sequence[Any], text: str = "một") -> list[int]:
    return [texts(person).count(text) for person in people]


async def test_in_ten_minutes_few_of_all_are_sent_a_second_copy(platform: Platform, workers: Workers) -> None:
    people = [platform.somebody() for _ in range(45)]
    await cut_off(workers, people)
    for _ in range(TEN_MINUTES):
        await workers.pass_on(1.0)
    found = copies(people)
    assert (min(found), max(found), found.count(2)) == (1, 2, FEW)
    assert len(await workers.stores[0].dead_letters()) <= FEW + copies(people, "hai").count(2)
    await heals(workers)
    assert [list(dict.fromkeys(texts(person)))[-2:] for person in people] == [["một", "hai"]] * len(people)
    assert most_copies(people) <= 2


async def test_what_was_never_tried_is_the_probe(platform: Platform, workers: Workers) -> None:
    """Its first copy is owed; nobody else is sent anything twice for it."""
    people = [platform.somebody() for _ in range(6)]
    await cut_off(workers, people)
    await workers.pass_on(1.0)
    await workers.pass_on(1.0)
    before, new = copies(people), platform.somebody()
    await workers.say(new, "mới")
    for _ in range(LONGEST_PAUSE_MS // 1000):
        if not texts(new):
            await workers.pass_on(1.0)
    assert (texts(new), copies(people)) == (["mới"], before)


async def test_it_is_known_at_once_that_it_is_over_where_somebody_else_is_answered(
    platform: Platform, workers: Workers
) -> None:
    people = [platform.somebody() for _ in range(6)]
    await cut_off(workers, people)
    for _ in range(TEN_MINUTES):
        await workers.pass_on(1.0)
    platform.emulator.faults = Faults()
    new = platform.somebody()
    await workers.say(new, "mới")
    await workers.settled()
    await workers.pass_on(LONGEST_PAUSE_MS / 1000)
    await workers.pass_on(1.0)
    assert not await is_down(workers)
    assert texts(new) == ["mới"]
    await workers.until_all_is_sent()
    assert [list(dict.fromkeys(texts(person)))[-2:] for person in people] == [["một", "hai"]] * len(people)
    assert most_copies(people) <= 2
