"""What holds for every test: with NO_SKIPS set (as in `.ci/run`), a test that was skipped has failed.

`--update` rewrites what tests compare with; the difference in git is the review.

`--install` says what is installed here, see the Makefile: `plain` runs all but what needs more, `full` what needs more
or may differ. Without it everything runs that can.
"""

import gc
import os
import re
import sys
from collections.abc import Generator
from functools import cache
from importlib.util import find_spec
from itertools import zip_longest
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import settings

from bot.audio.asr_client import Ear
from bot.content.loader import ROOT
from tests.patience import HURRIES, PATIENCE

_Report = TypeVar("_Report", pytest.TestReport, pytest.CollectReport)
_ON_FULL = frozenset({"hearing", "installs"})
"""The marks of what runs on the full install."""
_MARKED = re.compile(rf"\bmark\.(?:{'|'.join(sorted(_ON_FULL))})\b")
_NO_SKIPS = bool(os.environ.get("NO_SKIPS"))

if find_spec("sniffio") is None:
    sys.modules["sniffio"] = None  # type: ignore[assignment] # httpx looks for it several times a request: know it once

settings.register_profile("any machine", deadline=None)  # how long an example takes says how busy the machine is
settings.load_profile("any machine")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="write anew what tests compare with")
    parser.addoption("--install", choices=("plain", "full"), help="what is installed here, and so which tests run")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("install") == "plain" and Ear.there():
        raise pytest.UsageError("This is no plain install: what hears is here. Remove build/ and run make test again.")


@pytest.fixture(scope="session")
def app_python(pytestconfig: pytest.Config) -> str:
    """The Python of the install that is tested, which knows no package of the tests where that is the plain one."""
    return str(ROOT / "build/plain/bin/python") if pytestconfig.getoption("install") == "plain" else sys.executable


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """On the full install most files have nothing to run: to import them takes longer than many a test."""
    return True if config.getoption("install") == "full" and not _names_a_mark(collection_path) else None


@cache
def _names_a_mark(path: Path) -> bool:
    """Whether a file may hold tests of the full install; what is no file of tests may, too."""
    return not path.match("test_*.py") or bool(_MARKED.search(path.read_text("utf-8")))


def _has_to_run(item: pytest.Item, install: str | None) -> bool:
    marks = {mark.name for mark in item.iter_markers()}
    if marks & _ON_FULL and not _names_a_mark(item.path):
        raise pytest.UsageError(f"{item.nodeid} would not run on the full install: name its mark in its own file.")
    if install == "full":
        return bool(marks & _ON_FULL)
    return not (install == "plain" and "hearing" in marks)


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Generator[None, object, object]:
    """What was imported and collected stays to the end: to look through it for garbage again and again finds none."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep what has to run on this install, and put it in order."""
    install = config.getoption("install")
    has_to_run = {item: _has_to_run(item, install) for item in items}
    config.hook.pytest_deselected(items=[item for item in items if not has_to_run[item]])
    items[:] = _alternating([item for item in items if has_to_run[item]])
    if not Ear.there():
        for item in items:
            if item.get_closest_marker("hearing"):
                item.add_marker(pytest.mark.skip("what hears is not installed here: make setup-hearing"))


def _alternating(items: list[pytest.Item]) -> list[pytest.Item]:
    """A file from each folder in turn: browsers work and faults wait, and side by side they use the whole machine.

    Files with slow tests come first: what comes last and takes long would run alone at the end.
    """
    files: dict[Path, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.path, []).append(item)
    rooms: dict[Path, list[list[pytest.Item]]] = {}
    for tests in sorted(files.values(), key=lambda tests: not any(map(_is_slow, tests))):
        rooms.setdefault(tests[0].path.parent, []).append(tests)
    return [item for row in zip_longest(*rooms.values(), fillvalue=[]) for file in row for item in file]


def _is_slow(item: pytest.Item) -> bool:
    return item.get_closest_marker("slow") is not None


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
