"""The Official Account beside Telegram: CPU of an update and of a step with its picture, how soon an event is answered,
and 1,000 residents at once.

Both platforms are stubs that take everything; the app is a process of its own with a store of its own.
"""

import asyncio
import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer
from typing_extensions import override

from bot.channels.zalo_oa.events import mac
from tests.contracts.servers import Server
from tests.contracts.test_step_pictures import TO_PICTURE
from tests.emulators.zalo_oa import APP_ID, APP_SECRET, OA_SECRET, ZaloOaEmulator
from tests.emulators.zalo_oa_people import Person
from tests.emulators.zalo_oa_routes import Rates
from tests.emulators.zalo_oa_world import OaError
from tests.patience import until
from tests.ports import free_port

UPDATES, PEOPLE, ROUNDS = 3000, 50, 5
LIMIT = 1.3
"""How much CPU an event of the account may cost, as a ratio to an update of Telegram in the same round."""
AT_A_PICTURE = 500
"""The first of those who are at a step with a picture."""
RESIDENTS = 1000
SLOW_SECONDS = 5.0
_SECRET = "a-secret-of-the-bench"
_ROOT = Path(__file__).parents[2]
_TALK = ("menu", "1", "0", "giúp")
_AGAIN = ("lặp lại",)
"""Asks for a step once more, and its picture with it."""
_Call = tuple[str, bytes, dict[str, str]]
_Make = Callable[[int, int, str], _Call]
"""Makes a call of the webhook from the number of an update, a person and what they say."""


def run() -> None:
    """Print the tables. Raises AssertionError where a limit is passed, or a message was lost or paid for."""
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder))
        try:
            asyncio.run(_cost(server.name, folder))
        finally:
            server.kill()
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder))
        try:
            asyncio.run(_crowd(server.name))
        finally:
            server.kill()


class _Platforms:
    """Both platforms at one address: `sent` counts messages, `shown` those with a picture; each takes `seconds`."""

    def __init__(self) -> None:
        self.sent = self.shown = 0
        self.seconds = 0.0

    async def take(self, request: web.Request) -> web.Response:
        if request.path == "/v4/oa/access_token":
            return web.json_response({"access_token": "a" * 200, "refresh_token": "r" * 200, "expires_in": "90000"})
        if request.path.endswith(("/sendMessage", "/sendPhoto", "/message/cs")):
            self.sent += 1
            self.shown += request.path.endswith("/sendPhoto") or b'"attachment_id"' in await request.read()
            await asyncio.sleep(self.seconds)
        data = {"message_id": "63ecf43f0df7dba892e6", "attachment_id": "wESbJ3oOwM2yDLWYQ1zw"}
        quota = {"quota_type": "reply", "remain": "7", "total": "8"}
        me = {"id": 4242424242, "is_bot": True, "first_name": "T", "username": "toso_bot", "url": ""}
        photo = {"message_id": 1, "chat": {"id": 1}, "photo": [{"file_id": "AgACAgUAAxkDAAIB", "file_size": 1}]}
        answer: dict[str, Any] = {"ok": True, "result": me | photo, "error": 0, "message": "Success"}
        return web.json_response(answer | {"data": data | {"quota": quota}})


class _Watched(Rates):
    """Remembers the fullest minute, and how many calls were refused."""

    most = refused = 0

    @override
    def count(self, now: float) -> dict[str, str]:
        try:
            left = super().count(now)
        except OaError:
            self.refused += 1
            raise
        self.most = max(self.most, 4000 - int(left["X-RateLimit-Remain"]))
        return left


