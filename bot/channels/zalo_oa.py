"""The channel of Zalo's Official Account: people who write to the account, and the account's own groups.

Wire shapes are in `zalo_oa_wire`, reading events in `zalo_oa_events`, error codes in `zalo_oa_codes`.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from typing import Final, Protocol

import aiohttp

from bot.channels.limits import Limiter
from bot.channels.zalo_oa_account import Account
from bot.channels.zalo_oa_calls import Calls
from bot.channels.zalo_oa_codes import BACKOFF_SECONDS, BROKEN_SECONDS, FAILED, STALE_UPLOAD, WRONG_FIELD, outcome
from bot.channels.zalo_oa_events import GROUP, NAME, PHOTO, Reader, Signatures, said_by
from bot.channels.zalo_oa_pictures import Pictures
from bot.channels.zalo_oa_quiet import Quiet, Quiets
from bot.channels.zalo_oa_seal import Seal
from bot.channels.zalo_oa_windows import Counts, Window, Windows
from bot.channels.zalo_oa_wire import (
    BUTTONS,
    GROUP_MESSAGE,
    MESSAGE,
    QUOTA,
    TEXT_LIMIT,
    TITLE_LIMIT,
    Answer,
    Attached,
    Button,
    Buttons,
    Content,
    Element,
    Event,
    Group,
    Media,
    Profile,
    Send,
    Sending,
    User,
    decode_person_quota,
    decode_sending,
    encode,
)
from bot.channels.zalo_pictures import PictureWrong
from bot.channels.zalo_tokens import ConsentNeeded, Tokens
from bot.errors import PlatformError, SettingWrong, StoreDown
from bot.model import Chat, Choice, Incoming, Reply
from bot.ports import Capabilities, Clock, Later, Outcome, Refused, Sent
from bot.present import present

log = logging.getLogger(__name__)

_CONNECTIONS: Final = 256
_PROBE: Final = (b"{}", b"")
_FAILED_TRIES: Final = 5
_MENTION: Final = 30
"""How long a mention of somebody in a group may be: it stands in the text."""
_NO_WORDS: Final = "📷"
"""A picture in a group must have words."""


class Kept(Counts, Quiets, Protocol):
    """The part of a `Store` that the channel needs."""


class ZaloOaChannel:
    """`secret` is the OA Secret Key of the app's Webhook page, `app_secret` the App Secret Key of its settings page.

    `rate` is calls a minute in all, 0 means no limit. `may_cost`: messages beyond the free ones may use up the
    account's allowance, or cost money. `quiet_ms`: how long the bot is silent after a human of the account wrote.
    `link` opens a private chat with the account. `count` is told of every message what it cost, see `Windows`. Raises
    SettingWrong for a missing id or secret.
    """

    name = NAME
    # Zalo on a computer shows no buttons: what can be chosen always stands in the text, and buttons are there besides.
    capabilities = Capabilities(buttons=0, text_limit=TEXT_LIMIT - _MENTION, label_limit=0)

    def __init__(
        self,
        app_id: str,
        app_secret: str,
        secret: str,
        refresh_token: str,
        *,
        store: Kept,
        clock: Clock,
        api: str = "https://openapi.zalo.me",
        oauth: str = "https://oauth.zaloapp.com",
        rate: float = 3600.0,
        may_cost: bool = False,
        quiet_ms: int = 0,
        link: str = "",
        picture_hosts: Collection[str] = (),
        count: Callable[[str], None] = lambda _: None,
    ) -> None:
        for value, named in ((app_id, "ZALO_OA_APP_ID"), (app_secret, "ZALO_OA_APP_SECRET")):
            if not value.strip():
                raise SettingWrong(f"{named} is missing: copy it from the app's settings at developers.zalo.me.")
        if not secret or secret == app_secret:
            raise SettingWrong(
                "ZALO_OA_SECRET_KEY is not the OA Secret Key: copy it from the app's Webhook page at "
                "developers.zalo.me. It is another one than the app's own secret key."
            )
        self.private_link = link
        self._clock = clock
        self._opened: aiohttp.ClientSession | None = None
        self.tokens = Tokens(app_id, app_secret, refresh_token, oauth, store, clock, self._session)
        self.calls = Calls(api, self.tokens, self._session)
        self.account = Account(self.calls)
        self.windows = Windows(store, clock, self._free_left, count, may_cost=may_cost)
        self.quiet = Quiet(store, clock, quiet_ms)
        self._signatures = Signatures(app_id, secret, app_secret)
        self._seal = Seal(secret)
        self._pictures = Pictures(self.calls, picture_hosts)
        self.reader = Reader(self._seal, self._pictures.known)
        self._limiter = Limiter(rate / 60, 0, 0)
        self._failed: Counter[str] = Counter()
        self._withdrawn: set[str] = set()

    def decode(self, headers: Mapping[bytes, bytes], body: bytes) -> Incoming | None:
        """A webhook call in our words; None for what we do not handle. Raises NotGenuine, NotReadable."""
        if body.strip() in _PROBE:
            return None  # the console tries the address like this, unsigned
        self._signatures.check(headers, body)
        heard = self.reader.read(body, self._clock.now_ms())
        if isinstance(heard, Event):
            return self._about_people(heard)
        if heard is not None and self._in_human_hands(heard):
            log.info("zalo-oa: a message is left to the human who answers")
            return None
        return heard

    def receipt(self, incoming: Incoming) -> bytes:
        return b""

    def render(self, chat: Chat, reply: Reply, answering: str) -> bytes:
        """`<path> <when it was asked, Unix ms>` line feed `<JSON body>`."""
        text = present(reply, self.capabilities).text
        if chat.chat.startswith(GROUP):
            # Many talk there at once: whom we answer reads it with their name.
            to = f"[@{chat.person}] " if said_by(chat.person, answering) else ""
            content = Content(to + text or _NO_WORDS, _picture(reply.media))
            return f"{GROUP_MESSAGE} 0\n".encode() + encode(Send(Group(chat.chat[len(GROUP) :]), content))
        now_ms = self._clock.now_ms()
        heard_ms = now_ms if said_by(chat.person, answering) else 0
        content = Content(text, _picture(reply.media) or self._buttons(chat, reply, now_ms))
        return f"{MESSAGE} {heard_ms}\n".encode() + encode(Send(User(chat.chat), content))

    async def send(self, chat: Chat, parcel: bytes) -> Outcome:
        """Hand one parcel to Zalo, after waiting for its turn where the wait is short."""
        head, _, body = parcel.partition(b"\n")
        path, _, heard = head.decode().partition(" ")
        try:
            window = None
            if path == MESSAGE:
                window = await self.windows.open(chat, int(heard))
                if window is None:
                    return Refused("it would cost something, and ZALO_OA_MAY_COST does not allow it", closed=True)
            wait = self._limiter.reserve(chat.chat, self._clock.now_ms() / 1000)
            if wait > self._limiter.patience:
                return Later(wait, "rate", exact=True)
            if wait > 0:
                await asyncio.sleep(wait)
            return await self._sent(chat, path, body, window)
        except ConsentNeeded as error:
            return Later(BROKEN_SECONDS, str(error), exact=True)
        except (PlatformError, StoreDown) as error:
            return Later(BACKOFF_SECONDS, str(error))

    async def fetch(self, media: str) -> bytes | None:
        """A picture that somebody sent; None where it is gone or too large. Never raises."""
        try:
            return await self._pictures.fetch(media.removeprefix(PHOTO))
        except PictureWrong as error:
            log.info("zalo-oa: a picture is not shown: %s", error)
            return None

    async def settle(self) -> None:
        """Tell the store, and the other workers, what events left to do. Raises StoreDown."""
        await self.quiet.sync()
        for person in tuple(self._withdrawn):
            await self.windows.forget(person)
            self._withdrawn.discard(person)

    async def introduce(self) -> Profile:
        """The account itself; from now on it is known by its id, and in groups by its name. Raises PlatformError."""
        profile = await self.account.me()
        self.reader.oa_id, self.reader.oa_name = str(profile.oaid), profile.name
        return profile

    async def close(self) -> None:
        """Let the connections go."""
        if self._opened:
            await self._opened.close()
            self._opened = None

    def _about_people(self, event: Event) -> Incoming | None:
        """A human took over: be silent. Somebody wants all deleted: that is said in our words."""
        if event.event_name != "user_withdraw":
            self.quiet.begin(str(event.recipient.id))
            return None
        person = str(event.user_id)
        self._withdrawn.add(person)
        return Incoming(f"withdraw:{event.timestamp}", Chat(NAME, person, person), "withdrawn") if person else None

    def _in_human_hands(self, heard: Incoming) -> bool:
        """Whoever presses one of our buttons wants the bot; all else they say to the human."""
        return not heard.group and heard.kind != "press" and self.quiet.holds(heard.chat.person)

    def _buttons(self, chat: Chat, reply: Reply, now_ms: int) -> Attached | None:
        if not 0 < len(reply.choices) <= BUTTONS:
            return None
        sealed = [self._button(chat.person, reply, choice, now_ms) for choice in reply.choices]
        return Attached(Buttons(sealed))

    def _button(self, person: str, reply: Reply, choice: Choice, now_ms: int) -> Button:
        label = f"{choice.digit}. {choice.label}" if choice.digit else choice.label
        title = label if len(label) <= TITLE_LIMIT else label[: TITLE_LIMIT - 1].rstrip() + "…"
        return Button(title, self._seal.sealed(person, reply.payload(choice), now_ms))

    async def _sent(self, chat: Chat, path: str, body: bytes, window: Window | None) -> Outcome:
        answer = await self.calls.post(path, body)
        if answer.code in (STALE_UPLOAD, WRONG_FIELD) and b'"media"' in body:
            try:
                answer = await self.calls.post(path, await self._pictures.uploaded(body))
            except PictureWrong as error:
                return Refused(f"{answer.code}, and the picture cannot be uploaded: {error}")
        result = outcome(answer, self._clock.now_ms())
        if isinstance(result, Sent):
            return await self._noted(chat, answer, window)
        if answer.code == FAILED and self._failed_too_often(chat):
            return Refused(result.why)
        if not isinstance(result, Later):
            self._failed.pop(chat.key, None)
        if isinstance(result, Refused | Later) and answer.code < 0:
            log.warning("zalo-oa: %s", result.why)
        return result

    async def _noted(self, chat: Chat, answer: Answer, window: Window | None) -> Sent:
        """What a message that went out tells us; none of it may have it sent again."""
        self._failed.pop(chat.key, None)
        try:
            sending = decode_sending(answer.data)
        except ValueError:
            sending = Sending()
        if window is None:
            self.reader.sent_to_group(sending.message_id)
            return Sent()
        try:
            return Sent(closing=await self.windows.sent(chat, window, sending.quota))
        except StoreDown as down:
            log.warning("zalo-oa: a message could not be counted: %s", down)
            return Sent()

    def _failed_too_often(self, chat: Chat) -> bool:
        self._failed[chat.key] += 1
        return self._failed[chat.key] >= _FAILED_TRIES

    async def _free_left(self, person: str) -> int | None:
        answer = await self.calls.post(QUOTA, encode(User(person)))
        try:
            return decode_person_quota(answer.data).cs_reply.remain if answer.code == 0 else None
        except ValueError:
            return None

    def _session(self) -> aiohttp.ClientSession:
        if self._opened is None:
            self._opened = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=_CONNECTIONS))
        return self._opened


def _picture(media: str) -> Attached | None:
    """Spoken words have no way out on Zalo: whoever has to hear them reads that there are some."""
    return Attached(Media((Element("image", url=media.removeprefix(PHOTO)),))) if media.startswith(PHOTO) else None
