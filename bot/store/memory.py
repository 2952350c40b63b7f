"""The store in this process's memory: the reference for the real one, and fast enough for every test.

Sessions are kept as JSON, so nothing that could not be saved hides here.
"""

import asyncio
from collections.abc import Mapping, Sequence
from time import monotonic

from msgspec.structs import replace

from bot.content.guide import Guide, decode_guide, encode_guide
from bot.errors import Conflict, ContentWrong
from bot.model import Chat, Escalation, Turn, decode_escalation, decode_session, encode
from bot.ports import Committed, Due, Loaded, LogEntry, Waiting
from bot.store import keys
from bot.store.limits import CLOSED_SECONDS, KEEP_SECONDS, LEASE_MS, LOG_LENGTH, before_this_one
from bot.store.shared import Conversation, Shared


class MemoryStore:
    """A `Store` for one worker. Stores with the same `shared` are workers of one installation."""

    def __init__(self, owner: str, shared: Shared | None = None, lease_ms: int = LEASE_MS) -> None:
        self.lease_ms = lease_ms
        self._owner = owner
        self._data = shared or Shared()
        self._now_ms = 0
        self._left: asyncio.Queue[Waiting] = asyncio.Queue()

    async def load(self, chat: Chat) -> Loaded:
        found = self._find(keys.conversation(chat))
        return Loaded(found.version, decode_session(found.session)) if found else Loaded(0, None)

    async def commit(
        self, chat: Chat, before: Loaded, turn: Turn, parcels: Sequence[bytes], *, pulled: bool, now_ms: int
    ) -> Committed:
        self._now_ms = max(self._now_ms, now_ms)
        key = keys.conversation(chat)
        it = self._find(key) or Conversation()
        if it.version != before.version:
            raise Conflict("The conversation moved on.")
        self._refuse_codes(key, turn)
        it.version += 1
        it.session = encode(turn.session)
        it.keep_seconds = turn.keep_seconds or KEEP_SECONDS
        if turn.forget:
            self._forget(key, it, turn, pulled)
        ours = self._add(it, parcels, pulled, now_ms)
        it.ends = monotonic() + (it.keep_seconds if it.due_ms is None else max(it.keep_seconds, KEEP_SECONDS))
        self._data.conversations[key] = it
        self._note(key, it, turn)
        return Committed(it.tail, ours)

    def _refuse_codes(self, key: str, turn: Turn) -> None:
        for code in (turn.opened.code if turn.opened else "", turn.closed):
            if code and code[0] != keys.partition_letter(key):
                raise ValueError(f"The code {code} does not begin with the letter of its conversation's partition.")
        if turn.opened and (turn.opened.code in self._data.open or self._closed(turn.opened.code)):
            raise Conflict("The code is taken.")

    def _forget(self, key: str, it: Conversation, turn: Turn, pulled: bool) -> None:
        if pulled:
            it.parcels = []
        for code in {*it.asked, turn.closed}:
            self._data.open.pop(code, None)
            self._data.closed.pop(code, None)
        it.asked = []
        self._data.timers = {timer: at for timer, at in self._data.timers.items() if timer[0] != key}

    def _add(self, it: Conversation, parcels: Sequence[bytes], pulled: bool, now_ms: int) -> bool:
        """Put parcels behind those that wait; True when this worker sends them."""
        ours = bool(parcels) and not pulled and not it.parcels
        it.tail += len(parcels)
        it.parcels += parcels
        if pulled:
            del it.parcels[:-LOG_LENGTH]
        if ours:
            it.lease, it.due_ms = self._owner, now_ms + self.lease_ms
        return ours

    def _note(self, key: str, it: Conversation, turn: Turn) -> None:
        data = self._data
        if turn.opened:
            data.open[turn.opened.code] = encode(turn.opened)
            it.asked.append(turn.opened.code)
        if turn.closed in data.open:
            data.closed[turn.closed] = data.open.pop(turn.closed), monotonic() + CLOSED_SECONDS
        for timer in turn.timers:
            data.timers[key, timer.name] = timer.at
            if not timer.at:
                del data.timers[key, timer.name]
        data.counters.update(keys.counter(event) for event in turn.events)

    def delivered(self, chat: Chat, upto: int) -> None:
        it = self._find(keys.conversation(chat))
        if not it:
            return
        it.trim(upto)
        if it.parcels and it.lease == self._owner:
            it.due_ms = self._now_ms + self.lease_ms
            self._left.put_nowait(Waiting(chat, it.head + 1, tuple(it.parcels)))

    async def leftovers(self) -> Waiting:
        while True:
            waiting = await self._left.get()
            it = self._find(waiting.chat.key)
            sent = max(0, it.head + 1 - waiting.first) if it else 0
            if it and sent < len(waiting.parcels):
                return replace(waiting, first=waiting.first + sent, parcels=waiting.parcels[sent:])

    async def postpone(self, chat: Chat, until_ms: int) -> None:
        it = self._find(keys.conversation(chat))
        if it and it.parcels and it.lease == self._owner:
            it.lease, it.due_ms, it.fails = "-", until_ms, it.fails + 1

    async def drop_outbox(self, chat: Chat) -> None:
        if it := self._find(keys.conversation(chat)):
            it.settle()

    async def take_overdue(self, now_ms: int, limit: int = 100) -> Sequence[Waiting]:
        self._now_ms = max(self._now_ms, now_ms)
        live = ((key, self._find(key)) for key in list(self._data.conversations))
        late = sorted((it.due_ms, key) for key, it in live if it and it.due_ms is not None and it.due_ms <= now_ms)
        return [self._take(key, now_ms) for _, key in late[:limit]]

    def _take(self, key: str, now_ms: int) -> Waiting:
        it = self._data.conversations[key]
        it.lease, it.due_ms = self._owner, now_ms + self.lease_ms
        return Waiting(keys.chat_of(key), it.head + 1, tuple(it.parcels), it.fails)

    async def timers_due(self, now_ms: int, limit: int = 100) -> Sequence[Due]:
        due = sorted((at, key, name) for (key, name), at in self._data.timers.items() if at <= now_ms // 1000)
        return [Due(keys.chat_of(key), name, at) for at, key, name in due[:limit]]

    async def read_log(self, chat: Chat, after: int) -> Sequence[LogEntry]:
        it = self._find(keys.conversation(chat)) or Conversation()
        entries = (LogEntry(number, parcel) for number, parcel in enumerate(it.parcels, start=it.head + 1))
        return [entry for entry in entries if entry.number > after]

    async def escalation(self, code: str) -> Escalation | None:
        if body := self._data.open.get(code):
            return decode_escalation(body)
        body = self._closed(code)
        return replace(decode_escalation(body), state="closed") if body else None

    async def waiting(self) -> Sequence[Escalation]:
        return sorted((decode_escalation(body) for body in self._data.open.values()), key=before_this_one)

    async def place_in_line(self, opened_at: int, code: str) -> int:
        return 1 + sum(before_this_one(other) < (opened_at, code) for other in await self.waiting())

    async def counters(self) -> Mapping[str, int]:
        return dict(self._data.counters)

    async def backlog(self) -> int:
        return sum(it.due_ms is not None for it in self._data.conversations.values())

    async def publish(self, guide: Guide) -> bool:
        name, body = f"{guide.id}@{guide.version}", encode_guide(guide)
        there = self._data.guides.get(name)
        if there == body:
            return False
        if there:
            raise ContentWrong(f"{guide.id} version {guide.version} is published already, with other content.")
        self._data.guides[name] = body
        self._data.current[guide.id] = guide.version
        self._data.revision += 1
        return True

    async def published(self) -> tuple[int, Sequence[Guide], Mapping[str, int]]:
        guides = [decode_guide(body) for body in self._data.guides.values()]
        return self._data.revision, guides, dict(self._data.current)

    async def revision(self) -> int:
        return self._data.revision

    async def remember(self, name: str, value: bytes) -> None:
        self._data.values[name] = value

    async def recall(self, name: str) -> bytes | None:
        return self._data.values.get(name)

    async def lead(self, name: str, now_ms: int, for_ms: int) -> bool:
        holder, until = self._data.roles.get(name, ("", 0))
        if holder != self._owner and until > now_ms:
            return False
        self._data.roles[name] = self._owner, now_ms + for_ms
        return True

    async def ping(self) -> None:
        self._data.values["ping"] = self._owner.encode()

    async def close(self) -> None:
        while not self._left.empty():
            await self.postpone(self._left.get_nowait().chat, self._now_ms)

    def _find(self, key: str) -> Conversation | None:
        it = self._data.conversations.get(key)
        if it and monotonic() >= it.ends:
            del self._data.conversations[key]
            return None
        return it

    def _closed(self, code: str) -> bytes | None:
        body, ends = self._data.closed.get(code, (None, 0.0))
        return body if monotonic() < ends else None
