"""The server of our own: starts and stops with the app, keeps what it acknowledged, serves one app at a time."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from bot.errors import DataInUse, StoreDown
from bot.model import Escalation, Session, Turn
from bot.store.embedded import EmbeddedServer
from bot.store.keys import partition_letter
from bot.store.redis import RedisStore
from tests.contracts.stores import LONG, save
from tests.dirty import dirty_pages
from tests.patience import eventually

APP = """
import asyncio, sys, time
from pathlib import Path
from bot.model import Session, Turn
from bot.store.embedded import EmbeddedServer
from bot.store.redis import RedisStore
from tests.contracts.stores import LONG, save

async def run(server):
    store = RedisStore(server.url, "app")
    for number in range(50):
        await save(store, LONG, b"a", turn=Turn(Session(misses=number)))
    print("saved", flush=True)
    time.sleep(60)

server = EmbeddedServer(Path(sys.argv[1]))
server.start()
asyncio.run(run(server))
"""


def pid(folder: Path) -> int:
    return int((folder / "valkey.pid").read_text())


def listens(place: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(str(place)) == 0


async def version(server: EmbeddedServer) -> int:
    store = RedisStore(server.url, "test")
    loaded = await store.load(LONG)
    await store.close()
    return loaded.version


def test_nobody_else_may_read_what_is_kept(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    with EmbeddedServer(tmp_path):
        kept = tmp_path / "appendonlydir"
        open_to_others = [path for path in (kept, *kept.iterdir()) if path.stat().st_mode & 0o077]
    assert open_to_others == []


async def test_what_was_saved_is_there_after_a_stop(tmp_path: Path) -> None:
    for expected in (0, 1):
        with EmbeddedServer(tmp_path / "new" / "var") as server:
            assert await version(server) == expected
            store = RedisStore(server.url, "one")
            await save(store, LONG, turn=Turn(Session()))
            await store.close()
        assert not listens(tmp_path / "new" / "var" / "valkey.sock")
        server.stop()


async def test_what_was_acknowledged_is_on_the_disk(tmp_path: Path) -> None:
    """A power cut right after the answer takes nothing: the kernel says so, or else the server how it is set."""
    with EmbeddedServer(tmp_path) as server:
        (kept,) = (tmp_path / "appendonlydir").glob("*.incr.aof")
        store = RedisStore(server.url, "one")
        left = []
        for number in range(50):
            await save(store, LONG, b"a", turn=Turn(Session(misses=number)))
            left.append(dirty_pages(kept))
        _, how = await store._reach.call("CONFIG", "GET", "appendfsync")
        await store.close()
    assert left in ([0] * 50, [None] * 50)
    assert how == b"always"


async def test_a_second_app_is_told_which_folder_and_what_to_do(tmp_path: Path) -> None:
    with EmbeddedServer(tmp_path) as server:
        with pytest.raises(DataInUse, match="TOSO_DATA_DIR") as caught:
            EmbeddedServer(tmp_path).start()
        assert str(tmp_path) in str(caught.value)
        assert await version(server) == 0


def test_a_long_folder_has_its_socket_elsewhere(tmp_path: Path) -> None:
    folder = tmp_path / ("dài" * 30)
    with EmbeddedServer(folder) as server:
        place = Path(server.url.removeprefix("unix://"))
        assert listens(place)
        assert place.stat().st_mode & 0o077 == 0
        assert folder not in place.parents
        assert EmbeddedServer(folder).url == server.url
    assert not place.parent.exists()


_ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="finds the watcher under /proc")


@pytest.mark.parametrize("watched", [True, pytest.param(False, marks=_ON_LINUX)])
def test_a_killed_app_loses_nothing_and_leaves_nothing_running(tmp_path: Path, watched: bool) -> None:
    with subprocess.Popen([sys.executable, "-c", APP, str(tmp_path)], stdout=subprocess.PIPE) as app:
        assert app.stdout
        assert app.stdout.readline() == b"saved\n"
        orphan = pid(tmp_path)
        if not watched:
            # Someone ended the watcher too: the next start asks the server itself to go.
            for child in Path(f"/proc/{orphan}/task/{orphan}/children").read_text().split():
                os.kill(int(child), signal.SIGKILL)
        app.kill()
    if watched:
        eventually(lambda: not listens(tmp_path / "valkey.sock"))
    with EmbeddedServer(tmp_path) as server:
        assert asyncio.run(version(server)) == 50
        assert pid(tmp_path) != orphan


def test_one_that_cannot_start_says_where_to_look(tmp_path: Path) -> None:
    (tmp_path / "appendonlydir").write_text("in the way")
    with pytest.raises(StoreDown, match=r"valkey\.log"):
        EmbeddedServer(tmp_path).start()
    (tmp_path / "appendonlydir").unlink()
    with EmbeddedServer(tmp_path) as server:
        assert server.url.startswith("unix://")


async def test_who_asked_for_a_person_thousands_of_times_can_be_forgotten(tmp_path: Path) -> None:
    letter = partition_letter(LONG.key)
    with EmbeddedServer(tmp_path / "var") as server:
        store = RedisStore(server.url, "test")
        await store._reach.call("CONFIG", "SET", "appendfsync", "no")  # a cut of the power is not tried here
        for number in range(8_000):
            opened = Escalation(code=f"{letter}{number:04}", chat=LONG, opened_at=1)
            await save(store, LONG, turn=Turn(Session(), request=opened))
        await save(store, LONG, turn=Turn(Session(), forget=True))
        left = await store.open_requests()
        await store.close()
    assert left == []
