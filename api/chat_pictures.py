"""A picture that a resident sends through the web chat, because the volunteer who helps them asked for one."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response

from api.bodies import limited_to
from api.chat import ERROR_DOCS, Answer, answer_to, open_chat, spend
from api.errors import Problem
from api.jpeg import NotShowable, bare_jpeg
from api.limits import RateLimit
from api.tokens import Tokens
from bot.channels.web_pictures import WebPictures
from bot.model import Chat, Incoming, Session
from bot.ports import Store

PICTURE_LIMIT = 600_000
"""Bytes. The page makes a picture smaller before it sends it."""
PICTURES_PER_MINUTE = 12
"""How many may come from one address: many residents may share one, and each is asked for one at a time."""

_BODY_DOCS = {
    "requestBody": {
        "required": True,
        "content": {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}},
    }
}


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
        docs: dict[int | str, dict[str, Any]] = {status: ERROR_DOCS[422] for status in (409, 415)}
        route = limited_to(PICTURE_LIMIT, "picture_too_large")
        router = APIRouter(prefix="/api/chat", route_class=route, responses=ERROR_DOCS | docs, tags=["chat"])
        router.add_api_route(
            "/{token}/pictures/{id}",
            self._send,
            methods=["PUT"],
            response_model=Answer,
            openapi_extra=_BODY_DOCS,
            summary="Send the picture (JPEG) that a reply asks for; the id is the device's own, like that of a message",
        )
        return router

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
        session = (await self._store.load(chat)).session or Session()
        if id_ in session.seen:
            return ""
        if not session.picture_asked:
            raise Problem(409, "picture_not_asked")
        media = await self._pictures.keep(session.request, id_, picture)
        if not media:
            raise Problem(409, "picture_too_many")
        return media
