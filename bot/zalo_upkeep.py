"""What the Official Account needs besides messages: fresh tokens, its own name, what is left of its quota."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import partial

import msgspec

from bot.channels.zalo_oa.channel import ZaloOaChannel
from bot.channels.zalo_oa.client import left_and_total
from bot.channels.zalo_oa.oauth import ConsentNeeded
from bot.errors import PlatformError, StoreDown
from bot.monthly import MonthlyCount
from bot.ports.store import Allowance, Clock, Store
from bot.process import Tasks

SYNC_SECONDS = 2.0
"""How soon all workers know that a human answers."""
TOKEN_SECONDS = 10.0
"""How soon after a consent all workers know which account this is."""
FAILED_SECONDS = 60.0
"""How long nothing is tried again after a failure."""
ALARM_SECONDS = 3600.0
"""How often the log says again that somebody has to consent."""
QUOTA_SECONDS = 3600.0

_QUOTA = "zalo-oa-quota"

_log = logging.getLogger("toso.app")
_decode = msgspec.json.Decoder(tuple[int, int]).decode


class ZaloUpkeep:
    """What it starts goes on, whatever fails. `count` is what messages cost, in all workers together."""

    def __init__(self, channel: ZaloOaChannel, store: Store, count: MonthlyCount, clock: Clock) -> None:
        self.name = channel.name
        self._channel = channel
        self._store = store
        self._count = count
        self._clock = clock
        self._alarm_at = 0.0

    def start(self, tasks: Tasks) -> None:
        """Begin to look after the account, until `tasks` are stopped."""
        tasks.keep("zalo-oa settle", partial(self._again, SYNC_SECONDS, self._channel.settle, SYNC_SECONDS))
        tasks.keep("zalo-oa token", partial(self._again, TOKEN_SECONDS, self._keep_token))
        tasks.keep("zalo-oa quota", partial(self._again, QUOTA_SECONDS, self._look_at_quota))
        tasks.keep("zalo-oa count", self._count.keep_saving)

    async def allowances(self) -> Sequence[Allowance]:
        """What messages cost this month, and what is left of the account's quota. Raises StoreDown."""
        counted = await self._count.this_month()
        name, free = self._channel.name, counted.get("reply", 0)
        left, total = _decode(await self._store.recall(_QUOTA) or b"[0,0]")
        return [
            Allowance(name, "free messages this month", free, 0, counted.get("held_back", 0)),
            Allowance(name, "messages of the account's quota", total - left, total),
            Allowance(name, "paid messages this month", counted.get("paid", 0), 0),
        ]

    async def consented(self) -> bool:
        """Whether the account's consent holds: without it nothing is sent. Raises StoreDown."""
        grant = await self._channel.tokens.look()
        return bool(grant.refresh) and not grant.refused

    async def _keep_token(self) -> None:
        try:
            await self._channel.tokens.get()
        except ConsentNeeded as needed:
            if self._clock.now_ms() / 1000 >= self._alarm_at:
                self._alarm_at = self._clock.now_ms() / 1000 + ALARM_SECONDS
                _log.error("zalo-oa: %s", needed)
            return
        if not self._channel.reader.oa_id:
            profile = await self._channel.introduce()
            _log.info("zalo-oa: this is %s", profile.name)

    async def _look_at_quota(self) -> None:
        """By one worker in an hour; it also clears away what is over."""
        if not await self._store.lead(_QUOTA, int(QUOTA_SECONDS * 1000)):
            return
        try:
            await self._channel.windows.clear()
            left = left_and_total(await self._channel.account.quotas())
        except PlatformError:
            await self._store.lead(_QUOTA, 0)  # whoever can, may try again soon
            raise
        await self._store.remember(_QUOTA, msgspec.json.encode(left))

    async def _again(self, seconds: float, act: Callable[[], Awaitable[None]], failed: float = FAILED_SECONDS) -> None:
        while True:
            pause = failed
            try:
                with suppress(StoreDown):
                    await act()
                    pause = seconds
            except PlatformError as error:
                _log.warning("zalo-oa: %s", error)
            except Exception:
                _log.exception("zalo-oa: looking after the account failed")
            await asyncio.sleep(pause)
