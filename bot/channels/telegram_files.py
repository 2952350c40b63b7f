"""What people sent through Telegram as pictures and spoken words, fetched when somebody who helps them looks at it."""

from collections.abc import Callable
from typing import Final

import aiohttp
import msgspec
from msgspec import Struct

from bot.channels.bare_jpeg import NotShowable
from bot.channels.bare_picture import bare

LARGEST: Final = 10 * 1024 * 1024
"""Bytes of a file that is still shown."""
_TIMEOUT: Final = aiohttp.ClientTimeout(total=10.0)


class _Path(Struct, frozen=True):
    file_path: str = ""


class _Answer(Struct, frozen=True):
    result: _Path


_decode = msgspec.json.Decoder(_Answer).decode


class TelegramFiles:
    """Files of one bot; nobody else can fetch them, and their addresses hold its token."""

    def __init__(self, token: str, api: str, session: Callable[[], aiohttp.ClientSession]) -> None:
        self._token = token
        self._api = api
        self._session = session

    async def fetch(self, file: str) -> bytes | None:
        """A file by Telegram's name for it, as `bare`; None where it is gone, too large, or not to be had now."""
        where = f"{self._api}/bot{self._token}/getFile"
        try:
            async with self._session().post(where, json={"file_id": file}, timeout=_TIMEOUT) as answer:
                path = _decode(await answer.read()).result.file_path
            what = f"{self._api}/file/bot{self._token}/{path}"
            async with self._session().get(what, timeout=_TIMEOUT, allow_redirects=False) as answer:
                content = await _content(answer) if answer.status == 200 else None
            return bare(content) if content else None
        except (aiohttp.ClientError, OSError, msgspec.DecodeError, NotShowable):
            return None


async def _content(answer: aiohttp.ClientResponse) -> bytes | None:
    content = b""
    async for part in answer.content.iter_any():
        content += part
        if len(content) > LARGEST:
            return None
    return content
