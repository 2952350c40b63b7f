"""Pictures of steps on Telegram: uploaded once, and from then on sent by the name that Telegram gave them."""

import logging
from collections.abc import Awaitable, Callable
from typing import Final

import aiohttp
import msgspec
from msgspec import Struct

from bot.channels.step_pictures import content_of, drawn_soon
from bot.channels.telegram_uploads import Uploads
from bot.channels.telegram_wire import InlineKeyboard, LinkPreview, SendMessage, SendPhoto, decode_sent, encode
from bot.model import Drawn
from bot.model.message import media_type_of
from bot.ports import DrawnPictures, Notes, Outcome, Refused, Sent

log = logging.getLogger(__name__)

METHOD: Final = b"step"
"""What the parcel of such a message begins with, where others have the name of a method."""

Call = Callable[[str, bytes | aiohttp.FormData], Awaitable[tuple[Outcome, bytes]]]
"""Calls a method of Telegram: what that means for the message, and the answer itself."""


class Step(Struct, frozen=True, omit_defaults=True):
    """A message with a picture, as it stands in a parcel."""

    chat_id: int
    drawn: str
    caption: str
    reply_markup: InlineKeyboard | None = None


_decode = msgspec.json.Decoder(Step).decode


class StepPictures:
    """Sends steps with what `drawn` holds. `notes` keep what Telegram calls each picture, for the bot with this id."""

    def __init__(self, bot: str, drawn: DrawnPictures, notes: Notes) -> None:
        self._drawn = drawn
        self._uploads = Uploads("picture", bot, notes)

    def parcel(self, chat: int, drawn: Drawn, text: str, keyboard: InlineKeyboard | None) -> bytes:
        """The parcel of a step, for `send`."""
        return METHOD + b"\n" + encode(Step(chat, drawn.name, text, keyboard))

    async def send(self, body: bytes, call: Call) -> Outcome:
        """Send a step with its picture; without, where there is none or Telegram refuses it."""
        step = _decode(body)
        if name := await self._uploads.name(content_of(step.drawn)):
            result, _ = await call("sendPhoto", encode(SendPhoto(step.chat_id, name, step.caption, step.reply_markup)))
        elif picture := await drawn_soon(self._drawn, step.drawn):
            result, answer = await call("sendPhoto", _upload(step, picture))
            if isinstance(result, Sent):
                await self._uploads.learn(content_of(step.drawn), decode_sent(answer).result.photo[-1].file_id)
        else:
            result = Refused("there is no picture")
        if not isinstance(result, Refused):
            return result
        log.warning("telegram: a step goes without its picture: %s", result.why)
        self._uploads.forget(content_of(step.drawn))
        return (await call("sendMessage", in_words(body)))[0]


def in_words(body: bytes) -> bytes:
    """The same message without its picture, for `sendMessage`."""
    step = _decode(body)
    return encode(SendMessage(step.chat_id, step.caption, LinkPreview(), step.reply_markup))


def _upload(step: Step, picture: bytes) -> aiohttp.FormData:
    form = aiohttp.FormData()
    form.add_field("chat_id", str(step.chat_id))
    form.add_field("caption", step.caption)
    if step.reply_markup:
        form.add_field("reply_markup", encode(step.reply_markup).decode())
    kind = media_type_of(step.drawn)
    form.add_field("photo", picture, filename=f"step.{kind.removeprefix('image/')}", content_type=kind)
    return form
