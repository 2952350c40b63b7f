"""What goes wrong on purpose at an emulator, one planned fault a call."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from aiohttp import web

Json = dict[str, Any]

Fault = int | Literal["timeout", "broken", "html", "drop", "reset", "delay", "unnumbered"]
"""A code to answer with, or what else happens to the call.

A positive code is an HTTP status; a negative one is an Official Account's and comes with HTTP 200. `timeout`: never
answer. `broken`: answer half a JSON. `html`: a gateway's page with status 502. `drop`: do it, but close the connection
instead of answering. `reset`: read it, and close the connection without doing it. `delay`: do it, answer after some
seconds. `unnumbered`: refuse without a numeric code (an Official Account's tokens only).
"""


@dataclass(frozen=True)
class Planned:
    """A fault that waits for its call; `method`, when given, is how the path of that call ends, in any case.

    `chat`, when given, is whom the call is for, where the emulator tells (Telegram's).
    """

    fault: Fault
    method: str = ""
    words: str = ""
    seconds: float = 0.0
    parameters: Mapping[str, int] = field(default_factory=dict)
    chat: str = ""

    async def instead(self, request: web.Request) -> web.Response | None:
        """What is answered without doing anything, if the fault is of that kind."""
        match self.fault:
            case "timeout":
                await asyncio.Event().wait()
            case "reset":
                await request.read()
                if request.transport:
                    request.transport.abort()
                return web.Response()
            case "broken":
                return web.Response(text='{"ok":true,"data":{"mess', content_type="application/json")
            case "html":
                page = "<html><body>502 Bad Gateway</body></html>"
                return web.Response(text=page, status=502, content_type="text/html")
        return None

    async def after(self, request: web.Request, answer: web.Response) -> web.Response:
        """The answer, late or never where that is planned: by now it is done."""
        if self.fault == "delay":
            await asyncio.sleep(self.seconds)
        if self.fault == "drop" and request.transport:
            request.transport.abort()
        return answer


class Faults:
    """Faults in the order they were asked for."""

    def __init__(self) -> None:
        self._planned: list[Planned] = []

    def plan(self, planned: Planned, times: int) -> None:
        self._planned += [planned] * times

    @property
    def waiting(self) -> int:
        """How many have not happened yet."""
        return len(self._planned)

    def take(self, path: str, chat: str = "") -> Planned | None:
        """The first fault meant for this call, if any; it happens once."""
        for index, planned in enumerate(self._planned):
            if path.lower().endswith(planned.method.lower()) and planned.chat in ("", chat):
                return self._planned.pop(index)
        return None
