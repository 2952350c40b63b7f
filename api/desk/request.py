"""The page of one request: what was said, where the resident is, and what can be done about it.

What was said in a request, entry by entry, in the desk's words. Pure.
"""

import asyncio
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Literal, get_args

from fastapi import APIRouter, Request, Response
from msgspec import Struct

from api.auth.forms import TextField
from api.auth.sessions import HOME, Inside, Visit, require
from api.desk.events import last_number, mark_of_request
from api.desk.queue import Cards, Desk, local, moment, tidy
from api.desk.step_view import ShownStep, Steps
from bot.desk.people import People
from bot.desk.request_summary import canned
from bot.desk.roster import Roster, Volunteer
from bot.desk.visibility import readable
from bot.engine.texts import Voice, Words
from bot.flows.request_actions import LONGEST
from bot.model import Escalation, Record, Said, Session, Undelivered
from bot.ports.store import Clock, DeadLetter, Delivery, Library, Store

Kind = Literal["resident", "volunteer", "note", "bot", "wrong"]
"""How an entry looks: `note` is for volunteers alone, `bot` says what happened, `wrong` what went wrong."""

_WRONG = (*get_args(Undelivered), "silent")


class Entry(Struct, frozen=True):
    """One entry, with its number in the thread. `who` is empty for what the bot noted; `media`: `photo` or `voice`.

    `delivery` is what became of a message to the resident, where that is known.
    """

    number: int
    kind: Kind
    who: str
    text: str
    at: datetime
    time: str
    media: str = ""
    delivery: Delivery | None = None


def entries(
    thread: Sequence[tuple[int, Said]],
    delivery: Mapping[int, Delivery],
    voice: Voice,
    roster: Roster,
    resident: str,
    reader: str,
    now: int,
) -> Sequence[Entry]:
    """The thread for the volunteer `reader`; `resident` is what the resident is called, empty when nobody knows."""

    def name(volunteer: str) -> str:
        person = roster.person(volunteer)
        return person.name if person else volunteer

    def entry(number: int, said: Said) -> Entry:
        kind: Kind = said.who
        text, who = said.text, ""
        match said.who:
            case "bot":
                kind = "wrong" if said.text in _WRONG else "bot"
                text = voice.say(f"desk.said.{said.text}", name=name(said.by) if said.by else "")
            case "resident":
                who = voice.say("desk.who.resident", called=resident)
                text = voice.say("desk.said.heard", text=text) if said.heard else text
            case "volunteer" | "note":
                who = voice.say(f"desk.who.{said.who}", name=name(said.by), me=said.by == reader)
        media = said.media.partition(":")[0]
        at, became = local(said.at), delivery.get(number)
        return Entry(number, kind, who, text, at, moment(said.at, now), media, became)

    return [entry(number, said) for number, said in thread]


def answered(thread: Sequence[tuple[int, Said]]) -> bool:
    """Whether a volunteer wrote anything to the resident."""
    return any(said.who == "volunteer" for _, said in thread)


PATH = f"{HOME}/requests"
UNKNOWN = "unknown_request"
"""Why there is no such page: the request is closed, or of others, or there never was one; nobody learns which."""
LOOK_SECONDS = 4 * 3600
"""Looks at one request within so long are one in the record."""
FIELDS = {"text": TextField("people.too_long.text", LONGEST)}


class _Look(Struct, frozen=True):
    """A request as it stands: its conversation's session, while it is open, its thread, and what became of messages."""

    request: Escalation
    is_open: bool
    session: Session | None
    thread: Sequence[tuple[int, Said]]
    lost: Sequence[DeadLetter]
    delivery: Mapping[int, Delivery]


class _Given(Struct, frozen=True):
    """Something that did not arrive, and is no message in the thread: when it was given up, and why."""

    at: datetime
    time: str
    state: str


