"""The desk's first page: who waits for a person, what I am helping with, and what my teams are helping with."""

import asyncio
import re
import secrets
from collections.abc import Mapping, Sequence
from unicodedata import normalize

from fastapi import APIRouter, Request, Response
from msgspec import Struct

from api.auth.inside import Inside
from api.auth.signin import HOME, Visit, go_to
from api.desk.cards import Card, Cards
from api.desk.marks import last_number, mark_of_queue
from api.desk.times import local
from bot.desk.open_requests import OpenRequests, Teams, teams_of
from bot.desk.people import People
from bot.desk.roster import Volunteer
from bot.model import Escalation
from bot.ports import Clock, Store

ON_A_PAGE = 50
"""Cards of those who wait; the rest is on further pages."""
HELPED_ON_A_PAGE = 20

_LONGEST_CODE = 32
_HEARD_AS_DIGITS = str.maketrans("OIL", "011")


class Leaf(Struct, frozen=True):
    """One page of a longer list: `number` of `last`, counted from 1; `count` is how long the list is."""

    cards: Sequence[Card]
    number: int
    last: int
    count: int


class Desk:
    """The queue, for whoever signed in: what waits for their teams. Nothing says who a resident is elsewhere."""

    def __init__(
        self, store: Store, requests: OpenRequests, people: People, cards: Cards, inside: Inside, clock: Clock
    ) -> None:
        self._store = store
        self._requests = requests
        self._people = people
        self._cards = cards
        self._inside = inside
        self._clock = clock

    def router(self) -> APIRouter:
        return self._inside.router(HOME, {"": self._queue, "/sign-in": self._queue})

    async def _queue(self, request: Request, visit: Visit, lang: str) -> Response:
        await self._requests.refresh()
        query = request.query_params
        wanted = tidy(query.get("code", ""))
        found = await self._meant(visit.person, wanted) if wanted else []
        if len(found) == 1:
            return go_to(f"{HOME}/requests/{found[0]}", lang)
        return await self.show(visit, lang, query, code=wanted, found=found)

    async def show(
        self,
        visit: Visit,
        lang: str,
        query: Mapping[str, str],
        status: int = 200,
        *,
        problem: str = "",
        code: str = "",
        found: Sequence[str] = (),
    ) -> Response:
        """The page as last read; `problem` is why something was not done, `found` what the `code` looked up may mean.

        `query` chooses the `team`, the `page` of those who wait, and the one of those who are `helped`; it also names
        what was `done` just now.
        """
        person, teams = visit.person, teams_of(visit.person)
        chosen = query.get("team", "")
        shown: Teams = (chosen,) if chosen and (teams is None or chosen in teams) else teams
        mine, mark = await self._mine(person, lang)
        return self._inside.show(
            "desk.html",
            visit,
            lang,
            status,
            id=secrets.token_hex(8),
            mine=mine,
            mark=mark,
            waiting=len(self._requests.line(teams)),
            teams=[each for each in self._people.roster.teams if teams is None or each.id in teams],
            chosen=chosen if shown != teams else "",
            at=f"{local(self._now()):%H:%M}",
            refused=problem,
            done=query.get("done", ""),
            code=code,
            found=found,
            **self._leaves(person, shown, query, lang),
        )

    def _leaves(self, person: Volunteer, shown: Teams, query: Mapping[str, str], lang: str) -> Mapping[str, object]:
        """A page of who waits for these teams and, for who leads one, of whom others help."""
        leads = person.role != "volunteer"
        helped = [(0, each) for each in self._requests.held(shown) if each.holder != person.id] if leads else []
        return {
            "line": self._leaf(self._requests.line(shown), query.get("page", ""), ON_A_PAGE, person, lang),
            "helped": self._leaf(helped, query.get("helped", ""), HELPED_ON_A_PAGE, person, lang),
            "leads": leads,
        }

    async def _mine(self, person: Volunteer, lang: str) -> tuple[Sequence[Card], str]:
        """What they are helping with, the longest without an answer first, and the mark of the whole page."""
        held = self._requests.of(person.id)
        threads = await asyncio.gather(*(self._store.thread(each.code) for each in held))
        talks = await asyncio.gather(*(self._store.find(each.code) for each in held))
        now, cards = self._now(), []
        for each, thread, talk in zip(held, threads, talks, strict=True):
            session = talk.conversation.session if talk else None
            asked_at = session.asked_at if session else 0
            card = self._cards.card(each, 0, person, self._people.roster, lang, now)
            said = [entry for _, entry in thread]
            cards.append((not asked_at, asked_at, self._cards.with_talk(card, said, asked_at, lang, now)))
        cards.sort(key=lambda entry: entry[:2])
        said_in = {each.code: last_number(thread) for each, thread in zip(held, threads, strict=True)}
        return [card for _, _, card in cards], mark_of_queue(self._requests, person, said_in)

    def _leaf(
        self, line: Sequence[tuple[int, Escalation]], wanted: str, size: int, person: Volunteer, lang: str
    ) -> Leaf:
        last = max(1, -(-len(line) // size))
        number = min(max(1, int(wanted)), last) if re.fullmatch(r"[0-9]{1,5}", wanted) else 1
        now, roster = self._now(), self._people.roster
        here = line[(number - 1) * size : number * size]
        cards = [self._cards.card(each, place, person, roster, lang, now) for place, each in here]
        return Leaf(cards, number, last, len(line))

    async def _meant(self, person: Volunteer, wanted: str) -> Sequence[str]:
        """The codes that somebody may mean, of what they may see: open ones, or one that was closed not long ago.

        By its digits alone where the letter was not heard.
        """
        found = [each for each in self._requests.all() if wanted in (each.code, each.code[1:])]
        if not found and (closed := await self._store.escalation(wanted)):
            found = [closed]
        return [each.code for each in found if self._people.roster.may_see(person, each)]

    def _now(self) -> int:
        return self._clock.now_ms() // 1000


def tidy(code: str) -> str:
    """A code as it was drawn, from how people type it: `h 48-21`, full-width digits, O for zero."""
    plain = re.sub(r"[^A-Z0-9]", "", normalize("NFKC", code[:_LONGEST_CODE]).upper())
    letter = plain[:1] if len(plain) > 4 else ""
    return letter + plain[len(letter) :].translate(_HEARD_AS_DIGITS)
