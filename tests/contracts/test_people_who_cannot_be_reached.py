"""Who blocked the bot, or is not known to the platform, keeps nobody else waiting, however many of them write."""

from collections.abc import Sequence
from typing import Any

import pytest

from bot.model import Reply, Session, Turn
from bot.service.circuit_breaker import IN_A_ROW, LONGEST_PAUSE_MS
from tests.contracts.test_delivery import Platform, Workers, texts
from tests.contracts.test_delivery import platform as platform
from tests.contracts.test_delivery import workers as workers
from tests.contracts.test_outage_of_a_platform import LONG, is_down
from tests.emulators import telegram_world, zalo_bot_world
from tests.emulators.faults import Faults

ANSWERS: Sequence[tuple[str, int, str]] = [
    ("telegram", 403, "Forbidden: bot was blocked by the user"),
    ("telegram", 403, "Forbidden: for a reason that is new"),
    ("telegram", 400, "Bad Request: chat not found"),
    ("zalo-bot", 400, "Bad Request: chat not found"),
    ("zalo-bot", 403, "Internal server error"),
]
each_answer = pytest.mark.parametrize(("platform", "code", "words"), ANSWERS, indirect=["platform"])


def unreachable(platform: Platform, code: int, words: str) -> Any:
    world = telegram_world if platform.channel.name == "telegram" else zalo_bot_world
    person = platform.somebody()
    person.record.refusal = world.ApiError(code, words)
    return person


async def write(workers: Workers, how_many: int, code: int, words: str) -> None:
    """So many who cannot be reached write some lines each, one after the other."""
    for _ in range(how_many):
        await workers.say(unreachable(workers.platform, code, words), "một", "hai", "ba")
        await workers.settled()


@each_answer
@pytest.mark.parametrize("how_many", [IN_A_ROW, 10])
async def test_who_writes_after_people_who_cannot_be_reached_is_answered_at_once(
    platform: Platform, workers: Workers, how_many: int, code: int, words: str
) -> None:
    await write(workers, how_many, code, words)
    assert await is_down(workers), "it says so of everybody, as far as anybody knows"
    for _ in range(60):
        await workers.pass_on(1.0)
    person = platform.somebody()
    await workers.say(person, "chào", "bác")
    await workers.settled()
    assert texts(person) == ["chào", "bác"]
    await workers.pass_on(1.0)
    assert not await is_down(workers)


@each_answer
async def test_many_who_cannot_be_reached_and_write_all_the_time_slow_nobody_down(
    platform: Platform, workers: Workers, code: int, words: str
) -> None:
    for _ in range(20):
        await write(workers, IN_A_ROW, code, words)
        person = platform.somebody()
        await workers.say(person, "chào")
        await workers.settled()
        assert texts(person) == ["chào"]
        await workers.pass_on(1.0)
    for _ in range(40):  # those lines are given up, too, that nobody believed at first
        await workers.say(person, "bác")
        await workers.pass_on(LONGEST_PAUSE_MS / 1000)
    assert not await workers.stores[0].backlog()


@each_answer
async def test_another_worker_that_hears_of_it_answers_at_once(
    platform: Platform, workers: Workers, code: int, words: str
) -> None:
    await write(workers, IN_A_ROW, code, words)
    await workers.pass_on(1.0)
    person, store, other = platform.somebody(), workers.stores[1], workers.senders[1]
    chat = platform.chat_of(person)
    assert other._breakers[chat.channel].down
    parcels = [platform.channel.render(chat, each, "") for each in (Reply("chào"), Reply("bác"))]
    saved = await store.commit(chat, await store.load(chat), Turn(Session()), parcels, pulled=False)
    other.send_saved(chat, saved, parcels, platform.clock.steady_ms())
    await workers.settled()
    assert texts(person) == ["chào", "bác"]


@each_answer
async def test_what_is_due_later_goes_out_when_it_is_due(
    platform: Platform, workers: Workers, code: int, words: str
) -> None:
    """Also where nobody else has anything to send, and those who cannot be reached are tried again and again."""
    person = platform.somebody()
    chat, store = platform.chat_of(person), workers.stores[0]
    parcels = [platform.channel.render(chat, Reply("hẹn"), "")]
    await store.commit(chat, await store.load(chat), Turn(Session()), parcels, pulled=False)
    await store.postpone(chat, 20_000)
    await write(workers, 10, code, words)
    for _ in range(21):
        await workers.pass_on(1.0)
    assert texts(person) == ["hẹn"]


@each_answer
async def test_after_an_outage_those_who_cannot_be_reached_hold_up_nobody(
    platform: Platform, workers: Workers, code: int, words: str
) -> None:
    """Whatever they are answered, the platform answers again."""
    platform.emulator.fail_next(500, times=LONG)
    await write(workers, 10, code, words)
    person = platform.somebody()
    await workers.say(person, "chào")
    await workers.settled()
    for _ in range(120):
        await workers.pass_on(1.0)
    assert await is_down(workers)
    platform.emulator.faults = Faults()
    await workers.pass_on(LONGEST_PAUSE_MS / 1000)
    await workers.pass_on(1.0)
    assert texts(person) == ["chào"]


@each_answer
async def test_they_are_tried_ever_more_rarely(platform: Platform, workers: Workers, code: int, words: str) -> None:
    """A platform that says so to everybody is not asked more often than one that is down."""
    people = [platform.somebody() for _ in range(20)]
    platform.emulator.fail_next(code, method=platform.message, words=words, times=LONG)
    for person in people:
        await workers.say(person, "một")
        await workers.settled()
    for _ in range(60):
        await workers.pass_on(1.0)
    before = platform.emulator.faults.waiting
    for _ in range(300):
        await workers.pass_on(1.0)
    assert 0 < before - platform.emulator.faults.waiting <= 2 * len(workers.senders) * 300_000 / LONGEST_PAUSE_MS