class RequestPage:
    """For those who may see the request; everybody else hears which team has it.

    `shows` tells of a channel whether what was sent through it may be seen here.
    """

    def __init__(
        self,
        store: Store,
        people: People,
        words: Words,
        library: Library,
        cards: Cards,
        steps: Steps,
        desk: Desk,
        inside: Inside,
        clock: Clock,
        shows: Callable[[str], bool],
    ) -> None:
        self._store = store
        self._people = people
        self._words = words
        self._library = library
        self._cards = cards
        self._steps = steps
        self._desk = desk
        self._inside = inside
        self._clock = clock
        self._shows = shows

    def router(self) -> APIRouter:
        return self._inside.router(PATH, {"/{code}": self._page})

    async def _page(self, request: Request, visit: Visit, lang: str) -> Response:
        query, code = request.query_params, code_of(request)
        if elsewhere := await self._elsewhere(visit.person, code, lang):
            return await self._desk.show_elsewhere(visit, lang, code, elsewhere)
        return await self.show(visit, lang, code, ready=query.get("canned", ""), done=query.get("done", ""))

    async def _elsewhere(self, person: Volunteer, code: str, lang: str) -> str:
        """Who has the request, where that is not for this person to see; empty for one that is not there."""
        request = await self._store.escalation(code)
        seen = request is None or self._people.roster.may_see(person, request)
        return "" if seen or request is None else self._desk.who_has(person, request, lang)

    async def show(
        self,
        visit: Visit,
        lang: str,
        code: str,
        status: int = 200,
        *,
        problem: str = "",
        typed: str = "",
        ready: str = "",
        done: str = "",
    ) -> Response:
        """The page; `problem` is why something was not done, and `typed` what was written meanwhile.

        `ready` names a ready-made reply to begin with. Raises Problem where there is nothing to see, and StoreDown.
        """
        person, it = visit.person, await self._look(visit.person, code)
        await self._note_look(person, it.request)
        step = self._steps.of(it.request, it.session)
        return self._inside.show(
            "desk_request.html",
            visit,
            lang,
            status,
            id=secrets.token_hex(8),
            request=it.request,
            step=step,
            refused=problem,
            done=done,
            **self._resident(it, person, step, lang),
            **self._talk(it, person, lang),
            **self._possible(it.request, person, step),
            **self._answer(it.request, person, typed, ready),
        )

    async def _look(self, person: Volunteer, code: str) -> _Look:
        found, thread = await asyncio.gather(self._store.find(code), self._store.thread(code))
        request = found.request if found else await self._store.escalation(code)
        require(request is not None and self._people.roster.may_see(person, request), UNKNOWN)
        assert request is not None  # noqa: S101 (required just now)
        delivery, letters = await asyncio.gather(self._store.delivery(request), self._store.dead_letters(request.chat))
        named = {number for each in delivery.values() for number in each.lost}
        lost = [each for each in letters if found and each.number not in named]
        return _Look(request, found is not None, found.conversation.session if found else None, thread, lost, delivery)

    async def _note_look(self, person: Volunteer, request: Escalation) -> None:
        """Who reads what they do not hold stands in the record: once in LOOK_SECONDS, however often the page comes."""
        if request.state == "held" and request.holder == person.id:
            return
        noted = f"look {request.code} {person.id}"
        if await self._store.aside(noted) is None:
            await self._store.record(Record(self._now(), "looked", request.code, person.id))
            await self._store.set_aside(noted, b"1", LOOK_SECONDS)

    def _resident(self, it: _Look, person: Volunteer, step: ShownStep | None, lang: str) -> Mapping[str, object]:
        """Who it is, and where they are."""
        now = self._now()
        card = self._cards.card(it.request, 0, person, self._people.roster, lang, now)
        return {
            "card": self._cards.with_talk(card, (), it.session.asked_at if it.session else 0, lang, now),
            "address": self._steps.address(it.request),
            "spoken": self._steps.voice_of(it.request)[0],
            "printed": step.guide if step and self._library.current(step.guide) else "",
        }

    def _talk(self, it: _Look, person: Volunteer, lang: str) -> Mapping[str, object]:
        """What was said, as far as it is theirs to read."""
        roster, address = self._people.roster, self._steps.address(it.request)
        said = readable(roster, person, it.request, it.thread)
        return {
            "thread": entries(said, it.delivery, self._words.voice(lang), roster, address, person.id, self._now()),
            "replied": answered(said),
            "lost": [
                _Given(local(each.at_ms // 1000), moment(each.at_ms // 1000, self._now()), each.state)
                for each in it.lost
            ],
            "shows_pictures": self._shows(it.request.chat.channel),
            "mark": mark_of_request(it.request if it.is_open else None, last_number(it.thread), it.delivery),
        }

    def _possible(self, request: Escalation, person: Volunteer, step: ShownStep | None) -> Mapping[str, object]:
        """What they can do with it."""
        roster = self._people.roster
        mine = request.state == "held" and request.holder == person.id
        leads = roster.may_lead(person, request.team)
        return {
            "mine": mine,
            "leads": leads,
            "steps": steps_back(step) if mine or leads else (),
            "teams": [team for team in roster.teams if team.id != request.team],
            "colleagues": self._colleagues(request, person),
        }

    def _answer(self, request: Escalation, person: Volunteer, typed: str, ready: str) -> Mapping[str, object]:
        """What they can say, and what stands in the box; where there is none any more, what was typed beside it."""
        replies = canned(self._topic(request), self._steps.voice_of(request)[1])
        has_box = request.state == "held" and request.holder == person.id
        return {
            "canned": replies,
            "typed": typed or dict(replies).get(ready, ""),
            "unsent": [] if has_box or not typed else [(FIELDS["text"].label, typed)],
            "fields": FIELDS,
        }

    def _topic(self, request: Escalation) -> str:
        guide = self._library.current(request.guide)
        return guide.topic if guide else request.topic

    def _colleagues(self, request: Escalation, me: Volunteer) -> Sequence[tuple[Volunteer, bool]]:
        """Who else of the team could have it, and whether each is there: leads first."""
        roster = self._people.roster
        others = [
            each
            for each in roster.members(request.team)
            if each.id != request.holder and roster.may_give(me, each, request)
        ]
        return [(each, not each.away) for each in sorted(others, key=lambda each: (each.role != "lead", each.away))]

    def _now(self) -> int:
        return self._clock.now_ms() // 1000


def code_of(request: Request) -> str:
    """The code in the address. Raises Problem for what was never drawn."""
    code: str = request.path_params["code"]
    require(code == tidy(code), UNKNOWN)
    return code


def steps_back(step: ShownStep | None) -> Sequence[tuple[str, str]]:
    """The other steps of their guide that a resident could be brought back to, while they are in it."""
    return [(id_, text) for id_, text in step.steps if id_ != step.here] if step and not step.left else ()
