"""Answers what a flow asks for: looks it up in the store, or has it done."""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping

from bot.asks import Ask, AwayIs, Done, LineOf, LinkedBy, LoadsOf, OpenFor, RequestOf, SignInLink, ThreadOf
from bot.model import Deed, Incoming, Session, Verdict
from bot.people import People
from bot.ports import Store


class Lookups:
    """`do` does a deed for somebody who speaks in the chat of this key."""

    def __init__(self, store: Store, people: People) -> None:
        self._store = store
        self._people = people
        self.do: Callable[[str, Deed, str], Awaitable[Verdict]]

    async def answer(self, ask: Ask, session: Session, incoming: Incoming, now: int) -> object:
        """The answer to one ask of this message's turn; `now` is Unix seconds. Raises StoreDown."""
        match ask:
            case LineOf(team):
                return await self._line(team, session, now)
            case RequestOf(code):
                return await self._store.escalation(code)
            case ThreadOf(code, after):
                return await self._store.thread(code, after)
            case OpenFor(volunteer):
                return await self._open_for(volunteer)
            case LoadsOf(team):
                return await self._loads(team)
            case Done(id_, deed):
                return await self.do(id_, deed, incoming.chat.key)
            case LinkedBy(code, group):
                return await self._people.link(code, incoming.chat, group=group)
            case AwayIs(volunteer, away):
                await self._people.go(volunteer, away=away)
                return True
            case SignInLink(volunteer):
                return await self._people.sign_in_link(volunteer)

    async def _line(self, team: str, session: Session, now: int) -> int:
        """The place in line of the open request, or of one that would be opened now."""
        request = await self._store.escalation(session.request) if session.request else None
        if request is None:
            return await self._store.place_in_line(team, now, "~")
        return await self._store.place_in_line(team or request.team, request.opened_at, request.code)

    async def _loads(self, team: str) -> Mapping[str, int]:
        taken = Counter(each.holder for each in await self._store.open_requests() if each.holder)
        return {person.id: taken[person.id] for person in self._people.roster.members(team)}

    async def _open_for(self, volunteer: str) -> object:
        roster = self._people.roster
        person = roster.person(volunteer)
        if person is None:
            return ()
        return tuple(each for each in await self._store.open_requests() if roster.may_see(person, each))
