"""`toso serve --workers 2`: each worker has connections of its own, and they outlive it."""

import asyncio
import os
import re
import signal
import socket
import sys
from pathlib import Path

import aiohttp
import pytest

from bot.cli.workers import bind
from bot.store.keys import table
from tests.faults.rig import App, Rig, own_store
from tests.patience import PATIENCE, until
from tests.ports import free_port

CONNECTIONS = 40
"""All of them fall to the same one of two workers once in 2 to the power of 39."""
SOON_SECONDS = 0.4
"""Enough for a worker that runs to answer them on a quiet machine, and on none enough for one to start."""

balanced = pytest.mark.skipif(sys.platform != "linux", reason="only Linux balances sockets that share a port")


async def two_workers(rig: Rig) -> tuple[App, list[int]]:
    """An app, and the process ids of its workers; both have started."""
    app = await rig.serve("--workers", "2")
    await until(lambda: began(app, 2))
    return app, workers(app)


def began(app: App, count: int) -> bool:
    return app.log.count("Application startup complete") == count


def workers(app: App) -> list[int]:
    """The process ids of all that ever were."""
    return [int(found) for found in re.findall(r"Started server process \[(\d+)\]", app.log)]


async def ask(app: App, stalled: int = 0) -> tuple[int, list[int]]:
    """Ask over many new connections at once, while one worker stalls until some of them were answered.

    How many had no answer soon after the first had one, and what all of them got in the end.
    """
    started = len(workers(app))
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True)) as session:
        asked = [asyncio.create_task(app.status(session, "/healthz")) for _ in range(CONNECTIONS)]
        await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
        assert len(workers(app)) == started, "nobody answered at once"
        _, late = await asyncio.wait(asked, timeout=SOON_SECONDS)
        if stalled:
            os.kill(stalled, signal.SIGCONT)
        return len(late), await asyncio.gather(*asked)


@balanced
async def test_what_waits_for_a_worker_that_stalls_or_died_is_answered_later_and_all_else_at_once(rig: Rig) -> None:
    app, (one, other) = await two_workers(rig)
    os.kill(one, signal.SIGSTOP)
    late, answers = await ask(app, stalled=one)
    assert late > 0, "a worker that stalls holds up its own connections"
    assert answers == [200] * CONNECTIONS
    for dying in (one, other):
        os.kill(dying, signal.SIGKILL)
        late, answers = await ask(app)
        assert late > 0
        assert answers == [200] * CONNECTIONS
    assert len(workers(app)) == 4


async def test_no_other_app_gets_the_port_and_a_hangup_replaces_all_workers_and_keeps_their_number(
    rig: Rig, tmp_path: Path
) -> None:
    app, before = await two_workers(rig)
    await others_are_refused(app, rig, tmp_path)
    for number in (signal.SIGTTIN, signal.SIGTTOU):
        app.send(number)
    await until(lambda: refused(app, 2))
    app.send(signal.SIGHUP)
    await until(lambda: began(app, 4))
    await until(lambda: finished(app, before))
    assert len(workers(app)) == 4
    assert (await ask(app))[1] == [200] * CONNECTIONS
    app.send(signal.SIGTERM)
    assert await app.ended() == 0


def refused(app: App, count: int) -> bool:
    return app.log.count("the number of workers stays") == count


def finished(app: App, gone: list[int]) -> bool:
    return all(f"Finished server process [{worker}]" in app.log for worker in gone)


async def others_are_refused(app: App, rig: Rig, tmp_path: Path) -> None:
    for count in ("1", "2"):
        other = rig.launch(["-m", "bot.cli", "serve", "--workers", count], app.port, own_store(str(tmp_path / count)))
        assert await other.ended() == 1
        assert f"Cannot listen on 127.0.0.1:{app.port} (Address already in use)" in other.log
    assert (await ask(app))[1] == [200] * CONNECTIONS


async def test_of_two_that_start_at_the_same_moment_one_ends_and_says_why(rig: Rig, tmp_path: Path) -> None:
    """Neither listens yet when the other looks."""
    port = free_port()
    apps = [rig.launch(["-m", "bot.cli", "serve"], port, own_store(str(tmp_path / str(number)))) for number in range(2)]

    async def one_has_ended() -> bool:
        return any(app.process.poll() is not None for app in apps)

    await until(one_has_ended, lambda: apps[0].log + apps[1].log, 30)
    apps.sort(key=lambda app: app.process.poll() is None)
    assert await apps[0].ended() == 1
    assert apps[0].log.count("Error: ") == apps[0].log.count("(Address already in use): set another HOST or PORT") == 1
    await apps[1].ready(rig.session)


async def test_an_app_that_cannot_start_ends_with_a_failure(rig: Rig) -> None:
    rig.server.ask("SET", table("people"), "no table")
    app = rig.launch(["-m", "bot.cli", "serve", "--workers", "2"], free_port(), {})
    assert await app.ended() == 3
    assert "Tổ Số is starting." in app.log


def test_nobody_waits_at_a_worker_that_is_not_there_yet() -> None:
    (here,), (later,) = bind("127.0.0.1", free_port(), 2)
    with here, later:
        here.listen()
        for _ in range(50):
            with socket.create_connection(here.getsockname()):
                here.settimeout(PATIENCE)
                here.accept()[0].close()


async def test_all_interfaces_means_those_of_both_families(rig: Rig) -> None:
    if not socket.has_dualstack_ipv6():
        pytest.skip("this machine has no IPv6")
    app = rig.launch(["-m", "bot.cli", "serve", "--workers", "2"], free_port(), {"HOST": "::"})
    for host in ("127.0.0.1", "[::1]"):
        app.address = f"http://{host}:{app.port}"
        await app.ready(rig.session)


def test_where_nothing_balances_them_all_workers_share_the_sockets() -> None:
    one, other = bind("localhost", free_port(), 2, apart=False)
    assert one is other
    for each in one:
        each.listen()
        with each, socket.create_connection(each.getsockname()[:2]):
            each.accept()[0].close()
