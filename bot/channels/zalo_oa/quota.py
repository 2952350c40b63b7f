"""How many free messages a person can still get: eight within 48 hours after they last wrote. Kept in the store.

The first answer to a message is always free, and costs nothing here. Only what is said unasked, or after it, is counted
in the store, where every worker sees it; Zalo's own count, in each of its answers, corrects ours.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from typing import Final, Protocol
from zlib import crc32

from msgspec import Struct

from bot.channels.zalo_oa.oauth import Safe
from bot.channels.zalo_oa.types import Quota, number
from bot.model import Chat
from bot.ports.store import Clock, Loaded

FREE: Final = 8
FREE_MS: Final = 48 * 3600 * 1000
OPEN_MS: Final = 7 * 24 * 3600 * 1000
"""After so long only the person can open the conversation again."""
WARN_LEFT: Final = 2
WARN_MS: Final = 4 * 3600 * 1000
"""With so many messages, or so much time, left whoever talks with the person is told."""

_TABLE: Final = "zalo-oa-window-"
_SHARDS: Final = 256
"""People's counters are spread over so many small tables: to look one up is to read one of them."""
_REMEMBERED: Final = 20_000


class Counts(Safe, Protocol):
    """The part of a `Store` that windows need."""

    async def load(self, chat: Chat) -> Loaded: ...


class Window(Struct, frozen=True):
    """A person wrote at `heard_ms`, and got `used` messages since."""

    heard_ms: int
    used: int


class Windows:
    """`ask` asks Zalo how many free messages a person can still get; None when it does not say.

    `count` is told of each message what it cost: `reply` (free), a quota's name, `paid`; or that it was `held_back`.
    """

    def __init__(
        self,
        store: Counts,
        clock: Clock,
        ask: Callable[[str], Awaitable[int | None]],
        count: Callable[[str], None],
        *,
        may_cost: bool,
    ) -> None:
        self._store = store
        self._clock = clock
        self._ask = ask
        self._may_cost = may_cost
        self._recent: OrderedDict[str, Window] = OrderedDict()
        self._count = count

    async def open(self, chat: Chat, heard_ms: int) -> Window | None:
        """The window a message would go into; None when it would cost something, and must not.

        `heard_ms` is when the person wrote what it answers; 0 when nobody asked. Raises StoreDown.
        """
        now_ms = self._clock.now_ms()
        recent = self._recent.get(chat.person)
        if heard_ms > (recent.heard_ms if recent else 0) and now_ms - heard_ms < FREE_MS:
            return Window(heard_ms, 0)
        window = await self._known(chat, max(heard_ms, recent.heard_ms if recent else 0), recent.used if recent else 0)
        if self._may_cost or (window.used < FREE and now_ms - window.heard_ms < FREE_MS):
            return window
        # They may have done something that we do not hear of: called, tapped a menu.
        left = await self._ask(chat.person)
        if left:
            return Window(0, FREE - left)  # when they did it, nobody said
        self._count("held_back")
        return None

    async def sent(self, chat: Chat, window: Window, quota: Quota | None) -> bool:
        """A message went out: whether the window is closing, and nobody may pay for more. Raises StoreDown."""
        kind = quota.quota_type if quota else "paid"
        self._count(kind or "quota")
        used = window.used + 1
        if quota and kind == "reply":
            used = FREE - number(quota.remain, FREE - used)
        elif kind:
            used = FREE
        after = Window(window.heard_ms, used)
        self._recent[chat.person] = after
        self._recent.move_to_end(chat.person)
        if len(self._recent) > _REMEMBERED:
            self._recent.popitem(last=False)
        if used > 1:  # one is what is taken for granted where nothing is written down
            await self._write(chat.person, after)
        late = after.heard_ms and self._clock.now_ms() - after.heard_ms >= FREE_MS - WARN_MS
        return not self._may_cost and (used == FREE - WARN_LEFT or bool(late))

    async def forget(self, person: str) -> None:
        """Raises StoreDown."""
        self._recent.pop(person, None)
        table = _table(person)
        while (before := (await self._store.rows(table))[1].get(person)) is not None:
            await self._store.put(table, person, before, None)

    async def clear(self) -> None:
        """Forget windows that closed long ago, everybody's. Raises StoreDown."""
        for table in (f"{_TABLE}{shard:02x}" for shard in range(_SHARDS)):
            await self._clear(table, (await self._store.rows(table))[1])

    async def _known(self, chat: Chat, heard_ms: int, used: int) -> Window:
        """The newest of what this worker, the store and the conversation know."""
        session = (await self._store.load(chat)).session
        said_ms = session.heard_at * 1000 if session else 0
        written = _read((await self._store.rows(_table(chat.person)))[1].get(chat.person))
        # A conversation keeps whole seconds, a window milliseconds: within one second it is the same message.
        newest = max(heard_ms, written.heard_ms)
        if said_ms >= newest + 1000:
            return Window(said_ms, 1)
        return Window(newest, max(used if heard_ms == newest else 0, written.used if written.heard_ms == newest else 0))

    async def _write(self, person: str, window: Window) -> None:
        table = _table(person)
        while True:
            rows = (await self._store.rows(table))[1]
            before = rows.get(person)
            there = _read(before)
            if there.heard_ms > window.heard_ms or (there.heard_ms == window.heard_ms and there.used >= window.used):
                return
            if await self._store.put(table, person, before, f"{window.heard_ms} {window.used}".encode()):
                return

    async def _clear(self, table: str, rows: Mapping[str, bytes]) -> None:
        over = self._clock.now_ms() - OPEN_MS
        for person, row in rows.items():
            if _read(row).heard_ms < over:
                await self._store.put(table, person, row, None)


def _table(person: str) -> str:
    return f"{_TABLE}{crc32(person.encode()) % _SHARDS:02x}"


def _read(row: bytes | None) -> Window:
    heard_ms, _, used = (row or b"0 0").partition(b" ")
    return Window(int(heard_ms), int(used))
