"""Has spoken words heard, after the turn that noted them was saved: fetched, decoded apart, written down.

What comes of it is a message of the conversation like any other, under one id however often it is heard. Where this
process ends before, the conversation's due time has it heard again.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial

from bot.audio.asr_client import Ear, NotHeard
from bot.background import cancel, log_failure
from bot.errors import StoreDown
from bot.model import Chat, Incoming, Spoken
from bot.ports.store import Holder, Store
from bot.sandbox.runner import Apart, Limits, Overrun, Unusable

ASIDE_SECONDS = 300
"""How long what the web chat hands over is kept at most; it goes as soon as it was heard."""

WAITING = 8
"""How many recordings of one worker may wait for their turn: they stand in memory, and each takes some seconds."""

_ASIDE = "aside:"
_DECODING = Limits(cpu_seconds=5)
"""A minute of speech takes half a second. What takes longer was made to keep others waiting."""
_WHY = {"silent": "silent", "long": "long"}
"""Why a recording cannot be heard, by what its decoder says; else it is `unreadable`."""

_log = logging.getLogger("toso.hearing")


class Asides:
    """Recordings of the web chat, which nobody else holds: a `Holder` that keeps them until they were heard."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def keep(self, chat: Chat, id_: str, content: bytes) -> str:
        """Our reference of a recording, for `Incoming.media`. Raises StoreDown."""
        name = f"{chat.chat}/{id_}"
        await self._store.set_aside(name, content, ASIDE_SECONDS)
        return f"{_ASIDE}{name}"

    async def fetch(self, media: str) -> bytes | None:
        return await self._store.aside(media.removeprefix(_ASIDE))

    async def drop(self, media: str) -> None:
        """Forget one, where it is one of ours. Raises StoreDown."""
        if media.startswith(_ASIDE):
            await self._store.drop_aside(media.removeprefix(_ASIDE))


class Hearing:
    """`holders` give out what was said through their channels. Without an `ear` nothing is heard."""

    def __init__(self, ear: Ear | None, holders: Mapping[str, Holder], asides: Asides) -> None:
        self.ear = ear
        self._holders = holders
        self._asides = asides
        self._apart = Apart(_DECODING)
        self._now: dict[str, asyncio.Task[None]] = {}
        self.handle: Callable[[Incoming], Awaitable[None]]

    def begin(self, chat: Chat, spoken: Sequence[Spoken]) -> None:
        """Hear what a turn of this conversation waits for. Does not wait; what is being heard already goes on."""
        for each in spoken:
            name = f"{chat.key}\n{each.id}"
            if self.ear and name not in self._now:
                self._now[name] = asyncio.create_task(self._hear(self.ear, chat, each))
                self._now[name].add_done_callback(partial(self._ended, name))

    def _ended(self, name: str, task: asyncio.Task[None]) -> None:
        del self._now[name]
        log_failure(task)

    async def stop(self) -> None:
        """Let go of what is under way, and of the ear: it is heard again by whoever comes next."""
        await cancel(self._now.values())
        if self.ear:
            await self.ear.close()

    async def _hear(self, ear: Ear, chat: Chat, spoken: Spoken) -> None:
        try:
            incoming = Incoming(spoken.heard_as, chat, "heard", await self._words(ear, chat, spoken.media))
        except NotHeard as reason:
            incoming = Incoming(spoken.heard_as, chat, "unheard", str(reason))
        except StoreDown as down:
            _log.warning("spoken words wait for the store: %s", down)
            return
        _log.info("spoken words: %s", incoming.text if incoming.kind == "unheard" else "heard")
        try:
            await self.handle(incoming)
            await self._asides.drop(spoken.media)
        except StoreDown as down:
            _log.warning("what was heard waits for the store: %s", down)

    async def _words(self, ear: Ear, chat: Chat, media: str) -> str:
        """The words of a recording. Raises NotHeard, StoreDown."""
        if len(self._now) > WAITING:
            raise NotHeard("busy")
        holder = self._holders.get(chat.channel)
        content = await holder.fetch(media) if holder else None
        if content is None:
            raise NotHeard("lost")
        try:
            speech = await self._apart.run("bot.audio.decode:to_speech", content)
        except (Unusable, Overrun) as reason:
            raise NotHeard(_WHY.get(str(reason), "unreadable")) from None
        if words := await ear.hear(speech):
            return words
        raise NotHeard("silent")
