"""Every setting the app knows: one field, one row. The only reader of the environment.

Longer than other files: the rows are one table, which the documents and `--help` are made of.
"""

import os
import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal, get_type_hints
from urllib.parse import urlsplit

from dotenv import dotenv_values
from msgspec import Struct
from typing_extensions import override

from bot.desk.authentication import LONGEST, SHORTEST, is_guessable
from bot.errors import SettingWrong

_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_PREFIXES = ("TOSO_", "TELEGRAM_", "ZALO_")


def _text(pattern: str, wanted: str, text: str) -> str:
    if not re.fullmatch(pattern, text, re.ASCII):
        raise ValueError(wanted)
    return text


def _whole(low: int, high: int, text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text) or not low <= int(text) <= high:
        raise ValueError(f"write a whole number from {low} to {high}")
    return int(text)


def _yes(text: str) -> bool:
    return _text("yes|no", "write yes or no", text) == "yes"


def _rate(text: str) -> float:
    return float(_text(r"\d{1,6}(\.\d{1,3})?", "write a number, for example 30 or 0.5; 0 means no limit", text))


def _url(schemes: tuple[str, ...], text: str) -> str:
    scheme, found, rest = text.partition("://")
    if not found or scheme not in schemes or not rest.strip("/"):
        raise ValueError(f"write a whole address that begins with {' or '.join(f'{name}://' for name in schemes)}")
    return text.rstrip("/")


def _public_url(text: str) -> str:
    url = _url(("https", "http"), text)
    parts = urlsplit(url)
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise ValueError("begin it with https:// (http:// is for this machine only)")
    if not parts.hostname or parts.path or parts.query or parts.fragment:
        raise ValueError("write https:// and the host name, nothing after it")
    return url


_SECRET_FORM = "1–256 letters, digits, _ or -"  # noqa: S105 - the form of a secret, not one
_TOKEN = partial(_text, r"\d+:[\w-]+", "copy the whole token from @BotFather, it looks like 123456:ABC-DEF")
_SECRET = partial(_text, r"[\w-]{1,256}", f"write {_SECRET_FORM}")
_ZALO_SECRET_FORM = "8–256 letters, digits, _ or -"  # noqa: S105 - the form of a secret, not one
_ZALO_BOT_TOKEN = partial(
    _text, r"\d+:[^\s/?#%]+", "copy the whole token from Zalo Bot Creator, it looks like 123456:abc"
)
_ZALO_BOT_SECRET = partial(_text, r"[\w-]{8,256}", f"write {_ZALO_SECRET_FORM}")
_ID = partial(_text, r"\d{1,20}", "copy the id from the app's settings page, it is a number")
_HOST = partial(_text, r"[\w.:-]+", "write a host name or an IP address, for example 127.0.0.1")
_PROXY = partial(_text, r"[\w.:/, -]+", "write the proxy's IP address, as it reaches this server")
_CONTACT = partial(
    _text, r"(?:mailto:|https://|tel:)[!-~]+", "write mailto: and an e-mail address, or an https:// or tel: address"
)
_FIT_PASSWORD = partial(_text, rf"(?s:.{{{SHORTEST},{LONGEST}}})", f"write {SHORTEST} to {LONGEST} characters")


def _password(text: str) -> str:
    if is_guessable(_FIT_PASSWORD(text)):
        raise ValueError("it is one of those that guessers try first, write a sentence of four or five words")
    return text


_LOG = partial(_text, "text|json", "write text or json")
_PORT = partial(_whole, 1, 65535)
_DAYS = partial(_whole, 1, 3650)
_COUNT = partial(_whole, 0, 999_999_999)
_STORE = partial(_url, ("redis", "rediss", "unix", "redis+cluster", "redis+sentinel"))
_API = partial(_url, ("https", "http"))


class Row(Struct, frozen=True):
    """What a setting is called and means. `unset` says in words what holds without it, where no value can.

    `read` turns what people write into the value; it raises ValueError with what to write instead.
    """

    name: str
    help: str
    read: Callable[[str], Any] = str
    unset: str = ""
    secret: bool = False


