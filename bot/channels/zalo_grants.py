"""What the Official Account's admin granted, as the store keeps it: saved before use, never overwritten by less."""

import logging
from collections.abc import Mapping
from hashlib import blake2b
from typing import Final, Protocol

import msgspec
from msgspec.structs import replace

from bot.channels.unshown import Unshown
from bot.errors import StoreDown

log = logging.getLogger(__name__)

TABLE: Final = "zalo-oa"
"""The small table of the store where the account's tokens and open consents are."""

_ROW: Final = "tokens"
_SEEDS_KEPT: Final = 8
_HANDED: Final = "a worker presented the refresh token, and its answer is not known yet"


class Safe(Protocol):
    """The part of a `Store` that keeps tokens."""

    async def rows(self, table: str) -> tuple[int, Mapping[str, bytes]]: ...

    async def put(self, table: str, row: str, before: bytes | None, after: bytes | None) -> bool: ...

    async def lead(self, name: str, for_ms: int) -> bool: ...


class Grant(Unshown, frozen=True, omit_defaults=True):
    """What the account's admin granted. `access` is good until `until_ms`; `previous` is the refresh token before.

    `seeds` are digests of the values of ZALO_OA_REFRESH_TOKEN that were taken up already. `refused` says why consent is
    needed again; before `again_ms` no other try is made.
    """

    access: str = ""
    refresh: str = ""
    until_ms: int = 0
    renewed_ms: int = 0
    previous: str = ""
    seeds: tuple[str, ...] = ()
    refused: str = ""
    trouble: str = ""
    again_ms: int = 0


_decode = msgspec.json.Decoder(Grant).decode
_encode = msgspec.json.Encoder().encode


class Grants:
    """The one grant of this installation. `seed` is a refresh token from the settings, or empty."""

    def __init__(self, safe: Safe, seed: str) -> None:
        self._safe = safe
        self._seed = seed
        self._unsaved: tuple[Grant, Grant | None] | None = None

    async def read(self) -> tuple[Grant, bytes | None]:
        """The grant and the row it stands in; a refresh token from the settings that was never seen is taken up.

        Raises StoreDown.
        """
        if self._unsaved is not None:
            await self.save(*self._unsaved)
        while True:
            grant, before = await self._kept()
            seeds = self._taken_up(grant)
            if seeds == grant.seeds:
                return grant, before
            fresh = Grant(refresh=self._seed, previous=grant.refresh, seeds=seeds)
            if await self._safe.put(TABLE, _ROW, before, _encode(fresh)):
                return fresh, _encode(fresh)

    async def hand_over(self, grant: Grant, before: bytes | None, until_ms: int) -> bytes | None:
        """Note, before it happens, that Zalo gets the refresh token now: until then nobody else presents it.

        The row as it is from now on; None where the tokens changed meanwhile. Raises StoreDown.
        """
        row = _encode(replace(grant, trouble=_HANDED, again_ms=until_ms))
        return row if await self._safe.put(TABLE, _ROW, before, row) else None

    async def mark(self, after: Grant, before: bytes | None) -> Grant:
        """Keep what came of a failed try, unless the tokens changed meanwhile: then those count. Raises StoreDown."""
        saved = await self._safe.put(TABLE, _ROW, before, _encode(after))
        return after if saved else (await self.read())[0]

    async def save(self, grown: Grant, over: Grant | None) -> Grant:
        """Keep a new pair before anybody uses it. `over` is what it was made from; None: it takes any place.

        Raises StoreDown; then the pair stays in memory, and is saved before anything else is done.
        """
        self._unsaved = grown, over
        try:
            while True:
                there, before = await self._kept()
                if over is not None and there.refresh != over.refresh:
                    self._unsaved = None  # somebody consented meanwhile: theirs is newer
                    return there
                if over is None:
                    grown = replace(grown, seeds=self._taken_up(there), previous=there.refresh)
                if await self._safe.put(TABLE, _ROW, before, _encode(grown)):
                    break
        except StoreDown:
            log.error("zalo-oa: a new pair of tokens cannot be saved; it is kept in memory until the store is back")
            raise
        self._unsaved = None
        log.info("zalo-oa: new tokens")
        return grown

    async def _kept(self) -> tuple[Grant, bytes | None]:
        row = (await self._safe.rows(TABLE))[1].get(_ROW)
        return (_decode(row) if row else Grant()), row

    def _taken_up(self, grant: Grant) -> tuple[str, ...]:
        if not self._seed:
            return grant.seeds
        digest = blake2b(self._seed.encode(), digest_size=8).hexdigest()
        return grant.seeds if digest in grant.seeds else (*grant.seeds, digest)[-_SEEDS_KEPT:]
