"""Pictures that were drawn are kept as files, by all that is on them; a process of its own draws the others."""

import asyncio
import logging
import sys
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import Any

from bot.background import write_whole
from bot.content.loader import ROOT
from bot.images.screens import Description, encode_description
from bot.images.screenshot import ToMark
from bot.model.message import JPEG

IDLE_SECONDS = 20.0
"""So long the process that draws waits for more."""
DRAWING_SECONDS = 20.0
"""A picture takes a tenth of a second; on a machine with much to do, longer."""
KEPT_SECONDS = 120 * 86400
"""Pictures that nobody looks at any more are thrown away. What is still wanted is drawn anew."""

Wanted = Description | ToMark

_log = logging.getLogger("toso.pictures")


class Shelf:
    """Pictures in a folder, made by need. `close` ends the process that draws."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._one_at_a_time = asyncio.Lock()
        self._painter: asyncio.subprocess.Process | None = None
        self._ending: set[asyncio.Task[Any]] = set()
        self._idle: asyncio.TimerHandle | None = None
        self._swept = False

    @property
    def painter(self) -> int:
        """The id of the process that draws; 0 while there is none."""
        return self._painter.pid if self._painter else 0

    async def kept(self, file: str) -> bytes | None:
        """The picture with this file's name, if it was drawn."""
        return await asyncio.to_thread(_read, self._folder / file)

    async def drawn(self, file: str, wanted: Wanted) -> bytes | None:
        """The picture of this description, drawn now where it never was; None where it cannot be drawn."""
        async with self._one_at_a_time:
            if picture := await self.kept(file):
                return picture
            picture = await self._tried(wanted)
            if picture is None:
                return None
            try:
                await asyncio.to_thread(self._keep, file, picture)
            except OSError as error:
                _log.error("a picture has to be drawn each time, because it cannot be kept: %s", error)
            return picture

    async def sketched(self, wanted: Wanted) -> bytes | None:
        """The same for a picture that is looked at once, and not kept."""
        async with self._one_at_a_time:
            return await self._tried(wanted)

    async def keep_screenshots(self, beginnings: Collection[str]) -> None:
        """Throw away what was made of screenshots, but for files whose names begin like this."""
        await asyncio.to_thread(self._drop_screenshots, tuple(beginnings))

    async def close(self) -> None:
        """Let the process that draws go."""
        self._dismiss()
        await asyncio.gather(*self._ending)

    async def _tried(self, wanted: Wanted) -> bytes | None:
        try:
            return await asyncio.wait_for(self._draw(wanted), DRAWING_SECONDS)
        except (OSError, EOFError, TimeoutError) as error:
            _log.error("a picture is not drawn: %r", error)
            return None

    async def _draw(self, wanted: Wanted) -> bytes:
        painter = await self._at_work()
        assert painter.stdin  # noqa: S101 (it is a pipe)
        assert painter.stdout  # noqa: S101 (so is it)
        picture = b""
        try:
            painter.stdin.write(encode_description(wanted) + b"\n")
            await painter.stdin.drain()
            length = int.from_bytes(await painter.stdout.readexactly(4), "big")
            picture = await painter.stdout.readexactly(length)
        finally:
            if not picture:  # also where nobody waits any more: what it draws would be taken for the next picture
                self._dismiss()
        self._idle = asyncio.get_running_loop().call_later(IDLE_SECONDS, self._dismiss)
        return picture

    async def _at_work(self) -> asyncio.subprocess.Process:
        if self._idle:
            self._idle.cancel()
        if self._painter is None or self._painter.returncode is not None:
            pipe = asyncio.subprocess.PIPE
            command = (sys.executable, "-m", "bot.images.worker")
            self._painter = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, cwd=ROOT)
        return self._painter

    def _dismiss(self) -> None:
        if self._idle:
            self._idle.cancel()
        if self._painter:
            with suppress(ProcessLookupError):
                self._painter.kill()
            # Also what nobody reads any more: until that is gone, it does not count as ended.
            ending = asyncio.create_task(self._painter.communicate())
            self._ending.add(ending)
            ending.add_done_callback(self._ending.discard)
        self._painter = None

    def _keep(self, name: str, picture: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        file = self._folder / name
        write_whole(file, picture)
        if not self._swept:
            self._swept = True
            self._sweep(file.stat().st_mtime - KEPT_SECONDS)

    def _sweep(self, before: float) -> None:
        for file in self._folder.iterdir():
            with suppress(FileNotFoundError):
                if file.stat().st_mtime < before:
                    file.unlink()

    def _drop_screenshots(self, kept: tuple[str, ...]) -> None:
        for file in self._folder.glob(f"*{JPEG}"):
            if not file.name.startswith(kept):
                file.unlink(missing_ok=True)


def _read(file: Path) -> bytes | None:
    """The file, if it is there and can be read."""
    try:
        return file.read_bytes()
    except OSError:
        return None
