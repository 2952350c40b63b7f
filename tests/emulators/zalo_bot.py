"""The Zalo Bot Platform on the loopback: its methods, its limits, and updates pushed or fetched.

In a test: `async with ZaloBotEmulator() as zalo: ...`. By itself: `python -m tests.emulators.zalo_bot --port 8083`,
then be a person on its page (see `zalo_control`).
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import msgspec
from aiohttp import web

from tests.emulators.zalo_bot_delivery import Delivery
from tests.emulators.zalo_bot_methods import METHODS
from tests.emulators.zalo_bot_people import Group, Person
from tests.emulators.zalo_bot_world import ApiError, ChatRecord, World
from tests.emulators.zalo_faults import Fault, Faults, Json, Planned

TOKEN = "4242424242424242424:emulatoremulatoremulator"
_WORDS = {401: "Unauthorized", 403: "Internal server error", 404: "Not Found", 408: "Request timeout"}
_WORDS |= {426: "Upgrade Required", 429: "Quota exceeded"}


@dataclass(frozen=True)
class Call:
    """One call that the bot made."""

    method: str
    params: Json


class ZaloBotEmulator:
    """One bot's platform.

    `groups`: the bot may be in groups. `allow_http`: take webhooks without TLS and on this machine. `tests_a_day`: how
    often `testWebhook` works. `clock`: seconds. Attributes: `unknown_method`: the code for a method that is not there
    (400 is documented); `errors_as_200`: refusals come with HTTP 200; `photo_key`: `photo_url`, as in reality, or
    `photo`, as documented; `links_arrive`: an address alone arrives as text; `echoes`: the bot gets its own messages;
    `latency`: seconds before each answer. Public for tests: `calls`, `world`, `delivery`.
    """

    def __init__(
        self,
        token: str = TOKEN,
        *,
        name: str = "Bot Tổ Số",
        groups: bool = False,
        allow_http: bool = True,
        tests_a_day: int = 10,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.token = token
        self.world = World(name, clock, groups=groups)
        self.delivery = Delivery(self.world, allow_http=allow_http, tests_a_day=tests_a_day)
        self.faults = Faults()
        self.calls: list[Call] = []
        self.people: dict[str, Person] = {}
        self.groups: dict[str, Group] = {}
        self.unknown_method = 400
        self.errors_as_200 = False
        self.photo_key = "photo_url"
        self.links_arrive = False
        self.echoes = False
        self.latency = 0.0
        self.url = ""
        self._app = web.Application(client_max_size=50 * 1024 * 1024)
        self._app.router.add_route("*", "/bot{token}/{method}", self._called)
        self._app.router.add_get("/media/{name}", self._media)
        self._runner: web.AppRunner | None = None

    @property
    def mention(self) -> str:
        """How the bot is named in a group."""
        return f"@{self.world.bot['display_name']}"

    def person(self, id: str = "", name: str = "Lan") -> Person:
        """Somebody who wrote to the bot before; the same id gives the same person."""
        id = id or self.world.hex_id("person")
        if id not in self.people:
            record = self.world.chats[id] = ChatRecord(id, "PRIVATE", name)
            self.people[id] = Person(self, record)
        return self.people[id]

    def group(self, id: str = "", title: str = "Tổ dân phố 5") -> Group:
        """A group that has the bot in it; the same id gives the same group."""
        if not self.world.groups:
            raise ValueError("This bot cannot join groups: ZaloBotEmulator(groups=True).")
        id = id or self.world.hex_id("group")
        if id not in self.groups:
            record = self.world.chats[id] = ChatRecord(id, "GROUP", title)
            self.groups[id] = Group(self, record)
        return self.groups[id]

    def fail_next(
        self, fault: Fault, *, method: str = "", times: int = 1, words: str = "", seconds: float = 0.0
    ) -> None:
        """Let the next call (of `method`, when given) go wrong; see `Fault`."""
        self.faults.plan(Planned(fault, method, words, seconds), times)

    def media(self, name: str) -> str:
        """The address of a picture or recording that a person sent."""
        return f"{self.url}/media/{name}"

    def mount(self, prefix: str, app: web.Application) -> None:
        """Serve more routes beside the API's; before `start`."""
        self._app.add_subapp(prefix, app)

    async def start(self, port: int = 0) -> str:
        """Listen on 127.0.0.1; gives the address that stands for https://bot-api.zaloplatforms.com."""
        self._runner = web.AppRunner(self._app, handler_cancellation=True, shutdown_timeout=0.1, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self.url

    async def stop(self) -> None:
        await self.delivery.stop()
        if self._runner:
            await self._runner.cleanup()

    async def __aenter__(self) -> "ZaloBotEmulator":
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def execute(self, method: str, params: Json) -> Any:
        """Run one method. Raises ApiError."""
        self.calls.append(Call(method, params))
        match method:
            case "setWebhook":
                return await self.delivery.set_webhook(params)
            case "testWebhook":
                return await self.delivery.test_webhook()
            case "deleteWebhook":
                return self.delivery.delete_webhook()
            case "getWebhookInfo":
                return self.delivery.webhook_info()
            case "getUpdates":
                return await self.delivery.get_updates(params)
        if method not in METHODS:
            raise ApiError(self.unknown_method, _WORDS.get(self.unknown_method, "Bad Request"))
        result = METHODS[method](self.world, params)
        if self.echoes and method.startswith("send") and method != "sendChatAction":
            self._echo(str(params["chat_id"]))
        return result

    def _echo(self, chat_id: str) -> None:
        message = self.world.chats[chat_id].messages[-1]
        self.delivery.push({"event_name": "message.text.received", "message": message}, chat_id)

    async def _called(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        planned = self.faults.take(method)
        try:
            if request.match_info["token"] != self.token:
                raise ApiError(401, "Unauthorized")
            if planned and (answer := await planned.instead()):
                return answer
            if planned and isinstance(planned.fault, int):
                raise ApiError(planned.fault, planned.words or _WORDS.get(planned.fault, "Bad Request"))
            if self.latency:
                await asyncio.sleep(self.latency)
            result = await self.execute(method, await _params(request))
        except ApiError as error:
            refusal = {"ok": False, "error_code": error.code, "description": error.description}
            return _json(refusal, 200 if self.errors_as_200 else error.code)
        answer = _json({"ok": True} | ({} if method == "sendChatAction" else {"result": result}))
        return await planned.after(request, answer) if planned else answer

    async def _media(self, request: web.Request) -> web.StreamResponse:
        return web.Response(body=request.match_info["name"].encode())


def _json(value: Json, status: int = 200) -> web.Response:
    return web.Response(body=msgspec.json.encode(value), status=status, content_type="application/json")


async def _params(request: web.Request) -> Json:
    """A call's parameters: from the address, and from a JSON, form or multipart body."""
    params: Json = dict(request.query)
    if request.content_type == "application/json":
        try:
            return params | msgspec.json.decode(await request.read() or b"{}", type=Json)
        except msgspec.DecodeError:
            raise ApiError(400, "Bad Request") from None
    return params | {name: value for name, value in (await request.post()).items() if isinstance(value, str)}


if __name__ == "__main__":
    from tests.emulators.zalo_control import bot_main

    bot_main()
