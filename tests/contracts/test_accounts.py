"""The admin's password: exactly one is valid, and it is shown once, by `toso serve` and by no log."""

import asyncio
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from bot.clock import SystemClock
from bot.desk.authentication import Accounts
from bot.desk.desk_sessions import DeskSessions
from bot.desk.roster import ADMIN
from bot.store.memory import MemoryStore
from bot.store.memory_data import Shared
from tests.contracts.desk_site import PASSWORD
from tests.patience import PATIENCE, eventually
from tests.ports import free_port

MADE = re.compile(r"^  Admin password \(shown once\): ([a-z2-9]{4}(?:-[a-z2-9]{4}){3})$", re.M)


async def test_many_that_start_at_once_make_one_password() -> None:
    shared = Shared()
    started = [Accounts(MemoryStore(f"host-{number}", shared)) for number in range(5)]
    made = [password for password in await asyncio.gather(*(one.prepare("") for one in started)) if password]
    assert len(made) == 1
    assert [await one.is_right(ADMIN, made[0]) for one in started] == [True] * 5
    assert await started[0].prepare("") == ""


async def test_a_given_password_takes_the_place_of_the_old_one() -> None:
    store = MemoryStore("one")
    accounts = Accounts(store)
    made = await accounts.prepare("")
    old = await accounts.stamp(ADMIN)
    sessions = DeskSessions(store, SystemClock())
    token = await sessions.begin(ADMIN, "admin", old.hex())
    assert await accounts.prepare(PASSWORD) == ""
    assert await sessions.find(token) is None
    assert (await accounts.is_right(ADMIN, made), await accounts.is_right(ADMIN, PASSWORD)) == (False, True)
    new = await accounts.stamp(ADMIN)
    assert new != old
    await accounts.prepare(PASSWORD)
    assert await accounts.stamp(ADMIN) == new, "the same password again changes nothing"
    assert await accounts.prepare("") == ""
    assert await accounts.is_right(ADMIN, PASSWORD), "without the setting the last password stays"


KEEPS_MEMORY = """
import asyncio, pathlib
from bot.clock import SystemClock
from bot.desk.authentication import Accounts
from bot.desk.desk_sessions import DeskSessions
from bot.store.memory import MemoryStore

def resident():
    return int(pathlib.Path("/proc/self/statm").read_text().split()[1]) * 4 // 1024

async def main():
    accounts, before = Accounts(MemoryStore("one")), resident()
    await asyncio.gather(*(accounts.set_password(f"p{number}", "một câu khác") for number in range(8)))
    print(resident() - before)

asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="how memory is counted and given back is Linux's way")
def test_hashing_passwords_keeps_no_memory() -> None:
    grown = subprocess.run([sys.executable, "-c", KEEPS_MEMORY], capture_output=True, check=True, text=True).stdout
    assert int(grown) < 10, "MiB"


async def test_each_password_is_of_one_person() -> None:
    accounts = Accounts(MemoryStore("one"))
    await accounts.prepare(PASSWORD)
    assert not await accounts.has_password("hoa")
    assert not await accounts.is_right("hoa", PASSWORD)
    await accounts.set_password("hoa", "một câu khác")
    assert (await accounts.is_right("hoa", "một câu khác"), await accounts.is_right(ADMIN, "một câu khác")) == (
        True,
        False,
    )
    stamps = [await accounts.stamp("hoa")]
    for _ in range(2):
        await accounts.drop_password("hoa")
        assert (await accounts.has_password("hoa"), await accounts.is_right("hoa", "một câu khác")) == (False, False)
        stamps.append(await accounts.stamp("hoa"))
    assert len(set(stamps)) == 3, "each time all visits end"
    assert await accounts.is_right(ADMIN, PASSWORD)


async def test_only_a_hash_is_kept() -> None:
    shared = Shared()
    await Accounts(MemoryStore("one", shared)).prepare(PASSWORD)
    kept = list(shared.values.values())
    assert [value[:10] for value in kept] == [b"$argon2id$"]
    assert PASSWORD.encode() not in kept[0]


async def test_what_is_kept_and_cannot_be_read_lets_nobody_in() -> None:
    store = MemoryStore("one")
    accounts = Accounts(store)
    await store.remember("admin-password", b"not a hash")
    assert not await accounts.is_right(ADMIN, "not a hash")
    await accounts.prepare(PASSWORD)
    assert await accounts.is_right(ADMIN, PASSWORD)


async def test_a_wrong_password_takes_as_much_work_where_there_is_none() -> None:
    with_one, without = Accounts(MemoryStore("one")), Accounts(MemoryStore("two"))
    await with_one.prepare(PASSWORD)
    took = []
    for accounts in (with_one, without):
        started = time.process_time()
        assert not await accounts.is_right(ADMIN, "wrong")
        took.append(time.process_time() - started)
    assert 0.1 < took[0] / took[1] < 10, took


class Served:
    """`toso serve` on the data in a folder, until it is stopped: what it printed, and whether a password opens."""

    def __init__(
        self, data: Path, password: str = "", workers: int = 1, *, python: str = sys.executable, ward: str = ""
    ) -> None:
        port = str(free_port())
        self.address = f"http://127.0.0.1:{port}"
        unset = {name: "" for name in ("REDIS_URL", "TELEGRAM_TOKEN", "TOSO_PUBLIC_URL")}
        given = {"TOSO_DATA_DIR": str(data), "TOSO_ADMIN_PASSWORD": password, "TOSO_WARD": ward}
        self._log = data.with_suffix(".log")
        with self._log.open("w") as log:
            self._process = subprocess.Popen(
                [python, "-m", "bot.cli", "serve", "--port", port, "--workers", str(workers)],
                env=os.environ | unset | given,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def await_start(self) -> "Served":
        eventually(self._ready)
        return self

    def _ready(self) -> bool:
        assert self._process.poll() is None, self.stop()
        try:
            return httpx.get(f"{self.address}/readyz", timeout=PATIENCE).status_code == 200
        except httpx.TransportError:
            return False

    def opens(self, password: str) -> bool:
        return (
            httpx.post(f"{self.address}/desk/sign-in", data={"password": password}, timeout=PATIENCE).status_code == 303
        )

    def said(self) -> str:
        return self._log.read_text()

    def stop(self) -> str:
        self._process.terminate()
        self._process.wait()
        return self.said()


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Served]]:
    """Starts one app after the other on the same data; none outlives the test."""
    started: list[Served] = []

    def start(password: str = "", workers: int = 1) -> Served:
        started.append(Served(tmp_path / "data", password, workers))
        return started[-1].await_start()

    yield start
    for app in started:
        app.stop()


@pytest.mark.slow
def test_serve_shows_the_password_once(serve: Callable[..., Served]) -> None:
    first = serve(workers=2)
    made = MADE.findall(first.said())
    assert len(made) == 1
    assert (first.opens(made[0]), first.opens("wrong")) == (True, False)
    assert first.stop().count(made[0]) == 1, "no log repeats it"

    second = serve()
    assert second.opens(made[0]), "a restart changes nothing"
    said = second.stop()
    assert made[0] not in said
    assert "  Admin password: as before. To set a new one, start with TOSO_ADMIN_PASSWORD\n" in said

    third = serve(PASSWORD)
    assert (third.opens(made[0]), third.opens(PASSWORD)) == (False, True)
    said = third.stop()
    assert "  Admin password: as TOSO_ADMIN_PASSWORD says\n" in said
    assert PASSWORD not in said
