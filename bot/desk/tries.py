"""Wrong passwords, counted for each account over all workers: guessing with many computers gains nothing."""

import msgspec
from msgspec import Struct

from bot.model import encode
from bot.ports import Clock, Store

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

    async def begin(self, volunteer: str) -> tuple[int, int]:
        """Count a try of this account's password: its number in a row, and 0, or the seconds until one may be made.

        It counts as wrong until `forgive`, so that many at once are no more than one after the other.
        """
        while True:
            now = self._clock.now_ms()
            kept = (await self._store.rows(_TABLE))[1].get(volunteer)
            tried = msgspec.json.decode(kept, type=_Tried) if kept else _Tried(0, 0)
            wait = tried.at + LOCK_SECONDS * 1000 - now
            if tried.times >= MOST_WRONG and wait > 0:
                return tried.times, -(-wait // 1000)
            counted = _Tried(tried.times + 1 if wait > 0 else 1, now)
            if await self._store.put(_TABLE, volunteer, kept, encode(counted)):
                return counted.times, 0

    async def forgive(self, volunteer: str) -> None:
        """The password was right: forget the wrong ones."""
        kept = (await self._store.rows(_TABLE))[1].get(volunteer)
        await self._store.put(_TABLE, volunteer, kept, None)
