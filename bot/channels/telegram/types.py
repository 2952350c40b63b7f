"""Telegram's wire format, and what its answers mean. Pure; only the fields we use.

Whatever else Telegram sends, now or in future, is skipped without being built.
"""

from collections.abc import Sequence
from typing import Final

import msgspec
from msgspec import Raw, Struct, field

from bot.channels.decoding import with_half_characters
from bot.model import Kind
from bot.ports.store import ChannelDown, Gone, Later, Outcome, Refused, Sent, Unconfirmed

ALLOWED_UPDATES: Final = ("message", "edited_message", "callback_query", "my_chat_member")
BACKOFF_SECONDS: Final = 1.0

_NOT_MODIFIED = "message is not modified"
_NOTHING = Raw()
_DOWN: Final = {
    401: ": it does not know this TELEGRAM_TOKEN",
    404: ": it does not know this TELEGRAM_TOKEN, or TELEGRAM_API leads elsewhere",
    409: "",
}
"""Said of the bot itself, whoever a message is for."""
_GONE = (
    "chat not found",
    "user is deactivated",
    "user_deactivated",
    "user_is_blocked",
    "bot was blocked",
    "bot was kicked",
    "bot is not a member",
    "bot can't initiate conversation",
    "bot can't send messages to",
    "peer_id_invalid",
    "not enough rights to send",
    "have no rights to send",
    "chat_write_forbidden",
    "group chat was deleted",
)
"""Nothing can be written there: the person blocked the bot, or the group does not let it write."""
_FORBIDDEN_TRIES: Final = 4
"""How often a message that is forbidden for reasons we do not know is tried, while others get through."""
_LEAST: Final = ("chat", "from", "sender_chat", "date")
_NO_TOPIC = ("message thread not found", "topic_closed", "topic_deleted")


class User(Struct, frozen=True):
    id: int
    is_bot: bool = False


class WireChat(Struct, frozen=True):
    id: int
    type: str = ""


class RepliedTo(Struct, frozen=True):
    from_: User | None = field(default=None, name="from")
    text: str = ""
    caption: str = ""


class File(Struct, frozen=True):
    """A file by Telegram's own name for it, which is good for this bot for ever."""

    file_id: str


class Message(Struct, frozen=True):
    """A message, or an inaccessible one (then only `chat` is there). What `Raw` holds matters only by being there.

    Times are in seconds since 1970. From `pinned_message` on: what Telegram itself says in a private chat.
    """

    chat: WireChat
    from_: User | None = field(default=None, name="from")
    sender_chat: WireChat | None = None
    date: int = 0
    edit_date: int = 0
    message_thread_id: int = 0
    is_topic_message: bool = False
    migrate_to_chat_id: int = 0
    migrate_from_chat_id: int = 0
    media_group_id: str = ""
    text: str = ""
    caption: str = ""
    reply_to_message: RepliedTo | None = None
    photo: Sequence[File] = ()
    video: Raw = _NOTHING
    animation: Raw = _NOTHING
    voice: File | None = None
    video_note: Raw = _NOTHING
    audio: Raw = _NOTHING
    sticker: Raw = _NOTHING
    document: Raw = _NOTHING
    pinned_message: Raw = _NOTHING
    message_auto_delete_timer_changed: Raw = _NOTHING
    write_access_allowed: Raw = _NOTHING
    connected_website: Raw = _NOTHING
    chat_background_set: Raw = _NOTHING
    proximity_alert_triggered: Raw = _NOTHING

    @property
    def is_service(self) -> bool:
        """Whether Telegram itself says so, and nobody wrote anything."""
        access = self.write_access_allowed or self.connected_website
        look = self.pinned_message or self.message_auto_delete_timer_changed or self.chat_background_set
        return bool(access or look or self.proximity_alert_triggered)

    @property
    def topic(self) -> int:
        """The number of the group's topic it was written in; 0 for none, and for a thread of mere answers."""
        return self.message_thread_id if self.is_topic_message and self.chat.type != "private" else 0

    @property
    def media(self) -> str:
        """Our word for a photo, in its largest size, or for spoken words; empty for all else."""
        if self.photo:
            return f"photo:{self.photo[-1].file_id}"
        return f"voice:{self.voice.file_id}" if self.voice else ""

    @property
    def kind(self) -> Kind:
        """Our word for what it holds."""
        if self.text:
            return "text"
        if self.photo or self.animation:
            return "picture"
        if self.voice or self.video_note or self.audio:
            return "voice"
        if self.sticker:
            return "sticker"
        return "file" if self.video or self.document else "other"


class Callback(Struct, frozen=True):
    """A pressed button; `message` is missing when it is too old."""

    id: str
    from_: User = field(name="from")
    message: Message | None = None
    data: str = ""


class Member(Struct, frozen=True):
    """What the bot is in a chat; `can_send_messages` is there where it is `restricted`."""

    status: str
    can_send_messages: bool = False

    @property
    def may_write(self) -> bool:
        return self.status in ("member", "administrator", "creator") or self.can_send_messages


