"""How the parts of the Redis store ask the server: one partition, or all of them at once."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from redis.exceptions import RedisClusterException, RedisError

from bot.errors import SettingWrong, StoreDown
from bot.ports import Clock
from bot.store import address, scripts
from bot.store.acks import Acks
from bot.store.cluster import ClusterWire
from bot.store.keys import PARTITIONS, Partition
from bot.store.outages import Outages
from bot.store.wire import Arg, Wire, heard


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
