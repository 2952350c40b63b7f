"""What residents can book: which calendars there are, and which of their slots are still free. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta

from msgspec import Struct

from bot.content.ward import HelpPoint, Slots, Ward
from bot.desk.roster import Roster
from bot.model import HOME, Appointment
from bot.model.hours import DAYS, VIETNAM

HORIZON_DAYS = 14
"""Slots are offered for so many days, today included."""


class Slot(Struct, frozen=True):
    """A time in a calendar, with room for `seats` residents. `team` is who is there."""

    id: str
    at: datetime
    team: str
    seats: int


class _Calendar(Struct, frozen=True):
    team: str
    slots: tuple[Slots, ...]
    notice: timedelta


def free(ward: Ward, roster: Roster, calendar: str, kept: Iterable[Appointment], now: datetime) -> Sequence[Slot]:
    """The slots of a calendar that have a free seat, soonest first; none of a calendar that is not there.

    `kept` are all appointments there are; `now` has its time zone.
    """
    here = _calendar(ward, roster, calendar)
    if here is None:
        return ()
    taken = Counter(each.slot for each in kept if each.state != "off")
    today = now.astimezone(VIETNAM).date()
    found = []
    for day in (today + timedelta(days=ahead) for ahead in range(HORIZON_DAYS)):
        if roster.is_day_off(here.team, day):
            continue
        for slots in here.slots:
            if DAYS[day.weekday()] not in slots.span.days:
                continue
            for minute in range(slots.span.opens, slots.span.closes - slots.minutes + 1, slots.minutes):
                at = datetime.combine(day, time(), VIETNAM) + timedelta(minutes=minute)
                slot = Slot(f"{calendar}/{at:%Y-%m-%d/%H%M}", at, here.team, slots.seats)
                if at > now + here.notice and taken[slot.id] < slot.seats:
                    found.append(slot)
    return sorted(found, key=lambda slot: slot.at)


def bookable_places(ward: Ward) -> Sequence[HelpPoint]:
    """The help points whose slots can be booked."""
    return [place for place in ward.places if place.slots]


def place_of(ward: Ward, calendar: str) -> HelpPoint | None:
    """The help point of this calendar; None for a visit to a home, and where the place is gone."""
    return next((place for place in ward.places if place.id == calendar), None)


def _calendar(ward: Ward, roster: Roster, calendar: str) -> _Calendar | None:
    if calendar.startswith(HOME):
        team, home = calendar.removeprefix(HOME), ward.home_visits
        if home is None or team not in (home.teams or [each.id for each in roster.teams]):
            return None
        return _Calendar(team, home.slots, timedelta(hours=home.notice_hours))
    place = place_of(ward, calendar)
    return _Calendar(roster.team(place.team).id, place.slots, timedelta(0)) if place else None
