"""The passwords of those who sign in. Only their hashes are kept, and never is one put in a log.

Codes that work once and soon: to link a chat to a volunteer, or to sign in without a password.

Wrong passwords, counted for each account over all workers: guessing with many computers gains nothing.

What is tried in a browser that its owner signed in with before is counted apart.

Passwords that guessers try first: what is often used, and what anybody knows about whose they are.
"""

import asyncio
import math
import secrets
from collections.abc import Iterable, Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Literal
from unicodedata import normalize

import msgspec
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from msgspec import Struct

from bot.background import give_large_blocks_back
from bot.desk.desk_sessions import end_all
from bot.desk.roster import ADMIN
from bot.model import encode
from bot.nlu.normalise import fold
from bot.ports.store import Clock, Store

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""None that is taken for another when copied from a screen: 8 of them are 39 bits, 16 are 79."""

Use = Literal["chat", "group", "sign-in"]
"""What a code is for: to link a private chat, to link a team's group, or to sign in."""

_CODES = "codes"


class _Kept(Struct, frozen=True):
    whom: str
    until: int
    use: str = ""


class OneTime:
    """Codes by their use and whom they are for. Only hashes are kept. Every method raises StoreDown."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def make(self, use: Use, whom: str, seconds: int, length: int) -> str:
        """A new code, in groups of four letters; the one they had before for this use is good no more."""
        await self._forget(use, whom)
        code = "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(length // 4))
        kept = _Kept(whom, self._clock.now_ms() + seconds * 1000, use)
        await self._store.put(_CODES, _code_row(use, code), None, encode(kept))
        return code

    async def take(self, use: Use, code: str) -> str:
        """Whom the code is for, as people type it; empty for one that was used, ran out, or never was."""
        row = _code_row(use, code)
        kept = (await self._store.rows(_CODES))[1].get(row)
        if kept is None or not await self._store.put(_CODES, row, kept, None):
            return ""
        found = msgspec.json.decode(kept, type=_Kept)
        return found.whom if found.until > self._clock.now_ms() else ""

    async def _forget(self, use: Use, whom: str) -> None:
        """What ran out, and what a new code takes the place of."""
        now = self._clock.now_ms()
        for row, kept in (await self._store.rows(_CODES))[1].items():
            code = msgspec.json.decode(kept, type=_Kept)
            if code.until <= now or (code.use, code.whom) == (use, whom):
                await self._store.put(_CODES, row, kept, None)


def _code_row(use: Use, code: str) -> str:
    plain = fold(code).replace(" ", "")
    return sha256(f"{use}:{plain}".encode()).hexdigest()


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


_ENOUGH = 10**8
"""Guesses that a password has to withstand: from here zxcvbn calls it safely unguessable (score 3 of 4)."""
_READ = 32
"""Characters: what withstands by its beginning withstands as a whole, and the time to tell grows faster than them."""
_LONGEST_NUMBER = 12
"""Digits of a telephone number, a birthday or an identity card."""


def is_guessable(password: str, known: Iterable[str] = ()) -> bool:
    """Whether guessers come to it early: as zxcvbn counts guesses, with Vietnamese words and those that are `known`.

    Marks of letters and spaces between words are no hindrance to them.
    """
    plain = fold(password).replace(" ", "")
    if plain.isdecimal() and len(plain) <= _LONGEST_NUMBER:
        return True
    own = {word for text in known for word in (text.lower(), fold(text).replace(" ", ""), *fold(text).split())}
    return any(_guesses(text[:_READ], own) < _ENOUGH for text in {password, plain} - {""})


def _guesses(password: str, own: Iterable[str]) -> int:
    # Imported when somebody chooses a password: its lists take memory that no message needs.
    from zxcvbn.matching import RANKED_DICTIONARIES, omnimatch  # type: ignore[import-untyped]
    from zxcvbn.scoring import most_guessable_match_sequence  # type: ignore[import-untyped]

    # Not `zxcvbn()`: that keeps somebody's own words until the next password, and two at once would share them.
    lists = {**RANKED_DICTIONARIES, "vietnamese": _ranks(), "own": dict.fromkeys(own, 1)}
    parts = most_guessable_match_sequence(password, omnimatch(password, lists))["sequence"]
    # Not its "guesses": to these it adds 10,000 for each further part, as if three names were as good as eight letters.
    return math.factorial(len(parts)) * math.prod(int(part["guesses"]) for part in parts)


@cache
def _ranks() -> dict[str, int]:
    """The Vietnamese words, and how many guessers try before each."""
    lines = Path(__file__).with_name("common_words.txt").read_text("utf-8").splitlines()
    words = [word for line in lines if not line.startswith("#") for word in line.split()]
    return {word: rank for rank, word in enumerate(words, start=1)}
