"""The wire format of Zalo's Official Account API v3. Pure; only the fields we use.

Whatever else Zalo sends, now or in future, is skipped without being built. Ids are text, and may come as numbers.

What the Official Account API's error codes mean for a message, and what an operator can do. Pure.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec
from msgspec import Raw, Struct, field

from bot.channels.decoding import sent_at, with_half_characters
from bot.model import Kind
from bot.ports.store import ChannelDown, Gone, Later, Outcome, Refused, Sent

TEXT_LIMIT: Final = 2000
BUTTONS: Final = 5
TITLE_LIMIT: Final = 100
MESSAGE: Final = "v3.0/oa/message/cs"
GROUP_MESSAGE: Final = "v3.0/oa/group/message"
QUOTA: Final = "v3.0/oa/quota/message"
UPLOAD: Final = "v2.0/oa/upload/image"
PROFILE: Final = "v2.0/oa/getoa"

Id = str | int
"""How an id may be written."""

_KINDS: Final[dict[str, Kind]] = {
    "text": "text",
    "link": "text",
    "image": "picture",
    "gif": "picture",
    "audio": "voice",
    "sticker": "sticker",
    "video": "file",
    "file": "file",
}
_NOTHING: Final = Raw(b"null")


class Party(Struct, frozen=True):
    """Somebody in an event; `admin_id` is there when a human wrote in the account's own chat tool."""

    id: Id = ""
    admin_id: Id = ""


class Contents(Struct, frozen=True):
    """The payload of an attachment; of a sticker, a place or a file only that it is there matters."""

    url: str = ""


class Attachment(Struct, frozen=True):
    type: str = ""
    payload: Contents | None = None


class Message(Struct, frozen=True):
    text: str = ""
    msg_id: Id = ""
    quote_msg_id: Id = ""
    attachments: list[Attachment] = []

    @property
    def url(self) -> str:
        """The address of its first attachment; empty without one."""
        return self.urls[0] if self.urls else ""

    @property
    def urls(self) -> Sequence[str]:
        """The addresses of its attachments, empty for one without."""
        return [each.payload.url if each.payload else "" for each in self.attachments]


class Event(Struct, frozen=True):
    """Any event. Who the person is depends on its family: `sender`, `recipient`, `follower` or `user_id`."""

    event_name: str
    timestamp: Id = ""
    oa_id: Id = ""
    user_id: Id = ""
    sender: Party = Party()
    recipient: Party = Party()
    follower: Party = Party()
    message: Message | None = None
    group_id: Id = ""

    @property
    def sent_at(self) -> int:
        """When it happened, in whole seconds since 1970; 0 where it does not say."""
        return sent_at(self.timestamp)

    def kind(self, family: str) -> Kind:
        """Our word for what `<family>…` events hold."""
        return _KINDS.get(self.event_name[len(family) :], "other")


class Stamp(Struct, frozen=True):
    """The least an event has: what its signature needs."""

    timestamp: Id = ""


class Quota(Struct, frozen=True):
    """From what a message was taken, and what is left there; texts with digits in them."""

    quota_type: str = ""
    remain: Id = ""
    total: Id = ""


class Sending(Struct, frozen=True):
    """What a successful send tells; a message without a quota was paid for."""

    message_id: str = ""
    quota: Quota | None = None


class Allowance(Struct, frozen=True):
    remain: int = 0
    total: int = 0


class PersonQuota(Struct, frozen=True):
    """How many free messages a person can still get."""

    cs_reply: Allowance = Allowance()


class Asset(Struct, frozen=True):
    """A quota of the whole account."""

    quota_type: str = ""
    product_type: str = ""
    remain: Id = 0
    total: Id = 0


class Upload(Struct, frozen=True):
    attachment_id: str = ""


class Profile(Struct, frozen=True):
    """The account itself."""

    oaid: Id = ""
    name: str = ""
    package_name: str = ""
    package_valid_through_date: str = ""


