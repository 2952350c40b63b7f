"""Ends requests that never become whole, which uvicorn waits for for ever: heads that trickle or are huge, bodies
that trickle or never end, lines without end between chunks and after a body, and more requests than anybody sends
before the first is answered. Answers may take as long as they like: a page that follows a talk has one for hours.
"""

import asyncio
from typing import Any, Final

from httptools import HttpParserError
from typing_extensions import override
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

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
