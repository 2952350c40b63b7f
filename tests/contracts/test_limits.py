"""The limiter against the plain statement of the limits, with time as data."""

from collections import defaultdict

from hypothesis import given
from hypothesis import strategies as st

from bot.channels.limits import Limiter

Arrival = tuple[float, str, bool]
CHATS = ("1", "2", "3", "-9", "-8")
arrivals = st.lists(
    st.tuples(st.floats(0, 2, allow_nan=False), st.sampled_from(CHATS), st.booleans()), min_size=1, max_size=120
)


def most_within(times: list[float], seconds: float) -> int:
    times = sorted(times)
    return max((sum(1 for time in times if start <= time < start + seconds - 1e-6) for start in times), default=0)


@given(arrivals)
def test_no_limit_is_ever_broken(steps: list[Arrival]) -> None:
    limiter = Limiter(5, 1, 4 / 60, patience=3.0)
    sent: dict[str, list[float]] = defaultdict(list)
    now = 1_000_000.0
    for gap, chat, bulk in steps:
        now += gap
        wait = limiter.reserve(chat, now, bulk=bulk)
        assert wait >= 0
        if wait <= (0 if bulk else 3.0):
            sent[chat].append(now + wait)
    assert most_within([time for times in sent.values() for time in times], 1.0) <= 5
    assert all(most_within(times, 1.0) <= 1 for times in sent.values())
    assert all(most_within(times, 60.0) <= 4 for chat, times in sent.items() if chat.startswith("-"))


@given(arrivals)
def test_waiting_as_told_is_enough(steps: list[Arrival]) -> None:
    limiter = Limiter(5, 1, 4 / 60)
    now = 1_000_000.0
    for gap, chat, _ in steps:
        now += gap
        wait = limiter.reserve(chat, now)
        if wait > limiter.patience:
            now += wait
            assert limiter.reserve(chat, now) <= 1e-6


def test_the_first_message_goes_at_once_and_the_second_a_second_later() -> None:
    limiter = Limiter(30, 1, 20 / 60)
    assert [limiter.reserve("7", 100.0) for _ in range(3)] == [0.0, 1.0, 2.0]
    assert limiter.reserve("8", 100.0) == 0.0


def test_the_bot_sends_thirty_a_second_in_all() -> None:
    limiter = Limiter(30, 1, 20 / 60)
    waits = [limiter.reserve(str(chat), 100.0) for chat in range(61)]
    assert waits == [0.0] * 30 + [1.0] * 30 + [2.0]


def test_a_group_gets_twenty_a_minute() -> None:
    limiter = Limiter(30, 1, 20 / 60)
    assert [limiter.reserve("-7", 100.0 + second) for second in range(20)] == [0.0] * 20
    assert limiter.reserve("-7", 120.0) == 40.0


def test_a_wait_over_the_patience_books_nothing() -> None:
    limiter = Limiter(30, 0.1, 20 / 60)
    assert limiter.reserve("7", 100.0) == 0.0
    assert limiter.reserve("7", 100.0) == 10.0
    assert limiter.reserve("7", 110.0) == 0.0


def test_zero_is_unlimited() -> None:
    limiter = Limiter(0, 0, 0)
    assert {limiter.reserve("-7", 100.0) for _ in range(1000)} == {0.0}
    assert len(limiter) == 0


def test_bulk_gets_what_replies_leave() -> None:
    limiter = Limiter(30, 1, 20 / 60)
    bulk = [limiter.reserve(f"b{chat}", 100.0, bulk=True) for chat in range(100)]
    assert bulk.count(0.0) == 20
    assert [limiter.reserve(f"r{chat}", 100.1) for chat in range(10)] == [0.0] * 10
    assert [limiter.reserve(f"c{chat}", 101.0, bulk=True) for chat in range(100)].count(0.0) == 10


def test_bulk_steals_no_place_that_a_reply_booked() -> None:
    limiter = Limiter(30, 1, 20 / 60)
    replies = [limiter.reserve(f"r{chat}", 100.0) for chat in range(90)]
    assert replies.count(0.0) == 30
    assert all(limiter.reserve(f"b{chat}", 101.0, bulk=True) > 0 for chat in range(50))


def test_idle_chats_are_forgotten() -> None:
    limiter = Limiter(0, 1, 20 / 60)
    for person in range(50_000):
        limiter.reserve(str(person), person * 0.01)
    assert len(limiter) <= 1024


def test_a_clock_set_back_blocks_nobody() -> None:
    limiter = Limiter(30, 1, 20 / 60)
    assert limiter.reserve("-7", 10_000.0) == 0.0
    assert limiter.reserve("-7", 100.0) == 0.0
