"""The page of one request: what was said, where the resident is, and what can be done about it."""

import asyncio
import secrets
from collections.abc import Collection, Sequence

from fastapi import APIRouter, Request, Response

from api.cards import Cards
from api.desk import tidy
from api.desk_marks import last_number, mark_of_request
from api.desk_steps import ShownStep, Steps
from api.desk_thread import answered, entries
from api.inside import Inside, require
from api.signin import HOME, Visit
from bot.desk.canned import canned
from bot.desk.parting import readable
from bot.desk.people import People
from bot.desk.roster import Volunteer
from bot.flows.desk import LONGEST
from bot.model import Escalation
from bot.ports import Clock, Library, Store
from bot.words import Words

PATH = f"{HOME}/requests"


class RequestPage:
    """For those who may see the request; for everybody else it does not exist.

    `holders` are the channels that give out the pictures that were sent through them.
    """

    def __init__(
        self,
        store: Store,
        people: People,
        words: Words,
        library: Library,
        cards: Cards,
        steps: Steps,
        inside: Inside,
        clock: Clock,
        holders: Collection[str],
    ) -> None:
        self._store = store
        self._people = people
        self._words = words
        self._library = library
        self._cards = cards
        self._steps = steps
        self._inside = inside
        self._clock = clock
        self._holders = holders

    def router(self) -> APIRouter:
        return self._inside.router(PATH, {"/{code}": self._page})

    async def _page(self, request: Request, visit: Visit, lang: str) -> Response:
        query = request.query_params
        ready, done = query.get("canned", ""), query.get("done", "")
        return await self.show(visit, lang, code_of(request), ready=ready, done=done)

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
        found, thread = await asyncio.gather(self._store.find(code), self._store.thread(code))
        request = found.request if found else await self._store.escalation(code)
        person, roster = visit.person, self._people.roster
        require(request is not None and roster.may_see(person, request))
        assert request is not None  # noqa: S101 (required just now)
        session = found.conversation.session if found else None
        said = readable(roster, person, request, thread)
        spoken, voice = self._steps.voice_of(request)
        replies = canned(self._topic(request), voice)
        now = self._clock.now_ms() // 1000
        address = self._steps.address(request)
        step = self._steps.of(request, session)
        mine = request.state == "held" and request.holder == person.id
        leads = roster.may_lead(person, request.team)
        card = self._cards.card(request, 0, person, roster, lang, now)
        return self._inside.show(
            "desk_request.html",
            visit,
            lang,
            status,
            id=secrets.token_hex(8),
            request=request,
            card=self._cards.with_talk(card, (), session.asked_at if session else 0, lang, now),
            address=address,
            spoken=spoken,
            step=step,
            printed=step.guide if step and self._library.current(step.guide) else "",
            thread=entries(said, self._words.voice(lang), roster, address, person.id, now),
            replied=answered(said),
            shows_pictures=request.chat.channel in self._holders,
            canned=replies if mine else (),
            typed=typed or dict(replies).get(ready, ""),
            longest=LONGEST,
            mine=mine,
            leads=leads,
            steps=steps_back(step) if mine or leads else (),
            teams=[team for team in roster.teams if team.id != request.team],
            colleagues=self._colleagues(person, request),
            mark=mark_of_request(request if found else None, last_number(thread)),
            refused=problem,
            done=done,
        )

    def _topic(self, request: Escalation) -> str:
        guide = self._library.current(request.guide)
        return guide.topic if guide else request.topic

    def _colleagues(self, person: Volunteer, request: Escalation) -> Sequence[tuple[Volunteer, bool]]:
        """Who else of the team could have it, and whether each is there: leads first."""
        others = [each for each in self._people.roster.members(request.team) if each.id != request.holder]
        return [(each, not each.away) for each in sorted(others, key=lambda each: (each.role != "lead", each.away))]


def code_of(request: Request) -> str:
    """The code in the address. Raises Problem for what was never drawn."""
    code: str = request.path_params["code"]
    require(code == tidy(code))
    return code


def steps_back(step: ShownStep | None) -> Sequence[tuple[str, str]]:
    """The other steps of their guide that a resident could be brought back to, while they are in it."""
    return [(id_, text) for id_, text in step.steps if id_ != step.here] if step and not step.left else ()
