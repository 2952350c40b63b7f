"""Pictures that the Official Account does not send by their address: uploaded, or named by their address."""

import logging
from collections.abc import Collection
from typing import Final

import aiohttp
import msgspec

from bot.channels.zalo_oa_calls import Calls
from bot.channels.zalo_oa_wire import (
    UPLOAD,
    Attached,
    Content,
    Element,
    Media,
    decode_upload,
    encode,
    without_attachment,
)
from bot.channels.zalo_pictures import PictureWrong, ZaloPictures

log = logging.getLogger(__name__)

_FORMS: Final = {b"\xff\xd8\xff": ("picture.jpg", "image/jpeg"), b"\x89PNG\r\n\x1a\n": ("picture.png", "image/png")}


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


class Pictures(ZaloPictures):
    """Those that the account's messages show."""

    def __init__(self, calls: Calls, hosts: Collection[str] = ()) -> None:
        super().__init__(hosts)
        self._calls = calls

    async def otherwise(self, body: bytes) -> bytes:
        """The same message with its picture uploaded; where that cannot be, with its address below the words.

        Raises PictureWrong for one that is not at Zalo, Unreached.
        """
        shown = _decode(body)
        (element,) = shown.message.attachment.payload.elements
        try:
            return await self._uploaded(shown, element)
        except PictureWrong as wrong:
            if not self.known(element.url):
                raise
            log.info("zalo-oa: a picture goes as its address: %s", wrong)
            return without_attachment(body, element.url)

    async def _uploaded(self, shown: _Shown, element: Element) -> bytes:
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
