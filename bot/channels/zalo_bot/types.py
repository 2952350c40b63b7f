"""The Zalo Bot Platform's wire format, and what its answers mean. Pure; only the fields we use.

It says the same thing in more than one way, and documents some of them wrongly: whatever was seen is read.
"""

from typing import Final, Literal

import msgspec
from msgspec import Raw, Struct, field

from bot.channels.decoding import with_half_characters
from bot.ports.store import ChannelDown, Later, Outcome, Refused, Sent, Unconfirmed

BACKOFF_SECONDS: Final = 1.0

IDLE: Final = 408
NOT_FOUND: Final = 404
DAILY_LIMIT: Final = 426
QUOTA: Final = 429

_TOKEN_UNKNOWN = 401
_LEAST: Final = ("message_id", "from", "chat", "date")
FAULT: Final = 403
"""Documented as *Internal server error*."""

Id = str | int


class User(Struct, frozen=True):
    id: Id = ""
    is_bot: bool = False


class WireChat(Struct, frozen=True):
    id: Id = ""
    chat_type: str = ""


class Message(Struct, frozen=True):
    """A message; `photo` is what the documentation calls `photo_url`, `date` is in milliseconds since 1970."""

    message_id: Id | None = ""
    from_: User = field(default=User(), name="from")
    chat: WireChat = WireChat()
    text: str | None = None
    caption: str | None = None
    photo_url: str | None = None
    photo: str | None = None
    voice_url: str | None = None
    date: int | float | str | None = None


class Update(Struct, frozen=True):
    """One event. Some carry no message: then nobody can be answered."""

    event_name: str = ""
    message: Message | None = None


class Body(Struct, frozen=True):
    """A webhook call: an update as it is, or wrapped as the documentation has it."""

    event_name: str = ""
    message: Message | None = None
    result: Update | None = None

    @property
    def update(self) -> Update:
        return self.result or Update(self.event_name, self.message)


class OddUpdate(Struct, frozen=True):
    """An event with a message of a shape that we do not know."""

    event_name: str = ""
    message: dict[str, Raw] = {}


class OddBody(OddUpdate, frozen=True):
    """A webhook call with such an event, as it is or wrapped."""

    result: OddUpdate | None = None


class Envelope(Struct, frozen=True):
    """What every call is answered with; `errorCode` is how one document spells it."""

    ok: bool = False
    error_code: int = 0
    errorCode: int = 0
    description: str = ""
    result: Raw = Raw()


class Account(Struct, frozen=True):
    """The bot itself."""

    id: Id = ""
    account_name: str = ""
    display_name: str = ""
    can_join_groups: bool = False


class Tried(Struct, frozen=True):
    """What Zalo saw when it called our webhook: `outcome` is `webhook.ok`, or says what went wrong."""

    ok: bool = False
    outcome: str = ""
    hint: str = ""


class Registration(Struct, frozen=True):
    """Where Zalo sends updates; `verification` is there when it was set just now."""

    url: str = ""
    verification: Tried | None = None


class Answer(Struct, frozen=True):
    """How a call ended. `said`: Zalo refused, with a `code`. `gateway`: what answered was not the platform.

    `unreached`: the call never left. `silent`: it left, and nobody knows what became of it: no answer can be read.
    """

    kind: Literal["ok", "said", "gateway", "unreached", "silent"]
    code: int = 0
    why: str = ""
    result: bytes = b""

    @property
    def doubtful(self) -> bool:
        """Whether nobody knows if the message arrived."""
        return self.kind == "silent" or (self.kind == "said" and self.code in (FAULT, IDLE))

    @property
    def token_unknown(self) -> bool:
        return self.kind == "said" and self.code == _TOKEN_UNKNOWN

    @property
    def of_the_bot(self) -> bool:
        """Whether this may be said of the bot itself, whoever the message is for: its name in the address is wrong."""
        return self.kind == "said" and self.code in (_TOKEN_UNKNOWN, FAULT, NOT_FOUND)


class SendMessage(Struct, frozen=True):
    chat_id: str
    text: str


class SendPhoto(Struct, frozen=True, omit_defaults=True):
    """Zalo itself fetches the address `photo`."""

    chat_id: str
    photo: str
    caption: str = ""


class SendVoice(Struct, frozen=True):
    """Zalo itself fetches the address `voice_url`; it delivers such a message in private chats alone."""

    chat_id: str
    voice_url: str


class ChatAction(Struct, frozen=True):
    chat_id: str
    action: str = "typing"


class GetUpdates(Struct, frozen=True):
    """Ask for the next update; `timeout` is how long Zalo may hold the call, in seconds."""

    timeout: int


class SetWebhook(Struct, frozen=True):
    url: str
    secret_token: str


encode = msgspec.json.Encoder().encode
decode_body = with_half_characters(msgspec.json.Decoder(Body).decode)
_decode_odd = with_half_characters(msgspec.json.Decoder(OddBody).decode)
_several = msgspec.json.Decoder(list[Raw]).decode
_decode_message = msgspec.json.Decoder(SendMessage).decode
_envelope = msgspec.json.Decoder(Envelope).decode


def decode_least(body: bytes | Raw) -> Update:
    """Who wrote where and when, of an event whose message cannot be read. Raises ValueError, RecursionError."""
    odd = _decode_odd(body)
    event: OddUpdate = odd.result or odd
    message = {name: value for name, value in event.message.items() if name in _LEAST}
    return decode_body(encode({"event_name": event.event_name, "message": message})).update


def with_photo(body: bytes, address: str) -> bytes:
    """The same message below the picture at this address, for `sendPhoto`."""
    message = _decode_message(body)
    return encode(SendPhoto(message.chat_id, address, message.text))


def read_answer(status: int, content: bytes) -> Answer:
    """An answer of HTTP: a refusal may come with any status, and what is no JSON came from a gateway."""
    try:
        said = _envelope(content)
    except (ValueError, RecursionError):
        kind: Literal["silent", "gateway"] = "silent" if status < 300 else "gateway"
        return Answer(kind, status, f"HTTP {status} without a readable answer")
    if said.ok and status < 400:
        return Answer("ok", result=bytes(said.result) or b"null")
    code = said.error_code or said.errorCode or status
    if code >= 500:
        return Answer("gateway", code, said.description or f"HTTP {code}")
    return Answer("said", code, said.description or f"HTTP {code}")


def outcome(answer: Answer) -> Outcome:
    """What the answer to a message means for it."""
    if answer.kind == "ok":
        return Sent()
    if answer.doubtful:
        return Unconfirmed(answer.why, answered=answer.kind == "said" and answer.code == FAULT)
    if answer.kind != "said":
        return Later(BACKOFF_SECONDS, answer.why)
    return Refused(f"{answer.why} ({answer.code})")


def down(answer: Answer) -> ChannelDown:
    """What an answer means that is said of the bot itself."""
    return ChannelDown(
        f"{answer.why} ({answer.code}): it does not know this ZALO_BOT_TOKEN, or the bot is switched off"
    )


def updates(answer: Answer) -> list[Raw] | str:
    """What a poll brought, each update by itself, nothing while nobody writes; why it failed."""
    if answer.kind == "said" and answer.code == IDLE:
        return []
    if answer.kind != "ok":
        return answer.why
    found = answer.result.strip()
    if not found.startswith(b"["):
        return [] if found == b"null" else [Raw(found)]
    try:
        return _several(found)
    except (ValueError, RecursionError) as error:
        return f"the answer holds no updates: {error}"
