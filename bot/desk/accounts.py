"""The passwords of those who sign in. Only their hashes are kept, and never is one put in a log."""

import asyncio
import secrets
from hashlib import sha256
from unicodedata import normalize

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bot.desk.desk_sessions import end_all
from bot.desk.onetime import LETTERS
from bot.desk.roster import ADMIN
from bot.ports.store import Store
from bot.process import give_large_blocks_back

SHORTEST, LONGEST = 8, 256
"""Characters of a password that somebody chose."""
HASHES_AT_ONCE = 2
"""Each takes 19 MiB for a moment."""

_ADMIN_KEPT_AS = "admin-password"
_HASHED = b"$argon2"
_GROUPS, _GROUP_LENGTH = 4, 4
_MAKING_MS = 10_000

# OWASP's smaller profile of argon2id: a small server has room for it beside everything else.
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


class Accounts:
    """Passwords by the volunteer they belong to. Every method raises StoreDown."""

    def __init__(self, store: Store, hasher: PasswordHasher = HASHER) -> None:
        give_large_blocks_back()
        self._store = store
        self._hasher = hasher
        self._slots = asyncio.Semaphore(HASHES_AT_ONCE)

    async def prepare(self, given: str) -> str:
        """See that the admin has exactly one valid password: `given`, else the one that is kept, else a new one.

        Returns the new one, which is known to nobody else; empty when none had to be made. The store's owner must be
        a name that no other process uses.
        """
        if given:
            if not await self.is_right(ADMIN, given):
                await self.set_password(ADMIN, given)
                await end_all(self._store, ADMIN)
            return ""
        while not await self._store.recall(_ADMIN_KEPT_AS):
            if not await self._store.lead(_ADMIN_KEPT_AS, _MAKING_MS):
                await asyncio.sleep(0.05)
            elif not await self._store.recall(_ADMIN_KEPT_AS):
                made = _draw()
                await self.set_password(ADMIN, made)
                return made
        return ""

    async def is_right(self, volunteer: str, password: str) -> bool:
        """Whether this is their password. Takes as long when it is not, or when they have none."""
        kept = await self._store.recall(_kept_as(volunteer))
        async with self._slots:
            return await asyncio.to_thread(self._verify, kept, password)

    async def has_password(self, volunteer: str) -> bool:
        return (await self._store.recall(_kept_as(volunteer)) or b"").startswith(_HASHED)

    async def set_password(self, volunteer: str, password: str) -> None:
        async with self._slots:
            kept = await asyncio.to_thread(self._hasher.hash, _plain(password))
        await self._store.remember(_kept_as(volunteer), kept.encode())

    async def drop_password(self, volunteer: str) -> None:
        """No password is right from now on, until another one is set."""
        await self._store.remember(_kept_as(volunteer), b"none " + secrets.token_hex(16).encode())

    async def stamp(self, volunteer: str) -> bytes:
        """Names the password in use: another one for each new password, and no way back to it."""
        return sha256(await self._store.recall(_kept_as(volunteer)) or b"").digest()

    def _verify(self, kept: bytes | None, password: str) -> bool:
        if kept is None or not kept.startswith(_HASHED):
            self._hasher.hash(_plain(password))
            return False
        try:
            return self._hasher.verify(kept, _plain(password))
        except (VerificationError, InvalidHashError):
            return False


def is_fit(password: str) -> bool:
    """Whether somebody may choose this password."""
    return len(password) <= LONGEST and len(_plain(password)) >= SHORTEST


def _kept_as(volunteer: str) -> str:
    return _ADMIN_KEPT_AS if volunteer == ADMIN else f"password-{volunteer}"


def _draw() -> str:
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(_GROUP_LENGTH)) for _ in range(_GROUPS))


def _plain(password: str) -> str:
    """One spelling for what keyboards write in several: "ề" is one character on some, three on others."""
    return normalize("NFKC", password).strip()
