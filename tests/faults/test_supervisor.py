"""Workers that are stuck, frozen or killed, and a store that is: `toso serve` goes on by itself."""

import asyncio
import os
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest

from bot.background import GAVE_UP
from bot.cli.supervisor import START_TRIES, STOP_SECONDS
from tests.emulators.telegram_people import Person
from tests.faults.rig import App, Rig, own_store, read, until_read
from tests.faults.talk import sequential
from tests.patience import until
from tests.ports import free_port

SOON_SECONDS = 5.0
"""Within so many seconds what ended is there again, on a machine that is not much busier than this one."""
HELLO = ("chào", "1", "bác")
POISON = "máy tôi kẹt mất rồi"


async def hasty(rig: Rig, workers: str, factory: str = "stuck", **env: str) -> App:
    """An app that ends what was silent for five seconds."""
    port = free_port()
    app = rig.launch(["-m", "tests.faults.hasty", factory, workers], port, env)
    await app.ready(rig.session)
    await until(lambda: app.log.count("Application startup complete") == int(workers))
    return app


def pids(app: App) -> list[int]:
    """The process ids of all workers that ever were."""
    return [int(found) for found in re.findall(r"Started server process \[(\d+)\]", app.log)]


def store_pid(data: Path) -> int:
    """The store's process; 0 while it starts, for it makes the file before it writes the number."""
    return int((data / "valkey.pid").read_text() or 0)


async def greeted(rig: Rig, app: App, count: int = 1) -> list[Person]:
    """People who began to talk; a worker that dies from now on has sent nothing that it did not note."""
    people = [rig.telegram.person() for _ in range(count)]
    for number, text in enumerate(HELLO, start=1):
        for person in people:
            await rig.say(app, person, text)
            await until_read(person, number)
    await rig.noted(app)
    return people


@pytest.mark.slow
async def test_what_a_worker_is_stuck_at_is_answered_with_an_apology_and_not_tried_again(rig: Rig) -> None:
    """Several in a row: each costs one worker, whichever that is, and nobody else their answer."""
    app = await hasty(rig, "2")
    poisoned = await greeted(rig, app, 3)
    (other,) = await greeted(rig, app)
    updates = [rig.typed(person, POISON) for person in poisoned]
    await asyncio.gather(*(rig.deliver(app, update) for update in updates))
    for person in poisoned:
        await until_read(person, len(HELLO) + 1)
        assert "xin lỗi" in read(person)[-1]
        assert person.sees[-1].labels == ("1. Gặp người giúp", "0. Menu")
    for update in updates:  # once more, as platforms do: nothing is stuck, nobody reads it twice
        await rig.deliver(app, update)
    for person in (*poisoned, other):
        await rig.say(app, person, "menu")
    for person in poisoned:
        await until_read(person, len(HELLO) + 2)
    assert (await until_read(other, len(HELLO) + 1))[-1] == sequential([*HELLO, "menu"])[-1]
    assert app.log.count("is stuck at a message and is ended") == len(poisoned)
    assert "in match" in app.log
    assert POISON not in app.log
    await until(lambda: len(pids(app)) == 2 + len(poisoned))
    app.send(signal.SIGTERM)
    assert await app.ended() == 0


async def test_what_a_worker_was_stuck_at_is_not_tried_again_after_all_was_started_anew(rig: Rig) -> None:
    """The app ends before the apology is saved."""
    app = await hasty(rig, "1", TOSO_DATA_DIR=str(rig.folder))
    (poisoned,) = await greeted(rig, app)
    poison, condemned = rig.typed(poisoned, POISON), rig.folder / "condemned"
    posted = asyncio.create_task(rig.post(app, poison))
    await until(condemned.exists, lambda: app.log)
    app.kill()
    assert await posted in (0, 503)
    app = await hasty(rig, "1", TOSO_DATA_DIR=str(rig.folder))
    await rig.deliver(app, poison)
    await until_read(poisoned, len(HELLO) + 1)
    assert "xin lỗi" in read(poisoned)[-1]
    assert "is stuck at a message" not in app.log
    app.kill()
    condemned.write_bytes(condemned.read_bytes()[:-1])  # as a power cut may leave it
    await hasty(rig, "1", TOSO_DATA_DIR=str(rig.folder))


