"""A hangup (SIGHUP): services are told to reload by it, and a terminal says by it that it was closed."""

import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

from tests.faults.rig import App, Rig, own_store
from tests.faults.test_supervisor import pids
from tests.patience import until
from tests.ports import free_port


def began(app: App, count: int) -> bool:
    return app.log.count("Application startup complete") == count


async def test_without_a_terminal_new_workers_take_over_with_the_content_as_it_is_now(rig: Rig, tmp_path: Path) -> None:
    ward = tmp_path / "ward.yaml"
    ward.write_text(rig.ward.read_text("utf-8"), "utf-8")
    env = {**own_store(str(tmp_path / "var")), "TOSO_WARD": str(ward)}
    app = rig.launch(["-m", "bot.cli", "serve", "--workers", "2"], free_port(), env)
    await app.ready(rig.session)
    await until(lambda: began(app, 2))
    ward.write_text(ward.read_text("utf-8").replace("hotline:", "hotline: 024 9999 8888 #", 1), "utf-8")
    before = pids(app)
    app.send(signal.SIGHUP)
    await until(lambda: all(f"Finished server process [{pid}]" in app.log for pid in before), lambda: app.log)
    assert len(pids(app)) == 4
    async with rig.session.get(f"{app.address}/g/vneid-may-moi") as page:
        assert "024 9999 8888" in await page.text()
    app.send(signal.SIGTERM)
    assert await app.ended() == 0


async def test_content_that_is_broken_changes_nothing(rig: Rig, tmp_path: Path) -> None:
    ward = tmp_path / "ward.yaml"
    ward.write_text(rig.ward.read_text("utf-8"), "utf-8")
    env = {**own_store(str(tmp_path / "var")), "TOSO_WARD": str(ward)}
    app = rig.launch(["-m", "bot.cli", "serve"], free_port(), env)
    await app.ready(rig.session)
    ward.write_text("nonsense: 1", "utf-8")
    app.send(signal.SIGHUP)
    await until(lambda: "a new worker did not start: the others stay as they are" in app.log, lambda: app.log)
    assert "Error: " in app.log
    assert await app.status(rig.session, "/readyz") == 200
    app.send(signal.SIGTERM)
    assert await app.ended() == 0


async def test_an_app_ends_with_its_terminal(rig: Rig, tmp_path: Path) -> None:
    app, screen = in_terminal(rig, tmp_path, [sys.executable, "-m", "bot.cli", "serve"])
    await app.ready(rig.session)
    app.send(signal.SIGHUP)  # from somebody else, while the terminal is there: that means reload
    await until(lambda: began(app, 2), lambda: app.log)
    await app.ready(rig.session)
    os.close(screen)
    assert await app.ended() == 0
    assert await app.silent(rig.session)
    assert not (tmp_path / "var" / "valkey.pid").exists()


async def test_with_nohup_an_app_outlives_its_terminal(rig: Rig, tmp_path: Path) -> None:
    app, screen = in_terminal(rig, tmp_path, ["nohup", sys.executable, "-m", "bot.cli", "serve"])
    await app.ready(rig.session)
    os.close(screen)
    app.send(signal.SIGHUP)
    await app.ready(rig.session)
    app.send(signal.SIGTERM)
    assert await app.ended() == 0


def in_terminal(rig: Rig, tmp_path: Path, command: list[str]) -> tuple[App, int]:
    """Start something in a terminal of its own: the app, and the open file that closes the terminal."""
    screen, inside = pty.openpty()
    port = free_port()
    log = tmp_path / "terminal.log"
    with log.open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, "-c", _LEAD, *command],
            env=rig.environment(port, **own_store(str(tmp_path / "var"))),
            cwd=tmp_path,
            stdin=inside,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    os.close(inside)
    return rig.add(process, port, log), screen


_LEAD = "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execvp(sys.argv[1], sys.argv[1:])"
"""Make the terminal on its input that of this session, and become the command."""
