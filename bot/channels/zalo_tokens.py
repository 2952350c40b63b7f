"""The Official Account's tokens: an access token for a day, and a refresh token that works exactly once.

Whoever loses a refresh token needs an admin to consent again, so: one refresh at a time over all workers; the new pair
is saved before it is used; and what was refused is not tried again.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from hashlib import blake2b
from typing import Final, Protocol

import aiohttp
import msgspec
from msgspec import Struct
from msgspec.structs import replace

from bot.errors import PlatformError, StoreDown
from bot.ports import Clock

log = logging.getLogger(__name__)

TABLE: Final = "zalo-oa"
"""The small table of the store where the account's tokens and open consents are."""
EARLY_MS: Final = 6 * 3600 * 1000
"""How long before its end a token (25 hours) is refreshed: an outage of Zalo or of ours is over by then."""
HTTP_SECONDS: Final = 10.0
LEASE_MS: Final = 30_000
"""How long nobody else refreshes: longer than the call may take."""
UNKNOWN_PAUSE_MS: Final = 30_000
"""Between two tries when nobody knows whether the first one arrived."""
REFUSED_PAUSE_MS: Final = 600_000
"""Between two tries when Zalo refused for another reason than the refresh token."""

CONSENT: Final = "An admin of the account has to agree again: run `toso zalo consent`."

_ROW: Final = "tokens"
_ROLE: Final = "zalo-oa-refresh"
_WAIT_SECONDS: Final = 0.1
_USED_UP: Final = frozenset({-14014, -118})
"""The refresh token or the code was used, has expired, or is unknown: it will never work."""
_ADVICE: Final[Mapping[int, str]] = {
    -14003: "check ZALO_OA_APP_ID, ZALO_OA_APP_SECRET and, at developers.zalo.me, the callback address",
    -14029: "the app is not active: see its page at developers.zalo.me",
}


class ConsentNeeded(PlatformError):
    """Only an admin of the Official Account can help, by agreeing again."""

    code = "consent_needed"


class Safe(Protocol):
    """The part of a `Store` that keeps tokens."""

    async def rows(self, table: str) -> tuple[int, Mapping[str, bytes]]: ...

    async def put(self, table: str, row: str, before: bytes | None, after: bytes | None) -> bool: ...

    async def lead(self, name: str, now_ms: int, for_ms: int) -> bool: ...


class Grant(Struct, frozen=True, omit_defaults=True):
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


class _Pair(Struct, frozen=True):
    """The answer to a token request: a pair, or an error in words of its own, both with HTTP 200."""

    access_token: str = ""
    refresh_token: str = ""
    expires_in: str | float = ""
    error: str | int | None = None
    error_name: str = ""

    @property
    def code(self) -> int:
        try:
            return int(self.error or 0)
        except ValueError:
            return 0


_decode = msgspec.json.Decoder(Grant).decode
_decode_pair = msgspec.json.Decoder(_Pair).decode
_encode = msgspec.json.Encoder().encode


