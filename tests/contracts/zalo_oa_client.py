"""The Official Account's calls, as the documentation's curl lines make them."""

from typing import Any

import aiohttp

from tests.emulators.zalo_oa import APP_ID, APP_SECRET, ZaloOaEmulator

Json = dict[str, Any]


class Client:
    """An app with a token that is good. `headers`: those of the last answer."""

    def __init__(self, zalo: ZaloOaEmulator, session: aiohttp.ClientSession) -> None:
        self.zalo = zalo
        self.session = session
        self.token = ""
        self.headers: dict[str, str] = {}
        self.passes(0)

    def passes(self, seconds: float) -> None:
        """Let time go on, with a token that is good for then."""
        self.zalo.world.passes(seconds)
        self.token = self.zalo.oauth.issue()["access_token"]

    async def post(self, path: str, body: Json) -> Json:
        call = self.session.post(self.zalo.url + path, json=body, headers={"access_token": self.token})
        return await self._answer(call)

    async def get(self, path: str, **query: str) -> Json:
        call = self.session.get(self.zalo.url + path, params=query, headers={"access_token": self.token})
        return await self._answer(call)

    async def exchange(self, secret: str = APP_SECRET, **form: str) -> Json:
        url = f"{self.zalo.url}/v4/oa/access_token"
        call = self.session.post(url, data={"app_id": APP_ID} | form, headers={"secret_key": secret})
        return await self._answer(call)

    async def says(self, user_id: str, text: str = "chào", **message: object) -> Json:
        body = {"recipient": {"user_id": user_id}, "message": ({"text": text} if text else {}) | message}
        return await self.post("/v3.0/oa/message/cs", body)

    async def _answer(self, call: Any) -> Json:
        async with call as response:
            assert response.status == 200
            self.headers = dict(response.headers)
            answer: Json = await response.json()
            return answer
