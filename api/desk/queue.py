"""The desk's first page: who waits for a person, what I am helping with, and what my teams are helping with.

When something was, and how long ago, as the desk says it. Pure. Times are Unix seconds.

A request for a person as a card of the desk: who waits, where they are, who was called for them. Pure.

Closing several requests at once: the page that asks whether they shall be closed, and the one that says what was.
"""

import asyncio
import re
import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import get_args
from unicodedata import normalize

from fastapi import APIRouter, Request, Response
from msgspec import Struct

from api.auth.sessions import HOME, Form, Inside, Visit, go_to
from api.desk.events import last_number, mark_of_queue
from api.desk.step_view import Steps
from api.errors import Problem
from api.rate_limit import RateLimit
from bot.content.ward import Ward
from bot.desk.appointment_rules import untaken
from bot.desk.appointment_texts import when
from bot.desk.appointments import Visits
from bot.desk.dismissal import MOST, Dismissals, Sorted, read_picks, write_pick
from bot.desk.open_requests import OpenRequests, Teams, in_danger, teams_of
from bot.desk.people import People
from bot.desk.queue import say_when_there
from bot.desk.roster import Roster, Volunteer
from bot.engine.texts import Voice, Words
from bot.errors import StoreDown
from bot.model import Appointment, Escalation, Reason, Said, replace
from bot.model.hours import VIETNAM
from bot.ports.store import Clock, Found, Store

_HOUR, _DAY = 60, 24 * 60


def local(at: int) -> datetime:
    """The moment in Vietnamese time."""
    return datetime.fromtimestamp(at, UTC).astimezone(VIETNAM)


def since(voice: Voice, at: int, now: int) -> str:
    """From when on: the time of day, with the date where it is not today's."""
    return voice.say("desk.since", time=f"{local(at):%H:%M}", day=_day(at, now))


def moment(at: int, now: int) -> str:
    """The time of day, behind the date where it is not today's."""
    return f"{_day(at, now)} {local(at):%H:%M}".strip()


