"""The desk of a large ward: 108 residential groups, 1,620 volunteers, 5,000 open requests, two workers.

What a take costs, what a request costs the store, what the desk's first page weighs, and how soon an open desk shows a
new request that came to either worker.
"""

import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import redis

from bot.app import wire
from bot.channels.web import WebChannel, chat_of
from bot.clock import SystemClock
from bot.content.loader import ROOT, read_content
from bot.desk.people import People
from bot.desk.roster import Role, Volunteer
from bot.model import Call, Chat, Deed, Escalation, Place, Record, Said, Session, Turn, encode, replace
from bot.service.outbox import LogGrowth
from bot.store.keys import partition_letter
from bot.store.redis import RedisStore
from tests.contracts.servers import Server
from tests.ports import free_port
from tests.setting import ALWAYS, TODAY, demo_ward, setting

GROUPS, MEMBERS, REQUESTS = 108, 15, 5_000
LINES = 20
"""What was said in a request that somebody holds."""
TAKES, NEWS = 500, 30
PASSWORD = "a password for the bench"
_TEXT = "Cháu ơi, bác bấm vào chữ ấy rồi mà nó vẫn quay mãi."


def run() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        ward = _ward_file(Path(folder) / "ward.yaml")
        server = Server(Path(folder))
        try:
            asyncio.run(_run(server.name, ward))
        finally:
            server.kill()


async def _run(url: str, ward: Path) -> None:
    print(f"desk: {GROUPS} groups, {GROUPS * MEMBERS:,} volunteers, {REQUESTS:,} open requests")
    store = RedisStore(url, "bench", alone=False)
    for number in range(GROUPS * MEMBERS):
        group = number // MEMBERS + 1
        role: Role = "lead" if number % MEMBERS == 0 else "volunteer"
        person = Volunteer(f"nguoi-{number}", f"Người {number}", "", role, (f"to-{group}",))
        await store.put("people", person.id, None, encode(person))
    with redis.Redis.from_url(url) as server:
        empty = server.info("memory")["used_memory"]
        codes = [code async for code in _fill(store)]
        each = (server.info("memory")["used_memory"] - empty) / REQUESTS
    print(f"  {each:7.0f}  bytes of store a request, half of them held with {LINES} lines, conversation included")
    await _takes(store, ward, codes[::2])
    async with _app(url, ward) as address:
        await _first_page(address)
        await _news(address)
    await store.close()


async def _fill(store: RedisStore) -> AsyncIterator[str]:
    """Open requests, evenly over the teams; every second one is held, and something was said in it."""
    for number in range(REQUESTS):
        chat = chat_of(f"resident-{number}")
        team, code = f"to-{number % GROUPS + 1}", f"{partition_letter(chat.key)}{number:05}"
        opened_at = int(time.time()) - REQUESTS + number
        request = Escalation(
            code=code,
            chat=chat,
            opened_at=opened_at,
            topic="vneid",
            guide="vneid-may-moi",
            version=1,
            step="old_phone",
            tried=("old_phone/quen",),
            you="bac",
            lines=(_TEXT,) * 4,
            group=f"tdp-{number % GROUPS + 1}",
            team=team,
        )
        session = Session(you="bac", consent="yes", place=Place("menu"), request=code)
        turn = Turn(session, request=request, records=(Record(opened_at, "opened", code, about=team),))
        await _commit(store, chat, turn)
        if number % 2:
            holder = f"nguoi-{(number % GROUPS) * MEMBERS + 1}"
            held = replace(request, state="held", holder=holder, since=opened_at, rev=2)
            said = tuple(Said(opened_at + at, "resident", f"{_TEXT} {at}") for at in range(LINES))
            call = Call("m1", code, f"volunteer:{holder}", "news")
            await _commit(store, chat, Turn(replace(session, helper=holder), request=held, said=said, calls=(call,)))
            store.called(chat, call)
        yield code


async def _commit(store: RedisStore, chat: Chat, turn: Turn) -> None:
    await store.commit(chat, await store.load(chat), turn, [], pulled=True)


async def _takes(store: RedisStore, ward: Path, codes: list[str]) -> None:
    clock = SystemClock()
    content = read_content(ROOT, ward, TODAY)
    people = People(store, content.ward, clock)
    await people.refresh()
    here = replace(setting(), roster=people.roster, ward=content.ward)
    handle, _, caller = wire(
        here, store, {"web": WebChannel()}, people, LogGrowth(), clock, draw_code=lambda key, tries: "", alias=str
    )
    trips, cpu = store.round_trips, time.process_time()
    for number, code in enumerate(codes[:TAKES]):
        verdict = await handle.do(f"take-{number}", Deed("take", code, f"nguoi-{number * 2 % GROUPS * MEMBERS + 2}"))
        assert verdict.name == "done", verdict
    cpu = (time.process_time() - cpu) / TAKES * 1e6
    print(f"  {(store.round_trips - trips) / TAKES:7.2f}  round trips a take")
    print(f"  {cpu:7.0f}  µs of CPU a take, in the app")
    await caller.stop()


