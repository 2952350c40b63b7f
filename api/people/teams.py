"""The page that lists teams, for admins and whoever leads one: a team is added, removed and brought back."""

import secrets
from datetime import UTC, datetime

from fastapi import APIRouter, Request, Response

from api.auth.forms import TextField
from api.auth.inside import Inside, require
from api.auth.signin import HOME, Form, Visit, go_to
from bot.content.facts import Topic
from bot.content.ward import LONGEST_ID, Ward
from bot.desk.dismissal import TeamRemoval
from bot.desk.people import LONGEST_NAME, People
from bot.desk.roster import Roster, Team
from bot.model import replace
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
