"""Shifts and days off as people write them in a form, and back. Pure.

A day has shifts like `8h-11h30, 13:30-17:00`; days off are dates and ranges like `5/2/2027-14/2/2027`.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import groupby
from operator import itemgetter

from bot.model.hours import DAYS, Day, Span
from bot.nlu.patterns import compiled

LONGEST_RANGE = 60
"""Days that one range of days off may span."""

_DASH = r"\s*(?:-|–|—|đến|den|to)\s*"
_CLOCK = r"(\d{1,2})(?:\s*(?:giờ|gio|[:hg.])\s*(\d{2})?)?"
_SHIFT = compiled(rf"{_CLOCK}{_DASH}{_CLOCK}")
_BETWEEN = compiled(r"\s*[,;+]\s*|\s+(?:và|and)\s+")
_DATE = r"(\d{1,2})\s*[/.]\s*(\d{1,2})\s*[/.]\s*(\d{4})"
_DAYS_OFF = compiled(rf"{_DATE}(?:{_DASH}{_DATE})?")
_NOTHING = ("", "nghỉ", "nghi", "không", "khong", "off", "-")
"""What people write on a day without a shift."""
_LAST_MINUTE = 24 * 60


def read_shifts(written: Mapping[Day, str]) -> tuple[Span, ...] | Day:
    """The shifts of a week, a line for each day; the first day that is not to be understood instead."""
    days_of: dict[tuple[int, int], dict[Day, None]] = {}
    for day in DAYS:
        for text in _parts(written.get(day, "")):
            found = _SHIFT.fullmatch(text)
            opens, closes = (_minute(*found.group(n, n + 1)) for n in (1, 3)) if found else (0, 0)
            if not opens < closes <= _LAST_MINUTE:
                return day
            days_of.setdefault((opens, closes), {})[day] = None
    return tuple(Span(tuple(days), opens, closes) for (opens, closes), days in sorted(days_of.items()))


def write_shifts(spans: Sequence[Span]) -> Mapping[Day, str]:
    """For each day its shifts, as `read_shifts` reads them."""
    times = {day: sorted({(span.opens, span.closes) for span in spans if day in span.days}) for day in DAYS}
    return {day: ", ".join(f"{_clock(opens)}-{_clock(closes)}" for opens, closes in times[day]) for day in DAYS}


def week(spans: Sequence[Span]) -> Sequence[tuple[Sequence[Day], str]]:
    """Days that follow each other with the same shifts, and these shifts; days without any are left out."""
    by_shifts = groupby(write_shifts(spans).items(), itemgetter(1))
    return [([day for day, _ in days], shifts) for shifts, days in by_shifts if shifts]


def read_days_off(text: str) -> frozenset[date] | str:
    """Dates and ranges of dates; the first line that is not to be understood instead."""
    found: set[date] = set()
    for line in _parts(text):
        written = _DAYS_OFF.fullmatch(line)
        try:
            first = _date(*written.groups()[:3]) if written else None
            last = _date(*written.groups()[3:]) if written and written[4] else first
        except ValueError:
            return line
        if first is None or last is None or not 0 <= (last - first).days < LONGEST_RANGE:
            return line
        found |= {first + timedelta(days=ahead) for ahead in range((last - first).days + 1)}
    return frozenset(found)


def write_days_off(days: Iterable[date]) -> str:
    """A line for each date or range, as `read_days_off` reads them."""
    ranges: list[tuple[date, date]] = []
    for day in sorted(days):
        if ranges and (day - ranges[-1][1]).days == 1 and (day - ranges[-1][0]).days < LONGEST_RANGE:
            ranges[-1] = (ranges[-1][0], day)
        else:
            ranges.append((day, day))
    return "\n".join("-".join(f"{day.day}/{day.month}/{day.year}" for day in dict.fromkeys(ends)) for ends in ranges)


def _parts(text: str) -> list[str]:
    # Runs of spaces become one first: each place in a run would be tried as the beginning of what is between.
    lines = (" ".join(line.split()) for line in text.lower().splitlines())
    return [str(part) for line in lines for part in _BETWEEN.split(line) if part not in _NOTHING]


def _minute(hour: str, minute: str | None) -> int:
    ends = int(hour) * 60 + int(minute or 0)
    return ends if int(minute or 0) < 60 else _LAST_MINUTE + 1


def _clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02}"


def _date(day: str, month: str, year: str) -> date:
    return date(int(year), int(month), int(day))
