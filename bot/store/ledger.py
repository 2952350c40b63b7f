"""What became of messages: read from the numbers of an outbox and from what was given up. Pure."""

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from bot.ports import DeadLetter, Delivery, Lost

_WORST: Sequence[Lost] = ("refused", "gone", "unconfirmed")
"""Of a message in several parcels the worst is said."""


class Outbox(Struct, frozen=True):
    """The number of the `last` parcel of a conversation and how many of them wait; its dead letters.

    None is missing of a message that was written after `since_ms`.
    """

    last: int
    waiting: int
    letters: Sequence[DeadLetter]
    since_ms: int


class Written(Struct, frozen=True):
    """A message to a resident: the `number` of its entry in a thread, its parcels, and when (Unix seconds)."""

    number: int
    parcels: Sequence[int]
    at: int


def deliveries(written: Iterable[Written], outbox: Outbox) -> Mapping[int, Delivery]:
    """What became of each, as far as that is known, by the number of its entry."""
    found = ((each.number, _delivery(each, outbox)) for each in written)
    return {number: delivery for number, delivery in found if delivery}


def _delivery(it: Written, outbox: Outbox) -> Delivery | None:
    lost = [each for each in outbox.letters if any(each.number <= n <= max(each.number, each.last) for n in it.parcels)]
    if lost:
        state = next(state for state in _WORST if any(each.state == state for each in lost))
        return Delivery(state, tuple(sorted(each.number for each in lost)))
    if any(outbox.last - outbox.waiting < number <= outbox.last for number in it.parcels):
        return Delivery("queued")
    return Delivery("sent") if it.at * 1000 > outbox.since_ms else None
