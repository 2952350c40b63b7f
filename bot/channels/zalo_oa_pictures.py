"""Pictures that the Official Account does not send by their address: uploaded, or named by their address."""

import logging
from collections.abc import Collection
from contextlib import suppress
from typing import Final

import aiohttp
import msgspec

from bot.channels.zalo_oa_calls import Calls, Silent, Unreached
from bot.channels.zalo_oa_codes import advice
from bot.channels.zalo_oa_wire import UPLOAD, Media, decode_upload, with_picture, without_attachment
from bot.channels.zalo_pictures import LIMIT_BYTES, PictureWrong, ZaloPictures

log = logging.getLogger(__name__)

_FORMS: Final = {b"\xff\xd8\xff": ("picture.jpg", "image/jpeg"), b"\x89PNG\r\n\x1a\n": ("picture.png", "image/png")}


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

    async def otherwise(self, body: bytes) -> bytes:
        """The same message with its picture uploaded; where that cannot be, with its address below the words.

        Raises PictureWrong for one that is not at Zalo, Unreached.
        """
        (element,) = _decode(body).message.attachment.payload.elements
        try:
            return with_picture(body, await uploaded(self._calls, await self.fetch(element.url)))
        except PictureWrong as wrong:
            if not self.known(element.url):
                raise
            log.info("zalo-oa: a picture goes as its address: %s", wrong)
            return without_attachment(body, element.url)


async def uploaded(calls: Calls, picture: bytes) -> str:
    """What Zalo calls this picture from now on. Raises PictureWrong, and what `Calls.post` raises."""
    name, kind = next((form for start, form in _FORMS.items() if picture.startswith(start)), ("", ""))
    if not name:
        raise PictureWrong("it is neither JPEG nor PNG.")
    if len(picture) > LIMIT_BYTES:
        raise PictureWrong("it is over 1 MB.")

    def form() -> aiohttp.FormData:
        made = aiohttp.FormData()
        made.add_field("file", picture, filename=name, content_type=kind)
        return made

    try:
        answer = await calls.post(UPLOAD, form)
    except Silent as silent:
        raise Unreached(str(silent)) from None  # there is no doubt about the message that it is for: it did not leave
    if answer.code:
        raise PictureWrong(f"Zalo refused it ({answer.code} {answer.message}): {advice(answer.code)}.")
    with suppress(ValueError):
        if attachment_id := decode_upload(answer.data).attachment_id:
            return attachment_id
    raise PictureWrong("Zalo gave it no id.")
