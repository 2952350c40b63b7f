"""Somebody leaves, or a team: what they held goes back to the line, at its place, and what they were to visit too."""

from collections.abc import Awaitable, Callable, Sequence

from msgspec import Struct

from bot.desk.open_requests import OpenRequests
from bot.desk.people import People, Wrong
from bot.desk.roster import Volunteer
from bot.desk.visits import Visits
from bot.model import Appointment, Deed, Escalation, Verdict, replace
from bot.ports.store import Clock


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
