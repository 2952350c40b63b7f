"""A platform that answers nobody is left alone until it answers again: nothing is written off meanwhile."""

from collections.abc import Sequence
from typing import Any

import pytest

from bot.channels.zalo_bot.channel import USED_UP_MS
from bot.errors import StoreDown
from bot.model import Session, Turn
from bot.service.circuit_breaker import IN_A_ROW, LONGEST_PAUSE_MS, TRIES_ALONE, channels_down
from tests.contracts.test_delivery import Platform, Workers, texts
from tests.contracts.test_delivery import platform as platform
from tests.contracts.test_delivery import workers as workers
from tests.emulators.faults import Fault, Faults

LONG = 10_000


async def is_down(workers: Workers) -> bool:
    name = workers.platform.channel.name
    return name in await channels_down(workers.stores[1], [name])


async def heals(workers: Workers) -> None:
    workers.platform.emulator.faults = Faults()
    await workers.pass_on(LONGEST_PAUSE_MS / 1000)
    await workers.until_all_is_sent(20)
    await workers.pass_on(1.0)
    assert not await is_down(workers)


def most_copies(people: Sequence[Any]) -> int:
    return max(texts(person).count(text) for person in people for text in texts(person))


@pytest.mark.parametrize("count", [1, 45])
@pytest.mark.parametrize("fault", ["reset", "drop"])
async def test_a_platform_that_cuts_every_call_off_loses_no_answer(
    platform: Platform, workers: Workers, fault: Fault, count: int
) -> None:
    people = [platform.somebody() for _ in range(count)]
    await workers.say(people[0], "chào")  # the Official Account has its token before
    await workers.until_all_is_sent()
    platform.emulator.fail_next(fault, times=LONG)
    for person in people:
        await workers.say(person, "một", "hai")
    await workers.settled()
    for _ in range(31):
        await workers.pass_on(1.0)
    assert await is_down(workers)
    assert await workers.stores[0].dead_letters() == []
    await heals(workers)
    assert [list(dict.fromkeys(texts(person)))[-2:] for person in people] == [["một", "hai"]] * count
    assert most_copies(people) <= 2


async def test_an_outage_is_named_within_seconds_also_where_one_person_writes(
    platform: Platform, workers: Workers
) -> None:
    person = platform.somebody()
    platform.emulator.fail_next("html", times=LONG)
    await workers.say(person, "một")
    await workers.settled()
    await workers.pass_on(1.0)
    assert await is_down(workers)
    await heals(workers)
    assert texts(person) == ["một"]


@pytest.mark.parametrize(("fault", "count"), [(500, 1), (500, 5), ("html", 1), ("html", 5), ("reset", 5)])
async def test_a_platform_that_fails_at_every_message_is_named_and_left_alone(
    platform: Platform, workers: Workers, fault: Fault, count: int
) -> None:
    """Also where it still says who we are, and only messages come to nothing."""
    people = [platform.somebody() for _ in range(count)]
    platform.emulator.fail_next(fault, method=platform.message, times=LONG)
    for person in people:
        await workers.say(person, "một")
    await workers.settled()
    for _ in range(0 if count >= IN_A_ROW else 60):
        await workers.pass_on(1.0)
    assert await is_down(workers)
    assert await workers.stores[0].dead_letters() == []
    tries = LONG - platform.emulator.faults.waiting
    assert tries <= max(count, TRIES_ALONE) + 8
    await heals(workers)
    assert [texts(person) for person in people] == [["một"]] * count


