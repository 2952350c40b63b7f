"""An open page of the desk hears at once what changed, from every worker, and of nothing it may not see."""

import asyncio
import json
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager

import httpx
import pytest
import pytest_asyncio

from api.desk.events import STREAMS_PER_PERSON
from bot.model import Incoming, replace
from bot.store.memory import MemoryStore
from bot.store.memory_data import Shared
from tests.contracts.desk_site import (
    ASK,
    OTHER_TEAM,
    TEAM,
    StoppedClock,
    do,
    join,
    request_of,
    running_desk,
    say,
    send,
    signed_in,
)
from tests.contracts.web_site import Site
from tests.patience import PATIENCE, until

HELLO = ("/start", "1", "1")
SOON = 1.0
"""Seconds after which an open page knows, on a quiet machine."""


class Stream:
    """The events of one page, as they come."""

    def __init__(self, lines: AsyncIterator[str]) -> None:
        self._lines = lines
        self.id = ""

    async def next(self, seconds: float = PATIENCE) -> dict[str, str | int]:
        """The next event; raises TimeoutError when none comes in time."""
        async with asyncio.timeout(seconds):
            async for line in self._lines:
                if line.startswith("id: "):
                    self.id = line[4:]
                if line.startswith("data: "):
                    marks: dict[str, str | int] = json.loads(line[6:])
                    return marks
        raise AssertionError("the stream ended")

    async def is_silent(self) -> bool:
        try:
            await self.next(SOON)
        except TimeoutError:
            return True
        return False


@asynccontextmanager
async def following(client: httpx.AsyncClient, code: str = "", seen: str = "", last: str = "") -> AsyncIterator[Stream]:
    headers = {"last-event-id": last} if last else {}
    async with client.stream("GET", "/desk/events", params={"code": code, "seen": seen}, headers=headers) as answer:
        assert answer.status_code == 200
        yield Stream(answer.aiter_lines())


@pytest.fixture
def kept() -> Shared:
    return Shared()


@pytest_asyncio.fixture
async def site(clock: StoppedClock, kept: Shared, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Site]:
    """What a page is told it is told before the next heartbeat, which would look anew."""
    monkeypatch.setattr("api.desk.events.HEARTBEAT_SECONDS", 10 * PATIENCE)
    async with running_desk(clock, store=MemoryStore("first", kept)) as it:
        await join(it, "hoa", "Hoa", TEAM, password="")
        await join(it, "lan", "Lan", TEAM, password="")
        await join(it, "tam", "Tâm", OTHER_TEAM, password="")
        yield it


