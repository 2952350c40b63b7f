"""The store on Redis or Valkey: one server or a cluster. A turn is exactly one script call.

The hash of a conversation holds `v` version, `s` session, `t` tail (the number of the last parcel), `l` who holds the
lease (`-`: nobody may), `f` fails and `d` doubts, `q` when the first lease on what waits ends, `x` the codes it opened,
`k` the session's own time to live while parcels that wait make it stay longer, and `g` what of a log is of the last
day. When the newest lease ends, or the next attempt is due, stands in the partition's `due` alone. The number before an
outbox's first parcel is `t` minus its length, so a note of what was delivered may come twice or late. What is kept of
requests, their threads, calls and the record: `keys.py`.

A turn as the one script call that saves it.
"""

import asyncio
import itertools
import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from statistics import median_low
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from bot.errors import Conflict, Repeated, StoreDown
from bot.model import Chat, Session, Turn, encode
from bot.ports.store import Away, Clock, Committed, DeadLetter, Due, Loaded, LogEntry, Unsent, Waiting
from bot.store import keys, scripts
from bot.store.acknowledgements import ALONE_DELAY, SHARED_DELAY, Acks
from bot.store.cluster import Reach
from bot.store.connection import Arg, Outages, ServerRefused
from bot.store.keys import (
    CLOSED_SECONDS,
    KEEP_SECONDS,
    LEASE_MS,
    LETTER_MS,
    LETTERS_KEPT,
    LOG_LENGTH,
    LOG_LIMIT,
    PICTURE_SECONDS,
    PING_SECONDS,
    REPEAT_SECONDS,
    THREAD_LENGTH,
    WAITING_LENGTH,
    Partition,
    in_line,
    partition_of,
)
from bot.store.redis_requests import RedisDesk, loaded
from bot.store.redis_tables import RedisInstallation


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


_log = logging.getLogger("toso.store")

_REPEATED = -3
"""What commit.lua answers for a message that had its effect before."""


class Upkeep(Struct, frozen=True):
    """How a server is set up, as far as it says: whether it is `persistent`, writing every change to disk; whom it
    forgets when memory is short; its clock in Unix milliseconds. Empty or 0: it does not say. `full` is which part of
    the memory that it may take is taken, 0 where it may take all.
    """

    persistent: bool
    eviction: str
    time_ms: int
    full: float = 0.0


