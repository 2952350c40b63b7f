"""Appointments, as the store keeps them: booked, called off, taken by a volunteer, and forgotten when they are over."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from bot.background import log_failure
from bot.desk.appointment_rules import abandoned, booked_before, in_order, judged, seated, told, without_resident
from bot.desk.people import People
from bot.errors import StoreDown
from bot.model import (
    Appointment,
    AppointmentAct,
    Call,
    Chat,
    Incoming,
    Record,
    Verdict,
    decode_appointments,
    encode,
    replace,
)
from bot.model.hours import VIETNAM
from bot.ports.store import Clock, Store

TABLE = "visits"
"""A table of the store; each row holds the appointments of one slot."""
CODE_LETTER, DOOR_LETTER = "X", "Y"
"""What codes of appointments begin with, and those that are read out at a door; no request's code does."""
KEPT_DAYS = 1
"""An appointment is forgotten when so many days after its own are over: until then somebody can say how it went."""

_log = logging.getLogger("toso.visits")


class Visits:
    """Changes appointments, with a record of each change. Every method raises StoreDown.

    What somebody has to hear is kept with the appointment until `handle` took it: a message of kind `call` in their own
    conversation, to `resident`, or to the volunteer who was to go there.
    """

    def __init__(self, store: Store, people: People, clock: Clock) -> None:
        self._store = store
        self._people = people
        self._clock = clock
        self._revision = -1
        self._day = self._now().date()
        self._looking = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self.handle: Callable[[Incoming], Awaitable[None]]

    async def kept(self) -> Sequence[Appointment]:
        """All appointments there are, soonest first."""
        return in_order((await self._store.rows(TABLE))[1])

    async def book(self, wanted: Appointment, seats: int) -> Appointment | None:
        """Book a slot of so many seats for a conversation, which has one appointment of a kind; None when it is full.

        Booked again by the same conversation, it is the same appointment: `code` is ours to draw.
        """
        while True:
            rows = (await self._store.rows(TABLE))[1]
            before = rows.get(wanted.slot)
            kept = in_order(rows)
            if there := booked_before(kept, wanted, self._clock.now_ms() // 1000):
                return there
            new = replace(wanted, code=_draw_code(CODE_LETTER, {each.code for each in kept}))
            after = seated(decode_appointments(before) if before else (), new, seats)
            if after is None:
                return None
            if await self._store.put(TABLE, wanted.slot, before, encode(after), self._noted("booked", new, "")):
                return new

    async def call_off(self, code: str, chat: Chat) -> Appointment | None:
        """A resident calls their appointment off, and nothing of theirs stays; returns it. None: not theirs.

        It stays as a time that was called off, without a word of who it was, so that nobody goes there in vain.
        """
        while True:
            found = _find((await self._store.rows(TABLE))[1], code)
            if found is None or found[1].chat not in (chat, None):
                return None
            before, there = found
            if there.chat is None:
                return there  # the same message came before
            left = without_resident(there, self._clock.now_ms() // 1000)
            noted = self._noted("off", there, "") if left.state != there.state else None
            if await self._replace(before, there, left, noted):
                self.look_after_soon()
                return there

    async def do(self, code: str, by: str, act: AppointmentAct) -> Verdict:
        """A volunteer does something with an appointment. The same again changes nothing."""
        while True:
            rows = (await self._store.rows(TABLE))[1]
            found, person = _find(rows, code), self._people.roster.person(by)
            if found is None or person is None:
                return Verdict("unknown")
            before, there = found
            door = _draw_code(DOOR_LETTER, {each.door for each in in_order(rows)})
            verdict, after = judged(self._people.roster, there, person, act, self._clock.now_ms() // 1000, door)
            if after == there:
                return verdict
            if await self._replace(before, there, after, self._noted(act, after, by)):
                self.look_after_soon()
                return verdict

    async def abandon(self, code: str, by: str) -> None:
        """Who took a visit has left: it is their team's again, and the code that they know opens no door."""
        while True:
            found = _find((await self._store.rows(TABLE))[1], code)
            if found is None or found[1].helper != by or found[1].state != "booked":
                return
            before, there = found
            after = abandoned(there)
            if await self._replace(before, there, after, self._noted("left", after, by)):
                self.look_after_soon()
                return

    # What people have to hear, and what is over

    def look_after_soon(self) -> None:
        """The same as `look_after`, without waiting: who changed something may hold a conversation."""
        task = asyncio.create_task(self._look_after_quietly())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(log_failure)

    async def look_after(self) -> None:
        """Tell people what changed, and forget what is over. Costs one round trip when there is nothing to do."""
        async with self._looking:
            revision, today = await self._store.table_revision(TABLE), self._now().date()
            if (revision, today) == (self._revision, self._day):
                return
            revision, rows = await self._store.rows(TABLE)
            for slot, row in rows.items():
                appointments = decode_appointments(row)
                if _day(appointments[0]) + timedelta(days=KEPT_DAYS) < today:
                    await self._store.put(TABLE, slot, row, None)
                    continue
                for appointment in appointments:
                    if appointment.news:
                        await self._tell(appointment)
            self._revision, self._day = revision, today

    async def stop(self) -> None:
        """Finish what is under way."""
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _look_after_quietly(self) -> None:
        try:
            await self.look_after()
        except StoreDown as down:
            _log.warning("what changed about an appointment is told when the store is back: %s", down)

    async def _tell(self, it: Appointment) -> None:
        """Its resident hears of it; of one that has none any more, whoever was to go there.

        Who asked on a channel that is off hears of it when that is on again.
        """
        if it.chat and not self._people.roster.reaches(it.chat):
            return
        id_ = f"{it.code}/{it.rev}"
        to, chats = "resident", [it.chat] if it.chat else []
        if it.chat is None:
            to = f"volunteer:{it.helper}"
            chats = [chat for chat, _ in self._people.roster.chats(to, self._now())]
        for chat in chats:
            try:
                await self.handle(Incoming(id_, chat, "call", call=Call(id_, it.code, to, "visit")))
            except StoreDown:
                raise
            except Exception:
                _log.exception("telling what changed about an appointment failed")
        while found := _find((await self._store.rows(TABLE))[1], it.code):
            before, there = found
            if there.rev != it.rev or await self._replace(before, there, told(there)):
                return

    async def _replace(self, row: bytes, there: Appointment, after: Appointment, noted: Record | None = None) -> bool:
        changed = tuple(after if each.code == there.code else each for each in decode_appointments(row))
        return await self._store.put(TABLE, there.slot, row, encode(changed), noted)

    def _noted(self, act: AppointmentAct | Literal["booked", "left"], appointment: Appointment, by: str) -> Record:
        """`home_…` for a visit, `point_…` at a help point; about the team that is there."""
        kind = "home" if appointment.at_home else "point"
        return Record(self._clock.now_ms() // 1000, f"{kind}_{act}", appointment.code, by, appointment.team)

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock.now_ms() / 1000, UTC).astimezone(VIETNAM)


def _find(rows: Mapping[str, bytes], code: str) -> tuple[bytes, Appointment] | None:
    """The appointment with this code, and the row it is in."""
    for row in rows.values():
        for each in decode_appointments(row):
            if each.code == code:
                return row, each
    return None


def _draw_code(letter: str, used: Collection[str]) -> str:
    """A code that is not used."""
    digits = 4 if len(used) < 3000 else 6
    while (code := f"{letter}{secrets.randbelow(10**digits):0{digits}}") in used:
        pass
    return code


def _day(appointment: Appointment) -> date:
    return datetime.fromtimestamp(appointment.at, UTC).astimezone(VIETNAM).date()
