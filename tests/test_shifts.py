"""Shifts and days off, as people write them in a form."""

from datetime import date
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.people.teams import read_days_off, read_shifts, write_days_off, write_shifts
from bot.model.hours import DAYS, Span


@pytest.mark.parametrize(
    "text",
    [
        "8:00-11:30, 13:30-17:00",
        "08:00–11:30; 13:30 – 17:00",
        "8h-11h30, 13h30-17h",
        "8-11h30 và 13.30 đến 17",
        "13:30-17:00,8:00-11:30",
    ],
)
def test_people_write_shifts_in_many_ways(text: str) -> None:
    assert read_shifts({"tue": text}) == (Span(("tue",), 480, 690), Span(("tue",), 810, 1020))


def test_days_with_the_same_shift_share_a_span() -> None:
    read = read_shifts({"sun": "", "mon": "8-12", "sat": "8:00-12:00, 22:00-24:00"})
    assert read == (Span(("mon", "sat"), 480, 720), Span(("sat",), 1320, 1440))
    assert read_shifts({}) == ()


@pytest.mark.parametrize(
    "text", ["sáng", "8", "8:00-", "11:00-8:00", "8:00-8:00", "8:00-25:00", "8:60-9:00", "22-24:30"]
)
def test_the_day_that_cannot_be_read_is_named(text: str) -> None:
    assert read_shifts({"mon": "8-12", "thu": text}) == "thu"


spans = st.builds(
    lambda days, ends: Span(tuple(day for day in DAYS if day in days), min(ends), max(ends)),
    st.sets(st.sampled_from(DAYS), min_size=1),
    st.sets(st.integers(0, 1440), min_size=2, max_size=2),
)


@given(st.lists(spans, max_size=5))
def test_what_is_written_is_read_back(shifts: list[Span]) -> None:
    written = write_shifts(shifts)
    read = read_shifts(written)
    assert not isinstance(read, str)
    assert write_shifts(read) == written
    assert {(day, span.opens, span.closes) for span in shifts for day in span.days} == {
        (day, span.opens, span.closes) for span in read for day in span.days
    }


def test_days_off_are_dates_and_ranges() -> None:
    tet = frozenset(date(2027, 2, day) for day in range(5, 15))
    assert read_days_off("5/2/2027-14/2/2027") == tet
    others = frozenset({date(2027, 4, 30), date(2027, 5, 1), date(2027, 9, 2)})
    assert read_days_off("30/4/2027\r\n 01.05.2027, 2/9/2027") == others
    assert read_days_off(" \n") == frozenset()
    assert write_days_off({*tet, date(2027, 4, 30)}) == "5/2/2027-14/2/2027\n30/4/2027"


@pytest.mark.parametrize("line", ["tết", "30/2/2027", "5/2", "14/2/2027-5/2/2027", "1/1/2027-1/1/2028", "1/1/0000"])
def test_the_line_that_cannot_be_read_is_named(line: str) -> None:
    assert read_days_off(f"30/4/2027\n{line}") == line


@given(st.frozensets(st.dates(date(2026, 1, 1), date(2027, 12, 31)), max_size=200))
def test_days_off_that_are_written_are_read_back(days: frozenset[date]) -> None:
    assert read_days_off(write_days_off(days)) == days


def test_spaces_cost_no_more_than_letters() -> None:
    gap = " " * 100_000
    began = process_time()
    assert read_shifts({"mon": f"8h{gap}-{gap}11h30{gap},{gap}13h-17h{gap}x"}) == "mon"
    assert read_shifts({"mon": f"8h{gap}-{gap}11h30{gap},{gap}13h-17h"}) == read_shifts({"mon": "8h-11h30, 13h-17h"})
    assert read_days_off(f"1/2/2027{gap}x") == "1/2/2027 x"
    assert process_time() - began < 1.0
