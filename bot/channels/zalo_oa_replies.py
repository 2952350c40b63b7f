"""From a `Reply` to the parcel that goes to Zalo: text with digits, and buttons or a picture besides. Pure."""

from typing import Final

from bot.channels.zalo_oa_events import GROUP, PHOTO, VOICE, said_by
from bot.channels.zalo_oa_seal import Seal
from bot.channels.zalo_oa_wire import (
    BUTTONS,
    GROUP_MESSAGE,
    MESSAGE,
    TEXT_LIMIT,
    TITLE_LIMIT,
    Attached,
    Button,
    Buttons,
    CallButton,
    Content,
    Element,
    Group,
    Media,
    Number,
    Send,
    User,
    encode,
)
from bot.channels.zalo_pictures import URL_LIMIT
from bot.language.patterns import compiled
from bot.model import Chat, Choice, Reply, replace
from bot.ports import Capabilities
from bot.present import NAVIGATION, present
from bot.telephones import Telephone, telephones
from bot.voice.voices import listening_address

_MENTION: Final = 30
"""How long a mention of somebody in a group may be: it stands in the text."""
_NO_WORDS: Final = "📷"
"""A picture in a group must have words."""
_BREAK: Final = compiled(r"[,;:.?!…)]+(?:\s|$)|[\n(]")
_CLAUSE: Final = 30
"""How many characters stand on a button of a small telephone."""

CAPABILITIES: Final = Capabilities(
    # Zalo on a computer shows no buttons: what can be chosen always stands in the text, and buttons are there besides.
    buttons=0,
    text_limit=TEXT_LIMIT - _MENTION,
    label_limit=0,
    audio="link",
    caption_limit=TEXT_LIMIT - _MENTION - URL_LIMIT - 1,
)
"""Below a picture or spoken words there is room for their address."""


class Replies:
    """Makes parcels; `buttons`: choices are shown as buttons too; `pictures`: steps name theirs.

    `site` has the pages on which one listens to what was read aloud.
    """

    def __init__(self, seal: Seal, *, buttons: bool, pictures: bool = False, site: str = "") -> None:
        self._seal = seal
        self._site = site
        self._most = BUTTONS if buttons else 0
        self._pictures = pictures

    def parcel(self, chat: Chat, reply: Reply, answering: str, now_ms: int) -> bytes:
        """`<path> <when it was asked, Unix ms>[ <name of its picture>]` line feed `<JSON body>`.

        The body is all that has to be said, also where the picture of a step cannot be shown. For a picture that
        somebody sent another body follows after a line feed, where there is something to say instead.
        """
        if reply.aloud and self._site:
            reply = replace(reply, text=f"{reply.text}\n{self._site}{listening_address(reply.aloud.name)}")
        text = _with_voice(present(reply, CAPABILITIES).text, reply.media)
        if chat.chat.startswith(GROUP):
            # Many talk there at once: whom we answer reads it with their name.
            to = f"[@{chat.person}] " if said_by(chat.person, answering) else ""
            content = Content(to + text or _NO_WORDS, _picture(reply.media))
            return f"{GROUP_MESSAGE} 0\n".encode() + _said(Group(chat.chat[len(GROUP) :]), content, reply)
        heard_ms = now_ms if said_by(chat.person, answering) else 0
        content = Content(text, _picture(reply.media) or self._buttons(chat, reply, now_ms))
        drawn = f" {reply.picture.name}" if self._pictures and reply.picture and not reply.media else ""
        return f"{MESSAGE} {heard_ms}{drawn}\n".encode() + _said(User(chat.chat), content, reply)

    def _buttons(self, chat: Chat, reply: Reply, now_ms: int) -> Attached | None:
        """What is to be called at once, the step's own choices, then whatever finds room: other numbers, back, menu.

        All own choices but one, which may give way to a number, or none: few of many would look like all. What has no
        button stands in the text, with its digit.
        """
        said = list({each.dial: each for each in telephones(reply.text)}.values())
        calls = [CallButton(f"☎ {_whose(reply.text, each)}", Number(_dialled(each.dial))) for each in said]
        urgent = sum(each.end <= len(reply.text.partition("\n")[0]) for each in said)
        own = [choice for choice in reply.choices if choice.digit not in NAVIGATION]
        ways = [choice for choice in reply.choices if choice.digit in NAVIGATION]
        room = max(0, self._most - urgent)
        if len(own) > room + bool(urgent):
            own, ways = [], []
        calls = calls[: self._most - len(own[:room])]
        shown = [self._button(chat.person, reply, each, now_ms) for each in (own + ways)[: self._most - len(calls)]]
        buttons: list[Button | CallButton] = [*calls, *shown]
        return Attached(Buttons(buttons)) if buttons else None

    def _button(self, person: str, reply: Reply, choice: Choice, now_ms: int) -> Button:
        label = f"{choice.digit}. {choice.label}" if choice.digit else choice.label
        title = label if len(label) <= TITLE_LIMIT else label[: TITLE_LIMIT - 1].rstrip() + "…"
        return Button(title, self._seal.sealed(person, reply.payload(choice), now_ms))


def _said(to: User | Group, content: Content, reply: Reply) -> bytes:
    """The body of a message, and what is said instead of the picture in it."""
    body = encode(Send(to, content))
    if not (reply.instead and reply.media.startswith(PHOTO)):
        return body
    return body + b"\n" + encode(Send(to, Content(f"{content.text}\n{reply.instead}".lstrip())))


def _whose(text: str, number: Telephone) -> str:
    """The number with the words around it, up to the next comma or stop; alone where they are more than a button shows.

    Two numbers of banks look alike: a button without the bank's name would be a guess.
    """
    before = _BREAK.split(text[: number.start])[-1]
    after = _BREAK.split(text[number.end :], maxsplit=1)[0]
    clause = f"{before}{text[number.start : number.end]}{after}".strip()
    return clause[0].upper() + clause[1:] if len(clause) <= _CLAUSE else text[number.start : number.end]


def _dialled(dial: str) -> str:
    """As Zalo wants a number: with 84 for the zero, without a plus; short and paid lines as they are."""
    return dial.removeprefix("+") if dial.startswith("+") else f"84{dial[1:]}" if dial.startswith("0") else dial


def _picture(media: str) -> Attached | None:
    return Attached(Media((Element("image", url=media.removeprefix(PHOTO)),))) if media.startswith(PHOTO) else None


def _with_voice(text: str, media: str) -> str:
    """Zalo lets an account send no recording: whoever has to hear one gets its address."""
    return f"{text}\n{media.removeprefix(VOICE)}".lstrip() if media.startswith(VOICE) else text
