"""Real processes of the app over a real Valkey server, and a Telegram to talk through, all to be treated badly."""

import asyncio
import itertools
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiohttp
from typing_extensions import override

from bot.content.files import ROOT
from tests.contracts.servers import Server
from tests.emulators.faults import Json
from tests.emulators.telegram import TOKEN, TelegramEmulator
from tests.emulators.telegram_people import Person
from tests.emulators.telegram_world import text_content
from tests.faults.nursery import Forked, Nursery

SECRET = "a-secret-that-nobody-may-read-in-a-log"
READY_SECONDS = 40.0
_HEADERS = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
_FIRST_UPDATE = 500_000_001


class Telegram(TelegramEmulator):
    """Takes `delay` seconds over each message, without limits of its own; `asked` is set by the next one."""

    delay = 0.0

    def __init__(self) -> None:
        super().__init__(limits=False)
        self.asked = asyncio.Event()

    @override
    async def execute(self, method: str, values: Json, *, by_webhook: bool = False) -> Any:
        if method == "sendMessage":
            self.asked.set()
            await asyncio.sleep(self.delay)
        return await super().execute(method, values, by_webhook=by_webhook)


class App:
    """One start of the app: `toso serve`, or a factory of `tests.faults.factories` that something is wrong with."""

    def __init__(self, process: subprocess.Popen[bytes] | Forked, port: int, log: Path) -> None:
        self.process = process
        self.port = port
        self.address = f"http://127.0.0.1:{port}"
        self._log = log

    @property
    def log(self) -> str:
        return self._log.read_text("utf-8")

    async def ready(self, session: aiohttp.ClientSession) -> None:
        """Wait until it can save."""
        give_up = time.monotonic() + READY_SECONDS
        while await self.status(session, "/readyz") != 200:
            assert self.process.poll() is None, f"it ended:\n{self.log}"
            assert time.monotonic() < give_up, f"it is not ready:\n{self.log}"
            await asyncio.sleep(0.05)

    async def status(self, session: aiohttp.ClientSession, path: str) -> int:
        """The status of a page; 0 when nobody answers."""
        try:
            async with session.get(self.address + path) as answer:
                return answer.status
        except aiohttp.ClientError:
            return 0

    async def silent(self, session: aiohttp.ClientSession) -> bool:
        """Whether nobody answers at its port."""
        return await self.status(session, "/healthz") == 0

    async def ended(self, within: float = 20.0) -> int:
        """Wait for its end: the exit code."""
        return await asyncio.to_thread(self.process.wait, within)

    async def frozen(self, within: float = 20.0) -> None:
        """Wait until it has stopped itself (SIGSTOP)."""

        async def is_stopped() -> bool:
            assert self.process.poll() is None, f"it ended:\n{self.log}"
            asks = ["ps", "-o", "stat=", "-p", str(self.process.pid)]
            state = await asyncio.to_thread(subprocess.run, asks, capture_output=True)
            return state.stdout.startswith(b"T")

        await until(is_stopped, within)

    def kill(self) -> None:
        """End it and its workers at once, whatever state they are in."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def send(self, number: signal.Signals) -> None:
        self.process.send_signal(number)


class Rig:
    """Starts apps that share one store and one Telegram. `end` kills all that still runs and reads all logs."""

    def __init__(
        self, folder: Path, ward: Path, nursery: Nursery, telegram: Telegram, session: aiohttp.ClientSession
    ) -> None:
        self.telegram = telegram
        self.session = session
        self.folder = folder
        self.ward = ward
        self._nursery = nursery
        self._apps: list[App] = []
        self._server: Server | None = None
        self._update_ids = itertools.count(_FIRST_UPDATE)

    @property
    def server(self) -> Server:
        """The store; started when it is first asked for."""
        if self._server is None:
            home = self.folder / "valkey"
            home.mkdir()
            self._server = Server(home, "--appendfsync", "always")
        return self._server

    async def serve(self, *options: str, port: int = 0, data: str = "") -> App:
        """Start `toso serve` and wait until it is ready; with `data` it brings its own store, there."""
        env = own_store(data) if data else {}
        port = port or free_port()
        app = self.launch(["-m", "bot.cli", "serve", *options], port, env)
        await app.ready(self.session)
        return app

    async def sound(self) -> App:
        """Start an app that nothing is wrong with, without `toso serve` around it: ready much sooner."""
        return await self.faulty("sound")

    async def faulty(self, factory: str, port: int = 0, **env: str) -> App:
        """Start a factory of `tests.faults.factories` and wait until it is ready."""
        port = port or free_port()
        log = self._next_log()
        app = self._add(self._nursery.start(factory, port, self._environment(port) | env, log), port, log)
        await app.ready(self.session)
        return app

    def launch(self, arguments: Sequence[str], port: int, env: Mapping[str, str]) -> App:
        """Start something without waiting."""
        log = self._next_log()
        environ = {**self._environment(port), **env}
        arguments = [sys.executable, *arguments]
        with log.open("ab") as out:
            process = subprocess.Popen(
                arguments, env=environ, cwd=log.parent, stdout=out, stderr=out, start_new_session=True
            )
        return self._add(process, port, log)

    async def registered(self) -> bool:
        """Whether Telegram was told where to send updates."""
        return bool(self.telegram.delivery.webhook.url)

    async def post(self, app: App, update: Mapping[str, Any]) -> int:
        """Hand an update to one app, as Telegram does: the status; 0 when it did not answer."""
        try:
            async with self.session.post(f"{app.address}/webhooks/telegram", json=update, headers=_HEADERS) as answer:
                return answer.status
        except aiohttp.ClientError:
            return 0

    def typed(self, person: Person, text: str) -> dict[str, Any]:
        """The update of a typed text, to be posted as often and wherever a test likes."""
        message = self.telegram.world.new_message(person.record, person.user, text_content(text))
        return {"update_id": next(self._update_ids), "message": message}

    def spoken(self, person: Person, recording: bytes) -> dict[str, Any]:
        """The update of spoken words."""
        voice = {"file_id": self.telegram.world.new_file(recording), "file_unique_id": "u", "duration": 3}
        message = self.telegram.world.new_message(person.record, person.user, {"voice": voice})
        return {"update_id": next(self._update_ids), "message": message}

    async def say(self, app: App, person: Person, text: str) -> None:
        """Post a text that must be taken."""
        assert await self.post(app, self.typed(person, text)) == 200

    def end(self) -> None:
        """Kill what still runs; no log may hold the token or the secret."""
        for app in self._apps:
            app.kill()
        if self._server:
            self._server.kill()
        for app in self._apps:
            assert TOKEN not in app.log
            assert SECRET not in app.log

    def _next_log(self) -> Path:
        return self.folder / f"{len(self._apps)}.log"

    def _add(self, process: subprocess.Popen[bytes] | Forked, port: int, log: Path) -> App:
        self._apps.append(App(process, port, log))
        return self._apps[-1]

    def _environment(self, port: int) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "PORT": str(port),
            "REDIS_URL": self.server.name,
            "TOSO_PUBLIC_URL": f"http://127.0.0.1:{port}",
            "TELEGRAM_TOKEN": TOKEN,
            "TELEGRAM_SECRET": SECRET,
            "TELEGRAM_API": self.telegram.url,
            "TELEGRAM_RATE": "0",
            "TELEGRAM_CHAT_RATE": "0",
            "TOSO_WARD": str(self.ward),
        }


def own_store(data: str) -> dict[str, str]:
    """The environment of an app that keeps its data in this folder."""
    return {"REDIS_URL": "", "TOSO_DATA_DIR": data}


def read(person: Person) -> list[str]:
    """What the person got, in order."""
    return [seen.text for seen in person.sees]


async def until(true: Callable[[], Awaitable[bool]], within: float = 20.0) -> None:
    """Wait until something is so. Raises AssertionError when it never is."""
    give_up = time.monotonic() + within
    while not await true():
        assert time.monotonic() < give_up, "it never came true"
        await asyncio.sleep(0.02)


async def until_read(person: Person, count: int, within: float = 20.0) -> list[str]:
    """Wait until the person got so many messages; all of them."""
    give_up = time.monotonic() + within
    while len(read(person)) < count:
        assert time.monotonic() < give_up, f"{len(read(person))} of {count} messages came"
        await asyncio.sleep(0.02)
    return read(person)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
