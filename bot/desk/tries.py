"""Wrong passwords, counted for each account over all workers: guessing with many computers gains nothing.

What is tried in a browser that its owner signed in with before is counted apart.
"""

from collections.abc import Mapping

import msgspec
from msgspec import Struct

from bot.model import encode
from bot.ports.store import Clock, Store

MOST_WRONG = 10
LOCK_SECONDS = 15 * 60
"""After so many wrong passwords in a row an account is locked for so long; then they are forgotten."""

_TABLE = "tries"


class _Tried(Struct, frozen=True):
    times: int
    at: int


class Tries:
    """Every method raises StoreDown."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def begin(self, volunteer: str, device: str = "") -> tuple[int, int]:
        """Count a try of this account's password: its number in a row, and 0, or the seconds until one may be made.

        It counts as wrong until `forgive`, so that many at once are no more than one after the other.
        """
        row = _row(volunteer, device)
        while True:
            now = self._clock.now_ms()
            rows = (await self._store.rows(_TABLE))[1]
            kept = rows.get(row)
            tried = msgspec.json.decode(kept, type=_Tried) if kept else _Tried(0, 0)
            wait = tried.at + LOCK_SECONDS * 1000 - now
            if tried.times >= MOST_WRONG and wait > 0:
                return tried.times, -(-wait // 1000)
            counted = _Tried(tried.times + 1 if wait > 0 else 1, now)
            if await self._store.put(_TABLE, row, kept, encode(counted)):
                await self._forget_old(rows, now)
                return counted.times, 0

    async def forgive(self, volunteer: str, device: str = "") -> None:
        """The password was right: forget the wrong ones."""
        row = _row(volunteer, device)
        kept = (await self._store.rows(_TABLE))[1].get(row)
        await self._store.put(_TABLE, row, kept, None)

    async def _forget_old(self, rows: Mapping[str, bytes], now: int) -> None:
        """What no longer counts is not kept."""
        for row, kept in rows.items():
            if msgspec.json.decode(kept, type=_Tried).at + LOCK_SECONDS * 1000 <= now:
                await self._store.put(_TABLE, row, kept, None)


def _row(volunteer: str, device: str) -> str:
    return f"{volunteer} {device}" if device else volunteer
