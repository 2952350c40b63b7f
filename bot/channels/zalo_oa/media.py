"""Pictures of steps for the Official Account: uploaded once, and for some days sent by the ids that Zalo gave them.

Pictures and spoken words that people sent over Zalo: fetched from Zalo's own servers, and from nowhere else.

Pictures that the Official Account passes on: copied without what is no picture, and uploaded.
"""

import asyncio
import logging
import socket
from collections.abc import Collection
from contextlib import suppress
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

import aiohttp
import msgspec
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from msgspec import Struct
from typing_extensions import override

from bot.background import cancel
from bot.channels.images import PATIENCE_SECONDS, NotShowable, Rest, bare, content_of, media_type
from bot.channels.rate_limit import Limiter
from bot.channels.zalo_oa.client import Calls, Faulty, Silent
from bot.channels.zalo_oa.types import (
    FAILED,
    NOT_LIKE_THIS,
    STALE_UPLOAD,
    UPLOAD,
    Answer,
    Media,
    advice,
    decode_upload,
    outcome,
    with_picture,
)
from bot.errors import PlatformError, StoreDown
from bot.ports.store import Clock, DrawnPictures, Notes, Priority, Refused

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


log = logging.getLogger(__name__)

_NAMES: Final = {"image/jpeg": "picture.jpg", "image/png": "picture.png"}
"""What Zalo takes."""


class _Shown(msgspec.Struct, frozen=True):
    """A message with a picture, as it stands in a parcel."""

    message: "_Words"


class _Words(msgspec.Struct, frozen=True):
    attachment: "_Attached"


class _Attached(msgspec.Struct, frozen=True):
    payload: Media


_decode = msgspec.json.Decoder(_Shown).decode


class Pictures(ZaloPictures):
    """Those that the account's messages show."""

    def __init__(self, calls: Calls, hosts: Collection[str] = ()) -> None:
        super().__init__(hosts)
        self._calls = calls

    async def passed_on(self, path: str, body: bytes, instead: bytes) -> Answer:
        """Zalo's answer to a message with a copy of its picture; to `instead`, where that cannot be shown.

        Its own address is given to nobody: what is behind it may say where it was taken. Raises PictureWrong where
        there is nothing to say instead, and what `Calls.post` raises.
        """
        try:
            return await self._copied(path, body)
        except PictureWrong as wrong:
            if not instead:
                raise
            log.info("zalo-oa: a picture is not passed on: %s", wrong)
            return await self._calls.post(path, instead)

    async def _copied(self, path: str, body: bytes) -> Answer:
        (element,) = _decode(body).message.attachment.payload.elements
        attachment_id = await uploaded(self._calls, await self.fetch(element.url))
        answer = await self._calls.post(path, with_picture(body, attachment_id))
        if answer.code in (STALE_UPLOAD, *NOT_LIKE_THIS):
            raise PictureWrong(f"Zalo does not show it ({answer.code} {answer.message}).")
        return answer


async def uploaded(calls: Calls, picture: bytes) -> str:
    """What Zalo calls this picture from now on. Raises PictureWrong, and what `Calls.post` raises."""
    kind = media_type(picture)
    if kind not in _NAMES:
        raise PictureWrong("it is neither JPEG nor PNG.")
    if len(picture) > LIMIT_BYTES:
        raise PictureWrong("it is over 1 MB.")

    def form() -> aiohttp.FormData:
        made = aiohttp.FormData()
        made.add_field("file", picture, filename=_NAMES[kind], content_type=kind)
        return made

    try:
        answer = await calls.post(UPLOAD, form)
    except Silent as silent:
        raise Faulty(str(silent)) from None  # there is no doubt about the message that it is for: it did not leave
    if answer.code:
        raise PictureWrong(f"Zalo refused it ({answer.code} {answer.message}): {advice(answer.code)}.")
    with suppress(ValueError):
        if attachment_id := decode_upload(answer.data).attachment_id:
            return attachment_id
    raise PictureWrong("Zalo gave it no id.")


KEPT_MS: Final = 6 * 24 * 3600 * 1000
"""Zalo keeps a picture for seven days after it was sent, or less: an id is used for one day less than that."""


class _Kept(Struct, frozen=True):
    """What Zalo calls a picture, and when it was uploaded (Unix ms)."""

    attachment_id: str
    at_ms: int


