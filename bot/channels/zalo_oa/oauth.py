"""The Official Account's tokens: an access token for a day, and a refresh token that works exactly once.

Whoever loses a refresh token needs an admin to consent again, so: one refresh at a time over all workers; the new pair
is saved before it is used; and what was refused is not tried again.

Asking Zalo for tokens: one call, and what its answer means, in which errors come with HTTP 200 too.

What the Official Account's admin granted, as the store keeps it: saved before use, never overwritten by less.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from hashlib import blake2b
from typing import Final, Protocol

import aiohttp
import msgspec
from msgspec.structs import replace

from bot.channels.images import Unshown
from bot.errors import PlatformError, StoreDown
from bot.ports.store import Clock

HTTP_SECONDS: Final = 10.0

_USED_UP: Final = frozenset({-14014, -118})
"""The refresh token or the code was used, has expired, or is unknown: it will never work."""
_ADVICE: Final[Mapping[int, str]] = {
    -14003: "check ZALO_OA_APP_ID, ZALO_OA_APP_SECRET and, at developers.zalo.me, the callback address",
    -14029: "the app is not active: see its page at developers.zalo.me",
}
_SHORT_SECONDS: Final = 3600.0
"""How long a token is taken to be good where nobody said: look again soon."""


class Pair(Unshown, frozen=True):
    """The answer to a token request: a pair, or an error in words of its own, both with HTTP 200."""

    access_token: str = ""
    refresh_token: str = ""
    expires_in: str | float = ""
    error: str | int | None = None

    @property
    def whole(self) -> bool:
        """Nothing else is a success, whatever the status says."""
        return bool(self.access_token and self.refresh_token)

    @property
    def seconds(self) -> float:
        """How long the access token is good."""
        try:
            return float(self.expires_in)
        except ValueError:
            return _SHORT_SECONDS

    @property
    def used_up(self) -> bool:
        """What was presented will never work again: only an admin's consent helps."""
        return self._code in _USED_UP

    @property
    def refusal(self) -> str:
        """A refusal in one line: codes only, for what Zalo writes may repeat what we sent."""
        advice = _ADVICE.get(self._code, "")
        return f"error {self._code or 'without a number'}" + (f": {advice}" if advice else "")

    @property
    def _code(self) -> int:
        try:
            return int(self.error or 0)
        except ValueError:
            return 0


_decode = msgspec.json.Decoder(Pair).decode


class TokenRequests:
    """Calls of one app to `oauth`. `session` opens the connections; somebody else closes them."""

    def __init__(self, app_id: str, app_secret: str, oauth: str, session: Callable[[], aiohttp.ClientSession]) -> None:
        self._app_id = app_id
        self._app_secret = app_secret
        self._url = f"{oauth.rstrip('/')}/v4/oa/access_token"
        self._session = session

    async def refreshed(self, refresh_token: str) -> Pair | str:
        """Zalo's answer; or what kept us from one, and then nobody knows whether the request arrived."""
        return await self._ask({"refresh_token": refresh_token, "grant_type": "refresh_token"})

    async def consented(self, code: str, verifier: str) -> Pair | str:
        """The same, for the code of a consent."""
        return await self._ask({"code": code, "grant_type": "authorization_code", "code_verifier": verifier})

    async def _ask(self, form: Mapping[str, str]) -> Pair | str:
        body = {**form, "app_id": self._app_id}
        headers = {"secret_key": self._app_secret}
        timeout = aiohttp.ClientTimeout(total=HTTP_SECONDS)
        try:
            async with self._session().post(self._url, data=body, headers=headers, timeout=timeout) as answer:
                content = await answer.read()
                return _decode(content) if answer.status == 200 else f"HTTP {answer.status}"
        except (aiohttp.ClientError, OSError) as error:
            return type(error).__name__
        except ValueError:
            return "an answer that cannot be read"


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


_decode_grant = msgspec.json.Decoder(Grant).decode
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
        return (_decode_grant(row) if row else Grant()), row

    def _taken_up(self, grant: Grant) -> tuple[str, ...]:
        if not self._seed:
            return grant.seeds
        digest = blake2b(self._seed.encode(), digest_size=8).hexdigest()
        return grant.seeds if digest in grant.seeds else (*grant.seeds, digest)[-_SEEDS_KEPT:]


log = logging.getLogger(__name__)

EARLY_MS: Final = 6 * 3600 * 1000
"""How long before its end a token (25 hours) is refreshed: an outage of Zalo or of ours is over by then."""
LEASE_MS: Final = 30_000
"""How long nobody else refreshes: longer than the call may take."""
UNKNOWN_PAUSE_MS: Final = 30_000
"""Between two tries when nobody knows whether the first one arrived."""
HANDED_MS: Final = 300_000
"""How long nobody else presents a refresh token that a worker presented: it works once, and the answer to it may still
come, also to a worker that was frozen meanwhile."""
REFUSED_PAUSE_MS: Final = 600_000
"""Between two tries when Zalo refused for another reason than the refresh token."""

CONSENT: Final = "An admin of the account has to agree: run `toso zalo consent`."

LASTING: Final = "If that lasts for hours, an admin of the account has to agree again: run `toso zalo consent`."
"""Nobody documents every way in which Zalo says that a refresh token will never work again."""

_ROLE: Final = "zalo-oa-refresh"
_WAIT_SECONDS: Final = 0.1


class AccountDown(PlatformError):
    """Nothing can be asked of Zalo until people put something right."""

    code = "account_down"


class ConsentNeeded(AccountDown):
    """Only an admin of the Official Account can help, by agreeing again."""

    code = "consent_needed"


