"""The frame of the `toso` command: help, and one sentence for whatever goes wrong."""

import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from bot.cli import main, toso
from bot.cli.serve import settings_help
from bot.errors import SettingWrong
from bot.settings import ROWS
from bot.store.embedded import EmbeddedServer


@contextmanager
def _command(does: Callable[[], object]) -> Iterator[None]:
    toso.add_command(click.Command("try-out", callback=does))
    try:
        yield
    finally:
        del toso.commands["try-out"]


def _refuse() -> None:
    raise SettingWrong("PORT is wrong: write a whole number from 1 to 65535.")


def _open_nothing() -> None:
    Path("/nowhere/ward.yaml").read_text()


def _break() -> None:
    raise ValueError("not\nforeseen")


@pytest.mark.parametrize(
    ("does", "sentence"),
    [
        (_refuse, "Error: PORT is wrong: write a whole number from 1 to 65535."),
        (_open_nothing, "Error: /nowhere/ward.yaml: No such file or directory."),
        (_break, 'Error: Unexpected ValueError: not foreseen (to see where: "toso --debug try-out").'),
    ],
)
def test_a_failure_is_one_sentence(
    does: Callable[[], object], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with _command(does), pytest.raises(SystemExit) as left:
        main(["try-out"])
    assert left.value.code == 1
    assert capsys.readouterr() == ("", f"{sentence}\n")


def test_debug_shows_where() -> None:
    with _command(_break), pytest.raises(ValueError, match="foreseen"):
        main(["--debug", "try-out"])


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["sreve"], "Error: No such command 'sreve'. Did you mean 'serve'? (What is possible: \"toso --help\".)\n"),
        (
            ["check", "/nowhere"],
            "Error: Invalid value for '[PATH]...': Path '/nowhere' does not exist. "
            '(What is possible: "toso check --help".)\n',
        ),
    ],
)
def test_a_wrong_call_is_refused(arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == 2
    assert capsys.readouterr() == ("", sentence)


def test_the_version_is_the_projects_own(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["--version"])
    assert left.value.code == 0
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text())["project"]
    assert capsys.readouterr() == (f"toso {project['version']}\n", "")


def test_without_a_command_the_help_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main([])
    assert left.value.code == 2
    assert "Commands:" in capsys.readouterr().err


def test_check_points_to_the_line_and_refuses(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "lost.yaml").write_text("id: lost\nversion: one\n")
    with pytest.raises(SystemExit) as left:
        main(["check", str(tmp_path)])
    assert left.value.code == 1
    assert capsys.readouterr().out.startswith("lost.yaml:")


def test_a_ward_file_that_is_not_there_is_one_finding_among_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOSO_WARD", "ward/none.yaml")
    monkeypatch.setenv("TOSO_DATA_DIR", str(tmp_path))
    looked = CliRunner().invoke(toso, ["doctor"])
    assert looked.exit_code == 1
    assert (
        "BROKEN content: TOSO_WARD is wrong: ward/none.yaml: No such file or directory.\nok     store:" in looked.output
    )


def test_the_doctor_names_the_store_it_looked_at_without_its_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def store_line(url: str) -> str:
        monkeypatch.setenv("REDIS_URL", url)
        said = CliRunner().invoke(toso, ["doctor"]).output
        return next(line for line in said.splitlines() if " store: " in line)

    monkeypatch.setenv("TOSO_DATA_DIR", str(tmp_path))
    assert store_line("").startswith(f"ok     store: the embedded one in {tmp_path}, unix://")
    with EmbeddedServer(tmp_path / "other") as server:
        assert store_line(server.url).startswith(f"ok     store: {server.url}: saves")
    elsewhere = store_line("redis://ward:geheim@127.0.0.1:1/0")
    assert elsewhere.startswith("BROKEN store: ")
    assert "redis://127.0.0.1:1/0" in elsewhere
    assert "geheim" not in elsewhere


def test_a_talk_ends_with_its_input_and_is_recorded(tmp_path: Path) -> None:
    talk = tmp_path / "talk.txt"
    ended = CliRunner().invoke(toso, ["chat", "--record", str(talk)], input="chào\n")
    assert ended.exit_code == 0
    assert "Resident: chào" in talk.read_text("utf-8")


def test_nobody_talks_where_it_cannot_be_recorded(tmp_path: Path) -> None:
    ended = CliRunner().invoke(toso, ["chat", "--record", str(tmp_path / "none" / "talk.txt")], input="chào\n")
    assert isinstance(ended.exception, FileNotFoundError)
    assert ended.output == ""


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("TOSO_DATA_DIR", str(tmp_path / "file" / "var"))
    monkeypatch.delenv("REDIS_URL", raising=False)
    with pytest.raises(SettingWrong, match=r"TOSO_DATA_DIR is wrong: .*/file/var cannot be used"):
        CliRunner().invoke(toso, ["serve"], catch_exceptions=False)


def _every_command(group: click.Group, *path: str) -> Iterator[tuple[str, ...]]:
    yield path
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from _every_command(command, *path, name)
        else:
            yield (*path, name)


@pytest.mark.parametrize("path", list(_every_command(toso)), ids=" ".join)
def test_every_command_has_help(path: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main([*path, "--help"])
    assert left.value.code == 0
    shown = capsys.readouterr().out
    assert shown.startswith(" ".join(("Usage: toso", *path)))
    assert len(shown.split("\n\n")) > 2, "says what it does between its usage and its options"


def test_the_settings_fit_a_terminal_and_are_all_there() -> None:
    shown = settings_help()
    assert not [row.name for row in ROWS.values() if f"\n{row.name}  " not in shown]
    assert max(map(len, shown.splitlines())) <= 80
