"""Work on bytes from outside is done in a process that can do nothing else, and ends in time."""

import asyncio
import os

import pytest

from bot.sandbox.runner import Apart, Limits, Overrun, Unusable
from tests.patience import PATIENCE

TIGHT = Limits(seconds=PATIENCE, cpu_seconds=1, answer_bytes=1000)


def children() -> list[str]:
    with open(f"/proc/self/task/{os.getpid()}/children") as file:
        return file.read().split()


async def test_the_answer_of_the_work_comes_back_whole() -> None:
    data = os.urandom(3_000_000)
    assert await Apart().run("tests.contracts.work:backwards", data) == data[::-1]


async def test_work_says_in_a_word_why_it_cannot_use_the_bytes() -> None:
    with pytest.raises(Unusable, match=r"^silent$"):
        await Apart().run("tests.contracts.work:refuses", b"")


@pytest.mark.parametrize(
    ("work", "said"),
    [
        ("is_wrong", "ZeroDivisionError: a bug"),
        ("never_ends", "no answer"),
        ("swallows_memory", "MemoryError"),
        ("dies", "no answer"),
        ("talks_much", "too long"),
        ("opens_a_file", "Too many open files"),
        ("connects", "Too many open files"),
        ("is_not_there", "no answer"),
    ],
)
async def test_what_hostile_bytes_could_do_ends_with_its_process(work: str, said: str) -> None:
    before = children()
    with pytest.raises(Overrun, match=said):
        await Apart(TIGHT).run(f"tests.contracts.work:{work}", b"bytes")
    assert children() == before


async def test_a_process_that_waits_for_ever_is_ended() -> None:
    before = children()
    with pytest.raises(Overrun, match="Timeout"):
        await Apart(Limits(seconds=0.5)).run("tests.contracts.work:waits", b"")
    assert children() == before


async def test_nobody_who_stops_waiting_leaves_a_process_behind() -> None:
    before = children()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(Apart().run("tests.contracts.work:waits", b""), 0.5)
    assert children() == before


async def test_the_process_knows_no_secret_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_TOKEN", "1:secret")
    assert b"TELEGRAM" not in await Apart().run("tests.contracts.work:tells_its_environment", b"")


async def test_others_wait_for_their_turn() -> None:
    apart = Apart(at_once=1)
    before = len(children())
    both = asyncio.gather(*(apart.run("tests.contracts.work:backwards", b"ab") for _ in range(3)))
    most = 0
    while not both.done():
        most = max(most, len(children()) - before)
        await asyncio.sleep(0.005)
    assert (await both, most) == ([b"ba"] * 3, 1)
