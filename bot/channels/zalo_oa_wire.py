"""The wire format of Zalo's Official Account API v3. Pure; only the fields we use.

Whatever else Zalo sends, now or in future, is skipped without being built. Ids are text, and may come as numbers.
"""

from collections.abc import Sequence
from typing import Final

import msgspec
from msgspec import Raw, Struct, field

from bot.channels.half_characters import with_half_characters
from bot.channels.zalo_time import sent_at
from bot.model import Kind

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


class Sent(Struct, frozen=True):
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
_decode_sent = msgspec.json.Decoder(Sent).decode
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