class StepPictures:
    """Knows them for the app with this id; `notes` keep what it knows for all workers, and over a restart.

    `limiter` counts the calls of a minute: uploads leave room for words.
    """

    def __init__(
        self, app_id: str, drawn: DrawnPictures, notes: Notes, calls: Calls, limiter: Limiter, clock: Clock
    ) -> None:
        self._app_id = app_id
        self._drawn = drawn
        self._notes = notes
        self._calls = calls
        self._limiter = limiter
        self._clock = clock
        self._known: dict[str, _Kept] = {}
        self._expired: set[str] = set()
        self._uploads: dict[str, asyncio.Task[str]] = {}
        self.rest = Rest(clock, "zalo-oa: steps go without pictures")
        self.upload_rest = Rest(clock, "zalo-oa: steps go without pictures that are new to Zalo")

    async def shown(self, path: str, body: bytes, name: str) -> Answer | None:
        """Zalo's answer to a step with this picture; None where it has to go without. Raises as `Calls.post`.

        What got no answer, or a fault, is left in doubt, and tried again without: perhaps it was the picture.
        """
        for _ in range(0 if self.rest.lasts else 2):  # an id that Zalo does not know any more is replaced, once
            attachment_id = await self.attachment(name)
            if not attachment_id:
                break
            try:
                answer = await self._calls.post(path, with_picture(body, attachment_id))
            except (Faulty, Silent) as unclear:
                self.rest.begin(str(unclear))
                raise Silent(str(unclear)) from None
            if not _at_fault(answer):
                return answer
            if answer.code != STALE_UPLOAD:
                self.rest.begin(f"{answer.code} {answer.message}")
                break
            self._expired.add(attachment_id)
        return None

    async def attachment(self, name: str) -> str:
        """What Zalo calls the picture with this name, uploaded now where need be; empty where that cannot be.

        Waits for an upload for a few seconds; one that takes longer is there for the next reader.
        """
        if not await self._drawn.stands(name):
            return ""
        content = content_of(name)
        kept = self._known.get(content)
        if not self._good(kept):
            kept = await self._recalled(content)
        if kept and self._good(kept):
            self._known[content] = kept
            return kept.attachment_id
        upload = self._uploads.get(content)
        if upload is None:
            if self.upload_rest.lasts:
                return ""
            upload = self._uploads[content] = asyncio.create_task(self._upload(content, name))
            upload.add_done_callback(lambda _: self._uploads.pop(content))
        await asyncio.wait((upload,), timeout=PATIENCE_SECONDS)
        return upload.result() if upload.done() else ""

    async def close(self) -> None:
        """Give up what is being uploaded."""
        await cancel(self._uploads.values())

    def _good(self, kept: _Kept | None) -> bool:
        if kept is None or kept.attachment_id in self._expired:
            return False
        return self._clock.now_ms() - kept.at_ms < KEPT_MS

    async def _recalled(self, content: str) -> _Kept | None:
        with suppress(StoreDown):  # then it is uploaded once more
            noted = await self._notes.recall(self._note(content))
            at_ms, _, attachment_id = (noted or b"").decode().partition(" ")
            return _Kept(attachment_id, int(at_ms)) if attachment_id else None
        return None

    async def _upload(self, content: str, name: str) -> str:
        """Zalo's id for this picture; empty where there is none. Never raises."""
        now_ms = self._clock.now_ms()
        picture = await self._drawn.picture(name)
        if picture is None or not self._limiter.try_turn("", Priority.BULK):
            return ""
        try:
            attachment_id = await uploaded(self._calls, picture)
        except (PlatformError, StoreDown) as error:
            self.upload_rest.begin(str(error))
            return ""
        self._known[content] = _Kept(attachment_id, now_ms)
        with suppress(StoreDown):  # whoever needs it after the next start uploads it once more
            await self._notes.remember(self._note(content), f"{now_ms} {attachment_id}".encode())
        return attachment_id

    def _note(self, content: str) -> str:
        return f"zalo-oa-picture:{self._app_id}:{content}"


def _at_fault(answer: Answer) -> bool:
    """Whether Zalo refused a step with its picture, and may take it without."""
    result = outcome(answer, 0)
    return answer.code == FAILED or (isinstance(result, Refused) and not result.closed)
