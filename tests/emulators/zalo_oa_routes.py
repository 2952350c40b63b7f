"""The OA emulator's HTTP side: tokens, rates and envelopes around its endpoints."""

import hashlib
import hmac
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import msgspec
from aiohttp import web

from tests.cameras import behind
from tests.emulators.faults import Json
from tests.emulators.loopback import json_answer
from tests.emulators.zalo_oa_group_methods import GROUP_GETS, GROUP_POSTS
from tests.emulators.zalo_oa_methods import GETS, POSTS, upload
from tests.emulators.zalo_oa_world import OaError, invalid
from tests.emulators.zalo_oauth import TokenError

if TYPE_CHECKING:
    from tests.emulators.zalo_oa import ZaloOaEmulator

_MINUTE = 60


class Rates:
    """Calls in the running minute; 0: no limit."""

    def __init__(self, app: int, oa: int) -> None:
        self.limits = {"application": app, "OA": oa}
        self._minute = 0
        self._called = 0

    def count(self, now: float) -> dict[str, str]:
        """Count one call; gives the headers that tell what is left. Raises OaError -32."""
        minute = int(now // _MINUTE)
        self._called = self._called + 1 if minute == self._minute else 1
        self._minute = minute
        for who, limit in self.limits.items():
            if limit and self._called > limit:
                raise OaError(-32, f"Your {who} reached limit call api")
        limit = min((limit for limit in self.limits.values() if limit), default=0)
        left = {"X-RateLimit-Limit": str(limit), "X-RateLimit-Remain": str(limit - self._called)}
        return left if limit else {}


class Routes:
    """Adds the emulator's routes to an app."""

    def __init__(self, emulator: "ZaloOaEmulator", app: web.Application) -> None:
        self._emulator = emulator
        add = app.router
        add.add_get("/v4/oa/permission", self._consent)
        add.add_post("/v4/oa/access_token", self._exchange)
        add.add_get("/media/{name}", self._media)
        add.add_post("/v2.0/oa/upload/{kind:image|gif|file}", self._api)
        for path in GETS | GROUP_GETS:
            add.add_get(path, self._api)
        for path in POSTS | GROUP_POSTS:
            add.add_post(path, self._api)

    async def _consent(self, request: web.Request) -> web.StreamResponse:
        """The page where an admin of the OA agrees; here they always do."""
        asked = request.query
        back = asked.get("redirect_uri", "")
        try:
            code = self._emulator.oauth.consent(asked.get("app_id", ""), back, asked.get("code_challenge", ""))
        except TokenError as error:
            return json_answer(error.body())
        told = {"code": code, "oa_id": self._emulator.world.oa_id}
        told |= {"state": asked["state"]} if "state" in asked else {}
        raise web.HTTPFound(f"{back}{'&' if '?' in back else '?'}{urlencode(told)}")

    async def _exchange(self, request: web.Request) -> web.StreamResponse:
        planned = self._emulator.faults.take(request.path)
        if planned and planned.fault == "unnumbered":
            return json_answer(TokenError(-14014).body(numbered=False))
        if planned and isinstance(planned.fault, int) and planned.fault < 0:
            return json_answer(TokenError(planned.fault).body())
        if planned and (answer := await planned.instead(request)):
            return answer
        if planned and isinstance(planned.fault, int) and planned.fault > 0:
            return web.Response(text=planned.words, status=planned.fault)
        form = {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
        try:
            body = self._emulator.oauth.exchange(request.headers.get("secret_key", ""), form)
        except TokenError as error:
            body = error.body()
        return await planned.after(request, json_answer(body)) if planned else json_answer(body)

    async def _api(self, request: web.Request) -> web.StreamResponse:
        if "access_token" in request.query:
            raise web.HTTPNotFound
        headers: dict[str, str] = {}
        planned = self._emulator.faults.take(request.path)
        if planned and (answer := await planned.instead(request)):
            return answer
        if planned and isinstance(planned.fault, int) and planned.fault > 0:
            return web.Response(text=planned.words, status=planned.fault)
        await self._emulator.answering.wait()
        try:
            headers = self._admit(request)
            if planned and isinstance(planned.fault, int):
                raise OaError(planned.fault, planned.words)
            data = await self._run(request)
            body: Json = ({} if data is None else {"data": data}) | {"error": 0, "message": "Success"}
        except OaError as error:
            body = {"error": error.code, "message": str(error)}
        answer = json_answer(body, headers=headers)
        return await planned.after(request, answer) if planned else answer

    def _admit(self, request: web.Request) -> dict[str, str]:
        token = request.headers.get("access_token", "")
        self._emulator.oauth.check(token)
        proof = request.headers.get("appsecret_proof")
        if proof is not None and proof != secret_proof(self._emulator.oauth.app_secret, token):
            raise OaError(-242)
        return self._emulator.rates.count(self._emulator.world.now())

    async def _run(self, request: web.Request) -> Any:
        path = request.path
        if "kind" in request.match_info:
            kind = request.match_info["kind"]
            form = await request.post()
            field = form.get("file") or (form.get("image") if kind == "gif" else None)
            if not isinstance(field, web.FileField):
                raise invalid("file")
            content = field.file.read()
            self._emulator.record(path, {"name": field.filename, "size": len(content)})
            return upload(self._emulator, kind, field.filename, content)
        params = await self._params(request)
        self._emulator.record(path, params)
        return (GETS | GROUP_GETS | POSTS | GROUP_POSTS)[path](self._emulator, params)

    async def _params(self, request: web.Request) -> Json:
        if request.path in GROUP_GETS:
            return dict(request.query)
        body = request.query.get("data", "{}").encode() if request.path in GETS else await request.read()
        try:
            return msgspec.json.decode(body or b"{}", type=Json)
        except msgspec.DecodeError:
            raise invalid("data") from None

    async def _media(self, request: web.Request) -> web.StreamResponse:
        name, recording = request.match_info["name"], self._emulator.recording
        if name.endswith(".amr") and recording:
            return await self._emulator.behind_link(recording, "application/octet-stream")
        kind = "image/jpeg" if name.endswith(".jpg") else "application/octet-stream"
        return await self._emulator.behind_link(behind(name), kind)


def secret_proof(app_secret: str, access_token: str) -> str:
    """`appsecret_proof`: HMAC-SHA256 of the access token in hexadecimal."""
    return hmac.new(app_secret.encode(), access_token.encode(), hashlib.sha256).hexdigest()
