"""A worker that stops, stops: also where the store fails at the very moment at which its tasks are cancelled."""

import asyncio

import pytest

from bot import background as process
from bot.background import Tasks, cancel
from bot.errors import StoreDown


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "_CANCEL_AGAIN_SECONDS", 0.05)


class Calls:
    """Two calls to the store at once, of which one fails when the test says so, and the other never ends."""

    def __init__(self) -> None:
        self.fails: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.hangs: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def wait(self) -> None:
        await asyncio.gather(self.fails, self.hangs)

    def fail(self) -> None:
        self.fails.set_exception(StoreDown("frozen"))


async def test_a_task_ends_whose_store_fails_as_it_is_cancelled() -> None:
    tasks, calls = Tasks(), Calls()
    tasks.keep("fresh", calls.wait)
    await asyncio.sleep(0)
    calls.fail()
    await asyncio.wait_for(tasks.stop(), 5)


async def test_so_does_one_that_goes_on_by_itself_when_the_store_fails() -> None:
    calls, again = Calls(), asyncio.Event()

    async def endless() -> None:
        try:
            await calls.wait()
        except StoreDown:
            again.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(endless())
    await asyncio.sleep(0)
    calls.fail()
    await asyncio.wait_for(cancel([task]), 5)
    assert again.is_set()
    assert task.cancelled()


async def test_what_a_task_fails_with_stops_nobody() -> None:
    async def broken() -> None:
        raise ValueError("a bug")

    task = asyncio.create_task(broken())
    await cancel([task])
    await cancel([])
    assert task.done()
