"""Several workers, each listening on sockets of its own: connections spread evenly, and wait for a worker that died."""

import logging
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress

from typing_extensions import override
from uvicorn import Server
from uvicorn.config import STARTUP_FAILURE, Config
from uvicorn.supervisors import Multiprocess

START_SECONDS = 30
"""How long a worker may take to start, also on a busy machine, before the one that it replaces is kept."""

_log = logging.getLogger("toso.app")


def listen(host: str, port: int, workers: int, *, apart: bool = sys.platform == "linux") -> list[list[socket.socket]]:
    """What each worker listens on: all addresses of the host. Raises OSError.

    Where the system does not balance sockets that share a port (not `apart`), all workers accept from the same ones.
    """
    addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    slots = [
        [
            socket.create_server(address, family=family, reuse_port=apart, dualstack_ipv6=family == socket.AF_INET6)
            for family, *_, address in addresses
        ]
        for _ in range(workers if apart else 1)
    ]
    return slots if apart else slots * workers


def run_alone(config: Config) -> None:
    """Be the only worker until a signal. Raises SystemExit where it cannot start."""
    server = Server(config)
    with suppress(KeyboardInterrupt):
        server.run()
    if not server.started:
        sys.exit(STARTUP_FAILURE)


class Workers(Multiprocess):
    """uvicorn's supervisor over one more of its kind for each worker, which starts that worker on its sockets again."""

    def __init__(self, config: Config, slots: Sequence[list[socket.socket]]) -> None:
        self._slots = [Multiprocess(config, sockets) for sockets in slots]
        super().__init__(config, [])  # after the others: signals come to the one that was made last
        for slot in self._slots:
            slot.processes_num, slot.should_exit = 1, self.should_exit

    @override
    def run(self) -> None:
        """Keep the workers running until a signal. Raises SystemExit where one cannot start."""
        super().run()
        if any(process.exitcode == STARTUP_FAILURE for slot in self._slots for process in slot.processes):
            sys.exit(STARTUP_FAILURE)

    @override
    def init_processes(self) -> None:
        for slot in self._slots:
            slot.init_processes()

    @override
    def keep_subprocess_alive(self) -> None:
        for slot in self._slots:
            slot.keep_subprocess_alive()

    @override
    def terminate_all(self) -> None:
        for slot in self._slots:
            slot.terminate_all()

    @override
    def join_all(self) -> None:
        for slot in self._slots:
            slot.join_all()

    @override
    def restart_all(self) -> None:
        usual, self.config.timeout_worker_healthcheck = self.config.timeout_worker_healthcheck, START_SECONDS
        for slot in self._slots:
            before = list(slot.processes)
            slot.restart_all()
            if slot.processes == before:
                break  # the new one did not get ready: leave the others as they are
        self.config.timeout_worker_healthcheck = usual

    @override
    def handle_ttin(self) -> None:
        """Refuse: nobody would accept from the sockets of a worker less."""
        _log.warning("the number of workers stays: start again with another --workers")

    @override
    def handle_ttou(self) -> None:
        self.handle_ttin()
