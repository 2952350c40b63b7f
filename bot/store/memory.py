"""The store in this process's memory: the reference for the real one, and fast enough for every test.

Sessions are kept as JSON, so nothing that could not be saved hides here.
"""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from time import monotonic

from msgspec.structs import replace

from bot.errors import Conflict, Repeated
from bot.model import Chat, Turn, decode_session, encode
from bot.ports.store import Away, Committed, DeadLetter, Due, Loaded, LogEntry, Unsent, Waiting
from bot.store import keys
from bot.store.keys import (
    KEEP_SECONDS,
    LEASE_MS,
    LETTER_MS,
    LETTERS_KEPT,
    LOG_LENGTH,
    LOG_LIMIT,
    REPEAT_SECONDS,
    WAITING_LENGTH,
)
from bot.store.memory_data import Conversation, Shared
from bot.store.memory_requests import MemoryDesk
from bot.store.memory_tables import MemoryInstallation
from bot.store.redis import request_code


class MemoryStore:
    """A `Store` for one worker. Stores with the same `shared` are workers of one installation."""

    def __init__(self, owner: str, shared: Shared | None = None, lease_ms: int = LEASE_MS) -> None:
        self.lease_ms = lease_ms
        self._owner = owner
        self.shared = self._data = shared or Shared()
        self._left: asyncio.Queue[Waiting] = asyncio.Queue()

        desk = self._desk = MemoryDesk(self._data)
        self.escalation, self.find, self.thread = desk.escalation, desk.find, desk.thread
        self.delivery = desk.delivery
        self.keep_picture, self.picture = desk.keep_picture, desk.picture
        self.open_requests, self.place_in_line = desk.open_requests, desk.place_in_line
        self.request_changes, self.requests_in = desk.request_changes, desk.requests_in
        self.calls_due, self.called = desk.calls_due, desk.called
        self.records, self.record, self.forget_records = desk.records, desk.record, desk.forget_records

        whole = MemoryInstallation(self._data, owner)
        self.publish, self.published, self.revision = whole.publish, whole.published, whole.revision
        self.rows, self.row = whole.rows, whole.row
        self.table_revision, self.put = whole.table_revision, whole.put
        self.remember, self.recall, self.lead = whole.remember, whole.recall, whole.lead
        self.secret, self._free_roles = whole.secret, whole.free_roles
        self.share_rate = whole.share_rate
        self.set_aside, self.aside, self.drop_aside = whole.set_aside, whole.aside, whole.drop_aside

    async def load(self, chat: Chat) -> Loaded:
        found = self._data.find(chat.key)
        return Loaded(found.version, decode_session(found.session)) if found else Loaded(0, None)

    async def commit(
        self, chat: Chat, before: Loaded, turn: Turn, parcels: Sequence[bytes], *, pulled: bool
    ) -> Committed:
        key = chat.key
        it = self._data.find(key) or Conversation()
        if it.version != before.version:
            raise Conflict("The conversation moved on.")
        code = request_code(key, before, turn)
        self._desk.refuse(turn)
        if turn.answers and self._data.last_of(key, turn.answers):
            raise Repeated("The message had its effect before.")
        it.version += 1
        it.session = encode(turn.session)
        it.keep_seconds = turn.keep_seconds or KEEP_SECONDS
        if turn.forget and pulled:
            it.parcels = []
        ours = self._add(it, parcels, pulled)
        it.ends = monotonic() + (it.keep_seconds if it.due_ms is None else max(it.keep_seconds, KEEP_SECONDS))
        self._data.conversations[key] = it
        self._desk.save(key, it, code, turn, () if pulled else range(it.tail - len(parcels) + 1, it.tail + 1))
        self._note(key, turn)
        if turn.answers:
            self._data.answered[key, turn.answers] = it.tail, len(parcels), monotonic() + REPEAT_SECONDS
        return Committed(it.tail, ours)

    def _add(self, it: Conversation, parcels: Sequence[bytes], pulled: bool) -> bool:
        """Put parcels behind those that wait; True when this worker sends them."""
        ours = bool(parcels) and not pulled and not it.parcels
        log_length = min(max(LOG_LENGTH, it.of_the_day(REPEAT_SECONDS) + len(parcels)), LOG_LIMIT)
        it.tail += len(parcels)
        it.parcels += parcels
        if pulled:
            del it.parcels[:-log_length]
        if ours:
            now_ms = self._data.clock.now_ms()
            it.lease, it.due_ms, it.queued_ms = self._owner, now_ms + self.lease_ms, now_ms
        return ours

    def _note(self, key: str, turn: Turn) -> None:
        data = self._data
        if turn.forget:
            data.timers = {timer: at for timer, at in data.timers.items() if timer[0] != key}
            data.buried = {letter: at for letter, at in data.buried.items() if keys.chat_of_letter(letter) != key}
        for timer in turn.timers:
            data.timers[key, timer.name] = timer.at
            if not timer.at:
                del data.timers[key, timer.name]
        data.counters.update(keys.counter(event) for event in turn.events)

    def delivered(self, chat: Chat, upto: int) -> None:
        it = self._data.find(chat.key)
        if not it:
            return
        it.trim(upto)
        if it.parcels and it.lease == self._owner:
            self._left.put_nowait(self._leased(chat, it))

    async def leftovers(self) -> Waiting:
        while True:
            waiting = await self._left.get()
            it = self._data.find(waiting.chat.key)
            sent = max(0, it.head + 1 - waiting.first) if it else 0
            if it and sent < len(waiting.parcels):
                return replace(waiting, first=waiting.first + sent, parcels=waiting.parcels[sent:])

    def noted(self, chat: Chat) -> bool:
        return True

    async def renew(self, chat: Chat) -> Waiting | None:
        it = self._data.find(chat.key)
        return self._leased(chat, it) if it and it.parcels and it.lease == self._owner else None

    async def postpone(self, chat: Chat, for_ms: int, fails: int = 0, doubts: int = 0) -> None:
        it = self._data.find(chat.key)
        if it and it.parcels and it.lease == self._owner:
            it.lease, it.due_ms = "-", self._data.clock.now_ms() + for_ms
            it.fails, it.doubts = fails, doubts

    async def drop_outbox(self, chat: Chat, why: str, *, call: bool = False) -> None:
        if it := self._data.find(chat.key):
            if it.parcels:
                await self.bury(DeadLetter(chat, it.head + 1, "gone", why, b"", call, last=it.tail))
            it.settle()

    async def take_overdue(
        self, channels: Collection[str], limit: int = 100, *, certain: bool = False
    ) -> Sequence[Waiting]:
        now_ms = self._data.clock.now_ms()
        ours = [key for key in self._data.conversations if keys.channel_of(key) in channels]
        live = [(key, it) for key in ours if (it := self._data.find(key)) and not (certain and it.doubts)]
        late = sorted((it.due_ms, key) for key, it in live if it.due_ms is not None and it.due_ms <= now_ms)
        return [self._take(key) for _, key in late[:limit]]

    def _take(self, key: str) -> Waiting:
        it = self._data.conversations[key]
        it.lease = self._owner
        return self._leased(Chat.of(key), it)

    def _leased(self, chat: Chat, it: Conversation) -> Waiting:
        """The first parcels that wait, ours from now on for the time of a lease."""
        it.due_ms = self._data.clock.now_ms() + self.lease_ms
        return Waiting(chat, it.head + 1, tuple(it.parcels[:WAITING_LENGTH]), it.fails, it.doubts)

    async def free(self, dead: str) -> int:
        self._free_roles(dead)
        freed = 0
        for it in self._data.conversations.values():
            if it.due_ms is not None and it.lease != "-" and f"{it.lease}/".startswith(dead):
                it.due_ms, freed = 0, freed + 1
        return freed

    async def timers_due(self, channels: Collection[str], limit: int = 100) -> Sequence[Due]:
        timers = ((at, key, name) for (key, name), at in self._data.timers.items() if keys.channel_of(key) in channels)
        now = self._data.clock.now_ms() // 1000
        due = sorted(timer for timer in timers if timer[0] <= now)
        return [Due(Chat.of(key), name, at) for at, key, name in due[:limit]]

    async def read_log(self, chat: Chat, after: int) -> Sequence[LogEntry]:
        it = self._data.find(chat.key) or Conversation()
        entries = (LogEntry(number, parcel) for number, parcel in enumerate(it.parcels, start=it.head + 1))
        return [entry for entry in entries if entry.number > after][-LOG_LENGTH:]

    async def answered(self, chat: Chat, message_id: str) -> Sequence[LogEntry] | None:
        key = chat.key
        kept = self._data.last_of(key, message_id)
        if not kept:
            return None
        last, count = kept
        it = self._data.find(key) or Conversation()
        entries = (LogEntry(number, parcel) for number, parcel in enumerate(it.parcels, start=it.head + 1))
        return [entry for entry in entries if last - count < entry.number <= last]

    async def counters(self) -> Mapping[str, int]:
        return dict(self._data.counters)

    async def backlog(self) -> int:
        return sum(it.due_ms is not None for it in self._data.conversations.values())

    async def unsent(self) -> Sequence[Unsent]:
        total: dict[str, Unsent] = {}
        for key, it in self._data.conversations.items():
            if it.due_ms is not None:
                found = Unsent(keys.channel_of(key), 1, it.queued_ms, len(it.parcels))
                before = total.get(found.channel)
                total[found.channel] = found.with_more(before) if before else found
        return [*total.values()]

    async def bury(self, letter: DeadLetter) -> None:
        key = letter.chat.key
        self._data.buried[keys.letter_member(key, letter)] = self._data.clock.now_ms()
        part = keys.partition_number(key)
        same = [each for each in self._data.buried if keys.partition_number(keys.chat_of_letter(each)) == part]
        for member in same[:-LETTERS_KEPT]:
            del self._data.buried[member]

    async def dead_letters(self, chat: Chat | None = None) -> Sequence[DeadLetter]:
        oldest = self._data.clock.now_ms() - LETTER_MS
        self._data.buried = {member: at for member, at in self._data.buried.items() if at > oldest}
        letters = (keys.letter_of(member, at) for member, at in self._data.buried.items())
        return sorted((each for each in letters if chat in (None, each.chat)), key=lambda each: -each.at_ms)

    async def revive(self, chat: Chat, number: int) -> bool:
        key, it = chat.key, self._data.find(chat.key)
        parcel = self._unbury(key, number) if it else b""
        if not it or not parcel:
            return False
        it.tail += 1
        self._wait(it, [*it.parcels, parcel])
        self._desk.renumber(key, number, it.tail)
        return True

    async def restore(self, chat: Chat, number: int) -> bool:
        key, it = chat.key, self._data.find(chat.key)
        if not it or it.head > number or it.doubts or not any(self._letters(key, number)):
            return True
        if it.head < number or (it.parcels and it.lease != "-"):
            return False
        self._wait(it, [self._unbury(key, number), *it.parcels])
        it.fails = 1
        self._data.changes[keys.partition_number(key)] += bool(it.asked)
        return True

    def _letters(self, key: str, number: int) -> Sequence[bytes]:
        return [each for each in self._data.buried if each.startswith(f"{key}\n{number}\n".encode())]

    def _unbury(self, key: str, number: int) -> bytes:
        """The parcel of a dead letter that is no more; empty where there is none."""
        parcel = b""
        for member in self._letters(key, number):
            del self._data.buried[member]
            parcel = keys.letter_of(member, 0).parcel
        return parcel

    def _wait(self, it: Conversation, parcels: list[bytes]) -> None:
        """These wait from now on, and nobody holds a lease on them where nothing waited before."""
        if not it.parcels:
            now_ms = self._data.clock.now_ms()
            it.lease, it.due_ms, it.queued_ms = "-", now_ms, now_ms
            it.ends = monotonic() + max(it.keep_seconds, KEEP_SECONDS)
        it.parcels = parcels

    async def rewrite(self) -> bool:
        return True

    async def now_ms(self) -> int:
        return self._data.clock.now_ms()

    async def ping(self) -> Away:
        self._data.values["ping"] = self._owner.encode()
        return Away()

    async def close(self) -> None:
        while not self._left.empty():
            await self.postpone(self._left.get_nowait().chat, 0)
