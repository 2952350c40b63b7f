"""What holds for every test: with NO_SKIPS set (as in `.ci/run`), a test that was skipped has failed.

`--update` rewrites what tests compare with; the difference in git is the review.
"""

import os
from collections.abc import Generator
from itertools import zip_longest
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import settings

from tests.patience import HURRIES, PATIENCE

_Report = TypeVar("_Report", pytest.TestReport, pytest.CollectReport)
_TESTS = Path(__file__).parent
_NO_SKIPS = bool(os.environ.get("NO_SKIPS"))

settings.register_profile("any machine", deadline=None)  # how long an example takes says how busy the machine is
settings.load_profile("any machine")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="write anew what tests compare with")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A file from each folder in turn: browsers work and faults wait, and side by side they use the whole machine."""
    rooms: dict[Path, dict[Path, list[pytest.Item]]] = {}
    for item in items:
        rooms.setdefault(item.path.relative_to(_TESTS).parent, {}).setdefault(item.path, []).append(item)
    rounds = zip_longest(*(room.values() for room in rooms.values()), fillvalue=[])
    items[:] = [item for files in rounds for file in files for item in file]


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    for limit in HURRIES:
        monkeypatch.setattr(limit, PATIENCE)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    return _checked((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    return _checked((yield))


def _checked(report: _Report) -> _Report:
    if _NO_SKIPS and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"{reason}\nNothing may be skipped here: NO_SKIPS is set."
    return report
