"""The page about appointments: who is expected when, who goes there, and how it went."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import get_args

from fastapi import APIRouter, Request, Response
from msgspec import Struct

from api.auth.sessions import HOME, Form, Inside, Visit, go_to, require
from bot.content.ward import Ward
from bot.desk.appointment_rules import is_another_teams, is_possible, who_comes
from bot.desk.appointment_texts import day_label, local, place
from bot.desk.appointments import Visits
from bot.desk.people import People
from bot.desk.roster import Volunteer
from bot.engine.texts import Words
from bot.model import Appointment, AppointmentAct
from bot.ports.store import Clock, Library

PATH = f"{HOME}/visits"

_ACTS: tuple[AppointmentAct, ...] = get_args(AppointmentAct)
_UNTOLD = "untold"
"""It was done, and its resident cannot be told."""
_STATUS = {"taken": 409, "closed": 409, "not_yours": 409, "not_allowed": 403}


class Row(Struct, frozen=True):
    """One appointment as its reader may see it; `where` is empty for who is not of the team that goes there.

    `off` is the channel of its resident, where that is off: what changes is told when it is on again.
    """

    it: Appointment
    at: datetime
    place: str
    where: str
    address: str
    title: str
    team: str
    helper: str
    mine: bool
    off: str
    acts: Sequence[AppointmentAct]


class VisitPages:
    """Who helps sees the appointments of their teams; an admin when those of all are."""

    def __init__(
        self, visits: Visits, people: People, words: Words, ward: Ward, library: Library, inside: Inside, clock: Clock
    ) -> None:
        self._visits = visits
        self._people = people
        self._words = words
        self._ward = ward
        self._library = library
        self._inside = inside
        self._clock = clock

    def router(self) -> APIRouter:
        return self._inside.router(PATH, {"": self._page}, {"/{code}/{act}": self._act})

    async def _page(self, request: Request, visit: Visit, lang: str) -> Response:
        done = request.query_params.get("done", "")
        return await self._show(visit, lang, said=done if done in (*_ACTS, _UNTOLD) else "")

    async def _show(self, visit: Visit, lang: str, status: int = 200, *, said: str = "", refused: str = "") -> Response:
        voice, today = self._words.voice(lang), local(self._clock.now_ms() // 1000).date()
        rows = [self._row(each, visit.person, lang) for each in await self._visits.kept()]
        seen = [row for row in rows if self._people.roster.may_see_appointment(visit.person, row.it)]
        days = [
            (day_label(voice, day, today), list(of_day)) for day, of_day in groupby(seen, lambda row: row.at.date())
        ]
        return self._inside.show("visits.html", visit, lang, status, days=days, said=said, refused=refused)

    async def _act(self, request: Request, form: Form, lang: str) -> Response:
        code = request.path_params["code"].upper()
        act = next((act for act in _ACTS if act == request.path_params["act"]), None)
        found = next((each for each in await self._visits.kept() if each.code == code), None)
        require(found is not None and self._people.roster.may_see_appointment(form.person, found) and act is not None)
        assert act is not None and found is not None  # noqa: S101, PT018 (required just now)
        verdict = await self._visits.do(code, form.person.id, act)
        if verdict.name == "done":
            told = act in ("came", "missed") or found.chat is None or self._people.roster.reaches(found.chat)
            return go_to(PATH, lang, act if told else _UNTOLD)
        about = self._people.roster.person(verdict.about)
        name: str = verdict.name if verdict.name in _STATUS else "closed"
        if name == "not_allowed" and is_another_teams(self._people.roster, form.person, found, act):
            name = "other_team"
        said = {"code": code, "name": about.name if about else "", "team": self._people.roster.team(found.team).name}
        text = self._words.voice(lang).say(f"desk.visits.refused.{name}", **said)
        return await self._show(form.visit, lang, _STATUS.get(verdict.name, 409), refused=text)

    def _row(self, it: Appointment, reader: Volunteer, lang: str) -> Row:
        roster, voice, now = self._people.roster, self._words.voice(lang), self._clock.now_ms() // 1000
        guide, helper = self._library.current(it.guide), who_comes(roster, it)
        return Row(
            it,
            local(it.at),
            place(voice, self._ward, it),
            it.where if roster.may_come(reader, it) else "",
            self._words.voice("vi", it.you).render("{{ you }}"),
            voice.render(guide.says(lang).title) if guide else it.guide,
            roster.team(it.team).name,
            helper.name if helper else "",
            helper == reader,
            it.chat.channel if it.chat and not roster.reaches(it.chat) else "",
            [act for act in _ACTS if is_possible(roster, it, reader, act, now)],
        )
