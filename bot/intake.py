"""How a platform's updates reach us: sent to a webhook that a worker registers, or fetched by one worker at a time."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import aclosing, suppress
from hashlib import blake2b

from bot.errors import PlatformError, StoreDown
from bot.model import Incoming
from bot.ports.store import Clock, Fetched, Platform, Store
from bot.process import cancel
from bot.service.circuit_breaker import Unfetched

REGISTER_AGAIN_SECONDS = 60.0
REGISTER_RARELY_SECONDS = 900.0
"""The longest pause between two attempts: platforms count them, and some allow only so many a day."""
REGISTER_ROLE_MS = 30_000
FETCH_ROLE_MS = 4_000
"""How long, and at most a beat more, nobody fetches after the worker that did was killed, where no new one knows it."""
BEAT_SECONDS = 1.0
"""How often the worker that fetches says so, and the others look whether it still does."""

ANSWERED_AT_ONCE = 100
"""How many updates that were fetched are being answered at most."""

_log = logging.getLogger("toso.app")


class Intake:
    """Runs until cancelled, whatever fails. `handle` answers an update that was fetched."""

    def __init__(
        self,
        platform: Platform,
        store: Store,
        clock: Clock,
        handle: Callable[[Incoming], Awaitable[None]],
    ) -> None:
        self._platform = platform
        self._name = platform.name
        self._store = store
        self._clock = clock
        self._handle = handle
        self._unfetched = Unfetched(store, platform.name)

    async def introduce(self, public_url: str) -> None:
        """Learn who the bot is; where there is a public address, see to it that updates are sent there."""
        pause = REGISTER_AGAIN_SECONDS
        while True:
            try:
                account = await self._platform.me()
                _log.info("%s: this is %s", self._name, account.called)
                if not public_url or await self._registered(public_url):
                    return
                await asyncio.sleep(REGISTER_ROLE_MS / 1000)
            except StoreDown:  # it was said
                await asyncio.sleep(REGISTER_ROLE_MS / 1000)
            except PlatformError as error:
                _log.error("%s", error)
                await asyncio.sleep(pause)
                pause = min(2 * pause, REGISTER_RARELY_SECONDS)

    async def _registered(self, public_url: str) -> bool:
        """Register the webhook, or see that it is; False when another worker is at it, or died at it."""
        mark = blake2b(self._platform.registration(public_url).encode(), digest_size=5).hexdigest()
        note = f"{self._name}-webhook"
        if not await self._store.lead(f"{note}-{mark}", REGISTER_ROLE_MS):
            return await self._sent_to(public_url)
        if await self._store.recall(note) == mark.encode() and await self._sent_to(public_url):
            _log.info("%s: updates are sent to %s, as before", self._name, public_url)
            return True
        if trouble := await self._platform.set_webhook(public_url):
            _log.error("%s: %s", self._name, trouble)
            return True
        await self._store.remember(note, mark.encode())
        _log.info("%s: updates are sent to %s", self._name, public_url)
        return True

    async def _sent_to(self, public_url: str) -> bool:
        return (await self._platform.webhook_info()).url.startswith(f"{public_url}/")

    async def fetch(self) -> None:
        """Fetch and answer updates whenever no other worker does."""
        while True:
            with suppress(StoreDown):
                if await self._leads(FETCH_ROLE_MS):
                    await self._fetch_while_leading()
            await asyncio.sleep(BEAT_SECONDS)

    async def _fetch_while_leading(self) -> None:
        fetching = asyncio.create_task(self._fetch())
        try:
            while not fetching.done() and await self._leads(FETCH_ROLE_MS):
                with suppress(StoreDown):  # what operators are told may live on another node than the role
                    await self._unfetched.say(self._platform.polling_trouble, self._clock.now_ms())
                await asyncio.wait({fetching}, timeout=BEAT_SECONDS)
        finally:
            await cancel((fetching,))
            with suppress(StoreDown):
                await self._leads(0)  # whoever comes next need not wait
        if not fetching.cancelled():
            fetching.result()

    async def _fetch(self) -> None:
        """Answer what comes side by side, and what is of one conversation in order."""
        room = asyncio.Semaphore(ANSWERED_AT_ONCE)
        newest: dict[str, asyncio.Task[None]] = {}
        try:
            async with asyncio.TaskGroup() as answering, aclosing(self._platform.poll(self._store)) as updates:
                async for fetched in updates:
                    await room.acquire()
                    key = fetched.incoming.chat.key
                    newest[key] = answering.create_task(self._answer(fetched, newest.get(key), room))
                    newest = {key: task for key, task in newest.items() if not task.done()}
        except ExceptionGroup as failures:
            down, _ = failures.split(StoreDown)
            raise (down or failures).exceptions[0] from None

    async def _answer(self, fetched: Fetched, before: "asyncio.Task[None] | None", room: asyncio.Semaphore) -> None:
        """Answer an update, once the one `before` it in its conversation was answered."""
        try:
            if before:
                await asyncio.wait({before})
            await answered(self._handle, fetched.incoming)
        finally:
            room.release()
        await fetched.done()

    async def _leads(self, for_ms: int) -> bool:
        return await self._store.lead(f"{self._name}-poll", for_ms, anywhere=True)


async def answered(handle: Callable[[Incoming], Awaitable[None]], incoming: Incoming) -> None:
    """Until it is: of a cluster, the node that has this conversation may be gone alone, and holds up no others."""
    while True:
        try:
            return await handle(incoming)
        except StoreDown:
            if (this := asyncio.current_task()) and this.cancelling():
                raise  # see `cancel`: it is told once, by the task group
            await asyncio.sleep(BEAT_SECONDS)
        except Exception:
            # One update that a bug of ours cannot answer must not hold up all that follow.
            return _log.exception("an update of %s failed", incoming.chat.channel)
