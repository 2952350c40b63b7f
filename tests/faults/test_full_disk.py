"""A disk that is full or read-only: one sentence at the start; while the app runs refusals, until there is room."""

import os
import signal
import time
from pathlib import Path

import pytest

from tests.faults.rig import Rig, own_store, read, until_read
from tests.faults.small_disk import small_disk
from tests.faults.talk import sequential
from tests.faults.test_supervisor import pids
from tests.patience import until
from tests.ports import free_port

SOON_SECONDS = 5.0
TALK = ("chào", "1", "bác")


@pytest.mark.parametrize("mounts", [True, False])
async def test_a_full_disk_refuses_messages_and_with_room_all_goes_on(rig: Rig, tmp_path: Path, mounts: bool) -> None:
    with small_disk(tmp_path / "disk", mounts=mounts) as disk:
        app, person = await rig.serve(data=str(disk.folder / "var")), rig.telegram.person()
        for count, text in enumerate(TALK[:2], start=1):
            await rig.say(app, person, text)
            await until_read(person, count)
        await rig.noted(app)
        disk.fill(app.process.pid)

        async def cannot_save() -> bool:  # each look writes a little: the last page of a file may have room for some
            return await app.status(rig.session, "/readyz") == 503

        await until(cannot_save, lambda: app.log)
        update = rig.typed(person, TALK[2])
        assert await rig.post(app, update) == 503
        assert await app.status(rig.session, "/healthz") == 200
        async with rig.session.post(f"{app.address}/api/chat") as answer:
            assert answer.status == 503
            assert (await answer.json())["error"]["code"] == "store_down"
        assert read(person) == sequential(TALK[:2])
        if disk.mounted:
            sentence = f"The disk of {disk.folder / 'var'} is full or nearly full, "
            await until(lambda: sentence in app.log, lambda: app.log)
        disk.free()
        began = time.monotonic()
        await app.ready(rig.session)
        assert time.monotonic() - began < SOON_SECONDS
        await rig.deliver(app, update)
        assert await until_read(person, 3) == sequential(TALK)
        assert "Traceback" not in app.log
        app.kill()


@pytest.mark.parametrize("kind", ["full", "file", "read_only"])
async def test_a_folder_that_takes_nothing_is_one_sentence_at_the_start(rig: Rig, tmp_path: Path, kind: str) -> None:
    data = Path("/dev/null/var") if kind == "file" else Path("/proc/var") if kind == "read_only" else tmp_path / "var"
    if kind == "full":
        data.mkdir()
        (data / "probe").symlink_to("/dev/full")
    app = rig.launch(["-m", "bot.cli", "serve"], free_port(), own_store(str(data)))
    assert await app.ended() == 1
    (sentence,) = app.log.splitlines()
    assert str(data) in sentence
    assert "TOSO_DATA_DIR" in sentence


@pytest.mark.parametrize("free_kb", [4, 16])
async def test_a_nearly_full_disk_is_one_sentence_at_the_start_with_what_is_free(
    rig: Rig, tmp_path: Path, free_kb: int
) -> None:
    """There is room for the folder and for a log without a word in it, and for nothing that is saved."""
    with small_disk(tmp_path / "disk", mounts=True) as disk:
        if not disk.mounted:
            pytest.skip("nothing may be mounted here")
        disk.fill(os.getpid(), but_kb=free_kb)
        data = disk.folder / "var"
        app = rig.launch(["-m", "bot.cli", "serve"], free_port(), own_store(str(data)))
        assert await app.ended() == 1
        (sentence,) = app.log.splitlines()
        assert f"The disk of {data} is full or nearly full, {free_kb} KB are free: make room there." in sentence
        assert "TOSO_DATA_DIR" in sentence


@pytest.mark.parametrize("store_dies", [False, True])
async def test_a_worker_that_dies_on_a_full_disk_is_replaced_by_one_that_refuses_until_there_is_room(
    rig: Rig, tmp_path: Path, store_dies: bool
) -> None:
    with small_disk(tmp_path / "disk", mounts=True) as disk:
        data = disk.folder / "var"
        app, person = await rig.serve(data=str(data)), rig.telegram.person()
        for count, text in enumerate(TALK[:2], start=1):
            await rig.say(app, person, text)
            await until_read(person, count)
        await rig.noted(app)
        disk.fill(app.process.pid)

        async def cannot_save() -> bool:
            return await app.status(rig.session, "/readyz") == 503

        await until(cannot_save, lambda: app.log)
        if store_dies:
            os.kill(int((data / "valkey.pid").read_text()), signal.SIGKILL)
        (worker,) = pids(app)
        os.kill(worker, signal.SIGKILL)
        await until(lambda: app.log.count("Application startup complete") == 2, lambda: app.log)
        assert await app.status(rig.session, "/healthz") == 200
        assert await app.status(rig.session, "/readyz") == 503
        async with rig.session.post(f"{app.address}/api/chat") as answer:
            assert answer.status == 503
            assert (await answer.json())["error"]["code"] == "store_down"
        update = rig.typed(person, TALK[2])
        assert await rig.post(app, update) == 503
        disk.free()
        await app.ready(rig.session)
        await rig.deliver(app, update)
        assert await until_read(person, 3) == sequential(TALK)
        assert "Traceback" not in app.log
        assert app.log.count("this worker waits for the store") == 1
        app.kill()