async def test_where_updates_are_fetched_one_that_a_worker_is_stuck_at_does_not_hold_up_the_others(rig: Rig) -> None:
    app, person, other = await hasty(rig, "1", TOSO_PUBLIC_URL=""), rig.telegram.person(), rig.telegram.person()
    for text in (*HELLO, POISON, "menu"):
        await person.says(text, wait=False)
    for text in HELLO:
        await other.says(text, wait=False)
    await until_read(other, len(HELLO))
    # What it had sent a moment before, and not noted, is sent once more: how many come tells nothing.
    await until(lambda: any("xin lỗi" in text for text in read(person)[:-1]), lambda: str(read(person)))
    assert app.log.count("is stuck at a message and is ended") == 1


async def test_a_frozen_worker_is_replaced_and_no_message_is_to_blame(rig: Rig) -> None:
    app = await hasty(rig, "1", "stuck")
    (person,) = await greeted(rig, app)
    (frozen,) = pids(app)
    os.kill(frozen, signal.SIGSTOP)
    await rig.say(app, person, "menu")
    assert (await until_read(person, len(HELLO) + 1))[-1] == sequential([*HELLO, "menu"])[-1]
    assert f"worker {frozen} is frozen and is ended" in app.log


async def test_a_stop_does_not_wait_for_a_frozen_worker(rig: Rig) -> None:
    """It cannot finish anything, and nobody sends it on its way again."""
    app = await rig.serve("--workers", "2")
    await until(lambda: app.log.count("Application startup complete") == 2)
    frozen = pids(app)[0]
    os.kill(frozen, signal.SIGSTOP)
    began = time.monotonic()
    app.send(signal.SIGTERM)
    assert await app.ended() == 0
    assert time.monotonic() - began < STOP_SECONDS / 2
    assert f"worker {frozen} is frozen and is ended" in app.log


async def test_all_workers_that_are_killed_are_replaced_and_what_was_acknowledged_goes_out_soon(rig: Rig) -> None:
    app = await rig.serve("--workers", "2")
    await until(lambda: app.log.count("Application startup complete") == 2)
    (person,) = await greeted(rig, app)
    rig.telegram.delay = 60
    rig.telegram.asked.clear()
    await rig.say(app, person, "menu")
    await rig.telegram.asked.wait()
    rig.telegram.delay = 0
    before = pids(app)
    for worker in before:
        os.kill(worker, signal.SIGKILL)
    await until(lambda: app.log.count("Application startup complete") == 4)
    began = time.monotonic()
    await until_read(person, len(HELLO) + 1)
    assert time.monotonic() - began < SOON_SECONDS
    await rig.noted(app)
    assert read(person) == sequential([*HELLO, "menu"])


@pytest.mark.parametrize("store", ["embedded", "elsewhere"])
async def test_after_a_killed_app_what_was_acknowledged_goes_out_soon(rig: Rig, tmp_path: Path, store: str) -> None:
    data = str(tmp_path / "var") if store == "embedded" else ""
    app = await rig.serve(data=data)
    (person,) = await greeted(rig, app)
    rig.telegram.delay = 60
    rig.telegram.asked.clear()
    await rig.say(app, person, "menu")
    await rig.telegram.asked.wait()
    app.kill()
    rig.telegram.delay = 0
    app = await rig.serve(port=app.port, data=data)
    began = time.monotonic()
    await until_read(person, len(HELLO) + 1)
    assert time.monotonic() - began < SOON_SECONDS
    await rig.noted(app)
    assert read(person) == sequential([*HELLO, "menu"])


async def test_the_embedded_store_is_started_again_with_all_it_had(rig: Rig, tmp_path: Path) -> None:
    data = tmp_path / "var"
    app = await rig.serve("--workers", "2", data=str(data))
    await until(lambda: len(pids(app)) == 2)
    (person,) = await greeted(rig, app)
    for count, text in enumerate(("menu", "1"), start=len(HELLO) + 1):
        died = store_pid(data)
        os.kill(died, signal.SIGKILL)
        began = time.monotonic()

        async def back(died: int = died) -> bool:
            return store_pid(data) not in {0, died} and await app.status(rig.session, "/readyz") == 200

        await until(back, lambda: app.log)
        assert time.monotonic() - began < SOON_SECONDS
        assert await app.status(rig.session, "/healthz") == 200
        await rig.say(app, person, text)
        await until_read(person, count)
        await until(lambda: "the embedded store is back" in app.log)
    assert read(person) == sequential([*HELLO, "menu", "1"])
    assert len(pids(app)) == 2, "no worker had to be replaced"


