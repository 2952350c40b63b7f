"""Pages about teams, for admins and whoever leads one: shifts, days off, members, the group's chat."""

from collections.abc import Callable
from datetime import UTC, datetime

from fastapi import APIRouter, Request, Response

from api.chat import SmallBody
from api.inside import READABLE, Inside, require
from api.shifts import read_days_off, read_shifts, write_days_off, write_shifts
from api.signin import HOME, Form, Visit, go_to
from bot.content.facts import Topic
from bot.content.ward import Ward
from bot.desk.people import People
from bot.desk.roster import Team, Volunteer
from bot.hours import DAYS
from bot.model import replace
from bot.ports import Clock

PATH = f"{HOME}/teams"


class TeamPages:
    """A lead sees and changes their own teams; an admin all of them, and also what a team is for."""

    def __init__(self, people: People, ward: Ward, topics: tuple[Topic, ...], clock: Clock, inside: Inside) -> None:
        self._people = people
        self._ward = ward
        self._topics = topics
        self._clock = clock
        self._inside = inside

    def router(self) -> APIRouter:
        router = APIRouter(prefix=PATH, include_in_schema=False, route_class=SmallBody)
        inside = self._inside
        router.add_api_route("", inside.page(self._list), methods=READABLE)
        router.add_api_route("", inside.form(self._add), methods=["POST"])
        router.add_api_route("/{team}", inside.page(self._one), methods=READABLE)
        router.add_api_route("/{team}/purpose", inside.form(self._change_purpose), methods=["POST"])
        router.add_api_route("/{team}/shifts", inside.form(self._change_shifts), methods=["POST"])
        router.add_api_route("/{team}/members", inside.form(self._change_members), methods=["POST"])
        router.add_api_route("/{team}/code", inside.form(self._code), methods=["POST"])
        router.add_api_route("/{team}/unlink", inside.form(self._unlink), methods=["POST"])
        return router

    async def _list(self, request: Request, visit: Visit, lang: str) -> Response:
        return self._show_list(visit, lang)

    def _show_list(self, visit: Visit, lang: str, status: int = 200, problem: str = "", id_: str = "") -> Response:
        require(visit.person.role != "volunteer")
        roster, now = self._people.roster, datetime.fromtimestamp(self._clock.now_ms() / 1000, UTC)
        mine = [team for team in roster.teams if roster.may_lead(visit.person, team.id)]
        return self._inside.show(
            "teams.html",
            visit,
            lang,
            status,
            teams=mine,
            members={team.id: roster.members(team.id) for team in mine},
            on_duty={team.id: roster.on_duty(team.id, now) for team in mine},
            is_open={team.id: roster.is_open(team.id, now) for team in mine},
            groups={group.id: group.name for group in self._ward.groups},
            topics={topic.id: topic.title(lang) for topic in self._topics},
            problem=problem,
            new_id=id_,
        )

    async def _add(self, request: Request, form: Form, lang: str) -> Response:
        require(form.person.role == "admin")
        team = form.text("id").lower()
        known = any(each.id == team for each in self._people.roster.teams)
        wrong = (
            "taken" if known else await self._people.change_team(team, form.person.id, lambda new: _named(new, form))
        )
        if wrong:
            return self._show_list(form.visit, lang, 422, wrong, team)
        return go_to(f"{PATH}/{team}", lang, "added")

    async def _one(self, request: Request, visit: Visit, lang: str) -> Response:
        return self._show_one(visit, lang, self._of(request, visit), done=request.query_params.get("done", ""))

    def _show_one(
        self, visit: Visit, lang: str, team: Team, status: int = 200, form: Form | None = None, **values: str
    ) -> Response:
        said = {"done": "", "problem": "", "about": "", "code": ""} | values
        own = None if team.holidays is None else write_days_off(team.holidays)
        return self._inside.show(
            "team.html",
            visit,
            lang,
            status,
            team=team,
            days=DAYS,
            shifts={day: form.text(day) for day in DAYS} if form else write_shifts(team.hours or self._ward.hours),
            wards_hours=bool(form.text("wards_hours")) if form else not team.hours,
            days_off=form.text("days_off") if form else own or "",
            wards_days_off=bool(form.text("wards_days_off")) if form else own is None,
            wards=write_days_off(self._ward.holidays).replace("\n", ", "),
            members=self._people.roster.members(team.id),
            groups={group.id: group.name for group in self._ward.groups},
            topics={topic.id: topic.title(lang) for topic in self._topics},
            **said,
        )

    async def _change_purpose(self, request: Request, form: Form, lang: str) -> Response:
        team = self._of(request, form.visit)
        require(form.person.role == "admin")
        found = {part: self._people.roster.find_group(part) for part in form.text("groups").split(",") if part.strip()}
        for part, group in found.items():
            if group is None:
                return self._show_one(form.visit, lang, team, 422, problem="group", about=part.strip())
        groups = tuple(dict.fromkeys(group.id for group in found.values() if group))
        topics = tuple(topic.id for topic in self._topics if topic.id in form.all("topic"))
        languages = tuple(each for each in ("vi", "en") if each in form.all("language")) or ("vi",)
        return await self._changed(
            form, lang, team, lambda now: replace(_named(now, form), groups=groups, topics=topics, languages=languages)
        )

    async def _change_shifts(self, request: Request, form: Form, lang: str) -> Response:
        team = self._of(request, form.visit)
        shifts = () if form.text("wards_hours") else read_shifts({day: form.text(day) for day in DAYS})
        if isinstance(shifts, str):
            return self._show_one(form.visit, lang, team, 422, form, problem="shift", about=shifts)
        days_off = None if form.text("wards_days_off") else read_days_off(form.text("days_off"))
        if isinstance(days_off, str):
            return self._show_one(form.visit, lang, team, 422, form, problem="day_off", about=days_off)
        offer = "turn" if form.text("offer") == "turn" else "all"
        return await self._changed(
            form, lang, team, lambda now: replace(now, hours=shifts, holidays=days_off, offer=offer)
        )

    async def _changed(self, form: Form, lang: str, team: Team, how: Callable[[Team], Team]) -> Response:
        wrong = await self._people.change_team(team.id, form.person.id, how)
        if wrong:
            return self._show_one(form.visit, lang, team, 422, problem=wrong)
        return go_to(f"{PATH}/{team.id}", lang, "saved")

    async def _change_members(self, request: Request, form: Form, lang: str) -> Response:
        team = self._of(request, form.visit)
        person = self._found(form.text("add").lower() or form.text("remove"))
        if person is None:
            return self._show_one(form.visit, lang, team, 422, problem="gone")

        def join_or_part(who: Volunteer) -> Volunteer:
            others = tuple(each for each in who.teams if each != team.id)
            return replace(who, teams=(*others, team.id) if form.text("add") else others)

        await self._people.change(person.id, form.person.id, join_or_part)
        return go_to(f"{PATH}/{team.id}", lang, "saved")

    async def _code(self, request: Request, form: Form, lang: str) -> Response:
        team = self._of(request, form.visit)
        return self._show_one(form.visit, lang, team, code=await self._people.group_code(team.id))

    async def _unlink(self, request: Request, form: Form, lang: str) -> Response:
        team = self._of(request, form.visit)
        await self._people.change_team(team.id, form.person.id, lambda now: replace(now, chat=None), "group_unlinked")
        return go_to(f"{PATH}/{team.id}", lang, "saved")

    def _found(self, name: str) -> Volunteer | None:
        person = self._people.roster.person(name)
        return person if person and person.active else None

    def _of(self, request: Request, visit: Visit) -> Team:
        """The team whose page it is. Raises Problem for one that is not there, and for who does not lead it."""
        roster, name = self._people.roster, request.path_params["team"]
        require(roster.may_lead(visit.person, name) and any(team.id == name for team in roster.teams))
        return roster.team(name)


def _named(team: Team, form: Form) -> Team:
    return replace(team, name=form.text("name"))
