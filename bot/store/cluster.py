"""The way to a cluster: a `Wire` to each node, and redis-py's knowledge of which node holds which slots.

How the parts of the Redis store ask the server: one partition, or all of them at once.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any

from redis import exceptions
from redis.asyncio import RedisCluster
from redis.asyncio.cluster import ClusterNode
from redis.crc import key_slot
from redis.exceptions import RedisClusterException, RedisError

from bot.errors import SettingWrong, StoreDown
from bot.ports.store import Clock
from bot.store import connection as address
from bot.store import scripts
from bot.store.acknowledgements import Acks
from bot.store.connection import LOST, SECONDS, Address, Arg, Args, Outages, Wire, failure, heard, with_source
from bot.store.keys import PARTITIONS, Partition

_CALL_SECONDS = 2.2
"""How long a call may take with whatever redirects and lookups belong to it."""
_SILENT_SECONDS = 1.0
"""How often a node that is silent is tried."""
_RELEARN_SECONDS = 1.0
"""How often, while nodes fail, the others are asked who holds which slots."""
_ELSEWHERE = (exceptions.AskError, exceptions.ClusterDownError, exceptions.TryAgainError)  # MOVED is an AskError
"""A node's replies that it does not hold the slot, or not all of it."""


class ClusterWire:
    """The same calls as `Wire`, each to the node that holds its key. `round_trips` counts those to all nodes."""

    def __init__(self, address: Address, sources: Mapping[str, str], outages: Outages | None = None) -> None:
        self.name, nodes = address.name, address.nodes
        self._sources = sources
        self._outages = outages
        if address.wait_replicas:
            raise ValueError("a cluster has nodes that differ in their replicas")
        places = [ClusterNode(node.pop("host", "localhost"), node.pop("port", 6379)) for node in nodes]
        self._options = nodes[0]
        # Redirects teach where slots went, without closing connections that others wait on; when all nodes are new,
        # the setting says where they are.
        how = {"reinitialize_steps": 0, "dynamic_startup_nodes": False}
        self._cluster = RedisCluster(startup_nodes=places, **{**nodes[0], **how})
        # Replies stay as the server gives them; COMMAND tells redis-py which argument is the key.
        for command in self._cluster.response_callbacks.keys() - {"COMMAND"}:
            del self._cluster.response_callbacks[command]
        self._wires: dict[str, Wire] = {}
        self._redirected = 0
        self._opening: asyncio.Task[None] | None = None
        self._relearning: asyncio.Task[None] | None = None
        self._running: set[asyncio.Task[Any]] = set()
        self._silent = _SilentNodes()
        self._seconds = max(_CALL_SECONDS, float(nodes[0]["socket_timeout"]) * _CALL_SECONDS / SECONDS)

    @property
    def round_trips(self) -> int:
        return self._redirected + sum(wire.round_trips for wire in self._wires.values())

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
        for wire in self._wires.values():
            await wire.close()
        await self._cluster.aclose()
        # After a lost connection `aclose` takes the client for closed and leaves the other connections open.
        for nodes in ("nodes_cache", "startup_nodes"):
            await self._cluster.nodes_manager.aclose(nodes)

    async def _call(self, args: Args) -> Any:
        began, node = asyncio.get_running_loop().time(), None
        try:
            async with asyncio.timeout(self._seconds):
                await self._opened()
                node = self._cluster.nodes_manager.slots_cache.get(_slot(_tag(args)), [None])[0]
                answer = await (self._ask(node, args, began) if node else self._redirect(args))
        except (exceptions.RedisError, exceptions.RedisClusterException, TimeoutError, StoreDown) as error:
            down = error if isinstance(error, StoreDown) else failure(self.name, error)
            if node and isinstance(down.__cause__, (exceptions.TimeoutError, TimeoutError)):
                self._silent.timed_out(node.name, began, asyncio.get_running_loop().time())
            if self._outages:
                self._outages.failed(down, node.name if node else "")
            raise down from down.__cause__
        if node:
            self._silent.answered(node.name, asyncio.get_running_loop().time())
        if self._outages:
            self._outages.answered()
            self._outages.answered(node.name if node else "")
        return answer

    async def _ask(self, node: ClusterNode, args: Args, began: float) -> Any:
        """The node's answer, or that of another one, where the slot went there. Raises StoreDown, redis-py's errors."""
        self._silent.ask(node.name, began, self._seconds)
        try:
            return await self._wire(node).call(*args)
        except exceptions.AskError:
            return await self._redirect(args)
        except StoreDown as down:
            if isinstance(down.__cause__, _ELSEWHERE):
                return await self._redirect(args)
            if isinstance(down.__cause__, LOST):
                self._relearn(node.name)
            raise

    def _wire(self, node: ClusterNode) -> Wire:
        if node.name not in self._wires:
            options = {**self._options, "host": node.host, "port": node.port}
            self._wires[node.name] = Wire(Address(self.name, [options]), self._sources)
        return self._wires[node.name]

    async def _redirect(self, args: Args) -> Any:
        """The answer of whichever node has the slot, which redis-py finds, and remembers."""
        self._redirected += 1
        try:
            return await self._cluster.execute_command(*args)
        except exceptions.NoScriptError:
            return await self._cluster.execute_command(*with_source(args, self._sources))
        except LOST as error:
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
        if self._answered.get(node, 0.0) < began:
            self._until[node] = now + _SILENT_SECONDS


