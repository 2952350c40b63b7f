"""How much may be sent to a route.

Headers that every answer to a browser carries.
"""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from typing_extensions import override

from api.errors import Problem

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; media-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SECURITY_HEADERS = {
    b"content-security-policy": CONTENT_POLICY.encode(),
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
    b"referrer-policy": b"no-referrer",
    b"cross-origin-opener-policy": b"same-origin",
    b"permissions-policy": b"camera=(), geolocation=(), microphone=()",
}
WITH_MICROPHONE = "camera=(), geolocation=(), microphone=(self)"
"""The permissions of a page that records what somebody says."""


HTTPS_ALONE = (b"strict-transport-security", b"max-age=31536000")
"""For a year, browsers come back over https whatever a link says."""


class SecurityHeaders:
    """ASGI middleware: adds each security header that the answer does not set itself. `https`: the site has it."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self._app = app
        self._headers = (*SECURITY_HEADERS.items(), *([HTTPS_ALONE] if https else ()))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = {name for name, _ in message["headers"]}
                missing = [header for header in self._headers if header[0] not in given]
                message["headers"] = [*message["headers"], *missing]
            await send(message)

        await self._app(scope, receive, send_guarded)


BODY_LIMIT = 64 * 1024
"""Bytes of what somebody writes, with all that goes with it."""


def limited_to(most: int, code: str = "too_large") -> type[APIRoute]:
    """A class of routes that refuse a body over `most` bytes, also one that comes without its length."""

    class Limited(APIRoute):
        @override
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            handler = super().get_route_handler()

            async def limited(request: Request) -> Response:
                size = 0

                async def receive() -> Message:
                    nonlocal size
                    message = await request.receive()
                    size += len(message.get("body", b""))
                    if size > most:
                        raise Problem(413, code)
                    return message

                if int(request.headers.get("content-length", "0")) > most:
                    raise Problem(413, code)
                return await handler(Request(request.scope, receive))

            return limited

    return Limited


SmallBody = limited_to(BODY_LIMIT)
"""For routes that take what somebody writes."""
