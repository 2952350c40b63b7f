"""Pictures that people sent, passed on through Telegram: as copies that say nothing but what they show."""

from typing import Final

import msgspec

from bot.channels.bare_picture import media_type
from bot.channels.step_pictures import MEDIA_TRIES
from bot.channels.telegram_files import TelegramFiles
from bot.channels.telegram_uploads import Call, Upload, WithFile, form_of
from bot.channels.telegram_wire import InlineKeyboard, LinkPreview, SendMessage, encode
from bot.model import replace
from bot.ports import Later, Outcome, Refused

METHOD: Final = b"copy"
"""What the parcel of such a message begins with, where others have the name of a method."""


class Copy(WithFile, frozen=True, omit_defaults=True, kw_only=True):
    """A message with the picture that Telegram calls `file`, as it stands in a parcel; `instead` is said without it."""

    file: str
    instead: str = ""


_decode = msgspec.json.Decoder(Copy).decode


def parcel(chat: int, file: str, text: str, instead: str, keyboard: InlineKeyboard | None) -> bytes:
    """The parcel of such a message, for `send`."""
    return METHOD + b"\n" + encode(Copy(chat, text, keyboard, file=file, instead=instead))


async def send(body: bytes, files: TelegramFiles, call: Call) -> Outcome:
    """Send a message with a copy of its picture; in words, where that cannot be had or Telegram refuses it.

    Refused, where there is nothing to say instead.
    """
    message = _decode(body)
    picture = await files.fetch(message.file)
    result: Outcome = Refused("its picture cannot be had")
    if picture and (kind := media_type(picture)):
        copy = Upload(picture, f"picture.{kind.removeprefix('image/')}", kind)
        result, answer = await call("sendPhoto", form_of(message, "photo", copy))
        if answer and isinstance(result, Later) and not result.exact:
            return replace(result, tries=MEDIA_TRIES)
    if not (isinstance(result, Refused) and message.instead):
        return result
    words = f"{message.caption}\n{message.instead}".lstrip()
    said = SendMessage(message.chat_id, words, LinkPreview(), message.reply_markup)
    return (await call("sendMessage", encode(said)))[0]
