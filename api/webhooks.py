"""Ends requests that never become whole, which uvicorn waits for for ever: heads that trickle or are huge, bodies
that trickle or never end, lines without end between chunks and after a body, and more requests than anybody sends
before the first is answered. Answers may take as long as they like: a page that follows a talk has one for hours.

`POST /webhooks/{channel}`: the hot path, as bare ASGI. The 200 follows the saved turn.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from httptools import HttpParserError
from starlette.types import Receive, Scope, Send
from typing_extensions import override
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from bot.errors import NotGenuine, NotReadable, StoreDown
from bot.model import Incoming
from bot.ports.store import Channel

PREFIX = "/webhooks/"
BODY_LIMIT = 1024 * 1024
ANSWER_SECONDS = 2.8
"""After so long whoever sent a message shall send it again: some platforms wait no longer, whatever holds us up."""

_JSON = (b"content-type", b"application/json")
_RETRY = (b"retry-after", b"2")
_ALLOW = (b"allow", b"POST")

_log = logging.getLogger("toso.webhooks")

Headers = tuple[tuple[bytes, bytes], ...]
Answer = tuple[int, bytes, Headers]


class _TooLarge(Exception):
    """The body is over BODY_LIMIT."""


class _CutOff(Exception):
    """The caller went away before the body was whole."""


class Webhooks:
    """An ASGI app. `error_body` makes the JSON body for an error code."""

    def __init__(
        self,
        channels: Mapping[str, Channel],
        handle: Callable[[Incoming], Awaitable[None]],
        error_body: Callable[[str], bytes],
    ) -> None:
        self._channels = channels
        self._handle = handle
        self._error_body = error_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await send({"type": "websocket.close"})
            return
        try:
            status, body, headers = await self._answer(scope, receive)
        except _CutOff:
            return
        length = (b"content-length", b"%d" % len(body))
        await send({"type": "http.response.start", "status": status, "headers": [*headers, length]})
        await send({"type": "http.response.body", "body": body})

    async def _answer(self, scope: Scope, receive: Receive) -> Answer:
        """The status, body and headers of the answer; every failure is one."""
        channel = self._channels.get(scope["path"][len(PREFIX) :])
        if channel is None:
            return self._refuse(404, "unknown_channel")
        if scope["method"] != "POST":
            return self._refuse(405, "method_not_allowed", _ALLOW)
        try:
            receipt = await self._take(channel, dict(scope["headers"]), receive)
            return 200, receipt, (_JSON,) if receipt else ()
        except _TooLarge:
            return self._refuse(413, "too_large")
        except NotGenuine:
            return self._refuse(401, "not_genuine")
        except NotReadable:
            return self._refuse(400, "not_readable")
        except StoreDown:
            return self._refuse(503, "store_down", _RETRY)
        except _CutOff:
            raise
        except Exception:
            _log.exception("webhook of %s failed", channel.name)
            return self._refuse(500, "internal")

    async def _take(self, channel: Channel, headers: Mapping[bytes, bytes], receive: Receive) -> bytes:
        incoming = channel.decode(headers, await _read(headers, receive))
        if incoming is None:
            return b""
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await self._handle(incoming)
        except TimeoutError:
            raise StoreDown("A message could not be saved in time.") from None
        return channel.receipt(incoming)

    def _refuse(self, status: int, code: str, *headers: tuple[bytes, bytes]) -> Answer:
        return status, self._error_body(code), (_JSON, *headers)


async def _read(headers: Mapping[bytes, bytes], receive: Receive) -> bytes:
    said = headers.get(b"content-length", b"0")
    if not said.isdigit() or int(said) > BODY_LIMIT:
        raise _TooLarge
    body = b""
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _CutOff
        body += message.get("body", b"")
        if len(body) > BODY_LIMIT:
            raise _TooLarge
        more = message.get("more_body", False)
    return body


HEAD_BYTES: Final = 64 * 1024
"""The most that the lines before a body may hold, or those between its chunks and after it."""
CHUNK_LINES: Final = 8
"""So many bytes of lines may come beyond that for each byte of a body: chunks of one byte each need five."""
HEAD_SECONDS: Final = 15.0
BODY_SECONDS: Final = 20.0
BODY_RATE: Final = 1024
"""A body may take so many seconds, and a second more for each so many bytes that came: old phones are slow."""
BODY_BYTES: Final = 64 * 1024 * 1024
"""More than any route takes: what a route refused is read to its end up to here, so that its answer is read too."""
WAITING_REQUESTS: Final = 10
"""So many may come on one connection before the first is answered; proxies and browsers send one."""
_LOOK_SECONDS: Final = 1.0


class ReceivingProtocol(HttpToolsProtocol):
    """One connection. It answers 408 or 431 where nothing was answered yet, and is closed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._since: float | None = None
        """When the request began that is being received; None while there is none."""
        self._in_head = True
        self._chunk = self._lines = self._body = self._all = 0
        """Bytes that came last; of lines that no body stands for; of the body; of the whole request.

        Of a head, and of the request, never less than there are.
        """
        self._ended = False
        self._watch: asyncio.TimerHandle | None = None

    @override
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._begin()
        self._keep_watch()

    @override
    def data_received(self, data: bytes) -> None:
        if self._ended:
            return
        self._chunk = len(data)
        if self._since is None:
            self._begin()
        else:
            self._lines += self._chunk
            self._all += self._chunk
        super().data_received(data)
        if self._since is None or self.transport.is_closing():
            return
        if self._lines > HEAD_BYTES:
            self._end(431)
        elif self._all > BODY_BYTES:
            self._end(413)
        else:
            self._keep_watch()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        if self._watch:
            self._watch.cancel()
        super().connection_lost(exc)

    # What the parser finds

    @override
    def on_message_begin(self) -> None:
        self._begin()
        super().on_message_begin()

    @override
    def on_header(self, name: bytes, value: bytes) -> None:
        if self._in_head:  # what comes after a body is nobody's business, and would be kept with the head
            super().on_header(name, value)

    @override
    def on_headers_complete(self) -> None:
        if self._lines > HEAD_BYTES and _size(self.url, self.headers) > HEAD_BYTES:
            self._end(431)
        elif len(self.pipeline) >= WAITING_REQUESTS:
            self._end(429)
        if self._ended:
            raise HttpParserError("The head is too large, or too many requests wait.")
        self._in_head, self._lines = False, 0
        super().on_headers_complete()

    @override
    def on_body(self, body: bytes) -> None:
        self._lines = max(0, self._lines - CHUNK_LINES * len(body))
        self._body += len(body)
        super().on_body(body)

    @override
    def on_message_complete(self) -> None:
        self._since = None
        super().on_message_complete()

    @override
    def send_400_response(self, msg: str) -> None:
        if not self._ended:
            super().send_400_response(msg)

    # How long it takes

    def _begin(self) -> None:
        self._since, self._in_head, self._body = self.loop.time(), True, 0
        self._lines = self._all = self._chunk

    def _keep_watch(self) -> None:
        if self._watch is None:
            self._watch = self.loop.call_later(_LOOK_SECONDS, self._look)

    def _look(self) -> None:
        self._watch = None
        if self._since is None or self.transport.is_closing():
            return
        if self.flow.read_paused:  # it is we who do not read
            self._since += _LOOK_SECONDS
        allowed = HEAD_SECONDS if self._in_head else BODY_SECONDS + self._body / BODY_RATE
        if self.loop.time() - self._since > allowed:
            self._end(408)
        else:
            self._keep_watch()

    def _end(self, status: int) -> None:
        """Close the connection; say why where no answer has begun."""
        self._ended = True
        cycle: RequestResponseCycle | None = self.cycle
        if cycle is None or cycle.response_complete or not (self._in_head or cycle.response_started):
            self.transport.write(STATUS_LINE[status] + b"content-length: 0\r\nconnection: close\r\n\r\n")
        self.transport.close()


def _size(url: bytes, headers: list[tuple[bytes, bytes]]) -> int:
    return len(url) + sum(len(name) + len(value) for name, value in headers)