async def _first_to_answer(nodes: Sequence[ClusterNode]) -> ClusterNode:
    """The node that answers before the others. Raises redis-py's errors where none does."""
    asked = {asyncio.create_task(node.execute_command("PING")): node for node in nodes}
    try:
        for first in asyncio.as_completed(list(asked)):
            with suppress(*LOST, exceptions.ClusterDownError):
                await first
                return next(node for task, node in asked.items() if task.done() and not task.exception())
        raise exceptions.ConnectionError("none of the nodes answers")
    finally:
        for task in asked:
            task.cancel()
        await asyncio.gather(*asked, return_exceptions=True)


@lru_cache(maxsize=1024)
def _slot(tag: str) -> int:
    """The slot of a hash tag as `_tag` gives it."""
    return key_slot(f"{tag}}}".encode() if tag.startswith("{") else tag.encode())


def _tag(args: Args) -> str:
    """The hash tag of a call's first key, or the key itself; empty where it names none."""
    place = 3 if args[0] in ("EVALSHA", "EVAL") else 1
    return str(args[place]).partition("}")[0] if len(args) > place else ""


class Reach:
    """The way to the server at `url`; `riders` are notes that travel with the next call. Raises SettingWrong."""

    def __init__(
        self, url: str, sources: Mapping[str, str], clock: Clock | None = None, outages: Outages | None = None
    ) -> None:
        self.wire = _wire(url, sources, outages)
        self._clock = clock
        self.riders: list[Acks] = []

    def call(self, *args: Arg) -> "asyncio.Future[Any]":
        """Ask the server. The future fails with StoreDown, or with the server's own error reply."""
        for notes in self.riders:
            notes.flush()
        return self.wire.call(*args)

    @property
    def time(self) -> Arg:
        """What scripts are told of the time: nothing, the server has a clock; in tests Unix milliseconds."""
        return self._clock.now_ms() if self._clock else ""

    async def settle(self) -> None:
        """Send all notes and wait until they are saved. Raises StoreDown."""
        outcomes = await asyncio.gather(*(notes.settle() for notes in self.riders), return_exceptions=True)
        for error in filter(None, outcomes):
            raise error

    async def everywhere(self, command: Callable[[Partition], Sequence[Arg]]) -> list[Any]:
        """The answers of all partitions, in their order; None where one cannot be reached now.

        A dead node of a cluster takes its partitions with it, and no others. Raises StoreDown when none is reached.
        """
        return await self.reached(self.call(*command(part)) for part in PARTITIONS)

    async def reached(self, calls: Iterable["asyncio.Future[Any]"]) -> list[Any]:
        """The same, for calls to several nodes."""
        answers = await asyncio.gather(*calls, return_exceptions=True)
        failed = [answer for answer in answers if isinstance(answer, BaseException)]
        for error in failed:
            if not isinstance(error, StoreDown) or len(failed) == len(answers):
                raise error
        return [None if isinstance(answer, StoreDown) else answer for answer in answers]

    async def first(self, calls: Iterable["asyncio.Future[Any]"]) -> Any:
        """The first answer that is something, whatever the others say; None where all say that there is nothing.

        Raises StoreDown where one that cannot be reached might have had something.
        """
        asked, down = [*calls], None
        for each in asked:
            each.add_done_callback(heard)
        for answer in asyncio.as_completed(asked):
            try:
                if found := await answer:
                    return found
            except StoreDown as error:
                down = error
        if down:
            raise down
        return None

    async def due(
        self,
        which: Callable[[Partition], str],
        limit: int,
        channels: Iterable[str] = ("*",),
        *,
        older_ms: int = 0,
        unit_ms: int = 1,
        certain: bool = False,
    ) -> list[tuple[int, bytes]]:
        """The members of a sorted set of times in every partition that are due, lowest first.

        Due since `older_ms` at least; only those of these channels; with `certain` only conversations whose first
        parcel did certainly not arrive. The set counts in units of so many milliseconds.
        """

        def look(part: Partition) -> Sequence[Arg]:
            how = self.time, older_ms, unit_ms, limit, part.chat("") if certain else ""
            return ("EVALSHA", scripts.DUE, 1, which(part), *how, *channels)

        found = await self.everywhere(look)
        pairs = [(int(float(s)), m) for row in filter(None, found) for m, s in zip(row[::2], row[1::2], strict=True)]
        return sorted(pairs)[:limit]


def _wire(url: str, sources: Mapping[str, str], outages: Outages | None) -> Wire | ClusterWire:
    """The way to the server or the cluster at `url`; nothing is sent yet. Raises SettingWrong.

    `sources` maps the hash of each script to its text, for a server that does not know it.
    """
    try:
        found = address.read(url)
        return (ClusterWire if url.startswith(address.CLUSTER) else Wire)(found, sources, outages)
    except (ValueError, TypeError, RedisError, RedisClusterException):
        # What went wrong may quote the password.
        raise SettingWrong(address.HOW_TO_WRITE_IT) from None