class RedisStore:
    """A `Store` for one worker on one event loop; `alone` says that it is the only one.

    The server's clock says when leases end and what is due. `clock` is for tests, which move time on by hand.
    It takes roles under the name `role`, where that is another than the `owner`.
    """

    def __init__(
        self,
        url: str,
        owner: str,
        lease_ms: int = LEASE_MS,
        *,
        role: str = "",
        alone: bool = True,
        clock: Clock | None = None,
        outages: Outages | None = None,
    ) -> None:
        self.lease_ms = lease_ms
        self._reach = Reach(url, scripts.SOURCES, clock, outages)
        self._call = self._reach.call
        self._owner = owner
        self._doubts: dict[str, int] = {}
        self._doubt_numbers = itertools.count(1)
        notes_delay = ALONE_DELAY if alone else SHARED_DELAY
        self._acks = Acks(self._send_ack, self._keep_left, notes_delay)
        self._reach.riders.append(self._acks)
        self._left: asyncio.Queue[Waiting] = asyncio.Queue()

        desk = RedisDesk(self._reach, notes_delay)
        self.escalation, self.find, self.thread = desk.escalation, desk.find, desk.thread
        self.delivery = desk.delivery
        self.keep_picture, self.picture = desk.keep_picture, desk.picture
        self.open_requests, self.place_in_line = desk.open_requests, desk.place_in_line
        self.request_changes, self.requests_in = desk.request_changes, desk.requests_in
        self.calls_due, self.called = desk.calls_due, desk.called
        self.records, self.record, self.forget_records = desk.records, desk.record, desk.forget_records

        whole = RedisInstallation(self._reach, role or owner)
        self.publish, self.published, self.revision = whole.publish, whole.published, whole.revision
        self.rows, self.row = whole.rows, whole.row
        self.table_revision, self.put = whole.table_revision, whole.put
        self.remember, self.recall, self.lead = whole.remember, whole.recall, whole.lead
        self.secret, self._free_roles = whole.secret, whole.free_roles
        self.share_rate = whole.share_rate
        self.set_aside, self.aside, self.drop_aside = whole.set_aside, whole.aside, whole.drop_aside

    @property
    def round_trips(self) -> int:
        """How many times this store wrote to a server and waited."""
        return self._reach.wire.round_trips

    @property
    def name(self) -> str:
        """Where the server is, without the password."""
        return self._reach.wire.name

    async def load(self, chat: Chat) -> Loaded:
        key = chat.key
        version, session = await self._call("HMGET", partition_of(key).chat(key), "v", "s")
        return loaded(version, session)

    async def commit(
        self, chat: Chat, before: Loaded, turn: Turn, parcels: Sequence[bytes], *, pulled: bool
    ) -> Committed:
        key = chat.key
        lease = self._holder(key), self.lease_ms
        call = commit_call(key, lease, before, turn, parcels, pulled=pulled, time=self._reach.time)
        try:
            answer = await self._call(*call)
        except (StoreDown, asyncio.CancelledError):
            # It may be saved all the same. Parcels under a lease that we do not know of must not be taken for sent when
            # a later turn's are, so from now on our leases on this conversation bear another name: the sweep takes over
            # what the old one held.
            self._doubts[key] = next(self._doubt_numbers)
            raise
        if answer == _REPEATED:
            raise Repeated("The message had its effect before.")
        if answer < 0:
            raise Conflict("The conversation moved on." if answer == -1 else "The code is taken.")
        return Committed(answer // 2, bool(answer % 2))

    def delivered(self, chat: Chat, upto: int) -> None:
        self._acks.note(chat.key, upto)

    async def leftovers(self) -> Waiting:
        while True:
            if waiting := self._unsent(await self._left.get()):
                return waiting

    def noted(self, chat: Chat) -> bool:
        return not self._acks.upto(chat.key)

    async def renew(self, chat: Chat) -> Waiting | None:
        key = chat.key
        answer = await self._with_notes(key, lambda upto: self._send_ack(key, upto))
        return self._unsent(Waiting(chat, answer[0], tuple(answer[1:]))) if answer else None

    async def postpone(self, chat: Chat, for_ms: int, fails: int = 0, doubts: int = 0) -> None:
        key = chat.key
        how = self._reach.time, for_ms, fails, doubts
        await self._with_notes(key, lambda upto: self._outbox(scripts.POSTPONE, key, self._holder(key), upto, *how))

    async def drop_outbox(self, chat: Chat, why: str, *, call: bool = False) -> None:
        key = chat.key
        part = partition_of(key)
        names = part.chat(key), part.outbox(key), part.due, part.dead
        how = keys.fate("gone", why, call=call), self._reach.time, LETTER_MS, LETTERS_KEPT
        await self._call("EVALSHA", scripts.DROP, len(names), *names, key, *how)
        self._acks.withdraw(key)

    async def take_overdue(
        self, channels: Collection[str], limit: int = 100, *, certain: bool = False
    ) -> Sequence[Waiting]:
        due = await self._reach.due(lambda part: part.due, limit, channels, certain=certain)
        late = [key.decode() for _, key in due]
        lease = self._reach.time, self.lease_ms, WAITING_LENGTH
        taking = (self._outbox(scripts.TAKE, key, self._holder(key), *lease) for key in late)
        answers = await self._reach.reached(taking)
        taken = (
            self._unsent(Waiting(Chat.of(key), answer[0], tuple(answer[3:]), answer[1], answer[2]))
            for key, answer in zip(late, answers, strict=True)
            if answer
        )
        return [waiting for waiting in taken if waiting]

    def _unsent(self, waiting: Waiting) -> Waiting | None:
        """Without what we sent while the store told us of it."""
        sent = max(0, self._acks.upto(waiting.chat.key) - waiting.first + 1)
        if sent >= len(waiting.parcels):
            return None
        return replace(waiting, first=waiting.first + sent, parcels=waiting.parcels[sent:]) if sent else waiting

    async def free(self, dead: str) -> int:
        self._free_roles(dead)
        freed = await self._reach.everywhere(lambda part: ("EVALSHA", scripts.FREE, 1, part.due, part.chat(""), dead))
        total: int = sum(filter(None, freed))
        return total

    async def timers_due(self, channels: Collection[str], limit: int = 100) -> Sequence[Due]:
        due = await self._reach.due(lambda part: part.timers, limit, channels, unit_ms=1000)
        return [Due(*keys.timer_of(member.decode()), at) for at, member in due]

    async def read_log(self, chat: Chat, after: int) -> Sequence[LogEntry]:
        key = chat.key
        part = partition_of(key)
        names = part.chat(key), part.outbox(key)
        return _entries(await self._call("EVALSHA", scripts.LOG, len(names), *names, after, LOG_LENGTH))

    async def answered(self, chat: Chat, message_id: str) -> Sequence[LogEntry] | None:
        key = chat.key
        part = partition_of(key)
        names = part.answered(key, message_id), part.chat(key), part.outbox(key)
        answer = await self._call("EVALSHA", scripts.ANSWERED, len(names), *names)
        return _entries(answer) if answer else None

    async def counters(self) -> Mapping[str, int]:
        total: dict[str, int] = {}
        for pairs in filter(None, await self._reach.everywhere(lambda part: ("HGETALL", part.counters))):
            for name, count in zip(pairs[::2], pairs[1::2], strict=True):
                total[name.decode()] = total.get(name.decode(), 0) + int(count)
        return total

    async def backlog(self) -> int:
        total: int = sum(filter(None, await self._reach.everywhere(lambda part: ("ZCARD", part.due))))
        return total

    async def unsent(self) -> Sequence[Unsent]:
        total: dict[str, Unsent] = {}
        asked = self._reach.everywhere(_unsent)
        for row in filter(None, await asked):
            for name, count, lease_end, parcels in zip(row[::4], row[1::4], row[2::4], row[3::4], strict=True):
                found = Unsent(name.decode(), count, int(lease_end) - self.lease_ms, parcels)
                before = total.get(found.channel)
                total[found.channel] = found.with_more(before) if before else found
        return [*total.values()]

    async def bury(self, letter: DeadLetter) -> None:
        key = letter.chat.key
        member, time = keys.letter_member(key, letter), self._reach.time
        await self._call("EVALSHA", scripts.BURY, 1, partition_of(key).dead, member, time, LETTER_MS, LETTERS_KEPT)

    async def dead_letters(self, chat: Chat | None = None) -> Sequence[DeadLetter]:
        how = self._reach.time, LETTER_MS
        if chat:
            found = [await self._call("EVALSHA", scripts.LETTERS, 1, partition_of(chat.key).dead, *how)]
        else:
            found = await self._reach.everywhere(lambda part: ("EVALSHA", scripts.LETTERS, 1, part.dead, *how))
        rows = filter(None, found)
        letters = [keys.letter_of(m, int(float(at))) for row in rows for m, at in zip(row[::2], row[1::2], strict=True)]
        return sorted((each for each in letters if chat in (None, each.chat)), key=lambda each: -each.at_ms)

    async def revive(self, chat: Chat, number: int) -> bool:
        key = chat.key
        part = partition_of(key)
        names = part.chat(key), part.outbox(key), part.due, part.dead, part.changes
        how = number, self._reach.time, KEEP_SECONDS, self.lease_ms, part.thread("")
        return bool(await self._call("EVALSHA", scripts.REVIVE, len(names), *names, key, *how))

    async def restore(self, chat: Chat, number: int) -> bool:
        key = chat.key
        part = partition_of(key)
        names = part.chat(key), part.outbox(key), part.due, part.dead, part.changes
        how = number, self._reach.time, KEEP_SECONDS, self.lease_ms
        return bool(await self._call("EVALSHA", scripts.RESTORE, len(names), *names, key, *how))

    async def ping(self) -> Away:
        saved = await self._reach.everywhere(lambda part: ("SET", part.ping, self._owner, "EX", PING_SECONDS))
        return Away(saved.count(None), len(saved))

    async def now_ms(self) -> int:
        said = await self._reach.everywhere(lambda part: ("EVALSHA", scripts.NOW, 1, part.ping, self._reach.time))
        times: list[int] = [each for each in said if each is not None]
        return median_low(times)

    async def rewrite(self) -> bool:
        try:
            await self._call("BGREWRITEAOF")
        except ServerRefused as error:
            _log.info("the store's files are not written anew now: %s", error)
            return False
        return True

    async def upkeep(self) -> Upkeep:
        """How the server is set up. Raises StoreDown."""
        lines = (await self._call("INFO", "default")).decode().splitlines()
        said = dict(line.split(":", 1) for line in lines if ":" in line)
        if said.get("loading", "0") != "0":  # until it is done it says that it writes nothing to disk
            raise StoreDown(f"The store {self.name} loads what it saved: look again in a minute.")
        time_ms = int(said.get("server_time_usec", 0)) // 1000
        most = int(said.get("maxmemory", 0))
        full = int(said.get("used_memory", 0)) / most if most else 0.0
        return Upkeep(said.get("aof_enabled") == "1", said.get("maxmemory_policy", ""), time_ms, full)

    async def close(self) -> None:
        try:
            await self._reach.settle()
            while not self._left.empty():
                await self.postpone(self._left.get_nowait().chat, 0)
        finally:
            await self._reach.wire.close()

    def _holder(self, key: str) -> str:
        """The name on our leases on a conversation."""
        return f"{self._owner}/{self._doubts.get(key, 0)}"

    async def _with_notes(self, key: str, act: Callable[[int], "asyncio.Future[Any]"]) -> Any:
        """The answer to what takes along which parcels were delivered; nothing of that is lost when it fails."""
        upto = self._acks.withdraw(key)
        try:
            return await act(upto)
        except (StoreDown, asyncio.CancelledError):
            if upto:
                self._acks.note(key, upto)
            raise

    def _outbox(self, script: str, key: str, *args: Arg) -> "asyncio.Future[Any]":
        part = partition_of(key)
        return self._reach.wire.call("EVALSHA", script, 3, part.chat(key), part.outbox(key), part.due, key, *args)

    def _send_ack(self, key: str, upto: int) -> "asyncio.Future[Any]":
        lease = self._reach.time, self.lease_ms, WAITING_LENGTH
        return self._outbox(scripts.ACK, key, self._holder(key), upto, *lease)

    def _keep_left(self, key: str, answer: Sequence[Any]) -> None:
        self._left.put_nowait(Waiting(Chat.of(key), answer[0], tuple(answer[1:])))


def _unsent(part: Partition) -> tuple[Arg, ...]:
    return ("EVALSHA", scripts.UNSENT, 1, part.due, part.chat(""), part.outbox(""))


def _entries(answer: Sequence[Any]) -> Sequence[LogEntry]:
    """What a script read of a log: the number of the first parcel, and the parcels."""
    first, *parcels = answer
    return [LogEntry(number, parcel) for number, parcel in enumerate(parcels, start=first)]
