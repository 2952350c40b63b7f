"""What a REDIS_URL says, as redis-py reads it, and what an installation of several servers adds to it."""

import re
from collections.abc import Sequence
from typing import Any, Final, TypeAlias
from urllib.parse import urlsplit, urlunsplit

from msgspec import Struct
from redis.asyncio.connection import parse_url
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

Options: TypeAlias = dict[str, Any]
"""What redis-py takes for a connection to one server."""

CLUSTER: Final = "redis+cluster"
_SENTINEL = "redis+sentinel"
HOW_TO_WRITE_IT: Final = (
    "REDIS_URL cannot be read. Write redis://host:port/0, rediss://host:port/0, unix:///path/to/socket, "
    "redis+cluster://host:port,host:port, redis+sentinel://host:port,host:port/service/0 or, to go on with whichever "
    "takes writes, redis://host:port,host:port/0; in a password write %40 for @, %2F for / and %23 for #. "
    "What may stand after a ? is what redis-py takes, for example ssl_ca_certs, and wait_replicas."
)

SECONDS: Final = 2.0
"""To connect in, and without a word from the server while it owes an answer, unless the address says otherwise."""

# A commit must not be repeated after a lost answer: it would meet itself as a conflict.
_ONCE = Retry(NoBackoff(), 0)
_TIMEOUTS = {"socket_timeout": SECONDS, "socket_connect_timeout": SECONDS}
_OPTIONS = {"retry": _ONCE, "protocol": 2, "driver_info": None}


class Address(Struct, frozen=True):
    """A REDIS_URL: a `name` that is safe to show, redis-py's options for each node, and what else it says.

    `service` is what Sentinels call the server; after each batch of calls `wait_replicas` of its replicas must have it.
    """

    name: str
    nodes: Sequence[Options]
    service: str = ""
    wait_replicas: int = 0


def read(url: str) -> Address:
    """Raises ValueError, TypeError; what went wrong may quote the password."""
    parts = urlsplit(url)
    login, at, places = parts.netloc.rpartition("@")
    name = f"{parts.scheme}://{places}{parts.path}"
    service, path, scheme = "", parts.path, parts.scheme
    if scheme == _SENTINEL:
        found = re.fullmatch(r"/(?P<service>[\w.-]+)(?P<path>(/\d*)?)", path)
        if not found:
            raise ValueError("no service is named")
        service, path = found["service"], found["path"]
    if scheme in (CLUSTER, _SENTINEL):
        scheme = "redis"
    if not path if scheme == "unix" else not re.fullmatch(r"/?\d*", path):
        raise ValueError("redis-py would connect to somewhere else")
    parts = parts._replace(scheme=scheme, path=path)
    urls = [urlunsplit(parts._replace(netloc=login + at + place)) for place in places.split(",")]
    nodes: Sequence[Options] = [{**_TIMEOUTS, **parse_url(node), **_OPTIONS} for node in urls]
    replicas = [int(node.pop("wait_replicas", 0)) for node in nodes]
    return Address(name, nodes, service, replicas[0])
