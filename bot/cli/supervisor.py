"""Keeps workers, and the store that was brought along, going: whatever ends or is stuck is started again."""

import logging
import os
import select
import signal
import socket
import time
from collections.abc import Sequence
from types import FrameType

from bot.background import GAVE_UP
from bot.cli.workers import Launcher, Worker
from bot.errors import StoreDown
from bot.store.embedded import PONG, EmbeddedServer

LOOK_SECONDS = 0.5
STORE_SILENT_LOOKS = 20
"""A store that does not answer when asked so often in a row, half a second to one apart, is ended and started again."""
STOP_SECONDS = 40.0
"""How long workers may take to finish before they are ended."""
STEADY_LOOKS = 1200
"""A worker that ran for ten minutes did not fail in a row with others."""
LONGEST_PAUSE_LOOKS = 60
START_TRIES = 5
"""How often the first worker of all is started where signals end it, before the app ends."""
FAILURES = 8
"""After so many workers that ended by themselves in a row, within some minutes, the app ends."""

_log = logging.getLogger("toso.app")


class StoreKeeper:
    """Starts the embedded store again when it ended, or does not answer for long."""

    def __init__(self, server: EmbeddedServer) -> None:
        self._server = server
        self._silent = 0
        self._pause = 0
        self._told = ""

    def note(self) -> None:
        """The app saved something: its files hold that from now on."""
        self._server.note()

    def look(self) -> None:
        """See whether it is there, twice a second; start it again where it is not."""
        if self._server.ended:
            self._start_again()
            return
        answer = self._server.probe()
        if answer.startswith(PONG):
            if self._told:
                _log.warning("the embedded store is back")
            self._silent, self._pause, self._told = 0, 0, ""
            return
        self._silent = 0 if answer else self._silent + 1
        if self._silent >= STORE_SILENT_LOOKS:
            self._tell("the embedded store does not answer and is ended")
            self._server.end()

    def _start_again(self) -> None:
        self._silent = 0
        if self._pause:
            self._pause -= 1
            return
        trouble = self._server.trouble()
        self._tell(trouble or "the embedded store ended and is started again: valkey.log may say why")
        self._pause = 2
        if trouble:
            return
        try:
            self._server.start_again()
        except StoreDown as damaged:
            self._tell(str(damaged))

    def _tell(self, what: str) -> None:
        """Say it once for each cause."""
        if what != self._told:
            _log.error("%s", what)
            self._told = what


class Post:
    """One worker's sockets, and who works there now."""

    def __init__(self, launcher: Launcher, number: int, sockets: Sequence[socket.socket]) -> None:
        self._launcher = launcher
        self._number = number
        self._sockets = sockets
        self._generation = 0
        self._dead: list[str] = []
        self._pause = 0
        self.failures = 0
        self.worker: Worker | None = None

    def start(self, *, first: bool = False) -> Worker:
        """Have somebody work here from now on. The `first` of all frees what former starts of the app left."""
        dead = [*self._dead, *self._launcher.dead] if first else self._dead
        self.worker = self._launch(dead, first=first)
        return self.worker

    def launch_next(self) -> Worker:
        """Start who is to take over from who works here now."""
        self._generation += 1
        return self._launch([], first=False)

    def look(self) -> None:
        """See whether somebody works here, twice a second; start somebody where nobody does."""
        worker = self.worker
        if worker is None:
            self._pause -= 1
            if self._pause <= 0:
                self.start()
            return
        if worker.code is None:
            worker.look()
        if worker.code is not None:
            self.bury(worker, worker.code)
        elif worker.started:
            self._dead.clear()  # it freed what they had on lease

    def _launch(self, dead: Sequence[str], *, first: bool) -> Worker:
        return self._launcher.start(self._sockets, f"{self._number}.{self._generation}", dead, first=first)

    def bury(self, worker: Worker, code: int) -> None:
        """Somebody ended, and was not asked to: at first the next one starts at once, then later each time."""
        worker.forget()
        self.worker = None
        self._dead.append(worker.owner + "/")
        failed = code >= 0
        if worker.looks >= STEADY_LOOKS and code != GAVE_UP:
            self.failures = 0
        self.failures += failed
        self._pause = min(2**self.failures - 2, LONGEST_PAUSE_LOOKS) if failed else 0
        how = f"by signal {-code}" if code < 0 else f"with code {code}"
        _log.error("worker %d ended %s: another one takes its place", worker.pid, how)


