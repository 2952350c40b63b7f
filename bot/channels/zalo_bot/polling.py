"""Fetching updates from the Zalo Bot Platform, where it cannot reach us.

It knows no offset, and may tell an update once or for ever. So an update is kept in the store before anything is made
of it, and its id once we are done with it. What is lost all the same is what Zalo counts as told and never reached us.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from functools import partial
from hashlib import sha256
from typing import Final

import msgspec
from msgspec import Raw, Struct
from msgspec.structs import replace

from bot.channels.decoding import PollingTries
from bot.channels.zalo_bot.client import TIMEOUT_SECONDS, ZaloBotApi
from bot.channels.zalo_bot.types import GetUpdates, Update, encode, updates
from bot.channels.zalo_bot.updates import Reader, decoded, id_of
from bot.errors import NotReadable, PlatformError
from bot.nlu.masking import mask
from bot.ports.store import Fetched, Notes

log = logging.getLogger(__name__)

_HOLD_SECONDS: Final = 30
_FLOOR_SECONDS: Final = 1.0
"""Zalo may answer at once, again and again, with what it told before."""
_NOTE: Final = "zalo-bot-polled"
_DONE_KEPT: Final = 512
_WAITING: Final = 100
"""How many are under way at most: then no more are asked for."""


class Kept(Struct, frozen=True):
    """What is in the store: the ids of updates we are done with, the newest last, and those we are not done with."""

    done: tuple[str, ...] = ()
    waiting: tuple[Update, ...] = ()


_decode = msgspec.json.Decoder(Kept).decode


class Keeping:
    """What the store has of it, changed by whoever is done with an update. Every method raises StoreDown."""

    def __init__(self, store: Notes, kept: Kept) -> None:
        self._store = store
        self.kept = self._saved = kept
        self._saving = asyncio.Lock()
        self._changed = asyncio.Event()

    @property
    def full(self) -> bool:
        """Whether so many wait that no more are asked for."""
        return len(self.kept.waiting) >= _WAITING

    async def add(self, fresh: Sequence[Update]) -> None:
        """These came, and are not done."""
        self.kept = replace(self.kept, waiting=(*self.kept.waiting, *map(_covered, fresh)))
        await self._save()

    async def end(self, update: Update) -> None:
        """This one is done."""
        self.kept = _without(self.kept, update)
        self._changed.set()
        await self._save()

    async def change(self) -> None:
        """Wait until one more is done."""
        self._changed.clear()
        await self._changed.wait()

    async def _save(self) -> None:
        async with self._saving:  # whoever waits here has its news saved by whoever is first
            if self.kept is not self._saved:
                kept = self.kept
                await self._store.remember(_NOTE, encode(kept))
                self._saved = kept


class Polling:
    """`introduce` learns who the bot is and takes a webhook back; it raises PlatformError."""

    def __init__(self, api: ZaloBotApi, reader: Reader, introduce: Callable[[], Awaitable[None]]) -> None:
        self._api = api
        self._reader = reader
        self._introduce = introduce
        self._unkept: Sequence[Update] = ()
        self.tries = PollingTries("zalo-bot")

    async def poll(self, store: Notes) -> AsyncGenerator[Fetched, None]:
        """Updates, for as long as the caller takes them; further ones while others are not done. Raises StoreDown.

        Secrets in what is not done are covered in the store: after a crash it is read as it was kept.
        """
        await self._start()
        keeping = Keeping(store, _decode(await store.recall(_NOTE) or b"{}"))
        left = keeping.kept.waiting
        unkept = _fresh(self._unkept, keeping.kept)
        if unkept:
            await self._keep(keeping, unkept)
        waiting: Sequence[Update] = (*left, *unkept)
        while True:
            for update in waiting:
                if incoming := self._reader.read_update(update):
                    yield Fetched(incoming, partial(keeping.end, update))
                else:
                    await keeping.end(update)
            while keeping.full:
                await keeping.change()
            not_before = asyncio.get_running_loop().time() + _FLOOR_SECONDS
            found = await self._ask()
            if isinstance(found, str):
                await self.tries.failed(f"{found}{_advice(found)}")
                waiting = ()
                continue
            self.tries.succeeded()
            waiting = _fresh(found, keeping.kept)
            if waiting:
                await self._keep(keeping, waiting)
            else:
                await asyncio.sleep(not_before - asyncio.get_running_loop().time())

    async def _ask(self) -> list[Update] | str:
        body = encode(GetUpdates(_HOLD_SECONDS))
        found = updates(await self._api.call("getUpdates", body, _HOLD_SECONDS + TIMEOUT_SECONDS))
        return found if isinstance(found, str) else list(filter(None, map(_read, found)))

    async def _keep(self, keeping: Keeping, fresh: Sequence[Update]) -> None:
        """Save what came; while the store is down it stays here, for the next time this worker polls."""
        self._unkept = (*self._unkept, *fresh)
        await keeping.add(fresh)
        self._unkept = ()

    async def _start(self) -> None:
        while True:
            try:
                return await self._introduce()
            except PlatformError as error:
                await self.tries.failed(str(error))


def _read(one: Raw) -> Update | None:
    """An update, with an id that it keeps when secrets in it are covered; None for what is none."""
    try:
        update = decoded(one)
    except NotReadable as error:
        log.warning("zalo-bot: what Zalo told is passed over: %s", error)
        return None
    message = update.message
    return replace(update, message=replace(message, message_id=id_of(message))) if message else update


def _fresh(found: Sequence[Update], kept: Kept) -> list[Update]:
    """Those that we neither are done with nor have already."""
    known = {*kept.done, *map(_id, kept.waiting)}
    return [update for update in found if _id(update) not in known]


def _id(update: Update) -> str:
    """The id of its message; of one without, which nobody can answer, what it holds."""
    return id_of(update.message) if update.message else sha256(encode(update)).hexdigest()[:32]


def _without(kept: Kept, update: Update) -> Kept:
    done = (*kept.done, _id(update))[-_DONE_KEPT:]
    return Kept(done, tuple(each for each in kept.waiting if _id(each) != _id(update)))


def _covered(update: Update) -> Update:
    """The update as it may be kept: nothing that nobody should read."""
    message = update.message
    if message is None:
        return update
    text, caption = mask(message.text or "")[0], mask(message.caption or "")[0]
    return replace(update, message=replace(message, text=text, caption=caption))


def _advice(why: str) -> str:
    return " (it was set after this app began to fetch: restart the app)" if "webhook is set" in why else ""
