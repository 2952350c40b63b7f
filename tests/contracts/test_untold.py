"""The desk never says that it told somebody whom it cannot tell: it says so, and what to do."""

import html
import re
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from bot.model import HOME, Appointment, Chat, Turn
from bot.model import replace as changed
from tests.contracts.desk_site import (
    ASK,
    OTHER_TEAM,
    TEAM,
    StoppedClock,
    do,
    join,
    on_telegram,
    request_of,
    running_desk,
    say,
    send,
    signed_in,
)
from tests.contracts.test_desk_request import heard
from tests.contracts.web_site import Site
from tests.emulators.telegram import TelegramEmulator
from tests.patience import until

MET = ("/start", "1", "1")
PHONE = "Hãy gọi điện cho họ."


@pytest_asyncio.fixture
async def site(telegram: TelegramEmulator, clock: StoppedClock) -> AsyncIterator[Site]:
    """Hoa of TEAM, Minh who leads it, Tâm of OTHER_TEAM: none of them has linked a chat."""
    async with running_desk(clock, on_telegram(telegram)) as it:
        await join(it, "hoa", "Hoa", TEAM, password="")
        await join(it, "minh", "Minh", TEAM, role="lead", password="")
        await join(it, "tam", "Tâm", OTHER_TEAM, password="")
        yield it