@pytest_asyncio.fixture
async def hoa(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    async with signed_in(site, "hoa") as it:
        yield it


async def mark_on_page(client: httpx.AsyncClient, path: str = "/desk") -> str:
    page = await client.get(path)
    return page.text.partition('data-mark="')[2].partition('"')[0]


async def test_a_new_request_is_told_and_what_was_seen_is_not_told_again(site: Site, hoa: httpx.AsyncClient) -> None:
    async with following(hoa, seen=await mark_on_page(hoa)) as stream:
        assert await stream.is_silent()
    async with following(hoa, seen=await mark_on_page(hoa)) as stream:
        await say(site, (*HELLO, *ASK))
        assert (await stream.next())["waiting"] == 1
        assert stream.id == await mark_on_page(hoa)


async def test_another_workers_change_is_told_before_long(
    site: Site, clock: StoppedClock, kept: Shared, hoa: httpx.AsyncClient
) -> None:
    seen = await mark_on_page(hoa)
    async with running_desk(clock, store=MemoryStore("second", kept)) as other, following(hoa, seen=seen) as stream:
        code = await say(other, (*HELLO, *ASK))
        assert (await stream.next())["waiting"] == 1
        await do(other, "take", code, "lan")
        assert (await stream.next())["waiting"] == 0


async def test_what_happens_in_a_gap_is_told_on_coming_back(
    site: Site, clock: StoppedClock, kept: Shared, hoa: httpx.AsyncClient
) -> None:
    async with following(hoa) as stream:
        await stream.next()
        last = stream.id
    await say(site, (*HELLO, *ASK))
    async with running_desk(clock, store=MemoryStore("second", kept)) as other, signed_in(other, "hoa") as elsewhere:
        async with following(elsewhere, last=last) as stream:
            assert (await stream.next())["waiting"] == 1
            last = stream.id
        async with following(elsewhere, last=last) as stream:
            assert await stream.is_silent()


async def test_a_line_of_the_resident_is_told_to_the_holders_pages(site: Site, hoa: httpx.AsyncClient) -> None:
    code = await say(site, (*HELLO, *ASK))
    await do(site, "take", code, "hoa")
    path = f"/desk/requests/{code}"
    async with following(hoa, seen=await mark_on_page(hoa)) as queue, following(hoa, code) as page:
        first = await page.next()
        assert first["request"] == await mark_on_page(hoa, path)
        await site.parts.handle(Incoming("r1", (await request_of(site, code)).chat, text="nut xanh"))
        assert (await page.next())["request"] != first["request"]
        await queue.next()
        assert queue.id == await mark_on_page(hoa)


async def test_nobody_hears_of_what_they_may_not_see(site: Site) -> None:
    async with signed_in(site, "tam") as tam, signed_in(site, "lan") as lan:
        async with following(tam, seen=await mark_on_page(tam)) as stream:
            code = await say(site, (*HELLO, *ASK))
            await do(site, "take", code, "hoa")
            assert await stream.is_silent()
        async with following(lan, seen=await mark_on_page(lan)) as stream:
            await site.parts.handle(Incoming("r1", (await request_of(site, code)).chat, text="nut xanh"))
            assert await stream.is_silent()
        assert (await lan.get("/desk/events", params={"code": code})).status_code == 404


async def test_a_page_of_what_went_to_somebody_else_is_out_of_date(site: Site, hoa: httpx.AsyncClient) -> None:
    code = await say(site, (*HELLO, *ASK))
    await do(site, "take", code, "hoa")
    async with following(hoa, code) as stream:
        shown = (await stream.next())["request"]
        await do(site, "transfer", code, "admin", to="lan")
        assert (await stream.next())["request"] != shown


Ends = Callable[[Site, httpx.AsyncClient], Awaitable[object]]


async def other_role(site: Site, hoa: httpx.AsyncClient) -> None:
    await site.parts.people.change("hoa", "admin", lambda who: replace(who, role="lead"))


async def dismissed(site: Site, hoa: httpx.AsyncClient) -> None:
    await site.parts.people.change("hoa", "admin", lambda who: replace(who, active=False))


async def out_everywhere(site: Site, hoa: httpx.AsyncClient) -> None:
    assert (await send(hoa, "/desk/me/sessions")).status_code == 303


async def signed_out(site: Site, hoa: httpx.AsyncClient) -> None:
    assert (await send(hoa, "/desk/sign-out")).status_code == 303


async def other_password(site: Site, hoa: httpx.AsyncClient) -> None:
    assert (await send(hoa, "/desk/me/password", new="mot mat khau moi dai")).status_code == 303


async def link_of_an_admin(site: Site, hoa: httpx.AsyncClient) -> None:
    async with signed_in(site) as admin:
        assert (await send(admin, "/desk/people/hoa/link")).status_code == 200


@pytest.mark.parametrize("elsewhere", [False, True], ids=["one worker", "two workers"])
@pytest.mark.parametrize(
    "ends",
    [other_role, dismissed, out_everywhere, signed_out, other_password, link_of_an_admin],
    ids=lambda each: each.__name__,
)
async def test_a_stream_ends_with_the_visit(
    site: Site, clock: StoppedClock, kept: Shared, hoa: httpx.AsyncClient, ends: Ends, elsewhere: bool
) -> None:
    """Long before the next heartbeat, whichever worker ended it; nobody else's ends with it."""
    async with AsyncExitStack() as opened:
        worker = site
        if elsewhere:
            worker = await opened.enter_async_context(running_desk(clock, store=MemoryStore("second", kept)))
        lan = await opened.enter_async_context(signed_in(site, "lan"))
        stays = await opened.enter_async_context(following(lan))
        stream = await opened.enter_async_context(following(hoa))
        await stream.next()
        await stays.next()
        same_browser = await opened.enter_async_context(worker.client())
        same_browser.cookies.update(hoa.cookies)
        await ends(worker, same_browser)
        with pytest.raises(AssertionError, match="ended"):
            await stream.next()
        await say(site, (*HELLO, *ASK))
        assert (await stays.next())["waiting"] == 1
    assert (await hoa.get("/desk/events")).status_code == 401


async def test_one_person_opens_so_many_streams_and_no_more(site: Site, hoa: httpx.AsyncClient) -> None:
    async with AsyncExitStack() as opened:
        for _ in range(STREAMS_PER_PERSON):
            await opened.enter_async_context(following(hoa))
        one_more = await hoa.get("/desk/events")
        assert (one_more.status_code, "retry-after" in one_more.headers) == (429, True)
        async with signed_in(site, "lan") as lan, following(lan) as stream:
            await stream.next()

    async def follows() -> bool:
        async with hoa.stream("GET", "/desk/events") as answer:
            return answer.status_code == 200

    await until(follows)


async def test_an_open_stream_does_not_hold_up_the_stop(clock: StoppedClock) -> None:
    before = signal.signal(signal.SIGTERM, lambda number, frame: None)  # the server passes the signal on at its end
    try:
        async with running_desk(clock) as site, signed_in(site) as admin, following(admin) as stream:
            await stream.next()
            signal.raise_signal(signal.SIGTERM)
            with pytest.raises(AssertionError, match="ended"):
                await stream.next()
    finally:
        signal.signal(signal.SIGTERM, before)
