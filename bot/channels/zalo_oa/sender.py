"""Hands parcels to Zalo: within the calls of a minute and the free messages, in another form where one is not taken.

From a `Reply` to the parcel that goes to Zalo: text with digits, and buttons or a picture besides. Pure.
"""

import logging
from collections.abc import Callable
from typing import Final

from bot.audio.recordings import listening_address
from bot.channels.images import MEDIA_TRIES, plainer_next
from bot.channels.rate_limit import Limiter
from bot.channels.zalo_oa.client import Calls, Faulty, Silent
from bot.channels.zalo_oa.events import GROUP, PHOTO, VOICE, Seal, said_by
from bot.channels.zalo_oa.media import URL_LIMIT, Pictures, PictureWrong, StepPictures
from bot.channels.zalo_oa.oauth import AccountDown
from bot.channels.zalo_oa.quota import Window, Windows
from bot.channels.zalo_oa.types import (
    BACKOFF_SECONDS,
    BUTTONS,
    FULL,
    GROUP_MESSAGE,
    MESSAGE,
    NOT_LIKE_THIS,
    TEXT_LIMIT,
    TITLE_LIMIT,
    Answer,
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
    Sending,
    User,
    decode_sending,
    encode,
    outcome,
    without_attachment,
)
from bot.engine.presenter import NAVIGATION, present
from bot.errors import PlatformError, StoreDown
from bot.model import Chat, Choice, Reply, replace
from bot.nlu.patterns import compiled
from bot.nlu.telephones import Telephone, telephones
from bot.ports.store import Capabilities, ChannelDown, Clock, Later, Outcome, Priority, Refused, Sent, Unconfirmed

log = logging.getLogger(__name__)

_FULL_MS: Final = 3600 * 1000
"""How long somebody who gets no more messages is left alone, unless they write: nobody knows when that ends."""


class Parcels:
    """Sends them. `in_group` is told the id of each message that a group got; with `steps`, steps have pictures."""

    def __init__(
        self,
        calls: Calls,
        windows: Windows,
        pictures: Pictures,
        limiter: Limiter,
        clock: Clock,
        in_group: Callable[[str], None],
        steps: StepPictures | None = None,
    ) -> None:
        self._calls = calls
        self._windows = windows
        self._pictures = pictures
        self._limiter = limiter
        self._clock = clock
        self._in_group = in_group
        self._steps = steps
        self._full: dict[str, int] = {}
        self._told_of_buttons = False

    async def send(self, chat: Chat, parcel: bytes, doubts: int = 0, priority: Priority = Priority.REPLY) -> Outcome:
        """Hand one parcel to Zalo, after waiting for its turn where the wait is short."""
        head, body, instead = (*parcel.split(b"\n"), b"")[:3]
        path, heard, picture = f"{head.decode()} ".split(" ")[:3]
        try:
            window = None
            if path == MESSAGE:
                window = await self._windows.open(chat, int(heard))
                if window is None:
                    return Refused("it would cost something, and ZALO_OA_MAY_COST does not allow it", closed=True)
                if self._is_full(chat.person, window.heard_ms):
                    return outcome(Answer(FULL), self._clock.now_ms())
            for _ in range(2 if _passes_on(body) else 1):  # an upload is a call, too
                if wait := await self._limiter.turn(chat.chat, priority):
                    return Later(wait, "rate", exact=True, ours=True)
            result = await self._sent(chat, path, (body, instead), "" if doubts else picture, window)
            return plainer_next(result) if picture and not doubts else result
        except PictureWrong as error:
            return Refused(f"its picture cannot be sent: {error}")
        except AccountDown as error:
            return ChannelDown(str(error))
        except StoreDown as down:
            return Later(BACKOFF_SECONDS, str(down), exact=True, ours=True)
        except PlatformError as error:
            return Later(BACKOFF_SECONDS, str(error))

    async def _sent(
        self, chat: Chat, path: str, said: tuple[bytes, bytes], picture: str, window: Window | None
    ) -> Outcome:
        try:
            answer = await self._answer(path, said, picture)
        except Silent as silent:
            return Unconfirmed(str(silent))
        except Faulty as fault:
            return Later(BACKOFF_SECONDS, str(fault), tries=MEDIA_TRIES if _passes_on(said[0]) else 0)
        return await self._settled(chat, answer, window)

    async def _answer(self, path: str, said: tuple[bytes, bytes], picture: str) -> Answer:
        """Zalo's answer; to a step with its picture where that can be shown, else as it stands."""
        body, instead = said
        if _passes_on(body):
            return await self._pictures.passed_on(path, body, instead)
        answer = await self._steps.shown(path, body, picture) if picture and self._steps else None
        return await self._taken(path, body) if answer is None else answer

    async def _taken(self, path: str, body: bytes) -> Answer:
        """Zalo's answer; where it does not take what goes with the words, its answer to another form of the same."""
        answer = await self._calls.post(path, body)
        if answer.code in NOT_LIKE_THIS and b'"buttons"' in body:
            plain = await self._calls.post(path, without_attachment(body))
            if plain.code == 0 and not self._told_of_buttons:
                self._told_of_buttons = True
                log.warning("zalo-oa: buttons are not taken (%s): ZALO_OA_BUTTONS=no saves trying", answer.code)
            return plain
        return answer

    async def _settled(self, chat: Chat, answer: Answer, window: Window | None) -> Outcome:
        result = outcome(answer, self._clock.now_ms())
        if isinstance(result, Sent):
            return await self._noted(chat, answer, window)
        if answer.code == FULL:
            self._full[chat.person] = self._clock.now_ms()
        if isinstance(result, Refused | Later) and answer.code < 0:
            log.warning("zalo-oa: %s", result.why)
        return result

    async def _noted(self, chat: Chat, answer: Answer, window: Window | None) -> Sent:
        """What a message that went out tells us; none of it may have it sent again."""
        try:
            sending = decode_sending(answer.data)
        except ValueError:
            sending = Sending()
        if window is None:
            self._in_group(sending.message_id)
            return Sent()
        try:
            return Sent(closing=await self._windows.sent(chat, window, sending.quota))
        except StoreDown as down:
            log.warning("zalo-oa: a message could not be counted: %s", down)
            return Sent()

    def _is_full(self, person: str, heard_ms: int) -> bool:
        """Whether Zalo said lately that this person gets no more: no call is spent on hearing it again."""
        over = self._clock.now_ms() - _FULL_MS
        self._full = {each: at for each, at in self._full.items() if at > over} if self._full else self._full
        return heard_ms <= self._full.get(person, -1)


def _passes_on(body: bytes) -> bool:
    """Whether a message shows a picture that somebody sent."""
    return b'"media"' in body


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
