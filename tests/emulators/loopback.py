"""What all emulators share: a server on this machine, the calls it got, and what goes wrong on purpose."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Literal, Self

import msgspec
from aiohttp import web

from tests.emulators.faults import Fault, Faults, Json, Planned

_LARGEST_BODY = 50 * 1024 * 1024


@dataclass(frozen=True)
class Call:
    """One call that the bot made; `by_webhook`: in its answer to a webhook call, not by a request of its own."""

    method: str
    params: Json
    by_webhook: bool = False


class Loopback:
    """A server on 127.0.0.1. `at_stop`: what ends before it does. `calls`: those that were let in.

    `links`: what comes of the addresses of pictures and recordings. `recording`: what people say aloud, if not noise.
    `answering`: while it is not set, Zalo does and answers nothing.
    """

    def __init__(self, at_stop: Callable[[], Awaitable[None]]) -> None:
        self.url = ""
        self.app = web.Application(client_max_size=_LARGEST_BODY)
        self.calls: list[Call] = []
        self.faults = Faults()
        self.links: Literal["good", "ended", "hang"] = "good"
        self.recording = b""
        self.answering = asyncio.Event()
        self.answering.set()
        self._at_stop = at_stop
        self._runner: web.AppRunner | None = None

    def fail_next(
        self,
        fault: Fault,
        *,
        method: str = "",
        times: int = 1,
        words: str = "",
        seconds: float = 0.0,
        chat: str = "",
        **parameters: int,
    ) -> None:
        """Let the next call go wrong, or the next whose path ends in `method`, as `message/cs`; see `Fault`.

        `words`: what is said of it. `seconds`: how long a delay is. `chat`: whom the call is for, at Telegram's.
        `parameters`: Telegram's, as `retry_after=1`.
        """
        self.faults.plan(Planned(fault, method, words, seconds, parameters, chat), times)

    def media(self, name: str) -> str:
        """The address of a picture or recording that a person sent."""
        return f"{self.url}/media/{name}"

    async def behind_link(self, content: bytes, kind: str) -> web.Response:
        """What is behind such an address."""
        if self.links == "ended":
            raise web.HTTPNotFound
        if self.links == "hang":
            await asyncio.Event().wait()
        return web.Response(body=content, content_type=kind)

    def mount(self, prefix: str, app: web.Application) -> None:
        """Serve more routes beside the API's; before `start`."""
        self.app.add_subapp(prefix, app)

    async def start(self, port: int = 0) -> str:
        """Listen; gives the address that stands for the platform's."""
        self._runner = web.AppRunner(self.app, handler_cancellation=True, shutdown_timeout=0.1, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self.url

    async def stop(self) -> None:
        await self._at_stop()
        if self._runner:
            await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()


def json_answer(value: Json, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    body = msgspec.json.encode(value)
    return web.Response(body=body, status=status, content_type="application/json", headers=headers)


async def parameters(request: web.Request) -> Json:
    """A call's parameters: from the address, and from a JSON, form or multipart body. Raises DecodeError."""
    found: Json = dict(request.query)
    if request.content_type == "application/json":
        return found | msgspec.json.decode(await request.read() or b"{}", type=Json)
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            with value.file as file:
                found[name] = file.read()
        else:
            found[name] = value
    return found
