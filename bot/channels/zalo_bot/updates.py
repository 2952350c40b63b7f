"""From the Zalo Bot Platform's updates to `Incoming`. Pure."""

import hashlib
import logging
import re
from collections.abc import Callable
from typing import Final

import msgspec
from msgspec import Raw

from bot.channels.decoding import sent_at
from bot.channels.zalo_bot.types import Message, Update, decode_body, decode_least, encode
from bot.errors import NotReadable
from bot.model import NEAR, Chat, Incoming, Kind
from bot.nlu.patterns import compiled, literal

log = logging.getLogger(__name__)

NAME: Final = "zalo-bot"
TEXT_LIMIT_IN: Final = 10_000

PHOTO: Final = "photo:"
VOICE: Final = "voice:"
"""What begins our reference of a picture, and of spoken words; its address follows."""

_KINDS: dict[str, Kind] = {
    "message.text.received": "text",
    "message.image.received": "picture",
    "message.sticker.received": "sticker",
    "message.voice.received": "voice",
    "message.link.received": "file",
    "message.unsupported.received": "file",
}
"""`unsupported` stands for links, documents, videos and cards, and for everything that minors write."""


_NOT_TO_US: Final = ("file", "other")
"""What may come from a group although nobody speaks to us: nobody has seen that documented."""

_RECEIVED: Final = re.compile(r"message\.(?!reaction\.)\w+\.received")
"""Somebody sent something, of whatever kind."""


class Reader:
    """Says updates in our words. `bot_id` and `name` are the bot's own, once they are known.

    `groups`: whether what is said to us in a group is taken. `known`: whether an address is one of Zalo's.
    """

    def __init__(self, known: Callable[[str], bool], *, groups: bool = False, name: str = "") -> None:
        self.bot_id = ""
        self._known = known
        self._groups = groups
        self.name = name

    @property
    def name(self) -> str:
        """What people in a group mention us by, without the @; empty while unknown."""
        return self._name

    @name.setter
    def name(self, name: str) -> None:
        self._name = name
        self._mention = _mention_of(name) if name else None

    def read(self, body: bytes) -> Incoming | None:
        """One webhook call; None for what we do not handle. Raises NotReadable for what is no JSON object."""
        return self.read_update(decoded(body))

    def read_update(self, update: Update) -> Incoming | None:
        """One update; None for what we do not handle, and for what we said ourselves: the log says why."""
        message, kind = update.message, _KINDS.get(update.event_name)
        if kind is None:
            log.info("zalo-bot: an event we do not know: %.60r", update.event_name)
            if not _RECEIVED.fullmatch(update.event_name):
                return None
            kind = "other"
        if message is None or not message.from_.id or not message.chat.id:
            why = "it does not say who wrote it, and where"
        elif message.from_.is_bot or str(message.from_.id) == self.bot_id:
            why = "a bot wrote it"
        elif _private(message):
            return self._said_in_private(message, kind)
        elif self._groups and message.chat.chat_type == "GROUP" and kind not in _NOT_TO_US:
            return self._said_in_group(message, kind)
        else:
            why = "it is of a group, and not for us"
        log.info("zalo-bot: an update is passed over: %s", why)
        return None

    def _said_in_private(self, message: Message, kind: Kind) -> Incoming:
        text = (message.text or message.caption or "")[:TEXT_LIMIT_IN]
        if kind == "text" and not text:
            kind = "other"
        media, at = self._media(message, kind), sent_at(message.date)
        album = NEAR if kind == "picture" else ""
        return Incoming(id_of(message), _chat(message), kind, text, media=media, sent_at=at, album=album)

    def _media(self, message: Message, kind: Kind) -> str:
        """Where the picture or the recording is; an address that is not Zalo's own is forgotten."""
        match kind:
            case "picture":
                begins, url = PHOTO, message.photo_url or message.photo or ""
            case "voice":
                begins, url = VOICE, message.voice_url or ""
            case _:
                return ""
        return f"{begins}{url}" if self._known(url) else ""

    def _said_in_group(self, message: Message, kind: Kind) -> Incoming | None:
        """Zalo hands over only what mentions us or answers us; our name is taken out."""
        text = (message.text or message.caption or "")[:TEXT_LIMIT_IN]
        # A bare mention is a call for help: it must not become silence.
        said = (self._mention.sub(r"\1", text).strip() if self._mention else text) or text
        if not said and kind == "text":
            log.info("zalo-bot: an update is passed over: it says nothing")
            return None
        what, at = "text" if said else kind, sent_at(message.date)
        return Incoming(id_of(message), _chat(message), what, said, group=True, sent_at=at)


def decoded(body: bytes | Raw) -> Update:
    """One update as it came. Of a message whose shape we do not know only who wrote it where and when, if that.

    Raises NotReadable for what is no JSON object.
    """
    try:
        return decode_body(body).update
    except msgspec.ValidationError as error:
        if not bytes(body).lstrip().startswith(b"{"):
            raise NotReadable("The body is not a Zalo update.") from error
        log.warning("zalo-bot: an update has a shape we do not know: %s", error)
    except (ValueError, RecursionError) as error:
        raise NotReadable("The body is not JSON, or nested without end.") from error
    try:
        return decode_least(body)
    except (ValueError, RecursionError):
        return Update()


def id_of(message: Message) -> str:
    """Its id; what the message holds is the id of one without, so that the same one twice has one effect."""
    return str(message.message_id or hashlib.sha256(encode(message)).hexdigest()[:32])


def _mention_of(name: str) -> re.Pattern[str]:
    return compiled(rf"@{literal(name)}(?:[ ,:]+|$|([^\pL\pN_]))", any_case=True)


def _private(message: Message) -> bool:
    return message.chat.chat_type == "PRIVATE" or str(message.chat.id) == str(message.from_.id)


def _chat(message: Message) -> Chat:
    return Chat(NAME, str(message.chat.id), str(message.from_.id))
