"""What a webhook could not save is tried again: each once, in order, and only so many."""

from collections.abc import AsyncIterator
from itertools import count

import pytest

from bot.background import Tasks
from bot.errors import StoreDown
from bot.model import Chat, Incoming
from bot.service.unsaved import Unsaved
from tests.patience import until


class Handled:
    """What was answered; nothing is while the store is `down`."""

    def __init__(self) -> None:
        self.down = True
        self.ids: list[str] = []

    async def __call__(self, incoming: Incoming) -> None:
        if self.down:
            raise StoreDown("down")
        self.ids.append(incoming.id)


@pytest.fixture
async def tasks() -> AsyncIterator[Tasks]:
    it = Tasks()
    yield it
    await it.stop()


def said(id_: str, who: str = "an") -> Incoming:
    return Incoming(id_, Chat("zalo-bot", who, who), "text", "chào")


async def refused(unsaved: Unsaved, *messages: Incoming) -> None:
    for message in messages:
        with pytest.raises(StoreDown):
            await unsaved(message)


async def test_each_is_answered_once_and_in_order(tasks: Tasks) -> None:
    handled = Handled()
    unsaved = Unsaved(handled, tasks)
    await refused(unsaved, said("1"), said("2"), said("1"))
    handled.down = False
    await refused(unsaved, said("3"))
    await unsaved(said("4", "binh"))
    await until(lambda: len(handled.ids) == 4)
    assert handled.ids == ["4", "1", "2", "3"]


async def test_no_more_are_kept_than_fit_and_the_log_says_so_once(
    tasks: Tasks, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("bot.service.unsaved.KEPT", 3)
    handled = Handled()
    unsaved = Unsaved(handled, tasks, ["zalo-bot"])
    await refused(unsaved, *(said(f"{number}", f"{number}") for number in range(5)))
    assert caplog.text.count("others are lost") == 1
    assert (unsaved.waiting, unsaved.dropped) == (3, 2)
    handled.down = False
    await until(lambda: len(handled.ids) == 3)
    await unsaved(said("4", "4"))
    assert sorted(handled.ids) == ["0", "1", "2", "4"]
    assert (unsaved.waiting, unsaved.dropped) == (0, 2)


async def test_who_wrote_what_is_lost_is_told_once_where_the_platform_does_not_send_it_again(
    tasks: Tasks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.service.unsaved.KEPT", 2)
    handled = Handled()
    unsaved = Unsaved(handled, tasks, ["telegram"])
    again = Incoming("9", Chat("telegram", "an", "an"), "text", "chào")
    await refused(unsaved, said("1"), said("2"), said("3"), said("4"), said("5", "binh"), again)
    handled.down = False
    await until(lambda: len(handled.ids) == 4)
    assert sorted(handled.ids) == ["1", "2", "unkept:3", "unkept:5"]


async def test_who_writes_on_and_on_is_answered(tasks: Tasks) -> None:
    handled = Handled()
    unsaved = Unsaved(handled, tasks)
    numbers = count()
    await refused(unsaved, said(str(next(numbers))))
    handled.down = False

    async def saved() -> bool:
        try:
            await unsaved(said(str(next(numbers))))
        except StoreDown:
            return False
        return True

    await until(saved)
    assert handled.ids == [str(number) for number in range(next(numbers))]
