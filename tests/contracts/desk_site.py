"""A running app whose time stands still, a resident who asks for a person, and somebody who signs in at the desk."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import httpx

from api.app import create_app
from bot.bootstrap import Parts, load_content
from bot.model import Escalation, Turn
from bot.settings import Settings
from bot.store.memory import MemoryStore
from tests.contracts.web_site import Site, serving

PASSWORD = "một mật khẩu của phường"
GUIDE = "vneid-may-moi"
TO_STUCK = ("/start", "1", "1", f"/start {GUIDE}", "1", "2", "1")
"""Agrees, is called bác, goes to the second step of the guide, is stuck there and gets one piece of advice."""


class StoppedClock:
    """Wednesday, 25 November 2026, nine in the morning in Việt Nam, until it is moved."""

    def __init__(self) -> None:
        self.ms = 1_795_572_000_000

    def now_ms(self) -> int:
        return self.ms

    def move(self, seconds: float) -> None:
        self.ms += round(seconds * 1000)


@asynccontextmanager
async def running_desk(clock: StoppedClock, settings: Settings | None = None) -> AsyncIterator[Site]:
    """The app with PASSWORD as the admin's password."""
    settings = settings or Settings(admin_password=PASSWORD)
    parts = Parts(settings, MemoryStore("desk-test"), load_content(settings), clock)
    await parts.accounts.prepare(settings.admin_password, clock.now_ms)
    async with serving(create_app(parts)) as (address, server):
        yield Site(address, parts, server)


async def say(site: Site, lines: Sequence[str]) -> str:
    """A new resident writes these lines; returns the code of their request, or nothing when they have none."""
    known = {request.code for request in await site.parts.store.waiting()}
    async with httpx.AsyncClient(base_url=site.address) as resident:
        token = (await resident.post("/api/chat")).json()["conversation"]
        for number, text in enumerate(lines):
            answer = await resident.post(f"/api/chat/{token}", json={"id": str(number), "text": text})
            assert answer.status_code == 200, answer.text
    return "".join(request.code for request in await site.parts.store.waiting() if request.code not in known)


async def request_of(site: Site, code: str) -> Escalation:
    """The request with this code."""
    found = await site.parts.store.escalation(code)
    assert found is not None
    return found


async def close(site: Site, code: str) -> None:
    """Take a request out of the queue."""
    chat = (await request_of(site, code)).chat
    before = await site.parts.store.load(chat)
    assert before.session is not None
    await site.parts.store.commit(chat, before, Turn(before.session, closed=code), (), pulled=True, now_ms=1)


async def sign_in(client: httpx.AsyncClient, password: str = PASSWORD) -> httpx.Response:
    """Send the sign-in form."""
    return await client.post("/desk/sign-in", data={"password": password})
