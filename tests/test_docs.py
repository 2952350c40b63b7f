"""The documentation names everything there is, its links lead somewhere, and its code is code."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import click
import pytest
import yaml
from starlette.routing import Route

from api.app import create_app
from bot.cli import toso
from bot.content.loader import check_path
from bot.content.ward import WARD_NAMES
from bot.content.ward_schema import read_ward
from bot.images.screens import read_screens
from bot.settings import ROWS, Settings, default
from bot.simulator.transcript import play
from bot.store.memory import MemoryStore
from tests.contracts.test_people_pages import all_routes
from tests.setting import content, parts_of, setting

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("changes/README.md")])
DOCS = "\n".join(page.read_text() for page in PAGES)
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)
LANGUAGES = ("console", "python", "sh", "text", "yaml")

_ids = [str(page.relative_to(ROOT)) for page in PAGES]


def _each_block(language: str) -> pytest.MarkDecorator:
    """Run a test for every code block of a language, named by its page and line."""
    blocks: dict[str, str] = {}
    for page in PAGES:
        text = page.read_text()
        for block in BLOCK.finditer(text):
            if block[1] == language:
                line = text.count("\n", 0, block.start()) + 1
                blocks[f"{page.relative_to(ROOT)}:{line}"] = block[2]
    return pytest.mark.parametrize("block", list(blocks.values()), ids=list(blocks))


@pytest.mark.parametrize("field", ROWS)
def test_every_setting_has_its_row(field: str) -> None:
    row = ROWS[field]
    line = f"| `{row.name}` | {row.help} | {default(field)} |"
    assert line in (ROOT / "docs/settings.md").read_text().splitlines()


def test_no_row_is_about_a_setting_that_is_gone() -> None:
    documented = re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "docs/settings.md").read_text(), re.M)
    assert documented == [row.name for row in ROWS.values()]


def _commands(group: click.Group, *path: str) -> Iterator[str]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from _commands(command, *path, name)
        else:
            yield " ".join(("toso", *path, name))


@pytest.mark.parametrize("command", list(_commands(toso)))
def test_every_command_is_named(command: str) -> None:
    assert command in DOCS


def _named(route: Route) -> Iterator[str]:
    return (f"{method} {route.path}" for method in (route.methods or set()) - {"HEAD", "OPTIONS"})


def test_every_route_is_named() -> None:
    app = create_app(parts_of(Settings(), MemoryStore("docs"), content()))
    routes = [name for route in all_routes(app.routes) for name in _named(route)]
    assert {"POST /webhooks/{channel}", "GET /healthz", "GET /"} <= set(routes)
    assert not [route for route in routes if f"`{route}`" not in DOCS]


def test_no_command_is_named_that_is_not_there() -> None:
    named = set(re.findall(r"(?<=[`/])toso ([a-z]+)", DOCS))
    assert named <= set(toso.list_commands(click.Context(toso)))


def test_every_recipe_that_is_named_is_there() -> None:
    recipes = re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(), re.M)
    assert set(re.findall(r"(?:`|^)make ([a-z-]+)", DOCS, re.M)) <= set(recipes)


@pytest.mark.parametrize("group", ["dependencies", "hearing", "dev"])
def test_each_dependency_says_why_it_earns_its_place(group: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    lists = {"dependencies": project["project"]["dependencies"], **project["dependency-groups"]}
    parts = re.split(r"^## (?:Hearing|Tests and checks)$", (ROOT / "docs/dependencies.md").read_text(), flags=re.M)
    part = parts[("dependencies", "hearing", "dev").index(group)]
    packages = [package for package in lists[group] if isinstance(package, str)]
    rows = re.findall(r"^\| `([\w-]+)` \| \S", part, re.M)
    assert rows == [re.split(r"[>=\[;]", package)[0] for package in packages]


@pytest.mark.parametrize("page", PAGES, ids=_ids)
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r'(?:\]\(|src=")([^)"\s]+)', page.read_text())
    assert not [link for link in links if not _resolves(page, link)]


def _resolves(page: Path, link: str) -> bool:
    if "://" in link:
        return True
    path, _, anchor = link.partition("#")
    target = (page.parent / path).resolve() if path else page
    if not target.exists():
        return False
    return not anchor or anchor in _anchors(target)


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.M)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_code_block_is_of_a_kind_that_is_tested() -> None:
    assert {block[1] for block in BLOCK.finditer(DOCS)} <= set(LANGUAGES)
    assert DOCS.count("\n```") == 2 * len(BLOCK.findall(DOCS))


@_each_block("python")
def test_python_is_python(block: str) -> None:
    ast.parse(block)


@_each_block("sh")
def test_shell_is_shell(block: str) -> None:
    subprocess.run(["bash", "-n"], input=block, text=True, check=True)


@_each_block("yaml")
def test_yaml_is_yaml(block: str) -> None:
    assert isinstance(yaml.safe_load(block), dict)


def _yaml_of(page: str) -> list[str]:
    return re.findall(r"^```yaml\n(.*?)^```", (ROOT / page).read_text(), re.M | re.S)


def test_the_guide_that_is_shown_could_be_published(tmp_path: Path) -> None:
    guide, _, english = _yaml_of("docs/admins.md")
    file = tmp_path / f"{yaml.safe_load(guide)['id']}.yaml"
    file.write_text(guide)
    translation = tmp_path / "locales/en/guides" / file.name
    translation.parent.mkdir(parents=True)
    translation.write_text(english)
    assert check_path(file, date(2026, 11, 24)) == []


def test_the_screen_that_is_shown_is_one_of_ours() -> None:
    _, shown, _ = _yaml_of("docs/admins.md")
    assert read_screens([("shown.yaml", shown)]).find("VNeID", "login") == content().screens.find("VNeID", "login")


def test_the_ward_that_is_shown_is_a_ward() -> None:
    (ward,) = _yaml_of("docs/operators.md")
    assert read_ward("ward.yaml", ward).says.keys() == set(WARD_NAMES)


@_each_block("text")
def test_the_conversation_that_is_shown_can_be_played(block: str) -> None:
    played = play("shown.txt", block, setting())
    assert played.count("Bot:") == sum(line.startswith("Resident") for line in block.splitlines())


@_each_block("console")
def test_what_the_console_shows_is_what_it_says(block: str) -> None:
    for session in re.split(r"^\$ ", block, flags=re.M)[1:]:
        command, _, shown = session.partition("\n")
        program, *arguments = command.split()
        assert program == "toso"
        said = subprocess.run(
            [sys.executable, "-m", "bot.cli", *arguments],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        ).stdout
        assert said == shown
