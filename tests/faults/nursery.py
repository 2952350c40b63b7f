"""Starts faulty apps from a process that has imported everything: an app is a fork of it, ready in a tenth of the time.

`python -m tests.faults.nursery` is that process: an order a line on stdin, its answer on stdout, both JSON.
"""

import gc
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from threading import Lock
from typing import Any

import uvicorn
import uvicorn.lifespan.on
import uvicorn.loops.uvloop
import uvicorn.protocols.http.httptools_impl

from bot.content.loader import ROOT
from bot.loading import read_words
from tests.faults import factories
from tests.patience import HURRIES, PATIENCE, eventually
from tests.setting import setting


class Forked:
    """An app that the nursery forked, as far as it is treated as a `subprocess.Popen`."""

    def __init__(self, nursery: "Nursery", pid: int) -> None:
        self.pid = pid
        self._nursery = nursery
        self._code: int | None = None

    def poll(self) -> int | None:
        """The exit code, negative for a signal; None while it runs."""
        if self._code is None:
            self._code = self._nursery.ask(look=self.pid)
        return self._code

    def wait(self, timeout: float = PATIENCE) -> int:
        """Wait for its end: the exit code. Raises AssertionError."""
        eventually(lambda: self.poll() is not None, timeout)
        return self._code or 0

    def send_signal(self, number: signal.Signals) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)


class Nursery:
    """The process that forks, started with the first order; all its apps are in the ward of this file."""

    def __init__(self, ward: Path) -> None:
        self._env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "TOSO_WARD": str(ward)}
        self._process: subprocess.Popen[str] | None = None
        self._lock = Lock()

    def start(self, factory: str, port: int, env: Mapping[str, str], log: Path) -> Forked:
        """Fork an app that a factory of `tests.faults.factories` makes."""
        return Forked(self, self.ask(start=factory, port=port, env=dict(env), log=str(log)))

    def ask(self, **order: Any) -> Any:
        """One order, its answer; from any thread."""
        with self._lock:
            if self._process is None:
                command = [sys.executable, "-m", "tests.faults.nursery"]
                pipe = subprocess.PIPE
                self._process = subprocess.Popen(command, env=self._env, stdin=pipe, stdout=pipe, text=True)
            assert self._process.stdin
            assert self._process.stdout
            self._process.stdin.write(json.dumps(order) + "\n")
            self._process.stdin.flush()
            return json.loads(self._process.stdout.readline())

    def end(self) -> None:
        """End it; its apps have ended before."""
        if self._process:
            self._process.communicate()


def _look(pid: int) -> int | None:
    ended, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if ended else None


def _start(order: Mapping[str, Any]) -> int:
    pid = os.fork()
    if pid == 0:
        _be_app(order)
    os.setpgid(pid, pid)  # whichever of the two comes first
    return pid


def _be_app(order: Mapping[str, Any]) -> None:
    """Become the app: this ends with the process."""
    os.setpgid(0, 0)
    log = Path(order["log"])
    os.chdir(log.parent)
    os.environ.clear()
    os.environ.update(order["env"])
    out = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for stream in (1, 2):
        os.dup2(out, stream)
    make = getattr(factories, order["start"])
    uvicorn.run(make, factory=True, port=order["port"], access_log=False, lifespan="on")
    sys.exit()


def _main() -> None:
    for limit in HURRIES:
        module, _, name = limit.rpartition(".")
        setattr(import_module(module), name, PATIENCE)
    read_words(factories.content(Path(os.environ["TOSO_WARD"])))
    setting()
    gc.collect()
    gc.freeze()  # else each fork soon copies all of this memory: whatever looks for garbage writes to every object
    for line in iter(sys.stdin.readline, ""):
        order = json.loads(line)
        sys.stdout.write(json.dumps(_start(order) if "start" in order else _look(order["look"])) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _main()
