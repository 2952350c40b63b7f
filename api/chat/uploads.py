"""Spoken words through the web chat: kept until they were heard, and no longer.

A route of the web chat that takes a file: a picture, or spoken words.

A picture that a resident sends through the web chat, because the volunteer who helps them asked for one.

Copies of pictures that people sent, for the platform that fetches them from us to show them to who helps.
"""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response

from api.chat.routes import ERROR_DOC, ERROR_DOCS, Answer, Tokens, answer_to, open_chat, spend
from api.errors import Problem
from api.middleware import limited_to
from api.rate_limit import RateLimit
from bot.audio.transcriber import Asides
from bot.channels.images import NotShowable, bare_jpeg, media_type
from bot.channels.web import WebPictures
from bot.channels.zalo_bot.channel import COPIES, kept_as
from bot.model import Chat, Incoming, Session
from bot.ports.store import Store


def file_router(
    what: str, send: Callable[..., Awaitable[Response]], kind: str, most: int, statuses: tuple[int, ...], summary: str
) -> APIRouter:
    """`PUT /api/chat/{token}/{what}s/{id}` for files of this media type, up to so many bytes (else WHAT_too_large).

    `statuses` are those it answers with besides the usual ones.
    """
    docs: dict[int | str, dict[str, Any]] = dict.fromkeys(statuses, ERROR_DOC)
    route = limited_to(most, f"{what}_too_large")
    router = APIRouter(prefix="/api/chat", route_class=route, responses=ERROR_DOCS | docs, tags=["chat"])
    body = {"required": True, "content": {kind: {"schema": {"type": "string", "format": "binary"}}}}
    router.add_api_route(
        f"/{{token}}/{what}s/{{id}}",
        send,
        methods=["PUT"],
        response_model=Answer,
        openapi_extra={"requestBody": body},
        summary=summary,
    )
    return router


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


_HEADERS = {"cache-control": "no-store", "x-robots-tag": "noindex"}


class CopyRoute:
    """Whoever has the address of a copy may fetch it, as long as it is there."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def router(self) -> APIRouter:
        router = APIRouter(include_in_schema=False)
        router.add_api_route(f"{COPIES}{{name}}", self._copy, methods=["GET", "HEAD"])
        return router

    async def _copy(self, name: str) -> Response:
        content = await self._store.aside(kept_as(name))
        if content is None:
            raise Problem(404, "not_found")
        return Response(content, headers=_HEADERS, media_type=media_type(content))
