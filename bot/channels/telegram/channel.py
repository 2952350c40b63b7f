"""The Telegram channel. Its wire shapes are in `types`, reading updates in `updates`.

The buttons below a message on Telegram.

Pictures that people sent, passed on through Telegram: as copies that say nothing but what they show.
"""

import hmac
import logging
import re
from collections.abc import AsyncGenerator, Mapping
from typing import Final

import aiohttp
import msgspec

from bot.channels.decoding import UNREACHED
from bot.channels.images import MEDIA_TRIES, media_type, plainer_next
from bot.channels.rate_limit import Limiter
from bot.channels.telegram.client import MAX_CONNECTIONS, TelegramAdmin, TelegramFiles
from bot.channels.telegram.media import (
    PICTURE_METHOD,
    Call,
    StepPictures,
    StepVoices,
    Upload,
    WithFile,
    form_of,
    in_words,
)
from bot.channels.telegram.media import VOICE_METHOD as ALOUD
from bot.channels.telegram.polling import Polling
from bot.channels.telegram.types import (
    ALLOWED_UPDATES,
    BACKOFF_SECONDS,
    AnswerCallback,
    InlineButton,
    InlineKeyboard,
    LinkPreview,
    SendMessage,
    SendVoice,
    elsewhere,
    encode,
    outcome,
)
from bot.channels.telegram.updates import NAME, Reader
from bot.engine.presenter import Button, Shown, present
from bot.errors import NotGenuine, SettingWrong
from bot.model import TOPIC, Chat, Incoming, Reply, replace
from bot.ports.store import (
    Account,
    Capabilities,
    Clock,
    Fetched,
    Later,
    Notes,
    Outcome,
    Priority,
    Refused,
    Sent,
    Unconfirmed,
    WebhookInfo,
)

_CALLBACK_DATA_BYTES: Final = 64


def keyboard_of(shown: Shown) -> InlineKeyboard | None:
    """The buttons of a message; None where it has none. Raises ValueError for a payload over 64 bytes."""
    return InlineKeyboard([[_button(button) for button in row] for row in shown.rows]) if shown.rows else None


def _button(button: Button) -> InlineButton:
    if len(button.payload.encode()) > _CALLBACK_DATA_BYTES:
        raise ValueError(f"A button's payload is over {_CALLBACK_DATA_BYTES} bytes: {button.payload}")
    return InlineButton(button.label, button.payload)


COPY_METHOD: Final = b"copy"
"""What the parcel of such a message begins with, where others have the name of a method."""


class Copy(WithFile, frozen=True, omit_defaults=True, kw_only=True):
    """A message with the picture that Telegram calls `file`, as it stands in a parcel; `instead` is said without it."""

    file: str
    instead: str = ""


_decode = msgspec.json.Decoder(Copy).decode


def parcel(chat: int, file: str, text: str, instead: str, keyboard: InlineKeyboard | None) -> bytes:
    """The parcel of such a message, for `send`."""
    return COPY_METHOD + b"\n" + encode(Copy(chat, text, keyboard, file=file, instead=instead))


async def send(body: bytes, files: TelegramFiles, call: Call) -> Outcome:
    """Send a message with a copy of its picture; in words, where that cannot be had or Telegram refuses it.

    Refused, where there is nothing to say instead.
    """
    message = _decode(body)
    picture = await files.fetch(message.file)
    result: Outcome = Refused("its picture cannot be had")
    if picture and (kind := media_type(picture)):
        copy = Upload(picture, f"picture.{kind.removeprefix('image/')}", kind)
        result, answer = await call("sendPhoto", form_of(message, "photo", copy))
        if answer and isinstance(result, Later) and not result.exact:
            return replace(result, tries=MEDIA_TRIES)
    if not (isinstance(result, Refused) and message.instead):
        return result
    words = f"{message.caption}\n{message.instead}".lstrip()
    said = SendMessage(message.chat_id, words, LinkPreview(), message.reply_markup)
    return (await call("sendMessage", encode(said)))[0]


log = logging.getLogger(__name__)

WEBHOOK_PATH: Final = "/webhooks/telegram"
_SECRET_HEADER: Final = b"x-telegram-bot-api-secret-token"
_CONNECTIONS: Final = 256
_TIMEOUT_SECONDS: Final = 10.0
_FILE_SECONDS: Final = 8.0
"""So long the upload of a file may take: words can still follow while the conversation is ours."""
_CONNECT_SECONDS: Final = 5.0
"""What is not connected by then did not leave, so it may be sent again as often as need be."""
_SLACK_SECONDS: Final = 0.25
"""So much sooner than one that left before it a message may arrive: Telegram counts over any second what arrives."""
_JSON: Final = {"Content-Type": "application/json"}


