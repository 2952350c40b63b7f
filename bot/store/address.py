"""Where the store is, read from `REDIS_URL`. Nothing here puts a password into an error."""

import ssl
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from msgspec import Struct

from bot.errors import SettingWrong

_PORT = 6379
_HOW = (
    "REDIS_URL cannot be read. Write redis://host:port/0, rediss://host:port/0, unix:///path/to/socket or "
    "redis+cluster://host:port,host:port; in a password write %40 for @, %2F for / and %23 for #."
)


class Address(Struct, frozen=True):
    """A server (`path` or one of `nodes`) or a cluster (`nodes`). `name` is safe to show; `login` is for AUTH."""

    name: str
    nodes: tuple[tuple[str, int], ...] = ()
    path: str = ""
    login: tuple[str, ...] = ()
    db: int = 0
    tls: ssl.SSLContext | None = None
    cluster: bool = False


def parse(url: str) -> Address:
    """Read an address. Raises SettingWrong."""
    try:
        parts = urlsplit(url)
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        return _address(parts, query)
    except (ValueError, OSError):
        # What went wrong may quote the password.
        raise SettingWrong(_HOW) from None


def _address(parts: SplitResult, query: dict[str, str]) -> Address:
    user_info, _, places = parts.netloc.rpartition("@")
    user, _, password = user_info.partition(":")
    login = tuple(unquote(part) for part in (user, password) if part)
    if parts.scheme == "unix":
        if not parts.path:
            raise ValueError("no path")
        return Address(f"unix://{parts.path}", path=unquote(parts.path), login=login, db=int(query.get("db", "0")))
    if parts.scheme not in ("redis", "rediss", "redis+cluster"):
        raise ValueError("no such scheme")
    cluster = parts.scheme == "redis+cluster"
    nodes = tuple(_node(place) for place in places.split(","))
    if len(nodes) > 1 and not cluster:
        raise ValueError("several nodes")
    return Address(
        name=f"{parts.scheme}://{places}",
        nodes=nodes,
        login=login,
        db=int(parts.path.strip("/") or query.get("db", "0")),
        tls=_tls(query) if parts.scheme == "rediss" else None,
        cluster=cluster,
    )


def _node(place: str) -> tuple[str, int]:
    parts = urlsplit(f"//{place}")
    return parts.hostname or "localhost", parts.port or _PORT


def _tls(query: dict[str, str]) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=query.get("ssl_ca_certs"))
    if query.get("ssl_cert_reqs") == "none":
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
