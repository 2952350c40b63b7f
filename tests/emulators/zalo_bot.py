"""The Zalo Bot Platform on the loopback: its methods, its limits, and updates pushed or fetched.

In a test: `async with ZaloBotEmulator() as zalo: ...`. By itself: `python -m tests.emulators.zalo_bot --port 8083`,
then be a person on its page (see `programs`).
"""

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import msgspec
from aiohttp import web

from tests.cameras import behind
from tests.emulators.faults import Json
from tests.emulators.loopback import Call, Loopback, json_answer, parameters
from tests.emulators.zalo_bot_delivery import Delivery
from tests.emulators.zalo_bot_methods import METHODS
from tests.emulators.zalo_bot_people import Group, Person
from tests.emulators.zalo_bot_world import ApiError, ChatRecord, World

TOKEN = "4242424242424242424:emulatoremulatoremulator"
_RECORDING = b"\xff\xf1\x60\x40\x01\x7f\xfc"
"""How recordings begin."""
_WORDS = {401: "Unauthorized", 403: "Internal server error", 404: "Not Found", 408: "Request timeout"}
_WORDS |= {426: "Upgrade Required", 429: "Quota exceeded"}


class ZaloBotEmulator(Loopback):
    """One bot's platform.

    `groups`: the bot may be in groups. `allow_http`: take webhooks without TLS and on this machine. `tests_a_day`: how
    often `testWebhook` works. `clock`: seconds. Attributes: `unknown_method`: the code for a method that is not there
    (400 is documented); `errors_as_200`: refusals come with HTTP 200; `photo_key`: `photo_url`, as in reality, or
    `photo`, as documented; `links_arrive`: an address alone arrives as text; `echoes`: the bot gets its own messages;
    `photo_seconds`: how long a picture may take to fetch.
    Public for tests: `calls`, `world`, `delivery`.
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
        super().__init__(self.delivery.stop)
        self.people: dict[str, Person] = {}
        self.groups: dict[str, Group] = {}
        self.unknown_method = 400
        self.errors_as_200 = False
        self.photo_key = "photo_url"
        self.links_arrive = False
        self.echoes = False
        self.photo_seconds = 20.0
        self.app.router.add_route("*", "/bot{token}/{method}", self._called)
        self.app.router.add_get("/media/{name}", self._media)

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
        if method == "sendPhoto":
            await self._fetch(str(params.get("photo", "")))
        result = METHODS[method](self.world, params)
        if self.echoes and method.startswith("send") and method != "sendChatAction":
            self._echo(str(params["chat_id"]))
        return result

    async def _fetch(self, url: str) -> None:
        """Fetch a picture before it is sent, as the platform does; those on other machines are taken on trust.

        What the platform says of one that it cannot fetch is not documented: 400.
        """
        if urlsplit(url).hostname != "127.0.0.1":
            return
        timeout = aiohttp.ClientTimeout(total=self.photo_seconds)
        try:
            async with aiohttp.ClientSession(timeout=timeout) as session, session.get(url) as answer:
                picture = await answer.read() if answer.status == 200 else b""
        except (aiohttp.ClientError, OSError):
            picture = b""
        if not picture.startswith((b"\xff\xd8", b"\x89PNG")):
            raise ApiError(400, "Bad Request: photo cannot be fetched")
        self.world.fetched[url] = picture

    def _echo(self, chat_id: str) -> None:
        message = self.world.chats[chat_id].messages[-1]
        self.delivery.push({"event_name": "message.text.received", "message": message}, chat_id)

    async def _called(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        planned = self.faults.take(method)
        try:
            if request.match_info["token"] != self.token:
                raise ApiError(401, "Unauthorized")
            if planned and (answer := await planned.instead(request)):
                return answer
            if planned and isinstance(planned.fault, int):
                raise ApiError(planned.fault, planned.words or _WORDS.get(planned.fault, "Bad Request"))
            await self.answering.wait()
            result = await self.execute(method, await parameters(request))
        except msgspec.DecodeError:
            return self._refusal(ApiError(400, "Bad Request"))
        except ApiError as error:
            return self._refusal(error)
        answer = json_answer({"ok": True} | ({} if method == "sendChatAction" else {"result": result}))
        return await planned.after(request, answer) if planned else answer

    def _refusal(self, error: ApiError) -> web.Response:
        refusal = {"ok": False, "error_code": error.code, "description": error.description}
        return json_answer(refusal, 200 if self.errors_as_200 else error.code)

    async def _media(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        content = (self.recording or _RECORDING) if name.endswith(".aac") else behind(name)
        return await self.behind_link(content, "application/octet-stream")


if __name__ == "__main__":
    from tests.emulators.programs import zalo_bot_main

    zalo_bot_main()
