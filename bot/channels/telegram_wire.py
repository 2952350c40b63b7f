"""Telegram's wire format, and what its answers mean. Pure; only the fields we use.

Whatever else Telegram sends, now or in future, is skipped without being built.
"""

from collections.abc import Sequence
from typing import Final

import msgspec
from msgspec import Raw, Struct, field

from bot.model import Kind
from bot.ports import Gone, Later, Outcome, Refused, Sent

ALLOWED_UPDATES: Final = ("message", "edited_message", "callback_query", "my_chat_member")
BACKOFF_SECONDS: Final = 1.0

_NOT_MODIFIED = "message is not modified"
_NOTHING = Raw()
_GONE = ("chat not found", "user is deactivated", "bot was blocked", "peer_id_invalid")


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

    Times are in seconds since 1970.
    """

    chat: WireChat
    from_: User | None = field(default=None, name="from")
    sender_chat: Raw = _NOTHING
    date: int = 0
    edit_date: int = 0
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
    location: Raw = _NOTHING
    contact: Raw = _NOTHING

    @property
    def media(self) -> str:
        """Our word for a photo, in its largest size, or for spoken words; empty for all else."""
        if self.photo:
            return f"photo:{self.photo[-1].file_id}"
        return f"voice:{self.voice.file_id}" if self.voice else ""

    @property
    def kind(self) -> Kind | None:
        """Our word for what it holds; None for service messages and all we have no word for."""
        if self.text:
            return "text"
        if self.photo or self.animation:
            return "picture"
        if self.voice or self.video_note or self.audio:
            return "voice"
        if self.sticker:
            return "sticker"
        if self.video or self.document or self.location or self.contact:
            return "file"
        return None


class Callback(Struct, frozen=True):
    """A pressed button; `message` is missing when it is too old."""

    id: str
    from_: User = field(name="from")
    message: Message | None = None
    data: str = ""


class Member(Struct, frozen=True):
    status: str


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


class SendPhoto(Struct, frozen=True, omit_defaults=True):
    chat_id: int
    photo: str
    caption: str = ""
    reply_markup: InlineKeyboard | None = None


class SendVoice(Struct, frozen=True, omit_defaults=True):
    chat_id: int
    voice: str
    caption: str = ""
    reply_markup: InlineKeyboard | None = None


class GetUpdates(Struct, frozen=True):
    """Ask for updates from `offset` on; `timeout` is how long Telegram may hold the call, in seconds.

    A batch that was half answered comes again as a whole, so its `limit` is less than a session's memory of what it
    has seen.
    """

    offset: int
    timeout: int
    limit: int = 16
    allowed_updates: Sequence[str] = ALLOWED_UPDATES


class AnswerCallback(Struct, frozen=True):
    callback_query_id: str
    method: str = "answerCallbackQuery"


encode = msgspec.json.Encoder().encode
decode_update = msgspec.json.Decoder(Update).decode
decode_bare = msgspec.json.Decoder(BareUpdate).decode
_answer = msgspec.json.Decoder(Answer).decode
decode_sent = msgspec.json.Decoder(SentPhoto).decode
decode_updates = msgspec.json.Decoder(Updates).decode


def outcome(status: int, body: bytes) -> Outcome:
    """What Telegram's answer means for the message."""
    try:
        answer = _answer(body)
    except ValueError:
        return Later(BACKOFF_SECONDS, f"HTTP {status} without a readable answer")
    if answer.ok:
        return Sent()
    why = answer.description or f"HTTP {status}"
    hints = answer.parameters or Parameters()
    if status == 429:
        return Later(hints.retry_after or BACKOFF_SECONDS, why, exact=bool(hints.retry_after))
    if status >= 500:
        return Later(BACKOFF_SECONDS, why)
    if hints.migrate_to_chat_id:
        return Refused(f"{why} (the group is now {hints.migrate_to_chat_id})")
    said = why.lower()
    if _NOT_MODIFIED in said:
        return Sent()
    if status == 403 or any(sign in said for sign in _GONE):
        return Gone(why)
    return Refused(why)