class _Load:
    """People who write to a running app over both platforms."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        platforms: _Platforms,
        process: "subprocess.Popen[bytes]",
        address: str,
    ) -> None:
        self._session = session
        self._platforms = platforms
        self._process = process
        self._address = address
        self._made = itertools.count(1)

    async def say(self, make: _Make, person: int, text: str) -> None:
        path, body, headers = make(next(self._made), person, text)
        async with self._session.post(self._address + path, data=body, headers=headers) as answer:
            assert answer.status == 200, answer.status

    async def round(self, make: _Make, talk: Sequence[str], first: int, updates: int = UPDATES) -> float:
        """CPU of one update in microseconds, over so many updates of PEOPLE, numbered from `first` on."""
        before, sent = _cpu(self._process.pid), self._platforms.sent
        each = updates // PEOPLE

        async def person(number: int) -> None:
            for at in range(each):
                await self.say(make, number, talk[at % len(talk)])

        await asyncio.gather(*(person(first + number) for number in range(PEOPLE)))

        async def all_sent() -> bool:
            return self._platforms.sent - sent >= each * PEOPLE

        await until(all_sent, within=30)
        return (_cpu(self._process.pid) - before) / (each * PEOPLE) * 1e6

    async def compared(self, what: str, talk: Sequence[str], first: int = 0) -> float:
        """The ratio of the account's cost to Telegram's, median of ROUNDS."""
        ratios = []
        for _ in range(ROUNDS):
            theirs, ours = [await self.round(make, talk, first) for make in (_telegram, _official)]
            ratios.append(ours / theirs)
            print(f"zalo: CPU of {what}: Telegram {theirs:.0f} µs, Official Account {ours:.0f} µs")
        ratio = statistics.median(ratios)
        print(f"  {ratio:.2f} × Telegram, median of {ROUNDS} rounds (at most {LIMIT})")
        return ratio

    async def slow(self) -> None:
        """How soon events are answered while the platform takes its time over messages."""
        self._platforms.seconds = SLOW_SECONDS
        took = []
        for number in range(1000):
            began = time.perf_counter()
            await self.say(_official, 1000 + number, "chào")
            took.append(time.perf_counter() - began)
        p99 = statistics.quantiles(took, n=100)[98] * 1000
        print(f"  an event is answered in {p99:.1f} ms (p99 of 1,000) while a message takes {SLOW_SECONDS:.0f} s")
        assert p99 < 100


async def _cost(store: str, folder: str) -> None:
    platforms, app = _Platforms(), web.Application()
    app.router.add_route("*", "/{path:.*}", platforms.take)
    async with TestServer(app) as stub, aiohttp.ClientSession() as session:
        api = str(stub.make_url("/")).rstrip("/")
        port = free_port()
        env = _zalo(api) | {"TELEGRAM_TOKEN": "4242424242:bench", "TELEGRAM_SECRET": _SECRET, "TELEGRAM_API": api}
        env |= {"TELEGRAM_RATE": "0", "TELEGRAM_CHAT_RATE": "0", "ZALO_OA_RATE": "0", "TOSO_DATA_DIR": folder}
        process = await _started(session, port, store, env)
        load = _Load(session, platforms, process, f"http://127.0.0.1:{port}")
        try:
            for make in (_telegram, _official):
                await load.round(make, _TALK, 0)  # to get warm
            ratio = await load.compared("an update", _TALK)
            for make in (_telegram, _official):
                await load.round(make, TO_PICTURE, AT_A_PICTURE, len(TO_PICTURE) * PEOPLE)
                await load.round(make, _AGAIN, AT_A_PICTURE)
            shown = platforms.shown
            with_picture = await load.compared("a step with its picture", _AGAIN, AT_A_PICTURE)
            assert platforms.shown - shown == 2 * ROUNDS * (UPDATES // PEOPLE * PEOPLE)
            await load.slow()
        finally:
            process.terminate()
            process.wait()
    assert max(ratio, with_picture) <= LIMIT


async def _crowd(store: str) -> None:
    """RESIDENTS begin a guide at once; none may meet a limit, and nothing may cost anything."""
    async with ZaloOaEmulator(app_rate=4000) as zalo, aiohttp.ClientSession() as session:
        zalo.rates = rates = _Watched(4000, 0)
        zalo.echoes = False
        port = free_port()
        env = _zalo(zalo.url) | {"ZALO_OA_REFRESH_TOKEN": zalo.oauth.issue()["refresh_token"]}
        process = await _started(session, port, store, env)
        try:
            assert await zalo.delivery.set_webhook(f"http://127.0.0.1:{port}/webhooks/zalo-oa")
            people = [zalo.person() for _ in range(RESIDENTS)]
            began = time.monotonic()
            await asyncio.gather(*(_guide(person) for person in people))
            seconds = time.monotonic() - began
        finally:
            process.terminate()
            process.wait()
        spent, messages = dict(zalo.world.spent), sum(len(person.sees) for person in people)
    print(
        f"zalo: {RESIDENTS} residents, {messages} messages in {seconds:.0f} s, {messages / seconds * 60:.0f} a minute"
    )
    print(f"  spent: {spent}; the fullest minute: {rates.most:,} calls of 4,000")
    assert spent == {"reply": messages}
    assert rates.refused == 0


async def _guide(person: Person) -> None:
    for text in ("chào", "1", "1", "/start vneid-may-moi", "1"):
        await person.says(text)
        await person.next_message(within=300)


def _telegram(number: int, person: int, text: str) -> _Call:
    who = {"id": 7_000_000 + person, "is_bot": False, "first_name": "Lan", "language_code": "vi"}
    chat = {"id": who["id"], "first_name": "Lan", "type": "private"}
    message = {"message_id": number, "from": who, "chat": chat, "date": 1795478400, "text": text}
    body = json.dumps({"update_id": number, "message": message}, ensure_ascii=False).encode()
    return "/webhooks/telegram", body, {"X-Telegram-Bot-Api-Secret-Token": _SECRET}


def _official(number: int, person: int, text: str) -> _Call:
    stamp = str(1_795_478_400_000 + number)
    event = {
        "app_id": APP_ID,
        "sender": {"id": str(7_000_000_000_000_000_000 + person)},
        "user_id_by_app": "552177279717587730",
        "recipient": {"id": "388613280878808645"},
        "event_name": "user_send_text",
        "message": {"text": text, "msg_id": f"{number:019x}"},
        "timestamp": stamp,
    }
    body = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
    return "/webhooks/zalo-oa", body, {"X-ZEvent-Signature": f"mac={mac(APP_ID, body, stamp, OA_SECRET)}"}


def _zalo(api: str) -> dict[str, str]:
    return {
        "ZALO_OA_APP_ID": APP_ID,
        "ZALO_OA_APP_SECRET": APP_SECRET,
        "ZALO_OA_SECRET_KEY": OA_SECRET,
        "ZALO_OA_REFRESH_TOKEN": "seed",
        "ZALO_OA_API": api,
        "ZALO_OAUTH_API": api,
    }


async def _started(
    session: aiohttp.ClientSession, port: int, store: str, env: Mapping[str, str]
) -> "subprocess.Popen[bytes]":
    public = {"PORT": str(port), "REDIS_URL": store, "TOSO_PUBLIC_URL": f"http://127.0.0.1:{port}"}
    process = _launched({**os.environ, **public, **env})

    async def ready() -> bool:
        try:
            async with session.get(f"http://127.0.0.1:{port}/readyz") as answer:
                return answer.status == 200
        except aiohttp.ClientError:
            return False

    await until(ready, within=30)
    return process


def _launched(env: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    command, nowhere = [sys.executable, "-m", "bot.cli", "serve"], subprocess.DEVNULL
    return subprocess.Popen(command, env=env, cwd=_ROOT, stdout=nowhere, stderr=nowhere)


def _cpu(pid: int) -> float:
    """Seconds of processor time a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
