"""The way to the server, by redis-py: what concurrent tasks ask of it in one tick of the loop shares one round trip.

redis-py reads `REDIS_URL`, connects, logs in, packs and parses. Ours is that the calls of many tasks travel together:
its clients use a connection for one command at a time, and its pipelines belong to one task.
"""

import asyncio
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import lru_cache, partial
from typing import Any, TypeAlias, cast
from urllib.parse import urlsplit, urlunsplit

from msgspec import Struct
from redis import exceptions
from redis.asyncio import ConnectionPool, RedisCluster
from redis.asyncio.cluster import ClusterNode
from redis.asyncio.connection import Connection, parse_url
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import Sentinel
from redis.backoff import NoBackoff
from redis.crc import key_slot

from bot.errors import SettingWrong, StoreDown, StoreFull

Arg: TypeAlias = str | bytes | int
_Args: TypeAlias = tuple[Arg, ...]
_Options: TypeAlias = dict[str, Any]

_CLUSTER = "redis+cluster"
_SENTINEL = "redis+sentinel"
_HOW = (
    "REDIS_URL cannot be read. Write redis://host:port/0, rediss://host:port/0, unix:///path/to/socket, "
    "redis+cluster://host:port,host:port, redis+sentinel://host:port,host:port/service/0 or, to go on with whichever "
    "takes writes, redis://host:port,host:port/0; in a password write %40 for @, %2F for / and %23 for #. "
    "What may stand after a ? is what redis-py takes, for example ssl_ca_certs, and wait_replicas."
)

_AT_ONCE = 25
"""Calls to one partition of a cluster that are on their way together, each on a connection of its own: those that wait
for a frozen node hold up no others."""
_CONNECTIONS = 500
"""To one node: room for all partitions."""
_CALL_SECONDS = 2.2
"""How long a call to a cluster may take with whatever redirects and lookups belong to it."""
_SILENT_SECONDS = 1.0
"""How often a node that is silent is tried."""
_RELEARN_SECONDS = 1.0
"""How often, while nodes fail, the others are asked who holds which slots."""

_SENTINEL_PORT = 26379
_SENTINEL_SECONDS = 0.5
"""How long one Sentinel is waited for, before the next one is asked."""
_WAIT_MS = 1500
"""How long replicas may take for a batch of calls, where REDIS_URL says that they must have it."""

_SECONDS = 2.0
"""To connect in, and without a word from the server while it owes an answer, unless the address says otherwise."""

# A commit must not be repeated after a lost answer: it would meet itself as a conflict.
_ONCE = Retry(NoBackoff(), 0)
_TIMEOUTS = {"socket_timeout": _SECONDS, "socket_connect_timeout": _SECONDS}
_OPTIONS = {"retry": _ONCE, "protocol": 2, "driver_info": None}

ServerRefused = exceptions.ResponseError
"""The server's own error reply: it does not do what it was asked."""

_CLOSED = (RuntimeError, TypeError)
"""What uvloop and asyncio raise for a connection that was closed since it was taken."""
_LOST = (exceptions.ConnectionError, exceptions.TimeoutError, *_CLOSED)

_CANNOT_SAVE = (
    exceptions.ClusterDownError,
    exceptions.NoPermissionError,
    exceptions.OutOfMemoryError,
    exceptions.ReadOnlyError,
    exceptions.TryAgainError,
)
_CANNOT_SAVE_UNTYPED = re.compile(r"(?:^|-)(BUSY|MISCONF|NOREPLICAS|OOM|READONLY|DB index is out of range)\b")
"""Replies that redis-py has no exception for; before Redis 7 also what failed inside a script."""


def open_wire(url: str, sources: Mapping[str, str]) -> "Wire | ClusterWire":
    """The way to the server or the cluster at `url`; nothing is sent yet. Raises SettingWrong.

    `sources` maps the hash of each script to its text, for a server that does not know it.
    """
    try:
        address = _read(url)
        return (ClusterWire if url.startswith(_CLUSTER) else Wire)(address, sources)
    except (ValueError, TypeError, exceptions.RedisError, exceptions.RedisClusterException):
        # What went wrong may quote the password.
        raise SettingWrong(_HOW) from None


class _Address(Struct, frozen=True):
    """A REDIS_URL: a `name` that is safe to show, redis-py's options for each node, and what else it says.

    `service` is what Sentinels call the server; after each batch of calls `wait_replicas` of its replicas must have it.
    """

    name: str
    nodes: Sequence[_Options]
    service: str = ""
    wait_replicas: int = 0


