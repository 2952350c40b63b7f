"""How much may be sent to a route."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.types import Message
from typing_extensions import override

from api.errors import Problem

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
