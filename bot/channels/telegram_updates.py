"""From Telegram's updates to `Incoming`. Pure."""

import logging
import re
from typing import Any, Final

import msgspec
from msgspec import Raw

from bot.channels.telegram_wire import Callback, MemberChange, Message, User, WireChat, decode_bare, decode_update
from bot.errors import NotReadable
from bot.model import Chat, Incoming

log = logging.getLogger(__name__)

NAME: Final = "telegram"
TEXT_LIMIT_IN: Final = 10_000
QUOTED_LIMIT: Final = 200
"""Enough to know which message it was."""

_GROUPS = ("group", "supergroup")
_COMMAND = re.compile(r"/[a-zA-Z0-9_]{1,32}(?:@(\w+))?(?=\s|$)")


class Reader:
    """Says updates in our words. `bot_id` and `username` are how people in a group speak to us."""

    def __init__(self, bot_id: int, username: str = "") -> None:
        self._bot_id = bot_id
        self.username = username

    @property
    def username(self) -> str:
        """Our name without the @; empty while unknown, then only replies and plain commands reach us in groups."""
        return self._username

    @username.setter
    def username(self, name: str) -> None:
        self._username = name
        self._mention = re.compile(rf"(?<!\w)@{re.escape(name)}(?!\w) ?", re.IGNORECASE) if name else None

    def read(self, body: bytes | Raw) -> Incoming | None:
        """One update; None for what we do not handle. Raises NotReadable for what is no update."""
        try:
            update = decode_update(body)
        except msgspec.ValidationError as error:
            _skip(body, error)
            return None
        except (ValueError, RecursionError) as error:
            raise NotReadable("The body is not JSON, or nested without end.") from error
        id_ = f"u{update.update_id}"
        if update.message:
            return self._message(id_, update.message)
        if update.callback_query:
            return _press(id_, update.callback_query)
        if update.edited_message:
            return _edited(id_, update.edited_message)
        if update.my_chat_member:
            return _member(id_, update.my_chat_member)
        return None

    def _message(self, id_: str, message: Message) -> Incoming | None:
        person, kind = _sender(message), message.kind
        if person is None or kind is None:
            return None
        text = (message.text or message.caption)[:TEXT_LIMIT_IN]
        quoted, at, chat = self._quoted(message), message.date, _chat(message.chat, person)
        if message.chat.type == "private":
            return Incoming(id_, chat, kind, text, quoted=quoted, media=message.media, sent_at=at)
        if message.chat.type in _GROUPS:
            said = self._said_to_us(message, text)
            return Incoming(id_, chat, "text", said, group=True, quoted=quoted, sent_at=at) if said else None
        return None

    def _quoted(self, message: Message) -> str:
        """How the message of ours begins that this one answers; empty when it answers none."""
        answered = message.reply_to_message
        ours = answered and answered.from_ and answered.from_.id == self._bot_id
        return (answered.text or answered.caption)[:QUOTED_LIMIT] if answered and ours else ""

    def _said_to_us(self, message: Message, text: str) -> str:
        """What a group member said to us, without our name in it; empty when it was not meant for us."""
        command = _COMMAND.match(text)
        if command:
            named = command[1]
            if named is None:
                return text
            if named.lower() != self._username.lower():
                return ""
            return text[: command.start(1) - 1] + text[command.end(1) :]
        mentioned = bool(self._mention and self._mention.search(text))
        replied_to = message.reply_to_message and message.reply_to_message.from_
        if not mentioned and not (replied_to and replied_to.id == self._bot_id):
            return ""
        # A bare mention is a call for help: it must not become silence.
        return (self._mention.sub("", text).strip() if self._mention else text) or text


def _chat(chat: WireChat, person: User) -> Chat:
    return Chat(NAME, str(chat.id), str(person.id))


def _sender(message: Message) -> User | None:
    """The person who wrote it; None for bots, and for those who speak as a chat (anonymous admins, channels)."""
    person = message.from_
    return None if person is None or person.is_bot or message.sender_chat else person


def _press(id_: str, press: Callback) -> Incoming | None:
    """A press carries no time of its own: that of the message below it is when we wrote."""
    if press.from_.is_bot or not press.data:
        return None
    chat = press.message.chat if press.message else WireChat(press.from_.id)
    group = chat.type in _GROUPS
    return Incoming(id_, _chat(chat, press.from_), "press", choice=press.data, receipt=press.id, group=group)


def _edited(id_: str, message: Message) -> Incoming | None:
    person = _sender(message)
    if person is None or message.chat.type != "private":
        return None
    text, at = (message.text or message.caption)[:TEXT_LIMIT_IN], message.edit_date or message.date
    return Incoming(id_, _chat(message.chat, person), "edited", text, sent_at=at)


def _member(id_: str, change: MemberChange) -> Incoming | None:
    if change.chat.type != "private" or change.new_chat_member.status != "kicked":
        return None
    return Incoming(id_, _chat(change.chat, change.from_), "gone", sent_at=change.date)


def _skip(body: Any, error: msgspec.ValidationError) -> None:
    # Refused updates are sent again and hold up all that follow, so one with an unknown shape is let go.
    try:
        update = decode_bare(body)
    except (ValueError, RecursionError):
        raise NotReadable("The body is not a Telegram update.") from error
    log.warning("telegram: update %d has a shape we do not know: %s", update.update_id, error)
