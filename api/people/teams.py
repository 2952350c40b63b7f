"""The page of one team: shifts, days off, members, the group's chat, and what it is for.

The page that lists teams, for admins and whoever leads one: a team is added, removed and brought back.

Shifts and days off as people write them in a form, and back. Pure.

A day has shifts like `8h-11h30, 13:30-17:00`; days off are dates and ranges like `5/2/2027-14/2/2027`.
"""

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Literal

from fastapi import APIRouter, Request, Response

from api.auth.forms import TextField
from api.auth.sessions import HOME, Form, Inside, Visit, go_to, require
from api.people.people import question
from bot.content.facts import Topic
from bot.content.guide import LANGUAGES
from bot.content.ward import LONGEST_ID, Ward
from bot.desk.dismissal import Departures, TeamRemoval, without_team
from bot.desk.people import LONGEST_NAME, People
from bot.desk.roster import Roster, Team, Volunteer
from bot.model import replace
from bot.model.hours import DAYS, Day, Span
from bot.nlu.patterns import compiled
from bot.ports.store import Clock

PATH = f"{HOME}/teams"

_FIELDS = {"id": TextField("teams.id", LONGEST_ID), "name": TextField("teams.name", LONGEST_NAME)}


class TeamsPage:
    """A lead sees their own teams; an admin all of them, and what was removed."""

    def __init__(
        self,
        people: People,
        removal: TeamRemoval,
        ward: Ward,
        topics: tuple[Topic, ...],
        clock: Clock,
        inside: Inside,
    ) -> None:
        self._people = people
        self._removal = removal
        self._ward = ward
        self._topics = topics
        self._clock = clock
        self._inside = inside

    def router(self) -> APIRouter:
        takes = {"": self._add, "/{team}/remove": self._remove, "/{team}/return": self._return}
        return self._inside.router(PATH, {"": self._list, "/{team}/remove": self._ask}, takes, typed=_FIELDS)

    async def _list(self, request: Request, visit: Visit, lang: str) -> Response:
        return self._show(visit, lang, done=request.query_params.get("done", ""))

    def _show(self, visit: Visit, lang: str, status: int = 200, new: Team | None = None, **values: str) -> Response:
        require(visit.person.role != "volunteer")
        roster, now = self._people.roster, datetime.fromtimestamp(self._clock.now_ms() / 1000, UTC)
        mine = [team for team in roster.teams if roster.may_lead(visit.person, team.id)]
        return self._inside.show(
            "teams.html",
            visit,
            lang,
            status,
            teams=mine,
            removed=roster.removed if visit.person.role == "admin" else (),
            members={team.id: roster.members(team.id) for team in mine},
            on_duty={team.id: roster.on_duty(team.id, now) for team in mine},
            is_open={team.id: roster.is_open(team.id, now) for team in mine},
            groups={group.id: group.name for group in self._ward.groups},
            topics={topic.id: topic.title(lang) for topic in self._topics},
            unsaid=self._ward.unsaid if visit.person.role == "admin" else (),
            new=new or Team("", ""),
            fields=_FIELDS,
            **values,
        )

    async def _add(self, request: Request, form: Form, lang: str) -> Response:
        require(form.person.role == "admin")
        new, roster = Team(form.text("id").lower(), form.text("name")), self._people.roster
        if any(each.id == new.id for each in (*roster.teams, *roster.removed)):
            return self._show(form.visit, lang, 422, new, problem="taken")
        if wrong := await self._people.change_team(new.id, form.person.id, lambda team: replace(team, name=new.name)):
            return self._show(form.visit, lang, 422, new, problem=wrong)
        return go_to(f"{PATH}/{new.id}", lang, "added")

    async def _ask(self, request: Request, visit: Visit, lang: str) -> Response:
        return await self._show_question(visit, lang, self._of(request, visit))

    async def _show_question(self, visit: Visit, lang: str, team: Team, status: int = 200, **values: str) -> Response:
        roster = self._people.roster
        return self._inside.show(
            "team_remove.html",
            visit,
            lang,
            status,
            id=secrets.token_hex(8),
            team=team,
            ties=await self._removal.ties(team.id),
            members=len(roster.members(team.id)),
            heirs=[each for each in roster.teams if each.id != team.id],
            **values,
        )

    async def _remove(self, request: Request, form: Form, lang: str) -> Response:
        team = self._of(request, form.visit)
        wrong = await self._removal.remove(team.id, form.text("heir"), form.person.id, form.id)
        if wrong:
            return await self._show_question(form.visit, lang, team, 422, problem=wrong)
        return go_to(PATH, lang, "removed")

    async def _return(self, request: Request, form: Form, lang: str) -> Response:
        name = request.path_params["team"]
        require(form.person.role == "admin" and any(team.id == name for team in self._people.roster.removed))
        await self._removal.bring_back(name, form.person.id)
        return go_to(f"{PATH}/{name}", lang, "team_returned")

    def _of(self, request: Request, visit: Visit) -> Team:
        """The team that an admin asks about. Raises Problem."""
        require(visit.person.role == "admin")
        return led_team(self._people.roster, request, visit)


