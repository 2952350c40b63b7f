"""Real processes of the app over a real Valkey server, and a Telegram to talk through, all to be treated badly."""

import asyncio
import itertools
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiohttp
from typing_extensions import override

from bot.background import write_whole
from bot.content.loader import ROOT
from bot.store.keys import LEASE_MS
from tests.contracts.servers import Server
from tests.emulators.faults import Json
from tests.emulators.telegram import TOKEN, TelegramEmulator
from tests.emulators.telegram_people import Person
from tests.emulators.telegram_world import text_content
from tests.faults.nursery import Forked, Nursery
from tests.patience import PATIENCE, until
from tests.ports import free_port

SECRET = "a-secret-that-nobody-may-read-in-a-log"
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

        async def can_save() -> bool:
            assert self.process.poll() is None, f"it ended:\n{self.log}"
            return await self.status(session, "/readyz") == 200

        await until(can_save, lambda: self.log)

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

    async def ended(self) -> int:
        """Wait for its end: the exit code."""
        return await asyncio.to_thread(self.process.wait, PATIENCE)

    async def frozen(self) -> None:
        """Wait until it has stopped itself (SIGSTOP)."""

        async def is_stopped() -> bool:
            assert self.process.poll() is None, f"it ended:\n{self.log}"
            asks = ["ps", "-o", "stat=", "-p", str(self.process.pid)]
            state = await asyncio.to_thread(subprocess.run, asks, capture_output=True)
            return state.stdout.startswith(b"T")

        await until(is_stopped)

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
        self._later = 0.0
        self.passes(0)

    @property
    def server(self) -> Server:
        """The store; started when it is first asked for."""
        if self._server is None:
            home = self.folder / "valkey"
            home.mkdir()
            self._server = Server(home)
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
        app = self.add(self._nursery.start(factory, port, self.environment(port) | env, log), port, log)
        await app.ready(self.session)
        return app

    def launch(self, arguments: Sequence[str], port: int, env: Mapping[str, str]) -> App:
        """Start something without waiting."""
        log = self._next_log()
        environ = self.environment(port, **env)
        arguments = [sys.executable, *arguments]
        with log.open("ab") as out:
            process = subprocess.Popen(
                arguments, env=environ, cwd=log.parent, stdout=out, stderr=out, start_new_session=True
            )
        return self.add(process, port, log)

    def passes(self, seconds: float = LEASE_MS / 1000) -> None:
        """Let time pass for all apps that a factory made: as a rule, until no lease holds."""
        self._later += seconds
        write_whole(self.folder / "later", str(self._later).encode())

    async def noted(self, app: App) -> None:
        """Wait until the store knows that all that was saved was sent."""

        async def nothing_left() -> bool:
            return "toso_undelivered_conversations 0.0" in await self.metrics(app)

        await until(nothing_left)

    async def metrics(self, app: App) -> str:
        async with self.session.get(f"{app.address}/metrics") as metrics:
            return await metrics.text()

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

    async def deliver(self, app: App, update: Mapping[str, Any]) -> None:
        """Post an update until it is taken, as Telegram does."""

        async def taken() -> bool:
            status = await self.post(app, update)
            assert status in (200, 503, 0), f"{status}:\n{app.log}"
            return status == 200

        await until(taken, lambda: app.log)

    async def say(self, app: App, person: Person, text: str) -> None:
        """Have a text taken."""
        await self.deliver(app, self.typed(person, text))

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

    def add(self, process: subprocess.Popen[bytes] | Forked, port: int, log: Path) -> App:
        """Know of an app that was started elsewhere, so that it is ended with the rig."""
        self._apps.append(App(process, port, log))
        return self._apps[-1]

    def environment(self, port: int, **env: str) -> dict[str, str]:
        """The environment of an app."""
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
            "LATER": str(self.folder / "later"),
        } | env


def own_store(data: str) -> dict[str, str]:
    """The environment of an app that keeps its data in this folder."""
    return {"REDIS_URL": "", "TOSO_DATA_DIR": data}


def read(person: Person) -> list[str]:
    """What the person got, in order."""
    return [seen.text for seen in person.sees]


async def until_read(person: Person, count: int) -> list[str]:
    """Wait until the person got so many messages, as long as new ones come; all of them."""
    return [seen.text for seen in await person.has(count)]
