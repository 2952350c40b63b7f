"""Several requests that nobody has taken are closed for one reason: each by a turn of its resident's conversation."""

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Literal

from msgspec import Struct

from bot.desk.open_requests import OpenRequests
from bot.desk.people import People
from bot.desk.roster import Volunteer
from bot.model import Deed, Escalation, Reason, Verdict
from bot.ports.store import Store

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
