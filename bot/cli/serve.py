"""`toso serve`: what listens, the store where none is set, and the supervisor of those who do the work.

It stays small and imports nothing of the app: what can break runs in the workers.
"""

import errno
import os
import signal
import socket
import sys
import time
from contextlib import ExitStack
from itertools import chain

import click

from bot.cli.supervisor import Supervisor
from bot.cli.workers import SHARED_PORTS, Launcher, Run, bind, claim, place
from bot.errors import SettingWrong
from bot.logging import configure
from bot.settings import ROWS, Settings, default, environment, unknown
from bot.store.embedded import EmbeddedServer

APP = "api.app:create"
"""Named, not imported: workers find it by its name, and nothing in `bot` imports `api`."""
PORT_SECONDS = 5.0
"""How long what listens there may take to go: workers of a start that was killed are about to end."""
_LOOK_SECONDS = 0.1


def settings_help() -> str:
    """Every setting with its meaning and default, as the closing part of a command's `--help`."""
    table = click.HelpFormatter(width=76)
    table.write_dl([(row.name, f"{row.help} [{default(field)}]") for field, row in ROWS.items()])
    return f"\b\nSettings (environment, or a .env file) [default]:\n{table.getvalue()}"


@click.command(epilog=settings_help())
@click.option("--host", help="Address to listen on, instead of HOST.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on, instead of PORT.")
@click.option("--workers", type=click.IntRange(1, 64), default=1, help="Processes that share the work.")
def serve(host: str | None, port: int | None, workers: int) -> None:
    """Run the app: webhooks, the web chat and the desk."""
    serve_app(APP, host, port, workers)


def serve_app(app: str, host: str | None, port: int | None, workers: int) -> None:
    """Serve what `app` makes (`module:factory`) until a signal. Always exits."""
    environ = environment()
    settings = Settings.read(environ)
    host, port = host or settings.host, port or settings.port
    for sentence in unknown(environ):
        click.echo(f"Warning: {sentence}", err=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # also before the supervisor: the store stops in order
    configure(settings.log)
    with ExitStack() as stack:
        claimed, sockets = _listen(host, port, workers)
        for each in (*claimed, *chain(*sockets)):
            stack.enter_context(each)
        store = None if settings.redis_url else stack.enter_context(EmbeddedServer(settings.data_dir))
        if store:
            os.environ["REDIS_URL"] = store.url
        run = Run(settings.data_dir)
        stack.callback(run.close)
        launcher = Launcher(app, host, port, run, alone=workers == 1)
        code = Supervisor(launcher, sockets, store).run()
    sys.exit(code)


def _listen(host: str, port: int, workers: int) -> tuple[list[socket.socket], list[list[socket.socket]]]:
    """What keeps other starts away, and what each worker listens on.

    Raises SettingWrong: before webhooks are moved here, in one sentence.
    """
    give_up, claimed = time.monotonic() + PORT_SECONDS, list[socket.socket]()
    while True:
        try:
            if SHARED_PORTS and not claimed:
                claimed.append(claim(host, port))
            for family, *_, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
                socket.create_server(
                    address, family=family
                ).close()  # two that share a port would not refuse each other
            return claimed, bind(host, port, workers)
        except OSError as error:
            if error.errno != errno.EADDRINUSE or time.monotonic() > give_up:
                raise SettingWrong(_refused(host, port, error)) from None
        time.sleep(_LOOK_SECONDS)


def _refused(host: str, port: int, error: OSError) -> str:
    why = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror
    return f"Cannot listen on {place(host, port)} ({why}): set another HOST or PORT, or stop what listens there."
