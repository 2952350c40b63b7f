"""The Zalo Bot Platform's channel. Its wire shapes are in `types`, its calls in `client`.

It has no buttons: every choice is a digit in the text.

Pictures of steps for the Zalo Bot Platform, which fetches each one from our own public address.

Copies of pictures that people sent, for the Zalo Bot Platform, which fetches each from our own public address.

A copy says nothing but what it shows. Its address cannot be guessed, and leads nowhere after some minutes.
"""

import hmac
import logging
import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Mapping
from secrets import token_urlsafe
from typing import Final, Protocol

import msgspec
from msgspec import structs

from bot.audio.recordings import sound_address
from bot.channels.images import MEDIA_TRIES, Rest, content_of, drawn_soon, media_type, plainer_next
from bot.channels.rate_limit import Limiter
from bot.channels.zalo_bot.client import ZaloBotApi, typing_until
from bot.channels.zalo_bot.polling import Polling
from bot.channels.zalo_bot.types import (
    BACKOFF_SECONDS,
    QUOTA,
    Answer,
    SendMessage,
    SendPhoto,
    SendVoice,
    down,
    encode,
    outcome,
    with_photo,
)
from bot.channels.zalo_bot.updates import NAME, PHOTO, VOICE, Reader
from bot.channels.zalo_oa.media import PictureWrong, ZaloPictures
from bot.engine.presenter import present
from bot.errors import NotGenuine, SettingWrong, StoreDown
from bot.model import Chat, Incoming, Reply, replace
from bot.ports.store import (
    Account,
    Capabilities,
    Clock,
    DrawnPictures,
    Fetched,
    Later,
    Notes,
    Outcome,
    Priority,
    Refused,
    Unconfirmed,
    WebhookInfo,
)

PHOTO_SECONDS = 8.0
"""So long Zalo may take to fetch a picture and answer: words can still follow while the conversation is ours."""


class StepPictures:
    """`address` says where on the internet the picture with a name is."""

    def __init__(self, drawn: DrawnPictures, address: Callable[[str], str], clock: Clock) -> None:
        self._drawn = drawn
        self._address = address
        self._there: set[str] = set()
        self.rest = Rest(clock, "zalo-bot: steps go without pictures")

    async def shown(self, api: ZaloBotApi, body: bytes, name: str) -> Answer | None:
        """Zalo's answer to a step with this picture, asked through `api`; None where it has to go without.

        What got no answer, or a gateway's, is left in doubt, and tried again without: perhaps it was the picture.
        """
        if self.rest.lasts or not await self._is_there(name):
            return None
        answer = await api.call("sendPhoto", with_photo(body, self._address(name)), PHOTO_SECONDS)
        if answer.kind in ("ok", "unreached") or answer.token_unknown or answer.code == QUOTA:
            return answer
        self.rest.begin(answer.why)
        if answer.kind == "gateway":
            return structs.replace(answer, kind="silent")
        return answer if answer.doubtful else None

    async def _is_there(self, name: str) -> bool:
        """Whether Zalo will find the picture without waiting for it to be drawn."""
        content = content_of(name)
        if not await self._drawn.stands(name):
            return False
        if content not in self._there and await drawn_soon(self._drawn, name):
            self._there.add(content)
        return content in self._there


COPIES: Final = "/copies/"
"""What begins their addresses."""
COPY_SECONDS: Final = 600
"""Zalo fetches a picture before it answers; nobody knows whether it looks again."""
_NAME_BYTES: Final = 24

_decode = msgspec.json.Decoder(SendPhoto).decode


class Shelf(Protocol):
    """The part of a `Store` where they are kept."""

    async def set_aside(self, name: str, content: bytes, seconds: int) -> None: ...


