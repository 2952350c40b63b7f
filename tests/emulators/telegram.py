"""Telegram's Bot API on the loopback, with its documented checks, limits and delivery of updates.

In a test: `async with TelegramEmulator() as telegram: ...`. By itself:
`python -m tests.emulators.telegram --port 8081`, then drive people over `/control` (see `programs`).
"""

import contextlib
import itertools
import re
import time
from collections.abc import Callable
from typing import Any, Literal

import msgspec
from aiohttp import web

from tests.emulators.faults import Json
from tests.emulators.loopback import Call, Loopback, json_answer, parameters
from tests.emulators.telegram_delivery import Delivery
from tests.emulators.telegram_faults import FloodLimits, refusal_of
from tests.emulators.telegram_methods import METHODS, Params
from tests.emulators.telegram_people import Group, Person
from tests.emulators.telegram_world import ApiError, ChatRecord, World

TOKEN = "4242424242:AAHemulatoremulatoremulatoremulator"
_SENDS = ("sendmessage", "sendphoto", "sendvoice")
_FIRST_PERSON = 7_000_000_001
_FIRST_GROUP = -1_002_000_000_001


class TelegramEmulator(Loopback):
    """One bot's Telegram.

    `limits`: refuse floods with 429. `allow_http`: take webhooks without TLS. `privacy`: see `Group`.
    `retry`: seconds until a refused update is sent again. Public for tests: `calls`, `delivery.attempts`, `world`.
    """

    def __init__(
        self,
        token: str = TOKEN,
        *,
        username: str = "to_so_bot",
        limits: bool = True,
        allow_http: bool = True,
        privacy: bool = True,
        retry: float = 0.05,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.token = token
        self.privacy = privacy
        self.world = World(token, username)
        self.delivery = Delivery(self._from_webhook, allow_http, retry)
        super().__init__(self.delivery.stop)
        self.people: dict[int, Person] = {}
        self.groups: dict[int, Group] = {}
        self._floods = FloodLimits(clock) if limits else None
        self._person_ids = itertools.count(_FIRST_PERSON)
        self._group_ids = itertools.count(_FIRST_GROUP, -1)
        self.app.router.add_route("*", "/bot{token}/{method}", self._called)
        self.app.router.add_get("/file/bot{token}/files/{file}", self._download)

    def person(self, id: int = 0, name: str = "Lan", language: str = "vi") -> Person:
        """Somebody who has opened the bot; the same id gives the same person."""
        id = id or next(self._person_ids)
        if id not in self.people:
            names = {"first_name": name}
            record = self.world.chats[id] = ChatRecord(id, "private", names)
            user = {"id": id, "is_bot": False, **names, "language_code": language}
            self.people[id] = Person(self, user, record)
        return self.people[id]

    def group(
        self, id: int = 0, title: str = "Tổ dân phố 5", type: Literal["group", "supergroup"] = "supergroup"
    ) -> Group:
        """A group that has the bot in it; the same id gives the same group."""
        id = id or next(self._group_ids)
        if id not in self.groups:
            record = self.world.chats[id] = ChatRecord(id, type, {"title": title})
            self.groups[id] = Group(self, record)
        return self.groups[id]

    async def execute(self, method: str, values: Json, *, by_webhook: bool = False) -> Any:
        """Run one method. Raises ApiError."""
        self.calls.append(Call(method, values, by_webhook))
        params, name = Params(values), method.lower()
        match name:
            case "setwebhook":
                return self.delivery.set_webhook(params)
            case "deletewebhook":
                return self.delivery.delete_webhook(params)
            case "getwebhookinfo":
                return self.delivery.webhook_info()
            case "getupdates":
                return await self.delivery.get_updates(params)
        if name not in METHODS:
            raise ApiError(404, "Not Found")
        if name in _SENDS and self._floods:
            self._floods.check(self.world.chat(values.get("chat_id")).id)
        return METHODS[name](self.world, params)

    async def _from_webhook(self, method: str, values: Json) -> None:
        with contextlib.suppress(ApiError):
            await self.execute(method, values, by_webhook=True)

    async def _called(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        try:
            self._check_token(request)
            values = await _values(request)
            planned = self.faults.take(method, str(values.get("chat_id", "")))
            if planned and (answer := await planned.instead(request)):
                return answer
            if planned and isinstance(planned.fault, int):
                raise refusal_of(planned, planned.fault)
            result = await self.execute(method, values)
        except ApiError as error:
            return _refusal(error)
        answer = json_answer({"ok": True, "result": result})
        return await planned.after(request, answer) if planned else answer

    def _check_token(self, request: web.Request) -> None:
        token = request.match_info["token"]
        if not re.fullmatch(r"\d+:[\w-]+", token):
            raise ApiError(404, "Not Found")
        if token != self.token:
            raise ApiError(401, "Unauthorized")

    async def _download(self, request: web.Request) -> web.Response:
        content = self.world.files.get(request.match_info["file"])
        if request.match_info["token"] != self.token or content is None:
            return _refusal(ApiError(404, "Not Found"))
        return web.Response(body=content)


def _refusal(error: ApiError) -> web.Response:
    answer: Json = {"ok": False, "error_code": error.code, "description": error.description}
    return json_answer(answer | ({"parameters": error.parameters} if error.parameters else {}), error.code)


async def _values(request: web.Request) -> Json:
    """A call's parameters, with files sent beside (`attach://name`) where they are meant to be."""
    try:
        values = await parameters(request)
    except msgspec.DecodeError:
        raise ApiError(400, "Bad Request: can't parse request body as JSON") from None
    return {
        name: values.get(value[9:], value) if isinstance(value, str) and value.startswith("attach://") else value
        for name, value in values.items()
    }


if __name__ == "__main__":
    from tests.emulators.programs import telegram_main

    telegram_main()
