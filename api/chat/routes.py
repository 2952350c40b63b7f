"""The web chat's API: begin a conversation, say something, follow what is said.

Conversation tokens that prove themselves: nothing is stored for one, any worker can check it.
"""

import hmac
import math
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import AsyncIterator, Awaitable, Callable
from hashlib import sha256
from typing import Any, Literal

import msgspec
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field
from starlette.types import Receive, Scope, Send
from typing_extensions import override

from api.errors import JSON, ErrorBody, Problem
from api.middleware import SmallBody
from api.rate_limit import InFlightLimit, OpenLimit, RateLimit, household
from api.sse import Streams
from bot.channels.web import chat_of, read_parcel
from bot.model import Chat, Incoming
from bot.ports.store import Store
from bot.ports.tables import WEB_TOKENS, InstallationKey

_RANDOM_BYTES = 16
_PROOF_BYTES = 16
_LENGTH = 43


class Tokens:
    """Issues tokens (128 random bits and a 128-bit proof, as 43 URL-safe characters) and reads them.

    Raises StoreDown as long as the installation's key could not be fetched.
    """

    def __init__(self, store: Store) -> None:
        self._key = InstallationKey(store, WEB_TOKENS)

    async def issue(self) -> str:
        random = secrets.token_bytes(_RANDOM_BYTES)
        return urlsafe_b64encode(random + await self._proof(random)).decode().rstrip("=")

    async def chat(self, token: str) -> Chat | None:
        """The conversation that a token opens; None for a token that was never issued here."""
        if len(token) != _LENGTH or not token.isascii():
            return None
        try:
            raw = urlsafe_b64decode(token + "=")
        except NotBase64:
            return None
        random, proof = raw[:_RANDOM_BYTES], raw[_RANDOM_BYTES:]
        if not hmac.compare_digest(proof, await self._proof(random)):
            return None
        # Several spellings decode to the same bytes; only the one that was issued names a conversation.
        return chat_of(token) if urlsafe_b64encode(raw).decode().rstrip("=") == token else None

    async def _proof(self, random: bytes) -> bytes:
        return hmac.digest(await self._key.get(), random, sha256)[:_PROOF_BYTES]


NEW_PER_MESSAGES = 2
"""One new conversation may begin for so many messages of the allowance: a class of 60 can scan a code at once."""
IN_FLIGHT_PER_ADDRESS = 2
"""Messages that are answered at a time for one address; who sends long ones in parallel holds up nobody else."""
STREAMS_PER_ADDRESS = 200
"""Pages that may be open behind one address: a whole class, and a block of flats that share one."""
LOG_NUMBERS = "log-numbers"
"""Header of an answer: the log numbers of its replies, so that a device does not show them twice."""

_NO_STORE = {"cache-control": "no-store"}
_encode = msgspec.json.Encoder().encode


class Begun(BaseModel):
    """A new conversation. Its token is all that is needed to read it and to speak in it."""

    conversation: str


class Said(BaseModel):
    """One message: typed text, or the id of a pressed choice. `id` is the device's own: twice has one effect.

    `after` is the log number of the newest reply that was shown when it was said; 0: none was, so it answers nothing.
    """

    id: str = Field(min_length=1, max_length=64)
    text: str | None = Field(None, min_length=1, max_length=10_000)
    choice: str | None = Field(None, min_length=1, max_length=100)
    after: int | None = Field(None, ge=0, le=2**53)


class ShownChoice(BaseModel):
    id: str
    label: str
    digit: str


class ShownCall(BaseModel):
    """A telephone number in a text: where it begins and how long it is (UTF-16 units), and what is dialled for it."""

    at: int
    long: int
    dial: str


class ShownReply(BaseModel):
    """One reply. `from` is `bot`, or the first name of the volunteer who speaks; `lang` the language it is in.

    `picture` is the address of one, and `alt` what it shows, in words. `calls` are its telephone numbers.
    `asks` is there while they wait for a picture.
    `erased` says that all of theirs was erased here, and that their device is to do the same. `masked` says what
    messages of theirs became, by `id`, whose secrets were masked: their device is to keep and show them so.
    """

    text: str
    choices: list[ShownChoice]
    picture: str | None
    audio: str | None
    sender: str = Field(alias="from")
    lang: str
    alt: str | None = None
    asks: Literal["picture"] | None = None
    calls: list[ShownCall] | None = None
    erased: bool | None = None
    masked: dict[str, str] | None = None


class Answer(BaseModel):
    replies: list[ShownReply]


class Followed(StreamingResponse):
    """A stream of events; `ended` is called when it is over, however it ends."""

    def __init__(self, events: AsyncIterator[bytes], ended: Callable[[], None]) -> None:
        super().__init__(events, 200, _NO_STORE | {"x-accel-buffering": "no"}, "text/event-stream")
        self._ended = ended

    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._ended()


