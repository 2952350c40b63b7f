"""Messages with a file, which is uploaded to Telegram once, and from then on sent by the name that Telegram gave it.

Pictures of steps on Telegram.

Steps that somebody read aloud, on Telegram: as spoken words with the choices below them.
"""

import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import Final, Literal

import aiohttp
import msgspec
from msgspec import Struct

from bot.channels.images import Rest, content_of, drawn_soon
from bot.channels.telegram.types import InlineKeyboard, LinkPreview, SendMessage, decode_sent, encode
from bot.errors import StoreDown
from bot.model import Aloud, Drawn
from bot.model.message import media_type_of
from bot.ports.store import Clock, DrawnPictures, Later, Notes, Outcome, Recordings, Refused, Sent, Unconfirmed

log = logging.getLogger(__name__)

Call = Callable[[str, bytes | aiohttp.FormData], Awaitable[tuple[Outcome, bytes]]]
"""Calls a method of Telegram: what that means for the message, and the answer itself."""

_METHODS: Final = {"photo": "sendPhoto", "voice": "sendVoice"}


class WithFile(Struct, frozen=True, omit_defaults=True):
    """Such a message as it stands in a parcel; which file it is, each kind says in its own way."""

    chat_id: int
    caption: str
    reply_markup: InlineKeyboard | None = None


class Upload(Struct, frozen=True):
    """A file to upload: `kind` is its media type, `seconds` how long it plays."""

    content: bytes
    name: str
    kind: str
    seconds: int = 0


_decode_upload = msgspec.json.Decoder(WithFile).decode


class Uploads:
    """Sends files in one `field`. What Telegram calls them is kept by `notes`, under `kept_as` and the bot's id."""

    def __init__(self, field: Literal["photo", "voice"], kept_as: str, bot: str, notes: Notes) -> None:
        self._field = field
        self._begins = f"telegram-{kept_as}:{bot}:"
        self._notes = notes
        self._names: dict[str, str] = {}

    async def send(
        self, message: WithFile, what: str, fetch: Callable[[], Awaitable[Upload | None]], call: Call
    ) -> Outcome:
        """Send a message with the file that `what` stands for; in words, where there is none or Telegram refuses it.

        A fault of Telegram leaves it in doubt: perhaps it is the file that it fails at, so the next try is in words.
        """
        result: Outcome
        answer = b""
        if name := await self._name(what):
            named = {"chat_id": message.chat_id, self._field: name} | _fields(message)
            result, answer = await call(_METHODS[self._field], encode(named))
        elif file := await fetch():
            result, answer = await call(_METHODS[self._field], form_of(message, self._field, file))
            if isinstance(result, Sent):
                await self._learn(what, answer)
        else:
            result = Refused("there is no file")
        if answer and isinstance(result, Later) and not result.exact:
            return Unconfirmed(result.why)
        if not isinstance(result, Refused):
            return result
        log.warning("telegram: a message goes without its %s: %s", self._field, result.why)
        self._names[what] = ""  # Telegram may not know it by its name any more: it is uploaded anew
        return (await call("sendMessage", _words(message)))[0]

    async def _name(self, what: str) -> str:
        """What Telegram calls this; empty where it is to be uploaded."""
        if what not in self._names:
            with suppress(StoreDown):  # then it is uploaded once more
                self._names[what] = (await self._notes.recall(self._begins + what) or b"").decode()
        return self._names.get(what, "")

    async def _learn(self, what: str, answer: bytes) -> None:
        """The message has arrived, whatever the answer lacks: then the file is uploaded once more."""
        with suppress(ValueError):
            sent = decode_sent(answer).result
            if file := sent.voice if self._field == "voice" else next(reversed(sent.photo), None):
                self._names[what] = file.file_id
                with suppress(StoreDown):  # whoever sends it after the next start uploads it once more
                    await self._notes.remember(self._begins + what, file.file_id.encode())


def in_words(body: bytes) -> bytes:
    """The message of a parcel without its file, for `sendMessage`."""
    return _words(_decode_upload(body))


