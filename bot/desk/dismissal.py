"""Several requests that nobody has taken are closed for one reason: each by a turn of its resident's conversation.

Somebody leaves, or a team: what they held goes back to the line, at its place, and what they were to visit too.

How many requests for a person may be opened in an hour, in all and from one network address: people answer them.

A team is removed: who waits for it goes on to another one, at their place in line. Nothing is forgotten.
"""

import logging
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from hashlib import blake2b
from hmac import new
from typing import Literal

import msgspec
from msgspec import Struct

from bot.desk.appointments import Visits
from bot.desk.open_requests import OpenRequests
from bot.desk.people import People, Wrong
from bot.desk.roster import Volunteer
from bot.errors import StoreDown
from bot.model import Appointment, Deed, Escalation, Reason, Verdict, encode, replace
from bot.ports.store import Clock, Store
from bot.ports.tables import ADDRESSES, InstallationKey

MOST = 100
"""Requests that are closed at once."""

Why = Literal["taken", "closed", "changed", "own", "gone", "unreachable"]
"""Why a request was left as it is. `gone`: it is in no line of theirs; `unreachable`: its resident cannot be told."""

_PICK = re.compile(r"([A-Z0-9]{2,32})\.([1-9][0-9]{0,8})")


class Left(Struct, frozen=True):
    """A request that was left as it is; `holder` is who has it (a volunteer), where it was taken."""

    code: str
    why: Why
    holder: str = ""


class Sorted(Struct, frozen=True):
    """What was chosen: requests to close, or that were closed, and those that were left as they are.

    `lost` are codes of the former: an earlier message to their resident did not arrive.
    """

    requests: Sequence[Escalation]
    left: Sequence[Left]
    lost: Sequence[str] = ()

    @property
    def told(self) -> int:
        """How many residents are sent the reason, with nothing that speaks against its arriving."""
        return len(self.requests) - len(self.lost)

    @property
    def on_page(self) -> int:
        """How many of those read it only on the web page."""
        return sum(each.chat.channel == "web" and each.code not in self.lost for each in self.requests)


class Dismissals:
    """Closes requests for whoever leads their teams. `do` does a deed under a name: twice the same has one effect.

    Methods raise StoreDown; what was closed until then stays closed, and the same form again goes on from there.
    """

    def __init__(
        self, store: Store, people: People, requests: OpenRequests, do: Callable[[str, Deed], Awaitable[Verdict]]
    ) -> None:
        self._store = store
        self._people = people
        self._requests = requests
        self._do = do

    async def look(self, picks: Mapping[str, int], by: Volunteer) -> Sorted:
        """How what was chosen stands now; changes nothing. `picks` says at which change each code was chosen."""
        await self._requests.refresh()
        known = {each.code: each for each in self._requests.all()}
        ready, left = list[Escalation](), list[Left]()
        for code, rev in picks.items():
            request = known.get(code)
            if request is None or not self._people.roster.may_lead(by, request.team):
                left.append(Left(code, "gone"))
            elif why := self._why(request, rev):
                left.append(Left(code, why, request.holder if why == "taken" else ""))
            else:
                ready.append(request)
        return Sorted(ready, left, await self._lost(ready))

    async def dismiss(self, picks: Mapping[str, int], reason: Reason, by: Volunteer, form: str) -> Sorted:
        """Close what still stands as it was chosen. `form` is the id of what was sent."""
        done, left = list[Escalation](), list[Left]()
        for code, rev in picks.items():
            deed = Deed("dismiss", code, by.id, to=reason, rev=rev)
            verdict = await self._do(f"{by.id}:{form}:dismiss:{code}", deed)
            request = verdict.request
            if request and (verdict.name == "done" or await self._is_mine(verdict, reason, by)):
                done.append(request)
            else:
                left.append(_left(code, verdict))
        return Sorted(done, left, await self._lost(done))

    def _why(self, request: Escalation, rev: int) -> Why | None:
        if request.state == "held":
            return "taken"
        if not self._people.roster.reaches(request.chat):
            return "unreachable"
        return "changed" if request.rev != rev else None

    async def _is_mine(self, verdict: Verdict, reason: Reason, by: Volunteer) -> bool:
        """Whether they closed it so already: the same form comes twice where somebody presses twice."""
        if verdict.name != "closed" or verdict.request is None:
            return False
        thread = await self._store.thread(verdict.request.code)
        return bool(thread) and (thread[-1][1].text, thread[-1][1].by) == (f"dismissed_{reason}", by.id)

    async def _lost(self, requests: Iterable[Escalation]) -> Sequence[str]:
        """The codes whose residents did not get something lately."""
        gone = {letter.chat for letter in await self._store.dead_letters()}
        return [each.code for each in requests if each.chat in gone]


