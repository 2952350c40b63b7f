"""Has volunteers hear of what happens to a request: right after the turn that says so, and again until it worked."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime

from bot.background import Tasks, log_failure
from bot.desk.appointments import Visits
from bot.desk.people import People
from bot.errors import StoreDown
from bot.model import Call, Chat, Incoming
from bot.ports.store import Clock, Store

SWEEP_SECONDS = 1.0
LATE_MS = 5_000
"""A call that is not noted as delivered after so long is delivered again, by any worker."""

_log = logging.getLogger("toso.calls")


class Caller:
    """Delivers calls as messages to the conversations of those they are for. `handle` answers such a message.

    It looks after `visits` too: what residents have to hear of their appointments.
    """

    def __init__(self, store: Store, people: People, visits: Visits, clock: Clock) -> None:
        self._store = store
        self._people = people
        self.visits = visits
        self._clock = clock
        self._tasks: set[asyncio.Task[None]] = set()
        self.handle: Callable[[Incoming], Awaitable[None]]

    def start(self, tasks: Tasks) -> None:
        """Begin to look after calls that nobody delivered, until `tasks` are stopped."""
        tasks.keep("calls", self._sweep)

    async def stop(self) -> None:
        """Finish what is under way; what is not delivered stays in the store for whoever comes next."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=LATE_MS / 1000)
        await self.visits.stop()

    def call_saved(self, chat: Chat, calls: Sequence[Call]) -> None:
        """Deliver the calls of a turn of this resident's conversation. Does not wait."""
        task = asyncio.create_task(self._deliver_all(chat, calls))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(log_failure)

    async def redeliver(self) -> None:
        """Deliver what is late; no resident's calls wait for those of another. Raises StoreDown."""
        late: dict[Chat, list[Call]] = {}
        for chat, call in await self._store.calls_due(LATE_MS):
            late.setdefault(chat, []).append(call)
        await asyncio.gather(*(self._deliver_all(chat, calls) for chat, calls in late.items()))

    async def _deliver_all(self, chat: Chat, calls: Sequence[Call]) -> None:
        for call in calls:
            await self._deliver(chat, call)

    async def _deliver(self, chat: Chat, call: Call) -> None:
        """One call to everybody it is for; each message bears an id of its own, so that a second time has no effect."""
        id_ = f"{call.code}/{call.id}/{call.what}"
        at, reached = datetime.fromtimestamp(self._clock.now_ms() / 1000, UTC), True
        for to, group in self._people.roster.chats(call.to, at):
            try:
                await self.handle(Incoming(id_, to, "call", group=group, call=call))
            except StoreDown:
                reached = False  # others may live where the store is whole
            except Exception:
                _log.exception("a call of kind %s failed", call.what)
        if reached:
            self._store.called(chat, call)

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            try:
                with suppress(StoreDown):
                    await self.redeliver()
                    await self.visits.look_after()
            except Exception:
                _log.exception("looking after calls failed")