class MemberChange(Struct, frozen=True):
    chat: WireChat
    from_: User = field(name="from")
    new_chat_member: Member
    date: int = 0


class Update(Struct, frozen=True):
    update_id: int
    message: Message | None = None
    edited_message: Message | None = None
    callback_query: Callback | None = None
    my_chat_member: MemberChange | None = None


class BareUpdate(Struct, frozen=True):
    update_id: int


class OddUpdate(BareUpdate, frozen=True):
    """An update with a message of a shape that we do not know."""

    message: dict[str, Raw] = {}


class Parameters(Struct, frozen=True):
    """What Telegram adds to some refusals; `retry_after` in seconds."""

    retry_after: float = 0.0
    migrate_to_chat_id: int = 0


class Answer(Struct, frozen=True):
    ok: bool
    description: str = ""
    parameters: Parameters | None = None


class Updates(Struct, frozen=True):
    result: list[Raw]


class SentPhoto(Struct, frozen=True):
    result: Message


class InlineButton(Struct, frozen=True):
    text: str
    callback_data: str


class InlineKeyboard(Struct, frozen=True):
    inline_keyboard: Sequence[Sequence[InlineButton]]


class LinkPreview(Struct, frozen=True):
    is_disabled: bool = True


class SendMessage(Struct, frozen=True, omit_defaults=True):
    chat_id: int
    text: str
    link_preview_options: LinkPreview
    reply_markup: InlineKeyboard | None = None
    message_thread_id: int = 0


class SendVoice(Struct, frozen=True, omit_defaults=True):
    chat_id: int
    voice: str
    caption: str = ""
    reply_markup: InlineKeyboard | None = None
    message_thread_id: int = 0


class GetUpdates(Struct, frozen=True):
    """Ask for updates from `offset` on; `timeout` is how long Telegram may hold the call, in seconds.

    Those that are under way come again each time: at most `limit` are.
    """

    offset: int
    timeout: int
    limit: int = 100
    allowed_updates: Sequence[str] = ALLOWED_UPDATES


class AnswerCallback(Struct, frozen=True):
    callback_query_id: str
    method: str = "answerCallbackQuery"


encode = msgspec.json.Encoder().encode
decode_update = with_half_characters(msgspec.json.Decoder(Update).decode)
decode_bare = with_half_characters(msgspec.json.Decoder(BareUpdate).decode)
_decode_odd = with_half_characters(msgspec.json.Decoder(OddUpdate).decode)
_answer = msgspec.json.Decoder(Answer).decode
decode_sent = msgspec.json.Decoder(SentPhoto).decode
decode_updates = with_half_characters(msgspec.json.Decoder(Updates).decode)


def decode_least(body: bytes | Raw) -> Update:
    """Who wrote where and when, of an update whose message cannot be read. Raises ValueError, RecursionError."""
    odd = _decode_odd(body)
    message = {name: value for name, value in odd.message.items() if name in _LEAST}
    return decode_update(encode({"update_id": odd.update_id, "message": message}))


def outcome(status: int, body: bytes) -> Outcome:
    """What Telegram's answer means for the message."""
    try:
        answer = _answer(body)
    except ValueError:
        why = f"HTTP {status} without a readable answer"
        return Unconfirmed(why) if status < 300 else Later(BACKOFF_SECONDS, why)
    if answer.ok:
        return Sent()
    why = answer.description or f"HTTP {status}"
    hints = answer.parameters or Parameters()
    if status == 429:
        return Later(hints.retry_after or BACKOFF_SECONDS, why, exact=bool(hints.retry_after))
    if status >= 500:
        return Later(BACKOFF_SECONDS, why)
    if status in _DOWN:
        return ChannelDown(why + _DOWN[status])
    said = why.lower()
    if _NOT_MODIFIED in said:
        return Sent()
    if any(sign in said for sign in _GONE):
        return Gone(why)
    if status == 403:  # whatever it is about, it is not said of the person: nothing that waits for them is dropped
        return Later(BACKOFF_SECONDS, why, tries=_FORBIDDEN_TRIES, answered=True)
    return Refused(why)


def elsewhere(body: bytes, answer: bytes) -> tuple[bytes, str]:
    """The same message for where it is taken instead, with the group's id there where that is another one.

    Empty where the answer names no such place.
    """
    try:
        said = _answer(answer)
        message = msgspec.json.decode(body, type=dict[str, Raw])
    except ValueError:
        return b"", ""
    if said.parameters and (to := said.parameters.migrate_to_chat_id):
        return encode(_without_topic(message) | {"chat_id": to}), str(to)
    if "message_thread_id" in message and any(sign in said.description.lower() for sign in _NO_TOPIC):
        return encode(_without_topic(message)), ""  # into the group, where its people read it too
    return b"", ""


def _without_topic(message: dict[str, Raw]) -> dict[str, object]:
    return {name: value for name, value in message.items() if name != "message_thread_id"}