class Settings(Struct, frozen=True, kw_only=True):
    """All settings, checked. Empty text and None mean unset."""

    redis_url: Annotated[
        str,
        Row(
            "REDIS_URL",
            "Redis or Valkey: redis://, rediss://, unix://, redis+cluster://host:port,host:port or "
            "redis+sentinel://host:port,host:port/service",
            _STORE,
            unset="embedded server",
            secret=True,
        ),
    ] = ""
    data_dir: Annotated[
        Path, Row("TOSO_DATA_DIR", "folder of the embedded server's data and of drawn pictures", Path)
    ] = Path("var")
    host: Annotated[str, Row("HOST", "address to listen on", _HOST)] = "127.0.0.1"
    port: Annotated[int, Row("PORT", "port to listen on", _PORT)] = 8000
    proxy: Annotated[
        str,
        Row("TOSO_PROXY", "address of the reverse proxy: whom it speaks for is believed from there alone", _PROXY),
    ] = "127.0.0.1"
    public_url: Annotated[
        str,
        Row(
            "TOSO_PUBLIC_URL",
            "https:// address where the platforms reach us; when set, webhooks are registered at start",
            _public_url,
            unset="channels that can poll do",
        ),
    ] = ""
    security_contact: Annotated[
        str,
        Row(
            "TOSO_SECURITY_CONTACT",
            "where to tell of a weakness: mailto:, https:// or tel:, shown in /.well-known/security.txt",
            _CONTACT,
            unset="the ward's hotline",
        ),
    ] = ""
    ward: Annotated[
        Path | None,
        Row("TOSO_WARD", "path of the ward file: name, hotline, groups, places, hours", Path, unset="demo ward"),
    ] = None
    speaker: Annotated[
        str,
        Row(
            "TOSO_SPEAKER",
            "program that reads steps aloud for admins: words come on its input, `{lang}` is vi or en, it writes WAV",
            unset="nothing speaks by itself",
        ),
    ] = ""
    admin_password: Annotated[
        str,
        Row(
            "TOSO_ADMIN_PASSWORD",
            f"admin's password for the desk, {SHORTEST} to {LONGEST} characters",
            _password,
            unset="made and shown once at the first start",
            secret=True,
        ),
    ] = ""
    log: Annotated[Literal["text", "json"], Row("TOSO_LOG", "form of the log lines: text or json", _LOG)] = "text"
    retention_days: Annotated[
        int, Row("TOSO_RETENTION_DAYS", "days a conversation is kept after its last message", _DAYS)
    ] = 90
    requests_an_hour: Annotated[
        int,
        Row(
            "TOSO_REQUESTS_PER_HOUR",
            "requests for a person that may be opened in an hour, in all; 0 means no limit",
            _COUNT,
        ),
    ] = 60
    chat_rate: Annotated[
        float, Row("TOSO_CHAT_RATE", "web chat messages a minute from one address; 0 means no limit", _rate)
    ] = 120.0
    chat_pictures: Annotated[
        bool,
        Row(
            "TOSO_CHAT_PICTURES", "whether steps carry their picture on Telegram and Zalo: yes or no", _yes, unset="yes"
        ),
    ] = True
    hearing: Annotated[
        bool,
        Row("TOSO_HEARING", "whether voice messages are heard, where that is installed: yes or no", _yes, unset="yes"),
    ] = True
    telegram_token: Annotated[
        str, Row("TELEGRAM_TOKEN", "bot token from @BotFather", _TOKEN, unset="no Telegram", secret=True)
    ] = ""
    telegram_secret: Annotated[
        str,
        Row(
            "TELEGRAM_SECRET",
            f"proves webhook calls genuine: {_SECRET_FORM}; required with TELEGRAM_TOKEN",
            _SECRET,
            unset="none",
            secret=True,
        ),
    ] = ""
    telegram_api: Annotated[str, Row("TELEGRAM_API", "API base without the /bot part", _API)] = (
        "https://api.telegram.org"
    )
    telegram_rate: Annotated[
        float, Row("TELEGRAM_RATE", "Telegram messages a second in all; 0 means no limit", _rate)
    ] = 30.0
    telegram_chat_rate: Annotated[
        float, Row("TELEGRAM_CHAT_RATE", "Telegram messages a second to one chat; 0 means no limit", _rate)
    ] = 1.0
    zalo_bot_token: Annotated[
        str,
        Row("ZALO_BOT_TOKEN", "bot token from Zalo Bot Creator", _ZALO_BOT_TOKEN, unset="no Zalo Bot", secret=True),
    ] = ""
    zalo_bot_secret: Annotated[
        str,
        Row(
            "ZALO_BOT_SECRET",
            f"proves webhook calls genuine: {_ZALO_SECRET_FORM}; required with ZALO_BOT_TOKEN",
            _ZALO_BOT_SECRET,
            unset="none",
            secret=True,
        ),
    ] = ""
    zalo_bot_api: Annotated[str, Row("ZALO_BOT_API", "API base without the /bot part", _API)] = (
        "https://bot-api.zaloplatforms.com"
    )
    zalo_bot_link: Annotated[
        str,
        Row("ZALO_BOT_LINK", "link from Zalo Bot Creator that opens a chat with the bot", _API, unset="none is shown"),
    ] = ""
    zalo_bot_quota: Annotated[
        int, Row("ZALO_BOT_QUOTA", "messages a month that the bot's plan allows; 0 means no limit", _COUNT)
    ] = 3000
    zalo_bot_rate: Annotated[
        float, Row("ZALO_BOT_RATE", "Zalo Bot messages a second in all; 0 means no limit", _rate)
    ] = 20.0
    zalo_bot_chat_rate: Annotated[
        float, Row("ZALO_BOT_CHAT_RATE", "Zalo Bot messages a second to one chat; 0 means no limit", _rate)
    ] = 1.0
    zalo_bot_groups: Annotated[
        bool,
        Row("ZALO_BOT_GROUPS", "whether the bot answers in Zalo groups (a beta of Zalo): yes or no", _yes, unset="no"),
    ] = False
    zalo_bot_name: Annotated[
        str,
        Row("ZALO_BOT_NAME", "what people in a group mention the bot by, without the @", unset="what Zalo calls it"),
    ] = ""

    zalo_oa_app_id: Annotated[
        str,
        Row(
            "ZALO_OA_APP_ID",
            "id of the app at developers.zalo.me that speaks for the Official Account",
            _ID,
            "no Zalo OA",
        ),
    ] = ""
    zalo_oa_app_secret: Annotated[
        str, Row("ZALO_OA_APP_SECRET", "the app's secret key, from its settings page", unset="none", secret=True)
    ] = ""
    zalo_oa_secret_key: Annotated[
        str,
        Row("ZALO_OA_SECRET_KEY", "the OA Secret Key, from the app's Webhook page", unset="none", secret=True),
    ] = ""
    zalo_oa_refresh_token: Annotated[
        str,
        Row(
            "ZALO_OA_REFRESH_TOKEN",
            "a refresh token from the API Explorer, taken up once; `toso zalo consent` does without",
            unset="none",
            secret=True,
        ),
    ] = ""
    zalo_oa_api: Annotated[str, Row("ZALO_OA_API", "API base of the Official Account", _API)] = (
        "https://openapi.zalo.me"
    )
    zalo_oauth_api: Annotated[str, Row("ZALO_OAUTH_API", "base of its consent and tokens", _API)] = (
        "https://oauth.zaloapp.com"
    )
    zalo_oa_link: Annotated[
        str, Row("ZALO_OA_LINK", "link that opens a chat with the Official Account", _API, unset="none is shown")
    ] = ""
    zalo_oa_name: Annotated[
        str,
        Row("ZALO_OA_NAME", "what people in a group mention the account by, without the @", unset="what Zalo calls it"),
    ] = ""
    zalo_oa_buttons: Annotated[
        bool,
        Row(
            "ZALO_OA_BUTTONS",
            "whether choices are shown as buttons too, besides their digits: yes or no",
            _yes,
            unset="yes",
        ),
    ] = True
    zalo_oa_proof: Annotated[
        bool,
        Row(
            "ZALO_OA_PROOF",
            "whether calls carry appsecret_proof, where the app demands it: yes or no",
            _yes,
            unset="no",
        ),
    ] = False
    zalo_oa_rate: Annotated[
        float, Row("ZALO_OA_RATE", "calls a minute to the Official Account's API; 0 means no limit", _rate)
    ] = 3600.0
    zalo_oa_may_cost: Annotated[
        bool,
        Row("ZALO_OA_MAY_COST", "whether messages beyond the free ones may go out: yes or no", _yes, unset="no"),
    ] = False
    zalo_oa_quiet_minutes: Annotated[
        int, Row("ZALO_OA_QUIET_MINUTES", "how long the bot is silent after a human wrote in Zalo's chat tool", _COUNT)
    ] = 30

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> "Settings":
        """The settings that `environ` spells out; an empty one is unset. Raises SettingWrong."""
        written = {field: (row, environ.get(row.name, "").strip()) for field, row in ROWS.items()}
        settings = cls(**{field: _value(row, text) for field, (row, text) in written.items() if text})
        if settings.telegram_token and not settings.telegram_secret:
            raise SettingWrong(f"TELEGRAM_SECRET is missing: set it to {_SECRET_FORM}, because TELEGRAM_TOKEN is set.")
        if settings.zalo_bot_token and not settings.zalo_bot_secret:
            raise SettingWrong(
                f"ZALO_BOT_SECRET is missing: set it to {_ZALO_SECRET_FORM}, because ZALO_BOT_TOKEN is set."
            )
        for name, value in (("APP_SECRET", settings.zalo_oa_app_secret), ("SECRET_KEY", settings.zalo_oa_secret_key)):
            if settings.zalo_oa_app_id and not value:
                raise SettingWrong(f"ZALO_OA_{name} is missing: copy it from the app's pages at developers.zalo.me.")
        return settings

    @override
    def __repr__(self) -> str:
        """Never shows a secret, so settings may stand in a log or a traceback."""
        return f"Settings({', '.join(f'{name}={value!r}' for name, value in self.__rich_repr__())})"

    @override
    def __rich_repr__(self) -> list[tuple[str, Any]]:
        shown = ((field, row, getattr(self, field)) for field, row in ROWS.items())
        return [(field, "…" if row.secret and value else value) for field, row, value in shown]


