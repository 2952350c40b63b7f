"""Pictures and spoken words that people sent over Zalo: fetched from Zalo's own servers, and from nowhere else."""

import socket
from collections.abc import Collection
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from typing_extensions import override

from bot.channels.bare_jpeg import NotShowable
from bot.channels.bare_picture import bare
from bot.errors import PlatformError

LIMIT_BYTES: Final = 1024 * 1024
FETCH_SECONDS: Final = 5.0
URL_LIMIT: Final = 500
"""Characters of an address that is kept."""

_HOSTS: Final = ("zdn.vn", "zadn.vn")


class PictureWrong(PlatformError):
    """A picture that is not fetched, or cannot be sent on."""

    code = "picture_wrong"


class PublicOnly(AbstractResolver):
    """Finds no address of our own network, whatever a name says."""

    def __init__(self) -> None:
        self._inner = ThreadedResolver()

    @override
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)
        if not all(ip_address(each["host"]).is_global for each in found):
            raise OSError("not a public address")
        return found

    @override
    async def close(self) -> None:
        await self._inner.close()


class ZaloPictures:
    """`hosts` are fetched from besides Zalo's own, and may be on this machine: for trying things out."""

    def __init__(self, hosts: Collection[str] = ()) -> None:
        self._hosts = frozenset(hosts)

    async def fetch(self, url: str) -> bytes:
        """A picture from Zalo's servers, up to 1 MB, within five seconds, as `bare`. Raises PictureWrong."""
        if not self.known(url):
            raise PictureWrong("it is not on a server of Zalo.")
        timeout = aiohttp.ClientTimeout(total=FETCH_SECONDS)
        resolver = None if urlsplit(url).hostname in self._hosts else PublicOnly()
        try:
            async with (
                aiohttp.ClientSession(connector=aiohttp.TCPConnector(resolver=resolver)) as session,
                session.get(url, timeout=timeout, allow_redirects=False) as answer,
            ):
                picture = await answer.content.read(LIMIT_BYTES + 1)
                while len(picture) <= LIMIT_BYTES and (more := await answer.content.read(LIMIT_BYTES)):
                    picture += more
                status = answer.status
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise PictureWrong(f"it could not be fetched ({type(error).__name__}).") from None
        if status != 200:
            raise PictureWrong(f"it could not be fetched (HTTP {status}).")
        if len(picture) > LIMIT_BYTES:
            raise PictureWrong("it is over 1 MB.")
        try:
            return bare(picture)
        except NotShowable as error:
            raise PictureWrong(f"it cannot be shown: {error}") from None

    def known(self, url: str) -> bool:
        """Whether this is the address of something at Zalo: no other is kept, fetched or passed on."""
        try:
            parts = urlsplit(url)
            host = (parts.hostname or "").lower()
        except ValueError:
            return False
        zalo = host in self._hosts or any(host.endswith(f".{each}") for each in _HOSTS)
        return zalo and parts.scheme in ("http", "https") and len(url) <= URL_LIMIT
