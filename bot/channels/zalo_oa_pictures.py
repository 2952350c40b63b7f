"""Pictures that the Official Account passes on: copied without what is no picture, and uploaded."""

import logging
from collections.abc import Collection
from contextlib import suppress
from typing import Final

import aiohttp
import msgspec

from bot.channels.bare_picture import media_type
from bot.channels.zalo_oa_calls import Calls, Faulty, Silent
from bot.channels.zalo_oa_codes import NOT_LIKE_THIS, STALE_UPLOAD, advice
from bot.channels.zalo_oa_wire import UPLOAD, Answer, Media, decode_upload, with_picture
from bot.channels.zalo_pictures import LIMIT_BYTES, PictureWrong, ZaloPictures

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
