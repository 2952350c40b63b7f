"""`toso serve`: the app, with a store of its own where none is set."""

import asyncio
import os
import secrets
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from importlib import import_module
from typing import Any

import click
import uvicorn

from bot.commandline.workers import Workers, listen, run_alone
from bot.content.files import Content
from bot.desk.accounts import Accounts
from bot.errors import SettingWrong
from bot.loading import load_content, read_words
from bot.settings import Settings, environment, unknown
from bot.store.embedded import EmbeddedServer
from bot.store.redis import RedisStore

_APP, _RECEIVING = "api.app:create", "api.receiving:ReceivingProtocol"
"""Named, not imported: other processes find it by its name, and nothing in `bot` imports `api`."""
GRACE_SECONDS = 15
"""How long a stop waits for the turns and streams under way."""


@click.command()
@click.option("--host", help="Address to listen on, instead of HOST.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on, instead of PORT.")
@click.option("--workers", type=click.IntRange(1, 64), default=1, help="Processes that share the work.")
def serve(host: str | None, port: int | None, workers: int) -> None:
    """Run the app: webhooks, the web chat and the desk."""
    environ = environment()
    settings = Settings.read(environ)
    host, port = host or settings.host, port or settings.port
    for sentence in unknown(environ):
        click.echo(f"Warning: {sentence}", err=True)
    content = load_content(settings)
    read_words(content)  # what is broken is said here, once, and not by every worker
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # also before and after uvicorn: the store stops in order
    with ExitStack() as stack:
        url = settings.redis_url
        if not url:
            url = os.environ["REDIS_URL"] = stack.enter_context(EmbeddedServer(settings.data_dir)).url
        slots = _listen(host, port, workers)
        made = asyncio.run(_password(url, settings.admin_password))
        _greet(host, port, settings, made)
        config = _config(_APP if workers > 1 else _made_of(content), host, port, workers, settings.proxy)
        if workers > 1:
            Workers(config, slots).run()
        else:
            run_alone(config)


def _listen(host: str, port: int, workers: int) -> list[list[socket.socket]]:
    """What each of several workers listens on. Raises SettingWrong: before webhooks are moved here, in one sentence."""
    try:
        for family, *_, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            socket.create_server(address, family=family).close()  # two that share a port would not refuse each other
        return listen(host, port, workers) if workers > 1 else []
    except OSError as error:
        why = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror
        raise SettingWrong(
            f"Cannot listen on {_place(host, port)} ({why}): set another HOST or PORT, or stop what listens there."
        ) from None


def _made_of(content: Content) -> Callable[[], Any]:
    """What makes the app in this process, over content that was read already."""
    module, _, create = _APP.partition(":")
    return partial(getattr(import_module(module), create), content)


def _config(app: str | Callable[..., Any], host: str, port: int, workers: int, proxy: str) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        factory=True,
        host=host,
        port=port,
        workers=workers,
        loop="uvloop",
        http=_RECEIVING,
        ws="none",
        lifespan="on",
        access_log=False,
        log_config=None,
        server_header=False,
        date_header=False,
        forwarded_allow_ips=proxy,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )


async def _password(url: str, given: str) -> str:
    """See that there is an admin password; returns it when it was made just now. Raises StoreDown."""
    store = RedisStore(url, f"serve-{secrets.token_hex(8)}")
    try:
        return await Accounts(store).prepare(given)
    finally:
        await store.close()


def _place(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _greet(host: str, port: int, settings: Settings, made: str) -> None:
    here = settings.public_url or f"http://{_place({'0.0.0.0': '127.0.0.1', '::': '::1'}.get(host, host), port)}"  # noqa: S104
    known = "Admin password: as before. To set a new one, start with TOSO_ADMIN_PASSWORD"
    if settings.admin_password:
        known = "Admin password: as TOSO_ADMIN_PASSWORD says"
    elif made:
        known = f"Admin password (shown once): {made}"
    click.echo(
        f"Tổ Số is starting.\n  Resident chat: {here}/\n  Desk: {here}/desk\n  {known}\n"
        f"  Alive, ready, numbers: {here}/healthz /readyz /metrics"
    )
