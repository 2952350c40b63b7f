"""One call of a platform to a webhook, and how it ended."""

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import aiohttp


@dataclass(frozen=True)
class Answer:
    """How a call ended after so many `seconds`; status 0: without an answer, and `why`."""

    status: int
    seconds: float
    why: Literal["", "timeout", "tls", "conn"] = ""
    reason: str = ""
    body: bytes = b""


class WebhookCaller:
    """A platform's side of webhooks: as many calls at once as there are."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    async def post(self, url: str, body: bytes, headers: Mapping[str, str], deadline: float | None = None) -> Answer:
        """Post these bytes with these headers alone, and wait `deadline` seconds. Follows no redirect, never raises."""
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=0)
            self._session = aiohttp.ClientSession(connector=connector, skip_auto_headers=["Content-Type"])
        now = asyncio.get_running_loop().time
        timeout, began = aiohttp.ClientTimeout(total=deadline), now()
        try:
            call = self._session.post(url, data=body, headers=headers, timeout=timeout, allow_redirects=False)
            async with call as response:
                content = await response.read()
                return Answer(response.status, now() - began, "", response.reason or "", content)
        except TimeoutError:
            return Answer(0, now() - began, "timeout", "TimeoutError")
        except (aiohttp.ClientSSLError, ssl.SSLError) as error:
            return Answer(0, now() - began, "tls", type(error).__name__)
        except (aiohttp.ClientError, OSError) as error:
            return Answer(0, now() - began, "conn", type(error).__name__)

    async def close(self) -> None:
        if self._session:
            await self._session.close()