@pytest_asyncio.fixture
async def hoa(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    async with signed_in(site, "hoa") as it:
        yield it


async def linked(site: Site, telegram: TelegramEmulator, who: str) -> None:
    """Somebody is reached on Telegram from now on."""
    people = site.parts.people
    await telegram.person().says(f"/link {await people.chat_code(who)}")
    await until(lambda: who in {each.id for each in people.roster.people if people.roster.chats_of(each)})


async def shown(client: httpx.AsyncClient, path: str = "/desk") -> str:
    return html.unescape((await client.get(path)).text)


async def test_a_team_that_nobody_reaches_was_not_told(
    site: Site, telegram: TelegramEmulator, hoa: httpx.AsyncClient
) -> None:
    await say(site, (*MET, *ASK))
    assert f"Chưa báo được Tổ hỗ trợ Mẫu B (dữ liệu mẫu): chưa ai đang trực nối chat. {PHONE}" in await shown(hoa)
    await linked(site, telegram, "hoa")
    page = await shown(hoa)
    assert "Đã báo Tổ hỗ trợ Mẫu B" in page
    assert "Chưa báo được" not in page


@pytest.mark.parametrize(
    ("level", "who", "untold", "told"),
    [
        ("lead", "minh", "mà chưa báo được người phụ trách", "Đã báo người phụ trách"),
        ("ward", "admin", "mà chưa báo được phường", "Đã báo phường"),
    ],
)
async def test_a_lead_or_a_ward_that_nobody_reaches_was_not_told(
    site: Site, telegram: TelegramEmulator, hoa: httpx.AsyncClient, level: str, who: str, untold: str, told: str
) -> None:
    code = await say(site, (*MET, *ASK))
    request = await request_of(site, code)
    before = await site.parts.store.load(request.chat)
    assert before.session
    raised = changed(request, level=level, rev=request.rev + 1)
    await site.parts.store.commit(request.chat, before, Turn(before.session, request=raised), (), pulled=True)
    assert untold in await shown(hoa)
    await linked(site, telegram, who)
    page = await shown(hoa)
    assert told in page
    assert untold not in page


@pytest.mark.parametrize(("act", "by"), [("assign", "minh"), ("transfer", "hoa")])
async def test_who_gets_it_and_cannot_be_told_is_to_be_called(
    site: Site, telegram: TelegramEmulator, act: str, by: str
) -> None:
    await join(site, "lan", "Lan", TEAM, password="")
    async with signed_in(site, by) as client:
        for told in (False, True):
            code = await say(site, (*MET, *ASK))
            if act == "transfer":
                await do(site, "take", code, "hoa")
            answer = await send(client, f"/desk/requests/{code}/{act}", to="lan")
            assert (await request_of(site, code)).holder == "lan"
            page = await shown(client, answer.headers["location"])
            assert ("chưa báo được người nhận" in page) == (not told)
            await linked(site, telegram, "lan")


async def test_a_team_that_gets_it_and_cannot_be_told_is_to_be_called(
    site: Site, telegram: TelegramEmulator, hoa: httpx.AsyncClient
) -> None:
    for told in (False, True):
        code = await say(site, (*MET, *ASK))
        await do(site, "take", code, "hoa")
        answer = await send(hoa, f"/desk/requests/{code}/transfer", to=f"team:{OTHER_TEAM}")
        assert ("chưa báo được người nhận" in await shown(hoa, answer.headers["location"])) == (not told)
        await linked(site, telegram, "tam")


async def test_a_team_that_gets_it_while_it_is_closed_hears_of_it_when_it_opens(
    site: Site, telegram: TelegramEmulator, hoa: httpx.AsyncClient, clock: StoppedClock
) -> None:
    codes = [await say(site, (*MET, *ASK)) for _ in range(2)]
    for code in codes:
        await do(site, "take", code, "hoa")
    clock.move(11 * 3600)
    for code, told in zip(codes, (False, True), strict=True):
        answer = await send(hoa, f"/desk/requests/{code}/transfer", to=f"team:{OTHER_TEAM}")
        page = await shown(hoa, answer.headers["location"])
        assert ("chưa báo được người nhận" in page) == (not told)
        assert ("chưa ai được báo. Tổ hỗ trợ Mẫu A (dữ liệu mẫu) trực lại lúc" in page) == told
        assert any("Tổ hỗ trợ Mẫu A (dữ liệu mẫu) trực lại lúc" in text for _, text in await heard(site, code))
        await linked(site, telegram, "tam")
    assert "trực lại" not in await shown(hoa, "/desk?done=transfer_closed&to=nobody"), "of no team that is there"


@pytest.mark.parametrize("act", ["take", "back", "off"])
async def test_a_visit_whose_resident_cannot_be_told_says_so(site: Site, act: str) -> None:
    visits = site.parts.caller.visits
    for channel, told in (("zalo-oa", False), ("web", True)):
        wanted = Appointment(
            slot=f"{HOME}{TEAM}/{channel}",
            at=StoppedClock().now_ms() // 1000 + 86400,
            team=TEAM,
            chat=Chat(channel, "9", "9"),
            helper="" if act == "take" else "hoa",
        )
        booked = await visits.book(wanted, 1)
        assert booked
        async with signed_in(site, "hoa") as hoa:
            answer = await send(hoa, f"/desk/visits/{booked.code}/{act}")
            page = await shown(hoa, answer.headers["location"])
        note = re.search(r'<p class="note done" role="status">(.*?)</p>', page)
        assert note
        assert ("chưa báo được người hẹn" in note[1]) == (not told)
        assert ("báo" in note[1]) is True


@pytest.mark.parametrize(("channel", "told"), [("zalo-oa", False), ("web", True)])
async def test_who_takes_a_visit_in_their_chat_reads_whether_its_resident_was_told(
    site: Site, telegram: TelegramEmulator, channel: str, told: bool
) -> None:
    at = StoppedClock().now_ms() // 1000 + 86400
    wanted = Appointment(slot=f"{HOME}{TEAM}/{channel}", at=at, team=TEAM, chat=Chat(channel, "9", "9"))
    booked = await site.parts.caller.visits.book(wanted, 1)
    assert booked
    hoa = telegram.person()
    await hoa.says(f"/link {await site.parts.people.chat_code('hoa')}")
    await hoa.has(1)
    await hoa.says(f"nhận {booked.code}")
    await until(lambda: any(booked.code in seen.text for seen in hoa.sees), lambda: hoa.sees)
    read = " ".join(seen.text for seen in hoa.sees)
    assert ("chưa báo được người hẹn" in read) == (not told)
    assert ("báo tên bạn cho người hẹn ngay" in read or "báo tên chị cho người hẹn ngay" in read) == told


async def test_a_team_without_any_chat_reads_that_nobody_is_told(site: Site, telegram: TelegramEmulator) -> None:
    async with signed_in(site, "minh") as minh:
        assert "không ai được báo" in await shown(minh, f"/desk/teams/{TEAM}")
        await linked(site, telegram, "hoa")
        assert "không ai được báo" not in await shown(minh, f"/desk/teams/{TEAM}")
