"""A resident and volunteers talking to the engine without store, channel or clock.

What a handler, a store and a caller do together happens here at once and in order: between any two messages a session
goes through JSON, and what was asked of the store is answered from plain dictionaries.

Appointments of a street, answered at once from a plain dictionary: what the service does over a store.
"""

from collections import deque
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from typing import get_args

from bot.audio.recording_repository import Wrong
from bot.audio.recordings import VoiceNote, Voices, standing_for
from bot.desk.appointment_rules import abandoned, booked_before, in_order, judged, seated, told, without_resident
from bot.desk.roster import Roster, Team, Volunteer
from bot.engine import queries as asks
from bot.engine.engine import advance
from bot.engine.environment import Setting, World
from bot.flows.request_actions import not_open
from bot.model import (
    Appointment,
    Call,
    Chat,
    Deed,
    Escalation,
    Incoming,
    Said,
    Session,
    Turn,
    Verdict,
    decode_appointments,
    decode_session,
    encode,
    replace,
)


class StreetVisits:
    """Appointments get the codes X0001, X0002, …; who takes one reads out Y0001, Y0002, … at the door."""

    def __init__(self) -> None:
        self._rows: dict[str, bytes] = {}
        self._count = self._doors = 0
        self._under_way: set[str] = set()

    def answer(
        self,
        ask: asks.AppointmentsKept | asks.Booked | asks.CalledOff | asks.AppointmentDone,
        chat: Chat,
        roster: Roster,
        now: int,
    ) -> object:
        """The answer to one ask of somebody's in this chat; `now` is Unix seconds."""
        match ask:
            case asks.AppointmentsKept():
                return in_order(self._rows)
            case asks.Booked(wanted, seats):
                return self._book(wanted, seats, now)
            case asks.CalledOff(code):
                return self._call_off(code, chat, now)
            case asks.AppointmentDone(code, by, act):
                there, person = self._find(code), roster.person(by)
                if there is None or person is None:
                    return Verdict("unknown")
                verdict, after = judged(roster, there, person, act, now, f"Y{self._doors + 1:04}")
                self._doors += after.door not in ("", there.door)
                self._replace(after)
                return verdict

    def news(self, roster: Roster) -> Iterator[tuple[Chat, Call]]:
        """What people have to hear now, each once, until nobody has to hear anything."""
        while fresh := [each for each in in_order(self._rows) if each.news and _id(each) not in self._under_way]:
            for each in fresh:
                self._under_way.add(_id(each))
                helper = roster.person(each.helper)
                to, chats = ("resident", (each.chat,)) if each.chat else (f"volunteer:{each.helper}", ())
                for chat in chats or (helper.chats if helper else ()):
                    yield chat, Call(_id(each), each.code, to, "visit")
                self._replace(told(each))

    def leaves(self, volunteer: str) -> None:
        """Somebody helps no more: who they were to visit waits for another."""
        for there in in_order(self._rows):
            if there.helper == volunteer and there.state == "booked":
                self._replace(abandoned(there))

    def _book(self, wanted: Appointment, seats: int, now: int) -> Appointment | None:
        if there := booked_before(in_order(self._rows), wanted, now):
            return there
        new = replace(wanted, code=f"X{self._count + 1:04}")
        after = seated(self._row(wanted.slot), new, seats)
        if after is None:
            return None
        self._count += 1
        self._rows[wanted.slot] = encode(after)
        return new

    def _call_off(self, code: str, chat: Chat, now: int) -> Appointment | None:
        there = self._find(code)
        if there is None or there.chat != chat:
            return None
        self._replace(without_resident(there, now))
        return there

    def _find(self, code: str) -> Appointment | None:
        return next((each for each in in_order(self._rows) if each.code == code), None)

    def _replace(self, after: Appointment) -> None:
        row = self._row(after.slot)
        self._rows[after.slot] = encode(tuple(after if each.code == after.code else each for each in row))

    def _row(self, slot: str) -> tuple[Appointment, ...]:
        return decode_appointments(self._rows[slot]) if slot in self._rows else ()


def _id(appointment: Appointment) -> str:
    return f"{appointment.code}/{appointment.rev}"


LINK_CODE, GROUP_CODE = "hoa2-mau9", "nhm2-mau9"
"""Codes of a played conversation: one links whoever writes it to the volunteer `hoa`, the other makes the group it is
written in that of the team whose group was spoken of.
"""
NOTE_SECONDS = 12
"""How long everything takes that is read aloud."""
_BOT_LINK = "https://t.me/ToSoMauBot"


