"""What did not arrive in the last two days, or perhaps did not: for leads and admins, who can have it sent again."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from hashlib import blake2b

from fastapi import APIRouter, Request, Response
from msgspec import Struct

from api.auth.sessions import HOME, Form, Inside, Visit, go_to, require
from api.desk.queue import local, moment
from bot.desk.people import People
from bot.desk.roster import Roster, Volunteer
from bot.model import Chat, Escalation
from bot.ports.store import Clock, DeadLetter, Lost, Store
from bot.ports.tables import LETTERS, InstallationKey

PATH = f"{HOME}/undelivered"


class Line(Struct, frozen=True):
    """A message that was given up, without its words.

    It was for somebody of ours (`name`), for whom the request `code` is about, or for somebody else on `channel`.
    """

    at: datetime
    time: str
    channel: str
    code: str
    name: str
    call: bool
    state: Lost
    letter: str


class UndeliveredPage:
    """Newest first. An admin sees all, a lead what was for their teams and for those who asked these for help."""

    def __init__(self, store: Store, people: People, inside: Inside, clock: Clock) -> None:
        self._store = store
        self._people = people
        self._inside = inside
        self._clock = clock
        self._key = InstallationKey(store, LETTERS)

    def router(self) -> APIRouter:
        return self._inside.router(PATH, {"": self._page}, {"": self._again})

    async def _page(self, request: Request, visit: Visit, lang: str) -> Response:
        return await self._show(visit, lang, done=request.query_params.get("done", ""))

    async def _show(
        self, visit: Visit, lang: str, status: int = 200, *, done: str = "", refused: bool = False
    ) -> Response:
        """The page; `refused` says that what they wanted sent again cannot be."""
        letters, requests = await self._seen_by(visit.person)
        now, key = self._clock.now_ms() // 1000, await self._key.get()
        lines = [_line(each, requests.get(each.chat), self._people.roster, now, key) for each in letters]
        return self._inside.show("undelivered.html", visit, lang, status, lines=lines, done=done, refused=refused)

    async def _again(self, request: Request, form: Form, lang: str) -> Response:
        """Have one sent again; the same form twice sends it once."""
        (letters, _), key = await self._seen_by(form.person), await self._key.get()
        named = next((each for each in letters if _name(each, key) == form.text("letter")), None)
        if named is None or not await self._store.revive(named.chat, named.number):
            return await self._show(form.visit, lang, 409, refused=True)
        return go_to(PATH, lang, "again")

    async def _seen_by(self, person: Volunteer) -> tuple[Sequence[DeadLetter], Mapping[Chat, Escalation]]:
        require(person.role != "volunteer")
        letters = await self._store.dead_letters()
        requests = await self._requests({each.chat for each in letters})
        roster = self._people.roster
        return [each for each in letters if _concerns(roster, person, each, requests.get(each.chat))], requests

    async def _requests(self, chats: Collection[Chat]) -> Mapping[Chat, Escalation]:
        """The request of each of these residents: the open one, else the one that was closed last."""
        found = {each.chat: each for each in await self._store.open_requests() if each.chat in chats}
        closed = await asyncio.gather(*(self._last_closed(chat) for chat in chats if chat not in found))
        return found | {each.chat: each for each in closed if each}

    async def _last_closed(self, chat: Chat) -> Escalation | None:
        session = (await self._store.load(chat)).session
        return await self._store.escalation(session.requests[-1]) if session and session.requests else None


def _concerns(roster: Roster, person: Volunteer, letter: DeadLetter, request: Escalation | None) -> bool:
    if person.role == "admin" or (request and roster.may_lead(person, request.team)):
        return True
    owner = _owner(roster, letter.chat)
    teams = {*(owner.teams if owner else ()), *(team.id for team in roster.teams_in(letter.chat))}
    return any(roster.may_lead(person, team) for team in teams)


def _owner(roster: Roster, chat: Chat) -> Volunteer | None:
    return next((each for each in roster.people if chat in each.chats), None)


def _line(letter: DeadLetter, request: Escalation | None, roster: Roster, now: int, key: bytes) -> Line:
    at, owner = letter.at_ms // 1000, _owner(roster, letter.chat)
    group = next((team.name for team in roster.teams_in(letter.chat)), "")
    name, code = owner.name if owner else group, request.code if request else ""
    again = _name(letter, key) if letter.parcel else ""
    return Line(local(at), moment(at, now), letter.chat.channel, code, name, letter.call, letter.state, again)


def _name(letter: DeadLetter, key: bytes) -> str:
    """What a form names it by: nothing of whose it is."""
    return blake2b(f"{letter.number} {letter.chat.key}".encode(), key=key, digest_size=12).hexdigest()
