"""What becomes of an appointment when its resident or a volunteer does something with it. Pure.

What residents can book: which calendars there are, and which of their slots are still free. Pure.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Literal

from msgspec import Struct

from bot.content.ward import HelpPoint, Slots, Ward
from bot.desk.roster import Roster, Volunteer
from bot.model import HOME, Appointment, AppointmentAct, Verdict, decode_appointments, replace
from bot.model.hours import DAYS, VIETNAM


def in_order(rows: Mapping[str, bytes]) -> Sequence[Appointment]:
    """The appointments of a table's rows, soonest first."""
    return sorted((each for row in rows.values() for each in decode_appointments(row)), key=lambda each: each.at)


def booked_before(kept: Sequence[Appointment], wanted: Appointment, now: int) -> Appointment | None:
    """The appointment of this kind that the same conversation has already; `now` is Unix seconds."""
    mine = (each for each in kept if each.chat == wanted.chat and each.at_home == wanted.at_home)
    return next((each for each in mine if each.state == "booked" and each.at > now), None)


def seated(row: tuple[Appointment, ...], new: Appointment, seats: int) -> tuple[Appointment, ...] | None:
    """A slot's row with one more appointment; None when all seats are taken."""
    return None if sum(each.state != "off" for each in row) >= seats else (*row, new)


def without_resident(there: Appointment, now: int) -> Appointment:
    """What stays of an appointment once its resident called it off, or erased what we kept; whoever was to go there has
    to hear of it. What is over stays what it was.
    """
    off = there.state == "booked" and there.at > now
    return replace(
        there,
        chat=None,
        you="",
        guide="",
        where="",
        state="off" if off else there.state,
        rev=there.rev + 1,
        news=off and bool(there.helper),
    )


def abandoned(there: Appointment) -> Appointment:
    """A visit that nobody comes to any more, since who took it gave it back or left: the code that they know opens no
    door.
    """
    return replace(there, helper="", door="", rev=there.rev + 1, news=True)


def told(there: Appointment) -> Appointment:
    """The same, once it was told. Of one that a team called off, whoever was to go there hears after its resident."""
    if there.state != "off" or there.chat is None:
        return replace(there, news=False)
    return replace(without_resident(there, there.at), rev=there.rev + 1, news=bool(there.helper))


def who_comes(roster: Roster, there: Appointment) -> Volunteer | None:
    """Who goes to a resident's home; None when nobody took it, or who took it has left."""
    helper = roster.person(there.helper)
    return helper if helper and helper.active else None


def is_another_teams(roster: Roster, me: Volunteer, there: Appointment, act: AppointmentAct) -> bool:
    """Whether that is another team's to do: an admin calls off what they have no part in, and takes nothing of it."""
    return not roster.may_come(me, there) and (act == "take" or not roster.may_lead(me, there.team))


def untaken(roster: Roster, kept: Sequence[Appointment], now: int) -> Sequence[Appointment]:
    """The visits to come that nobody has taken, in the same order; `now` is Unix seconds."""
    coming = (each for each in kept if each.at_home and each.state == "booked" and each.at > now)
    return [each for each in coming if who_comes(roster, each) is None]


def judged(
    roster: Roster, there: Appointment, me: Volunteer, act: AppointmentAct, now: int, door: str = ""
) -> tuple[Verdict, Appointment]:
    """What comes of a volunteer's act, and the appointment after it: the same one unless something was done.

    `door` is a new code for who takes a visit.
    """
    name = _refusal(roster, there, me, act, now)
    if name:
        return Verdict(name, there.helper), there
    after: Mapping[AppointmentAct, Appointment] = {
        "take": there if there.helper == me.id else replace(there, helper=me.id, door=door, news=True),
        "back": abandoned(there) if there.helper else there,
        "came": replace(there, state="came"),
        "missed": replace(there, state="missed"),
        "off": replace(there, state="off", helper="" if there.helper == me.id else there.helper, news=True),
    }
    same = after[act] in (there, replace(there, news=True)) or (act == there.state)
    return Verdict("done"), there if same else replace(after[act], rev=there.rev + 1)


def is_possible(roster: Roster, there: Appointment, me: Volunteer, act: AppointmentAct, now: int) -> bool:
    """Whether a volunteer's act would change something."""
    return judged(roster, there, me, act, now)[1] != there


def _refusal(
    roster: Roster, there: Appointment, me: Volunteer, act: AppointmentAct, now: int
) -> Literal["", "closed", "taken", "not_yours", "not_allowed"]:
    if is_another_teams(roster, me, there, act):
        return "not_allowed"
    if there.state == "off" or (there.state != "booked" and act not in ("came", "missed")):
        return "" if there.state == "off" and act == "off" else "closed"
    if act == "take":
        if not there.at_home or there.chat in me.chats:
            return "not_allowed"
        return "" if who_comes(roster, there) in (None, me) else "taken"
    if act in ("came", "missed") and there.at > now:
        return "not_allowed"
    if there.at_home and there.helper != me.id and not roster.may_lead(me, there.team):
        return "not_yours"
    return ""


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