def read_picks(texts: Iterable[str]) -> Mapping[str, int]:
    """The codes in what a form says (`H4821.3`), each with the change it was chosen at; what is none is left out."""
    found = filter(None, map(_PICK.fullmatch, texts))
    return {pick[1]: int(pick[2]) for pick in found}


def write_pick(request: Escalation) -> str:
    """How a form says that this request was chosen."""
    return f"{request.code}.{request.rev}"


def _left(code: str, verdict: Verdict) -> Left:
    match verdict.name:
        case "taken":
            return Left(code, "taken", verdict.about)
        case "closed" | "changed" | "unreachable":
            return Left(code, verdict.name)
        case "not_allowed" if verdict.about == "own":
            return Left(code, "own")
    return Left(code, "gone")


class Held(Struct, frozen=True):
    """What somebody holds that would not be theirs any more: requests, also those kept for them, and visits."""

    requests: Sequence[Escalation] = ()
    visits: Sequence[Appointment] = ()

    def __bool__(self) -> bool:
        return bool(self.requests or self.visits)

    @property
    def all(self) -> Sequence[Escalation | Appointment]:
        return [*self.requests, *self.visits]

    @property
    def teams(self) -> Sequence[str]:
        """Whose line they go back to."""
        return tuple(dict.fromkeys(each.team for each in self.all))

    def of(self, team: str) -> "Held":
        """What goes back to this team."""
        requests = [each for each in self.requests if each.team == team]
        return Held(requests, [each for each in self.visits if each.team == team])


class Departures:
    """Lets people go. `do` does a deed under a name: twice the same name has one effect. Methods raise StoreDown.

    Somebody goes first, and then what they held: nothing new comes to them in between.
    """

    def __init__(
        self,
        people: People,
        requests: OpenRequests,
        visits: Visits,
        do: Callable[[str, Deed], Awaitable[Verdict]],
        clock: Clock,
    ) -> None:
        self._people = people
        self._requests = requests
        self._visits = visits
        self._do = do
        self._clock = clock

    async def held(self, after: Volunteer) -> Held:
        """What goes back when somebody is as `after`: all of it when they left, else that of teams they are not in."""
        await self._requests.refresh()
        now = self._clock.now_ms() // 1000
        requests = [each for each in self._requests.all() if each.holder == after.id and _loses(after, each.team)]
        visits = [
            each
            for each in await self._visits.kept()
            if each.helper == after.id and each.state == "booked" and each.at > now and _loses(after, each.team)
        ]
        return Held(sorted(requests, key=lambda each: each.opened_at), visits)

    async def retire(self, volunteer: str, by: str) -> Wrong:
        """Somebody leaves, as an admin says. Once more, and what could not go back then goes now."""
        if wrong := await self._people.retire(volunteer, by):
            return wrong
        await self._give_back(volunteer)
        return ""

    async def change(self, volunteer: str, by: str, how: Callable[[Volunteer], Volunteer]) -> Wrong:
        """An admin changes somebody."""
        if wrong := await self._people.change(volunteer, by, how):
            return wrong
        await self._give_back(volunteer)
        return ""

    async def leave_team(self, volunteer: str, team: str, by: Volunteer) -> Wrong:
        """Whoever may do so puts somebody out of a team."""
        if wrong := await self._people.move(volunteer, team, by, joins=False):
            return wrong
        await self._give_back(volunteer)
        return ""

    async def _give_back(self, volunteer: str) -> None:
        person = self._people.roster.person(volunteer)
        held = await self.held(person) if person else Held()
        for request in held.requests:
            await self._do(f"{volunteer}:left:{request.rev}", Deed("leave", request.code, volunteer))
        for visit in held.visits:
            await self._visits.abandon(visit.code, volunteer)


def without_team(who: Volunteer, team: str) -> Volunteer:
    """Somebody who is one of this team no more."""
    return replace(who, teams=tuple(each for each in who.teams if each != team))


def _loses(after: Volunteer, team: str) -> bool:
    return not after.active or (team not in after.teams and after.role != "admin")


FROM_ONE_ADDRESS = 10
"""Requests an hour: a help point or a family shares an address."""

_HOUR_MS = 3600 * 1000
_TABLE = "opened"


class _Opened(Struct, frozen=True, omit_defaults=True):
    """When a request was opened, and from where: a keyed hash, empty where nobody knows."""

    at: int
    place: str = ""


