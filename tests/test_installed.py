"""What `make setup` installs is enough: every module can be imported there, and no package is missing."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.content.loader import ROOT

pytestmark = pytest.mark.installs

OPTIONAL = {"vietasr"}
"""What only `make setup-hearing` installs; `bot.audio.asr_client` looks whether it is there."""
SOURCES = sorted(path for folder in ("bot", "api") for path in (ROOT / folder).rglob("*.py"))
_IMPORT = "import sys\nfrom importlib import import_module\nfor name in sys.stdin.read().split(): import_module(name)"
_MISSING = """import sys
from importlib.util import find_spec
print(*(name for name in sys.stdin.read().split() if find_spec(name) is None))"""


def run(python: str, code: str, names: set[str]) -> str:
    """Run code in that install, from nowhere near this folder."""
    command = [python, "-I", "-W", "error", "-c", code]
    ran = subprocess.run(command, input=" ".join(sorted(names)), capture_output=True, text=True, cwd="/", check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def packages_asked_for(path: Path) -> Iterator[str]:
    """The packages that a file imports anywhere, also where it waits with that until it needs them."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def test_every_module_can_be_imported(app_python: str) -> None:
    assert run(app_python, _IMPORT, {module_of(path) for path in SOURCES}) == ""


def test_every_package_that_is_imported_anywhere_is_there(app_python: str) -> None:
    asked = {package for path in SOURCES for package in packages_asked_for(path)}
    assert {"numpy", "uvicorn"} | OPTIONAL <= asked
    assert run(app_python, _MISSING, asked - OPTIONAL) == "\n"


def test_each_install_holds_what_it_should_and_no_more(app_python: str, pytestconfig: pytest.Config) -> None:
    allowed = {
        "plain": ["playwright pytest vietasr"],
        "full": [""],
        None: ["", "vietasr"],
    }
    missing = run(app_python, _MISSING, {"pytest", "playwright", *OPTIONAL})
    assert missing.strip() in allowed[pytestconfig.getoption("install")]


def collected(*options: str) -> set[str]:
    """Those of these files of which tests would run."""
    files = tuple(
        f"tests/{name}.py"
        for name in ("contracts/test_ear", "test_fold", "browser/test_chat_page", "browser/test_paper")
    )
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *options, *files]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout
    return {line.partition("::")[0].rpartition("/")[2] for line in ran.stdout.splitlines() if "::" in line}


def test_what_hears_and_what_may_differ_runs_on_the_full_install() -> None:
    assert collected("--install", "full") == {"test_ear.py", "test_chat_page.py"}


def test_make_test_runs_on_both_installs() -> None:
    asked = subprocess.run(["make", "-n", "test"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert re.findall(r"build/(\w+)/bin/python -m pytest .*--install (\w+)", asked) == [
        ("tests", "plain"),
        ("full", "full"),
    ]
