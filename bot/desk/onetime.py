"""Codes that work once and soon: to link a chat to a volunteer, or to sign in without a password."""

import secrets
from hashlib import sha256
from typing import Literal

import msgspec
from msgspec import Struct

from bot.model import encode
from bot.nlu.normalise import fold
from bot.ports.store import Clock, Store

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""None that is taken for another when copied from a screen: 8 of them are 39 bits, 16 are 79."""

Use = Literal["chat", "group", "sign-in"]
"""What a code is for: to link a private chat, to link a team's group, or to sign in."""

_TABLE = "codes"


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
        await self._store.put(_TABLE, _row(use, code), None, encode(kept))
        return code

    async def take(self, use: Use, code: str) -> str:
        """Whom the code is for, as people type it; empty for one that was used, ran out, or never was."""
        row = _row(use, code)
        kept = (await self._store.rows(_TABLE))[1].get(row)
        if kept is None or not await self._store.put(_TABLE, row, kept, None):
            return ""
        found = msgspec.json.decode(kept, type=_Kept)
        return found.whom if found.until > self._clock.now_ms() else ""

    async def _forget(self, use: Use, whom: str) -> None:
        """What ran out, and what a new code takes the place of."""
        now = self._clock.now_ms()
        for row, kept in (await self._store.rows(_TABLE))[1].items():
            code = msgspec.json.decode(kept, type=_Kept)
            if code.until <= now or (code.use, code.whom) == (use, whom):
                await self._store.put(_TABLE, row, kept, None)


def _row(use: Use, code: str) -> str:
    plain = fold(code).replace(" ", "")
    return sha256(f"{use}:{plain}".encode()).hexdigest()