def _read(url: str) -> _Address:
    """Raises ValueError, TypeError."""
    parts = urlsplit(url)
    login, at, places = parts.netloc.rpartition("@")
    name = f"{parts.scheme}://{places}{parts.path}"
    service, path, scheme = "", parts.path, parts.scheme
    if scheme == _SENTINEL:
        found = re.fullmatch(r"/(?P<service>[\w.-]+)(?P<path>(/\d*)?)", path)
        if not found:
            raise ValueError("no service is named")
        service, path = found["service"], found["path"]
    if scheme in (_CLUSTER, _SENTINEL):
        scheme = "redis"
    if not path if scheme == "unix" else not re.fullmatch(r"/?\d*", path):
        raise ValueError("redis-py would connect to somewhere else")
    parts = parts._replace(scheme=scheme, path=path)
    urls = [urlunsplit(parts._replace(netloc=login + at + place)) for place in places.split(",")]
    nodes: Sequence[_Options] = [{**_TIMEOUTS, **parse_url(node), **_OPTIONS} for node in urls]
    replicas = [int(node.pop("wait_replicas", 0)) for node in nodes]
    return _Address(name, nodes, service, replicas[0])


def _failure(name: str, error: Exception) -> Exception:
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


def _with_source(args: _Args, sources: Mapping[str, str]) -> _Args:
    """The call of a script with its text instead of its hash."""
    return ("EVAL", sources[cast(str, args[1])], *args[2:])


class Wire:
    """A connection that opens with the first call, and again with the next call after it broke.

    The server answers in order, so while one batch is on its way the next one gathers. `round_trips` counts batches;
    `name` says where the server is, without what logs in.
    """

    def __init__(self, address: _Address, sources: Mapping[str, str]) -> None:
        self.round_trips = 0
        self.name = address.name
        self._sources = sources
        self._master = _Master(address)
        self._connection = self._master.connections[0]
        self._wait = _packed_wait(self._connection, address.wait_replicas)
        self._replicas = address.wait_replicas
        self._asked: list[tuple[asyncio.Future[Any], _Args, list[bytes]]] = []
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

    def _ask(self, future: asyncio.Future[Any], args: _Args) -> None:
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
                    future.set_exception(_failure(self.name, error))
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
                self._ask(future, _with_source(args, self._sources))
            elif isinstance(answer, exceptions.ResponseError):
                future.set_exception(_failure(self.name, answer))
            else:
                future.set_result(answer)


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

    def __init__(self, address: _Address) -> None:
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


def _connection(options: _Options) -> Connection:
    return ConnectionPool(**options).make_connection()  # type: ignore[no-untyped-call,no-any-return]


class ClusterWire:
    """The same calls as `Wire`, each to the node that holds its key. `round_trips` counts calls: none share one."""

    def __init__(self, address: _Address, sources: Mapping[str, str]) -> None:
        self.round_trips = 0
        self.name, nodes = address.name, address.nodes
        self._sources = sources
        if address.wait_replicas:
            raise ValueError("a cluster has nodes that differ in their replicas")
        places = [ClusterNode(node.pop("host", "localhost"), node.pop("port", 6379)) for node in nodes]
        # Redirects teach where slots went, without closing connections that others wait on; when all nodes are new,
        # the setting says where they are.
        how = {"reinitialize_steps": 0, "dynamic_startup_nodes": False, "max_connections": _CONNECTIONS}
        self._cluster = RedisCluster(startup_nodes=places, **{**nodes[0], **how})
        # Replies stay as the server gives them; COMMAND tells redis-py which argument is the key.
        for command in self._cluster.response_callbacks.keys() - {"COMMAND"}:
            del self._cluster.response_callbacks[command]
        self._free: defaultdict[str, asyncio.Semaphore] = defaultdict(partial(asyncio.Semaphore, _AT_ONCE))
        self._opening: asyncio.Task[None] | None = None
        self._relearning: asyncio.Task[None] | None = None
        self._running: set[asyncio.Task[Any]] = set()
        self._silent = _SilentNodes()
        self._seconds = max(_CALL_SECONDS, float(nodes[0]["socket_timeout"]) * _CALL_SECONDS / _SECONDS)

    def call(self, *args: Arg) -> asyncio.Future[Any]:
        """Ask the node that holds the key. The future fails with StoreDown, or with the server's own error reply."""
        task = asyncio.get_running_loop().create_task(self._call(args))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def close(self) -> None:
        """Let what was asked be answered, then let the connections go."""
        while self._running:
            await asyncio.wait(self._running)
        for task in filter(None, (self._opening, self._relearning)):
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        await self._cluster.aclose()
        # After a lost connection `aclose` takes the client for closed and leaves the other connections open.
        for nodes in ("nodes_cache", "startup_nodes"):
            await self._cluster.nodes_manager.aclose(nodes)

    async def _call(self, args: _Args) -> Any:
        tag = _tag(args)
        node, began = self._node(tag), asyncio.get_running_loop().time()
        try:
            self._silent.ask(node, began, self._seconds)
            async with asyncio.timeout(self._seconds), self._free[tag]:
                answer = await self._execute(args)
        except (exceptions.RedisError, exceptions.RedisClusterException, TimeoutError, *_CLOSED) as error:
            if isinstance(error, (TimeoutError, exceptions.TimeoutError)):
                self._silent.timed_out(node, began, asyncio.get_running_loop().time())
            failure = _failure(self.name, error)
            raise failure from failure.__cause__
        self._silent.answered(node, asyncio.get_running_loop().time())
        return answer

    def _node(self, tag: str) -> str:
        """The node that holds the slot of a hash tag, as far as that is known."""
        there = self._cluster.nodes_manager.slots_cache.get(_slot(tag))
        return there[0].name if there else ""

    async def _execute(self, args: _Args) -> Any:
        self.round_trips += 1
        await self._opened()
        try:
            return await self._cluster.execute_command(*args)
        except exceptions.NoScriptError:
            return await self._execute(_with_source(args, self._sources))
        except _LOST as error:
            self._relearn(getattr(error, "last_failed_node_name", None))
            raise

    async def _opened(self) -> None:
        """Wait until it is known who holds which slots; all that wait share one look, which outlasts each of them."""
        if not self._cluster._initialize:
            return
        if self._opening is None or self._opening.done():
            self._opening = asyncio.create_task(self._open())
            self._opening.add_done_callback(heard)
        await asyncio.shield(self._opening)

    async def _open(self) -> None:
        """Ask whichever node answers first: redis-py asks nodes that are dead or frozen, too, and waits for them."""
        manager = self._cluster.nodes_manager
        known = manager.startup_nodes
        first = await _first_to_answer(list(known.values()))
        manager.startup_nodes = {first.name: first}
        try:
            await manager.initialize()
        finally:
            manager.startup_nodes = known
        await self._cluster.commands_parser.initialize(first)
        self._cluster._initialize = False

    def _relearn(self, failed: str | None) -> None:
        """Ask the other nodes who holds the slots, beside all that goes on.

        redis-py would ask before the next call, whichever slot that is for, and hold up everybody where it asks a node
        that is frozen.
        """
        self._cluster._initialize = False
        if not self._relearning:
            self._relearning = asyncio.create_task(self._ask_for_slots(failed))

    async def _ask_for_slots(self, failed: str | None) -> None:
        try:
            with suppress(exceptions.RedisError, exceptions.RedisClusterException):
                await self._cluster.nodes_manager.initialize(last_failed_node_name=failed)
            await asyncio.sleep(_RELEARN_SECONDS)
        finally:
            self._relearning = None


