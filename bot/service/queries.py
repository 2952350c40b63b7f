"""Answers what a flow asks for: looks it up in the store, or has it done."""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress

from bot.audio.recording_repository import Reading
from bot.desk.appointments import Visits
from bot.desk.dismissal import Admission
from bot.desk.erasing import Erasing
from bot.desk.open_requests import OpenRequests
from bot.desk.people import People
from bot.desk.phrases import suggest
from bot.engine import queries as asks
from bot.errors import StoreDown
from bot.model import Chat, Deed, Escalation, Incoming, Session, Verdict
from bot.ports.store import Clock, Store


class Lookups:
    """`do` does a deed for somebody who speaks in this chat."""

    def __init__(
        self,
        store: Store,
        people: People,
        requests: OpenRequests,
        visits: Visits,
        admission: Admission,
        erasing: Erasing,
        clock: Clock,
        reading: Reading | None = None,
    ) -> None:
        self._store = store
        self._people = people
        self._requests = requests
        self._visits = visits
        self._admission = admission
        self._erasing = erasing
        self._clock = clock
        self._reading = reading
        self.do: Callable[[str, Deed, Chat], Awaitable[Verdict]]

    async def answer(self, ask: asks.Ask, session: Session, incoming: Incoming, now: int) -> object:
        """The answer to one ask of this message's turn; `now` is Unix seconds. Raises StoreDown."""
        match ask:
            case asks.LineOf(team):
                return await self._line(team, session, now)
            case asks.RequestOf(code):
                return await self._store.escalation(code)
            case asks.ThreadOf(code, after):
                return await self._store.thread(code, after)
            case asks.OpenFor(volunteer):
                return await self._open_for(volunteer)
            case asks.LoadsOf(team):
                return await self._loads(team)
            case asks.Admitted():
                return await self._admission.admit(f"{incoming.chat.key} {incoming.id}", incoming.address)
            case asks.Done(id_, deed):
                return await self.do(id_, deed, incoming.chat)
            case asks.LinkedBy(code, group):
                return await self._people.link(code, incoming.chat, group=group)
            case asks.GroupIs(lost, moved_to):
                return await self._note_group(incoming.chat, lost, moved_to)
            case asks.Unlinked(volunteer):
                return await self._unlink(volunteer, incoming)
            case asks.RosterNow():
                with suppress(StoreDown):  # of a cluster, the node that knows may be gone alone: then as last known
                    await self._people.refresh()
                return True
            case asks.Suggested(id_, code, volunteer, text):
                return await self._suggest(id_, code, volunteer, text)
            case asks.AwayIs(volunteer, away):
                await self._people.go(volunteer, away=away)
                return True
            case asks.SignInLink(volunteer):
                return await self._people.sign_in_link(volunteer)
            case asks.AppointmentsKept():
                return await self._visits.kept()
            case asks.Booked(wanted, seats):
                return await self._visits.book(wanted, seats)
            case asks.CalledOff(code):
                return await self._visits.call_off(code, incoming.chat)
            case asks.AppointmentDone(code, by, act):
                return await self._visits.do(code, by, act)
            case asks.FilesRewritten():
                await self._erasing.rewrite_soon()
                return True
            case asks.Forgotten(volunteer):
                await self._erasing.forget(incoming.chat, volunteer)
                return True
            case asks.KeptAloud(volunteer, place, words, media):
                channel = incoming.chat.channel
                return await self._reading.keep(channel, place, words, media, volunteer) if self._reading else "lost"

    async def _suggest(self, id_: str, code: str, volunteer: str, text: str) -> bool:
        request = await self._store.escalation(code)
        return request is not None and await suggest(self._store, self._clock, id_, request, volunteer, text)

    async def _note_group(self, chat: Chat, lost: bool, moved_to: str) -> Sequence[Escalation]:
        teams = await self._people.note_group(chat, lost=lost, moved_to=moved_to)
        await self._requests.refresh()
        return tuple(each for _, each in self._requests.line([team.id for team in teams]) if each.state == "waiting")

    async def _unlink(self, volunteer: str, incoming: Incoming) -> bool:
        await self._people.unlink(volunteer, incoming.chat, volunteer)
        person = self._people.roster.person(volunteer)
        if person is None or not self._people.roster.chats_of(person):
            await self._requests.refresh()
            for request in tuple(self._requests.all()):
                if request.holder == volunteer:
                    deed = Deed("leave", request.code, volunteer)
                    await self.do(f"{volunteer}:{incoming.id}:leave", deed, incoming.chat)
        return True

    async def _line(self, team: str, session: Session, now: int) -> int:
        """The place in line of the open request, or of one that would be opened now."""
        request = await self._store.escalation(session.request) if session.request else None
        if request is None:
            return await self._store.place_in_line(team, now, "~")
        return await self._store.place_in_line(team or request.team, request.opened_at, request.code)

    async def _loads(self, team: str) -> Mapping[str, int]:
        await self._requests.refresh()
        taken = Counter(each.holder for each in self._requests.all() if each.holder)
        return {person.id: taken[person.id] for person in self._people.roster.members(team)}

    async def _open_for(self, volunteer: str) -> object:
        roster = self._people.roster
        person = roster.person(volunteer)
        if person is None:
            return ()
        await self._requests.refresh()
        return tuple(self._requests.seen_by(person, roster.may_see))
