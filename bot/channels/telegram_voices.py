"""Steps that somebody read aloud, on Telegram: as spoken words with the choices below them."""

import logging
from typing import Final

import aiohttp
import msgspec
from msgspec import Struct

from bot.channels.telegram_pictures import Call
from bot.channels.telegram_uploads import Uploads
from bot.channels.telegram_wire import InlineKeyboard, LinkPreview, SendMessage, SendVoice, decode_sent, encode
from bot.errors import StoreDown
from bot.model import Aloud
from bot.ports import Notes, Outcome, Recordings, Refused, Sent

log = logging.getLogger(__name__)

METHOD: Final = b"aloud"
"""What the parcel of such a message begins with, where others have the name of a method."""


class ReadAloud(Struct, frozen=True, omit_defaults=True):
    """A message with what was read aloud, as it stands in a parcel."""

    chat_id: int
    sound: str
    seconds: int
    caption: str
    reply_markup: InlineKeyboard | None = None


_decode = msgspec.json.Decoder(ReadAloud).decode


class StepVoices:
    """Sends what `recordings` hold, by the bot with this id."""

    def __init__(self, bot: str, recordings: Recordings, notes: Notes) -> None:
        self._recordings = recordings
        self._uploads = Uploads("voice", bot, notes)

    def parcel(self, chat: int, aloud: Aloud, text: str, keyboard: InlineKeyboard | None) -> bytes:
        """The parcel of such a message, for `send`."""
        return METHOD + b"\n" + encode(ReadAloud(chat, aloud.name, aloud.seconds, text, keyboard))

    async def send(self, body: bytes, call: Call) -> Outcome:
        """Send it; in words alone where it is gone, or this person takes no spoken words."""
        said = _decode(body)
        if name := await self._uploads.name(said.sound):
            result, _ = await call("sendVoice", encode(SendVoice(said.chat_id, name, said.caption, said.reply_markup)))
        else:
            result = await self._upload(said, call)
        if not isinstance(result, Refused):
            return result
        log.warning("telegram: what was read aloud goes without the voice: %s", result.why)
        self._uploads.forget(said.sound)
        return (await call("sendMessage", in_words(body)))[0]

    async def _upload(self, said: ReadAloud, call: Call) -> Outcome:
        try:
            opus = await self._recordings.opus(said.sound)
        except StoreDown:
            opus = None
        if opus is None:
            return Refused("there is no recording")
        result, answer = await call("sendVoice", _form(said, opus))
        if isinstance(result, Sent) and (voice := decode_sent(answer).result.voice):
            await self._uploads.learn(said.sound, voice.file_id)
        return result


def in_words(body: bytes) -> bytes:
    """The same message without its voice, for `sendMessage`."""
    said = _decode(body)
    return encode(SendMessage(said.chat_id, said.caption, LinkPreview(), said.reply_markup))


def _form(said: ReadAloud, opus: bytes) -> aiohttp.FormData:
    form = aiohttp.FormData()
    form.add_field("chat_id", str(said.chat_id))
    form.add_field("caption", said.caption)
    form.add_field("duration", str(said.seconds))
    if said.reply_markup:
        form.add_field("reply_markup", encode(said.reply_markup).decode())
    form.add_field("voice", opus, filename="step.ogg", content_type="audio/ogg")
    return form
