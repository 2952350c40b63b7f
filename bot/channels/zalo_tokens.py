"""The Official Account's tokens: an access token for a day, and a refresh token that works exactly once.

Whoever loses a refresh token needs an admin to consent again, so: one refresh at a time over all workers; the new pair
is saved before it is used; and what was refused is not tried again.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from msgspec.structs import replace

from bot.channels.zalo_grants import Grant, Grants, Safe
from bot.channels.zalo_token_requests import Pair, TokenRequests
from bot.errors import PlatformError, StoreDown
from bot.ports import Clock

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
