"""The way to the server, by redis-py: what concurrent tasks ask of it in one tick of the loop shares one round trip.

redis-py connects, logs in, packs and parses. Ours is that the calls of many tasks travel together: its clients use a
connection for one command at a time, and its pipelines belong to one task.

What a REDIS_URL says, as redis-py reads it, and what an installation of several servers adds to it.

What a worker's log says of a store that is gone: one line for all who find out, each in their own way.
"""

import asyncio
import logging
import re
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from math import inf
from typing import Any, Final, TypeAlias, cast
from urllib.parse import urlsplit, urlunsplit

from msgspec import Struct
from redis import exceptions
from redis.asyncio import ConnectionPool
from redis.asyncio.connection import Connection, parse_url
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import Sentinel
from redis.backoff import NoBackoff

from bot.errors import StoreDown, StoreFull

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


SAY_AGAIN_SECONDS = 60.0
CALM_SECONDS = 3.0
"""The store is back once it answers, and nothing has failed for so long."""

_log = logging.getLogger("toso.store")


@dataclass(slots=True)
class _Outage:
    since: float
    failed: float
    said: bool = False


class Outages:
    """Says that the store, or a node of it, is gone: at once, each minute while it is, and when it is back."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._going_on: dict[str, _Outage] = {}
        self._said: dict[str, float] = {}

    def failed(self, error: Exception, node: str = "") -> None:
        """A call came to nothing; `node` is of a cluster."""
        if not isinstance(error, StoreDown):
            return
        now = self._now()
        outage = self._going_on.setdefault(node, _Outage(now, now))
        outage.failed = now
        if now - self._said.get(node, -inf) >= SAY_AGAIN_SECONDS:
            self._said[node], outage.said = now, True
            _log.error("the store%s is gone, for %d s by now: %s", _at(node), now - outage.since, error)

    def answered(self, node: str = "") -> None:
        """A call was answered."""
        if self._going_on and (outage := self._going_on.get(node)) and self._now() - outage.failed >= CALM_SECONDS:
            del self._going_on[node]
            if outage.said:
                _log.warning("the store%s is back, after %d s", _at(node), outage.failed - outage.since)


def _at(node: str) -> str:
    return f" at {node}" if node else ""


Arg: TypeAlias = str | bytes | int
Args: TypeAlias = tuple[Arg, ...]

_SENTINEL_PORT = 26379
_SENTINEL_SECONDS = 0.5
"""How long one Sentinel is waited for, before the next one is asked."""
_WAIT_MS = 1500
"""How long replicas may take for a batch of calls, where REDIS_URL says that they must have it."""

ServerRefused = exceptions.ResponseError
"""The server's own error reply: it does not do what it was asked."""

_CLOSED = (RuntimeError, TypeError)
"""What uvloop and asyncio raise for a connection that was closed since it was taken."""
LOST = (exceptions.ConnectionError, exceptions.TimeoutError, *_CLOSED)

_CANNOT_SAVE = (
    exceptions.ClusterDownError,
    exceptions.NoPermissionError,
    exceptions.OutOfMemoryError,
    exceptions.ReadOnlyError,
    exceptions.TryAgainError,
)
_CANNOT_SAVE_UNTYPED = re.compile(r"(?:^|-)(BUSY|MISCONF|NOREPLICAS|OOM|READONLY|DB index is out of range)\b")
"""Replies that redis-py has no exception for; before Redis 7 also what failed inside a script."""


def failure(name: str, error: Exception) -> Exception:
    """What an error means to a caller: StoreDown when nothing can be saved now, else the server's own error reply."""
    # A plain ClusterError is the end of redis-py's patience with a slot that is moving from node to node.
    code = "TRYAGAIN" if type(error) is exceptions.ClusterError else getattr(error, "status_code", None)
    if isinstance(error, exceptions.ResponseError) and not isinstance(error, _CANNOT_SAVE):
        refused = _CANNOT_SAVE_UNTYPED.search(str(error))
        if not refused:
            return error
        code = refused[1]
    what = f"does not take what we save: {code}" if code else "cannot be reached or went away before it answered"
    if isinstance(error, exceptions.AuthenticationError):
        what = "does not let us in: set the right name and password in REDIS_URL"
    elif isinstance(error, exceptions.ReadOnlyError):
        what += " (it is a replica): set the address of the primary in REDIS_URL"
    elif isinstance(error, exceptions.BusyLoadingError):
        what = "loads what it saved: look again in a minute"
    full = isinstance(error, exceptions.OutOfMemoryError) or code == "OOM"
    down = (StoreFull if full else StoreDown)(f"The store {name} {what}.")
    down.__cause__ = error
    return down


def with_source(args: Args, sources: Mapping[str, str]) -> Args:
    """The call of a script with its text instead of its hash."""
    return ("EVAL", sources[cast(str, args[1])], *args[2:])


