"""A turn as the one script call that saves it."""

from collections.abc import Sequence

from bot.model import Session, Turn, encode
from bot.ports import Loaded
from bot.store import keys, scripts
from bot.store.keys import partition_of
from bot.store.limits import (
    CLOSED_SECONDS,
    KEEP_SECONDS,
    LOG_LENGTH,
    LOG_LIMIT,
    PICTURE_SECONDS,
    REPEAT_SECONDS,
    THREAD_LENGTH,
    in_line,
)
from bot.store.wire import Arg


def commit_call(
    key: str, lease: tuple[str, int], before: Loaded, turn: Turn, parcels: Sequence[bytes], *, pulled: bool, time: Arg
) -> list[Arg]:
    """The call of `commit.lua`. `lease` is who sends the parcels, and for how long (ms); `time` as `Reach.time`."""
    part = partition_of(key)
    keep = turn.keep_seconds or KEEP_SECONDS
    names = [part.chat(key), part.outbox(key), part.due, part.timers, part.counters]
    names.append(part.answered(key, turn.answers))
    request: list[Arg] = []
    if turn.request or turn.said or turn.covered or turn.calls or turn.records or turn.forget:
        code = request_code(key, before, turn)
        team = turn.request.team if turn.request else ""
        names += (part.open, part.closed(code), part.thread(code), part.line(team))
        names += (part.calls, part.record, part.changes, part.dead)
        request = _request(key, code, turn)
    call: list[Arg] = ["EVALSHA", scripts.COMMIT, len(names), *names]
    call += (key, before.version, encode(turn.session), *lease)
    call += (keep, max(keep, KEEP_SECONDS), LOG_LENGTH if pulled else 0, int(turn.forget))
    call += (LOG_LIMIT, REPEAT_SECONDS, int(bool(turn.answers)), time)
    call += (len(parcels), len(turn.timers), len(turn.events), *parcels)
    for timer in turn.timers:
        call += (keys.timer_member(key, timer.name), timer.at)
    call += (keys.counter(event) for event in turn.events)
    return call + request


def request_code(key: str, before: Loaded, turn: Turn) -> str:
    """The code of the request that a turn is about; empty when it is about none.

    Raises ValueError when it would live in another slot than its conversation, and for words said in no request.
    """
    sessions = (turn.session, before.session or Session())
    code = turn.request.code if turn.request else next((each.request for each in sessions if each.request), "")
    if turn.request and turn.request.chat.key != key:
        raise ValueError(f"The request {code} is another conversation's.")
    if code and keys.partition_of_code(code) is not partition_of(key):
        raise ValueError(f"The code {code} does not begin with the letter of its conversation's partition.")
    if turn.said and not code:
        raise ValueError("Something was said in a request, and there is none.")
    return code


def _request(key: str, code: str, turn: Turn) -> list[Arg]:
    """What `request.lua` takes. Who is forgotten has no request any more; others may still have to hear of it."""
    request, said, covered = (None, (), ()) if turn.forget else (turn.request, turn.said, turn.covered)
    call: list[Arg] = [code]
    if request:
        place = "line" if in_line(request) else request.state
        call += (place, encode(request), request.opened_at, int(request.rev == 1))
    else:
        call += ("", "", 0, 0)
    call += (CLOSED_SECONDS, THREAD_LENGTH, PICTURE_SECONDS)
    call += (len(said), len(covered), len(turn.calls), len(turn.records))
    call += (b"*" * entry.to_resident + encode(entry) for entry in said)
    call += (b"%d " % number + encode(entry) for number, entry in covered)
    call += (keys.call_member(key, each) for each in turn.calls)
    call += (encode(record) for record in turn.records)
    return call
