"""Serves the app in a worker: reads the content, greets where it is the first one, and listens."""

import asyncio
import socket
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from importlib import import_module

import click
import uvicorn
from fastapi import FastAPI
from typing_extensions import override
from uvicorn.config import STARTUP_FAILURE

from bot.background import Membership, Order
from bot.cli.workers import place
from bot.desk.authentication import Accounts
from bot.errors import StoreDown
from bot.loading import load_content, read_words
from bot.settings import Settings, environment
from bot.store.redis import RedisStore

RECEIVING = "api.webhooks:ReceivingProtocol"
"""Named, not imported: nothing in `bot` imports `api`."""
GRACE_SECONDS = 15
"""How long a stop waits for the turns and streams under way."""


class Server(uvicorn.Server):
    """Says on the scoreboard when it listens."""

    def __init__(self, config: uvicorn.Config, member: Membership) -> None:
        super().__init__(config)
        self._member = member

    @override
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._member.slot.set_ready()


def serve(order: Order) -> int:
    """Be a worker until a signal: the exit code. Raises TosoError."""
    settings = Settings.read(environment())
    content = load_content(settings)
    read_words(content)  # what is broken is said before anything begins
    member = Membership(order)
    if order.first:
        known = asyncio.run(_password(settings, member))
        _greet(order.host, order.port, settings, known)
    module, _, create = order.app.partition(":")
    make = partial(getattr(import_module(module), create), content, member)
    server = Server(configured(make, settings.proxy), member)
    server.run([socket.socket(fileno=number) for number in order.sockets])
    return 0 if server.started else STARTUP_FAILURE


def configured(make: Callable[[], FastAPI], proxy: str) -> uvicorn.Config:
    """How the app that `make` makes is served; `proxy` is whose word on visitors' addresses counts."""
    return uvicorn.Config(
        make,
        factory=True,
        loop="uvloop",
        http=RECEIVING,
        ws="none",
        lifespan="on",
        access_log=False,
        log_config=None,
        server_header=False,
        date_header=False,
        forwarded_allow_ips=proxy,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )


async def _password(settings: Settings, member: Membership) -> str:
    """See that there is an admin password; what to say of it.

    The part of the store that keeps it may be away alone. Raises StoreDown where nothing can be saved.
    """
    store = RedisStore(settings.redis_url, member.owner)
    try:
        made = await Accounts(store).prepare(settings.admin_password)
    except StoreDown as down:
        await store.ping()
        return f"Admin password: cannot be read now, nobody can sign in with one. {down}"
    finally:
        with suppress(StoreDown):
            await store.close()
    if settings.admin_password:
        return "Admin password: as TOSO_ADMIN_PASSWORD says"
    if made:
        return f"Admin password (shown once): {made}"
    return "Admin password: as before. To set a new one, start with TOSO_ADMIN_PASSWORD"


def _greet(host: str, port: int, settings: Settings, known: str) -> None:
    here = settings.public_url or f"http://{place({'0.0.0.0': '127.0.0.1', '::': '::1'}.get(host, host), port)}"  # noqa: S104
    click.echo(
        f"Tổ Số is starting.\n  Resident chat: {here}/\n  Desk: {here}/desk\n  {known}\n"
        f"  Alive, ready, numbers: {here}/healthz /readyz /metrics"
    )
