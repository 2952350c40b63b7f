"""A picture that a resident sends through the web chat, because the volunteer who helps them asked for one."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from api.chat.chat import answer_to, open_chat, spend
from api.chat.files import file_router
from api.chat.tokens import Tokens
from api.errors import Problem
from api.limits import RateLimit
from bot.channels.images import NotShowable, bare_jpeg
from bot.channels.web import WebPictures
from bot.model import Chat, Incoming, Session
from bot.ports.store import Store

PICTURE_LIMIT = 600_000
"""Bytes. The page makes a picture smaller before it sends it."""
PICTURES_PER_MINUTE = 12
"""How many may come from one address: many residents may share one, and each is asked for one at a time."""


class ChatPictures:
    """Takes them while they are asked for, one at a time, and keeps nothing of where and when they were taken."""

    def __init__(
        self, store: Store, tokens: Tokens, pictures: WebPictures, handle: Callable[[Incoming], Awaitable[None]]
    ) -> None:
        self._store = store
        self._tokens = tokens
        self._pictures = pictures
        self._handle = handle
        self._limit = RateLimit(PICTURES_PER_MINUTE)

    def router(self) -> APIRouter:
        summary = "Send the picture (JPEG) that a reply asks for; the id is the device's own, like that of a message"
        return file_router("picture", self._send, "image/jpeg", PICTURE_LIMIT, (409, 415), summary)

    async def _send(
        self, request: Request, token: str, id_: Annotated[str, Path(alias="id", max_length=64)]
    ) -> Response:
        spend(self._limit, request)
        chat = await open_chat(self._tokens, token)
        try:
            picture = bare_jpeg(await request.body())
        except NotShowable:
            raise Problem(415, "not_a_picture") from None
        if media := await self._keep(chat, id_, picture):
            await self._handle(Incoming(id_, chat, "picture", media=media))
        return await answer_to(self._store, chat, id_)

    async def _keep(self, chat: Chat, id_: str, picture: bytes) -> str:
        """Our reference of the picture; empty where it came before."""
        if await self._store.answered(chat, id_) is not None:
            return ""
        session = (await self._store.load(chat)).session or Session()
        if not session.picture_asked:
            raise Problem(409, "picture_not_asked")
        media = await self._pictures.keep(session.request, id_, picture)
        if not media:
            raise Problem(409, "picture_too_many")
        return media
