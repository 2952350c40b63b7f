"""The `toso` command. Whatever goes wrong is said in one sentence on stderr; the exit code is then not 0."""

import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from bot.commandline import COMMANDS
from bot.commandline.serve import serve
from bot.errors import TosoError
from bot.settings import ROWS, default


def settings_help() -> str:
    """Every setting with its meaning and default, as the closing part of a command's `--help`."""
    table = click.HelpFormatter(width=76)
    table.write_dl([(row.name, f"{row.help} [{default(field)}]") for field, row in ROWS.items()])
    return f"\b\nSettings (environment, or a .env file) [default]:\n{table.getvalue()}"


@click.group(context_settings={"help_option_names": ["-h", "--help"], "show_default": True})
@click.option("--debug", is_flag=True, help="Show where an unexpected failure happened.")
def toso(debug: bool) -> None:
    """Tổ Số takes residents through e-services step by step, and hands them to a neighbour when they are stuck."""


for _command in COMMANDS:
    toso.add_command(_command)
serve.epilog = settings_help()


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command that `arguments` (by default those of the process) name. Always exits."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    try:
        sys.exit(toso(given, prog_name="toso", standalone_mode=False))
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


if __name__ == "__main__":
    main()