@pytest.mark.parametrize("platform", ["telegram"], indirect=True)
async def test_while_the_store_cannot_say_what_is_down_an_outage_stays_one(
    platform: Platform, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a cluster, the node with that note may be gone alone."""
    people = [platform.somebody() for _ in range(20)]
    platform.emulator.fail_next(500, times=LONG)
    for person in people:
        await workers.say(person, "một")
    await workers.settled()
    assert await is_down(workers)

    async def gone(name: str) -> bytes | None:
        raise StoreDown(f"The node with {name} is gone.")

    with monkeypatch.context() as patch:
        for store in workers.stores:
            patch.setattr(store, "aside", gone)
        before = platform.emulator.faults.waiting
        for _ in range(20):
            await workers.pass_on(1.0)
        assert before - platform.emulator.faults.waiting <= 60, "only probes leave"
    await heals(workers)
    assert [texts(person) for person in people] == [["một"]] * len(people)


@pytest.mark.parametrize("platform", ["telegram"], indirect=True)
@pytest.mark.parametrize(("fault", "count"), [("reset", IN_A_ROW), (500, IN_A_ROW), (500, 1)])
async def test_who_fails_while_others_get_through_is_no_outage_of_the_platform(
    platform: Platform, workers: Workers, fault: Fault, count: int
) -> None:
    """Also where they fail again at the same moment, and nobody else has anything to send just then.

    Each worker learns that by itself.
    """
    del workers.senders[1]
    unlucky, other = [platform.somebody() for _ in range(count)], platform.somebody()
    for person in unlucky:
        platform.emulator.fail_next(fault, method="sendMessage", chat=str(person.id), times=LONG)
        await workers.say(person, "một", "hai")
        await workers.settled()
        await workers.say(other, "ba")
        await workers.settled()
    assert not await is_down(workers)
    for _ in range(60):
        await workers.pass_on(1.0)
        assert not await is_down(workers)
    platform.emulator.faults = Faults()
    await workers.pass_on(LONGEST_PAUSE_MS / 1000)
    await workers.say(unlucky[0], "bốn")
    await workers.until_all_is_sent(20)
    platform.emulator.fail_next(fault, times=LONG)
    for person in [platform.somebody() for _ in range(IN_A_ROW)]:
        await workers.say(person, "một")
    await workers.settled()
    assert await is_down(workers)


REFUSALS: Sequence[tuple[str, Fault, str]] = [
    ("telegram", 403, "Forbidden"),
    ("telegram", 403, "Forbidden: bot was blocked by the user"),
    ("telegram", 400, "Bad Request: something is wrong"),
    ("zalo-bot", 400, "Bad Request"),
    ("zalo-bot", 409, "Conflict"),
    ("zalo-oa", -217, "blocked"),
    ("zalo-oa", -201, "Params is invalid"),
]


@pytest.mark.parametrize(("platform", "fault", "words"), REFUSALS, indirect=["platform"])
async def test_what_is_said_to_everybody_is_not_believed_of_each(
    platform: Platform, workers: Workers, fault: Fault, words: str
) -> None:
    people = [platform.somebody() for _ in range(20)]
    platform.emulator.fail_next(fault, method=platform.message, words=words, times=LONG)
    for person in people:
        await workers.say(person, "một")
    await workers.settled()
    assert await is_down(workers)
    for _ in range(60):
        await workers.pass_on(1.0)
    given_up = await workers.stores[0].dead_letters()
    assert len(given_up) < IN_A_ROW
    await heals(workers)
    assert sum(texts(person) == ["một"] for person in people) == len(people) - len(given_up)


REFUSED_PLAINLY = [each for each in REFUSALS if each[1] in (400, -201)]


@pytest.mark.parametrize(("platform", "fault", "words"), REFUSED_PLAINLY, indirect=["platform"])
async def test_what_was_refused_to_the_first_goes_back_once_everybody_is_refused(
    platform: Platform, workers: Workers, fault: Fault, words: str
) -> None:
    """Also several messages of one person, before anybody else wrote."""
    people = [platform.somebody() for _ in range(20)]
    platform.emulator.fail_next(fault, method=platform.message, words=words, times=LONG)
    await workers.say(people[0], "một", "hai")
    await workers.settled()
    assert len(await workers.stores[0].dead_letters()) == 2
    for person in people[1:]:
        await workers.say(person, "một", "hai")
    await workers.say(people[0], "ba")
    await workers.settled()
    for _ in range(120):
        await workers.pass_on(LONGEST_PAUSE_MS / 1000)
    assert await is_down(workers)
    assert await workers.stores[0].dead_letters() == []
    await heals(workers)
    assert [texts(person) for person in people] == [["một", "hai", "ba"], *[["một", "hai"]] * 19]
    assert await workers.stores[0].dead_letters() == []


@pytest.mark.parametrize("platform", ["telegram"], indirect=True)
async def test_what_is_refused_in_a_row_for_a_fault_of_its_own_is_believed_once_others_get_through(
    platform: Platform, workers: Workers
) -> None:
    people, too_long = [platform.somebody() for _ in range(IN_A_ROW)], "x" * 5000
    for person in people:
        await workers.say(person, too_long)
        await workers.settled()
    assert await is_down(workers)
    await workers.pass_on(0.0)
    assert await workers.stores[0].dead_letters() == []
    for person in people:
        await workers.say(person, "hai")
    somebody = platform.somebody()
    await workers.say(somebody, "chào")
    for _ in range(2 * IN_A_ROW):
        await workers.pass_on(LONGEST_PAUSE_MS / 1000)
    assert not await is_down(workers)
    assert [texts(person) for person in (somebody, *people)] == [["chào"], *[["hai"]] * IN_A_ROW]
    letters = await workers.stores[0].dead_letters()
    assert [(each.number, each.state) for each in letters] == [(1, "refused")] * IN_A_ROW


@pytest.mark.parametrize("platform", ["telegram"], indirect=True)
async def test_what_left_after_it_is_not_sent_before_it(platform: Platform, workers: Workers) -> None:
    """Another worker got a later message of this conversation through: the refusal was meant for the first alone."""
    person, others = platform.somebody(), [platform.somebody() for _ in range(IN_A_ROW)]
    await workers.say(person, "x" * 5000)
    await workers.settled()
    chat, two = platform.chat_of(person), workers.stores[1]
    await two.commit(chat, await two.load(chat), Turn(Session()), [b"x"], pulled=False)
    two.delivered(chat, 2)
    platform.emulator.fail_next(400, method="sendMessage", words="Bad Request", times=LONG)
    for other in others:
        await workers.say(other, "một")
    await workers.settled()
    await workers.pass_on(1.0)
    assert await is_down(workers)
    assert [each.chat for each in await two.dead_letters()] == [chat]
    await heals(workers)
    assert texts(person) == []


@pytest.mark.parametrize("platform", ["zalo-bot"], indirect=True)
async def test_a_rate_of_zalo_throws_nothing_away_and_is_named(platform: Platform, workers: Workers) -> None:
    people = [platform.somebody() for _ in range(20)]
    platform.emulator.fail_next(429, method="sendMessage", words="Quota exceeded", times=LONG)
    for person in people:
        await workers.say(person, "một", "hai")
    await workers.settled()
    for _ in range(10):
        await workers.pass_on(60.0)
        assert await is_down(workers)
    assert await workers.stores[0].dead_letters() == []
    await heals(workers)
    assert [texts(person) for person in people] == [["một", "hai"]] * len(people)


@pytest.mark.parametrize("platform", ["zalo-bot"], indirect=True)
async def test_a_month_that_zalo_says_is_used_up_for_an_hour_keeps_no_old_answers(
    platform: Platform, workers: Workers
) -> None:
    people = [platform.somebody() for _ in range(2 * IN_A_ROW)]
    platform.emulator.fail_next(429, method="sendMessage", words="Quota exceeded", times=LONG)
    for person in people:
        await workers.say(person, "một")
    await workers.settled()
    assert await workers.stores[0].dead_letters() == []
    await workers.pass_on(USED_UP_MS / 1000)
    await workers.until_all_is_sent(20)
    await workers.pass_on(1.0)
    assert not await is_down(workers)
    assert len(await workers.stores[0].dead_letters()) == len(people)


async def test_a_message_that_is_refused_does_not_hold_up_what_follows(platform: Platform, workers: Workers) -> None:
    person, somebody = platform.somebody(), platform.somebody()
    fault: Fault = -201 if platform.channel.name == "zalo-oa" else 400
    platform.emulator.fail_next(fault, method=platform.message, words="Bad Request: it is wrong", times=2)
    await workers.say(person, "một", "hai", "ba")
    await workers.say(somebody, "một")
    await workers.settled()
    assert not await is_down(workers)
    assert texts(person)[-1:] == ["ba"]


@pytest.mark.parametrize("platform", ["telegram"], indirect=True)
async def test_a_person_whom_one_word_of_telegram_is_about_waits_alone(
    platform: Platform, workers: Workers, caplog: pytest.LogCaptureFixture
) -> None:
    person, somebody = platform.somebody(), platform.somebody()
    platform.emulator.fail_next(403, method="sendMessage", words="Forbidden: for a reason of its own", times=1)
    await workers.say(person, "một", "hai")
    await workers.settled()
    await workers.say(somebody, "một")
    await workers.until_all_is_sent()
    assert (texts(person), texts(somebody)) == (["một", "hai"], ["một"])
    assert workers.told == []
    assert "takes nothing" not in caplog.text, "it took what was for others"
    assert "telegram turned one person down" in caplog.text
