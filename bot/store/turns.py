"""A turn as the one script call that saves it."""

from collections.abc import Sequence

from bot.model import Turn, encode
from bot.ports import Loaded
from bot.store import keys, scripts
from bot.store.keys import Partition, partition_of
from bot.store.limits import CLOSED_SECONDS, KEEP_SECONDS, LOG_LENGTH
from bot.store.wire import Arg


def commit_call(
    key: str,
    lease: tuple[str, int],
    before: Loaded,
    turn: Turn,
    parcels: Sequence[bytes],
    *,
    pulled: bool,
    asked: Sequence[str],
) -> list[Arg]:
    """The call of `commit.lua`. `lease` is who sends the parcels, and until when (Unix milliseconds).

    `asked` are the codes this conversation opened, needed when the turn forgets.
    """
    part = partition_of(key)
    keep = turn.keep_seconds or KEEP_SECONDS
    opened = turn.opened
    code = opened.code if opened else ""
    closed = "" if turn.forget else turn.closed
    gone = sorted({*asked, turn.closed} - {""}) if turn.forget else []
    shelf = [part.closed(_of(part, each)) for each in (code, closed, *gone) if each]
    names = (part.chat(key), part.outbox(key), part.due, part.timers, part.line, part.open, part.counters, *shelf)
    call: list[Arg] = ["EVALSHA", scripts.COMMIT, len(names), *names]
    call += (key, before.version, encode(turn.session), *lease)
    call += (keep, max(keep, KEEP_SECONDS), LOG_LENGTH if pulled else 0)
    call += (code, encode(opened) if opened else "", opened.opened_at if opened else 0)
    call += (closed, CLOSED_SECONDS, int(turn.forget), len(parcels), len(gone), len(turn.timers), *parcels, *gone)
    for timer in turn.timers:
        call += (keys.timer_member(key, timer.name), timer.at)
    call += (keys.counter(event) for event in turn.events)
    return call


def _of(part: Partition, code: str) -> str:
    """The code. Raises ValueError when it would live in another slot than its conversation."""
    if keys.partition_of_code(code) is not part:
        raise ValueError(f"The code {code} does not begin with the letter of its conversation's partition.")
    return code
