"""The desk's first page tells more than who waits: visits nobody has taken, codes of other teams, help that failed."""

import asyncio
import html
import re

import httpx
import pytest

from api.desk.queue import LOOKUPS_A_MINUTE
from bot.model import HOME, Appointment, Chat, Incoming, replace
from tests.contracts.desk_site import OTHER_TEAM, TEAM, StoppedClock, do, request_of, signed_in
from tests.contracts.test_desk import put, request
from tests.contracts.web_site import Site

DAY = 24 * 3600


async def booked(site: Site, clock: StoppedClock, day: int, team: str = TEAM, helper: str = "") -> str:
    """A visit to somebody's home in so many days; returns its code."""
    at = clock.now_ms() // 1000 + day * DAY
    chat = Chat("web", f"{team}-{day}", f"{team}-{day}")
    kept = await site.parts.caller.visits.book(
        Appointment(slot=f"{HOME}{team}/{day}", at=at, team=team, chat=chat, helper=helper), 9
    )
    assert kept
    return kept.code


async def front(client: httpx.AsyncClient, query: str = "") -> str:
    page = await client.get(f"/desk{query}")
    assert page.status_code == 200
    return html.unescape(page.text)


async def test_untaken_visits_stand_on_the_first_page_soonest_first(
    site: Site, clock: StoppedClock, hoa: httpx.AsyncClient
) -> None:
    assert "chưa ai nhận" not in await front(hoa)
    later, soon = await booked(site, clock, 3), await booked(site, clock, 1)
    taken, others = await booked(site, clock, 2, helper="lan"), await booked(site, clock, 4, OTHER_TEAM)
    page = await front(hoa)
    assert "2 hẹn đến nhà chưa ai nhận" in page
    assert re.findall(r'href="/desk/visits\?lang=vi#(X\d+)"', page) == [soon, later]
    assert taken not in page
    assert others not in page
    async with signed_in(site, "admin") as admin:
        assert "3 hẹn đến nhà chưa ai nhận" in await front(admin)


async def test_who_left_took_no_visit(site: Site, clock: StoppedClock, hoa: httpx.AsyncClient) -> None:
    code = await booked(site, clock, 1, helper="lan")
    assert code not in await front(hoa)
    await site.parts.people.retire("lan", "admin")
    assert code in await front(hoa)


async def test_who_is_away_reads_so_where_they_would_wait_for_work(site: Site, hoa: httpx.AsyncClient) -> None:
    assert "Bạn đang tạm nghỉ" not in await front(hoa)
    await site.parts.people.go("hoa", away=True)
    page = await front(hoa)
    assert "Bạn đang tạm nghỉ: không có việc mới gửi đến bạn." in page
    assert 'href="/desk/me?lang=vi#duty"' in page
    assert 'id="duty"' in (await hoa.get("/desk/me")).text


@pytest.mark.parametrize("closed", [False, True], ids=["open", "closed"])
async def test_a_code_of_another_team_is_said_to_be_theirs(
    site: Site, held: str, hoa: httpx.AsyncClient, *, closed: bool
) -> None:
    if closed:
        await do(site, "close", held, "hoa")
    async with signed_in(site, "tam") as tam:
        assert f"{held} là việc của Tổ hỗ trợ Mẫu B" in await front(tam, f"?code={held}")
        assert "Không thấy mã H0000" in await front(tam, "?code=H0000")
        opened = await tam.get(f"/desk/requests/{held}")
        assert (opened.status_code, f"{held} là việc của Tổ hỗ trợ Mẫu B" in html.unescape(opened.text)) == (404, True)
        assert "là việc của" not in html.unescape((await tam.get("/desk/requests/H0000")).text)


async def test_a_colleagues_request_is_said_to_be_theirs(site: Site, held: str) -> None:
    async with signed_in(site, "lan") as lan:
        assert f"{held}: Hoa trong tổ đang giúp" in await front(lan, f"?code={held}")
        opened = await lan.get(f"/desk/requests/{held}")
        assert (opened.status_code, f"{held}: Hoa trong tổ đang giúp" in html.unescape(opened.text)) == (404, True)


