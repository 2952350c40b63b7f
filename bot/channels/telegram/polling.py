"""Fetching updates when Telegram cannot reach us.

Telegram forgets what is before the offset we ask from: it goes no further than the oldest update that is not done.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from functools import partial
from typing import Final

from msgspec import Raw

from bot.channels.decoding import PollingTries
from bot.channels.telegram.client import advice
from bot.channels.telegram.types import BACKOFF_SECONDS, GetUpdates, decode_bare, decode_updates, encode
from bot.channels.telegram.updates import Reader
from bot.errors import PlatformError, StoreDown
from bot.model import Incoming
from bot.ports.store import Failure, Fetched, Later, Notes, Outcome, Sent

log = logging.getLogger(__name__)

POLL_SECONDS: Final = 25
_TIMEOUT_SECONDS: Final = 10.0
_AGAIN_SECONDS: Final = 0.5
"""How soon Telegram is asked again while it has nothing but what is under way."""
_OFFSET: Final = "telegram-offset"
_PRESSES_AT_ONCE: Final = 100
"""How many presses are being answered at most; one that is not only turns its wheel a little longer."""


class Progress:
    """Which updates are done. The `offset` alone is kept: what is done after it comes again when the app was killed,
    and the store knows it. So nothing depends on it, and where it cannot be kept Telegram knows how far we are.
    """

    def __init__(self, store: Notes, kept: bytes) -> None:
        self._store = store
        self.offset = self._saved = int(kept or b"0")
        self._done: set[int] = set()
        self._under_way: set[int] = set()
        self._saving = asyncio.Lock()
        self._changed = asyncio.Event()

    def begin(self, update: int) -> bool:
        """Whether this one is new: neither done nor under way."""
        fresh = update not in self._done and update not in self._under_way
        if fresh:
            self._under_way.add(update)
        return fresh

    async def end(self, update: int) -> None:
        """This one is done."""
        self._under_way.remove(update)
        self._done.add(update)
        self.offset = min(self._under_way, default=max(self._done) + 1)
        self._changed.set()
        if not self._under_way:
            await self.save()

    async def ask_from(self) -> int:
        """Keep how far we are, and forget what an answer from there on cannot bring."""
        await self.save()
        self._done = {each for each in self._done if each >= self.offset}
        return self.offset

    async def save(self) -> None:
        """Keep how far we are, where that is possible now."""
        async with self._saving:
            if self.offset == self._saved:
                return
            offset = self.offset
            try:
                await self._store.remember(_OFFSET, str(offset).encode())
                self._saved = offset
            except StoreDown as down:
                log.info("telegram: how far we are is not kept: %s", down)

    async def change(self, seconds: float) -> None:
        """Wait until one more is done, but not longer than this."""
        self._changed.clear()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._changed.wait(), seconds)


class Polling:
    """`call` calls a method of Telegram; `introduce` learns who the bot is and takes a webhook back (PlatformError)."""

    def __init__(
        self,
        call: Callable[[str, bytes, float], Awaitable[tuple[Outcome, bytes]]],
        reader: Reader,
        receipt: Callable[[Incoming], bytes],
        introduce: Callable[[], Awaitable[None]],
    ) -> None:
        self._call = call
        self._reader = reader
        self._receipt = receipt
        self._introduce = introduce
        self._presses: set[asyncio.Task[None]] = set()
        self.tries = PollingTries("telegram")

    async def poll(self, store: Notes) -> AsyncGenerator[Fetched, None]:
        """Updates, for as long as the caller takes them; further ones while others are not done."""
        await self._start()
        progress = Progress(store, await _kept(store))
        try:
            while True:
                updates = await self._fetch(await progress.ask_from())
                fresh = [(number, update) for update in updates if progress.begin(number := _number(update))]
                for number, update in fresh:
                    if incoming := self._reader.read(update):
                        self._answer_press(incoming)
                        yield Fetched(incoming, partial(progress.end, number))
                    else:
                        await progress.end(number)
                if updates and not fresh:
                    await progress.change(_AGAIN_SECONDS)
        finally:
            for press in self._presses:
                press.cancel()

    async def _fetch(self, offset: int) -> list[Raw]:
        while not isinstance(updates := await self._ask(offset), list):
            asked = updates.seconds if isinstance(updates, Later) else 0.0
            await self.tries.failed(f"{updates.why}{advice(updates.why)}", asked)
        self.tries.succeeded()
        return updates

    async def _ask(self, offset: int) -> list[Raw] | Failure:
        body = encode(GetUpdates(offset, POLL_SECONDS))
        result, answer = await self._call("getUpdates", body, POLL_SECONDS + _TIMEOUT_SECONDS)
        if not isinstance(result, Sent):
            return result
        try:
            return decode_updates(answer).result
        except ValueError:
            return Later(BACKOFF_SECONDS, "the answer held no updates")

    def _answer_press(self, incoming: Incoming) -> None:
        """Stop the wheel of a pressed button. Nothing waits for it."""
        if incoming.receipt and len(self._presses) < _PRESSES_AT_ONCE:
            press = asyncio.create_task(self._answered(incoming))
            self._presses.add(press)
            press.add_done_callback(self._presses.discard)

    async def _answered(self, incoming: Incoming) -> None:
        result, _ = await self._call("answerCallbackQuery", self._receipt(incoming), _TIMEOUT_SECONDS)
        if not isinstance(result, Sent):
            log.info("telegram: a press could not be answered: %s", result.why)

    async def _start(self) -> None:
        while True:
            try:
                return await self._introduce()
            except PlatformError as error:
                await self.tries.failed(f"{error}{advice(str(error))}")


async def _kept(store: Notes) -> bytes:
    try:
        return await store.recall(_OFFSET) or b""
    except StoreDown as down:
        log.warning("telegram: how far we were is not known, and Telegram begins where it last heard: %s", down)
        return b""


def _number(update: Raw) -> int:
    return decode_bare(update).update_id
