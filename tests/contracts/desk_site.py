"""A running app whose time stands still, a resident who asks for a person, and somebody who signs in at the desk."""

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from secrets import token_hex

import httpx
from argon2 import PasswordHasher

from api.app import create_app
from bot.desk.authentication import Accounts
from bot.desk.roster import Role, Volunteer
from bot.model import Act, Deed, Escalation, Session, Verdict
from bot.ports.store import Store
from bot.settings import Settings
from bot.store.memory import MemoryStore
from tests.contracts.web_site import Site, serving
from tests.emulators.telegram import TOKEN, TelegramEmulator
from tests.setting import content, parts_of

PASSWORD = "một mật khẩu của phường"
GUIDE = "vneid-may-moi"
TO_STUCK = ("/start", "1", "1", f"/start {GUIDE}", "1", "2", "1")
"""Agrees, is called bác, goes to the second step of the guide, is stuck there and gets one piece of advice."""
ASK = ("gap nguoi", "4")
"""Asks for a person, and says which residential group: its requests go to the team TEAM."""
TEAM, OTHER_TEAM = "to-mau-b", "to-mau-a"
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""Hashes at once: the real one is slow on purpose, and has its own tests."""


class StoppedClock:
    """Wednesday, 25 November 2026, nine in the morning in Việt Nam, until it is moved."""

    def __init__(self) -> None:
        self.ms = 1_795_572_000_000

    def now_ms(self) -> int:
        return self.ms

    def steady_ms(self) -> int:
        return self.now_ms()

    def move(self, seconds: float) -> None:
        self.ms += round(seconds * 1000)


@asynccontextmanager
async def running_desk(
    clock: StoppedClock, settings: Settings | None = None, store: Store | None = None
) -> AsyncIterator[Site]:
    """The app with PASSWORD as the admin's password."""
    settings = settings or Settings(admin_password=PASSWORD)
    parts = parts_of(settings, store or MemoryStore("desk-test"), content(), clock)
    parts.accounts = Accounts(parts.store, QUICK)
    await parts.accounts.prepare(settings.admin_password)
    async with serving(create_app(parts)) as (address, server):
        yield Site(address, parts, server)


async def say(site: Site, lines: Sequence[str]) -> str:
    """A new resident writes these lines; returns the code of their request, or nothing when they have none."""
    known = {request.code for request in await site.parts.store.open_requests()}
    async with site.client() as resident:
        token = (await resident.post("/api/chat")).json()["conversation"]
        for number, text in enumerate(lines):
            answer = await resident.post(f"/api/chat/{token}", json={"id": str(number), "text": text})
            assert answer.status_code == 200, answer.text
    return "".join(request.code for request in await site.parts.store.open_requests() if request.code not in known)


async def request_of(site: Site, code: str) -> Escalation:
    """The request with this code."""
    found = await site.parts.store.escalation(code)
    assert found is not None
    return found


async def session_of(site: Site, code: str) -> Session:
    """The session of the resident whose open request this is."""
    found = await site.parts.store.find(code)
    assert found is not None
    assert found.conversation.session is not None
    return found.conversation.session


async def do(site: Site, act: Act, code: str, by: str = "admin", text: str = "", to: str = "") -> Verdict:
    """Do something with a request, as if from somewhere else than the page."""
    return await site.parts.handle.do(token_hex(8), Deed(act, code, by, text=text, to=to))


async def close(site: Site, code: str) -> None:
    """Take a request out of the queue."""
    assert (await do(site, "close", code)).name == "done"


async def join(
    site: Site, id_: str, name: str, *teams: str, role: Role = "volunteer", password: str = PASSWORD
) -> None:
    """Somebody joins; without a password where that is empty."""
    assert not await site.parts.people.add(Volunteer(id_, name, role=role, teams=teams), "admin")
    if password:
        await site.parts.accounts.set_password(id_, password)


AS_JSON = {"accept": "application/json"}
"""Has a refusal name its code; people read a page."""


async def sign_in(client: httpx.AsyncClient, password: str = PASSWORD, name: str = "admin") -> httpx.Response:
    """Send the sign-in form."""
    return await client.post("/desk/sign-in", data={"username": name, "password": password})


@asynccontextmanager
async def signed_in(site: Site, name: str = "admin") -> AsyncIterator[httpx.AsyncClient]:
    """A browser in which somebody signed in, by a link that works once."""
    async with site.client() as client:
        link = await site.parts.people.sign_in_link(name, site=site.address)
        assert (await client.post(link)).status_code == 303
        yield client


async def send(client: httpx.AsyncClient, path: str, id_: str = "", **fields: str) -> httpx.Response:
    """Send a form of the page, as a browser without scripts would; with the same `id_` it is the same form."""
    page = (await client.get("/desk")).text
    found = re.search(r'name="proof" value="(\w+)"', page)
    assert found
    return await client.post(path, data={"proof": found[1], "id": id_ or token_hex(8), **fields})


def on_telegram(telegram: TelegramEmulator) -> Settings:
    """The settings of a desk whose residents write from there."""
    return Settings(admin_password=PASSWORD, telegram_token=TOKEN, telegram_secret="s", telegram_api=telegram.url)
