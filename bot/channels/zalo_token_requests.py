"""Asking Zalo for tokens: one call, and what its answer means, in which errors come with HTTP 200 too."""

from collections.abc import Callable, Mapping
from typing import Final

import aiohttp
import msgspec

from bot.channels.unshown import Unshown

HTTP_SECONDS: Final = 10.0

_USED_UP: Final = frozenset({-14014, -118})
"""The refresh token or the code was used, has expired, or is unknown: it will never work."""
_ADVICE: Final[Mapping[int, str]] = {
    -14003: "check ZALO_OA_APP_ID, ZALO_OA_APP_SECRET and, at developers.zalo.me, the callback address",
    -14029: "the app is not active: see its page at developers.zalo.me",
}
_SHORT_SECONDS: Final = 3600.0
"""How long a token is taken to be good where nobody said: look again soon."""


class Pair(Unshown, frozen=True):
    """The answer to a token request: a pair, or an error in words of its own, both with HTTP 200."""

    access_token: str = ""
    refresh_token: str = ""
    expires_in: str | float = ""
    error: str | int | None = None

    @property
    def whole(self) -> bool:
        """Nothing else is a success, whatever the status says."""
        return bool(self.access_token and self.refresh_token)

    @property
    def seconds(self) -> float:
        """How long the access token is good."""
        try:
            return float(self.expires_in)
        except ValueError:
            return _SHORT_SECONDS

    @property
    def used_up(self) -> bool:
        """What was presented will never work again: only an admin's consent helps."""
        return self._code in _USED_UP

    @property
    def refusal(self) -> str:
        """A refusal in one line: codes only, for what Zalo writes may repeat what we sent."""
        advice = _ADVICE.get(self._code, "")
        return f"error {self._code or 'without a number'}" + (f": {advice}" if advice else "")

    @property
    def _code(self) -> int:
        try:
            return int(self.error or 0)
        except ValueError:
            return 0


_decode = msgspec.json.Decoder(Pair).decode


class TokenRequests:
    """Calls of one app to `oauth`. `session` opens the connections; somebody else closes them."""

    def __init__(self, app_id: str, app_secret: str, oauth: str, session: Callable[[], aiohttp.ClientSession]) -> None:
        self._app_id = app_id
        self._app_secret = app_secret
        self._url = f"{oauth.rstrip('/')}/v4/oa/access_token"
        self._session = session

    async def refreshed(self, refresh_token: str) -> Pair | str:
        """Zalo's answer; or what kept us from one, and then nobody knows whether the request arrived."""
        return await self._ask({"refresh_token": refresh_token, "grant_type": "refresh_token"})

    async def consented(self, code: str, verifier: str) -> Pair | str:
        """The same, for the code of a consent."""
        return await self._ask({"code": code, "grant_type": "authorization_code", "code_verifier": verifier})

    async def _ask(self, form: Mapping[str, str]) -> Pair | str:
        body = {**form, "app_id": self._app_id}
        headers = {"secret_key": self._app_secret}
        timeout = aiohttp.ClientTimeout(total=HTTP_SECONDS)
        try:
            async with self._session().post(self._url, data=body, headers=headers, timeout=timeout) as answer:
                content = await answer.read()
                return _decode(content) if answer.status == 200 else f"HTTP {answer.status}"
        except (aiohttp.ClientError, OSError) as error:
            return type(error).__name__
        except ValueError:
            return "an answer that cannot be read"