class Supervisor:
    """Runs workers on these sockets until a signal. `store` is looked after, too, where it was brought along."""

    def __init__(
        self, launcher: Launcher, sockets: Sequence[Sequence[socket.socket]], store: EmbeddedServer | None
    ) -> None:
        self._posts = [Post(launcher, number, each) for number, each in enumerate(sockets)]
        self._store = StoreKeeper(store) if store else None
        self._waiting_to_reload: list[Post] = []
        self._next: Worker | None = None
        self._leaving: list[Worker] = []
        self._signals: list[int] = []
        self._had_terminal = _has_terminal()
        self._woken, self._wake = socket.socketpair()
        self._looked_at = 0.0

    def run(self) -> int:
        """Keep everything going until a signal: the exit code."""
        self._take_signals()
        code = self._start_all()
        if self._store:
            self._store.note()
        while code is None:
            code = self._wait_and_look()
        self._stop()
        return code

    def _take_signals(self) -> None:
        self._woken.setblocking(False)
        self._wake.setblocking(False)
        signal.set_wakeup_fd(self._wake.fileno(), warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD, signal.SIGTTIN, signal.SIGTTOU):
            signal.signal(number, self._note)
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # who started us with nohup meant it
            signal.signal(signal.SIGHUP, self._note)

    def _note(self, number: int, frame: FrameType | None) -> None:
        self._signals.append(number)

    def _start_all(self) -> int | None:
        """Start the first worker, and the others once it listens: the exit code where it cannot."""
        post, killed = self._posts[0], 0
        first = post.start(first=True)
        while not first.ready:
            if (code := self._wait()) is not None:
                return code
            if first.code is not None and not first.ready:
                killed += first.code < 0
                if first.code >= 0 or killed == START_TRIES:
                    if killed == START_TRIES:  # else it said why
                        _log.critical("the app cannot start: its first worker was ended by a signal %d times", killed)
                    first.forget()
                    post.worker = None
                    return first.code if first.code > 0 else GAVE_UP
                post.bury(first, first.code)
                first = post.start(first=True)
            if self._is_time():
                first.look()
        for other in self._posts[1:]:
            other.start()
        return None

    def _wait_and_look(self) -> int | None:
        if (code := self._wait()) is not None:
            return code
        if not self._is_time() and not any(post.worker and post.worker.code is not None for post in self._posts):
            return None
        if self._store:
            self._store.look()
        for post in self._posts:
            post.look()
        self._reload()
        tired = [post.failures for post in self._posts if post.failures >= FAILURES]
        if tired:
            _log.critical("workers ended %d times in a row: the app ends", tired[0])
            return GAVE_UP
        return None

    def _is_time(self) -> bool:
        """Whether half a second passed since it last was; however long, that is one look."""
        now = time.monotonic()
        if now - self._looked_at < LOOK_SECONDS:
            return False
        self._looked_at = now
        return True

    def _wait(self) -> int | None:
        """Until something happens, or it is time to look: the exit code where a signal asked for the end."""
        if select.select([self._woken], [], [], LOOK_SECONDS)[0]:
            self._woken.recv(4096)
        numbers, self._signals = self._signals, []
        for number in numbers:
            if number in (signal.SIGTERM, signal.SIGINT) or (number == signal.SIGHUP and self._terminal_is_gone()):
                return 0
            if number == signal.SIGHUP:
                _log.info("new workers take the places of all, with settings and content as they are now")
                self._waiting_to_reload = list(self._posts)
            elif number in (signal.SIGTTIN, signal.SIGTTOU):
                _log.warning("the number of workers stays: start again with another --workers")
        return None

    def _terminal_is_gone(self) -> bool:
        """Whether a hangup says that the terminal was closed. Without one it is what a service is told to reload by."""
        return self._had_terminal and not _has_terminal()

    # One after the other is replaced

    def _reload(self) -> None:
        self._leaving = [worker for worker in self._leaving if not self._has_left(worker)]
        if not self._waiting_to_reload:
            return
        post, upcoming = self._waiting_to_reload[0], self._next
        if upcoming is None:
            self._next = post.launch_next()
        elif upcoming.code is not None:
            upcoming.forget()
            self._next, self._waiting_to_reload = None, []
            _log.error("a new worker did not start: the others stay as they are")
        elif upcoming.ready:
            if post.worker:
                post.worker.stop()
                self._leaving.append(post.worker)
            post.worker, self._next = upcoming, None
            del self._waiting_to_reload[0]
        else:
            upcoming.look()

    def _has_left(self, worker: Worker) -> bool:
        """Whether one that was replaced is gone; after its time it is ended."""
        worker.looks += 1
        if worker.code is not None:
            worker.forget()
            return True
        if worker.looks >= STOP_SECONDS / LOOK_SECONDS:
            worker.end()
            return True
        return False

    # The end

    def _stop(self) -> None:
        """Have all workers finish; who does not is ended."""
        for number in (signal.SIGCHLD, signal.SIGHUP, signal.SIGTTIN, signal.SIGTTOU):
            signal.signal(number, signal.SIG_IGN if number != signal.SIGCHLD else signal.SIG_DFL)
        workers = [post.worker for post in self._posts if post.worker]
        workers += [*self._leaving, *([self._next] if self._next else [])]
        for worker in workers:
            worker.stop()
        give_up = time.monotonic() + STOP_SECONDS
        while time.monotonic() < give_up and any(worker.code is None for worker in workers):
            if self._is_time():
                for worker in workers:
                    worker.look_at_end()
            time.sleep(0.02)
        for worker in workers:
            worker.end()


def _has_terminal() -> bool:
    """Whether there is a terminal that this process belongs to."""
    try:
        os.close(os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY))
    except OSError:
        return False
    return True
