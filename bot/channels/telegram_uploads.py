"""Messages with a file, which is uploaded to Telegram once, and from then on sent by the name that Telegram gave it."""

import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final, Literal

import aiohttp
import msgspec
from msgspec import Struct

from bot.channels.telegram_wire import InlineKeyboard, LinkPreview, SendMessage, decode_sent, encode
from bot.errors import StoreDown
from bot.ports import Later, Notes, Outcome, Refused, Sent, Unconfirmed

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


_decode = msgspec.json.Decoder(WithFile).decode


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
    return _words(_decode(body))


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
