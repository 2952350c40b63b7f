"""Business hours, in Vietnamese time, over lunch, midnight, holidays and the ends of months."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.hours import DAYS, VIETNAM, Span, is_open, next_opening

WEEKDAYS = DAYS[:5]
OFFICE = (Span(WEEKDAYS, 480, 690), Span(WEEKDAYS, 810, 1020), Span(("sat",), 480, 690))


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+07:00")


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("2026-11-24 07:59:59", False),
        ("2026-11-24 08:00", True),
        ("2026-11-24 11:29:59", True),
        ("2026-11-24 11:30", False),
        ("2026-11-24 13:29", False),
        ("2026-11-24 13:30", True),
        ("2026-11-24 17:00", False),
        ("2026-11-28 09:00", True),
        ("2026-11-28 14:00", False),
        ("2026-11-29 09:00", False),
        ("2027-01-01 09:00", False),
    ],
)
def test_is_open(when: str, expected: bool) -> None:
    assert is_open(OFFICE, {date(2027, 1, 1)}, at(when)) is expected


@pytest.mark.parametrize(
    ("when", "opens"),
    [
        ("2026-11-24 06:00", "2026-11-24 08:00"),
        ("2026-11-24 12:00", "2026-11-24 13:30"),
        ("2026-11-24 09:00", "2026-11-24 13:30"),
        ("2026-11-24 20:00", "2026-11-25 08:00"),
        ("2026-11-28 12:00", "2026-11-30 08:00"),
        ("2026-11-30 23:59", "2026-12-01 08:00"),
        ("2026-12-31 17:00", "2027-01-02 08:00"),
        ("2028-02-28 18:00", "2028-02-29 08:00"),
    ],
)
def test_next_opening(when: str, opens: str) -> None:
    assert next_opening(OFFICE, {date(2027, 1, 1)}, at(when)) == at(opens)


def test_a_time_from_elsewhere_is_read_in_vietnam() -> None:
    assert is_open(OFFICE, (), datetime(2026, 11, 24, 1, 0, tzinfo=UTC))
    assert not is_open(OFFICE, (), datetime(2026, 11, 24, 0, 59, tzinfo=UTC))


def test_what_never_opens_and_what_never_closes_have_no_next_opening() -> None:
    assert next_opening((), (), at("2026-11-24 09:00")) is None
    always = (Span(DAYS, 0, 1440),)
    assert is_open(always, (), at("2026-11-24 23:59:59"))
    assert next_opening(always, (), at("2026-11-24 09:00")) is None


def test_holidays_on_each_of_its_days_only_move_a_weekly_opening() -> None:
    sundays = (Span(("sun",), 480, 690),)
    holidays = {date(2026, 11, 29) + timedelta(weeks=week) for week in range(5)}
    assert next_opening(sundays, holidays, at("2026-11-24 09:00")) == at("2027-01-03 08:00")


def test_a_night_shift_is_two_spans_and_midnight_opens_no_door() -> None:
    night = (Span(DAYS, 1320, 1440), Span(DAYS, 0, 360))
    assert is_open(night, (), at("2026-11-25 00:00"))
    assert next_opening(night, (), at("2026-11-24 23:00")) == at("2026-11-25 22:00")


spans = st.builds(
    lambda days, ends: Span(tuple(sorted(days)), min(ends), max(ends)),
    st.sets(st.sampled_from(DAYS), min_size=1),
    st.sets(st.integers(0, 1440), min_size=2, max_size=2),
)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2029, 1, 1)).map(lambda naive: naive.replace(tzinfo=VIETNAM))  # noqa: DTZ001
holidays = st.sets(st.dates(date(2026, 1, 1), date(2029, 2, 1)), max_size=30)


@given(st.lists(spans, max_size=4), holidays, moments)
def test_at_the_next_opening_a_closed_door_opens(hours: Sequence[Span], off: set[date], when: datetime) -> None:
    opening = next_opening(hours, off, when)
    if opening is not None:
        assert opening > when
        assert is_open(hours, off, opening)
        assert not is_open(hours, off, opening - timedelta(minutes=1))
        assert opening.date() not in off


@given(st.lists(spans, max_size=4), holidays, moments, st.integers(1, 20_000))
def test_nothing_opens_before_the_next_opening(
    hours: Sequence[Span], off: set[date], when: datetime, minutes: int
) -> None:
    between = when + timedelta(minutes=minutes)
    opening = next_opening(hours, off, when)
    if not is_open(hours, off, when) and (opening is None or between < opening):
        assert not is_open(hours, off, between)


@given(st.lists(spans, min_size=1, max_size=4), holidays, moments)
def test_a_closed_place_with_hours_opens_again(hours: Sequence[Span], off: set[date], when: datetime) -> None:
    if not is_open(hours, off, when):
        assert next_opening(hours, off, when) is not None
