"""The `toso` command. Whatever goes wrong is said in one sentence on stderr; the exit code is then not 0.

The subcommands of `toso`, each imported when it is used: most bring half the app along.
"""

import sys
import tomllib
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

import click
from typing_extensions import override

from bot.errors import TosoError

_MODULES: Mapping[str, str] = {
    "serve": "serve",
    "chat": "chat",
    "check": "content",
    "learn": "content",
    "play": "content",
    "match": "content",
    "pictures": "content",
    "webhook": "webhook",
    "zalo": "zalo",
    "doctor": "doctor",
}
"""Which module of this package holds each subcommand, by what they are for."""


class Commands(click.Group):
    """A group with these subcommands."""

    @override
    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*_MODULES, *(name for name in self.commands if name not in _MODULES)]

    @override
    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.commands:
            for name in [cmd_name] if cmd_name in _MODULES else _MODULES:  # all: one of them may have been meant
                module = import_module(f"bot.cli.{_MODULES[name]}")
                self.add_command(getattr(module, name))
        return super().get_command(ctx, cmd_name)


_PROJECT = Path(__file__).parents[2] / "pyproject.toml"


def _tell_version(ctx: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked:
        click.echo(f"toso {tomllib.loads(_PROJECT.read_text())['project']['version']}")
        ctx.exit()


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "show_default": True})
@click.option("--debug", is_flag=True, help="Show where an unexpected failure happened.")
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_tell_version, help="Show the release."
)
def toso(debug: bool) -> None:
    """Tổ Số takes residents through e-services step by step, and hands them to a neighbour when they are stuck."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command that `arguments` (by default those of the process) name. Always exits."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    tell(partial(toso, given, prog_name="toso", standalone_mode=False), given)


def tell(act: Callable[[], Any], given: Sequence[str]) -> NoReturn:
    """Exit with what `act` returns, or say in one sentence why not; `given` is what the process was called with."""
    try:
        sys.exit(act())
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(error.exit_code)
    except click.UsageError as error:
        path = error.ctx.command_path if error.ctx else "toso"
        _fail(f'{error.format_message()} (What is possible: "{path} --help".)', error.exit_code)
    except click.ClickException as error:
        _fail(error.format_message(), error.exit_code)
    except click.Abort:
        _fail("stopped.", 130)
    except TosoError as error:
        _fail(str(error))
    except OSError as error:
        _fail(f"{error.filename}: {error.strerror}." if error.filename else f"{error}.")
    except Exception as error:
        if "--debug" in given:
            raise
        what = " ".join(str(error).split())
        _fail(f'Unexpected {type(error).__name__}: {what} (to see where: "toso --debug {" ".join(given)}").')


def _fail(sentence: str, code: int = 1) -> NoReturn:
    click.echo(f"Error: {sentence}", err=True)
    sys.exit(code)
