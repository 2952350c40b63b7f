"""The limits against their plain statement, with time as data; and whose turn comes first, by the clock."""

import asyncio
from collections import defaultdict
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.channels.rate_limit import BURST, Limiter, Limits
from bot.ports.store import Priority

REPLY, CALL, BULK = Priority
Arrival = tuple[float, str, Priority]
CHATS = ("1", "2", "3", "-9", "-8")
arrivals = st.lists(
    st.tuples(st.floats(0, 2, allow_nan=False), st.sampled_from(CHATS), st.sampled_from(Priority)),
    min_size=1,
    max_size=120,
)


def most_within(times: list[float], seconds: float) -> int:
    times = sorted(times)
    return max((sum(1 for time in times if start <= time < start + seconds - 1e-6) for start in times), default=0)


@given(arrivals)
def test_no_limit_is_ever_broken(steps: list[Arrival]) -> None:
    limits = Limits(5, 1, 4 / 60)
    sent: dict[str, list[float]] = defaultdict(list)
    now = 1_000_000.0
    for gap, chat, priority in steps:
        now += gap
        if limits.take(chat, now, priority):
            sent[chat].append(now)
    assert most_within([time for times in sent.values() for time in times], 1.0) <= 5
    assert all(most_within(times, 1.0) <= 1 for times in sent.values())
    assert all(most_within(times, 60.0) <= 4 for chat, times in sent.items() if chat.startswith("-"))


@given(arrivals)
def test_waiting_as_told_is_enough(steps: list[Arrival]) -> None:
    limits = Limits(5, 1, 4 / 60)
    now = 1_000_000.0
    for gap, chat, priority in steps:
        now += gap
        if not limits.take(chat, now, priority):
            now = limits.earliest(chat, now, priority)
            assert limits.take(chat, now + 1e-6, priority)


def test_a_chat_gets_one_a_second_and_a_group_twenty_a_minute() -> None:
    limits = Limits(30, 1, 20 / 60)
    assert [limits.take("7", 100.0, REPLY) for _ in range(2)] == [True, False]
    assert limits.take("8", 100.0, REPLY)
    assert limits.earliest("7", 100.5, REPLY) == 101.0
    assert [limits.take("-7", 100.0 + second, REPLY) for second in range(20)] == [True] * 20
    assert limits.earliest("-7", 120.0, REPLY) == 160.0


def test_zero_is_unlimited() -> None:
    limits = Limits(0, 0, 0)
    assert all(limits.take("-7", 100.0, priority) for priority in Priority for _ in range(1000))
    assert len(limits) == 0


def test_each_priority_leaves_places_to_those_above() -> None:
    limits = Limits(30, 1, 20 / 60)
    moments = [100.0 + number / 100 for number in range(104)]
    taken = {priority: 0 for priority in Priority}
    for moment, priority in zip(moments, [BULK] * 70 + [CALL] * 17 + [REPLY] * 17, strict=True):
        taken[priority] += limits.take(f"{priority} {moment}", moment, priority)
    assert taken == {BULK: 20, CALL: 5, REPLY: 5}


def test_messages_leave_spaced_out() -> None:
    limits = Limits(30, 0, 0)
    assert [limits.take("1", 100.0, REPLY) for _ in range(5)] == [True] * BURST + [False] * 2
    assert limits.take("1", 100.11, REPLY)


@given(
    st.lists(st.floats(0, 0.24), min_size=200, max_size=200), st.sampled_from([(15, 15), (17.5, 12.5), (10, 10, 10)])
)
def test_no_second_holds_more_than_the_rate_where_messages_are_held_up_on_their_way(
    late: list[float], shares: tuple[float, ...]
) -> None:
    """Several workers with all there is to send; what left first may arrive last."""
    arrived = list[float]()
    for share in shares:
        limits, held_up = Limits(30, 0, 0, 0.25), iter(late)
        limits.all.resize(share)
        for tick in range(300):
            moment = 100.0 + tick / 100
            while limits.take("1", moment, REPLY):
                arrived.append(moment + next(held_up))
    assert most_within(arrived, 1.0) <= 30


def test_another_rate_counts_what_was_sent_before() -> None:
    limits = Limits(30, 0, 0)
    assert [limits.take("1", 100.0 + number / 10, REPLY) for number in range(10)] == [True] * 10
    limits.all.resize(10)
    assert not limits.take("1", 101.0, REPLY), "not all messages take the same time to get there"
    assert limits.take("1", 101.1, REPLY)


def test_idle_chats_are_forgotten() -> None:
    limits = Limits(0, 1, 20 / 60)
    for person in range(50_000):
        limits.take(str(person), person * 0.01, REPLY)
    assert len(limits) <= 1024


async def test_replies_have_their_turn_before_calls_that_came_first() -> None:
    limiter, order = Limiter(12, 0, 0, patience=60.0), list[str]()

    async def send(name: str, priority: Priority) -> None:
        assert await limiter.turn(name, priority) == 0
        order.append(name)

    calls = [asyncio.create_task(send(f"call {number}", CALL)) for number in range(24)]
    await asyncio.sleep(0)
    replies = [asyncio.create_task(send(f"reply {number}", REPLY)) for number in range(8)]
    await asyncio.gather(*calls, *replies)
    assert order[:BURST] == [f"call {number}" for number in range(BURST)], "nobody else was there"
    assert order[BURST:][:8] == [f"reply {number}" for number in range(8)]
    assert sorted(order[BURST + 8 :]) == sorted(f"call {number}" for number in range(BURST, 24))


async def test_whoever_would_wait_too_long_is_told_when_to_come_back_and_not_all_at_once() -> None:
    limiter = Limiter(6, 0, 0, patience=0.0)
    waits = [await limiter.turn(str(number), CALL) for number in range(12)]
    assert [wait > 0 for wait in waits] == [False] * BURST + [True] * 9
    assert all(later - earlier > 0.15 for earlier, later in pairwise(waits[BURST + 1 :]))


async def test_without_a_share_nothing_leaves_and_with_one_what_waits_does() -> None:
    limiter = Limiter(30, 0, 0)
    limiter.set_share(0.0, 0.0)
    assert not limiter.try_turn("1", REPLY)
    assert await limiter.turn("1") > limiter.patience, "it is told to come back"
    limiter.set_share(2.0, asyncio.get_running_loop().time() + 60)
    assert [limiter.try_turn("1", REPLY) for _ in range(3)] == [True, True, False]
    limiter.set_share(30.0, asyncio.get_running_loop().time() - 1)
    assert not limiter.try_turn("1", REPLY), "its time is over"