@asynccontextmanager
async def _app(url: str, ward: Path) -> AsyncIterator[str]:
    """The app with two workers; its address."""
    port = free_port()
    env = {
        "PATH": os.environ["PATH"], "REDIS_URL": url, "TOSO_WARD": str(ward), "TOSO_ADMIN_PASSWORD": PASSWORD,
        "TOSO_CHAT_RATE": "0",
    }  # fmt: skip
    command = [sys.executable, "-m", "bot.cli", "serve", "--port", str(port), "--workers", "2"]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(  # noqa: ASYNC220 (it takes a moment, and nothing else waits)
            command, cwd=ROOT, env=env, stdout=log, stderr=log
        )
        try:
            address = f"http://127.0.0.1:{port}"
            async with httpx.AsyncClient(base_url=address) as client:
                await _ready(client)
            yield address
        finally:
            process.terminate()
            process.wait()


async def _ready(client: httpx.AsyncClient) -> None:
    for _ in range(200):
        try:
            if (await client.get("/readyz")).status_code == 200:
                return
        except httpx.TransportError:
            await asyncio.sleep(0.1)
    raise TimeoutError("the app is not ready")


@asynccontextmanager
async def _signed_in(address: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=address, headers={"origin": address}, timeout=30) as client:
        answer = await client.post("/desk/sign-in", data={"username": "admin", "password": PASSWORD})
        assert answer.status_code == 303, answer.text
        yield client


async def _first_page(address: str) -> None:
    """The page with all it loads, as it comes over the wire, for somebody who may see all requests."""
    async with _signed_in(address) as client:
        took = []
        for _ in range(20):
            began = time.perf_counter()
            async with client.stream("GET", "/desk") as page:
                raw = b"".join([part async for part in page.aiter_raw()])
            took.append((time.perf_counter() - began) * 1000)
        weight, html = len(raw), (await client.get("/desk")).text
        for path in sorted({part.split('"')[0] for part in html.split('="') if part.startswith("/static/")}):
            async with client.stream("GET", path) as file:
                weight += len(b"".join([part async for part in file.aiter_raw()]))
    print(
        f"  {weight / 1000:7.1f}  kB over the wire for the desk's first load ({len(raw) / 1000:.1f} kB the page itself)"
    )
    print(f"  {statistics.median(took):7.1f}  ms to make and fetch the page, median ({max(took):.1f} the longest)")


async def _news(address: str) -> None:
    """How long after a resident asked for a person an open desk is told."""
    async with _signed_in(address) as client, client.stream("GET", "/desk/events") as stream:
        lines = stream.aiter_lines()
        await _next_mark(lines)
        took = []
        for number in range(NEWS):
            asked = await _ask(address)
            await _next_mark(lines)
            took.append((time.perf_counter() - asked) * 1000)
            await asyncio.sleep(0.05 * (number % 7))
    print(f"  {statistics.median(took):7.0f}  ms until an open desk hears of it, median ({max(took):.0f} the longest)")


async def _ask(address: str) -> float:
    """Somebody new asks for a person, over connections of their own; when their request was sent."""
    async with httpx.AsyncClient(base_url=address) as resident:
        token = (await resident.post("/api/chat")).json()["conversation"]
        for at, text in enumerate(("/start", "1", "bác", "gặp người")):
            await resident.post(f"/api/chat/{token}", json={"id": str(at), "text": text})
        sent = time.perf_counter()
        await resident.post(f"/api/chat/{token}", json={"id": "ask", "text": "tổ 7"})
    return sent


async def _next_mark(lines: AsyncIterator[str]) -> None:
    async with asyncio.timeout(10):
        async for line in lines:
            if line.startswith("data:"):
                return


def _ward_file(path: Path) -> Path:
    """The demo ward with so many groups, each with a team that is always there, and one for everything else."""
    ward = demo_ward()
    ward["groups"] = [{"id": f"tdp-{number}", "name": f"Tổ dân phố {number} (dữ liệu mẫu)"} for number in _groups()]
    ward["teams"] = [
        {"id": f"to-{number}", "name": f"Tổ {number} (dữ liệu mẫu)", "groups": [f"tdp-{number}"], "hours": [ALWAYS]}
        for number in _groups()
    ]
    ward["teams"].append({"id": "phuong", "name": "Phường (dữ liệu mẫu)", "hours": [ALWAYS]})
    ward["places"] = []
    ward.pop("home_visits", None)
    path.write_text(json.dumps(ward, default=str), "utf-8")  # JSON is YAML, and repeats what it shares
    return path


def _groups() -> range:
    return range(1, GROUPS + 1)
