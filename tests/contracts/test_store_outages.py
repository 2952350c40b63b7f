"""The log says once that the store is gone, once a minute while it is, and once that it is back."""

import logging

import pytest

from bot.errors import StoreDown
from bot.store.connection import CALM_SECONDS, SAY_AGAIN_SECONDS, Outages

DOWN = StoreDown("The store cannot be reached.")


class Told:
    """What was said by now, and a clock that a test moves."""

    def __init__(self, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.INFO)
        self._caplog = caplog
        self.now = 1000.0
        self.outages = Outages(lambda: self.now)

    def fails(self, seconds: float, node: str = "") -> None:
        """Several find out each second."""
        for _ in range(round(seconds)):
            for _ in range(9):
                self.outages.failed(DOWN, node)
            self.now += 1.0

    def answers(self, seconds: float, node: str = "") -> None:
        for _ in range(round(seconds)):
            self.outages.answered(node)
            self.now += 1.0

    def lines(self) -> list[str]:
        said = [record.getMessage() for record in self._caplog.records]
        self._caplog.clear()
        return said


@pytest.fixture
def told(caplog: pytest.LogCaptureFixture) -> Told:
    return Told(caplog)


def test_an_outage_is_told_at_once_and_each_minute_and_its_end(told: Told) -> None:
    told.answers(10)
    assert told.lines() == []
    told.fails(SAY_AGAIN_SECONDS)
    assert told.lines() == ["the store is gone, for 0 s by now: The store cannot be reached."]
    told.fails(SAY_AGAIN_SECONDS)
    assert told.lines() == ["the store is gone, for 60 s by now: The store cannot be reached."]
    told.answers(SAY_AGAIN_SECONDS)
    assert told.lines() == ["the store is back, after 119 s"]
    told.fails(1)
    assert len(told.lines()) == 1


def test_a_store_that_comes_and_goes_is_told_of_twice_a_minute_at_most(told: Told) -> None:
    for _ in range(10):
        told.fails(1)
        told.answers(CALM_SECONDS + 2)
    assert len(told.lines()) == 2


def test_one_that_answers_some_calls_only_is_not_back(told: Told) -> None:
    for _ in range(20):
        told.fails(1)
        told.answers(1)
    assert len(told.lines()) == 1


def test_each_node_of_a_cluster_is_told_by_its_name(told: Told) -> None:
    told.fails(2, "10.0.0.1:7001")
    told.answers(10, "10.0.0.2:7001")
    assert told.lines() == ["the store at 10.0.0.1:7001 is gone, for 0 s by now: The store cannot be reached."]
    told.answers(1, "10.0.0.1:7001")
    assert told.lines() == ["the store at 10.0.0.1:7001 is back, after 1 s"]


def test_what_a_server_refuses_is_no_outage(told: Told) -> None:
    told.outages.failed(ValueError("WRONGTYPE"))
    assert told.lines() == []
