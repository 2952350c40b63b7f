"""Browsers that are signed in at the desk: each session is a row of the store, and ends for good with that row."""

import secrets
from hashlib import sha256

import msgspec
from msgspec import Struct

from bot.errors import StoreDown
from bot.model import encode
from bot.ports.store import Clock, Store

SESSION_SECONDS = 12 * 3600
SESSIONS_EACH = 10
"""How many one person may have open: one more ends the oldest."""

_TABLE = "desk-sessions"


class DeskSession(Struct, frozen=True):
    """Whose it is, and what it was opened with: it is good as long as their `role` and password (`stamp`) stay so.

    `begun` and `until` are in milliseconds since 1970.
    """

    whom: str
    role: str
    stamp: str
    begun: int
    until: int


_read = msgspec.json.Decoder(DeskSession).decode


class DeskSessions:
    """Only a hash of each token is kept. Every method raises StoreDown."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._revision, self._known = -1, dict[str, bytes]()

    async def refresh(self) -> None:
        """Know the sessions there are, for when their node of a cluster is gone."""
        if await self._store.table_revision(_TABLE) != self._revision:
            self._revision, rows = await self._store.rows(_TABLE)
            self._known = dict(rows)

    async def begin(self, whom: str, role: str, stamp: str) -> str:
        """Open a session; returns its token, which is known to nobody else."""
        now = self._clock.now_ms()
        rows = [(row, kept, _read(kept)) for row, kept in (await self._store.rows(_TABLE))[1].items()]
        ended = [each for each in rows if each[2].until <= now]
        theirs = sorted((each for each in rows if each[2].whom == whom), key=lambda each: each[2].begun)
        for row, kept, _ in (*ended, *theirs[: 1 - SESSIONS_EACH]):
            await self._store.put(_TABLE, row, kept, None)
        token = secrets.token_urlsafe(32)
        session = DeskSession(whom, role, stamp, now, now + SESSION_SECONDS * 1000)
        await self._store.put(_TABLE, _row(token), None, encode(session))
        return token

    async def find(self, token: str) -> DeskSession | None:
        """The session of this token; None for one that ended, ran out, or never was. One round trip.

        While the store does not say, who was signed in at the last `refresh` stays so: nobody can be signed out now.
        """
        try:
            kept = await self._store.row(_TABLE, _row(token)) if token else None
        except StoreDown:
            if not (kept := self._known.get(_row(token))):
                raise
        session = _read(kept) if kept else None
        return session if session and session.until > self._clock.now_ms() else None

    def is_known(self, token: str, role: str) -> bool:
        """Whether this token was good for somebody with that role at the last `refresh`."""
        kept = self._known.get(_row(token))
        return kept is not None and _read(kept).role == role and _read(kept).until > self._clock.now_ms()

    async def count(self, whom: str) -> int:
        """How many they have open."""
        now, rows = self._clock.now_ms(), (await self._store.rows(_TABLE))[1]
        return sum(each.whom == whom and each.until > now for each in map(_read, rows.values()))

    async def end(self, token: str) -> None:
        """From now on this token opens nothing."""
        row = _row(token)
        if kept := await self._store.row(_TABLE, row):
            await self._store.put(_TABLE, row, kept, None)

    async def end_all(self, whom: str) -> None:
        """From now on none of their tokens opens anything."""
        await end_all(self._store, whom)


async def end_all(store: Store, whom: str) -> None:
    """End every session of somebody. Raises StoreDown."""
    for row, kept in (await store.rows(_TABLE))[1].items():
        if _read(kept).whom == whom:
            await store.put(_TABLE, row, kept, None)


def _row(token: str) -> str:
    return sha256(token.encode()).hexdigest()
