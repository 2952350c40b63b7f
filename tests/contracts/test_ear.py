"""What hears: one process for all workers, loaded when needed, gone when not, started again when it is stuck."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest
import pytest_asyncio

from bot.audio import asr_client as listening
from bot.audio.asr_client import Ear, NotHeard
from bot.sandbox.runner import Apart
from tests.contracts.spoken import HEARD, KHAI_SINH
from tests.patience import PATIENCE, until

pytestmark = [pytest.mark.hearing, pytest.mark.slow]


@pytest.fixture(scope="module")
def speech() -> bytes:
    return asyncio.run(Apart().run("bot.audio.decode:to_speech", KHAI_SINH))


@pytest_asyncio.fixture
async def ear(tmp_path: Path) -> AsyncIterator[Ear]:
    it = Ear(tmp_path, patience=PATIENCE)
    yield it
    await it.close()


def process_of(ear: Ear) -> int:
    """The process that hears under this ear's name; 0 for none."""
    for entry in Path("/proc").iterdir():
        try:
            words = (entry / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue  # no process, or one that ended just now
        if entry.name.isdecimal() and ear.name.encode() in words:
            return int(entry.name)
    return 0


def open_files(process: int) -> list[str]:
    return [os.readlink(link) for link in Path(f"/proc/{process}/fd").iterdir()]


async def test_it_hears_again_after_it_was_killed_or_frozen(ear: Ear, tmp_path: Path, speech: bytes) -> None:
    assert HEARD in await ear.hear(speech)
    first = process_of(ear)
    hearing = asyncio.create_task(ear.hear(speech * 5))
    await asyncio.sleep(0.2)
    os.kill(first, signal.SIGKILL)
    assert HEARD in await hearing
    second = process_of(ear)
    assert second not in (0, first)
    os.kill(second, signal.SIGSTOP)
    hasty = Ear(tmp_path, patience=1.0)  # too short for a busy machine to hear anything, and enough to be tired of it
    with suppress(NotHeard):
        await hasty.hear(speech)
    await hasty.close()
    assert HEARD in await ear.hear(speech)
    assert process_of(ear) not in (0, second)


async def test_it_hears_although_the_one_that_was_killed_keeps_its_name_for_a_while(ear: Ear, speech: bytes) -> None:
    dying = await asyncio.start_unix_server(lambda _, writer: writer.close(), path=f"\0{ear.name}")
    hearing = asyncio.create_task(ear.hear(speech))
    await asyncio.sleep(0.3)
    dying.close()
    assert HEARD in await hearing


async def test_what_cannot_be_started_is_said(ear: Ear, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "_START_SECONDS", 0.3)
    monkeypatch.setattr(listening, "ROOT", Path("/nowhere"))
    with pytest.raises(NotHeard, match=r"^lost$"):
        await ear.hear(b"")


async def test_all_workers_of_an_app_share_one_and_it_ends_when_nobody_needs_it(tmp_path: Path, speech: bytes) -> None:
    one, two = Ear(tmp_path, idle=2.0), Ear(tmp_path, idle=2.0)
    heard = await asyncio.gather(one.hear(speech), two.hear(speech), one.hear(b""))
    assert [HEARD in each for each in heard] == [True, True, False]
    shared = process_of(one)
    files = open_files(shared)
    assert not [file for file in files if file.startswith(str(tmp_path))]
    await until(lambda: not process_of(one))
    await one.close()
    await two.close()


async def test_it_ends_with_the_worker_that_started_it(tmp_path: Path) -> None:
    code = (
        "import asyncio, pathlib, sys; from bot.audio.asr_client import Ear;"
        " print(repr(asyncio.run(Ear(pathlib.Path(sys.argv[1])).hear(bytes(3200)))), flush=True)"
    )
    command = (sys.executable, "-c", code, str(tmp_path))
    worker = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert (await worker.communicate())[0] == b"''\n"
    await until(lambda: not process_of(Ear(tmp_path)))


async def test_where_the_package_is_missing_nothing_is_heard(ear: Ear, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Ear.there()
    monkeypatch.setattr(listening, "find_spec", lambda name: None)
    assert not Ear.there()