async def test_an_embedded_store_that_is_frozen_for_long_is_started_again(rig: Rig, tmp_path: Path) -> None:
    data = tmp_path / "var"
    app = await hasty(rig, "1", **own_store(str(data)))
    (person,) = await greeted(rig, app)
    frozen = store_pid(data)
    os.kill(frozen, signal.SIGSTOP)
    await rig.say(app, person, "menu")
    assert (await until_read(person, len(HELLO) + 1)) == sequential([*HELLO, "menu"])
    assert store_pid(data) != frozen
    assert "the embedded store does not answer and is ended" in app.log


async def test_a_worker_that_starts_while_the_store_is_away_refuses_and_begins_once_it_is_back(rig: Rig) -> None:
    app = await rig.serve()
    (person,) = await greeted(rig, app)
    rig.server.kill()
    os.kill(pids(app)[0], signal.SIGKILL)
    await until(lambda: app.log.count("Application startup complete") == 2, lambda: app.log)
    update = rig.typed(person, "menu")
    assert await app.status(rig.session, "/healthz") == 200
    assert await app.status(rig.session, "/readyz") == 503
    assert await rig.post(app, update) == 503
    rig.server.start()
    await app.ready(rig.session)
    await rig.deliver(app, update)
    assert (await until_read(person, len(HELLO) + 1)) == sequential([*HELLO, "menu"])
    assert "Traceback" not in app.log
    assert app.log.count("this worker waits for the store") == 1


async def test_a_first_worker_that_is_killed_while_it_starts_is_started_again(rig: Rig, tmp_path: Path) -> None:
    app = rig.launch(["-m", "bot.cli", "serve"], free_port(), own_store(str(tmp_path / "var")))
    await until(lambda: bool(_workers(app)), lambda: app.log)
    os.kill(_workers(app)[0], signal.SIGKILL)
    await app.ready(rig.session)
    assert len(pids(app)) == 1, "the one that was killed had not begun"


async def test_a_first_worker_that_is_killed_each_time_ends_the_app_with_a_sentence(rig: Rig, tmp_path: Path) -> None:
    app = rig.launch(["-m", "bot.cli", "serve"], free_port(), own_store(str(tmp_path / "var")))
    killed: set[int] = set()
    while app.process.poll() is None:
        for worker in set(_workers(app)) - killed:
            killed.add(worker)
            os.kill(worker, signal.SIGKILL)
        await asyncio.sleep(0.02)
    assert app.process.poll() == GAVE_UP
    assert len(killed) == START_TRIES
    assert "the app cannot start: its first worker was ended by a signal 5 times" in app.log


async def test_a_worker_whose_app_is_killed_while_it_starts_keeps_no_port(rig: Rig, tmp_path: Path) -> None:
    port, env = free_port(), own_store(str(tmp_path / "var"))
    app = rig.launch(["-m", "bot.cli", "serve"], port, env)
    await until(lambda: bool(_workers(app)), lambda: app.log)
    (orphan,) = _workers(app)
    os.kill(orphan, signal.SIGSTOP)
    os.kill(app.process.pid, signal.SIGKILL)
    again = rig.launch(["-m", "bot.cli", "serve"], port, env)
    os.kill(orphan, signal.SIGCONT)
    await again.ready(rig.session)
    assert str(orphan) not in app.log, "it never began to serve"
    assert len(pids(again)) == 1


def _workers(app: App) -> list[int]:
    """The process ids of workers that are there now, whether they listen or not."""
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,args="], capture_output=True, text=True, check=True).stdout
    rows = [line.split(None, 2) for line in listed.splitlines()]
    return [int(pid) for pid, parent, what in rows if int(parent) == app.process.pid and "bot.worker" in what]
