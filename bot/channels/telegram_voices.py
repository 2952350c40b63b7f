"""Steps that somebody read aloud, on Telegram: as spoken words with the choices below them."""

from functools import partial
from typing import Final

import msgspec

from bot.channels.telegram_uploads import Call, Upload, Uploads, WithFile
from bot.channels.telegram_wire import InlineKeyboard, encode
from bot.errors import StoreDown
from bot.model import Aloud
from bot.ports import Notes, Outcome, Recordings

METHOD: Final = b"aloud"
"""What the parcel of such a message begins with, where others have the name of a method."""


class ReadAloud(WithFile, frozen=True, omit_defaults=True, kw_only=True):
    """A message with what was read aloud, as it stands in a parcel."""

    sound: str
    seconds: int


_decode = msgspec.json.Decoder(ReadAloud).decode


class StepVoices:
    """Sends what `recordings` hold, by the bot with this id."""

    def __init__(self, bot: str, recordings: Recordings, notes: Notes) -> None:
        self._recordings = recordings
        self._uploads = Uploads("voice", "voice", bot, notes)

    def parcel(self, chat: int, aloud: Aloud, text: str, keyboard: InlineKeyboard | None) -> bytes:
        """The parcel of such a message, for `send`."""
        said = ReadAloud(chat, text, keyboard, sound=aloud.name, seconds=aloud.seconds)
        return METHOD + b"\n" + encode(said)

    async def send(self, body: bytes, call: Call) -> Outcome:
        """Send it; in words alone where it is gone, or this person takes no spoken words."""
        said = _decode(body)
        return await self._uploads.send(said, said.sound, partial(self._file, said), call)

    async def _file(self, said: ReadAloud) -> Upload | None:
        try:
            opus = await self._recordings.opus(said.sound)
        except StoreDown:
            return None
        return Upload(opus, "step.ogg", "audio/ogg", said.seconds) if opus else None
