"""Business hours, in Vietnamese time, over lunch, midnight, holidays and the ends of months."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.model.hours import DAYS, VIETNAM, Span, is_open, next_opening, when_open

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


@pytest.mark.parametrize(
    ("start", "minutes", "expected"),
    [
        ("2026-11-24 09:00", 30, "2026-11-24 09:30"),
        ("2026-11-24 11:00", 30, "2026-11-24 11:30"),
        ("2026-11-24 11:15", 30, "2026-11-24 13:45"),
        ("2026-11-24 20:00", 30, "2026-11-25 08:30"),
        ("2026-11-28 11:20", 30, "2026-11-30 08:20"),
        ("2026-12-31 16:45", 30, "2027-01-02 08:15"),
        ("2028-02-28 16:45", 480, "2028-03-01 08:45"),
        ("2027-02-04 16:50", 30, "2027-02-15 08:20"),
        ("2026-11-24 12:00", 0, "2026-11-24 13:30"),
    ],
)
def test_the_clock_stops_while_it_is_closed(start: str, minutes: int, expected: str) -> None:
    tet = {date(2027, 2, 5) + timedelta(days=day) for day in range(10)}
    assert when_open(OFFICE, {date(2027, 1, 1)} | tet, at(start), minutes * 60) == at(expected)


def test_spans_that_overlap_count_once_and_midnight_does_not_stop_the_clock() -> None:
    double = (Span(DAYS, 480, 600), Span(DAYS, 540, 660))
    assert when_open(double, (), at("2026-11-24 08:00"), 3 * 3600) == at("2026-11-24 11:00")
    night = (Span(DAYS, 1320, 1440), Span(DAYS, 0, 360))
    assert when_open(night, (), at("2026-11-24 23:30:30"), 3600) == at("2026-11-25 00:30:30")


def test_what_never_opens_has_no_such_moment() -> None:
    assert when_open((), (), at("2026-11-24 09:00"), 60) is None


spans = st.builds(
    lambda days, ends: Span(tuple(sorted(days)), min(ends), max(ends)),
    st.sets(st.sampled_from(DAYS), min_size=1),
    st.sets(st.integers(0, 1440), min_size=2, max_size=2),
)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2029, 1, 1)).map(lambda naive: naive.replace(tzinfo=VIETNAM))  # noqa: DTZ001
single_days = st.sets(st.dates(date(2026, 1, 1), date(2029, 2, 1)), max_size=20)
TET = [date(2026, 2, 14), date(2027, 2, 3), date(2028, 1, 22)]
weeks_off = st.sets(
    st.builds(lambda first, ahead: first + timedelta(days=ahead), st.sampled_from(TET), st.integers(0, 10))
)
holidays = st.builds(lambda some, weeks: some | weeks, single_days, weeks_off)
around_ends = st.builds(
    lambda day, minutes: datetime.combine(day, time(), VIETNAM) + timedelta(minutes=minutes),
    st.sampled_from([*TET, date(2026, 12, 31), date(2028, 2, 28), date(2028, 2, 29), date(2026, 4, 30)]),
    st.integers(-1440, 2880),
)


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


def minute_by_minute(hours: Sequence[Span], off: set[date], start: datetime, minutes: int) -> datetime | None:
    """Looks at every minute of the next months in turn, and counts those that are open."""
    open_on = {day: {m for span in hours if day in span.days for m in range(span.opens, span.closes)} for day in DAYS}
    minute = start.hour * 60 + start.minute
    for ahead in range(600):
        day = start.date() + timedelta(days=ahead)
        opens = set() if day in off else open_on[DAYS[day.weekday()]]
        for now in range(minute if ahead == 0 else 0, 1440):
            minutes -= now in opens
            if minutes == 0:
                return datetime.combine(day, time(), VIETNAM) + timedelta(minutes=now + 1)
    return None


@settings(deadline=None)
@given(st.lists(spans, max_size=4), holidays, moments | around_ends, st.integers(1, 1500))
def test_it_agrees_with_counting_every_minute(
    hours: Sequence[Span], off: set[date], when: datetime, minutes: int
) -> None:
    start = when.replace(second=0, microsecond=0)
    assume(any(span.closes - span.opens >= 30 for span in hours) or not hours)
    assert when_open(hours, off, start, minutes * 60) == minute_by_minute(hours, off, start, minutes)


@given(
    st.lists(spans, min_size=1, max_size=4), holidays, moments | around_ends, st.floats(0, 200_000), st.floats(0, 9_000)
)
def test_more_time_is_never_sooner_and_waiting_twice_is_waiting_once(
    hours: Sequence[Span], off: set[date], when: datetime, seconds: float, more: float
) -> None:
    first = when_open(hours, off, when, seconds)
    assert first is not None
    assert first - when >= timedelta(seconds=seconds)
    whole = when_open(hours, off, when, seconds + more)
    split = when_open(hours, off, first, more)
    assert whole is not None
    assert split is not None
    assert abs(whole - split) <= timedelta(milliseconds=1) or is_open(hours, off, whole) != is_open(hours, off, split)
