"""Requests for a person cost people time: so many an hour, in all and from one address, and a kind word beyond that."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import uvicorn

from api.app import create_app
from bot.cli.serve_worker import configured
from bot.desk.dismissal import FROM_ONE_ADDRESS, Admission
from bot.settings import Settings
from bot.store.memory import MemoryStore
from bot.store.memory_data import Shared
from tests.contracts.desk_site import ASK, PASSWORD, StoppedClock, running_desk, say
from tests.contracts.web_site import Site
from tests.patience import PATIENCE, until
from tests.setting import content, parts_of

HELLO = ("/start", "1", "1")
REFUSED = "chưa nhận thêm yêu cầu được"


async def ask(client: httpx.AsyncClient, **headers: str) -> str:
    """A newcomer asks for a person; what they read last."""
    token = (await client.post("/api/chat", headers=headers)).json()["conversation"]
    said = ""
    for number, text in enumerate([*HELLO, *ASK]):
        body = {"id": str(number), "text": text}
        answer = await client.post(f"/api/chat/{token}", json=body, headers=headers)
        said = "\n".join(reply["text"] for reply in answer.json()["replies"])
    return said


async def test_an_hour_has_room_for_so_many_and_the_rest_are_told_where_else_help_is(clock: StoppedClock) -> None:
    async with running_desk(clock, Settings(admin_password=PASSWORD, requests_an_hour=3)) as site:
        for _ in range(3):
            assert await say(site, [*HELLO, *ASK])
        async with site.client() as client:
            said = await ask(client)
            assert REFUSED in said
            assert site.parts.ward.hotline in said
            assert "«bị lừa»" in said
            assert "giờ trực" in said or "trực lại" in said or "đang trực" in said
            assert len(await site.parts.store.open_requests()) == 3
            clock.move(3600)
            assert REFUSED not in await ask(client)


async def test_the_same_message_counts_once_and_no_address_is_kept(clock: StoppedClock) -> None:
    store = MemoryStore("one", Shared())
    admission = Admission(store, clock, 2)
    assert [await admission.admit(id_, "203.0.113.9") for id_ in ("a", "a", "b", "a", "c")] == [True] * 4 + [False]
    assert "203.0.113" not in repr(await store.rows("opened"))
    clock.move(3600)
    assert await admission.admit("d")
    assert len((await store.rows("opened"))[1]) == 1, "what no longer counts is not kept"


async def test_a_clock_that_went_back_shuts_nobody_out(clock: StoppedClock) -> None:
    admission = Admission(MemoryStore("one", Shared()), clock, 1)
    clock.move(3600)
    assert await admission.admit("a")
    clock.move(-3600)
    assert await admission.admit("b")
    assert not await admission.admit("c")


async def test_one_address_does_not_use_up_what_all_have(clock: StoppedClock) -> None:
    admission = Admission(MemoryStore("one", Shared()), clock, 0)
    here = [await admission.admit(f"here {number}", "203.0.113.9") for number in range(FROM_ONE_ADDRESS + 2)]
    assert here == [True] * FROM_ONE_ADDRESS + [False] * 2
    assert await admission.admit("elsewhere", "203.0.113.10")
    assert all([await admission.admit(f"unknown {number}") for number in range(2 * FROM_ONE_ADDRESS)])


@asynccontextmanager
async def served(clock: StoppedClock, proxy: str) -> AsyncIterator[Site]:
    """The app as `toso serve` serves it, behind a proxy with this address."""
    parts = parts_of(Settings(chat_rate=0, requests_an_hour=0), MemoryStore("proxy"), content(), clock)
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(configured(lambda: create_app(parts), proxy))
        running = asyncio.create_task(server.serve([listener]))
        await until(lambda: server.started)
        yield Site(f"http://127.0.0.1:{listener.getsockname()[1]}", parts, server)
        server.should_exit = True
        await running


async def refusals(site: Site, address: str) -> int:
    async with httpx.AsyncClient(base_url=site.address, timeout=PATIENCE) as client:
        headers = {"x-forwarded-for": address}
        return sum([REFUSED in await ask(client, **headers) for _ in range(FROM_ONE_ADDRESS + 2)])


async def test_only_the_named_proxy_says_who_somebody_is(clock: StoppedClock) -> None:
    for proxy, expected in (("127.0.0.1", 2), ("192.0.2.1", 0)):
        async with served(clock, proxy) as site:
            assert await refusals(site, "203.0.113.9") == expected, proxy
