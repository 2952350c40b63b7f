"""Pictures and spoken words of requests: kept when they arrive where their links end soon, and given to who helps."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from hashlib import blake2b

from bot.background import cancel, log_failure
from bot.errors import StoreDown
from bot.model import Chat, Escalation, Said
from bot.ports.store import Clock, Holder, Store

PAUSES_SECONDS = (0.0, 5.0, 30.0, 300.0, 1800.0)
"""Before each try to fetch one. What cannot be had then is asked for again when somebody looks at it."""
AT_ONCE = 4
"""How many a worker fetches side by side: each may take up a megabyte."""
_ROLE = "kept-pictures"
_ROLE_MS = 60_000

_log = logging.getLogger("toso.pictures")


class Pictures:
    """`fleeting` channels give out links that end: what is there is kept in the store, with its request.

    `lasting` channels give theirs out for as long as they are wanted.
    """

    def __init__(
        self, store: Store, fleeting: Mapping[str, Holder], lasting: Mapping[str, Holder], clock: Clock
    ) -> None:
        self._store = store
        self._fleeting = fleeting
        self._lasting = lasting
        self._clock = clock
        self._tasks: set[asyncio.Task[None]] = set()
        self._room = asyncio.Semaphore(AT_ONCE)

    def shows(self, channel: str) -> bool:
        """Whether what was sent through this channel may be seen here."""
        return channel in self._fleeting or channel in self._lasting

    async def fetch(self, request: Escalation, media: str) -> bytes | None:
        """The content of what was sent in a request; None where it is not to be had. Raises StoreDown."""
        lasting = self._lasting.get(request.chat.channel)
        if lasting:
            return await lasting.fetch(media)
        kept = await self._store.picture(request.code, _name(media))
        return kept or await self._keep(request.chat, request.code, media)

    def keep_said(self, chat: Chat, code: str, said: Sequence[Said]) -> None:
        """Keep what stands in these entries, which were saved just now. Does not wait."""
        if chat.channel in self._fleeting:
            for media in (each.media for each in said if each.media):
                self._begin(chat, code, media)

    async def catch_up(self) -> None:
        """Keep what a worker that stopped had not kept yet; one of those that start looks."""
        try:
            if await self._store.lead(_ROLE, _ROLE_MS):
                await self._look_for_left()
        except StoreDown as down:
            _log.warning("nobody can look for what is not kept yet: %s", down)

    async def stop(self) -> None:
        """Let go of what is under way: whoever starts next catches up."""
        await cancel(self._tasks)

    async def _look_for_left(self) -> None:
        for request in await self._store.open_requests():
            if request.chat.channel in self._fleeting:
                for _, said in await self._store.thread(request.code):
                    if said.media and await self._store.picture(request.code, _name(said.media)) is None:
                        self._begin(request.chat, request.code, said.media)

    def _begin(self, chat: Chat, code: str, media: str) -> None:
        task = asyncio.create_task(self._insist(chat, code, media))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(log_failure)

    async def _insist(self, chat: Chat, code: str, media: str) -> None:
        for pause in PAUSES_SECONDS:
            await asyncio.sleep(pause)
            try:
                async with self._room:
                    if await self._keep(chat, code, media) is not None:
                        return
            except StoreDown as down:
                _log.warning("what was sent in %s cannot be kept now: %s", code, down)
        _log.warning("something that was sent in %s cannot be had, and is not kept", code)

    async def _keep(self, chat: Chat, code: str, media: str) -> bytes | None:
        """Fetch it from the platform, and keep it while its request is open and has room."""
        holder = self._fleeting.get(chat.channel)
        content = await holder.fetch(media) if holder and media else None
        if content is not None:
            await self._store.keep_picture(code, _name(media), content)
        return content


def _name(media: str) -> str:
    return blake2b(media.encode(), digest_size=12).hexdigest()