class TelegramChannel:
    """Telegram's Bot API. Rates are messages a second: in all, to one chat, to one group; 0 means unlimited.

    `username` is the bot's own name without the @; `me` learns it. With `pictures`, steps carry theirs, and with
    `voices` they can be listened to. Raises SettingWrong for a token or secret that Telegram would not take.
    """

    name = NAME
    capabilities = Capabilities(
        buttons=8, text_limit=4096, label_limit=40, caption_limit=1024, audio="with_words", sends_again=True
    )

    def __init__(
        self,
        token: str,
        secret: str,
        *,
        clock: Clock,
        api: str = "https://api.telegram.org",
        rate: float = 30.0,
        chat_rate: float = 1.0,
        group_rate: float = 20 / 60,
        username: str = "",
        pictures: StepPictures | None = None,
        voices: StepVoices | None = None,
    ) -> None:
        if not re.fullmatch(r"\d+:[\w-]+", token, re.ASCII):
            raise SettingWrong("TELEGRAM_TOKEN is not a bot token: copy it from @BotFather (123456:ABC…).")
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
            raise SettingWrong("TELEGRAM_SECRET may hold 1 to 256 of the characters A-Z a-z 0-9 _ -, nothing else.")
        self._token = token
        self._secret = secret.encode()
        self._api = api.rstrip("/")
        self._clock = clock
        self._pictures = pictures
        self._voices = voices
        self.limiter = Limiter(rate, chat_rate, group_rate, slack=_SLACK_SECONDS)
        self._reader = Reader(int(token.partition(":")[0]))
        self.private_link = ""
        self._answer_to(username)
        self._opened: aiohttp.ClientSession | None = None
        self._admin = TelegramAdmin(token, secret, self._api, self._session)
        self._files = TelegramFiles(token, self._api, self._session)
        self._polling = Polling(self._call, self._reader, self.receipt, self._take_back)

    def decode(self, headers: Mapping[bytes, bytes], body: bytes) -> Incoming | None:
        """A webhook call in our words; None for what we do not handle. Raises NotGenuine, NotReadable."""
        if not hmac.compare_digest(headers.get(_SECRET_HEADER, b""), self._secret):
            raise NotGenuine("The secret token is missing or wrong.")
        return self._reader.read(body)

    def receipt(self, incoming: Incoming) -> bytes:
        """The answer that stops a pressed button's spinner, carried by the webhook's own answer."""
        return encode(AnswerCallback(incoming.receipt)) if incoming.receipt else b""

    def render(self, chat: Chat, reply: Reply, answering: str) -> bytes:
        """`<method>` line feed `<JSON body>`. Raises ValueError for a payload over 64 bytes."""
        shown = present(reply, self.capabilities)
        keyboard = keyboard_of(shown)
        kind, _, file = reply.media.partition(":")
        to, topic = int(chat.room), int(chat.chat.partition(TOPIC)[2] or 0)
        match kind:
            case "photo":
                return parcel(to, file, shown.text, reply.instead, keyboard)
            case "voice":
                return b"sendVoice\n" + encode(SendVoice(to, file, shown.text, keyboard, topic))
        if self._voices and reply.aloud and not topic:
            return self._voices.parcel(to, reply.aloud, shown.text, keyboard)
        if self._pictures and reply.picture and not topic and len(shown.text) <= self.capabilities.caption_limit // 2:
            return self._pictures.parcel(to, reply.picture, shown.text, keyboard)
        return b"sendMessage\n" + encode(SendMessage(to, shown.text, LinkPreview(), keyboard, topic))

    async def send(self, chat: Chat, parcel: bytes, doubts: int = 0, priority: Priority = Priority.REPLY) -> Outcome:
        """Hand one parcel to Telegram, after waiting for its turn where the wait is short."""
        if wait := await self.limiter.turn(chat.room, priority):
            return Later(wait, "rate", exact=True, ours=True)
        method, _, body = parcel.partition(b"\n")
        if method == PICTURE_METHOD and self._pictures and not doubts:
            return plainer_next(await self._pictures.send(body, self._call_with_file))
        if method == ALOUD and self._voices and not doubts:
            return plainer_next(await self._voices.send(body, self._call_with_file))
        if method == COPY_METHOD:
            return await send(body, self._files, self._call_with_file)
        if method in (PICTURE_METHOD, ALOUD):  # that was switched off while it waited, or it came to nothing once
            method, body = b"sendMessage", in_words(body)
        return await self._hand_over(method.decode(), body)

    async def check(self) -> str:
        """Why Telegram does not say who the bot is; empty where it does."""
        result, _ = await self._call("getMe", b"{}")
        return "" if isinstance(result, Sent) else result.why

    async def _hand_over(self, method: str, body: bytes) -> Outcome:
        """Send a message; once more where Telegram says that it belongs elsewhere."""
        result, answer = await self._call(method, body)
        if method != "sendMessage" and answer and isinstance(result, Later) and not result.exact:
            return replace(result, tries=MEDIA_TRIES)
        again, moved_to = elsewhere(body, answer) if isinstance(result, Refused) else (b"", "")
        if not again:
            return result
        result, _ = await self._call(method, again)
        return Sent(moved_to=moved_to) if isinstance(result, Sent) else result

    def poll(self, store: Notes) -> AsyncGenerator[Fetched, None]:
        """Fetch updates, for as long as the caller takes them; see `Polling`. Raises StoreDown."""
        return self._polling.poll(store)

    @property
    def polling_trouble(self) -> str:
        """Why the last tries to fetch all came to nothing; empty where they did not."""
        return self._polling.tries.trouble

    async def fetch(self, media: str) -> bytes | None:
        """A picture or spoken words by our reference, `photo:FILE` or `voice:FILE`; None where it is not to be had."""
        return await self._files.fetch(media.partition(":")[2])

    async def me(self) -> Account:
        """The bot's own account; from now on its name is known in groups. Raises PlatformError."""
        username = await self._admin.username()
        self._answer_to(username)
        return Account(self._token.partition(":")[0], f"@{username}")

    def registration(self, public_url: str) -> str:
        """The address, the secret, and which updates we ask for."""
        return f"{public_url} {self._secret.decode()} {ALLOWED_UPDATES} {MAX_CONNECTIONS}"

    async def set_webhook(self, public_url: str) -> str:
        """Have Telegram call us under `public_url` (https, without the route). Raises PlatformError."""
        await self._admin.set_webhook(public_url.rstrip("/") + WEBHOOK_PATH)
        return ""

    async def webhook_info(self) -> WebhookInfo:
        """What Telegram knows about our webhook. Raises PlatformError."""
        return await self._admin.webhook_info()

    async def delete_webhook(self) -> None:
        """Have Telegram keep updates until they are fetched. Raises PlatformError."""
        await self._admin.delete_webhook()

    async def close(self) -> None:
        """Let the connections go."""
        if self._opened:
            await self._opened.close()
            self._opened = None

    def _answer_to(self, username: str) -> None:
        self._reader.username = username
        self.private_link = f"https://t.me/{username}" if username else ""

    def _session(self) -> aiohttp.ClientSession:
        if self._opened is None:
            self._opened = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=_CONNECTIONS))
        return self._opened

    async def _call(
        self, method: str, body: bytes | aiohttp.FormData, seconds: float = _TIMEOUT_SECONDS
    ) -> tuple[Outcome, bytes]:
        url = f"{self._api}/bot{self._token}/{method}"
        timeout = aiohttp.ClientTimeout(total=seconds, connect=min(seconds, _CONNECT_SECONDS))
        headers = _JSON if isinstance(body, bytes) else None
        try:
            async with self._session().post(url, data=body, headers=headers, timeout=timeout) as answer:
                content = await answer.read()
                return self._without_token(outcome(answer.status, content)), content
        # The name only: an aiohttp error may quote the address, and the address holds the token.
        except UNREACHED as error:
            return Later(BACKOFF_SECONDS, type(error).__name__), b""
        except (aiohttp.ClientError, OSError) as error:
            return Unconfirmed(type(error).__name__), b""

    async def _call_with_file(self, method: str, body: bytes | aiohttp.FormData) -> tuple[Outcome, bytes]:
        return await self._call(method, body, _FILE_SECONDS)

    def _without_token(self, result: Outcome) -> Outcome:
        return result if isinstance(result, Sent) else replace(result, why=result.why.replace(self._token, "<token>"))

    async def _take_back(self) -> None:
        """Learn who the bot is, and have Telegram keep updates instead of sending them. Raises PlatformError."""
        await self.me()
        await self.delete_webhook()
