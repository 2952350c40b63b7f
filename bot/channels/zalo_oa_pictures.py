"""Pictures that Zalo does not take by their address: fetched from Zalo's own servers, and uploaded."""

import socket
from collections.abc import Collection
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

import aiohttp
import msgspec
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from typing_extensions import override

from bot.channels.zalo_oa_calls import Calls
from bot.channels.zalo_oa_wire import UPLOAD, Attached, Content, Element, Media, decode_upload, encode
from bot.errors import PlatformError

LIMIT_BYTES: Final = 1024 * 1024
FETCH_SECONDS: Final = 5.0
_URL_LIMIT: Final = 500

_HOSTS: Final = ("zdn.vn", "zadn.vn")
_FORMS: Final = {b"\xff\xd8\xff": ("picture.jpg", "image/jpeg"), b"\x89PNG\r\n\x1a\n": ("picture.png", "image/png")}


class PictureWrong(PlatformError):
    """A picture that is not fetched, or cannot be sent on."""

    code = "picture_wrong"


class _Shown(msgspec.Struct, frozen=True):
    """A message with a picture, as it stands in a parcel; the recipient is passed on as it is."""

    recipient: msgspec.Raw
    message: "_Words"


class _Words(msgspec.Struct, frozen=True):
    attachment: "_Attached"
    text: str = ""


class _Attached(msgspec.Struct, frozen=True):
    payload: Media


_decode = msgspec.json.Decoder(_Shown).decode


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


class Pictures:
    """`hosts` are fetched from besides Zalo's own, and may be on this machine: for trying things out."""

    def __init__(self, calls: Calls, hosts: Collection[str] = ()) -> None:
        self._calls = calls
        self._hosts = frozenset(hosts)

    async def uploaded(self, body: bytes) -> bytes:
        """The same message with its picture uploaded instead of linked. Raises PictureWrong, Unreached."""
        shown = _decode(body)
        (element,) = shown.message.attachment.payload.elements
        picture = await self.fetch(element.url)
        name, kind = next((form for start, form in _FORMS.items() if picture.startswith(start)), ("", ""))
        if not name:
            raise PictureWrong("it is neither JPEG nor PNG.")

        def form() -> aiohttp.FormData:
            made = aiohttp.FormData()
            made.add_field("file", picture, filename=name, content_type=kind)
            return made

        answer = await self._calls.post(UPLOAD, form)
        if answer.code:
            raise PictureWrong(f"Zalo refused it ({answer.code} {answer.message}).")
        media = Media((Element(element.media_type, attachment_id=decode_upload(answer.data).attachment_id),))
        return encode({"recipient": shown.recipient, "message": Content(shown.message.text, Attached(media))})

    async def fetch(self, url: str) -> bytes:
        """A picture from Zalo's servers, up to 1 MB, within five seconds. Raises PictureWrong."""
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
        return picture

    def known(self, url: str) -> bool:
        """Whether this is the address of a picture at Zalo: no other is kept, fetched or passed on."""
        try:
            parts = urlsplit(url)
            host = (parts.hostname or "").lower()
        except ValueError:
            return False
        zalo = host in self._hosts or any(host.endswith(f".{each}") for each in _HOSTS)
        return zalo and parts.scheme in ("http", "https") and len(url) <= _URL_LIMIT