class Copies:
    """Makes them of what `pictures` fetches; `site` is where Zalo reaches us."""

    def __init__(self, pictures: ZaloPictures, shelf: Shelf, site: str) -> None:
        self._pictures = pictures
        self._shelf = shelf
        self._site = site

    async def in_place(self, body: bytes) -> bytes:
        """The same message with the address of a copy of its picture. Raises PictureWrong, StoreDown."""
        message = _decode(body)
        picture = await self._pictures.fetch(message.photo)
        if not media_type(picture):
            raise PictureWrong("it is neither JPEG, PNG nor WebP.")
        name = token_urlsafe(_NAME_BYTES)
        await self._shelf.set_aside(kept_as(name), picture, COPY_SECONDS)
        return encode(SendPhoto(message.chat_id, f"{self._site}{COPIES}{name}", message.caption))


def kept_as(name: str) -> str:
    """What a copy is called in the store: by its address nobody finds anything else there."""
    return f"copy:{name}"


log = logging.getLogger(__name__)

WEBHOOK_PATH: Final = "/webhooks/zalo-bot"
_SECRET_HEADER: Final = b"x-bot-api-secret-token"
_MESSAGE: Final = "sendMessage"
_PHOTO: Final = b"sendPhoto"
_PROBES: Final = (b"", b"{}")
_TYPING_FROM_SECONDS: Final = 0.3
USED_UP_MS: Final = 3_600_000
"""For how long Zalo takes nothing as too many until it means the month's messages, whatever we counted."""


async def _nothing_is_known() -> bool:
    return False