class Street:
    """Conversations by chat; `people` are the volunteers, `teams` those with a group, `happened` every turn since it
    was last emptied, `hears` whether spoken words can be heard, `notes` what was read aloud, and `waiting` what
    residents do not hear yet.
    """

    def __init__(self, setting: Setting) -> None:
        self.now = 0
        self.people: dict[str, Volunteer] = {}
        self.teams: dict[str, Team] = {}
        self.happened: list[tuple[Chat, Turn]] = []
        self.timers: dict[tuple[Chat, str], int] = {}
        self.hears = False
        self.notes: dict[str, VoiceNote] = {}
        self.waiting: dict[str, VoiceNote] = {}
        self._setting = setting
        self._roster = setting.roster
        self._helpers: tuple[tuple[Team, ...], tuple[Volunteer, ...]] = ((), ())
        self._sessions: dict[Chat, bytes] = {}
        self._kept_until: dict[Chat, int] = {}
        self.requests: dict[str, Escalation] = {}
        self.threads: dict[str, list[Said]] = {}
        self._calls: deque[Call] = deque()
        self._visits = StreetVisits()
        self._count = 0

    def session(self, chat: Chat) -> Session:
        """What is kept about this chat; nothing any more where nobody wrote for too long."""
        kept = chat in self._sessions and self.now < self._kept_until.get(chat, self.now + 1)
        return decode_session(self._sessions[chat]) if kept else Session()

    def begin(self, chat: Chat, session: Session) -> None:
        """From now on this is what is kept about this chat."""
        self._sessions[chat] = encode(session)

    def joins(self, volunteer: Volunteer) -> None:
        """Somebody helps from now on."""
        self.people[volunteer.id] = volunteer

    def leaves(self, volunteer: str) -> None:
        """Somebody helps no more: what they held goes back."""
        self.happened.clear()
        self.people[volunteer] = replace(self.people[volunteer], active=False)
        for request in self._open():
            if request.holder == volunteer:
                self._do(f"{volunteer}:left:{request.rev}", Deed("leave", request.code, volunteer), Chat("", "", ""))
        self._visits.leaves(volunteer)
        self._follow_up()

    def does(self, deed: Deed) -> Verdict:
        """Somebody does this at the desk, where they have no chat."""
        self.happened.clear()
        verdict = self._do(f"{deed.by}:{deed.act}:{deed.code}", deed, Chat("", "", ""))
        self._follow_up()
        return verdict

    @property
    def roster(self) -> Roster:
        """Who helps now; made anew only when somebody has changed."""
        helpers = tuple(self.teams.values()), tuple(self.people.values())
        if helpers != self._helpers:
            self._helpers, self._roster = helpers, Roster(self._setting.ward, *helpers)
        return self._roster

    def hear(self, chat: Chat, make: Callable[[str], Incoming]) -> Turn:
        """Answer one message, which `make` makes for a new id; what follows from it elsewhere happens too."""
        self._count += 1
        incoming = make(str(self._count))
        turn = self._decide(incoming, {})
        self._save(chat, turn)
        self._follow_up()
        return turn

    def _follow_up(self) -> None:
        """What has to be heard elsewhere is heard."""
        while self._calls:
            self._deliver(self._calls.popleft())
        for whose, news in self._visits.news(self.roster):
            self.hear(whose, partial(Incoming, chat=whose, kind="call", call=news))

    def _decide(self, incoming: Incoming, known: dict[asks.Ask, object]) -> Turn:
        session = self.session(incoming.chat)
        while True:
            setting = replace(
                self._setting, roster=self.roster, hears=self.hears, voices=Voices(self.notes, self.waiting)
            )
            try:
                return advance(session, incoming, World(setting, self.now, self._draw_code, _BOT_LINK, known))
            except asks.FactNeeded as needed:
                known[needed.ask] = self._answer(needed.ask, incoming)

    def _save(self, chat: Chat, turn: Turn) -> None:
        code = turn.request.code if turn.request else turn.session.request or self.session(chat).request
        self._sessions[chat] = encode(turn.session)
        self._kept_until[chat] = self.now + turn.keep_seconds
        self.happened.append((chat, turn))
        if turn.request:
            self.requests[code] = turn.request
        thread = self.threads.setdefault(code, [])
        for number, said in turn.covered:
            thread[number - 1] = said
        thread.extend(turn.said)
        for timer in turn.timers:
            self.timers.pop((chat, timer.name), None)
            if timer.at:
                self.timers[chat, timer.name] = timer.at
        self._calls += turn.calls

    def _deliver(self, call: Call) -> None:
        for to, group in self.roster.chats(call.to, datetime.fromtimestamp(self.now, UTC)):
            self.hear(to, partial(Incoming, chat=to, kind="call", group=group, call=call))

    def _answer(self, ask: asks.Ask, incoming: Incoming) -> object:
        match ask:
            case asks.LineOf(team):
                return self._line(team, incoming.chat)
            case asks.RequestOf(code):
                return self.requests.get(code)
            case asks.ThreadOf(code, after):
                return tuple(enumerate(self.threads.get(code, ()), start=1))[after:]
            case asks.OpenFor(volunteer):
                return tuple(each for each in self._open() if self.roster.may_see(self.people[volunteer], each))
            case asks.LoadsOf(team):
                return {
                    each.id: sum(other.holder == each.id for other in self._open())
                    for each in self.roster.members(team)
                }
            case asks.Admitted():
                return True
            case asks.Done(id_, deed):
                return self._do(id_, deed, incoming.chat)
            case asks.LinkedBy(code, group):
                return self._link(code, incoming.chat, group=group)
            case asks.GroupIs(lost, moved_to):
                return self._note_group(incoming.chat, lost, moved_to)
            case asks.Unlinked(volunteer):
                return self._unlink(volunteer, incoming)
            case asks.RosterNow():
                return True
            case asks.Suggested(text=text):
                return bool(text.strip())
            case asks.AwayIs(volunteer, away):
                self.people[volunteer] = replace(self.people[volunteer], away=away)
                return True
            case asks.AppointmentsKept() | asks.Booked() | asks.CalledOff() | asks.AppointmentDone():
                return self._visits.answer(ask, incoming.chat, self.roster, self.now)
            case asks.FilesRewritten() | asks.Forgotten():
                return True
            case asks.KeptAloud(volunteer, place, words, media):
                return self._keep_aloud(volunteer, place, words, media)
            case asks.SignInLink():
                return "https://toso.example/desk/in/mau"

    def _keep_aloud(self, volunteer: str, place: str, words: str, media: str) -> str:
        """A recording is called by what is wrong with it, as in `voice:silent`."""
        _, _, wrong = media.partition(":")
        if wrong in get_args(Wrong):
            return wrong
        self.waiting[place] = VoiceNote(words, standing_for(media), NOTE_SECONDS, 1, volunteer, self.now)
        return ""

    def _do(self, id_: str, deed: Deed, doer: Chat) -> Verdict:
        request = self.requests.get(deed.code)
        if request is None or request.state == "closed":
            return not_open(self.roster, deed.by, request)
        if request.chat.person == doer.person:
            return Verdict("not_allowed", "own", request)
        turn = self._decide(Incoming(id_, request.chat, "deed", deed=deed), {})
        if turn.verdict is None:
            raise RuntimeError(f"the deed {deed.act} came to no verdict")
        if turn.verdict.name == "done":
            self._save(request.chat, turn)
        return turn.verdict

    def _link(self, code: str, chat: Chat, *, group: bool) -> str:
        code = code.lower()
        if group:
            team = next((each for each in self.teams.values() if code == GROUP_CODE), None)
            if team:
                self.teams[team.id] = replace(team, chat=Chat(chat.channel, chat.chat, chat.chat))
            return team.id if team else ""
        if code != LINK_CODE or "hoa" not in self.people:
            return ""
        self.people["hoa"] = replace(self.people["hoa"], chats=(chat,))
        return "hoa"

    def _note_group(self, chat: Chat, lost: bool, moved_to: str) -> tuple[Escalation, ...]:
        theirs = {team.id for team in self.roster.teams_in(chat)}
        moved = Chat(chat.channel, moved_to, moved_to) if moved_to else None
        for team in theirs:
            self.teams[team] = replace(self.teams[team], lost=lost, chat=moved or self.teams[team].chat)
        return tuple(each for each in self._open() if each.team in theirs and each.state == "waiting")

    def _unlink(self, volunteer: str, incoming: Incoming) -> bool:
        self.people[volunteer] = replace(self.people[volunteer], chats=())
        for request in self._open():
            if request.holder == volunteer:
                self._do(f"{incoming.id}:leave", Deed("leave", request.code, volunteer), incoming.chat)
        return True

    def _line(self, team: str, chat: Chat) -> int:
        """The place in line of this chat's request, or of one that would be opened now."""
        own = self.requests.get(self.session(chat).request)
        line = [each for each in self._open() if each.team == (team or (own.team if own else ""))]
        waiting = [each for each in line if each.state in ("waiting", "offered") and each != own]
        return 1 + sum(own is None or (each.opened_at, each.code) < (own.opened_at, own.code) for each in waiting)

    def _open(self) -> list[Escalation]:
        return sorted(
            (each for each in self.requests.values() if each.state != "closed"), key=lambda each: each.opened_at
        )

    def _draw_code(self) -> str:
        return f"A{len(self.requests) + 1:04}"
