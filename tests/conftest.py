"""What holds for every test: with NO_SKIPS set (as in `.ci/run`), a test that was skipped has failed.

`--update` rewrites what tests compare with; the difference in git is the review.
"""

import os
from collections.abc import Generator
from typing import TypeVar

import pytest
from hypothesis import settings

_Report = TypeVar("_Report", pytest.TestReport, pytest.CollectReport)
_NO_SKIPS = bool(os.environ.get("NO_SKIPS"))

settings.register_profile("any machine", deadline=None)  # how long an example takes says how busy the machine is
settings.load_profile("any machine")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="write anew what tests compare with")


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
