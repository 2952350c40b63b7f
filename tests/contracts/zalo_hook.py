"""A webhook of the test's own: what it got, and what it answers."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer


class Hook:
    """`statuses`: what is answered first, before 200; `seconds`: how long that takes."""

    def __init__(self) -> None:
        self.url = ""
        self.bodies: list[bytes] = []
        self.headers: list[dict[str, str]] = []
        self.statuses: list[int] = []
        self.seconds = 0.0

    @property
    def got(self) -> list[Any]:
        """The bodies as JSON, without the probes."""
        return [json.loads(body) for body in self.bodies if body not in (b"", b"{}")]

    @property
    def names(self) -> list[str]:
        return [event["event_name"] for event in self.got]

    async def take(self, request: web.Request) -> web.Response:
        self.bodies.append(await request.read())
        self.headers.append(dict(request.headers))
        if self.seconds:
            await asyncio.sleep(self.seconds)
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200)


@asynccontextmanager
async def listening() -> AsyncIterator[Hook]:
    hook = Hook()
    app = web.Application()
    app.router.add_post("/hook", hook.take)
    async with TestServer(app) as server:
        hook.url = str(server.make_url("/hook"))
        yield hook
