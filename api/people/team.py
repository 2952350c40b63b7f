"""The page of one team: shifts, days off, members, the group's chat, and what it is for."""

from collections.abc import Callable, Mapping
from typing import Literal

from fastapi import APIRouter, Request, Response

from api.auth.forms import TextField
from api.auth.inside import Inside, require
from api.auth.signin import Form, Visit, go_to
from api.people.departing import question
from api.people.shifts import read_days_off, read_shifts, week, write_days_off, write_shifts
from api.people.teams import PATH, led_team
from bot.content.facts import Topic
from bot.content.guide import LANGUAGES
from bot.content.ward import LONGEST_ID, Ward
from bot.desk.dismissal import Departures, without_team
from bot.desk.people import LONGEST_NAME, People
from bot.desk.roster import Team, Volunteer
from bot.model import replace
from bot.model.hours import DAYS

_FIELDS: dict[str, TextField] = {
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
        return self._inside.router(PATH, {"/{team}": self._page}, takes, typed=_FIELDS)

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
            "fields": _FIELDS,
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