class Answer(Struct, frozen=True):
    """The envelope of every answer, also of refusals: those come with HTTP 200 too."""

    error: Id = 0
    message: str = ""
    data: Raw = field(default_factory=lambda: _NOTHING)

    @property
    def code(self) -> int:
        """0 for success. What is no number is a failure we do not know: 1."""
        try:
            return int(self.error)
        except ValueError:
            return 1


class User(Struct, frozen=True):
    user_id: str


class Group(Struct, frozen=True):
    group_id: str


class Button(Struct, frozen=True):
    """A press makes the person send `payload`, unseen by themselves. Only Zalo on a telephone shows buttons."""

    title: str
    payload: str
    type: str = "oa.query.hide"


class Number(Struct, frozen=True):
    phone_code: str


class CallButton(Struct, frozen=True):
    """A press calls the number; nothing is sent."""

    title: str
    payload: Number
    type: str = "oa.open.phone"


class Buttons(Struct, frozen=True):
    buttons: Sequence[Button | CallButton]


class Element(Struct, frozen=True, omit_defaults=True):
    media_type: str
    url: str = ""
    attachment_id: str = ""


class Media(Struct, frozen=True):
    elements: tuple[Element]
    template_type: str = "media"


class Attached(Struct, frozen=True):
    payload: Buttons | Media
    type: str = "template"


class Content(Struct, frozen=True, omit_defaults=True):
    text: str = ""
    attachment: Attached | None = None


class Send(Struct, frozen=True):
    recipient: User | Group
    message: Content


class SentWords(Struct, frozen=True):
    text: str = ""


class SentMessage(Struct, frozen=True):
    """A message as it stands in a parcel; the recipient is passed on as it is."""

    recipient: Raw
    message: SentWords


encode = msgspec.json.Encoder().encode
decode_event = with_half_characters(msgspec.json.Decoder(Event).decode)
decode_anything = with_half_characters(msgspec.json.Decoder().decode)
decode_stamp = with_half_characters(msgspec.json.Decoder(Stamp).decode)
decode_answer = msgspec.json.Decoder(Answer).decode
decode_sending = msgspec.json.Decoder(Sending).decode
decode_person_quota = msgspec.json.Decoder(PersonQuota).decode
_decode_sent = msgspec.json.Decoder(SentMessage).decode
decode_upload = msgspec.json.Decoder(Upload).decode


def without_attachment(body: bytes) -> bytes:
    """The words of a message alone."""
    sent = _decode_sent(body)
    return encode({"recipient": sent.recipient, "message": Content(sent.message.text)})


def with_picture(body: bytes, attachment_id: str) -> bytes:
    """The words of a message with an uploaded picture, in place of what went with them: one thing can go."""
    sent = _decode_sent(body)
    picture = Attached(Media((Element("image", attachment_id=attachment_id),)))
    return encode({"recipient": sent.recipient, "message": Content(sent.message.text, picture)})


def number(text: Id, otherwise: int = 0) -> int:
    """A count that Zalo may write as text."""
    try:
        return int(text)
    except ValueError:
        return otherwise


BACKOFF_SECONDS: Final = 1.0
BROKEN_SECONDS: Final = 300.0
"""How long messages wait while something has to be put right by people: they are kept, and go out afterwards."""

_FAILED_TRIES: Final = 5

RATE: Final = -32
STALE_UPLOAD: Final = -100
FAILED: Final = -200
WRONG_FIELD: Final = -201
NOT_LIKE_THIS: Final = (WRONG_FIELD, -210, -233)
"""Something in the message is not taken: perhaps what goes with the words."""
NIGHT: Final = -234
UNAUTHORIZED: Final = 401
AUTH: Final = frozenset({-216, -220, 216, -401, UNAUTHORIZED})
"""The access token is not good (any more): as documented, and as others saw it."""
FULL: Final = -218
_CLOSED: Final = frozenset({-211, FULL, -230, -232, -305, -311, -320, -321})
"""Free messages are used up, or it is too long ago: only the person can open the conversation again."""
_MORNING_MS: Final = 23 * 3600 * 1000
"""Six o'clock in Vietnam, since midnight UTC."""
_DAY_MS: Final = 24 * 3600 * 1000

