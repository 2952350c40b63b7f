"""The processes that do the work, as the one that started them sees them: each on sockets that outlive it.

Which starts of the app are over: what their workers had on lease in the store need not wait until it runs out.
"""

import fcntl
import logging
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from itertools import count
from pathlib import Path
from secrets import token_hex
from typing import Any

from bot.background import SLOTS, Order, Scoreboard, encode_order

_FOLDER = "runs"


class Run:
    """This start of the app, noted in the folder of its data for as long as it, or a worker of it, has `file` open.

    `dead` are the names of starts before it of which nobody lives any more; `condemned` is where all of them keep which
    messages are not to be tried again.
    """

    def __init__(self, data_dir: Path) -> None:
        self.name = f"{socket.gethostname()}-{token_hex(6)}"
        self.file: int | None = None
        self.dead: list[str] = []
        self._place = data_dir.absolute() / _FOLDER / self.name
        self.condemned = self._place.parent.with_name("condemned")
        try:
            self._place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._look_at_others()
            self.file = self._note()
        except OSError as error:
            _log.warning("after a crash replies will wait for 15 s: %s (%s)", self._place.parent, error.strerror)

    def close(self) -> None:
        """Forget it: all its workers are gone."""
        if self.file is not None:
            self._place.unlink(missing_ok=True)
            os.close(self.file)

    def _note(self) -> int:
        """Locked under another name first: a note that is not locked is of a start that is over."""
        hidden = self._place.with_name(f".{self.name}")
        file = os.open(hidden, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        hidden.rename(self._place)
        return file

    def _look_at_others(self) -> None:
        for note in self._place.parent.glob("[!.]*"):
            file = os.open(note, os.O_RDWR)
            try:
                with suppress(BlockingIOError):  # somebody of it lives
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    self.dead.append(note.name)
                    note.unlink()
            finally:
                os.close(file)


SHARED_PORTS = sys.platform == "linux"
"""Whether the system balances sockets that share a port."""
STUCK_LOOKS = 40
"""A worker that said nothing between so many looks in a row, half a second apart, is ended. Looks are counted and not
seconds: while the machine sleeps nobody looks."""
FROZEN_LOOKS = 10
"""So long somebody may take to let a worker go on that was stopped by a signal, where it is asked to finish."""
START_LOOKS = 240
"""How long a worker may take to start, also on a busy machine."""
DUMP_SECONDS = 1.0
"""How long a worker that is stuck may take to say where."""

_log = logging.getLogger("toso.app")


def bind(host: str, port: int, workers: int, *, apart: bool = SHARED_PORTS) -> list[list[socket.socket]]:
    """What each worker will listen on, all addresses of the host: before it does, nobody waits there. Raises OSError.

    Where the system does not balance them (not `apart`), all workers accept from the same ones.
    """
    addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    slots = [
        [_bound(family, address, apart=apart) for family, *_, address in addresses]
        for _ in range(workers if apart else 1)
    ]
    return slots if apart else slots * workers


def _bound(family: int, address: Any, *, apart: bool) -> socket.socket:
    """As `socket.create_server` makes it, but for listening."""
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if apart:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        if family == socket.AF_INET6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        made.bind(address)
    except OSError:
        made.close()
        raise
    return made


def claim(host: str, port: int) -> socket.socket:
    """Keeps other starts of the app away from there, until it is closed or this process ends. Raises OSError.

    Sockets that share a port refuse nobody before one of them listens. A name is taken at once, by one process of all
    that share the network of this machine or container, and needs no file.
    """
    made = socket.socket(socket.AF_UNIX)
    try:
        made.bind(f"\0toso serve {place(host, port)}")
    except OSError:
        made.close()
        raise
    return made


def place(host: str, port: int) -> str:
    """An address as it is written in a URL."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


class Launcher:
    """Starts workers of the app that `app` names (`module:factory`). `alone`: there is one at a time."""

    def __init__(self, app: str, host: str, port: int, run: Run, *, alone: bool) -> None:
        self.board = Scoreboard(kept=run.condemned)
        self.dead = [f"{name}-" for name in run.dead]
        self._place = app, host, port
        self._run = run.name
        self._alone = alone
        self._keeps = [run.file] if run.file is not None else []
        self._numbers = count()
        self._lifeline, self._lifeline_end = os.pipe()  # what workers read ends when this process does

    def start(self, sockets: Sequence[socket.socket], role: str, dead: Sequence[str], *, first: bool) -> "Worker":
        """Start one on these sockets. It frees what workers whose names begin with one of `dead` had on lease."""
        number = next(self._numbers)
        slot, (said, say) = number % SLOTS, os.pipe()
        app, host, port = self._place
        order = Order(
            app=app,
            host=host,
            port=port,
            sockets=[each.fileno() for each in sockets],
            board=self.board.file,
            slot=slot,
            lifeline=self._lifeline,
            dump=say,
            keeps=self._keeps,
            owner=f"{self._run}-{number}",
            role=f"{self._run}-{role}",
            dead=list(dead),
            alone=self._alone,
            first=first,
        )
        self.board.slot(slot).clear()
        files = (*order.sockets, order.board, order.lifeline, order.dump, *order.keeps)
        command = [sys.executable, "-m", "bot.worker", encode_order(order).decode()]
        process = subprocess.Popen(command, pass_fds=files)  # noqa: S603 - ourselves
        os.close(say)
        return Worker(process, self.board, slot, said, order.owner)


class Worker:
    """One process. `owner` is its name in the store."""

    def __init__(self, process: subprocess.Popen[bytes], board: Scoreboard, slot: int, said: int, owner: str) -> None:
        self.owner = owner
        self.looks = 0
        self._process = process
        self._board = board
        self._slot = board.slot(slot)
        self._said = said
        self._beats = 0
        self._silent = 0

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def ready(self) -> bool:
        """Whether it ever listened."""
        return self._slot.ready

    @property
    def started(self) -> bool:
        """Whether it freed what those who died before it had on lease."""
        return self._slot.started

    @property
    def code(self) -> int | None:
        """How it ended, negative for a signal; None while it runs."""
        return self._process.poll()

    def look(self) -> None:
        """See whether it lives, twice a second; end it where it is stuck."""
        self.looks += 1
        beats = self._slot.beats
        self._silent = self._silent + 1 if beats == self._beats else 0
        self._beats = beats
        if self._silent >= STUCK_LOOKS if self.ready else self.looks >= START_LOOKS:
            self._end_stuck()

    def stop(self) -> None:
        """Ask it to finish; `looks` are counted anew."""
        self.looks = self._silent = 0
        if self.code is None:
            self._process.terminate()

    def look_at_end(self) -> None:
        """See whether it can finish, twice a second: one that a signal stopped cannot, and is ended."""
        self._silent = self._silent + 1 if self.code is None and self._is_frozen() else 0
        if self._silent >= FROZEN_LOOKS:
            self._end_stuck()

    def end(self) -> None:
        """End it at once, and let go of what belonged to it."""
        self._process.kill()
        self._process.wait()
        self.forget()

    def forget(self) -> None:
        """Let go of what belonged to it, once it ended."""
        os.close(self._said)

    def _end_stuck(self) -> None:
        """Have it say where it is, note what it is at so that nobody tries that again, and end it."""
        frozen = self._is_frozen()
        where = "" if frozen else self._where()
        if (mark := self._slot.at_work) and not frozen:
            self._board.condemn(mark)
        why = "is frozen" if frozen else "is stuck at a message" if mark else "is stuck"
        _log.critical("worker %d %s and is ended%s", self.pid, why, where and f"; it was at\n{where}")
        self._process.kill()
        self._process.wait()

    def _where(self) -> str:
        """What each of its threads is at, without a word of what it works on: files, lines and names of functions."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGUSR1)
        told, give_up = b"", time.monotonic() + DUMP_SECONDS
        while select.select([self._said], [], [], max(0.0, give_up - time.monotonic()))[0]:
            more = os.read(self._said, 65536)
            if not more:
                break
            told += more
            give_up = min(give_up, time.monotonic() + DUMP_SECONDS / 5)
        return told.decode(errors="replace").strip()

    def _is_frozen(self) -> bool:
        """Whether it was stopped by a signal, as far as the system tells (Linux)."""
        with suppress(OSError, IndexError):
            return Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[0] in "Tt"
        return False
