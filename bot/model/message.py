"""What comes in and what goes out."""

from typing import Literal

from msgspec import Struct

from bot.model.chat import Chat, Choice
from bot.model.request import Call, Deed

Kind = Literal[
    "text",
    "press",
    "picture",
    "voice",
    "heard",
    "unheard",
    "sticker",
    "file",
    "other",
    "edited",
    "gone",
    "withdrawn",
    "moved",
    "added",
    "undelivered",
    "unopened",
    "closing",
    "unkept",
    "timer",
    "deed",
    "call",
]
"""What came in. `other`: something we have no word for, perhaps of a kind that is new. `heard`: a machine heard a
`voice` of before, and these are its words; `unheard`: it did not, and the text says why. `gone`: the person blocked the
bot or deleted the chat, or the bot may not write in this group any more. `withdrawn`: they told the platform that all
kept about them be deleted. `moved`: the group has another id from now on, which is the text; `added`: the bot may write
in this group (again). `undelivered`: the platform will never take something we wrote to this person; `unopened`: and
nothing else either, until they write again; `closing`: soon it will be so.
`unkept`: something they wrote is lost, for it could not be saved. `timer`: a stored due time came.

`deed`: a volunteer did something with this resident's request. `call`: this volunteer, or this team's group, has to
hear of somebody's request.
"""

Undelivered = Literal["undelivered", "unopened", "closing"]
"""Kinds that whoever talks with this person has to hear of."""


class Incoming(Struct, frozen=True):
    """One thing that reached us, in our own words.

    `id` is the platform's own id of the update and is unique within the conversation: the same id twice has one
    effect. `choice` is the payload of a pressed button, as `Reply.payload` made it. `receipt` is what the channel
    needs to acknowledge this update, and means nothing to anyone else. `quoted` is the text of our message that this
    one answers; `media` the channel's own reference of a picture, `album` what it belongs to where several were sent
    together, `more` those that came in this same message. `sent_at` is when the platform says it was sent, in whole
    seconds since 1970; 0 where the platform does not say. `address` is the network address of whoever spoke to us
    without a platform between, where it is known to be theirs; it is kept as a hash alone. `unseen`: they had nothing
    of ours before them when they said it, so it answers no question.
    """

    id: str
    chat: Chat
    kind: Kind = "text"
    text: str = ""
    choice: str = ""
    receipt: str = ""
    group: bool = False
    quoted: str = ""
    media: str = ""
    deed: Deed | None = None
    call: Call | None = None
    sent_at: int = 0
    address: str = ""
    unseen: bool = False
    album: str = ""
    more: tuple[str, ...] = ()


JPEG = ".jpg"
"""Ends the names of pictures that are made of a photograph of a screen; all others are PNGs."""


def media_type_of(name: str) -> str:
    """What the picture with this name is, as HTTP calls it."""
    return "image/jpeg" if name.endswith(JPEG) else "image/png"


class Drawn(Struct, frozen=True):
    """A picture that we draw, by its name; `alt` says it in words."""

    name: str
    alt: str


class Aloud(Struct, frozen=True):
    """What somebody read aloud, by the name of the recording; how long it takes."""

    name: str
    seconds: int


class Reply(Struct, frozen=True):
    """One message to a person, before a channel shapes it.

    `mark` names the place in the conversation its choices belong to, so that a press on an old message is known as
    such. `sender` is empty for the bot, else the first name of the volunteer who speaks. `media` is a picture that
    this same channel holds, `instead` what is said below the text where that cannot be shown; `picture` one that we
    draw, for channels that show such. `aloud` is to be listened to. `lang` is the language of the text and the choices.
    `asks` says that somebody waits for a picture from this person. `page` is the address, below our own, of a page that
    says the same to whom this is passed on. `erased`: all that was kept about this person is gone, and what their
    device keeps shall go, too. `masked` says what messages of this person became whose secrets were masked with this
    turn, by id: a device that keeps them is to keep them so.
    """

    text: str
    choices: tuple[Choice, ...] = ()
    mark: str = ""
    sender: str = ""
    media: str = ""
    instead: str = ""
    picture: Drawn | None = None
    aloud: Aloud | None = None
    lang: str = "vi"
    asks: Literal["", "picture"] = ""
    page: str = ""
    erased: bool = False
    masked: dict[str, str] = {}

    def payload(self, choice: Choice) -> str:
        """What a button for this choice carries (at most 64 bytes: Telegram's `callback_data`)."""
        return f"{self.mark}:{choice.id}"
