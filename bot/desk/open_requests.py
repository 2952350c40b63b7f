"""The open requests as this worker last read them: for the desk, in chats and on the web, and what wakes open pages.

Reading anew costs one round trip, and one more for what changed: nobody walks over thousands of requests.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress

from bot.background import log_failure
from bot.desk.roster import Volunteer
from bot.engine.context import EMERGENCY
from bot.errors import StoreDown
from bot.model import Escalation
from bot.ports.store import Store

POLL_SECONDS = 0.3
"""How soon a change that any worker saved is seen, while a page is open."""

_log = logging.getLogger("toso.desk")

Teams = Collection[str] | None
"""Teams by id; None is all of them."""


class OpenRequests:
    """Everything open, in order: who asked first comes first, but whoever may be in danger before all that somebody
    looks at. Sequences are not to be changed.
    """

    def __init__(self, store: Store, *, poll_seconds: float = POLL_SECONDS) -> None:
        self._store = store
        self._poll_seconds = poll_seconds
        self._reading = asyncio.Lock()
        self._watchers: set[asyncio.Event] = set()
        self._watch: asyncio.Task[None] | None = None
        self._parts: list[Sequence[Escalation]] = []
        self._part_of: Mapping[str, int] = {}
        self._by_code: Mapping[str, Escalation] = {}
        self._lines: Mapping[str, Sequence[Escalation]] = {}
        self._held: Mapping[str, Sequence[Escalation]] = {}
        self._of: Mapping[str, Sequence[Escalation]] = {}
        self.changes: Sequence[int] = ()
        """The store's number of changes of each part, as of the last reading."""
        self.partial = False
        """Whether some parts could not be read the last time: they are as they were before."""

    async def refresh(self) -> None:
        """Read what changed since the last time. Raises StoreDown."""
        async with self._reading:
            found = await self._store.request_changes()
            self.partial = min(found) < 0
            known = self.changes or (-1,) * len(found)
            changes = tuple(number if number >= 0 else before for number, before in zip(found, known, strict=True))
            stale = [part for part, number in enumerate(changes) if known[part] != number]
            if not stale:
                return
            read = await asyncio.gather(*(self._store.requests_in(part) for part in stale))
            parts = self._parts or [()] * len(changes)
            self._parts = list(parts)
            for part, requests in zip(stale, read, strict=True):
                self._parts[part] = requests
            self._sort()
            self.changes = changes
            for watcher in self._watchers:
                watcher.set()

    # What is there

    def all(self) -> Iterable[Escalation]:
        """Everything open, in no order."""
        return self._by_code.values()

    def get(self, code: str) -> Escalation | None:
        return self._by_code.get(code)

    def part_of(self, code: str) -> int | None:
        """Which number of `changes` grows when this open request, or what is said in it, changes."""
        return self._part_of.get(code)

    def line(self, teams: Teams) -> Sequence[tuple[int, Escalation]]:
        """Who waits for these teams, danger first, each with its place in its team's line."""
        placed = [pair for team in self._known(self._lines, teams) for pair in enumerate(self._lines[team], start=1)]
        return sorted(placed, key=lambda pair: _danger_first(pair[1]))

    def held(self, teams: Teams) -> Sequence[Escalation]:
        """What members of these teams are helping with."""
        return sorted((each for team in self._known(self._held, teams) for each in self._held[team]), key=_danger_first)

    def of(self, volunteer: str) -> Sequence[Escalation]:
        """What this volunteer holds."""
        return self._of.get(volunteer, ())

    def seen_by(self, person: Volunteer, may_see: Callable[[Volunteer, Escalation], bool]) -> Sequence[Escalation]:
        """What somebody may see, in order."""
        teams = teams_of(person)
        near = (*(each for _, each in self.line(teams)), *self.held(teams), *self.of(person.id))
        return sorted({each.code: each for each in near if may_see(person, each)}.values(), key=_danger_first)

    def _known(self, by_team: Mapping[str, Sequence[Escalation]], teams: Teams) -> Collection[str]:
        return by_team if teams is None else by_team.keys() & teams

    def _sort(self) -> None:
        lines, held, of = (defaultdict[str, list[Escalation]](list) for _ in range(3))
        for each in sorted((each for part in self._parts for each in part), key=_order):
            if each.state == "held":
                held[each.team].append(each)
                of[each.holder].append(each)
            else:
                lines[each.team].append(each)
        self._lines, self._held, self._of = dict(lines), dict(held), dict(of)
        self._by_code = {each.code: each for part in self._parts for each in part}
        self._part_of = {each.code: number for number, part in enumerate(self._parts) for each in part}

    # Who waits for a change

    @contextmanager
    def watching(self) -> Iterator[Callable[[float], Awaitable[bool]]]:
        """While the block runs this worker keeps reading. What it yields waits for the next change, but no longer than
        so many seconds, and says whether there was one; what changed between two waits ends the next one at once.
        """
        event = asyncio.Event()
        self._watchers.add(event)
        if self._watch is None:
            self._watch = asyncio.create_task(self._keep_reading())
            self._watch.add_done_callback(log_failure)

        async def changed(seconds: float) -> bool:
            with suppress(TimeoutError):
                await asyncio.wait_for(event.wait(), seconds)
            was_set = event.is_set()
            event.clear()
            return was_set

        try:
            yield changed
        finally:
            self._watchers.discard(event)
            if not self._watchers and self._watch is not None:
                self._watch.cancel()
                self._watch = None

    async def _keep_reading(self) -> None:
        while True:
            await asyncio.sleep(self._poll_seconds)
            try:
                with suppress(StoreDown):  # the desk shows what was read last
                    await self.refresh()
            except Exception:
                _log.exception("reading open requests failed")


def teams_of(person: Volunteer) -> Teams:
    """The teams whose requests somebody sees; an admin sees them all."""
    return None if person.role == "admin" else person.teams


def in_danger(request: Escalation) -> bool:
    """Whether its resident stands in first aid for life and limb."""
    return request.guide == EMERGENCY


def _order(request: Escalation) -> tuple[int, str]:
    return request.opened_at, request.code


def _danger_first(request: Escalation) -> tuple[bool, int, str]:
    return (not in_danger(request), *_order(request))
