"""One connection to the server: all that concurrent tasks ask for in one tick of the loop shares one round trip.

The server answers in order, so a reply belongs to the oldest call without one: no locks, no pool, no task a call.
redis-py's own connection does the same work for three times the processor time, its pipeline for five times.
"""

import asyncio
import re
from collections import deque
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias, cast

import hiredis
from hiredis import ReplyError
from typing_extensions import override

from bot.errors import StoreDown
from bot.store.address import Address

__all__ = ["TIMEOUT", "Arg", "ReplyError", "Wire"]

TIMEOUT = 2.0
"""Seconds to connect in, and seconds without a word from the server while it owes an answer."""

Arg: TypeAlias = str | bytes | int
_Call: TypeAlias = tuple[asyncio.Future[Any], tuple[Arg, ...]]

_DOWN = re.compile(
    r"\b(READONLY|MISCONF|OOM|LOADING|BUSY|CLUSTERDOWN|MASTERDOWN|TRYAGAIN|NOREPLICAS|NOAUTH|NOPERM|WRONGPASS)\b"
)


def failure(name: str, reply: Exception) -> Exception:
    """What an error reply means to a caller: StoreDown when the server cannot save now, else the reply itself."""
    reason = _DOWN.search(str(reply))
    return StoreDown(f"The store {name} does not take what we save: {reason[1]}.") if reason else reply


class Wire(asyncio.Protocol):
    """A connection that opens with the first call, and again with the next call after it broke.

    `sources` maps the hash of each script to its text, for a server that does not know it. `round_trips` counts the
    batches that were written.
    """

    def __init__(self, address: Address, sources: Mapping[str, str]) -> None:
        self.round_trips = 0
        self._address = address
        self._sources = sources
        self._reader = hiredis.Reader()
        self._transport: asyncio.Transport | None = None
        self._opening: asyncio.Task[None] | None = None
        self._closed: asyncio.Future[None] | None = None
        self._packed: list[bytes] = []
        self._asked: list[_Call] = []
        self._owed: deque[_Call] = deque()
        self._flush_soon = False
        self._watch: asyncio.TimerHandle | None = None
        self._heard = 0.0

    def call(self, *args: Arg) -> asyncio.Future[Any]:
        """Ask the server. The future fails with StoreDown, or with the server's own error reply."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Any] = loop.create_future()
        self._ask(loop, future, args)
        return future

    async def close(self) -> None:
        """Let what was asked be answered, then let the connection go."""
        while waiting := [future for future, _ in (*self._asked, *self._owed) if not future.done()]:
            await asyncio.wait(waiting)
        if self._transport and self._closed:
            self._transport.close()
            await self._closed

    def _ask(self, loop: asyncio.AbstractEventLoop, future: asyncio.Future[Any], args: tuple[Arg, ...]) -> None:
        self._packed.append(hiredis.pack_command(cast(Any, args)))
        self._asked.append((future, args))
        if not self._flush_soon and not self._opening:
            self._flush_soon = True
            loop.call_soon(self._flush)

    def _flush(self) -> None:
        self._flush_soon = False
        loop = asyncio.get_running_loop()
        if not self._transport:
            self._opening = loop.create_task(self._open())
            return
        if not self._asked:
            return
        if not self._owed:
            self._heard = loop.time()
        packed, self._packed = self._packed, []
        self._owed.extend(self._asked)
        self._asked.clear()
        self.round_trips += 1
        self._transport.write(b"".join(packed))
        if not self._watch:
            self._watch = loop.call_later(TIMEOUT, self._look)

    def _look(self) -> None:
        """Give up on a server that owes us an answer and has been silent for too long."""
        self._watch = None
        if not self._owed or not self._transport:
            return
        loop = asyncio.get_running_loop()
        left = self._heard + TIMEOUT - loop.time()
        if left > 0.01:
            self._watch = loop.call_later(left, self._look)
        else:
            self._transport.abort()

    async def _open(self) -> None:
        loop, address = asyncio.get_running_loop(), self._address
        try:
            async with asyncio.timeout(TIMEOUT):
                if address.path:
                    await loop.create_unix_connection(lambda: self, address.path)
                else:
                    host, port = address.nodes[0]
                    await loop.create_connection(lambda: self, host, port, ssl=address.tls)
                await self._introduce()
        except (OSError, TimeoutError, StoreDown, hiredis.HiredisError) as error:
            self._opening = None
            if self._transport:
                self._transport.abort()
            asked, self._asked, self._packed = self._asked, [], []
            down = error if isinstance(error, StoreDown) else self._down("cannot be reached")
            _fail(asked, down, error)
        else:
            self._opening = None
            self._flush()

    async def _introduce(self) -> None:
        """Log in and choose the database, ahead of what was asked meanwhile."""
        asked, packed = self._asked, self._packed
        self._asked, self._packed = [], []
        address = self._address
        answers = []
        if address.login:
            answers.append(self.call("AUTH", *address.login))
        if address.db:
            answers.append(self.call("SELECT", address.db))
        if answers:
            self._flush()
        self._asked, self._packed = asked, packed
        await asyncio.gather(*answers)

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._closed = asyncio.get_running_loop().create_future()
        self._reader = hiredis.Reader()

    @override
    def data_received(self, data: bytes) -> None:
        loop = asyncio.get_running_loop()
        self._heard = loop.time()
        self._reader.feed(data)
        try:
            while (reply := self._reader.gets()) is not False:
                self._answer(loop, reply)
        except hiredis.ProtocolError:
            if self._transport:
                self._transport.abort()

    def _answer(self, loop: asyncio.AbstractEventLoop, reply: Any) -> None:
        future, args = self._owed.popleft()
        if future.done():
            return
        if not isinstance(reply, ReplyError):
            future.set_result(reply)
        elif args[0] == "EVALSHA" and str(reply).startswith("NOSCRIPT"):
            self._ask(loop, future, ("EVAL", self._sources[cast(str, args[1])], *args[2:]))
        else:
            future.set_exception(failure(self._address.name, reply))

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        if self._watch:
            self._watch.cancel()
            self._watch = None
        owed = list(self._owed)
        self._owed.clear()
        _fail(owed, self._down("went away before it answered"), exc)
        if self._closed:
            self._closed.set_result(None)

    def _down(self, what: str) -> StoreDown:
        return StoreDown(f"The store {self._address.name} {what}.")


def _fail(calls: Iterable[_Call], down: StoreDown, cause: Exception | None) -> None:
    for future, _ in calls:
        if not future.done():
            error = StoreDown(*down.args)
            error.__cause__ = cause
            future.set_exception(error)
