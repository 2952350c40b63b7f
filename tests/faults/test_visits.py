"""A worker is lost after every single answer of the store while an appointment is booked, taken, or called off.

The same message comes again and another worker takes it: there is one appointment, the resident hears of it once, and a
volunteer who was to go is told.
"""

from collections.abc import Callable
from typing import Any

import pytest

from bot.app import wire
from bot.channels.web import WebChannel
from bot.desk.people import People
from bot.desk.roster import Volunteer
from bot.errors import StoreDown
from bot.model import Appointment, Chat, Duty, Incoming, Place, Session, Turn, encode, replace
from bot.ports.store import Store
from bot.service.handler import Handler
from bot.service.notifier import Caller
from bot.service.outbox import LogGrowth
from bot.simulator.player import known_resident
from bot.store.memory import MemoryStore
from bot.store.memory_data import Shared
from tests.contracts.desk_site import StoppedClock
from tests.setting import content, setting

RESIDENT, HOA = Chat("web", "bac", "bac"), Chat("web", "hoa", "hoa")
BOOKING = ("đến nhà giúp", "2", "2", "1", "số 5 ngõ Mẫu", "1")
MOST_ANSWERS = 30


class Dying:
    """A store that does what it is asked, and whose answer number `fate` never comes back; nor does any after it."""

    def __init__(self, store: Store, fate: int) -> None:
        self._store = store
        self._left = fate

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._store, name)
        return self._doing(found) if callable(found) and name not in ("called", "delivered", "leftovers") else found

    def _doing(self, call: Callable[..., Any]) -> Callable[..., Any]:
        async def done(*args: Any, **named: Any) -> Any:
            if self._left <= 0:
                raise StoreDown("gone")
            answer = await call(*args, **named)
            self._left -= 1
            if self._left == 0:
                raise StoreDown("killed")
            return answer

        return done


class Town:
    """One resident, and Hoa who helps; workers come and go."""

    def __init__(self) -> None:
        self._clock = StoppedClock()
        self._shared = Shared(self._clock)
        self._numbers = 0

    async def begin(self) -> None:
        hoa = Volunteer("hoa", "Hoa", "ban", teams=("to-mau-b",), chats=(HOA,))
        store = self._store()
        await store.put("people", "hoa", None, encode(hoa))
        at_desk = Session(you="ban", consent="yes", place=Place("duty"), duty=Duty("hoa"))
        for chat, session in ((RESIDENT, known_resident("bac")), (HOA, at_desk)):
            await store.commit(chat, await store.load(chat), Turn(session), [], pulled=True)

    async def say(self, *lines: str, chat: Chat = RESIDENT) -> None:
        for line in lines:
            self._numbers += 1
            await self._hear(Incoming(str(self._numbers), chat, text=line))

    async def say_with_death(self, line: str, fate: int, chat: Chat = RESIDENT) -> bool:
        """Say something to a worker that dies after so many answers, and again to another; whether it died."""
        self._numbers += 1
        incoming = Incoming(str(self._numbers), chat, text=line)
        handle, caller = await self._worker(fate)
        died = False
        try:
            await handle(incoming)
        except StoreDown:
            died = True
        await caller.stop()
        await self._hear(incoming)
        return died

    async def told(self, chat: Chat) -> list[str]:
        return [entry.parcel.decode() for entry in await self._store().read_log(chat, 0)]

    async def appointments(self) -> list[Appointment]:
        return list(await (await self._worker())[1].visits.kept())

    async def _hear(self, incoming: Incoming) -> None:
        handle, caller = await self._worker()
        await handle(incoming)
        await caller.stop()
        self._clock.move(10)
        await caller.redeliver()
        for _ in range(2):  # the resident first, then who was to go
            await caller.visits.look_after()

    async def _worker(self, fate: int = 0) -> tuple[Handler, Caller]:
        store: Any = Dying(self._store(), fate) if fate else self._store()
        people = People(self._store(), content().ward, self._clock)
        await people.refresh()
        handle, _, caller = wire(
            setting(),
            store,
            {"web": WebChannel()},
            people,
            LogGrowth(),
            self._clock,
            draw_code=lambda key, tries: "",
            alias=str,
        )
        handle.setting = replace(setting(), roster=people.roster)
        return handle, caller

    def _store(self) -> MemoryStore:
        self._numbers += 1
        return MemoryStore(f"worker-{self._numbers}", self._shared)


async def deaths(before: tuple[str, ...], line: str, chat: Chat = RESIDENT, helper: bool = False) -> list[Town]:
    """A town for every answer of the store after which a worker can die while `line` is answered."""
    towns = []
    for fate in range(1, MOST_ANSWERS):
        town = Town()
        await town.begin()
        await town.say(*before)
        if helper:
            await town.say("nhận " + (await town.appointments())[0].code, chat=HOA)
        said = line.replace("CODE", (await town.appointments() or [Appointment(slot="", at=0, team="")])[0].code)
        died = await town.say_with_death(said, fate, chat)
        towns.append(town)
        if not died:
            return towns
    pytest.fail(f"{line} asks the store without end")


async def test_booking() -> None:
    towns = await deaths(BOOKING[:-1], BOOKING[-1])
    assert len(towns) >= 5, "load, look, look, book, record, commit"
    for town in towns:
        (appointment,) = await town.appointments()
        assert sum("đã ghi hẹn đến nhà" in each for each in await town.told(RESIDENT)) == 1
        assert sum(f"{appointment.code}: có người nhờ tổ đến nhà" in each for each in await town.told(HOA)) == 1


async def test_taking() -> None:
    towns = await deaths(BOOKING, "nhận CODE", HOA)
    assert len(towns) >= 4
    for town in towns:
        (appointment,) = await town.appointments()
        assert (appointment.helper, appointment.news) == ("hoa", False)
        assert sum("sẽ đến nhà bác" in each for each in await town.told(RESIDENT)) == 1
        assert sum("Bạn nhận" in each for each in await town.told(HOA)) == 1


@pytest.mark.parametrize("words", [("hủy hẹn", "2", "đã hủy hẹn"), ("xóa", "1", "đã xóa hết")])
async def test_calling_off(words: tuple[str, str, str]) -> None:
    ask, answer, said = words
    towns = await deaths((*BOOKING, ask), answer, helper=True)
    assert len(towns) >= 4
    for town in towns:
        (left,) = await town.appointments()
        assert (left.state, left.chat, left.where) == ("off", None, "")
        assert sum(said in each for each in await town.told(RESIDENT)) == 1
        assert sum("đã hủy. Bạn không phải đến" in each for each in await town.told(HOA)) == 1
