"""The desk's first page: who waits for a person, what I am helping with, and what my teams are helping with."""

import asyncio
import re
import secrets
from collections.abc import Collection, Mapping, Sequence
from typing import get_args
from unicodedata import normalize

from fastapi import APIRouter, Request, Response
from msgspec import Struct

from api.auth.inside import Inside
from api.auth.signin import HOME, Visit, go_to
from api.desk.cards import Card, Cards
from api.desk.marks import last_number, mark_of_queue
from api.desk.times import local
from api.limits import RateLimit
from bot.desk.appointment_rules import untaken
from bot.desk.appointment_texts import when
from bot.desk.appointments import Visits
from bot.desk.open_requests import OpenRequests, Teams, teams_of
from bot.desk.people import People
from bot.desk.queue import say_when_there
from bot.desk.roster import Volunteer
from bot.engine.texts import Words
from bot.errors import StoreDown
from bot.model import Appointment, Escalation, Reason, Said
from bot.ports.store import Clock, Found, Store

LOOKUPS_A_MINUTE = 20
"""So many codes somebody may look up: enough at the telephone, too few to find out codes by guessing."""
ON_A_PAGE = 50
"""Cards of those who wait; the rest is on further pages."""
HELPED_ON_A_PAGE = 20
VISITS_SHOWN = 2
"""Of the visits that nobody has taken, those that come soonest."""

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
        self,
        store: Store,
        requests: OpenRequests,
        visits: Visits,
        people: People,
        words: Words,
        cards: Cards,
        inside: Inside,
        clock: Clock,
    ) -> None:
        self._store = store
        self._requests = requests
        self._visits = visits
        self._people = people
        self._words = words
        self._cards = cards
        self._inside = inside
        self._clock = clock
        self._lookups = RateLimit(LOOKUPS_A_MINUTE)

    def router(self) -> APIRouter:
        return self._inside.router(HOME, {"": self._queue, "/sign-in": self._queue})

    async def _queue(self, request: Request, visit: Visit, lang: str) -> Response:
        await self._requests.refresh()
        query = request.query_params
        wanted = tidy(query.get("code", ""))
        if not wanted:
            return await self.show(visit, lang, query)
        if self._lookups.wait(visit.person.id):
            problem = self._words.voice(lang).say("desk.search.too_many")
            return await self.show(visit, lang, query, 429, problem=problem)
        found, elsewhere = await self._meant(visit.person, wanted, lang)
        if len(found) == 1:
            return go_to(f"{HOME}/requests/{found[0]}", lang)
        if not found and not elsewhere and (visits := await self._meant_visit(visit.person, wanted, lang)):
            mine, elsewhere = visits
            if mine:
                return to_visit(wanted, lang)
        return await self.show(visit, lang, query, code=wanted, found=found, elsewhere=elsewhere)

    async def show_elsewhere(self, visit: Visit, lang: str, code: str, elsewhere: str) -> Response:
        """The page for whoever opened a request that somebody else has: there is nothing else of it for them."""
        await self._requests.refresh()
        if self._lookups.wait(visit.person.id):
            return await self.show(visit, lang, {}, 429, problem=self._words.voice(lang).say("desk.search.too_many"))
        return await self.show(visit, lang, {}, 404, code=code, elsewhere=elsewhere)

    def who_has(self, person: Volunteer, request: Escalation, lang: str) -> str:
        """Who has a request that is not for this person to read: a colleague of theirs, else another team."""
        roster, say = self._people.roster, self._words.voice(lang).say
        holder = roster.person(request.holder)
        if holder and roster.may_know(person, request):
            return say("desk.search.held", code=request.code, name=holder.name)
        return say("desk.search.elsewhere", code=request.code, team=roster.team(request.team).name)

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
        elsewhere: str = "",
        picked: Collection[str] = (),
        unsent: Sequence[tuple[str, str]] = (),
    ) -> Response:
        """The page as last read; `problem` is why something was not done, and `unsent` what was typed for it. `found`
        is what the `code` looked up may mean, `elsewhere` who has it, where that is not for its reader.

        `query` chooses the `team`, the `page` of those who wait, and the one of those who are `helped`; it also names
        what was `done` just now, and the team that got it (`to`), and lets a lead `choose` several who wait (`some`;
        `all`: those on this page are chosen already), for a `reason`. `picked` are codes that were chosen.
        """
        person, teams = visit.person, teams_of(visit.person)
        chosen = query.get("team", "")
        shown: Teams = (chosen,) if chosen and (teams is None or chosen in teams) else teams
        mine, mark = await self._mine(person, lang)
        visits = await self._untaken(person, lang)
        return self._inside.show(
            "desk.html",
            visit,
            lang,
            status,
            id=secrets.token_hex(8),
            longest_code=_LONGEST_CODE,
            mine=mine,
            mark=mark,
            waiting=len(self._requests.line(teams)),
            teams=[each for each in self._people.roster.teams if teams is None or each.id in teams],
            chosen=chosen if shown != teams else "",
            at=f"{local(self._now()):%H:%M}",
            refused=problem,
            unsent=unsent,
            done=query.get("done", ""),
            back=self._back(query.get("to", ""), lang),
            code=code,
            found=found,
            elsewhere=elsewhere,
            visits=visits or (),
            partial=self._requests.partial or visits is None,
            visits_shown=VISITS_SHOWN,
            choosing=_choosing(person, query),
            picked=picked,
            reasons=get_args(Reason),
            reason=query.get("reason", ""),
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
        talks = await asyncio.gather(*map(self._talk, held))
        now, cards = self._now(), []
        for each, (thread, talk) in zip(held, talks, strict=True):
            session = talk.conversation.session if talk else None
            asked_at = session.asked_at if session else 0
            card = self._cards.card(each, 0, person, self._people.roster, lang, now)
            said = [entry for _, entry in thread]
            cards.append((not asked_at, asked_at, self._cards.with_talk(card, said, asked_at, lang, now)))
        cards.sort(key=lambda entry: entry[:2])
        said_in = {each.code: last_number(thread) for each, (thread, _) in zip(held, talks, strict=True)}
        return [card for _, _, card in cards], mark_of_queue(self._requests, person, said_in)

    async def _talk(self, request: Escalation) -> tuple[Sequence[tuple[int, Said]], Found | None]:
        """What was said in it, and its resident's conversation; nothing while the node that has them is gone."""
        try:
            thread, talk = await asyncio.gather(self._store.thread(request.code), self._store.find(request.code))
        except StoreDown:
            return (), None
        return thread, talk

    def _leaf(
        self, line: Sequence[tuple[int, Escalation]], wanted: str, size: int, person: Volunteer, lang: str
    ) -> Leaf:
        last = max(1, -(-len(line) // size))
        number = min(max(1, int(wanted)), last) if re.fullmatch(r"[0-9]{1,5}", wanted) else 1
        now, roster = self._now(), self._people.roster
        here = line[(number - 1) * size : number * size]
        cards = [self._cards.card(each, place, person, roster, lang, now) for place, each in here]
        return Leaf(cards, number, last, len(line))

    async def _meant(self, person: Volunteer, wanted: str, lang: str) -> tuple[Sequence[str], str]:
        """The codes that somebody may mean, of what they may see: open ones, or one that was closed not long ago; and
        who has it, in words, where only others may see it.

        By its digits alone where the letter was not heard.
        """
        roster = self._people.roster
        found = [each for each in self._requests.all() if wanted in (each.code, each.code[1:])]
        if not found and (closed := await self._store.escalation(wanted)):
            found = [closed]
        seen = [each.code for each in found if roster.may_see(person, each)]
        return seen, "" if seen or not found else self.who_has(person, found[0], lang)

    async def _meant_visit(self, person: Volunteer, wanted: str, lang: str) -> tuple[bool, str] | None:
        """Whether an appointment with this code is theirs to see, and who has it, in words; None: there is none."""
        roster = self._people.roster
        found = next((each for each in await self._visits.kept() if each.code == wanted), None)
        if found is None:
            return None
        team = roster.team(found.team).name
        elsewhere = self._words.voice(lang).say("desk.search.elsewhere", code=wanted, team=team)
        return roster.may_see_appointment(person, found), elsewhere

    async def _untaken(self, person: Volunteer, lang: str) -> Sequence[tuple[Appointment, str]] | None:
        """The visits that nobody of their teams has taken, and when each is; soonest first. None: nobody can say."""
        roster, voice, now = self._people.roster, self._words.voice(lang), self._now()
        try:
            kept = untaken(roster, await self._visits.kept(), now)
        except StoreDown:
            return None
        return [(each, when(voice, each, now)) for each in kept if roster.may_see_appointment(person, each)]

    def _back(self, team: str, lang: str) -> str:
        """When this team is there; empty where there is none."""
        roster = self._people.roster
        there = any(each.id == team for each in roster.teams)
        return say_when_there(self._words.voice(lang), roster, team, local(self._now())) if there else ""

    def _now(self) -> int:
        return self._clock.now_ms() // 1000


def _choosing(person: Volunteer, query: Mapping[str, str]) -> str:
    """Whether they choose several requests: `some`, `all` of the page, or not."""
    wanted = query.get("choose", "")
    return wanted if wanted in ("some", "all") and person.role != "volunteer" else ""


def to_visit(code: str, lang: str) -> Response:
    """To an appointment on the page of all."""
    answer = go_to(f"{HOME}/visits", lang)
    answer.headers["location"] += f"#{code}"
    return answer


def tidy(code: str) -> str:
    """A code as it was drawn, from how people type it: `h 48-21`, full-width digits, O for zero."""
    plain = re.sub(r"[^A-Z0-9]", "", normalize("NFKC", code[:_LONGEST_CODE]).upper())
    letter = plain[:1] if len(plain) > 4 else ""
    return letter + plain[len(letter) :].translate(_HEARD_AS_DIGITS)
