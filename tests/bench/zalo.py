"""The Official Account beside Telegram: CPU of an update, how soon an event is answered, and 1,000 residents at once.

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
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer
from typing_extensions import override

from bot.channels.zalo_oa_events import mac
from tests.contracts.servers import Server
from tests.emulators.zalo_oa import APP_ID, APP_SECRET, OA_SECRET, ZaloOaEmulator
from tests.emulators.zalo_oa_people import Person
from tests.emulators.zalo_oa_routes import Rates
from tests.emulators.zalo_oa_world import OaError
from tests.faults.rig import free_port, until

UPDATES, PEOPLE, ROUNDS = 3000, 50, 5
LIMIT = 1.3
"""How much CPU an event of the account may cost, as a ratio to an update of Telegram in the same round."""
RESIDENTS = 1000
SLOW_SECONDS = 5.0
_SECRET = "a-secret-of-the-bench"
_ROOT = Path(__file__).parents[2]
_TALK = ("menu", "1", "0", "giúp")
_Call = tuple[str, bytes, dict[str, str]]


def run() -> None:
    """Print the three tables. Raises AssertionError where a limit is passed, or a message was lost or paid for."""
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder))
        try:
            asyncio.run(_cost(server.name))
        finally:
            server.kill()
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder))
        try:
            asyncio.run(_crowd(server.name))
        finally:
            server.kill()


class _Platforms:
    """Both platforms at one address: `sent` counts messages, each is answered after `seconds`."""

    def __init__(self) -> None:
        self.sent = 0
        self.seconds = 0.0

    async def take(self, request: web.Request) -> web.Response:
        if request.path == "/v4/oa/access_token":
            return web.json_response({"access_token": "a" * 200, "refresh_token": "r" * 200, "expires_in": "90000"})
        if request.path.endswith(("/sendMessage", "/message/cs")):
            self.sent += 1
            await asyncio.sleep(self.seconds)
        quota = {"quota_type": "reply", "remain": "7", "total": "8"}
        me = {"id": 4242424242, "is_bot": True, "first_name": "T", "username": "toso_bot", "url": ""}
        answer: dict[str, Any] = {"ok": True, "result": me, "error": 0, "message": "Success"}
        return web.json_response(answer | {"data": {"message_id": "63ecf43f0df7dba892e6", "quota": quota}})


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


async def _cost(store: str) -> None:
    platforms, app = _Platforms(), web.Application()
    app.router.add_route("*", "/{path:.*}", platforms.take)
    async with TestServer(app) as stub, aiohttp.ClientSession() as session:
        api = str(stub.make_url("/")).rstrip("/")
        port = free_port()
        env = _zalo(api) | {"TELEGRAM_TOKEN": "4242424242:bench", "TELEGRAM_SECRET": _SECRET, "TELEGRAM_API": api}
        env |= {"TELEGRAM_RATE": "0", "TELEGRAM_CHAT_RATE": "0", "ZALO_OA_RATE": "0"}
        process = await _started(session, port, store, env)
        try:
            address, made = f"http://127.0.0.1:{port}", itertools.count(1)
            for make in (_telegram, _official):
                await _round(session, platforms, process, address, make, made)  # to get warm
            ratios = []
            for _ in range(ROUNDS):
                costs = [
                    await _round(session, platforms, process, address, make, made) for make in (_telegram, _official)
                ]
                ratios.append(costs[1] / costs[0])
                print(f"zalo: CPU of an update: Telegram {costs[0]:.0f} µs, Official Account {costs[1]:.0f} µs")
            ratio = statistics.median(ratios)
            print(f"  {ratio:.2f} × Telegram, median of {ROUNDS} rounds (at most {LIMIT})")
            await _slow(session, platforms, address, made)
        finally:
            process.terminate()
            process.wait()
    assert ratio <= LIMIT


async def _round(
    session: aiohttp.ClientSession,
    platforms: _Platforms,
    process: "subprocess.Popen[bytes]",
    address: str,
    make: Callable[[int, int, str], _Call],
    made: "itertools.count[int]",
) -> float:
    """CPU of one update in microseconds, over UPDATES of PEOPLE who each wait for their answer."""
    before, sent = _cpu(process.pid), platforms.sent

    async def person(number: int) -> None:
        for at in range(UPDATES // PEOPLE):
            path, body, headers = make(next(made), number, _TALK[at % len(_TALK)])
            async with session.post(address + path, data=body, headers=headers) as answer:
                assert answer.status == 200, answer.status

    await asyncio.gather(*(person(number) for number in range(PEOPLE)))

    async def all_sent() -> bool:
        return platforms.sent - sent >= UPDATES // PEOPLE * PEOPLE

    await until(all_sent, within=30)
    return (_cpu(process.pid) - before) / (UPDATES // PEOPLE * PEOPLE) * 1e6


async def _slow(
    session: aiohttp.ClientSession, platforms: _Platforms, address: str, made: "itertools.count[int]"
) -> None:
    """How soon events are answered while the platform takes its time over messages."""
    platforms.seconds = SLOW_SECONDS
    took = []
    for number in range(1000):
        path, body, headers = _official(next(made), 1000 + number, "chào")
        began = time.perf_counter()
        async with session.post(address + path, data=body, headers=headers) as answer:
            assert answer.status == 200
        took.append(time.perf_counter() - began)
    p99 = statistics.quantiles(took, n=100)[98] * 1000
    print(f"  an event is answered in {p99:.1f} ms (p99 of 1,000) while a message takes {SLOW_SECONDS:.0f} s")
    assert p99 < 100


async def _crowd(store: str) -> None:
    """RESIDENTS begin a guide at once; none may meet a limit, and nothing may cost anything."""
    async with ZaloOaEmulator(app_rate=4000) as zalo, aiohttp.ClientSession() as session:
        zalo.rates = rates = _Watched(4000, 0)
        zalo.echoes = False
        zalo.delivery.deadline = 30.0  # the generator shares this machine's processors with the app
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
