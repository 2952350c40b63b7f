"""Work on bytes from outside, in a process of its own: decoders are large, and meet what was made to break them.

That process has no secret in its environment, opens no file and no connection, and has little memory and time. It is
gone once it has answered.
"""

import asyncio
import sys
from contextlib import suppress

from msgspec import Struct

from bot.content.loader import ROOT
from bot.errors import TosoError
from bot.sandbox.answers import DONE, HEAD, UNUSABLE


class Unusable(TosoError):
    """The work says that it cannot use these bytes. The text is its one-word reason."""

    code = "unusable"


class Overrun(TosoError):
    """The work took more time or memory than it may, or broke down: by these bytes, or by a bug."""

    code = "overrun"


class Limits(Struct, frozen=True):
    """How much one piece of work may take."""

    seconds: float = 40.0
    """Of the clock, most of them spent waiting where the machine is busy: `cpu_seconds` tell who takes too much."""
    cpu_seconds: int = 10
    memory_bytes: int = 768 * 1024 * 1024
    """Of addresses, most of which hold nothing: what the process maps, not what it fills."""
    answer_bytes: int = 8 * 1024 * 1024


class Apart:
    """Runs named functions, each call in a new process, `at_once` of them side by side; others wait for their turn.

    A function takes bytes and returns bytes. For bytes that it cannot use it raises `bot.sandbox.answers.Unfit`.
    """

    def __init__(self, limits: Limits | None = None, at_once: int = 1) -> None:
        self._limits = limits or Limits()
        self._free = asyncio.Semaphore(at_once)

    async def run(self, work: str, data: bytes) -> bytes:
        """What `work`, named as `bot.audio.encode:to_opus`, makes of the data. Raises Unusable, Overrun."""
        async with self._free:
            process = await self._begin(work)
            try:
                status, answer = await asyncio.wait_for(self._ask(process, data), self._limits.seconds)
            except (EOFError, ConnectionError, TimeoutError) as error:
                raise Overrun(f"{work} gave no answer: {error!r}") from None
            finally:
                await _end(process)
        if status == DONE:
            return answer
        raise (Unusable if status == UNUSABLE else Overrun)(answer.decode(errors="replace"))

    async def _begin(self, work: str) -> asyncio.subprocess.Process:
        limits = self._limits
        command = (sys.executable, "-m", "bot.sandbox.worker", work, str(limits.cpu_seconds), str(limits.memory_bytes))
        return await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,  # decoders talk about what they meet; what matters is in the answer
            cwd=ROOT,
            env={},
        )

    async def _ask(self, process: asyncio.subprocess.Process, data: bytes) -> tuple[int, bytes]:
        assert process.stdin  # noqa: S101 (it is a pipe)
        assert process.stdout  # noqa: S101 (so is it)
        process.stdin.write(data)
        await process.stdin.drain()
        process.stdin.close()
        head = await process.stdout.readexactly(HEAD.size)
        status, length = HEAD.unpack(head)
        if length > self._limits.answer_bytes:
            raise EOFError("its answer is too long")
        return status, await process.stdout.readexactly(length)


async def _end(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        process.kill()
    await process.communicate()  # also what nobody reads any more: until that is gone, `wait` would wait for ever