class Tokens:
    """One installation's tokens. `seed` is a refresh token from the settings, for the first start; it may be empty."""

    def __init__(
        self,
        app_id: str,
        app_secret: str,
        seed: str,
        oauth: str,
        safe: Safe,
        clock: Clock,
        session: Callable[[], aiohttp.ClientSession],
    ) -> None:
        self._app_id = app_id
        self._app_secret = app_secret
        self._seed = seed
        self._url = f"{oauth.rstrip('/')}/v4/oa/access_token"
        self._safe = safe
        self._clock = clock
        self._session = session
        self._held = Grant()
        self._rest_until_ms = 0
        self._unsaved: tuple[Grant, Grant | None] | None = None
        self._alone = asyncio.Lock()

    async def get(self) -> str:
        """An access token that is good now. Raises ConsentNeeded, PlatformError, StoreDown."""
        if self._held.access and self._clock.now_ms() < max(self._held.until_ms - EARLY_MS, self._rest_until_ms):
            return self._held.access
        return await self._renewed(lambda grant: self._clock.now_ms() < grant.until_ms - EARLY_MS, early=True)

    async def renew(self, bad: str) -> str:
        """Another token than this one, which was not taken. Raises ConsentNeeded, PlatformError, StoreDown."""
        return await self._renewed(lambda grant: bool(grant.access) and grant.access != bad, early=False)

    async def give_up(self, bad: str, why: str) -> None:
        """A token is refused although it was made just now: stop until somebody consents again. Raises StoreDown."""
        async with self._alone:
            grant, before = await self._read()
            if grant.access == bad and not grant.refused:
                await self._stop(replace(grant, until_ms=0), before, why)
                self._held, self._rest_until_ms = Grant(), 0

    async def look(self) -> Grant:
        """What is kept, for operators. Raises StoreDown."""
        return (await self._read())[0]

    async def accept(self, code: str, verifier: str) -> None:
        """Turn the code of a consent into tokens. Raises PlatformError, StoreDown."""
        pair = await self._ask({"code": code, "grant_type": "authorization_code", "code_verifier": verifier})
        if isinstance(pair, str):
            raise PlatformError(f"Zalo did not answer ({pair}): begin again with `toso zalo consent`.")
        if not (pair.access_token and pair.refresh_token):
            raise PlatformError(f"Zalo refused the consent ({_said(pair)}): begin again with `toso zalo consent`.")
        async with self._alone:
            await self._save(self._grown(Grant(), pair), None)

    async def _renewed(self, good: Callable[[Grant], bool], *, early: bool) -> str:
        async with self._alone:
            while True:
                grant, _ = await self._read()
                if good(grant):
                    return self._hold(grant).access
                usable = early and self._clock.now_ms() < grant.until_ms
                if await self._safe.lead(_ROLE, self._clock.now_ms(), LEASE_MS):
                    try:
                        # Who had the role before us may have refreshed since we looked.
                        grant, before = await self._read()
                        if not good(grant):
                            grant = await self._refresh(grant, before, usable=usable)
                    finally:
                        await self._safe.lead(_ROLE, self._clock.now_ms(), 0)
                elif not usable:
                    await asyncio.sleep(_WAIT_SECONDS)
                    continue
                return self._hold(grant).access

    async def _refresh(self, grant: Grant, before: bytes | None, *, usable: bool) -> Grant:
        """The grant after one try; as long as the old token is `usable`, it stays where that fails."""
        trouble = grant.refused or (grant.trouble if self._clock.now_ms() < grant.again_ms else "")
        if not trouble and grant.refresh:
            pair = await self._ask({"refresh_token": grant.refresh, "grant_type": "refresh_token"})
            if not isinstance(pair, str) and pair.access_token and pair.refresh_token:
                return await self._save(self._grown(grant, pair), grant)
            failed = await self._failed(grant, before, pair)
            if failed.refresh != grant.refresh:
                return failed  # somebody consented meanwhile
            grant, trouble = failed, failed.refused or failed.trouble
        if usable:
            self._rest_until_ms = min(grant.until_ms, self._clock.now_ms() + UNKNOWN_PAUSE_MS)
            return grant
        if grant.refused or not grant.refresh:
            raise ConsentNeeded(f"Zalo: {trouble or 'there are no tokens yet'}. {CONSENT}")
        raise PlatformError(f"Zalo: the token cannot be refreshed now ({trouble}).")

    async def _failed(self, grant: Grant, before: bytes | None, pair: _Pair | str) -> Grant:
        if not isinstance(pair, str) and pair.code in _USED_UP:
            return await self._stop(grant, before, f"the refresh token was refused ({_said(pair)})")
        known = isinstance(pair, _Pair)
        why = _said(pair) if isinstance(pair, _Pair) else pair
        log.error("zalo-oa: the token could not be refreshed: %s", why)
        again_ms = self._clock.now_ms() + (REFUSED_PAUSE_MS if known else UNKNOWN_PAUSE_MS)
        return await self._marked(replace(grant, trouble=why, again_ms=again_ms), before)

    async def _stop(self, grant: Grant, before: bytes | None, why: str) -> Grant:
        log.error("zalo-oa: %s. %s", why, CONSENT)
        return await self._marked(replace(grant, refused=why), before)

    async def _marked(self, after: Grant, before: bytes | None) -> Grant:
        """Keep what came of a failed try, unless the tokens changed meanwhile: then those count."""
        saved = await self._safe.put(TABLE, _ROW, before, _encode(after))
        return after if saved else (await self._read())[0]

    def _grown(self, grant: Grant, pair: _Pair) -> Grant:
        now_ms = self._clock.now_ms()
        try:
            seconds = float(pair.expires_in)
        except ValueError:
            seconds = 3600.0  # nobody said: look again soon
        return Grant(
            pair.access_token, pair.refresh_token, now_ms + int(seconds * 1000), now_ms, grant.refresh, grant.seeds
        )

    async def _save(self, grown: Grant, over: Grant | None) -> Grant:
        """Keep a new pair before anybody uses it. `over` is what it was made from; None: it takes any place.

        Raises StoreDown; then the pair stays in memory, and is saved before anything else is done.
        """
        self._unsaved = grown, over
        try:
            while True:
                rows = (await self._safe.rows(TABLE))[1]
                before = rows.get(_ROW)
                there = _decode(before) if before else Grant()
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

    async def _read(self) -> tuple[Grant, bytes | None]:
        """What is kept, with a refresh token from the settings taken up when it was never seen before."""
        if self._unsaved is not None:
            await self._save(*self._unsaved)
        while True:
            before = (await self._safe.rows(TABLE))[1].get(_ROW)
            grant = _decode(before) if before else Grant()
            seeds = self._taken_up(grant)
            if seeds == grant.seeds:
                return grant, before
            fresh = Grant(refresh=self._seed, previous=grant.refresh, seeds=seeds)
            if await self._safe.put(TABLE, _ROW, before, _encode(fresh)):
                return fresh, _encode(fresh)

    def _taken_up(self, grant: Grant) -> tuple[str, ...]:
        if not self._seed:
            return grant.seeds
        digest = blake2b(self._seed.encode(), digest_size=8).hexdigest()
        return grant.seeds if digest in grant.seeds else (*grant.seeds, digest)[-8:]

    def _hold(self, grant: Grant) -> Grant:
        self._held = grant
        return grant

    async def _ask(self, form: Mapping[str, str]) -> _Pair | str:
        """Zalo's answer; or what kept us from one, and then nobody knows whether the request arrived."""
        body = {**form, "app_id": self._app_id}
        headers = {"secret_key": self._app_secret}
        timeout = aiohttp.ClientTimeout(total=HTTP_SECONDS)
        try:
            async with self._session().post(self._url, data=body, headers=headers, timeout=timeout) as answer:
                content = await answer.read()
                return _decode_pair(content) if answer.status == 200 else f"HTTP {answer.status}"
        except (aiohttp.ClientError, OSError) as error:
            return type(error).__name__
        except ValueError:
            return "an answer that cannot be read"


def _said(pair: _Pair) -> str:
    """A refusal in one line: codes only, for what Zalo writes may repeat what we sent."""
    advice = _ADVICE.get(pair.code, "")
    return f"error {pair.code or 'without a number'}" + (f": {advice}" if advice else "")
