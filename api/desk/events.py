"""Server-sent events of the desk: an open page is told that what it shows has changed, and fetches it anew.

Marks of what a page of the desk shows: a page whose mark is out of date is out of date itself. Pure.

They are the same in every worker, so a page that comes back to another one misses nothing.
"""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from zlib import crc32

import msgspec
from fastapi import APIRouter, Request, Response
from msgspec import Struct

from api.auth.sessions import HOME, SignIn, Visit, require
from api.chat.routes import STREAMS_PER_ADDRESS, Followed
from api.errors import Problem
from api.rate_limit import OpenLimit
from api.sse import HEARTBEAT_SECONDS, RECONNECT_MS
from bot.desk.open_requests import OpenRequests, teams_of
from bot.desk.people import People
from bot.desk.roster import Volunteer
from bot.errors import StoreDown
from bot.model import Escalation, Said
from bot.ports.store import Delivery, Store

CLOSED = "closed"
"""The mark of a request that is not open."""


def mark_of_queue(requests: OpenRequests, person: Volunteer, said: Mapping[str, int]) -> str:
    """The mark of the queue as somebody sees it; `said` is how many entries each request they hold has."""
    teams = teams_of(person)
    shown = [each for _, each in requests.line(teams)]
    if person.role != "volunteer":
        shown += requests.held(teams)
    return _mark([*shown, *requests.of(person.id)], said)


def mark_of_request(request: Escalation | None, said: int, delivery: Mapping[int, Delivery]) -> str:
    """The mark of one request, when its thread has so many entries, and this became of the messages in it.

    None is a request that is not open.
    """
    if request is None:
        return CLOSED
    unsent = sorted(f"{number}:{each.state}" for number, each in delivery.items() if each.state != "sent")
    return _mark([request], {request.code: " ".join((str(said), *unsent))})


def last_number(thread: Sequence[tuple[int, Said]]) -> int:
    """How many entries a thread has had."""
    return thread[-1][0] if thread else 0


def _mark(requests: Iterable[Escalation], said: Mapping[str, int | str]) -> str:
    facts = (f"{each.code} {each.rev} {each.state} {said.get(each.code, '')}" for each in requests)
    return f"{crc32(chr(10).join(facts).encode()):08x}"


STREAMS_PER_PERSON = 20
LOOK_SECONDS = 1.0
"""How soon a stream sees that the server stops, or that its visit ended."""


_encode = msgspec.json.Encoder().encode


class Marks(Struct, frozen=True):
    """What a page compares: the mark of the queue as this person sees it, that of the request the page is about (empty
    on the queue), and how many wait.
    """

    queue: str
    request: str
    waiting: int

    @property
    def id(self) -> str:
        return f"{self.queue}-{self.request}"


class DeskEvents:
    """All open streams of this process; `closing` says that the server stops. Nobody hears of what they may not see."""

    def __init__(
        self, store: Store, requests: OpenRequests, people: People, signin: SignIn, closing: Callable[[], bool]
    ) -> None:
        self._store = store
        self._requests = requests
        self._people = people
        self._signin = signin
        self._closing = closing
        self._by_person = OpenLimit(STREAMS_PER_PERSON)
        self._by_address = OpenLimit(STREAMS_PER_ADDRESS)

    def router(self) -> APIRouter:
        router = APIRouter(prefix=HOME, include_in_schema=False)
        router.add_api_route("/events", self._follow, methods=["GET"])
        return router

    async def _follow(self, request: Request, code: str = "", seen: str = "") -> Response:
        """`code` is the request that the page is about; `seen` the `Marks.id` that it shows."""
        visit = await self._signin.visit(request)
        if visit is None:
            raise Problem(401, "signed_out")
        await self._requests.refresh()
        if code:
            found = self._requests.get(code) or await self._store.escalation(code)
            require(found is not None and self._people.roster.may_see(visit.person, found))
        address = request.client.host if request.client else ""
        if not self._by_person.enter(visit.person.id):
            raise Problem(429, "too_many", headers={"retry-after": "30"})
        if not self._by_address.enter(address):
            self._by_person.leave(visit.person.id)
            raise Problem(429, "too_many", headers={"retry-after": "30"})

        def ended() -> None:
            self._by_person.leave(visit.person.id)
            self._by_address.leave(address)

        return Followed(self._events(request, visit, code, request.headers.get("last-event-id", seen)), ended)

    async def _events(self, request: Request, visit: Visit, code: str, seen: str) -> AsyncIterator[bytes]:
        yield b"retry: %d\n\n" % RECONNECT_MS
        sight = _Sight(self._store, self._requests, code)
        quiet, look = HEARTBEAT_SECONDS, True  # at once
        with suppress(StoreDown), self._requests.watching() as changed:
            while not self._closing():
                beat = quiet >= HEARTBEAT_SECONDS
                goes_on = self._signin.visit(request) if beat else self._signin.still(request, visit)
                if not await goes_on:
                    return  # the device comes back, and is told to sign in
                if beat:
                    quiet, look = 0.0, True
                    yield b": still here\n\n"
                person = self._people.roster.person(visit.person.id)
                if person and (look or sight.is_waiting):
                    marks = await sight.marks(person, self._people.roster.may_see)
                    if marks.id != seen:
                        seen = marks.id
                        yield b"id: %b\ndata: %b\n\n" % (seen.encode(), _encode(marks))
                look = await changed(LOOK_SECONDS)
                quiet = 0.0 if look else quiet + LOOK_SECONDS


class _Sight:
    """What one page shows, of the requests as they were read last."""

    def __init__(self, store: Store, requests: OpenRequests, code: str) -> None:
        self._store = store
        self._requests = requests
        self._code = code
        self._said: dict[str, int] = {}
        self._delivery: Mapping[int, Delivery] = {}
        self._changes: Sequence[int] = ()

    @property
    def is_waiting(self) -> bool:
        """Whether a message of the request waits to be sent: the store counts no change when it was."""
        return any(each.state == "queued" for each in self._delivery.values())

    async def marks(self, person: Volunteer, may_see: Callable[[Volunteer, Escalation], bool]) -> Marks:
        """The marks for somebody now. Raises StoreDown."""
        request = self._requests.get(self._code)
        if request and not may_see(person, request):
            request = None
        changes = self._requests.changes
        if request is None:
            self._delivery = {}
        elif self.is_waiting or self._changed(request):
            self._delivery = await self._store.delivery(request)
        for each in (*self._requests.of(person.id), *([request] if request else [])):
            if self._changed(each):
                said = self._said.get(each.code, 0)
                self._said[each.code] = last_number(await self._store.thread(each.code, said)) or said
        self._changes = changes
        return Marks(
            mark_of_queue(self._requests, person, self._said),
            mark_of_request(request, self._said.get(self._code, 0), self._delivery) if self._code else "",
            len(self._requests.line(teams_of(person))),
        )

    def _changed(self, request: Escalation) -> bool:
        """Whether it may be another one than when the marks were made last."""
        part = self._requests.part_of(request.code)
        if part is None or not self._changes or request.code not in self._said:
            return True
        return self._changes[part] != self._requests.changes[part]
