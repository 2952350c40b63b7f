"""Business hours in Việt Nam: when a place is open, and when it opens next. Pure."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta, timezone
from datetime import time as time_of_day
from typing import Literal, get_args

from msgspec import Struct

VIETNAM = timezone(timedelta(hours=7), "+07")
"""Indochina time: the same all year, without daylight saving."""

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = get_args(Day)


class Span(Struct, frozen=True):
    """Open on `days` from minute `opens` of the day up to, not including, minute `closes` (1440 = midnight)."""

    days: tuple[Day, ...]
    opens: int
    closes: int


def is_open(hours: Sequence[Span], holidays: Collection[date], at: datetime) -> bool:
    """Whether `at` (with its time zone) falls into a span of a day that is no holiday."""
    local = at.astimezone(VIETNAM)
    minute = local.hour * 60 + local.minute
    return any(span.opens <= minute < span.closes for span in _spans(hours, holidays, local.date()))


def next_opening(hours: Sequence[Span], holidays: Collection[date], at: datetime) -> datetime | None:
    """The next moment after `at` at which a closed door opens, in Vietnamese time; None when it never does.

    Spans that touch are one: a change of shift opens no door.
    """
    local = at.astimezone(VIETNAM)
    for ahead in range(8 + 7 * len(holidays)):
        day = local.date() + timedelta(days=ahead)
        for opens in sorted(span.opens for span in _spans(hours, holidays, day)):
            moment = _moment(day, opens)
            if moment > local and not is_open(hours, holidays, moment - timedelta(minutes=1)):
                return moment
    return None


def when_open(hours: Sequence[Span], holidays: Collection[date], start: datetime, seconds: float) -> datetime | None:
    """The moment at which it will have been open for `seconds` since `start`, in Vietnamese time.

    The clock stops while it is closed; None when it never opens for so long.
    """
    local = start.astimezone(VIETNAM)
    day, left, days_closed = local.date(), timedelta(seconds=seconds), 0
    while days_closed < 8 + 7 * len(holidays):
        days_closed += 1
        reached = local
        for span in sorted(_spans(hours, holidays, day), key=lambda span: span.opens):
            opens, closes = (_moment(day, minute) for minute in (span.opens, span.closes))
            reached = max(reached, opens)  # where spans overlap, the time counts once
            if reached < closes:
                if left <= closes - reached:
                    return reached + left
                left, reached, days_closed = left - (closes - reached), closes, 0
        day += timedelta(days=1)
    return None


def _moment(day: date, minute: int) -> datetime:
    return datetime.combine(day, time_of_day(), VIETNAM) + timedelta(minutes=minute)


def _spans(hours: Sequence[Span], holidays: Collection[date], day: date) -> Sequence[Span]:
    if day in holidays:
        return ()
    return [span for span in hours if DAYS[day.weekday()] in span.days]