class Chats:
    """The web chat over one store. `per_minute` messages may come from one address; 0 is no limit."""

    def __init__(
        self,
        store: Store,
        tokens: Tokens,
        handle: Callable[[Incoming], Awaitable[None]],
        streams: Streams,
        per_minute: float,
    ) -> None:
        self._store = store
        self._handle = handle
        self._streams = streams
        self._tokens = tokens
        self._messages = RateLimit(per_minute)
        self._beginnings = RateLimit(per_minute / NEW_PER_MESSAGES)
        self._in_flight = InFlightLimit(IN_FLIGHT_PER_ADDRESS)
        self._followers = OpenLimit(STREAMS_PER_ADDRESS)

    def router(self) -> APIRouter:
        router = APIRouter(
            prefix="/api/chat",
            route_class=SmallBody,
            responses=ERROR_DOCS,
            tags=["chat"],
            strict_content_type=False,
        )
        router.add_api_route("", self._begin, methods=["POST"], response_model=Begun, summary="Begin a conversation")
        router.add_api_route("/{token}", self._say, methods=["POST"], response_model=Answer, summary="Say something")
        router.add_api_route(
            "/{token}/events",
            self._events,
            methods=["GET"],
            response_class=StreamingResponse,
            responses=_EVENTS_DOCS,
            summary="Follow the replies as server-sent events",
        )
        return router

    async def _begin(self, request: Request) -> Response:
        spend(self._beginnings, request)
        return Response(_encode({"conversation": await self._tokens.issue()}), 200, _NO_STORE, JSON)

    async def _say(self, request: Request, token: str, said: Said) -> Response:
        spend(self._messages, request)
        chat = await open_chat(self._tokens, token)
        incoming = _incoming(chat, said, forwarded_address(request))
        async with self._in_flight.turn(_address(request)):
            await self._handle(incoming)
        return await answer_to(self._store, chat, said.id)

    async def _events(
        self, request: Request, token: str, after: int | None = Query(None, ge=0, le=2**53)
    ) -> StreamingResponse:
        chat = await open_chat(self._tokens, token)
        last = request.headers.get("last-event-id", "")
        begin = int(last) if last.isascii() and last.isdigit() and len(last) < 17 else after or 0
        events = await self._streams.open(chat, begin)
        address = _address(request)
        if not self._followers.enter(address):
            raise Problem(429, "too_many", headers={"retry-after": "30"})
        return Followed(events, lambda: self._followers.leave(address))


ERROR_DOC: dict[str, Any] = {"content": {JSON: {"schema": {"$ref": f"#/components/schemas/{ErrorBody.__name__}"}}}}
"""An answer that is not a success; it stands for the model, which each route would work out anew for each status."""
ERROR_DOCS: dict[int | str, dict[str, Any]] = {
    **dict.fromkeys((400, 404, 413), ERROR_DOC),
    422: {"model": ErrorBody},
    **dict.fromkeys((429, 500, 503), ERROR_DOC),
}
_EVENTS_DOCS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "One event a reply: `id` is its number in the log, `data` the reply as JSON. "
        "`Last-Event-ID` or `?after=` says where to go on.",
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    }
}


def _incoming(chat: Chat, said: Said, address: str) -> Incoming:
    if (said.text is None) == (said.choice is None):
        raise Problem(422, "text_or_choice", "text")
    if said.choice is not None:
        return Incoming(said.id, chat, "press", choice=said.choice, address=address)
    return Incoming(said.id, chat, text=said.text or "", address=address, unseen=said.after == 0)


async def open_chat(tokens: Tokens, token: str) -> Chat:
    """The conversation that a token opens. Raises Problem for a token that was never issued here, and StoreDown."""
    chat = await tokens.chat(token)
    if chat is None:
        raise Problem(404, "unknown_conversation")
    return chat


async def answer_to(store: Store, chat: Chat, message_id: str) -> Response:
    """What was replied to this message, also a while ago. Raises StoreDown."""
    entries = await store.answered(chat, message_id) or ()
    body = _encode({"replies": [read_parcel(entry.parcel).reply for entry in entries]})
    numbers = " ".join(str(entry.number) for entry in entries)
    return Response(body, 200, _NO_STORE | {LOG_NUMBERS: numbers}, JSON)


def spend(limit: RateLimit, request: Request) -> None:
    """Take one call from the allowance of whoever calls. Raises Problem where none is left."""
    seconds = limit.wait(_address(request))
    if seconds:
        raise Problem(429, "too_many", headers={"retry-after": str(math.ceil(seconds))})


def forwarded_address(request: Request) -> str:
    """Whose call the named proxy passed on; empty for calls that came otherwise, for which many may share an address.

    The server leaves no port where it took a proxy's word.
    """
    client = request.client
    return household(client.host) if client and not client.port else ""


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