class Wire:
    """A connection that opens with the first call, and again with the next call after it broke.

    The server answers in order, so while one batch is on its way the next one gathers. `round_trips` counts batches;
    `name` says where the server is, without what logs in. `outages` hears what fails.
    """

    def __init__(self, address: Address, sources: Mapping[str, str], outages: Outages | None = None) -> None:
        self.round_trips = 0
        self.name = address.name
        self._sources = sources
        self._outages = outages
        self._master = _Master(address)
        self._connection = self._master.connections[0]
        self._wait = _packed_wait(self._connection, address.wait_replicas)
        self._replicas = address.wait_replicas
        self._asked: list[tuple[asyncio.Future[Any], Args, list[bytes]]] = []
        self._runner: asyncio.Task[None] | None = None

    def call(self, *args: Arg) -> asyncio.Future[Any]:
        """Ask the server. The future fails with StoreDown, or with the server's own error reply."""
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._ask(future, args)
        return future

    async def close(self) -> None:
        """Let what was asked be answered, then let the connection go."""
        while self._runner:
            await asyncio.wait([self._runner])
        with suppress(exceptions.TimeoutError):
            await self._connection.disconnect()
        await self._master.close()

    def _ask(self, future: asyncio.Future[Any], args: Args) -> None:
        self._asked.append((future, args, self._connection.pack_command(*args)))
        if not self._runner:
            self._runner = asyncio.get_running_loop().create_task(self._run())

    async def _run(self) -> None:
        waiting: list[asyncio.Future[Any]] = []
        try:
            while self._asked:
                waiting = [future for future, *_ in self._asked]
                await self._exchange()
        except Exception as error:
            # Whatever broke the connection, everyone who waits for it is told.
            for future in (*waiting, *(future for future, *_ in self._asked)):
                if not future.done():
                    future.set_exception(self._failure(error))
            self._asked.clear()
        finally:
            self._runner = None

    async def _exchange(self) -> None:
        """Send what was asked and hand out the replies; a cancelled caller's reply is read and dropped."""
        batch, self._asked = self._asked, []
        connection = self._connection
        if connection.is_connected and await connection.can_read():
            # The server closed it while nothing was asked.
            await connection.disconnect(nowait=True)
        if not connection.is_connected:
            self._connection = connection = await self._master.found()
        self.round_trips += 1
        await connection.send_packed_command([chunk for *_, packed in batch for chunk in packed] + self._wait)
        answers = [await _answer(connection) for _ in batch]
        if self._wait:
            reached = await _answer(connection)
            if not isinstance(reached, int) or reached < self._replicas:
                raise exceptions.ConnectionError("too few replicas have it")
        if any(isinstance(answer, exceptions.ReadOnlyError) for answer in answers):
            await connection.disconnect(nowait=True)  # another server took its place
        for (future, args, _), answer in zip(batch, answers, strict=True):
            if future.done():
                continue
            if isinstance(answer, exceptions.NoScriptError):
                self._ask(future, with_source(args, self._sources))
            elif isinstance(answer, exceptions.ResponseError):
                future.set_exception(self._failure(answer))
            else:
                future.set_result(answer)
        if self._outages:
            self._outages.answered()

    def _failure(self, error: Exception) -> Exception:
        failed = failure(self.name, error)
        if self._outages:
            self._outages.failed(failed)
        return failed


async def _answer(connection: Connection) -> Any:
    """The next answer; an error reply is one too."""
    try:
        return await connection.read_response(disable_decoding=True)
    except exceptions.ResponseError as error:
        return error


def _packed_wait(connection: Connection, replicas: int) -> list[bytes]:
    """What is sent behind each batch: nothing, or that so many replicas shall have it."""
    return connection.pack_command("WAIT", replicas, _WAIT_MS) if replicas else []


class _Master:
    """Which of several servers takes writes: the one that says so, or that the Sentinels name."""

    def __init__(self, address: Address) -> None:
        self._service = address.service
        self._nodes = address.nodes
        self._sentinels: Sentinel | None = None
        if address.service:
            places = [(node.get("host", "localhost"), node.get("port", _SENTINEL_PORT)) for node in address.nodes]
            how = {"socket_timeout": _SENTINEL_SECONDS, "socket_connect_timeout": _SENTINEL_SECONDS}
            self._sentinels = Sentinel(places, sentinel_kwargs=how)  # type: ignore[no-untyped-call]
        self.connections = [_connection(node) for node in address.nodes]

    async def found(self) -> Connection:
        """The server's connection, open. Raises redis-py's errors."""
        if self._sentinels:
            host, port = await self._sentinels.discover_master(self._service)
            self.connections = [_connection({**self._nodes[0], "host": host, "port": port})]
        if not self._sentinels and len(self.connections) == 1:
            await self.connections[0].connect()  # type: ignore[no-untyped-call]
            return self.connections[0]
        failed: Exception = exceptions.ConnectionError("none of them takes writes")
        for connection in (*self.connections[1:], self.connections[0]):  # the first one is what was lost
            try:
                await connection.connect()  # type: ignore[no-untyped-call]
                await connection.send_command("ROLE")
                role = await connection.read_response(disable_decoding=True)
                if role[0] == b"master":
                    self.connections.remove(connection)
                    self.connections.insert(0, connection)
                    return connection
            except exceptions.RedisError as error:
                failed = error
            await connection.disconnect(nowait=True)
        raise failed

    async def close(self) -> None:
        """Let the connections to Sentinels go."""
        for sentinel in self._sentinels.sentinels if self._sentinels else ():
            await sentinel.aclose()


def _connection(options: Options) -> Connection:
    return ConnectionPool(**options).make_connection()  # type: ignore[no-untyped-call,no-any-return]


def heard(answer: "asyncio.Future[Any]") -> None:
    """A done callback: whoever waits for it is told, and where nobody waits any more, a failure is no news."""
    if not answer.cancelled():
        answer.exception()