class _NodeIsSilent(exceptions.ConnectionError):
    """Nobody waits for a node that just let somebody wait in vain."""


class _SilentNodes:
    """A circuit breaker for each node: one that lets a call wait in vain refuses all others at once, except for one a
    second, until it answers. What asks it several times in a row is thus refused in about the time of one call.
    """

    def __init__(self) -> None:
        self._until: dict[str, float] = {}
        self._answered: dict[str, float] = {}

    def ask(self, node: str, now: float, seconds: float) -> None:
        """A call begins, and may take so long. Raises redis-py's ConnectionError where it must not."""
        if (until := self._until.get(node)) is not None:
            if now < until:
                raise _NodeIsSilent("it did not answer the last call")
            self._until[node] = now + seconds  # this one tries it for all others

    def answered(self, node: str, now: float) -> None:
        self._answered[node] = now
        self._until.pop(node, None)

    def timed_out(self, node: str, began: float, now: float) -> None:
        """A call got no answer. Where others did meanwhile, the node is only busy."""
        if node and self._answered.get(node, 0.0) < began:
            self._until[node] = now + _SILENT_SECONDS


async def _first_to_answer(nodes: Sequence[ClusterNode]) -> ClusterNode:
    """The node that answers before the others. Raises redis-py's errors where none does."""
    asked = {asyncio.create_task(node.execute_command("PING")): node for node in nodes}
    try:
        for first in asyncio.as_completed(list(asked)):
            with suppress(*_LOST, exceptions.ClusterDownError):
                await first
                return next(node for task, node in asked.items() if task.done() and not task.exception())
        raise exceptions.ConnectionError("none of the nodes answers")
    finally:
        for task in asked:
            task.cancel()
        await asyncio.gather(*asked, return_exceptions=True)


def heard(answer: "asyncio.Future[Any]") -> None:
    """A done callback: whoever waits for it is told, and where nobody waits any more, a failure is no news."""
    if not answer.cancelled():
        answer.exception()


@lru_cache(maxsize=1024)
def _slot(tag: str) -> int:
    """The slot of a hash tag as `_tag` gives it."""
    return key_slot(f"{tag}}}".encode() if tag.startswith("{") else tag.encode())


def _tag(args: _Args) -> str:
    """The hash tag of a call's first key, or the key itself; empty where it names none."""
    place = 3 if args[0] in ("EVALSHA", "EVAL") else 1
    return str(args[place]).partition("}")[0] if len(args) > place else ""
