"""`toso serve` with a store of its own: one app at a time, and a death loses nothing."""

import os
import shutil
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from tests.faults.rig import App, Rig, own_store, read, until_read
from tests.faults.talk import sequential
from tests.patience import until
from tests.ports import free_port

ASKING = ("chào", "1", "bác", "gặp người", "không rõ")


async def test_a_second_app_on_the_same_data_says_so_and_ends(rig: Rig, tmp_path: Path) -> None:
    data = str(tmp_path / "var")
    first = await rig.serve(data=data)
    port = free_port()
    second = rig.launch(["-m", "bot.cli", "serve"], port, own_store(data))
    assert await second.ended() == 1
    assert len(second.log.splitlines()) == 1
    assert data in second.log
    assert await first.status(rig.session, "/readyz") == 200


@pytest.mark.parametrize("workers", ["1", "2"])
async def test_a_port_in_use_is_told_in_one_sentence_before_anything_begins(
    rig: Rig, tmp_path: Path, workers: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        app = rig.launch(["-m", "bot.cli", "serve", "--workers", workers], port, own_store(str(tmp_path / "var")))
        assert await app.ended() == 1
    assert app.log == (
        f"Error: Cannot listen on 127.0.0.1:{port} (Address already in use): "
        "set another HOST or PORT, or stop what listens there.\n"
    )


def _hosts() -> list[tuple[str, str]]:
    """What to listen on, and where that is then reached; IPv6 where this machine has it."""
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return [("0.0.0.0", "127.0.0.1")]
    return [("0.0.0.0", "127.0.0.1"), ("::1", "[::1]"), ("::", "[::1]")]


@pytest.mark.parametrize(("host", "here"), _hosts())
async def test_the_address_that_is_shown_answers(rig: Rig, tmp_path: Path, host: str, here: str) -> None:
    port = free_port()
    env = {**own_store(str(tmp_path / "var")), "HOST": host, "TOSO_PUBLIC_URL": ""}
    app = rig.launch(["-m", "bot.cli", "serve"], port, env)
    app.address = f"http://{here}:{port}"
    await app.ready(rig.session)
    assert f"Resident chat: {app.address}/\n" in app.log


async def test_sessions_and_requests_survive_a_killed_app(rig: Rig, tmp_path: Path) -> None:
    data = str(tmp_path / "var")
    app, person = await rig.serve(data=data), rig.telegram.person()
    for count, text in enumerate(ASKING, start=1):
        await rig.say(app, person, text)
        await until_read(person, count)
    assert "toso_requests_waiting 1.0" in await rig.metrics(app)
    await rig.noted(app)
    app.kill()
    app = await rig.serve(port=app.port, data=data)
    assert "toso_requests_waiting 1.0" in await rig.metrics(app)
    await rig.say(app, person, "menu")
    await until_read(person, len(ASKING) + 1)
    assert read(person)[-1] == sequential([*ASKING, "menu"])[-1]


async def test_a_stop_is_orderly(rig: Rig, tmp_path: Path) -> None:
    app = await rig.serve("--workers", "2", data=str(tmp_path / "var"))
    app.send(signal.SIGTERM)
    assert await app.ended() == 0
    assert not (tmp_path / "var" / "valkey.pid").exists()


async def test_workers_do_not_outlive_the_process_that_started_them(rig: Rig, tmp_path: Path) -> None:
    data = str(tmp_path / "var")
    app = await rig.serve("--workers", "2", data=data)
    os.kill(app.process.pid, signal.SIGKILL)
    await app.ended()
    await until(lambda: app.silent(rig.session))
    again = await rig.serve("--workers", "2", port=app.port, data=data)
    assert await again.status(rig.session, "/readyz") == 200


_TORN = b"*3\r\n$3\r\nSET\r\n$5\r\nab"
_OPEN = b"*1\r\n$5\r\nMULTI\r\n*1\r\n$4\r\nPING\r\n"


@pytest.mark.parametrize("tail", [bytes(4096), _TORN + bytes(100), b"\xff*1\x00$\r\n" * 40, _TORN, _OPEN, _OPEN + b"x"])
async def test_what_a_power_cut_left_at_the_end_is_set_aside_and_nothing_else_is_lost(
    rig: Rig, tmp_path: Path, tail: bytes
) -> None:
    data = tmp_path / "var"
    app, person = await rig.serve(data=str(data)), rig.telegram.person()
    for count, text in enumerate(ASKING[:2], start=1):
        await rig.say(app, person, text)
        await until_read(person, count)
    await rig.noted(app)
    log = _stopped(app, data)
    size = log.stat().st_size
    with log.open("ab") as file:
        file.write(tail)
    app = await rig.serve(port=app.port, data=str(data))
    await rig.say(app, person, ASKING[2])
    assert await until_read(person, 3) == sequential(ASKING[:3])
    (aside,) = log.parent.glob("*.tail-*")
    assert aside.read_bytes() == tail
    assert f"the last {len(tail)} bytes of {log} were not whole: they were set aside in {aside}" in app.log
    assert aside.name.endswith(f"-{size}")
    assert aside.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("damage", [bytes(40), b"$999999\r\n"])
async def test_damage_that_is_not_at_the_end_is_one_sentence_and_nothing_is_changed(
    rig: Rig, tmp_path: Path, damage: bytes
) -> None:
    """Also where it looks as if the file had been cut off: a server of its own mind drops all that follows."""
    data = tmp_path / "var"
    app = await rig.serve(data=str(data))
    log = _stopped(app, data)
    content = log.read_bytes()
    at = content.index(b"$", len(content) // 2)
    log.write_bytes(damaged := content[:at] + damage + content[at + len(damage) :])
    app = rig.launch(["-m", "bot.cli", "serve"], app.port, own_store(str(data)))
    assert await app.ended() == 1
    (sentence,) = app.log.splitlines()
    assert f"{log} is damaged at byte " in sentence
    assert "Restore the newest backup" in sentence
    assert log.read_bytes() == damaged


@pytest.mark.parametrize("damage", [None, b"", bytes(100), b"file appendonly.aof.1.incr.aof seq"])
async def test_a_list_of_the_logs_files_that_is_lost_is_made_anew_and_nothing_is_lost(
    rig: Rig, tmp_path: Path, damage: bytes | None
) -> None:
    data = tmp_path / "var"
    app, person = await rig.serve(data=str(data)), rig.telegram.person()
    for count, text in enumerate(ASKING[:2], start=1):
        await rig.say(app, person, text)
        await until_read(person, count)
    await rig.noted(app)
    manifest = _stopped(app, data).with_name("appendonly.aof.manifest")
    before = manifest.read_bytes()
    manifest.unlink() if damage is None else manifest.write_bytes(damage)
    app = await rig.serve(port=app.port, data=str(data))
    assert manifest.read_bytes() == before
    assert manifest.stat().st_mode & 0o777 == 0o600
    assert f"{manifest} was lost or damaged: it was made anew, and names appendonly.aof.1.base.rdb and" in app.log
    await rig.say(app, person, ASKING[2])
    assert await until_read(person, 3) == sequential(ASKING[:3])


_LOST = "is lost or damaged, and "
_EMPTY = "held what was saved, and is empty or gone. "


def _two_logs(log: Path) -> None:
    shutil.copy(log, log.with_name("appendonly.aof.2.incr.aof"))
    log.with_name("appendonly.aof.manifest").unlink()


def _no_log(log: Path) -> None:
    log.rename(log.with_name("elsewhere"))
    log.with_name("appendonly.aof.manifest").write_bytes(b"")


@pytest.mark.parametrize(
    ("lose", "says"),
    [
        (_two_logs, _LOST),
        (_no_log, _LOST),
        (lambda log: os.truncate(log, 0), _EMPTY),
        (lambda log: log.unlink(), _EMPTY),
        (lambda log: os.truncate(log.with_name("appendonly.aof.1.base.rdb"), 0), _EMPTY),
        (lambda log: shutil.rmtree(log.parent), "is gone. "),
    ],
)
async def test_a_log_that_is_not_whole_is_one_sentence_and_never_an_empty_store(
    rig: Rig, tmp_path: Path, lose: Callable[[Path], None], says: str
) -> None:
    data = tmp_path / "var"
    app = await rig.serve(data=str(data))
    await until((data / "valkey.held").exists)
    lose(log := _stopped(app, data))
    left = _content(log.parent)
    app = rig.launch(["-m", "bot.cli", "serve"], app.port, own_store(str(data)))
    assert await app.ended() == 1
    (sentence,) = app.log.splitlines()
    assert str(log.parent) in sentence
    assert f"{says}Nothing was changed: " in sentence or says == _LOST
    assert "put the newest backup in the place of TOSO_DATA_DIR" in sentence
    assert _content(log.parent) == left


async def test_a_first_start_that_was_killed_early_is_begun_again(rig: Rig, tmp_path: Path) -> None:
    """The server writes its first base before the list of files: nothing can be in it."""
    data = tmp_path / "var"
    app = await rig.serve(data=str(data))
    log = _stopped(app, data)
    log.unlink()
    log.with_name("appendonly.aof.manifest").unlink()
    (data / "valkey.held").unlink(missing_ok=True)
    app = await rig.serve(port=app.port, data=str(data))
    assert "WARNING" not in app.log


def _content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("*")}


def _stopped(app: App, data: Path) -> Path:
    """Stop an app at once: the file that its store wrote to."""
    store = int((data / "valkey.pid").read_text())
    app.kill()
    with suppress(ProcessLookupError):
        os.kill(store, signal.SIGKILL)
    return next((data / "appendonlydir").glob("*.incr.aof"))
