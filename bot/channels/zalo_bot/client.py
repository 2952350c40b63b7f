"""Calls to the Zalo Bot Platform: one pooled session, and what an operator does with the bot's account.

The token is part of every address, so no failure is told with its own text.
"""

import asyncio
from collections.abc import Awaitable, Mapping
from typing import Final, TypeVar

import aiohttp
import msgspec
from msgspec import Struct, structs

from bot.background import cancel
from bot.channels.decoding import UNREACHED
from bot.channels.zalo_bot import types as wire
from bot.channels.zalo_bot.types import Account, Answer, Registration, SetWebhook, Tried, encode, read_answer
from bot.errors import PlatformError

TIMEOUT_SECONDS: Final = 10.0
_CONNECT_SECONDS: Final = 5.0
_CONNECTIONS: Final = 256
_JSON: Final = {"Content-Type": "application/json"}
_ADVICE: Final[Mapping[str, str]] = {
    "webhook.http.403": "something before the app refuses Zalo's calls (User-Agent Java/…): behind Cloudflare, "
    "switch Browser Integrity Check off for this path",
    "webhook.http.404": "another program answers there: lead this path to the app",
    "webhook.http.5xx": "the app, or the proxy before it, is down",
    "webhook.http.other": "the address must answer by itself, without a redirect",
    "webhook.err.tls": "the certificate is not accepted: let the proxy fetch one that browsers trust",
    "webhook.err.dns": "the name in TOSO_PUBLIC_URL is not in the DNS",
    "webhook.err.timeout": "nothing answered in time: let port 443 in",
    "webhook.err.conn": "nothing listens there: let port 443 in, and start the proxy",
    "webhook.err.unreachable": "nothing listens there: let port 443 in, and start the proxy",
    "webhook.err.proxy": "the proxy before the app failed: look at its log",
    "webhook.err.blocked": "Zalo does not call such addresses: it must be a public one",
}
_TODO: Final[Mapping[int, str]] = {
    wire.FAULT: "the fault is Zalo's, try again later",
    wire.QUOTA: "too many calls, or this month's messages are used up: try again later",
}

_T = TypeVar("_T", bound=Struct)
_W = TypeVar("_W")


class ZaloBotApi:
    """The platform's methods. `call` never raises; all others raise PlatformError, whose text never holds the token."""

    def __init__(self, token: str, secret: str, api: str) -> None:
        self._token = token
        self._secret = secret
        self._base = f"{api.rstrip('/')}/bot{token}/"
        self._opened: aiohttp.ClientSession | None = None

    async def call(self, method: str, body: bytes = b"{}", seconds: float = TIMEOUT_SECONDS) -> Answer:
        """Call a method, and say how it ended within so many seconds."""
        timeout = aiohttp.ClientTimeout(total=seconds, connect=min(seconds, _CONNECT_SECONDS))
        try:
            async with self._session().post(self._base + method, data=body, headers=_JSON, timeout=timeout) as answer:
                said = read_answer(answer.status, await answer.read())
        except UNREACHED as error:
            return Answer("unreached", why=type(error).__name__)
        except (aiohttp.ClientError, OSError) as error:
            return Answer("silent", why=type(error).__name__)
        return structs.replace(said, why=said.why.replace(self._token, "<token>"))

    async def me(self) -> Account:
        return self._read(await self.call("getMe"), Account)

    async def set_webhook(self, url: str) -> str:
        """Have updates sent to `url`; what Zalo found wrong with it, empty for nothing. It is kept in any case."""
        answer = await self.call("setWebhook", encode(SetWebhook(url, self._secret)), 3 * TIMEOUT_SECONDS)
        return _trouble(self._read(answer, Registration).verification)

    async def webhook_url(self) -> str:
        """Where updates are sent; empty for nowhere."""
        answer = await self.call("getWebhookInfo")
        if answer.kind == "said" and answer.code == wire.NOT_FOUND:
            return ""
        return self._read(answer, Registration).url

    async def delete_webhook(self) -> None:
        self._read(await self.call("deleteWebhook"), Registration)

    async def test_webhook(self) -> str | None:
        """Have Zalo call our webhook: what it found wrong, empty for nothing; None when today's tests are used up."""
        answer = await self.call("testWebhook", seconds=3 * TIMEOUT_SECONDS)
        if answer.kind == "said" and answer.code == wire.DAILY_LIMIT:
            return None
        return _trouble(self._read(answer, Tried))

    async def close(self) -> None:
        """Let the connections go."""
        if self._opened:
            await self._opened.close()
            self._opened = None

    def _session(self) -> aiohttp.ClientSession:
        if self._opened is None:
            self._opened = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=_CONNECTIONS))
        return self._opened

    def _read(self, answer: Answer, type_: type[_T]) -> _T:
        if answer.kind == "ok":
            try:
                return msgspec.json.decode(answer.result, type=type_)
            except msgspec.ValidationError:
                raise PlatformError("Zalo Bot: it answered in a shape we do not know.") from None
        if answer.token_unknown:
            why = "it does not know this ZALO_BOT_TOKEN: copy it again from Zalo Bot Creator."
        elif answer.kind != "said":
            why = f"it could not be reached or had a fault ({answer.why}): try again later."
        elif answer.code == wire.DAILY_LIMIT:
            why = f"today's calls of this kind are used up ({answer.why}): try again tomorrow."
        else:
            why = f"{answer.why} ({answer.code}): {_TODO.get(answer.code, 'see the bot in Zalo Bot Creator')}."
        raise PlatformError(f"Zalo Bot: {why}")


def _trouble(tried: Tried | None) -> str:
    if tried is None or tried.ok:
        return ""
    advice = _ADVICE.get(tried.outcome, tried.hint.rstrip(".") or "look at the proxy's log")
    return f"Zalo tried to call us and could not ({tried.outcome or 'no reason given'}): {advice}."


async def typing_until(api: ZaloBotApi, chat_id: str, turn: Awaitable[_W], seconds: float) -> _W:
    """Wait for it, and let the person see meanwhile that more is coming; whether that works does not matter."""
    typing = asyncio.create_task(api.call("sendChatAction", encode(wire.ChatAction(chat_id)), seconds))
    try:
        return await turn
    finally:
        await cancel((typing,))
