"""Calls of the Official Account API: with a token that is good, renewed once where it is not. Never logs a token."""

import hmac
import re
from collections.abc import Callable
from typing import Final

import aiohttp

from bot.channels.reaching import UNREACHED
from bot.channels.zalo_oa_codes import AUTH, UNAUTHORIZED
from bot.channels.zalo_oa_wire import Answer, decode_answer
from bot.channels.zalo_tokens import Tokens
from bot.errors import PlatformError

TIMEOUT_SECONDS: Final = 10.0
_CONNECT_SECONDS: Final = 5.0
_LIKE_A_TOKEN: Final = re.compile(r"[\w.-]{16,}")
"""What Zalo writes may repeat what we sent, also long ago."""
_JSON: Final = {"Content-Type": "application/json"}

Body = bytes | Callable[[], aiohttp.FormData]
"""JSON; or how to make a form, which can be sent once only."""


class Unreached(PlatformError):
    """What was asked did not come to Zalo, or failed there."""

    code = "unreached"
    retry = True


class Faulty(Unreached):
    """Zalo, or a gateway before it, answered with a fault of its own."""

    code = "faulty"


class Silent(Unreached):
    """No answer, or none that can be read: nobody knows whether Zalo did what was asked."""

    code = "silent"


class Calls:
    """The account's API below `api`. `session` opens the connections; somebody else closes them.

    `app_secret`: every call carries a proof of it; empty: none does.
    """

    def __init__(
        self, api: str, tokens: Tokens, session: Callable[[], aiohttp.ClientSession], app_secret: str = ""
    ) -> None:
        self._api = api.rstrip("/")
        self._tokens = tokens
        self._session = session
        self._app_secret = app_secret

    async def post(self, path: str, body: Body) -> Answer:
        """Raises Unreached, Silent, AccountDown, StoreDown. What Zalo refuses is an answer like any other."""
        return await self._call("POST", path, body)

    async def get(self, path: str, query: str = "") -> Answer:
        """The same, for what only looks; `query` is what stands after the question mark."""
        return await self._call("GET", f"{path}?{query}" if query else path, b"")

    async def _call(self, method: str, path: str, body: Body) -> Answer:
        token = await self._tokens.get()
        answer = await self._once(method, path, body, token)
        if answer.code not in AUTH:
            return answer
        token = await self._tokens.renew(token)
        answer = await self._once(method, path, body, token)
        if answer.code in AUTH:
            await self._tokens.give_up(token, f"a new access token was refused too ({answer.code})")
        return answer

    async def _once(self, method: str, path: str, body: Body, token: str) -> Answer:
        headers = {"access_token": token}
        if self._app_secret:
            headers["appsecret_proof"] = proof(self._app_secret, token)
        if isinstance(body, bytes):
            headers |= _JSON
        data = body if isinstance(body, bytes) else body()
        timeout = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS, connect=_CONNECT_SECONDS)
        url = f"{self._api}/{path}"
        try:
            async with self._session().request(method, url, data=data or None, headers=headers, timeout=timeout) as got:
                content = await got.read()
        except UNREACHED as error:
            raise Unreached(self._gave_none(type(error).__name__)) from None
        except (aiohttp.ClientError, OSError) as error:
            raise Silent(self._gave_none(type(error).__name__)) from None
        if got.status == UNAUTHORIZED:
            return Answer(UNAUTHORIZED)
        if got.status != 200:
            raise Faulty(self._gave_none(f"HTTP {got.status}"))
        try:
            answer = decode_answer(content)
        except (ValueError, RecursionError):
            raise Silent(self._gave_none("it cannot be read")) from None
        return Answer(answer.error, _LIKE_A_TOKEN.sub("…", answer.message)[:200], answer.data)

    def _gave_none(self, why: str) -> str:
        return f"Zalo gave no answer ({why}): if that lasts, see that this machine reaches {self._api}."


def proof(app_secret: str, access_token: str) -> str:
    """That whoever has this token has the app's secret too: an HMAC-SHA256 in hex."""
    return hmac.new(app_secret.encode(), access_token.encode(), "sha256").hexdigest()
