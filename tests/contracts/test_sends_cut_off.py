"""A platform that takes calls and answers none, while it still says who we are, gets few second copies."""

from collections.abc import Sequence
from typing import Any

import pytest

from bot.service.circuit_breaker import LONGEST_PAUSE_MS
from tests.contracts.test_delivery import Platform, Workers, texts
from tests.contracts.test_delivery import platform as platform
from tests.contracts.test_delivery import workers as workers
from tests.contracts.test_outage_of_a_platform import LONG, heals, is_down, most_copies
from tests.emulators.faults import Fault, Faults
from tests.patience import until

TEN_MINUTES = 600
FEW = 8
"""After 10.5, 21, 42, 84 and 168 seconds, and then every 120."""


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


SHORT = 10
"""Seconds: an outage so long costs nobody an answer."""
SOON = 6
"""Seconds after its end in which all that waited is sent, also where nobody writes anything new."""


async def outage(workers: Workers, people: Sequence[Any], seconds: int, fault: Fault = "reset") -> int:
    """Everybody is written to at the beginning of one in which only messages fail: so many seconds more it took."""
    workers.platform.emulator.fail_next(fault, method=workers.platform.message, times=LONG)
    for person in people:
        await workers.say(person, "một")
    await workers.settled()
    for _ in range(seconds):
        await workers.pass_on(1.0)
    workers.platform.emulator.faults = Faults()
    for second in range(3 * LONGEST_PAUSE_MS // 1000):
        if not await workers.stores[0].backlog():
            return second
        await workers.pass_on(1.0)
    raise AssertionError("it was never sent")


@pytest.mark.parametrize("alone", [True, False], ids=["one-worker", "two-workers"])
@pytest.mark.parametrize("fault", ["reset", "drop"])
@pytest.mark.parametrize("count", [1, 2, 20])
async def test_a_short_outage_loses_nothing_and_is_over_soon(
    platform: Platform, workers: Workers, count: int, fault: Fault, alone: bool
) -> None:
    """Nobody else writes: what tells that it is over can only be a second copy."""
    if alone:
        del workers.senders[1]
    people = [platform.somebody() for _ in range(count)]
    await workers.say(people[0], "chào")  # the Official Account has its token before
    await workers.until_all_is_sent()
    for seconds in (5, SHORT):
        before = [copies([person])[0] for person in people]
        took = await outage(workers, people, seconds, fault)
        assert took <= SOON
        came = [copies([person])[0] - had for person, had in zip(people, before, strict=True)]
        assert 1 <= min(came) <= max(came) <= 2
    assert await workers.stores[0].dead_letters() == []


async def test_what_was_seen_in_former_outages_gives_nobody_up(platform: Platform, workers: Workers) -> None:
    """Another worker got their messages through: this one never learnt that each of them can be reached again."""
    people = [platform.somebody() for _ in range(20)]
    await workers.say(people[0], "chào")
    await workers.until_all_is_sent()
    for seconds in (SHORT, SHORT, 3 * SHORT):
        platform.emulator.fail_next("reset", method=platform.message, times=LONG)
        for person in people:
            await workers.say(person, "một")
        await workers.settled()
        for _ in range(seconds):
            await workers.pass_on(1.0)
        assert await is_down(workers)
        platform.emulator.faults = Faults()
        busy = workers.senders.pop(0)
        await workers.until_all_is_sent()
        workers.senders.insert(0, busy)
        await workers.pass_on(1.0)
        await workers.pass_on(1.0)
    assert len(await workers.stores[0].dead_letters()) <= 2, "the second copies of thirty seconds"


async def test_as_soon_as_somebody_else_is_answered_who_is_in_doubt_is_tried_again(
    platform: Platform, workers: Workers
) -> None:
    person, somebody = platform.somebody(), platform.somebody()
    await workers.say(somebody, "chào")
    await workers.until_all_is_sent()
    platform.emulator.fail_next("reset", method=platform.message)
    await workers.say(person, "một")
    await workers.settled()
    await workers.pass_on(1.0)
    assert texts(person) == []
    await workers.say(somebody, "hai")
    await workers.settled()
    await workers.pass_on(1.0)
    await workers.pass_on(1.0)
    assert texts(person) == ["một"]


@pytest.mark.parametrize("platform", ["telegram"], indirect=True)
async def test_what_left_before_and_is_answered_after_proves_nothing(platform: Platform, workers: Workers) -> None:
    person, somebody = platform.somebody(), platform.somebody()
    platform.emulator.fail_next("delay", method=platform.message, seconds=0.5)
    await workers.say(somebody, "chào")
    await until(lambda: bool(texts(somebody)))
    platform.emulator.fail_next("reset", method=platform.message, times=LONG)
    await workers.say(person, "một")
    await workers.settled()
    await workers.pass_on(1.0)
    await workers.pass_on(1.0)
    assert LONG - platform.emulator.faults.waiting == 1, "the second copy is kept for when it can arrive"
