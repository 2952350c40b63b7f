"""What an operator does with the bot's account: who it is, and where its updates go. The only user of `telegram`.

It is python-telegram-bot's `Bot` over the channel's own HTTP session; nothing here is on the path of a message.

What people sent through Telegram as pictures and spoken words, fetched when somebody who helps them looks at it.
"""

import logging
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

import aiohttp
import msgspec
import telegram
from msgspec import Struct
from telegram import Bot
from telegram.error import BadRequest, InvalidToken, NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData
from typing_extensions import override

from bot.channels.images import NotShowable, bare
from bot.channels.telegram.types import ALLOWED_UPDATES
from bot.errors import PlatformError
from bot.ports.store import WebhookInfo

MAX_CONNECTIONS: Final = 40
_TIMEOUT_SECONDS: Final = 10.0

_UNREADABLE: Final = (TypeError, ValueError, LookupError, AttributeError, ArithmeticError, OSError, RecursionError)
"""How the library fails at an answer that has not all it builds its objects of, or has it in another form."""

_T = TypeVar("_T")
_W = TypeVar("_W")


class SessionRequest(BaseRequest):
    """python-telegram-bot's transport over an aiohttp session that somebody else opens and closes."""

    def __init__(self, session: Callable[[], aiohttp.ClientSession]) -> None:
        self._session = session

    @property
    @override
    def read_timeout(self) -> float | None:
        return _TIMEOUT_SECONDS

    @override
    async def initialize(self) -> None:
        self._session()

    @override
    async def shutdown(self) -> None:
        """The session is not ours to close."""

    @override
    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = BaseRequest.DEFAULT_NONE,
        write_timeout: object = BaseRequest.DEFAULT_NONE,
        connect_timeout: object = BaseRequest.DEFAULT_NONE,
        pool_timeout: object = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        timeout = aiohttp.ClientTimeout(
            connect=_seconds(pool_timeout), sock_connect=_seconds(connect_timeout), sock_read=_seconds(read_timeout)
        )
        try:
            async with self._session().request(method, url, data=_body(request_data), timeout=timeout) as answer:
                content = await answer.read()
                # The library calls methods by POST; what it gets is a file.
                return answer.status, _readable(answer.status, content) if method == "POST" else content
        except TimeoutError:
            raise TimedOut from None
        except (aiohttp.ClientError, OSError) as error:
            # An aiohttp error may quote the address, and the address holds the token.
            raise NetworkError(type(error).__name__) from None


class TelegramAdmin:
    """The bot's account and its webhook. Every method raises PlatformError, whose text never holds the token."""

    def __init__(self, token: str, secret: str, api: str, session: Callable[[], aiohttp.ClientSession]) -> None:
        _hush()
        self._token = token
        self._secret = secret
        request = SessionRequest(session)
        base = f"{api}/bot"
        self._bot = Bot(token, base_url=base, request=request, get_updates_request=request)

    async def username(self) -> str:
        """The bot's name without the @."""
        return await self._asked(self._bot.get_me(), lambda user: msgspec.convert(user.username or "", str))

    async def set_webhook(self, url: str) -> None:
        """Have updates sent to `url` (https), with the secret that proves them genuine; what waits is kept."""
        call = self._bot.set_webhook(
            url,
            secret_token=self._secret,
            max_connections=MAX_CONNECTIONS,
            allowed_updates=ALLOWED_UPDATES,
            drop_pending_updates=False,
        )
        await self._asked(call, bool)

    async def webhook_info(self) -> WebhookInfo:
        return await self._asked(self._bot.get_webhook_info(), _info)

    async def delete_webhook(self) -> None:
        """Stop having updates sent; what waits is kept."""
        await self._asked(self._bot.delete_webhook(drop_pending_updates=False), bool)

    async def _asked(self, call: Awaitable[_T], read: Callable[[_T], _W]) -> _W:
        try:
            return read(await call)
        except InvalidToken:
            why = "it does not know this TELEGRAM_TOKEN: copy it again from @BotFather."
        except NetworkError as error:
            trouble = f"it could not be reached or had a fault ({error.message}): try again later."
            why = error.message if isinstance(error, BadRequest) else trouble
        except TelegramError as error:
            why = error.message
        except _UNREADABLE:
            why = "it answered in a shape we do not know."
        raise PlatformError(f"Telegram: {why}".replace(self._token, "<token>"))


