"""How updates of Telegram reach us: sent to the webhook that a worker registers, or fetched by one worker at a time."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from hashlib import blake2b

from bot.channels.telegram import TelegramChannel
from bot.errors import PlatformError, StoreDown
from bot.model import Incoming
from bot.ports import Clock, Store

REGISTER_AGAIN_SECONDS = 60.0
REGISTER_ROLE_MS = 30_000
FETCH_ROLE_MS = 10_000
"""How long nobody fetches after the worker that did was killed."""
BEAT_SECONDS = 2.0
"""How often the worker that fetches says so, and the others look whether it still does."""

_FETCH_ROLE = "telegram-poll"

_log = logging.getLogger("toso.app")


class TelegramIntake:
    """Runs until cancelled, whatever fails. `handle` answers an update that was fetched."""

    def __init__(
        self,
        telegram: TelegramChannel,
        store: Store,
        clock: Clock,
        handle: Callable[[Incoming], Awaitable[None]],
    ) -> None:
        self._telegram = telegram
        self._store = store
        self._clock = clock
        self._handle = handle

    async def introduce(self, public_url: str, secret: str) -> None:
        """Learn the bot's name; where there is a public address, see to it that updates are sent there."""
        while True:
            try:
                account = await self._telegram.me()
                _log.info("telegram: this is @%s", account.username)
                if not public_url or await self._registered(public_url, secret):
                    return
                await asyncio.sleep(REGISTER_ROLE_MS / 1000)
            except (PlatformError, StoreDown) as error:
                _log.error("%s", error)
                await asyncio.sleep(REGISTER_AGAIN_SECONDS)

    async def _registered(self, public_url: str, secret: str) -> bool:
        """Register the webhook, or see that another worker has; False when that one is at it, or died at it."""
        role = f"telegram-webhook-{blake2b(f'{public_url} {secret}'.encode(), digest_size=5).hexdigest()}"
        if await self._store.lead(role, self._clock.now_ms(), REGISTER_ROLE_MS):
            await self._telegram.set_webhook(public_url)
            _log.info("telegram: updates are sent to %s", public_url)
            return True
        return (await self._telegram.webhook_info()).url.startswith(public_url)

    async def fetch(self) -> None:
        """Fetch and answer updates whenever no other worker does."""
        while True:
            try:
                if await self._leads(FETCH_ROLE_MS):
                    await self._fetch_while_leading()
            except StoreDown as down:
                _log.warning("fetching waits for the store: %s", down)
            await asyncio.sleep(BEAT_SECONDS)

    async def _fetch_while_leading(self) -> None:
        fetching = asyncio.create_task(self._fetch())
        try:
            while not fetching.done() and await self._leads(FETCH_ROLE_MS):
                await asyncio.wait({fetching}, timeout=BEAT_SECONDS)
        finally:
            fetching.cancel()
            (failure,) = await asyncio.gather(fetching, return_exceptions=True)
            with suppress(StoreDown):
                await self._leads(0)  # whoever comes next need not wait
        if isinstance(failure, Exception):
            raise failure

    async def _fetch(self) -> None:
        async for incoming in self._telegram.poll(self._store):
            try:
                await self._handle(incoming)
            except StoreDown:
                raise
            except Exception:
                # One update that a bug of ours cannot answer must not hold up all that follow.
                _log.exception("an update of %s failed", incoming.chat.channel)

    async def _leads(self, for_ms: int) -> bool:
        return await self._store.lead(_FETCH_ROLE, self._clock.now_ms(), for_ms)
