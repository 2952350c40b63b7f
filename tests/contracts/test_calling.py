"""Calls that were not delivered: one that cannot be delivered now holds up no other."""

import asyncio
from collections.abc import Sequence

import pytest

from bot.clock import SystemClock
from bot.desk.appointments import Visits
from bot.desk.people import People
from bot.desk.roster import Roster, Volunteer
from bot.errors import StoreDown
from bot.model import Call, Chat, Incoming
from bot.service.notifier import Caller
from bot.store.memory import MemoryStore
from tests.patience import until
from tests.setting import content

AN, BINH = Chat("web", "an", "an"), Chat("web", "binh", "binh")
DUE = [(AN, Call("1", "A1", "volunteer:hoa", "over")), (BINH, Call("2", "A2", "volunteer:tam", "over"))]


class LateStore(MemoryStore):
    """A store in which two calls are late, and which knows for whose requests they were delivered."""

    def __init__(self) -> None:
        super().__init__("late")
        self.told_of: list[str] = []
        self.calls_due, self.called = self._late, self._told

    async def _late(self, older_ms: int, limit: int = 100) -> Sequence[tuple[Chat, Call]]:
        return DUE

    def _told(self, chat: Chat, call: Call) -> None:
        self.told_of.append(call.code)


@pytest.mark.parametrize("silent", [False, True], ids=["refuses", "says-nothing"])
async def test_a_call_whose_part_of_the_store_is_dead_holds_up_no_other(silent: bool) -> None:
    store, clock, alive = LateStore(), SystemClock(), asyncio.Event()
    people = People(store, content().ward, clock)
    helpers = [Volunteer(name, name.title(), chats=(Chat("web", name, name),)) for name in ("hoa", "tam")]
    people.roster = Roster(content().ward, people=helpers)
    caller = Caller(store, people, Visits(store, people, clock), clock)

    async def handle(incoming: Incoming) -> None:
        if incoming.chat.person == "hoa":
            if silent:
                await alive.wait()
            raise StoreDown("a node is dead")

    caller.handle = handle
    looking = asyncio.create_task(caller.redeliver())
    await until(lambda: store.told_of == ["A2"])
    alive.set()
    await looking
    assert store.told_of == ["A2"]