def _info(told: telegram.WebhookInfo) -> WebhookInfo:
    failed_at = int(told.last_error_date.timestamp()) if told.last_error_date else 0
    info = WebhookInfo(told.url, told.pending_update_count, told.last_error_message or "", failed_at)
    return msgspec.convert(msgspec.to_builtins(info), WebhookInfo)


def _readable(status: int, content: bytes) -> bytes:
    """An answer of Telegram's: the library would write down what a gateway wrote instead, with a traceback."""
    try:
        msgspec.json.decode(content, type=dict[str, msgspec.Raw])
    except (ValueError, RecursionError):
        raise NetworkError(f"HTTP {status} without a readable answer") from None
    return content


def _seconds(timeout: object) -> float | None:
    return timeout if timeout is None or isinstance(timeout, int | float) else _TIMEOUT_SECONDS


def _body(data: RequestData | None) -> aiohttp.FormData | dict[str, str] | None:
    if data is None:
        return None
    if not data.contains_files:
        return data.json_parameters
    form = aiohttp.FormData(data.json_parameters)
    for name, (filename, content, mime) in data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=mime)
    return form


def _hush() -> None:
    """Keep the library from writing down, at level DEBUG, the address with the token and the webhook's secret."""
    logger = logging.getLogger("telegram.Bot")
    if _no_debug not in logger.filters:
        logger.addFilter(_no_debug)


def _no_debug(record: logging.LogRecord) -> bool:
    return record.levelno > logging.DEBUG


def advice(why: str) -> str:
    """What an operator can do about polling that fails; empty where nothing is known."""
    if "webhook is active" in why:
        return " (it was set after this app began to fetch: restart the app, or run `toso webhook delete telegram`)"
    if why.startswith("Conflict"):
        return " (another program fetches this bot's updates: stop it, or give this one its own bot)"
    return ""


LARGEST: Final = 10 * 1024 * 1024
"""Bytes of a file that is still shown."""
_TIMEOUT: Final = aiohttp.ClientTimeout(total=10.0)


class _Path(Struct, frozen=True):
    file_path: str = ""


class _Answer(Struct, frozen=True):
    result: _Path


_decode = msgspec.json.Decoder(_Answer).decode


class TelegramFiles:
    """Files of one bot; nobody else can fetch them, and their addresses hold its token."""

    def __init__(self, token: str, api: str, session: Callable[[], aiohttp.ClientSession]) -> None:
        self._token = token
        self._api = api
        self._session = session

    async def fetch(self, file: str) -> bytes | None:
        """A file by Telegram's name for it, as `bare`; None where it is gone, too large, or not to be had now."""
        where = f"{self._api}/bot{self._token}/getFile"
        try:
            async with self._session().post(where, json={"file_id": file}, timeout=_TIMEOUT) as answer:
                path = _decode(await answer.read()).result.file_path
            what = f"{self._api}/file/bot{self._token}/{path}"
            async with self._session().get(what, timeout=_TIMEOUT, allow_redirects=False) as answer:
                content = await _content(answer) if answer.status == 200 else None
            return bare(content) if content else None
        except (aiohttp.ClientError, OSError, msgspec.DecodeError, NotShowable):
            return None


async def _content(answer: aiohttp.ClientResponse) -> bytes | None:
    content = b""
    async for part in answer.content.iter_any():
        content += part
        if len(content) > LARGEST:
            return None
    return content
