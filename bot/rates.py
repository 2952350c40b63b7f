"""One rate for all workers: each has a share of what a platform takes, as large as what it has to send.

The store gives the shares, by its own clock. They are leased for seconds and renewed each second, so that a message
costs no round trip, a worker that died gives its share back, and one that starts beside others exceeds nothing.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress

from bot.channels.limits import Limiter
from bot.errors import StoreDown
from bot.ports import Store

RENEW_SECONDS = 1.0
LEASE_MS = 3_000
LEAST_WISHED = 0.25
"""The part of a rate that also an idle worker asks for: the next replies must not wait for a share.

It is also what a worker uses while the store does not say its share: up to four workers then exceed nothing, and of
more a platform asks to wait.
"""
_HEADROOM = 1.5


class RateShares:
    """The shares of this worker; `limiters` by the names of their channels."""

    def __init__(self, store: Store, limiters: Mapping[str, Limiter]) -> None:
        self._store = store
        self._limiters = {name: limiter for name, limiter in limiters.items() if limiter.rate}

    async def renew(self) -> None:
        """Ask for what is needed now, in one round trip.

        Raises StoreDown where some share cannot be told. The channel goes on all the same: of a cluster, the node that
        knows the shares may be gone while those of the residents are there.
        """
        until = asyncio.get_running_loop().time() + LEASE_MS / 1000
        answers = await asyncio.gather(
            *(self._share(name, limiter) for name, limiter in self._limiters.items()), return_exceptions=True
        )
        failures = []
        for limiter, answer in zip(self._limiters.values(), answers, strict=True):
            if isinstance(answer, BaseException):
                failures.append(answer)
                if isinstance(answer, StoreDown) and limiter.lacks_share:
                    limiter.set_share(LEAST_WISHED * limiter.rate, until)
            else:
                limiter.set_share(answer, until)
        if failures:
            raise failures[0]

    async def keep(self) -> None:
        """Renew them for as long as the worker runs."""
        while True:
            await asyncio.sleep(RENEW_SECONDS)
            with suppress(StoreDown):  # messages leave more slowly while nobody says the share
                await self.renew()

    async def give_back(self) -> None:
        """Leave all of it to the others. Raises StoreDown."""
        for name, limiter in self._limiters.items():
            await self._store.share_rate(name, 0.0, limiter.rate, 0)

    async def _share(self, name: str, limiter: Limiter) -> float:
        wished = min(max(LEAST_WISHED * limiter.rate, limiter.wishes() * _HEADROOM), limiter.rate)
        return await self._store.share_rate(name, wished, limiter.rate, LEASE_MS)