def led_team(roster: Roster, request: Request, visit: Visit) -> Team:
    """The team in the address. Raises Problem for one that is not there, and for who does not lead it."""
    name = request.path_params["team"]
    require(roster.may_lead(visit.person, name) and any(team.id == name for team in roster.teams))
    return roster.team(name)


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


_TEAM_FIELDS: dict[str, TextField] = {
    "name": TextField("teams.name", LONGEST_NAME),
    "groups": TextField("teams.groups", 8000),
    "days_off": TextField("teams.days_off.own", 4000),
    "add": TextField("teams.join", LONGEST_ID),
    **{day: TextField(f"weekday.{number}", 120) for number, day in enumerate(DAYS)},
}


class TeamPage:
    """For whoever leads the team; what it is for is the admins'."""

    def __init__(
        self, people: People, departures: Departures, ward: Ward, topics: tuple[Topic, ...], inside: Inside
    ) -> None:
        self._people = people
        self._departures = departures
        self._ward = ward
        self._topics = topics
        self._inside = inside

    def router(self) -> APIRouter:
        takes = {
            "/{team}/purpose": self._change_purpose,
            "/{team}/shifts": self._change_shifts,
            "/{team}/members": self._change_members,
            "/{team}/code": self._code,
            "/{team}/unlink": self._unlink,
        }
        return self._inside.router(PATH, {"/{team}": self._page}, takes, typed=_TEAM_FIELDS)

    async def _page(self, request: Request, visit: Visit, lang: str) -> Response:
        return self._show(visit, lang, self._of(request, visit), done=request.query_params.get("done", ""))

    def _show(self, visit: Visit, lang: str, team: Team, status: int = 200, **values: object) -> Response:
        """The page of the team as it is; `values` take the place of what is said otherwise, as of what was typed."""
        groups = {group.id: group.name for group in self._ward.groups}
        shown = {
            "team": team,
            "typed": team,
            "groups": ", ".join(groups.get(group, group) for group in team.groups),
            "shifts": write_shifts(team.hours or self._ward.hours),
            "wards_hours": not team.hours,
            "days_off": write_days_off(self._ward.holidays if team.holidays is None else team.holidays),
            "wards_days_off": team.holidays is None,
            "offer": team.offer,
            "code": "",
            "joins": "",
        }
        fixed = {
            "days": DAYS,
            "fields": _TEAM_FIELDS,
            "wards_week": week(self._ward.hours),
            "wards_holidays": write_days_off(self._ward.holidays).splitlines(),
            "members": self._people.roster.members(team.id),
            "reached": self._people.roster.chats_of,
            "told": any(map(self._people.roster.chats_of, self._people.roster.members(team.id))),
            "group": self._people.roster.group_of(team.id),
            "topics": {topic.id: topic.title(lang) for topic in self._topics},
        }
        return self._inside.show("team.html", visit, lang, status, **(shown | fixed | values))

    async def _change_shifts(self, request: Request, form: Form, lang: str) -> Response:
        team, typed = self._of(request, form.visit), _shifts_of(form)
        shifts = () if form.text("wards_hours") else read_shifts({day: form.text(day) for day in DAYS})
        if isinstance(shifts, str):
            return self._show(form.visit, lang, team, 422, problem="shift", about=shifts, **typed)
        days_off = None if form.text("wards_days_off") else read_days_off(form.text("days_off"))
        if isinstance(days_off, str):
            return self._show(form.visit, lang, team, 422, problem="day_off", about=days_off, **typed)
        offer = _offer_of(form)
        return await self._changed(
            form, lang, team, lambda now: replace(now, hours=shifts, holidays=days_off, offer=offer)
        )

    async def _change_purpose(self, request: Request, form: Form, lang: str) -> Response:
        team, written = self._of(request, form.visit), form.text("groups")
        require(form.person.role == "admin")
        found = {part.strip(): self._people.roster.find_group(part) for part in written.split(",") if part.strip()}
        groups = tuple(dict.fromkeys(group.id for group in found.values() if group))
        topics = tuple(topic.id for topic in self._topics if topic.id in form.all("topic"))
        languages = tuple(each for each in LANGUAGES if each in form.all("language")) or LANGUAGES[:1]

        def purpose(team: Team) -> Team:
            return replace(team, name=form.text("name"), groups=groups, topics=topics, languages=languages)

        typed = {"typed": purpose(team), "groups": written}
        if unknown := [part for part, group in found.items() if group is None]:
            return self._show(form.visit, lang, team, 422, problem="group", about=unknown[0], **typed)
        return await self._changed(form, lang, team, purpose, typed)

    async def _changed(
        self,
        form: Form,
        lang: str,
        team: Team,
        how: Callable[[Team], Team],
        typed: Mapping[str, object] | None = None,
        act: str = "team_changed",
    ) -> Response:
        if wrong := await self._people.change_team(team.id, form.person.id, how, act):
            return self._show(form.visit, lang, team, 422, problem=wrong, **(typed or {}))
        return go_to(f"{PATH}/{team.id}", lang, "saved")

    async def _change_members(self, request: Request, form: Form, lang: str) -> Response:
        team, joins = self._of(request, form.visit), form.text("add").lower()
        person = self._people.roster.person(joins or form.text("remove"))
        if person is None or not person.active:
            return self._show(form.visit, lang, team, 422, problem="gone", joins=joins)

        if not joins and (asked := await self._asked(form, lang, person, team)):
            return asked
        if joins:
            wrong = await self._people.move(person.id, team.id, form.person, joins=True)
        else:
            wrong = await self._departures.leave_team(person.id, team.id, form.person)
        if wrong:
            return self._show(form.visit, lang, team, 422, problem=wrong, joins=joins)
        return go_to(f"{PATH}/{team.id}", lang, "saved")

    async def _asked(self, form: Form, lang: str, person: Volunteer, team: Team) -> Response | None:
        """The question first, where what they hold goes back to the team."""
        roster, back = self._people.roster, f"{PATH}/{team.id}"
        if not roster.may_move(form.person, person, team.id, joins=False):
            return None
        after = without_team(person, team.id)
        return await question(self._inside, self._departures, roster, form, lang, after, f"{back}/members", back)

    async def _code(self, request: Request, form: Form, lang: str) -> Response:
        team = self._of(request, form.visit)
        return self._show(form.visit, lang, team, code=await self._people.group_code(team.id))

    async def _unlink(self, request: Request, form: Form, lang: str) -> Response:
        team = self._of(request, form.visit)
        return await self._changed(form, lang, team, _without_group, act="group_unlinked")

    def _of(self, request: Request, visit: Visit) -> Team:
        return led_team(self._people.roster, request, visit)


def _shifts_of(form: Form) -> Mapping[str, object]:
    """What was typed about shifts, to be shown again."""
    return {
        "shifts": {day: form.text(day) for day in DAYS},
        "wards_hours": bool(form.text("wards_hours")),
        "days_off": form.text("days_off"),
        "wards_days_off": bool(form.text("wards_days_off")),
        "offer": _offer_of(form),
    }


def _offer_of(form: Form) -> Literal["all", "turn"]:
    return "turn" if form.text("offer") == "turn" else "all"


def _without_group(team: Team) -> Team:
    return replace(team, chat=None, lost=False)
