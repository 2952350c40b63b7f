"""Hears what was said: hands samples to a process of its own, which has the model in memory while it is needed.

The process is one for all workers of an app. It is started by the first who has something to hear, found by the others
under its name (an abstract socket of Linux: no file is left behind), and killed where it does not answer.
"""

import asyncio
import os
import socket
import struct
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from hashlib import blake2b
from importlib.util import find_spec
from pathlib import Path
from signal import SIGKILL
from typing import Final

from bot.audio.asr_server import LENGTH
from bot.content.loader import ROOT
from bot.errors import TosoError

IDLE_SECONDS: Final = 600.0
"""After so long without anything to hear, its memory is given back."""
WORK_SECONDS = 30.0
"""A minute of talk takes seven seconds on one quiet core."""

_START_SECONDS = 30.0
_LOOK_SECONDS = 0.02
_PAUSES = (0.0, _LOOK_SECONDS, 0.5, 2.0)
"""Seconds before each try: a process that was killed may keep its name for a while on a busy machine."""
_MOST_BYTES = 64 * 1024
_PEER = struct.Struct("3i")


class NotHeard(TosoError):
    """The text is the reason: `lost` (it broke, or took too long), or what else keeps somebody from hearing it."""

    code = "not_heard"


class Ear:
    """`at` is what the app's workers have in common: the folder of its data. `patience`: seconds it may take to answer;
    `WORK_SECONDS` unless said.
    """

    def __init__(self, at: Path, *, idle: float = IDLE_SECONDS, patience: float | None = None) -> None:
        self.name = f"toso-ear-{blake2b(str(at.resolve()).encode(), digest_size=8).hexdigest()}"
        self._idle = idle
        self._patience = WORK_SECONDS if patience is None else patience
        self._one_at_a_time = asyncio.Lock()
        self._started: asyncio.subprocess.Process | None = None

    @staticmethod
    def there() -> bool:
        """Whether the package that hears is installed."""
        return find_spec("vietasr") is not None

    async def hear(self, speech: bytes) -> str:
        """The words in these samples (see `bot.audio.decode`); empty where there are none. Raises NotHeard."""
        async with self._one_at_a_time:
            for pause in _PAUSES:
                await asyncio.sleep(pause)
                with suppress(OSError, EOFError):  # it ended, or was killed, just then: a new one is started
                    return await self._ask(speech)
            raise NotHeard("lost")

    async def close(self) -> None:
        """Let the process go that this worker started; another worker starts its own."""
        if self._started and self._started.stdin:
            self._started.stdin.close()
            with suppress(ProcessLookupError):
                self._started.kill()
            await self._started.wait()
        self._started = None

    async def _ask(self, speech: bytes) -> str:
        async with self._connected() as (reader, writer):
            try:
                writer.write(LENGTH.pack(len(speech)) + speech)
                await asyncio.wait_for(reader.readexactly(1), self._patience)
                (length,) = LENGTH.unpack(await asyncio.wait_for(reader.readexactly(LENGTH.size), self._patience))
                return (await reader.readexactly(min(length, _MOST_BYTES))).decode(errors="replace")
            except TimeoutError:
                _kill(writer)
                raise

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        reader, writer = await asyncio.wait_for(self._connect(), _START_SECONDS)
        try:
            _, user = _peer(writer)
            if user != os.getuid():
                raise PermissionError("the name of our ear is taken by somebody else")
            yield reader, writer
        finally:
            writer.close()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        while True:
            ear = socket.socket(socket.AF_UNIX)
            ear.setblocking(False)
            try:
                await asyncio.get_running_loop().sock_connect(ear, f"\0{self.name}")
                return await asyncio.open_unix_connection(sock=ear)
            except ConnectionRefusedError:
                ear.close()
                await self._start()
                await asyncio.sleep(_LOOK_SECONDS)

    async def _start(self) -> None:
        if self._started and self._started.returncode is None:
            return
        command = (sys.executable, "-m", "bot.audio.asr_server", self.name, str(self._idle), str(self._patience))
        self._started = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,  # it ends when this worker does
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            cwd=ROOT,
            env={},
        )


def _peer(writer: asyncio.StreamWriter) -> tuple[int, int]:
    """The process at the other end, and its user."""
    pid, user, _ = _PEER.unpack(
        writer.get_extra_info("socket").getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size)
    )
    return pid, user


def _kill(writer: asyncio.StreamWriter) -> None:
    """End a process that is stuck, or frozen, whoever started it."""
    with suppress(ProcessLookupError):
        os.kill(_peer(writer)[0], SIGKILL)