def waited(voice: Voice, seconds: int) -> str:
    """A duration in its largest unit."""
    minutes = max(0, seconds) // 60
    if minutes < _HOUR:
        return voice.say("desk.minutes", n=minutes)
    if minutes < _DAY:
        return voice.say("desk.hours", n=minutes // _HOUR)
    return voice.say("desk.days", n=minutes // _DAY)


def _day(at: int, now: int) -> str:
    day = local(at).date()
    return "" if day == local(now).date() else f"{day.day}/{day.month}"


class Card(Struct, frozen=True, kw_only=True):
    """One request, as of its change `rev`. `place` in line is 0 while somebody helps; `lang` is the resident's
    language, and that of `title`, `step` and `line`.

    `called` says who was called for it, or who has it, where that is not its reader. `line` is what the resident wrote
    last, and `unanswered` how long they wait for an answer (empty: they do not). `again` says who helped before, where
    the resident said that it did not help. `danger`: they may be in danger.
    """

    code: str
    rev: int
    place: int
    opened: datetime
    since: str
    waited: str
    lang: str
    address: str
    group: str
    title: str
    step: str
    called: str
    may_take: bool
    again: str
    danger: bool
    line: str = ""
    unanswered: str = ""


class Cards:
    """Makes cards in the words of one ward."""

    def __init__(self, words: Words, steps: Steps, ward: Ward) -> None:
        self._words = words
        self._steps = steps
        self._groups: Mapping[str, str] = {group.id: group.name for group in ward.groups}

    def card(self, request: Escalation, place: int, reader: Volunteer, roster: Roster, lang: str, now: int) -> Card:
        """The card for `reader` in the desk's language at `now` (Unix seconds)."""
        voice = self._words.voice(lang)
        title, step = self._steps.short(request)
        mine = request.state == "held" and request.holder == reader.id
        in_line = request.state in ("waiting", "offered")
        free = request.state == "waiting" or request.holder == reader.id or roster.may_lead(reader, request.team)
        return Card(
            code=request.code,
            rev=request.rev,
            place=place,
            opened=local(request.opened_at),
            since=since(voice, request.opened_at, now),
            waited=waited(voice, now - request.opened_at),
            lang=self._steps.voice_of(request)[0],
            address=self._steps.address(request),
            group=self.group(request),
            title=title,
            step=step,
            called="" if mine else called(voice, request, roster, now),
            danger=request.state != "closed" and in_danger(request),
            again=helped_in_vain(voice, request, roster) if request.state != "closed" and request.score > 1 else "",
            may_take=in_line and free and roster.may_take(reader, request),
        )

    def with_talk(self, card: Card, said: Sequence[Said], asked_at: int, lang: str, now: int) -> Card:
        """The card of a request that is talked in: what the resident wrote last, and since when they wait (0: not)."""
        voice = self._words.voice(lang)
        last = next((entry for entry in reversed(said) if entry.who == "resident"), None)
        line = last.text if last else ""
        if last and last.media and not line:
            line = voice.say("desk.spoken" if last.media.startswith("voice:") else "desk.picture")
        return replace(card, line=line, unanswered=waited(voice, now - asked_at) if asked_at else "")

    def group(self, request: Escalation) -> str:
        """The resident's residential group in words; empty when it is not known."""
        return self._groups.get(request.group, "")


def helped_in_vain(voice: Voice, request: Escalation, roster: Roster) -> str:
    """Whose help did not help before."""
    return voice.say("desk.again", names=", ".join(roster.names(request.failed)))


def called(voice: Voice, request: Escalation, roster: Roster, now: int) -> str:
    """Who has it, is asked to take it, or was called for it; or that they cannot be told."""
    team, person, at = roster.team(request.team).name, roster.person(request.holder), local(now)
    if request.state in ("held", "offered"):
        told = request.state == "held" or bool(roster.chats(f"volunteer:{request.holder}", at))
        name = person.name if person else request.holder
        return voice.say(f"desk.called.{request.state}", name=name, team=team, told=told)
    if request.level == "team" and not roster.is_open(request.team, at):
        return voice.say("desk.called.closed", team=team)
    if not any(roster.chats(to, at) for to in _called(request, roster)):
        return voice.say("desk.called.untold", team=team, level=request.level)
    return voice.say(f"desk.called.{request.level}", team=team)


def _called(request: Escalation, roster: Roster) -> Sequence[str]:
    """Whom the calls for a request that waits are for."""
    if request.level == "team":
        return [f"team:{request.team}"]
    people = roster.leads(request.team) if request.level == "lead" else roster.admins()
    return [f"volunteer:{each.id}" for each in people]


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


PATH = f"{HOME}/dismiss"


class DismissPages:
    """For leads and admins. What was chosen comes from the desk's first page."""

    def __init__(self, dismissals: Dismissals, people: People, words: Words, desk: Desk, inside: Inside) -> None:
        self._dismissals = dismissals
        self._people = people
        self._words = words
        self._desk = desk
        self._inside = inside

    def router(self) -> APIRouter:
        return self._inside.router(PATH, {}, {"": self._ask, "/sure": self._dismiss})

    async def _ask(self, request: Request, form: Form, lang: str) -> Response:
        """Nothing is closed yet."""
        picks, reason, wrong = self._chosen(form)
        if wrong or reason is None:
            return await self._again(form, lang, request.query_params, picks, wrong)
        return self._show(form, lang, await self._dismissals.look(picks, form.person), reason)

    async def _dismiss(self, request: Request, form: Form, lang: str) -> Response:
        picks, reason, wrong = self._chosen(form)
        if wrong or reason is None:
            return await self._again(form, lang, request.query_params, picks, wrong)
        came = await self._dismissals.dismiss(picks, reason, form.person, form.id)
        return self._show(form, lang, came, reason, over=True)

    def _chosen(self, form: Form) -> tuple[Mapping[str, int], Reason | None, str]:
        """What was chosen, why, and what is wrong with that. Raises Problem for whoever leads nobody."""
        if form.person.role == "volunteer":
            raise Problem(403, "leads_only")
        picks = read_picks(form.all("pick"))
        reason = next((each for each in get_args(Reason) if each == form.text("reason")), None)
        if not picks:
            return picks, reason, "nothing"
        if len(picks) > MOST:
            return picks, reason, "many"
        return picks, reason, "" if reason else "reason"

    async def _again(
        self, form: Form, lang: str, query: Mapping[str, str], picks: Mapping[str, int], wrong: str
    ) -> Response:
        """The page on which they choose, with what they chose."""
        problem = self._words.voice(lang).say(f"desk.dismiss.wrong.{wrong}", most=MOST)
        there = {name: query.get(name, "") for name in ("team", "page")}
        there |= {"choose": "some", "reason": form.text("reason")}
        return await self._desk.show(form.visit, lang, there, 422, problem=problem, picked=picks)

    def _show(self, form: Form, lang: str, what: Sorted, reason: Reason, *, over: bool = False) -> Response:
        return self._inside.show(
            "desk_dismiss.html",
            form.visit,
            lang,
            id=secrets.token_hex(8),
            what=what,
            left=self._left(what, lang),
            picks=[write_pick(each) for each in what.requests],
            reason=reason,
            over=over,
        )

    def _left(self, what: Sorted, lang: str) -> Sequence[tuple[str, str]]:
        """Each code that is left as it is, and why."""
        voice, roster = self._words.voice(lang), self._people.roster
        said = []
        for each in what.left:
            holder = roster.person(each.holder)
            name = holder.name if holder else each.holder
            said.append((each.code, voice.say(f"desk.dismiss.left.{each.why}", name=name)))
        return said
