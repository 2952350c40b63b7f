"""Appointments of a street, answered at once from a plain dictionary: what the service does over a store."""

from collections.abc import Iterator

from bot.desk.appointment_rules import abandoned, booked_before, in_order, judged, seated, told, without_resident
from bot.desk.roster import Roster
from bot.engine import queries as asks
from bot.model import Appointment, Call, Chat, Verdict, decode_appointments, encode, replace


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
