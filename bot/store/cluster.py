"""A cluster: one `Wire` a node, so what goes to one node in one tick shares a round trip there too.

Only what the store needs: each call names one slot, reads go to the masters. redis-py's cluster client would send one
command at a time, reshape replies, and repeat a commit after a lost answer, which looks like a conflict with ourselves.
"""

import asyncio
from binascii import crc_hqx
from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from bot.errors import StoreDown
from bot.store.address import Address
from bot.store.wire import Arg, ReplyError, Wire

_SLOTS = 16384
_REDIRECTS = 5


class ClusterWire:
    """The same calls as `Wire`, each to the node that holds its key."""

    def __init__(self, address: Address, sources: Mapping[str, str]) -> None:
        self._address = address
        self._sources = sources
        self._wires = {node: self._wire(node) for node in address.nodes}
        self._map: list[tuple[int, int, Wire]] = []
        self._mapping: asyncio.Task[None] | None = None

    @property
    def round_trips(self) -> int:
        """How many batches were written, over all nodes."""
        return sum(wire.round_trips for wire in self._wires.values())

    def call(self, *args: Arg) -> asyncio.Future[Any]:
        """Ask the node that holds the key. The future fails with StoreDown, or with the server's own error reply."""
        return asyncio.ensure_future(self._call(args))

    async def close(self) -> None:
        """Let what was asked be answered, then let the connections go."""
        for wire in self._wires.values():
            await wire.close()

    async def _call(self, args: tuple[Arg, ...]) -> Any:
        slot = _slot(str(args[3] if args[0] == "EVALSHA" else args[1]))
        for _ in range(_REDIRECTS):
            if not self._map:
                await self._remap()
            try:
                return await self._holder(slot).call(*args)
            except StoreDown:
                self._map = []
                raise
            except ReplyError as error:
                word, _, rest = str(error).partition(" ")
                if word == "ASK":
                    return await self._ask(rest, args)
                if word != "MOVED":
                    raise
                self._map = []
        raise StoreDown(f"The cluster {self._address.name} sends us from node to node.")

    async def _ask(self, where: str, args: tuple[Arg, ...]) -> Any:
        """Ask the node a slot is just moving to: the permission must stand directly before the command."""
        host, _, port = where.split(" ")[1].rpartition(":")
        wire = self._at(host, int(port))
        _, answer = await asyncio.gather(wire.call("ASKING"), wire.call(*args))
        return answer

    def _holder(self, slot: int) -> Wire:
        for start, end, wire in self._map:
            if start <= slot <= end:
                return wire
        raise StoreDown(f"The cluster {self._address.name} has no node for slot {slot}.")

    async def _remap(self) -> None:
        """Learn which node holds which slots; callers that need it at the same time share one look."""
        if not self._mapping:
            self._mapping = asyncio.ensure_future(self._look())
            self._mapping.add_done_callback(self._looked)
        await asyncio.shield(self._mapping)

    def _looked(self, look: asyncio.Task[None]) -> None:
        self._mapping = None
        if not look.cancelled():
            look.exception()  # whoever still waits has it from the shield

    async def _look(self) -> None:
        for (host, _), wire in list(self._wires.items()):
            try:
                rows = await wire.call("CLUSTER", "SLOTS")
            except StoreDown:
                continue
            self._map = [
                (start, end, self._at(name.decode() or host, port)) for start, end, (name, port, *_), *_ in rows
            ]
            return
        raise StoreDown(f"No node of the cluster {self._address.name} can be reached.")

    def _at(self, host: str, port: int) -> Wire:
        node = (host, port)
        if node not in self._wires:
            self._wires[node] = self._wire(node)
        return self._wires[node]

    def _wire(self, node: tuple[str, int]) -> Wire:
        return Wire(replace(self._address, nodes=(node,)), self._sources)


def _slot(key: str) -> int:
    start, end = key.find("{"), key.find("}")
    return crc_hqx((key[start + 1 : end] if -1 < start < end - 1 else key).encode(), 0) % _SLOTS