_GONE: Final = {
    -217: "blocked the account",
    -227: "is banned, or has not been online for 45 days",
    -244: "wants no such messages from the account",
    -403: "the account is not in this group any more",
}
_DOWN: Final = {
    -204: "the Official Account is disabled: see Zalo OA Manager",
    -205: "the Official Account does not exist: see Zalo OA Manager",
    -219: "the app was removed or disabled: see the app's page at developers.zalo.me",
    -242: "the proof of the app's secret is missing or wrong: set ZALO_OA_PROOF=yes, and check ZALO_OA_APP_SECRET",
}
_BROKEN: Final = {
    -209: "the app is not activated for this: see the app's page at developers.zalo.me",
    -212: "a permission is missing: run `toso zalo consent` and agree to all it asks for",
    -221: "the Official Account has to be verified for this: see Zalo OA Manager",
    -223: "a permission is missing: run `toso zalo consent` and agree to all it asks for",
    -224: "the account's package does not include this: see Zalo OA Manager, packages",
    -235: "this kind of Official Account cannot do this: it has to be an organisation's, see Zalo OA Manager",
}
_REFUSED: Final = {
    -211: "the account's messages are used up until its quota begins anew",
    -213: "this person does not follow the account",
    FULL: "this person gets no more messages for now",
    -230: "the person has not written for 7 days",
    -232: "the person has not written for 7 days",
    -233: "Zalo does not take messages of this kind",
    -237: "the group's package has run out: renew it in Zalo OA Manager within 45 days",
    -238: "the package of the group is in use already, or switched off: see Zalo OA Manager, packages",
    -240: "this way of sending was closed by Zalo: a newer version of the app is needed",
    -241: "the package of the group is in use already: see Zalo OA Manager, packages",
    -248: "Zalo says that it breaks its rules (https://go.zalo.me/oa-policy)",
    -305: "the 48 hours for an answer are over",
    -311: "the free messages are used up until the person writes again",
    -320: "it would cost money, and the app has no Zalo Cloud Account: connect one at developers.zalo.me",
    -321: "it would cost money, and the Zalo Cloud Account has none: top it up",
}
_BUSY: Final = {
    RATE: "look again in a minute; where it comes often, set ZALO_OA_RATE lower",
    FAILED: "look again later",
}
ADVICE: Final[Mapping[int, str]] = _DOWN | _BROKEN | _REFUSED | _GONE | _BUSY


def advice(code: int) -> str:
    """What an operator can do about a code."""
    return ADVICE.get(code, "look this code up among the error codes at developers.zalo.me")


def outcome(answer: Answer, now_ms: int) -> Outcome:
    """What an answer means for the message; what is said of the app or the account is no word about it: it waits."""
    code = answer.code
    why = f"{code} {answer.message}".strip()
    if code == 0:
        return Sent()
    if code == RATE:
        return Later(60.0 - now_ms / 1000 % 60 + 0.5, why, exact=True)  # the count begins anew every minute
    if code == NIGHT:
        return Later((_MORNING_MS - now_ms) % _DAY_MS / 1000, why, exact=True)
    if code in AUTH:
        return ChannelDown(f"{why}: the access token is not taken")
    if code in _DOWN:
        return ChannelDown(f"{why}: {_DOWN[code]}")
    if code == FAILED:
        return Later(BACKOFF_SECONDS, why, tries=_FAILED_TRIES)
    if code in _GONE:
        return Gone(f"{why}: {_GONE[code]}")
    if code in _BROKEN:
        return Later(BROKEN_SECONDS, f"{why}: {_BROKEN[code]}", exact=True)
    return Refused(f"{why}: {_REFUSED[code]}" if code in _REFUSED else why, closed=code in _CLOSED)
