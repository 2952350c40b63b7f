"""Requests for a person on Redis or Valkey: where they stand, what was said, who has to hear of it, who did what."""

import asyncio
import logging
import re
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from bot.model import (
    Call,
    Chat,
    Escalation,
    Record,
    Said,
    decode_escalation,
    decode_record,
    decode_said,
    decode_session,
    encode,
)
from bot.ports.store import Delivery, Found, Loaded
from bot.store import keys, scripts
from bot.store.acknowledgements import Acks
from bot.store.cluster import Reach
from bot.store.keys import (
    LETTER_MS,
    LETTERS_KEPT,
    PARTITIONS,
    PICTURES_KEPT,
    Outbox,
    Written,
    before_this_one,
    deliveries,
    partition_of,
)

_RECORDS = (*(part.record for part in PARTITIONS), keys.RECORD)
_PLACE = re.compile(r"([1-9]\d{0,15})-(\d{1,16})\.(\d{1,2})", re.ASCII)
"""A place in the record: the id that a stream gave, and the stream's number in `_RECORDS`."""

_log = logging.getLogger("toso.store")


class RedisDesk:
    """What a `Store` says about requests; only a commit of their conversation changes them."""

    def __init__(self, reach: Reach, notes_delay: float) -> None:
        self._reach = reach
        self._heard = Acks(self._send_heard, lambda member, answer: None, notes_delay)
        reach.riders.append(self._heard)

    async def escalation(self, code: str) -> Escalation | None:
        part = keys.partition_of_code(code)
        if not part:
            return None
        names = part.open, part.closed(code)
        body, is_open = await self._reach.call("EVALSHA", scripts.ESCALATION, len(names), *names, code)
        request = decode_escalation(body) if body else None
        # What was closed in shape 1 was kept as it had been opened.
        return request if is_open or not request else replace(request, state="closed")

    async def find(self, code: str, message_id: str = "") -> Found | None:
        part = keys.partition_of_code(code)
        if not part:
            return None
        known = part.messages, message_id, keys.ID_LENGTH
        answer = await self._reach.call("EVALSHA", scripts.FIND, 1, part.open, code, part.chat(""), *known)
        if not answer:
            return None
        body, version, session, repeated = answer
        return Found(decode_escalation(body), loaded(version, session), bool(repeated))

    async def thread(self, code: str, after: int = 0) -> Sequence[tuple[int, Said]]:
        part = keys.partition_of_code(code)
        if not part:
            return []
        entries = await self._reach.call("EVALSHA", scripts.THREAD, 1, part.thread(code), after)
        return [(number, decode_said(said)) for number, _, said in map(keys.thread_entry, entries)]

    async def delivery(self, request: Escalation) -> Mapping[int, Delivery]:
        key, part = request.chat.key, partition_of(request.chat.key)
        names = part.chat(key), part.outbox(key), part.dead, part.thread(request.code)
        how = self._reach.time, LETTER_MS, LETTERS_KEPT
        answer = await self._reach.call("EVALSHA", scripts.DELIVERY, len(names), *names, key, *how)
        last, waiting, since_ms, letters, entries = answer
        outbox = Outbox(last, waiting, [keys.letter_of(member, 0) for member in letters], since_ms)
        return deliveries((_written(*keys.thread_entry(entry)) for entry in entries), outbox)

    async def keep_picture(self, code: str, name: str, content: bytes) -> bool:
        part = keys.partition_of_code(code)
        if not part:
            return False
        names = part.open, part.pictures(code)
        call = ("EVALSHA", scripts.PICTURE, len(names), *names, code, name, content, PICTURES_KEPT)
        return bool(await self._reach.call(*call))

    async def picture(self, code: str, name: str) -> bytes | None:
        part = keys.partition_of_code(code)
        content: bytes | None = await self._reach.call("HGET", part.pictures(code), name) if part else None
        return content

    async def open_requests(self) -> Sequence[Escalation]:
        found = await self._reach.everywhere(lambda part: ("HVALS", part.open))
        bodies = (body for part in filter(None, found) for body in part)
        return sorted(map(decode_escalation, bodies), key=before_this_one)

    async def request_changes(self) -> Sequence[int]:
        found = await self._reach.everywhere(lambda part: ("MGET", part.changes))
        return [int(answer[0] or 0) if answer else -1 for answer in found]

    async def requests_in(self, partition: int) -> Sequence[Escalation]:
        return [decode_escalation(body) for body in await self._reach.call("HVALS", PARTITIONS[partition].open)]

    async def place_in_line(self, team: str, opened_at: int, code: str) -> int:
        older, equal = await asyncio.gather(
            self._reach.everywhere(lambda part: ("ZCOUNT", part.line(team), "-inf", f"({opened_at}")),
            self._reach.everywhere(lambda part: ("ZRANGEBYSCORE", part.line(team), opened_at, opened_at)),
        )
        equals = (other for others in filter(None, equal) for other in others)
        before: int = sum(filter(None, older)) + sum(other < code.encode() for other in equals)
        return before + 1

    async def calls_due(self, older_ms: int, limit: int = 100) -> Sequence[tuple[Chat, Call]]:
        due = await self._reach.due(lambda part: part.calls, limit, older_ms=older_ms)
        return [keys.call_of(member.decode()) for _, member in due]

    def called(self, chat: Chat, call: Call) -> None:
        self._heard.note(keys.call_member(chat.key, call), 1)

    async def records(self, limit: int, before: str = "") -> Sequence[tuple[str, Record]]:
        """What is no place in the record has nothing before it."""
        place = _PLACE.fullmatch(before)
        if before and not place:
            return []
        found = await self._reach.reached(
            self._reach.call("XREVRANGE", key, _end(place, stream), "-", "COUNT", limit)
            for stream, key in enumerate(_RECORDS)
        )
        entries = [(*_id(name), stream, body) for stream, rows in enumerate(found) for name, (_, body) in rows or ()]
        entries.sort(reverse=True)
        return [(f"{at}-{count}.{stream}", decode_record(body)) for at, count, stream, body in entries[:limit]]

    async def record(self, record: Record) -> None:
        await self._reach.call("XADD", keys.RECORD, "*", "r", encode(record))

    async def forget_records(self, before_ms: int) -> None:
        await asyncio.gather(*(self._reach.call("XTRIM", key, "MINID", max(0, before_ms)) for key in _RECORDS))

    def _send_heard(self, member: str, count: int) -> "asyncio.Future[Any]":
        key = member.partition("\n")[0]
        return self._reach.wire.call("ZREM", partition_of(key).calls, member)


def _written(number: int, parcels: tuple[int, ...], said: bytes) -> Written:
    """A message to a resident, of which the script told no more than when it was written."""
    return Written(number, parcels, int(said[1:]))


def _end(place: re.Match[str] | None, stream: int) -> str:
    """Where to begin in a stream, going back: streams are in order among entries of one millisecond."""
    if not place:
        return "+"
    return f"{'' if stream < int(place[3]) else '('}{place[1]}-{place[2]}"


def _id(name: bytes) -> tuple[int, int]:
    at, _, count = name.partition(b"-")
    return int(at), int(count)


def loaded(version: bytes | None, session: bytes | None) -> Loaded:
    """A conversation as it was stored; where its bytes are damaged it begins anew, and the log says so."""
    if not version:
        return Loaded(0, None)
    try:
        return Loaded(int(version), decode_session(session or b""))
    except ValueError:  # what it says of the damage may hold their words
        _log.error("a conversation is damaged in the store and begins anew")
        return Loaded(int(version), None)
