"""Spoken words through the web chat: kept until they were heard, and no longer."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from api.chat.chat import answer_to, open_chat, spend
from api.chat.files import file_router
from api.chat.tokens import Tokens
from api.errors import Problem
from api.limits import RateLimit
from bot.audio.transcriber import Asides
from bot.model import Chat, Incoming, Session
from bot.ports.store import Store

VOICE_LIMIT = 1024 * 1024
"""Bytes. A minute takes a fifth of it as the page records it, and all of it where a phone chooses for itself."""
VOICES_PER_MINUTE = 20
"""How many may come from one address: many residents may share one."""


class ChatVoices:
    """Takes recordings where this app `hears`; what is none, or too long, is said in the conversation."""

    def __init__(
        self,
        store: Store,
        tokens: Tokens,
        asides: Asides,
        handle: Callable[[Incoming], Awaitable[None]],
        *,
        hears: bool,
    ) -> None:
        self._store = store
        self._tokens = tokens
        self._asides = asides
        self._handle = handle
        self._hears = hears
        self._limit = RateLimit(VOICES_PER_MINUTE)

    def router(self) -> APIRouter:
        summary = "Say something aloud; what was heard is replied a little later. The id is the device's own"
        return file_router("voice", self._send, "audio/*", VOICE_LIMIT, (409,), summary)

    async def _send(
        self, request: Request, token: str, id_: Annotated[str, Path(alias="id", max_length=64)]
    ) -> Response:
        spend(self._limit, request)
        chat = await open_chat(self._tokens, token)
        if not self._hears:
            raise Problem(409, "voice_not_heard")
        recording = await request.body()
        if await self._store.answered(chat, id_) is None:
            media = await self._asides.keep(chat, id_, recording)
            await self._handle(Incoming(id_, chat, "voice", media=media))
            await self._drop_unwanted(chat, media)
        return await answer_to(self._store, chat, id_)

    async def _drop_unwanted(self, chat: Chat, media: str) -> None:
        """Too many waited already: what nobody will hear is not kept."""
        session = (await self._store.load(chat)).session or Session()
        if media not in [spoken.media for spoken in session.spoken]:
            await self._asides.drop(media)
