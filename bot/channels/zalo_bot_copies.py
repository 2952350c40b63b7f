"""Copies of pictures that people sent, for the Zalo Bot Platform, which fetches each from our own public address.

A copy says nothing but what it shows. Its address cannot be guessed, and leads nowhere after some minutes.
"""

from secrets import token_urlsafe
from typing import Final, Protocol

import msgspec

from bot.channels.bare_picture import media_type
from bot.channels.zalo_bot_wire import SendPhoto, encode
from bot.channels.zalo_pictures import PictureWrong, ZaloPictures

COPIES: Final = "/copies/"
"""What begins their addresses."""
COPY_SECONDS: Final = 600
"""Zalo fetches a picture before it answers; nobody knows whether it looks again."""
_NAME_BYTES: Final = 24

_decode = msgspec.json.Decoder(SendPhoto).decode


class Shelf(Protocol):
    """The part of a `Store` where they are kept."""

    async def set_aside(self, name: str, content: bytes, seconds: int) -> None: ...


class Copies:
    """Makes them of what `pictures` fetches; `site` is where Zalo reaches us."""

    def __init__(self, pictures: ZaloPictures, shelf: Shelf, site: str) -> None:
        self._pictures = pictures
        self._shelf = shelf
        self._site = site

    async def in_place(self, body: bytes) -> bytes:
        """The same message with the address of a copy of its picture. Raises PictureWrong, StoreDown."""
        message = _decode(body)
        picture = await self._pictures.fetch(message.photo)
        if not media_type(picture):
            raise PictureWrong("it is neither JPEG, PNG nor WebP.")
        name = token_urlsafe(_NAME_BYTES)
        await self._shelf.set_aside(kept_as(name), picture, COPY_SECONDS)
        return encode(SendPhoto(message.chat_id, f"{self._site}{COPIES}{name}", message.caption))


def kept_as(name: str) -> str:
    """What a copy is called in the store: by its address nobody finds anything else there."""
    return f"copy:{name}"
