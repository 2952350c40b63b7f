"""From Telegram's updates to `Incoming`. Pure."""

import logging
from typing import Final

import msgspec
from msgspec import Raw

from bot.channels.telegram.types import (
    Callback,
    MemberChange,
    Message,
    WireChat,
    decode_bare,
    decode_least,
    decode_update,
)
from bot.errors import NotReadable
from bot.model import TOPIC, Chat, Incoming, Kind
from bot.nlu.patterns import compiled, literal

log = logging.getLogger(__name__)

NAME: Final = "telegram"
TEXT_LIMIT_IN: Final = 10_000
QUOTED_LIMIT: Final = 200
"""Enough to know which message it was."""

_GROUPS = ("group", "supergroup")
_COMMAND = compiled(r"/[a-zA-Z0-9_]{1,32}(?:@(\w+))?(?:\s|$)")


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
        self._mention = compiled(rf"(^|[^\pL\pN_])@{literal(name)}\b ?", any_case=True) if name else None

    def read(self, body: bytes | Raw) -> Incoming | None:
        """One update; None for what we do not handle. Raises NotReadable for what is no update."""
        try:
            update = decode_update(body)
        except msgspec.ValidationError as error:
            return self._least(body, error)
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
        if message.migrate_to_chat_id:
            return _moved(id_, message.chat.id, message.migrate_to_chat_id, message.date)
        if message.migrate_from_chat_id:
            return _moved(id_, message.migrate_from_chat_id, message.chat.id, message.date)
        sender = _sender(message)
        if not sender or message.is_service:
            return None
        text = (message.text or message.caption)[:TEXT_LIMIT_IN]
        quoted, at, chat = self._quoted(message), message.date, _chat(message.chat, sender, message.topic)
        if message.chat.type == "private":
            kind, album = message.kind, message.media_group_id
            return Incoming(id_, chat, kind, text, quoted=quoted, media=message.media, sent_at=at, album=album)
        if message.chat.type in _GROUPS and (said := self._said_to_us(message, text)) is not None:
            kind = "text" if said else message.kind
            return Incoming(id_, chat, kind, said, group=True, quoted=quoted, sent_at=at)
        return None

    def _least(self, body: bytes | Raw, error: msgspec.ValidationError) -> Incoming | None:
        """What a message of an unknown shape is: something else than words. None where not even its chat is known.

        Refused updates are sent again and hold up all that follow, so whatever has a number is taken.
        """
        try:
            update = decode_bare(body)
        except (ValueError, RecursionError):
            raise NotReadable("The body is not a Telegram update.") from error
        log.warning("telegram: update %d has a shape we do not know: %s", update.update_id, error)
        try:
            message = decode_least(body).message
        except (ValueError, RecursionError):
            return None
        return self._message(f"u{update.update_id}", message) if message else None

    def _quoted(self, message: Message) -> str:
        """How the message of ours begins that this one answers; empty when it answers none."""
        answered = message.reply_to_message
        ours = answered and answered.from_ and answered.from_.id == self._bot_id
        return (answered.text or answered.caption)[:QUOTED_LIMIT] if answered and ours else ""

    def _said_to_us(self, message: Message, text: str) -> str | None:
        """What a group member said to us, without our name in it; None when it was not meant for us."""
        command = _COMMAND.match(text)
        if command:
            named = command[1]
            if named is None:
                return text
            if named.lower() != self._username.lower():
                return None
            return text[: command.start(1) - 1] + text[command.end(1) :]
        mentioned = bool(self._mention and self._mention.search(text))
        replied_to = message.reply_to_message and message.reply_to_message.from_
        if not mentioned and not (replied_to and replied_to.id == self._bot_id):
            return None
        # A bare mention is a call for help: it must not become silence.
        return (self._mention.sub(r"\1", text).strip() if self._mention else text) or text


def _chat(chat: WireChat, person: int, topic: int = 0) -> Chat:
    return Chat(NAME, f"{chat.id}{TOPIC}{topic}" if topic else str(chat.id), str(person))


def _sender(message: Message) -> int:
    """Who wrote it; who speaks as a chat (an anonymous admin, a channel) is that chat. 0 for bots and for nobody."""
    if message.sender_chat:
        return message.sender_chat.id
    person = message.from_
    return 0 if person is None or person.is_bot else person.id


def _moved(id_: str, before: int, now: int, at: int) -> Incoming:
    """Both groups say so, in any order: it is one conversation's news."""
    return Incoming(id_, Chat(NAME, str(before), str(before)), "moved", str(now), group=True, sent_at=at)


def _press(id_: str, press: Callback) -> Incoming | None:
    """A press carries no time of its own: that of the message below it is when we wrote."""
    if press.from_.is_bot or not press.data:
        return None
    chat, topic = (press.message.chat, press.message.topic) if press.message else (WireChat(press.from_.id), 0)
    said_in = _chat(chat, press.from_.id, topic)
    return Incoming(id_, said_in, "press", choice=press.data, receipt=press.id, group=chat.type in _GROUPS)


def _edited(id_: str, message: Message) -> Incoming | None:
    """New words for old ones, in private; whatever else changes (a place that moves, a poll) asks nothing anew."""
    sender, words = _sender(message), message.text or message.caption
    if not sender or not words or message.chat.type != "private":
        return None
    at = message.edit_date or message.date
    return Incoming(id_, _chat(message.chat, sender), "edited", words[:TEXT_LIMIT_IN], sent_at=at)


def _member(id_: str, change: MemberChange) -> Incoming | None:
    """The bot was blocked, or thrown out of a group, or let in (again)."""
    may_write = change.new_chat_member.may_write
    if change.chat.type in _GROUPS:
        kind: Kind = "added" if may_write else "gone"
        return Incoming(id_, _chat(change.chat, change.chat.id), kind, group=True, sent_at=change.date)
    if change.chat.type == "private" and not may_write:
        return Incoming(id_, _chat(change.chat, change.from_.id), "gone", sent_at=change.date)
    return None