@pytest.mark.parametrize("path", ["/desk?code=X{}", "/desk/requests/{}"])
async def test_codes_cannot_be_found_out_by_guessing(site: Site, held: str, path: str) -> None:
    async with signed_in(site, "tam") as tam:
        wanted = [path.format(held if "requests" in path else 1000 + number) for number in range(LOOKUPS_A_MINUTE + 5)]
        answers = [await tam.get(each) for each in wanted]
        refused = [each for each in answers if each.status_code == 429]
        assert 0 < len(refused) <= 5
        assert "Vừa tìm nhiều mã quá" in html.unescape(refused[0].text)
        assert (await tam.get("/desk")).status_code == 200, "all the rest of the desk goes on"
    async with signed_in(site, "lan") as lan:
        assert (await lan.get("/desk?code=X1000")).status_code == 200, "nobody is refused for somebody else"


async def test_a_visits_code_leads_to_it_and_says_whose_it_is(
    site: Site, clock: StoppedClock, hoa: httpx.AsyncClient
) -> None:
    code = await booked(site, clock, 1)
    answer = await hoa.get(f"/desk?code={code.lower()}")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/desk/visits?lang=vi#{code}")
    async with signed_in(site, "tam") as tam:
        assert f"{code} là việc của Tổ hỗ trợ Mẫu B" in await front(tam, f"?code={code}")


async def test_help_that_failed_is_seen_by_the_lead_each_time(site: Site, held: str, hoa: httpx.AsyncClient) -> None:
    chat = (await request_of(site, held)).chat
    for number, helper in enumerate(("hoa", "lan")):
        await do(site, "take", held, helper)
        await do(site, "close", held, helper)
        assert (await request_of(site, held)).score == 0
        await site.parts.handle(Incoming(f"score{number}", chat, text="3"))
        again = await request_of(site, held)
        assert (again.state, again.score, helper in again.passed) == ("waiting", 3, True)
        async with signed_in(site, "minh") as minh:
            assert "Hoa" + ", Lan" * number + " đã giúp mà chưa được, cần người khác." in await front(minh)
            assert (
                "Hoa" + ", Lan" * number + " đã giúp mà chưa được, cần người khác."
                in (await minh.get(f"/desk/requests/{held}")).text
            )
    await do(site, "take", held, "minh")
    await do(site, "close", held, "minh")
    await site.parts.handle(Incoming("score", chat, text="1"))
    assert (await request_of(site, held)).score == 1
    scored = [record for _, record in await site.parts.store.records(50, "") if record.act == "scored"]
    assert [record.about for record in scored] == ["1", "3", "3"]


@pytest.mark.parametrize(("helper", "told"), [("hoa", "minh"), ("minh", "admin")])
async def test_whoever_leads_hears_that_help_failed_and_never_only_who_gave_it(
    site: Site, code: str, helper: str, told: str
) -> None:
    chats = {who: Chat("web", who, who) for who in ("minh", "admin")}
    for who, chat in chats.items():
        await site.parts.people.change(who, "admin", lambda now, chat=chat: replace(now, chats=(chat,)))  # type: ignore[misc]
    await do(site, "take", code, helper)
    await do(site, "close", code, helper)
    await site.parts.handle(Incoming("score", (await request_of(site, code)).chat, text="3"))

    async def got(who: str) -> bool:
        log = await site.parts.store.read_log(chats[who], 0)
        return any(f"{code}: người nhờ nói chưa được".encode() in entry.parcel for entry in log)

    for _ in range(100):
        await site.parts.caller.redeliver()
        if await got(told):
            break
        await asyncio.sleep(0.05)
    assert (await got("minh"), await got("admin")) == (told == "minh", told == "admin")


async def test_another_teams_request_is_theirs_also_while_its_channel_is_off(site: Site, clock: StoppedClock) -> None:
    code = await put(site, request(clock, Chat("telegram", "7", "7")))
    assert (await do(site, "take", code, "tam")).name == "not_allowed"
    assert (await do(site, "take", code, "hoa")).name == "unreachable"
