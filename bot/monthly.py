"""What a channel used of its month's allowance, in all workers together: one row of the store for each month."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime

import msgspec

from bot.errors import StoreDown
from bot.model.hours import VIETNAM
from bot.ports.store import Clock, Store

SAVE_SECONDS = 5.0
"""How much a worker that was killed may have counted in vain."""
_decode = msgspec.json.Decoder(dict[str, int]).decode


class MonthlyCount:
    """Counts by name, for example `sent`, in the calendar months of Việt Nam. `table` is where the store keeps them."""

    def __init__(self, table: str, store: Store, clock: Clock) -> None:
        self._table = table
        self._store = store
        self._clock = clock
        self._unsaved: dict[str, Counter[str]] = {}

    def add(self, name: str) -> None:
        """Count one more. Returns at once; it is saved soon."""
        self._unsaved.setdefault(self._month(), Counter())[name] += 1

    async def this_month(self) -> Mapping[str, int]:
        """The counts of all workers, and those of this one that are not saved yet. Raises StoreDown."""
        month = self._month()
        _, rows = await self._store.rows(self._table)
        return Counter(_decode(rows.get(month, b"{}"))) + self._unsaved.get(month, Counter())

    async def save(self) -> None:
        """Add what was counted to what is kept. Raises StoreDown; then it is still counted."""
        for month in list(self._unsaved):
            counted = self._unsaved.pop(month)
            try:
                while not await self._added(month, counted):
                    pass  # another worker came first: add to what it saved
            except BaseException:
                self._unsaved.setdefault(month, Counter()).update(counted)
                raise

    async def keep_saving(self) -> None:
        """Save now and then, for ever."""
        while True:
            await asyncio.sleep(SAVE_SECONDS)
            with suppress(StoreDown):
                await self.save()

    async def _added(self, month: str, counted: Counter[str]) -> bool:
        _, rows = await self._store.rows(self._table)
        before = rows.get(month)
        after = msgspec.json.encode(dict(Counter(_decode(before or b"{}")) + counted))
        return await self._store.put(self._table, month, before, after)

    def _month(self) -> str:
        return f"{datetime.fromtimestamp(self._clock.now_ms() / 1000, VIETNAM):%Y-%m}"