ROWS: Mapping[str, Row] = {
    field: hint.__metadata__[0] for field, hint in get_type_hints(Settings, include_extras=True).items()
}
"""Every setting, by the name of its field, in the order of the documentation."""


def default(field: str) -> str:
    """What holds when the setting is not given: in words, or as one would write it."""
    value = getattr(Settings(), field)
    return ROWS[field].unset or (f"{value:g}" if isinstance(value, float) else str(value))


def environment(folder: Path = Path()) -> dict[str, str]:
    """The process environment over the `.env` file of `folder`, where there is one. Raises SettingWrong."""
    try:
        written = dotenv_values(folder / ".env", interpolate=False, encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise SettingWrong("The file .env is not text in UTF-8; save it again as UTF-8.") from None
    return {name: value for name, value in written.items() if value is not None} | dict(os.environ)


def unknown(environ: Mapping[str, str]) -> list[str]:
    """A sentence for every name that looks like one of our settings and is none."""
    names = [row.name for row in ROWS.values()]
    strangers = sorted(name for name in environ if name.startswith(_PREFIXES) and name not in names)
    return [f"{name} is not a setting.{_meant(name, names)}" for name in strangers]


def _meant(name: str, names: list[str]) -> str:
    close = get_close_matches(name, names, n=1, cutoff=0.75)
    return f" Did you mean {close[0]}?" if close else ""


def _value(row: Row, text: str) -> Any:
    try:
        return row.read(text)
    except ValueError as error:
        raise SettingWrong(f"{row.name} is wrong: {error}.") from None
