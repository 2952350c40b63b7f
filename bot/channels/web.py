"""The web chat as a channel: replies are kept as a log that the resident's own device fetches.

Pictures that residents sent through the web chat: kept with the request they were asked for in.
"""

from collections.abc import Mapping
from hashlib import sha256
from typing import Final, Literal

import msgspec
from msgspec import UNSET, Struct, UnsetType

from bot.audio.recordings import sound_address
from bot.engine.presenter import units
from bot.errors import NotReadable
from bot.model import Chat, Incoming, Reply
from bot.model.message import JPEG
from bot.nlu.telephones import telephones
from bot.ports.store import Capabilities, Outcome, Priority, Sent, Store

BOT = "bot"
"""Who speaks when no volunteer does."""
PICTURES = "/pictures/"
"""What begins the addresses of the pictures of steps."""


class WebChoice(Struct, frozen=True):
    """A button of the web chat; pressing it sends `id` back."""

    id: str
    label: str
    digit: str


class WebCall(Struct, frozen=True):
    """A telephone number in a text: from character `at` on, so `long` (UTF-16 units), and what is dialled for it."""

    at: int
    long: int
    dial: str


class WebReply(Struct, frozen=True, rename={"sender": "from"}):
    """One reply as the resident's device gets it. `sender` is BOT or the first name of a volunteer.

    `lang` is the language of its text and choices. `picture` and `audio` are addresses, `alt` says in words what the
    picture shows; the audio is AAC with `.aac` for `.ogg`. `asks` is there while somebody waits for a picture, `page`
    where a page says the same to others, `calls` where the text has telephone numbers, `erased` where the device is to
    forget what it keeps, `masked` what lines that it keeps became, by their id.
    """

    text: str
    choices: tuple[WebChoice, ...]
    sender: str
    lang: str
    picture: str | None = None
    alt: str | UnsetType = UNSET
    audio: str | None = None
    asks: Literal["picture"] | UnsetType = UNSET
    page: str | UnsetType = UNSET
    calls: tuple[WebCall, ...] | UnsetType = UNSET
    erased: bool | UnsetType = UNSET
    masked: dict[str, str] | UnsetType = UNSET


def picture_address(name: str) -> str:
    """Where the picture with this name is."""
    return f"{PICTURES}{name}" if name.endswith(JPEG) else f"{PICTURES}{name}.png"


def picture_named(file: str) -> str:
    """The name of the picture at this address, which begins with PICTURES."""
    return file.removesuffix(".png")


class Parcel(Struct, frozen=True):
    """One entry of the log: `reply` as JSON for the device, and the message `re` that it answers."""

    re: str
    reply: msgspec.Raw


read_parcel = msgspec.json.Decoder(Parcel).decode
_encode = msgspec.json.Encoder().encode


def _calls(text: str) -> tuple[WebCall, ...]:
    return tuple(
        WebCall(units(text[: each.start]), units(text[each.start : each.end]), each.dial) for each in telephones(text)
    )


def chat_of(token: str) -> Chat:
    """The conversation behind a token. Stored names cannot be turned back into a token that opens it."""
    name = sha256(token.encode()).hexdigest()[:32]
    return Chat(WebChannel.name, name, name)


class WebChannel:
    """The web chat. It has no webhook and nothing to send to: the device pulls its log."""

    name = "web"
    private_link = ""
    capabilities = Capabilities(buttons=8, text_limit=10_000, label_limit=80, audio="with_words", pulled=True)

    def decode(self, headers: Mapping[bytes, bytes], body: bytes) -> Incoming | None:
        raise NotReadable("The web chat has no webhook: it is spoken to through /api/chat.")

    def receipt(self, incoming: Incoming) -> bytes:
        return b""

    def render(self, chat: Chat, reply: Reply, answering: str) -> bytes:
        choices = tuple(WebChoice(reply.payload(choice), choice.label, choice.digit) for choice in reply.choices)
        drawn = reply.picture
        shown = WebReply(
            reply.text,
            choices,
            reply.sender or BOT,
            reply.lang,
            picture=picture_address(drawn.name) if drawn else None,
            audio=sound_address(reply.aloud.name) if reply.aloud else None,
            alt=drawn.alt if drawn else UNSET,
            asks=reply.asks or UNSET,
            page=reply.page or UNSET,
            calls=_calls(reply.text) or UNSET,
            erased=reply.erased or UNSET,
            masked=reply.masked or UNSET,
        )
        return _encode(Parcel(answering, msgspec.Raw(_encode(shown))))

    async def send(self, chat: Chat, parcel: bytes, doubts: int = 0, priority: Priority = Priority.REPLY) -> Outcome:
        return Sent()

    async def check(self) -> str:
        return ""


_PHOTO: Final = "photo:"


class WebPictures:
    """Keeps them in the store, for as long as that says, and gives them out to those who help: a `Holder`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def keep(self, code: str, name: str, content: bytes) -> str:
        """Our reference of a picture from now on, for `Incoming.media`; empty where the request may have no more.

        The same `name` twice is one picture. Raises StoreDown.
        """
        kept = await self._store.keep_picture(code, name, content)
        return f"{_PHOTO}{code}/{name}" if kept else ""

    async def fetch(self, media: str) -> bytes | None:
        """The content of a picture; None where it is gone. Raises StoreDown."""
        code, _, name = media.removeprefix(_PHOTO).partition("/")
        return await self._store.picture(code, name)
