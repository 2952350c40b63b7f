"""The whole web side on a real server on this machine, over a store in memory."""

import asyncio
import socket
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import uvicorn
from fastapi import FastAPI

from api.app import create_app
from bot.app import Parts
from bot.ports.store import Store
from bot.settings import Settings
from bot.store.memory import MemoryStore
from tests.patience import PATIENCE
from tests.setting import content, parts_of


class Site:
    """A running app: its address and its parts."""

    def __init__(self, address: str, parts: Parts, server: uvicorn.Server) -> None:
        self.address = address
        self.parts = parts
        self.server = server

    def client(self, **headers: str) -> httpx.AsyncClient:
        """A browser without scripts that sends these headers, and waits as long as a busy machine may take.

        Nothing is encrypted here, so it reads none of the certificates that it would trust, which takes long.
        """
        return httpx.AsyncClient(base_url=self.address, timeout=PATIENCE, headers=headers, verify=False)


DATA = Path(tempfile.gettempdir()) / "toso-tests"
"""Pictures of steps are drawn once for all tests."""


@asynccontextmanager
async def running(
    store: Store | None = None, port: int = 0, *, data: Path = DATA, hearing: bool = True
) -> AsyncIterator[Site]:
    """Start the app, and stop it as a signal would."""
    parts = parts_of(Settings(data_dir=data, hearing=hearing), store or MemoryStore("web-test"), content())
    async with serving(create_app(parts), port) as (address, server):
        yield Site(address, parts, server)


@asynccontextmanager
async def serving(app: FastAPI, port: int = 0) -> AsyncIterator[tuple[str, uvicorn.Server]]:
    """Serve an app on a free port (or on `port`): its address and its server."""
    # asyncio sends small packets at once only on a socket that says that it is TCP; else each answer takes 40 ms.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        # Clients end connections that nobody uses, and the server never just as one is about to be used again.
        config = uvicorn.Config(
            app, log_level="error", lifespan="on", timeout_keep_alive=round(PATIENCE), timeout_graceful_shutdown=5
        )
        server = uvicorn.Server(config)
        task = asyncio.create_task(server.serve([listener]))
        while not server.started:
            assert not task.done(), "the server did not start"
            await asyncio.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}", server
        finally:
            server.should_exit = True
            await task