class Tokens:
    """One installation's tokens. `seed` is a refresh token from the settings, for the first start; it may be empty."""

    def __init__(self, requests: TokenRequests, seed: str, safe: Safe, clock: Clock) -> None:
        self._requests = requests
        self._safe = safe
        self._grants = Grants(safe, seed)
        self._clock = clock
        self._held = Grant()
        self._rest_until_ms = 0
        self._alone = asyncio.Lock()

    async def get(self) -> str:
        """An access token that is good now: while the store is down, the last one as long as it lives.

        Raises ConsentNeeded, AccountDown, StoreDown.
        """
        if self._held.access and self._clock.now_ms() < max(self._held.until_ms - EARLY_MS, self._rest_until_ms):
            return self._held.access
        try:
            return await self._renewed(lambda grant: self._clock.now_ms() < grant.until_ms - EARLY_MS, early=True)
        except StoreDown:
            if self._clock.now_ms() >= self._held.until_ms:
                raise
            self._rest(self._held)
            return self._held.access

    async def renew(self, bad: str) -> str:
        """Another token than this one, which was not taken. Raises ConsentNeeded, AccountDown, StoreDown."""
        return await self._renewed(lambda grant: bool(grant.access) and grant.access != bad, early=False)

    async def give_up(self, bad: str, why: str) -> None:
        """A token is refused although it was made just now: stop until somebody consents again. Raises StoreDown."""
        async with self._alone:
            grant, before = await self._grants.read()
            if grant.access == bad and not grant.refused:
                await self._stop(replace(grant, until_ms=0), before, why)
                self._held, self._rest_until_ms = Grant(), 0

    async def look(self) -> Grant:
        """What is kept, for operators. Raises StoreDown."""
        return (await self._grants.read())[0]

    async def accept(self, code: str, verifier: str) -> None:
        """Turn the code of a consent into tokens. Raises PlatformError, StoreDown."""
        pair = await self._requests.consented(code, verifier)
        if isinstance(pair, str):
            raise PlatformError(f"Zalo did not answer ({pair}): begin again with `toso zalo consent`.")
        if not pair.whole:
            raise PlatformError(f"Zalo refused the consent ({pair.refusal}): begin again with `toso zalo consent`.")
        async with self._alone:
            await self._grants.save(self._grown(Grant(), pair), None)

    async def _renewed(self, good: Callable[[Grant], bool], *, early: bool) -> str:
        async with self._alone:
            while True:
                grant, _ = await self._grants.read()
                if good(grant):
                    return self._hold(grant).access
                usable = early and self._clock.now_ms() < grant.until_ms
                if await self._safe.lead(_ROLE, LEASE_MS):
                    try:
                        # Who had the role before us may have refreshed since we looked.
                        grant, before = await self._grants.read()
                        fresh = grant if good(grant) else await self._refresh(grant, before, usable=usable)
                    finally:
                        await self._safe.lead(_ROLE, 0)
                    if fresh is None:
                        continue
                    return self._hold(fresh).access
                if usable:
                    return self._hold(grant).access
                await asyncio.sleep(_WAIT_SECONDS)

    async def _refresh(self, grant: Grant, before: bytes | None, *, usable: bool) -> Grant | None:
        """The grant after one try; as long as the old token is `usable`, it stays where that fails.

        None where somebody else changed it, or may have: look again.
        """
        trouble = grant.refused or (grant.trouble if self._clock.now_ms() < grant.again_ms else "")
        if not trouble and grant.refresh:
            began_ms = self._clock.steady_ms()
            row = await self._grants.hand_over(grant, before, self._clock.now_ms() + HANDED_MS)
            if row is None or self._clock.steady_ms() - began_ms > HANDED_MS // 2:
                return None
            pair = await self._requests.refreshed(grant.refresh)
            if isinstance(pair, Pair) and pair.whole:
                return await self._grants.save(self._grown(grant, pair), grant)
            failed = await self._failed(grant, row, pair)
            if failed.refresh != grant.refresh:
                return failed  # somebody consented meanwhile
            grant, trouble = failed, failed.refused or failed.trouble
        if usable:
            self._rest(grant)
            return grant
        if grant.refused or not grant.refresh:
            raise ConsentNeeded(f"Zalo: {trouble or 'there are no tokens yet'}. {CONSENT}")
        raise AccountDown(f"Zalo: the token cannot be refreshed now ({trouble}). {LASTING}")

    def _rest(self, grant: Grant) -> None:
        """Use the old token for some time, although it should be refreshed."""
        self._rest_until_ms = min(grant.until_ms, self._clock.now_ms() + UNKNOWN_PAUSE_MS)

    async def _failed(self, grant: Grant, before: bytes | None, pair: Pair | str) -> Grant:
        if isinstance(pair, Pair) and pair.used_up:
            return await self._stop(grant, before, f"the refresh token was refused ({pair.refusal})")
        why, pause_ms = (pair, UNKNOWN_PAUSE_MS) if isinstance(pair, str) else (pair.refusal, REFUSED_PAUSE_MS)
        log.error("zalo-oa: the token could not be refreshed: %s", why)
        return await self._grants.mark(replace(grant, trouble=why, again_ms=self._clock.now_ms() + pause_ms), before)

    async def _stop(self, grant: Grant, before: bytes | None, why: str) -> Grant:
        log.error("zalo-oa: %s. %s", why, CONSENT)
        return await self._grants.mark(replace(grant, refused=why), before)

    def _grown(self, grant: Grant, pair: Pair) -> Grant:
        now_ms = self._clock.now_ms()
        until_ms = now_ms + int(pair.seconds * 1000)
        return Grant(pair.access_token, pair.refresh_token, until_ms, now_ms, grant.refresh, grant.seeds)

    def _hold(self, grant: Grant) -> Grant:
        self._held = grant
        return grant
