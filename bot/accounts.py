"""Who may sign in: for now one admin, known by a password. Only its hash is kept, and never is it put in a log."""

import asyncio
import secrets
from collections.abc import Callable
from hashlib import sha256
from unicodedata import normalize

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bot.ports import Store

SHORTEST, LONGEST = 8, 256
"""Characters of a password that somebody chose."""
HASHES_AT_ONCE = 2
"""Each takes 19 MiB for a moment."""

_KEPT_AS = "admin-password"
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""None that is taken for another when copied from a screen: 16 of them are 79 bits."""
_GROUPS, _GROUP_LENGTH = 4, 4
_MAKING_MS = 10_000

# OWASP's smaller profile of argon2id: a small server has room for it beside everything else.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


class Accounts:
    """The admin's password. Every method raises StoreDown."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._slots = asyncio.Semaphore(HASHES_AT_ONCE)

    async def prepare(self, given: str, now_ms: Callable[[], int]) -> str:
        """See that there is exactly one valid password: `given`, else the one that is kept, else a new one.

        Returns the new one, which is known to nobody else; empty when none had to be made. The store's owner must be
        a name that no other process uses.
        """
        if given:
            if not await self.is_right(given):
                await self._keep(given)
            return ""
        while not await self._store.recall(_KEPT_AS):
            if not await self._store.lead(_KEPT_AS, now_ms(), _MAKING_MS):
                await asyncio.sleep(0.05)
            elif not await self._store.recall(_KEPT_AS):
                made = _draw()
                await self._keep(made)
                return made
        return ""

    async def is_right(self, password: str) -> bool:
        """Whether this is the admin's password. Takes as long when it is not, or when there is none."""
        kept = await self._store.recall(_KEPT_AS)
        async with self._slots:
            return await asyncio.to_thread(_verify, kept, password)

    async def stamp(self) -> bytes:
        """Names the password in use: another one for each new password, and no way back to it."""
        return sha256(await self._store.recall(_KEPT_AS) or b"").digest()

    async def _keep(self, password: str) -> None:
        kept = await asyncio.to_thread(_hasher.hash, _plain(password))
        await self._store.remember(_KEPT_AS, kept.encode())


def _draw() -> str:
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(_GROUP_LENGTH)) for _ in range(_GROUPS))


def _verify(kept: bytes | None, password: str) -> bool:
    if kept is None:
        _hasher.hash(_plain(password))
        return False
    try:
        return _hasher.verify(kept, _plain(password))
    except (VerificationError, InvalidHashError):
        return False


def _plain(password: str) -> str:
    """One spelling for what keyboards write in several: "ề" is one character on some, three on others."""
    return normalize("NFKC", password).strip()