_log = logging.getLogger("toso.store")

_read = msgspec.json.Decoder(_Opened).decode


class Admission:
    """Counts over all workers. `an_hour` is how many may be opened in all; 0 is no limit."""

    def __init__(self, store: Store, clock: Clock, an_hour: int) -> None:
        self._store = store
        self._clock = clock
        self._an_hour = an_hour
        self._key = InstallationKey(store, ADDRESSES)

    async def admit(self, id_: str, address: str = "") -> bool:
        """Whether one more request may be opened; then it is counted. The same `id_` again is the same request.

        Nobody is kept from a person because the counts cannot be read: on a cluster their node may be gone alone.
        """
        try:
            return await self._count(id_, address)
        except StoreDown as down:
            _log.warning("a request is opened without a limit: %s", down)
            return True

    async def _count(self, id_: str, address: str) -> bool:
        now, row = self._clock.now_ms(), blake2b(id_.encode(), digest_size=12).hexdigest()
        place = new(await self._key.get(), address.encode(), "sha256").hexdigest()[:16] if address else ""
        kept = {name: (value, _read(value)) for name, value in (await self._store.rows(_TABLE))[1].items()}
        for name, (value, opened) in kept.items():
            if not _lately(opened, now):
                await self._store.put(_TABLE, name, value, None)
        lately = {name: opened for name, (_, opened) in kept.items() if _lately(opened, now)}
        if row in lately:
            return True
        places = Counter(opened.place for opened in lately.values())
        if (self._an_hour and len(lately) >= self._an_hour) or (place and places[place] >= FROM_ONE_ADDRESS):
            return False
        await self._store.put(_TABLE, row, None, encode(_Opened(now, place)))
        return True


def _lately(opened: _Opened, now: int) -> bool:
    """Within an hour; also ahead of us, since hosts may have clocks that differ, and a clock may go back."""
    return abs(now - opened.at) < _HOUR_MS


class Ties(Struct, frozen=True):
    """What hangs on a team: who waits for it, how many it helps just now, and its appointments (how many).

    `alone`: no other team takes what no team is for.
    """

    waiting: Sequence[Escalation]
    helped: int
    visits: int
    alone: bool

    @property
    def hold(self) -> Wrong:
        """Why it cannot be removed even when whoever waits for it goes to another team; empty when it can."""
        if self.alone:
            return "catch_all"
        return "busy" if self.helped or self.visits else ""


class TeamRemoval:
    """Removes a team, and brings it back. `do` does a deed under a name: twice the same name has one effect.

    Every method raises StoreDown.
    """

    def __init__(
        self, people: People, requests: OpenRequests, visits: Visits, do: Callable[[str, Deed], Awaitable[Verdict]]
    ) -> None:
        self._people = people
        self._requests = requests
        self._visits = visits
        self._do = do

    async def ties(self, team: str) -> Ties:
        """What hangs on the team at this moment."""
        await self._requests.refresh()
        line, held = self._requests.line((team,)), self._requests.held((team,))
        visits = [each for each in await self._visits.kept() if each.team == team and each.state == "booked"]
        alone = not any(each.takes_all for each in self._people.roster.teams if each.id != team)
        return Ties([request for _, request in line], len(held), len(visits), alone)

    async def remove(self, team: str, heir: str, by: str, form: str) -> Wrong:
        """An admin removes a team, whose line joins that of the team `heir`. `form` is the id of what they sent.

        `busy`: it helps somebody, is expected somewhere, or somebody waits and there is no heir.
        """
        if wrong := (await self.ties(team)).hold:
            return wrong
        await self._pass_on(team, heir, by, form)
        ties = await self.ties(team)
        if ties.hold or ties.waiting:
            return ties.hold or "busy"
        gone = await self._people.change_team(team, by, lambda now: replace(now, gone=True, chat=None), "team_removed")
        if not gone:  # Whoever asked this team a moment ago, at a worker that had not heard yet, follows the others.
            await self._pass_on(team, heir, by, form)
        return gone

    async def bring_back(self, team: str, by: str) -> Wrong:
        """A removed team helps again, with the members it had."""
        return await self._people.change_team(team, by, lambda now: replace(now, gone=False), "team_returned")

    async def _pass_on(self, team: str, heir: str, by: str, form: str) -> None:
        for request in (await self.ties(team)).waiting:
            await self._do(f"{by}:{form}:{request.code}", Deed("transfer", request.code, by, to=f"team:{heir}"))