class ZaloBotChannel:
    """A bot of the Zalo Bot Platform. Rates are messages a second, in all and to one chat; 0 means unlimited.

    `name_in_groups` is what people mention the bot by, empty for what Zalo says; `link` opens a private chat with it;
    `site` is where Zalo fetches what was read aloud, empty where it cannot;
    `picture_hosts` are trusted with media besides Zalo's own.
    With `pictures`, steps carry theirs. With a `store`, pictures that people sent are passed on as copies below `site`.
    `count` is told `sent` for every message that used up one of this month's, `refused` where none was left;
    `used_up` says whether as many were counted as the month has. Raises StoreDown.
    Raises SettingWrong for a token or secret that Zalo would not take.
    """

    name = NAME
    # Zalo's limit is 2000 of nobody knows what: the rest is for characters that count twice.
    capabilities = Capabilities(buttons=0, text_limit=1900, label_limit=0, wordless=(VOICE,), audio="alone")

    def __init__(
        self,
        token: str,
        secret: str,
        *,
        clock: Clock,
        api: str = "https://bot-api.zaloplatforms.com",
        rate: float = 20.0,
        chat_rate: float = 1.0,
        groups: bool = False,
        name_in_groups: str = "",
        link: str = "",
        site: str = "",
        picture_hosts: Collection[str] = (),
        count: Callable[[str], None] = lambda _: None,
        used_up: Callable[[], Awaitable[bool]] = _nothing_is_known,
        pictures: StepPictures | None = None,
        store: Shelf | None = None,
    ) -> None:
        if not re.fullmatch(r"\d+:[^\s/?#%]+", token, re.ASCII):
            raise SettingWrong("ZALO_BOT_TOKEN is not a bot token: copy it from Zalo Bot Creator (123456:abc…).")
        if not re.fullmatch(r"[A-Za-z0-9_-]{8,256}", secret):
            raise SettingWrong("ZALO_BOT_SECRET may hold 8 to 256 of the characters A-Z a-z 0-9 _ -, nothing else.")
        self._secret = secret
        self._clock = clock
        self.limiter = Limiter(rate, chat_rate, 0)
        self._api = ZaloBotApi(token, secret, api)
        self._media = ZaloPictures(picture_hosts)
        self._copies = Copies(self._media, store, site) if store and site else None
        self._steps = pictures
        self._reader = Reader(self._media.known, groups=groups, name=name_in_groups)
        self._polling = Polling(self._api, self._reader, self._take_back)
        self._count = count
        self._used_up = used_up
        self._too_many_since_ms = 0
        self.private_link = link
        self._site = site
        self.capabilities = type(self).capabilities if site else replace(type(self).capabilities, audio="")

    def decode(self, headers: Mapping[bytes, bytes], body: bytes) -> Incoming | None:
        """A webhook call in our words; None for what we do not handle. Raises NotGenuine, NotReadable."""
        if not hmac.compare_digest(headers.get(_SECRET_HEADER, b""), self._secret.encode()):
            if body.strip() in _PROBES:  # Zalo tries an address without the secret; it has to look alive
                return None
            raise NotGenuine("The secret token is missing or wrong.")
        return None if body.strip() in _PROBES else self._reader.read(body)

    def receipt(self, incoming: Incoming) -> bytes:
        """Nothing: Zalo reads no answer."""
        return b""

    def render(self, chat: Chat, reply: Reply, answering: str) -> bytes:
        """`<method>[ <name of its picture>]` line feed `<JSON body>`: all that is said, also without the picture.

        After a picture that somebody sent follow a line feed and the body of what is said instead, where there is any.
        """
        if reply.aloud and self._site and not reply.text:
            return b"sendVoice\n" + encode(SendVoice(chat.chat, self._site + sound_address(reply.aloud.name, "aac")))
        text = present(reply, self.capabilities).text
        if reply.media.startswith(PHOTO):
            photo = SendPhoto(chat.chat, reply.media.removeprefix(PHOTO), text)
            instead = encode(SendMessage(chat.chat, f"{text}\n{reply.instead}".lstrip())) if reply.instead else b""
            return b"\n".join(filter(None, (_PHOTO, encode(photo), instead)))
        if reply.media.startswith(VOICE):
            return b"sendVoice\n" + encode(SendVoice(chat.chat, reply.media.removeprefix(VOICE)))
        drawn = f" {reply.picture.name}" if self._steps and reply.picture else ""
        return f"{_MESSAGE}{drawn}\n".encode() + encode(SendMessage(chat.chat, text))

    async def send(self, chat: Chat, parcel: bytes, doubts: int = 0, priority: Priority = Priority.REPLY) -> Outcome:
        """Hand one parcel to Zalo, after waiting for its turn where the wait is short."""
        turn = self.limiter.turn(chat.chat, priority)
        if self.limiter.expected(chat.chat, priority) > _TYPING_FROM_SECONDS:
            turn = typing_until(self._api, chat.chat, turn, self.limiter.patience)
        if wait := await turn:
            return Later(wait, "rate", exact=True, ours=True)
        head, body, instead = (*parcel.split(b"\n"), b"")[:3]
        if head == _PHOTO:
            return await self._passed_on(body, instead)
        method, _, picture = head.decode().partition(" ")
        steps = self._steps if picture and not doubts else None
        answer = await steps.shown(self._api, body, picture) if steps else None
        result = await self._settled(method == _MESSAGE, answer or await self._api.call(method, body))
        return plainer_next(result) if answer else result

    async def _passed_on(self, body: bytes, instead: bytes) -> Outcome:
        """Send a copy of a picture; `instead`, where it cannot be shown: Zalo takes none but by an address."""
        try:
            if self._copies is None:
                raise PictureWrong("Zalo cannot fetch it: TOSO_PUBLIC_URL is not set.")
            shown = await self._copies.in_place(body)
        except PictureWrong as error:
            log.info("zalo-bot: a picture is not passed on: %s", error)
            return await self._words(instead, str(error))
        except StoreDown as down:
            return Later(BACKOFF_SECONDS, str(down), exact=True, ours=True)
        result = await self._settled(False, await self._api.call(_PHOTO.decode(), shown))
        if isinstance(result, Refused) and not result.quota:
            return await self._words(instead, result.why)
        return result

    async def _words(self, body: bytes, why: str) -> Outcome:
        """Send what is said instead of a picture; refused where that is nothing."""
        return await self._settled(True, await self._api.call(_MESSAGE, body)) if body else Refused(why)

    async def check(self) -> str:
        """Why Zalo does not say who the bot is; empty where it does."""
        answer = await self._api.call("getMe")
        return "" if answer.kind == "ok" else answer.why

    async def _settled(self, words: bool, answer: Answer) -> Outcome:
        """What an answer means for a message of words, or for media, which Zalo fetches before it answers.

        Media that took too long would take too long again. Each try that arrives uses up one of this month's messages.
        """
        if answer.kind == "ok":
            self._count("sent")
            self._too_many_since_ms = 0
        elif answer.kind == "said" and answer.code == QUOTA:
            return await self._too_many(answer.why)
        if answer.of_the_bot and (answer.token_unknown or (await self._api.call("getMe")).of_the_bot):
            return down(answer)
        result = outcome(answer)
        if words:
            return result
        if isinstance(result, Unconfirmed):
            return replace(result, once=True)
        return replace(result, tries=MEDIA_TRIES) if answer.kind == "gateway" and isinstance(result, Later) else result

    async def _too_many(self, why: str) -> Outcome:
        """What *quota exceeded* means: the month's, once so many were counted or it is said for long; else a rate.

        What is meant by a rate waits; nobody should get in a month what the month has no messages left for.
        """
        now_ms = self._clock.now_ms()
        self._too_many_since_ms = self._too_many_since_ms or now_ms
        try:
            month = now_ms - self._too_many_since_ms >= USED_UP_MS or await self._used_up()
        except StoreDown:
            month = False
        if not month:
            return Later(BACKOFF_SECONDS, f"{why}: too many at a time, set ZALO_BOT_RATE lower")
        self._count("refused")
        return Refused(f"{why}: this month's messages are used up, `toso doctor` says how many they were", quota=True)

    async def fetch(self, media: str) -> bytes | None:
        """A picture or recording that somebody sent; None where it is gone or too large. Never raises."""
        try:
            return await self._media.fetch(media.partition(":")[2])
        except PictureWrong as error:
            log.info("zalo-bot: what somebody sent is not shown: %s", error)
            return None

    def poll(self, store: Notes) -> AsyncGenerator[Fetched, None]:
        """Fetch updates, for as long as the caller takes them; see `Polling`. Raises StoreDown."""
        return self._polling.poll(store)

    @property
    def polling_trouble(self) -> str:
        """Why the last tries to fetch all came to nothing; empty where they did not."""
        return self._polling.tries.trouble

    async def me(self) -> Account:
        """The bot's own account; from now on what it wrote itself is known. Raises PlatformError."""
        account = await self._api.me()
        self._reader.bot_id = str(account.id)
        self._reader.name = self._reader.name or account.display_name
        called = f"{account.display_name} ({account.account_name})" if account.display_name else account.account_name
        return Account(str(account.id), called)

    async def joins_groups(self) -> bool:
        """Whether Zalo lets this bot into groups. Raises PlatformError."""
        return (await self._api.me()).can_join_groups

    def registration(self, public_url: str) -> str:
        """The address and the secret."""
        return f"{public_url} {self._secret}"

    async def set_webhook(self, public_url: str) -> str:
        """Have Zalo call us under `public_url`; what it found wrong there, empty for nothing. Raises PlatformError.

        It is registered in any case: once the address works, updates come.
        """
        return await self._api.set_webhook(public_url.rstrip("/") + WEBHOOK_PATH)

    async def webhook_info(self) -> WebhookInfo:
        """Where Zalo sends updates; it says no more. Raises PlatformError."""
        return WebhookInfo(await self._api.webhook_url())

    async def test_webhook(self) -> str | None:
        """Have Zalo call us: what it found wrong, empty for nothing; None when today's tests are used up.

        Raises PlatformError.
        """
        return await self._api.test_webhook()

    async def delete_webhook(self) -> None:
        """Have Zalo keep updates until they are fetched. Raises PlatformError."""
        await self._api.delete_webhook()

    async def close(self) -> None:
        """Let the connections go."""
        await self._api.close()

    async def _take_back(self) -> None:
        """Learn who the bot is, and have Zalo keep updates instead of sending them. Raises PlatformError."""
        await self.me()
        if url := (await self.webhook_info()).url:
            log.warning("zalo-bot: updates were sent to %s; that ends now, they are fetched", url)
            await self.delete_webhook()
