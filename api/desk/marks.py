"""Marks of what a page of the desk shows: a page whose mark is out of date is out of date itself. Pure.

They are the same in every worker, so a page that comes back to another one misses nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from zlib import crc32

from bot.desk.open_requests import OpenRequests, teams_of
from bot.desk.roster import Volunteer
from bot.model import Escalation, Said
from bot.ports.store import Delivery

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
