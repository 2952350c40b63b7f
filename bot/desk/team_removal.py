"""A team is removed: who waits for it goes on to another one, at their place in line. Nothing is forgotten."""

from collections.abc import Awaitable, Callable, Sequence

from msgspec import Struct

from bot.desk.open_requests import OpenRequests
from bot.desk.people import People, Wrong
from bot.desk.visits import Visits
from bot.model import Deed, Escalation, Verdict, replace


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
