"""`POST /webhooks/{channel}`: the hot path, as bare ASGI. The 200 follows the saved turn."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping

from starlette.types import Receive, Scope, Send

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