def _words(message: WithFile) -> bytes:
    return encode(SendMessage(message.chat_id, message.caption, LinkPreview(), message.reply_markup))


def form_of(message: WithFile, field: str, file: Upload) -> aiohttp.FormData:
    """A message that uploads its file in this field."""
    form = aiohttp.FormData()
    for name, value in _fields(message, file.seconds).items():
        form.add_field(name, value if isinstance(value, str) else encode(value).decode())
    form.add_field(field, file.content, filename=file.name, content_type=file.kind)
    return form


def _fields(message: WithFile, seconds: int = 0) -> dict[str, object]:
    """What goes with the file, whatever it is."""
    fields = {"chat_id": message.chat_id, "caption": message.caption}
    more = {"duration": seconds, "reply_markup": message.reply_markup}
    return fields | {name: value for name, value in more.items() if value}


PICTURE_METHOD: Final = b"step"
"""What the parcel of such a message begins with, where others have the name of a method."""


class Step(WithFile, frozen=True, omit_defaults=True, kw_only=True):
    """A message with a picture, as it stands in a parcel."""

    drawn: str


_decode_picture = msgspec.json.Decoder(Step).decode


class StepPictures:
    """Sends steps with what `drawn` holds. `notes` keep what Telegram calls each picture, for the bot with this id."""

    def __init__(self, bot: str, drawn: DrawnPictures, notes: Notes, clock: Clock) -> None:
        self._drawn = drawn
        self._uploads = Uploads("photo", "picture", bot, notes)
        self._rest = Rest(clock, "telegram: steps go without pictures")

    def parcel(self, chat: int, drawn: Drawn, text: str, keyboard: InlineKeyboard | None) -> bytes:
        """The parcel of a step, for `send`."""
        return PICTURE_METHOD + b"\n" + encode(Step(chat, text, keyboard, drawn=drawn.name))

    async def send(self, body: bytes, call: Call) -> Outcome:
        """Send a step with its picture; in words, where there is none, or none any more, or Telegram refuses it.

        Where it comes to nothing for one, nobody waits for such an answer again for some minutes.
        """
        step = _decode_picture(body)
        if self._rest.lasts or not await self._drawn.stands(step.drawn):
            return (await call("sendMessage", in_words(body)))[0]
        result = await self._uploads.send(step, content_of(step.drawn), partial(self._file, step), call)
        if isinstance(result, Unconfirmed):
            self._rest.begin(result.why)
        return result

    async def _file(self, step: Step) -> Upload | None:
        picture, kind = await drawn_soon(self._drawn, step.drawn), media_type_of(step.drawn)
        return Upload(picture, f"step.{kind.removeprefix('image/')}", kind) if picture else None


VOICE_METHOD: Final = b"aloud"
"""What the parcel of such a message begins with, where others have the name of a method."""


class ReadAloud(WithFile, frozen=True, omit_defaults=True, kw_only=True):
    """A message with what was read aloud, as it stands in a parcel."""

    sound: str
    seconds: int


_decode_voice = msgspec.json.Decoder(ReadAloud).decode


class StepVoices:
    """Sends what `recordings` hold, by the bot with this id."""

    def __init__(self, bot: str, recordings: Recordings, notes: Notes) -> None:
        self._recordings = recordings
        self._uploads = Uploads("voice", "voice", bot, notes)

    def parcel(self, chat: int, aloud: Aloud, text: str, keyboard: InlineKeyboard | None) -> bytes:
        """The parcel of such a message, for `send`."""
        said = ReadAloud(chat, text, keyboard, sound=aloud.name, seconds=aloud.seconds)
        return VOICE_METHOD + b"\n" + encode(said)

    async def send(self, body: bytes, call: Call) -> Outcome:
        """Send it; in words alone where it is gone, or this person takes no spoken words."""
        said = _decode_voice(body)
        return await self._uploads.send(said, said.sound, partial(self._file, said), call)

    async def _file(self, said: ReadAloud) -> Upload | None:
        try:
            opus = await self._recordings.opus(said.sound)
        except StoreDown:
            return None
        return Upload(opus, "step.ogg", "audio/ogg", said.seconds) if opus else None
