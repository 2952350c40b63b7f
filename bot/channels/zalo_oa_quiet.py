"""Where a human answers in the account's own chat tool the bot is silent, for a while; all workers know it."""

from collections.abc import Mapping
from typing import Final, Protocol

from bot.channels.zalo_grants import Safe
from bot.ports import Clock

_TABLE: Final = "zalo-oa-human"


class Quiets(Safe, Protocol):
    """The part of a `Store` that this needs."""

    async def table_revision(self, table: str) -> int: ...


class Quiet:
    """`for_ms` is how long the bot stays silent after the last line of a human; 0: it never is."""

    def __init__(self, store: Quiets, clock: Clock, for_ms: int) -> None:
        self._store = store
        self._clock = clock
        self._for_ms = for_ms
        self._until: dict[str, int] = {}
        self._news: dict[str, int] = {}
        self._revision = 0

    def begin(self, person: str) -> None:
        """A human wrote to this person. Other workers know it after the next `sync`."""
        if self._for_ms:
            self._until[person] = self._news[person] = self._clock.now_ms() + self._for_ms

    def holds(self, person: str) -> bool:
        """Whether the bot has to be silent towards this person."""
        until = self._until.get(person)
        return until is not None and self._clock.now_ms() < until

    async def sync(self) -> None:
        """Tell the other workers, and hear from them. Raises StoreDown."""
        news, self._news = self._news, {}
        try:
            while news:
                person, until = news.popitem()
                before = (await self._store.rows(_TABLE))[1].get(person)
                if not await self._store.put(_TABLE, person, before, str(until).encode()):
                    news[person] = until
        finally:
            self._news = news | self._news
        if await self._store.table_revision(_TABLE) != self._revision:
            self._revision, rows = await self._store.rows(_TABLE)
            self._until = {person: int(until) for person, until in rows.items()} | self._news
            await self._clear(rows)

    async def _clear(self, rows: Mapping[str, bytes]) -> None:
        for person, until in rows.items():
            if int(until) < self._clock.now_ms():
                await self._store.put(_TABLE, person, until, None)
