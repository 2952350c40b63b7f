"""The record of who did what when, in sentences: for admins, and for leads what concerns their teams."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime

from fastapi import APIRouter, Request, Response
from msgspec import Struct

from api.auth.sessions import HOME, Inside, Visit, require
from api.desk.queue import local, moment
from bot.desk.people import People
from bot.desk.roster import Roster, Volunteer
from bot.engine.texts import Voice, Words
from bot.model import Escalation, Record
from bot.ports.store import Clock, Library, Store

PATH = f"{HOME}/record"
ON_A_PAGE = 50
_MOST_READS = 10
"""How often a page reads on where little of the record is for its reader."""


class Line(Struct, frozen=True):
    """One record, said: `before` and `after` stand around the `code` of a request that its reader may open (or "")."""

    at: datetime
    time: str
    before: str
    code: str
    after: str


class RecordPage:
    """Newest first."""

    def __init__(
        self, store: Store, people: People, words: Words, library: Library, inside: Inside, clock: Clock
    ) -> None:
        self._store = store
        self._people = people
        self._words = words
        self._library = library
        self._inside = inside
        self._clock = clock

    def router(self) -> APIRouter:
        return self._inside.router(PATH, {"": self._page})

    async def _page(self, request: Request, visit: Visit, lang: str) -> Response:
        require(visit.person.role != "volunteer")
        found, before, requests = await self._read(visit.person, request.query_params.get("before", ""))
        now = self._clock.now_ms() // 1000
        voice, roster = self._words.voice(lang), self._people.roster
        lines = []
        for record in found:
            request_ = requests.get(record.code)
            opens = request_ is not None and roster.may_see(visit.person, request_)
            about = _name(roster, record.about) or name_step(voice, self._library, lang, record.about)
            said = say_record(voice, record, by=_name(roster, record.by) or record.by, about=about)
            parts = said.partition(record.code if opens else "\0")
            lines.append(Line(local(record.at), moment(record.at, now), *parts))
        return self._inside.show("desk_record.html", visit, lang, lines=lines, before=before)

    async def _read(
        self, reader: Volunteer, before: str
    ) -> tuple[Sequence[Record], str, Mapping[str, Escalation | None]]:
        """A page of records for somebody, where the next page begins (empty: nowhere), and the requests they name."""
        roster, found = self._people.roster, list[Record]()
        requests: dict[str, Escalation | None] = {}
        for _ in range(_MOST_READS):
            read = await self._store.records(ON_A_PAGE, before)
            codes = {record.code for _, record in read if record.code} - requests.keys()
            requests |= zip(codes, await asyncio.gather(*map(self._store.escalation, codes)), strict=True)
            for place, record in read:
                before = place
                if reader.role == "admin" or concerns(roster, reader, record, requests.get(record.code)):
                    found.append(record)
                if len(found) == ON_A_PAGE:
                    return found, before, requests
            if len(read) < ON_A_PAGE:
                return found, "", requests
        return found, before, requests


def concerns(roster: Roster, lead: Volunteer, record: Record, request: Escalation | None) -> bool:
    """Whether a record is about a request, a member or the shifts of a team that they lead."""
    if request and roster.may_lead(lead, request.team):
        return True
    teams = {team for each in (record.by, record.about) if (who := roster.person(each)) for team in who.teams}
    return any(roster.may_lead(lead, team) for team in teams | {record.about.removeprefix("team:")})


def say_record(voice: Voice, record: Record, *, by: str, about: str) -> str:
    """A record as a sentence; one that has no words yet is named as it is."""
    try:
        return voice.say(f"desk.record.{record.act}", by=by, about=about, code=record.code)
    except KeyError:
        return voice.say("desk.record_other", act=record.act, by=by, about=about, code=record.code)


def _name(roster: Roster, id_: str) -> str:
    """The name of a person or a team; empty: it is neither."""
    if person := roster.person(id_):
        return person.name
    name = id_.removeprefix("team:")
    return next((team.name for team in (*roster.teams, *roster.removed) if team.id == name), "")


def name_step(voice: Voice, library: Library, lang: str, id_: str) -> str:
    """A guide by its title, a `guide/step/tongue` of it by its number, too; what is gone or no guide, as it is."""
    of, _, place = id_.partition("/")
    if (guide := library.current(of)) is None:
        return id_
    title, (step, _, tongue) = voice.render(guide.says(lang).title), place.rpartition("/")
    if not place:
        return f"«{title}»"
    if step not in guide.steps:
        return id_
    return voice.say("desk.record_step", n=[*guide.steps].index(step) + 1, title=title, tongue=tongue)
