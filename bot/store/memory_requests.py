"""Requests for a person in memory: where they stand, what was said, who has to hear of it, who did what."""

import math
from collections.abc import Mapping, Sequence
from time import monotonic

from bot.errors import Conflict
from bot.model import (
    Call,
    Chat,
    Escalation,
    Record,
    Said,
    Turn,
    decode_escalation,
    decode_record,
    decode_said,
    decode_session,
    encode,
)
from bot.ports.store import Delivery, Found, Loaded
from bot.store import keys
from bot.store.keys import (
    CLOSED_SECONDS,
    LETTER_MS,
    LETTERS_KEPT,
    PICTURE_SECONDS,
    PICTURES_KEPT,
    THREAD_LENGTH,
    Outbox,
    Written,
    before_this_one,
    deliveries,
    in_line,
)
from bot.store.memory_data import Conversation, Shared


class MemoryDesk:
    """What a `Store` says about requests, and how a commit changes them."""

    def __init__(self, data: Shared) -> None:
        self._data = data

    def refuse(self, turn: Turn) -> None:
        """Raises Conflict when the code of a new request is taken."""
        new = turn.request if turn.request and turn.request.rev == 1 else None
        if new and (new.code in self._data.open or self._closed(new.code)):
            raise Conflict("The code is taken.")

    def save(self, key: str, it: Conversation, code: str, turn: Turn, sent: Sequence[int]) -> None:
        """What a turn changes in the request `code` of the conversation `it`; `sent` are the numbers of its parcels."""
        data = self._data
        if turn.forget:
            self._forget(key, {*it.asked, code})
            it.asked = []
        else:
            if turn.request:
                self._place(turn.request)
                it.asked += [code] if code not in it.asked else []
            self._cover(code, turn.covered)
            self._say(code, turn.said, sent)
            data.changes[keys.partition_number(key)] += bool(turn.request or turn.covered or turn.said)
        data.calls.update((keys.call_member(key, call), data.clock.now_ms()) for call in turn.calls)
        data.records += (encode(record) for record in turn.records)

    def _forget(self, key: str, codes: set[str]) -> None:
        for kept in (self._data.open, self._data.closed, self._data.threads, self._data.pictures):
            for code in codes:
                kept.pop(code, None)
        self._data.calls = {member: at for member, at in self._data.calls.items() if member.partition("\n")[0] != key}
        self._data.changes[keys.partition_number(key)] += 1

    def _place(self, request: Escalation) -> None:
        data, code = self._data, request.code
        for kept in (data.open, data.closed):
            kept.pop(code, None)
        if request.rev == 1:
            data.threads.pop(code, None)
            data.pictures.pop(code, None)
        closed = request.state == "closed"
        self._keep_pictures(code, PICTURE_SECONDS if closed else math.inf)
        if closed:
            data.closed[code] = encode(request), monotonic() + CLOSED_SECONDS
        else:
            data.open[code] = encode(request)

    def _keep_pictures(self, code: str, seconds: float) -> None:
        now = monotonic()
        kept, ends = self._data.pictures.pop(code, ({}, now))
        if now < ends:
            self._data.pictures[code] = kept, now + seconds

    def _cover(self, code: str, covered: Sequence[tuple[int, Said]]) -> None:
        others = dict(covered)
        thread = self._data.threads.get(code, []) if covered else []
        for place, (number, sent, _) in enumerate(thread):
            if number in others:
                thread[place] = number, sent, encode(others[number])

    def _say(self, code: str, said: Sequence[Said], sent: Sequence[int]) -> None:
        thread = self._data.threads.setdefault(code, []) if said else []
        number = thread[-1][0] if thread else 0
        for place, entry in enumerate(said, start=1):
            thread.append((number + place, tuple(sent) if entry.to_resident else (), encode(entry)))
        del thread[:-THREAD_LENGTH]

    async def escalation(self, code: str) -> Escalation | None:
        body = self._data.open.get(code) or self._closed(code)
        return decode_escalation(body) if body else None

    async def find(self, code: str, message_id: str = "") -> Found | None:
        body = self._data.open.get(code)
        if not body:
            return None
        request = decode_escalation(body)
        key = request.chat.key
        it = self._data.find(key)
        conversation = Loaded(it.version, decode_session(it.session)) if it else Loaded(0, None)
        return Found(request, conversation, self._data.last_of(key, message_id) is not None)

    async def thread(self, code: str, after: int = 0) -> Sequence[tuple[int, Said]]:
        there = code in self._data.open or self._closed(code)
        entries = self._data.threads.get(code, []) if there else []
        return [(number, decode_said(body)) for number, _, body in entries if number > after]

    async def delivery(self, request: Escalation) -> Mapping[int, Delivery]:
        data, key = self._data, request.chat.key
        it, since_ms = data.find(key) or Conversation(), data.clock.now_ms() - LETTER_MS
        same = [
            keys.letter_of(member, at)
            for member, at in data.buried.items()
            if at > since_ms and keys.partition_of(keys.chat_of_letter(member)) is keys.partition_of(key)
        ]
        if len(same) >= LETTERS_KEPT:
            since_ms = min(each.at_ms for each in same)
        entries = data.threads.get(request.code, [])
        written = (Written(number, sent, decode_said(body).at) for number, sent, body in entries if sent)
        letters = [each for each in same if each.chat == request.chat]
        return deliveries(written, Outbox(it.tail, len(it.parcels), letters, since_ms))

    def renumber(self, key: str, old: int, new: int) -> None:
        """The parcel of a message to the resident has another number from now on."""
        for code in self._data.conversations[key].asked:
            thread = self._data.threads.get(code, [])
            for place, (number, sent, body) in enumerate(thread):
                if old in sent:
                    thread[place] = number, tuple(new if each == old else each for each in sent), body
                    self._data.changes[keys.partition_number(key)] += 1

    async def keep_picture(self, code: str, name: str, content: bytes) -> bool:
        if code not in self._data.open:
            return False
        kept, _ = self._data.pictures.setdefault(code, ({}, math.inf))
        if name not in kept and len(kept) >= PICTURES_KEPT:
            return False
        kept[name] = content
        return True

    async def picture(self, code: str, name: str) -> bytes | None:
        kept, ends = self._data.pictures.get(code, ({}, 0.0))
        return kept.get(name) if monotonic() < ends else None

    async def open_requests(self) -> Sequence[Escalation]:
        return sorted(map(decode_escalation, self._data.open.values()), key=before_this_one)

    async def request_changes(self) -> Sequence[int]:
        return tuple(self._data.changes)

    async def requests_in(self, partition: int) -> Sequence[Escalation]:
        letter = keys.LETTERS[partition]
        return [each for each in await self.open_requests() if each.code[0] == letter]

    async def place_in_line(self, team: str, opened_at: int, code: str) -> int:
        line = (each for each in await self.open_requests() if in_line(each) and each.team == team)
        return 1 + sum(before_this_one(other) < (opened_at, code) for other in line)

    async def calls_due(self, older_ms: int, limit: int = 100) -> Sequence[tuple[Chat, Call]]:
        before_ms = self._data.clock.now_ms() - older_ms
        due = sorted((at, member) for member, at in self._data.calls.items() if at <= before_ms)
        return [keys.call_of(member) for _, member in due[:limit]]

    def called(self, chat: Chat, call: Call) -> None:
        self._data.calls.pop(keys.call_member(chat.key, call), None)

    async def records(self, limit: int, before: str = "") -> Sequence[tuple[str, Record]]:
        kept, first = self._data.records, self._data.records_forgotten
        end = int(before) - first if before.isascii() and before.isdecimal() else 0 if before else len(kept)
        places = range(min(end, len(kept)) - 1, -1, -1)[:limit]
        return [(str(first + place), decode_record(kept[place])) for place in places]

    async def record(self, record: Record) -> None:
        self._data.records.append(encode(record))

    async def forget_records(self, before_ms: int) -> None:
        kept = self._data.records
        old = next((at for at, body in enumerate(kept) if decode_record(body).at * 1000 >= before_ms), len(kept))
        del kept[:old]
        self._data.records_forgotten += old

    def _closed(self, code: str) -> bytes | None:
        body, ends = self._data.closed.get(code, (None, 0.0))
        return body if monotonic() < ends else None
