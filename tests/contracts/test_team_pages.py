"""The pages about teams: their hours, their people, what they are for, and what becomes of one that is removed."""

import re
from collections.abc import AsyncIterator
from datetime import date

import httpx
import pytest
import pytest_asyncio

from bot.desk.roster import Team
from bot.model import Chat
from bot.model.hours import Span
from tests.contracts.desk_site import (
    ASK,
    OTHER_TEAM,
    TEAM,
    TO_STUCK,
    StoppedClock,
    close,
    do,
    join,
    request_of,
    running_desk,
    say,
    send,
    signed_in,
)
from tests.contracts.test_desk import words
from tests.contracts.test_people_pages import WEEK, person, problem
from tests.contracts.test_visit_pages import resident
from tests.contracts.web_site import Site

ASKS_OTHER = (*TO_STUCK, "gap nguoi", "1")
"""Asks for a person, from a residential group of OTHER_TEAM."""


@pytest_asyncio.fixture
async def site() -> AsyncIterator[Site]:
    """Lan leads TEAM, Minh is of OTHER_TEAM."""
    async with running_desk(StoppedClock()) as it:
        await join(it, "lan", "Lan", TEAM, role="lead", password="")
        await join(it, "minh", "Minh", OTHER_TEAM, password="")
        yield it


@pytest_asyncio.fixture
async def admin(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    async with signed_in(site) as it:
        yield it


def team(site: Site, name: str = TEAM) -> Team:
    return site.parts.people.roster.team(name)


def there(site: Site) -> list[str]:
    return [each.id for each in site.parts.people.roster.teams]


async def test_a_lead_changes_shifts_and_days_off(site: Site) -> None:
    async with signed_in(site, "lan") as lan:
        answer = await send(lan, f"/desk/teams/{TEAM}/shifts", **WEEK, days_off="5/2/2027-7/2/2027", offer="turn")
        assert answer.headers["location"] == f"/desk/teams/{TEAM}?lang=vi&done=saved"
        changed = team(site)
        assert changed.hours == (Span(("sat",), 480, 600), Span(("mon",), 480, 690), Span(("mon",), 810, 1020))
        assert changed.holidays == frozenset(date(2027, 2, day) for day in (5, 6, 7))
        assert changed.offer == "turn"
        page = (await lan.get(f"/desk/teams/{TEAM}")).text
        assert 'value="8:00-11:30, 13:30-17:00"' in page
        assert "5/2/2027-7/2/2027</textarea>" in page
        await send(lan, f"/desk/teams/{TEAM}/shifts", wards_hours="yes", wards_days_off="yes", **WEEK)
        assert (team(site).hours, team(site).holidays) == ((), None)
        for fields, said in (
            ({"tue": "sáng"}, "Chưa đọc được giờ của thứ Ba."),
            ({"days_off": "mai"}, "Chưa đọc được ngày nghỉ «mai»."),
        ):
            wrong = await send(lan, f"/desk/teams/{TEAM}/shifts", **fields)
            assert problem(wrong).startswith(said)
            assert f'value="{fields.get("tue", "")}"' in wrong.text or "mai</textarea>" in wrong.text
        assert "Tổ nhận việc gì" not in page, "what a team is for is the admin's"


async def test_members_come_and_go(site: Site) -> None:
    path = f"/desk/teams/{TEAM}/members"
    await join(site, "moi", "Mới", password="")
    async with signed_in(site, "lan") as lan:
        await send(lan, path, add="Moi")
        assert person(site, "moi").teams == (TEAM,)
        assert (await send(lan, path, add="moi")).status_code == 303, "twice is once"
        await send(lan, path, remove="moi")
        assert person(site, "moi").teams == ()
        assert problem(await send(lan, path, add="ai")).startswith("Không thấy người này.")


async def test_what_concerns_two_teams_or_two_leads_an_admin_decides(site: Site, admin: httpx.AsyncClient) -> None:
    path = f"/desk/teams/{TEAM}/members"
    await join(site, "tu", "Tú", TEAM, role="lead", password="")
    await join(site, "ba", "Ba", role="lead", password="")
    async with signed_in(site, "lan") as lan:
        for fields in ({"add": "minh"}, {"add": "ba"}, {"add": "admin"}, {"remove": "tu"}):
            assert problem(await send(lan, path, **fields)).startswith("Việc này cần người quản trị"), fields
        assert [person(site, who).teams for who in ("minh", "ba", "admin", "tu")] == [(OTHER_TEAM,), (), (), (TEAM,)]
        await send(admin, path, add="minh")
        await send(admin, path, remove="tu")
        assert (person(site, "minh").teams, person(site, "tu").teams) == ((OTHER_TEAM, TEAM), ())
        await send(lan, path, remove="minh")
        assert person(site, "minh").teams == (OTHER_TEAM,), "out of their own team leads let volunteers go"
        await send(lan, path, remove="lan")
        assert person(site, "lan").teams == (), "oneself, too"


async def test_an_admin_says_what_a_team_is_for(site: Site, admin: httpx.AsyncClient) -> None:
    path = f"/desk/teams/{OTHER_TEAM}/purpose"
    await send(admin, path, name="Tổ Mẫu A (mẫu)", groups="tổ 3, Mẫu 4", topic="vneid", language="vi")
    changed = team(site, OTHER_TEAM)
    assert (changed.name, changed.groups) == ("Tổ Mẫu A (mẫu)", ("mau-3", "mau-4"))
    assert (changed.topics, changed.languages) == (("vneid",), ("vi",))
    assert problem(await send(admin, path, name="A", groups="tổ 9")) == "Không thấy tổ dân phố «tổ 9»."
    only = await send(admin, f"/desk/teams/{TEAM}/purpose", name="B", groups="4")
    assert problem(only).startswith("Phải có ít nhất một tổ")


async def test_a_team_is_added(site: Site, admin: httpx.AsyncClient) -> None:
    answer = await send(admin, "/desk/teams", id="to-moi", name="Tổ mới")
    assert answer.headers["location"] == "/desk/teams/to-moi?lang=vi&done=added"
    assert team(site, "to-moi").name == "Tổ mới"
    for id_, said in (("to-moi", "Tên này đã có rồi."), ("Tổ", "Tên đăng nhập và mã tổ")):
        assert problem(await send(admin, "/desk/teams", id=id_, name="Tổ")).startswith(said)


async def test_the_desk_says_that_a_teams_group_is_lost_and_what_to_do(site: Site) -> None:
    group = Chat("web", "5", "5")
    people = site.parts.people
    async with signed_in(site, "lan") as lan:
        await people.link(await people.group_code(TEAM), group, group=True)
        assert "không nhận được tin nữa" not in (await lan.get("/desk")).text
        await people.note_group(group, lost=True)
        desk, page = (await lan.get("/desk")).text, (await lan.get(f"/desk/teams/{TEAM}")).text
        assert f"Nhóm chat của {team(site).name} không nhận được tin nữa." in desk
        assert f'href="/desk/teams/{TEAM}?lang=vi#group"' in desk
        assert "thêm bot vào nhóm" in page
        await people.note_group(group, lost=False)
        assert "không nhận được tin nữa" not in (await lan.get("/desk")).text
        await people.note_group(group, lost=True)
        await people.link(await people.group_code(TEAM), group, group=True)
        assert "Đã nối một nhóm chat." in (await lan.get(f"/desk/teams/{TEAM}")).text


async def test_a_groups_chat_is_linked_by_a_code(site: Site) -> None:
    async with signed_in(site, "lan") as lan:
        page = (await send(lan, f"/desk/teams/{TEAM}/code")).text
        found = re.search(r'<p class="code">([a-z2-9-]{9})</p>', page)
        assert found
        assert await site.parts.people.link(found[1], Chat("web", "5", "9"), group=True) == TEAM
        assert "Đã nối một nhóm chat." in (await lan.get(f"/desk/teams/{TEAM}")).text
        await send(lan, f"/desk/teams/{TEAM}/unlink")
        assert team(site).chat is None


@pytest.mark.parametrize("written", ["7 giờ 30 - 11 giờ", "7h30-11h", "7g30 đến 11g", "7:30 – 11:00"])
async def test_hours_are_read_as_people_write_them(site: Site, admin: httpx.AsyncClient, written: str) -> None:
    await send(admin, f"/desk/teams/{TEAM}/shifts", mon=written, tue="nghỉ", wards_days_off="yes")
    assert team(site).hours == (Span(("mon",), 450, 660),)


async def test_shifts_of_its_own_begin_as_the_wards(admin: httpx.AsyncClient) -> None:
    page = (await admin.get(f"/desk/teams/{TEAM}")).text
    assert 'name="mon" value="8:00-11:30, 13:30-17:00"' in page
    assert "30/4/2027-1/5/2027" in re.findall(r'<textarea id="days_off"[^>]*>([^<]*)<', page)[0]
    assert "Thứ Hai – Thứ Sáu: 8:00‑11:30, 13:30‑17:00 Thứ Bảy: 8:00‑11:30" in words(page)


async def test_what_was_typed_about_a_team_stays(admin: httpx.AsyncClient) -> None:
    path = f"/desk/teams/{OTHER_TEAM}/purpose"
    page = (await send(admin, path, name="Tổ Ba", groups="tổ 3, tổ 99", topic="vneid", language="en")).text
    assert 'value="Tổ Ba"' in page
    assert ">tổ 3, tổ 99</textarea>" in page
    assert re.findall(r'name="(?:topic|language)" value="(\w+)" checked', page) == ["vneid", "en"]
    assert 'value="Tổ Ba"' in (await send(admin, "/desk/teams", id="Không", name="Tổ Ba")).text
    assert 'value="ai.do"' in (await send(admin, f"/desk/teams/{TEAM}/members", add="ai.do")).text


async def remove(client: httpx.AsyncClient, name: str, heir: str = "") -> httpx.Response:
    return await send(client, f"/desk/teams/{name}/remove", heir=heir)


async def test_a_team_is_removed_and_comes_back(site: Site, admin: httpx.AsyncClient) -> None:
    await site.parts.people.link(
        await site.parts.people.group_code(OTHER_TEAM), Chat("telegram", "-5", "9"), group=True
    )
    question = words((await admin.get(f"/desk/teams/{OTHER_TEAM}/remove")).text)
    assert "1 thành viên không còn ở tổ này." in question
    assert "Nhóm chat của tổ không nhận việc nữa." in question
    answer = await remove(admin, OTHER_TEAM)
    assert answer.headers["location"] == "/desk/teams?lang=vi&done=removed"
    assert (there(site), person(site, "minh").teams) == ([TEAM], ())
    assert "Đã xóa tổ." in (await admin.get(answer.headers["location"])).text
    assert (await admin.get(f"/desk/teams/{OTHER_TEAM}")).status_code == 404
    assert problem(await send(admin, "/desk/teams", id=OTHER_TEAM, name="Tổ")).startswith("Tên này đã có rồi.")
    assert "Người trực xóa tổ Tổ hỗ trợ Mẫu A" in words((await admin.get("/desk/record")).text)
    await site.parts.people.go("minh", away=True)
    await send(admin, f"/desk/teams/{OTHER_TEAM}/return")
    assert (there(site), person(site, "minh").teams) == ([OTHER_TEAM, TEAM], (OTHER_TEAM,))
    assert person(site, "minh").away
    assert team(site, OTHER_TEAM).groups, "it is for what it was for"
    assert team(site, OTHER_TEAM).chat is None
    acts = [record.act for _, record in await site.parts.store.records(3)]
    assert acts == ["team_returned", "away", "team_removed"]


async def test_who_waits_goes_on_to_another_team_at_their_place(site: Site, admin: httpx.AsyncClient) -> None:
    codes = [await say(site, ASKS_OTHER) for _ in range(2)]
    opened = [(await request_of(site, code)).opened_at for code in codes]
    assert "2 người đang chờ tổ này." in (await admin.get(f"/desk/teams/{OTHER_TEAM}/remove")).text
    for heir in ("", "khong-co", OTHER_TEAM):
        assert problem(await remove(admin, OTHER_TEAM, heir)).startswith("Chưa xóa được")
    assert OTHER_TEAM in there(site)
    assert (await remove(admin, OTHER_TEAM, TEAM)).status_code == 303
    moved = [await request_of(site, code) for code in codes]
    assert [(each.team, each.state, each.opened_at) for each in moved] == [(TEAM, "waiting", at) for at in opened]
    assert (await request_of(site, await say(site, ASKS_OTHER))).team == TEAM


async def test_a_team_that_helps_somebody_stays(site: Site, admin: httpx.AsyncClient) -> None:
    code = await say(site, ASKS_OTHER)
    waits = await say(site, ASKS_OTHER)
    await do(site, "take", code, "minh")
    assert "Tổ đang giúp 1 người." in (await admin.get(f"/desk/teams/{OTHER_TEAM}/remove")).text
    assert problem(await remove(admin, OTHER_TEAM, TEAM)).startswith("Chưa xóa được")
    assert (await request_of(site, code)).holder == "minh"
    assert (await request_of(site, waits)).team == OTHER_TEAM, "nobody is moved for nothing"
    await close(site, code)
    assert (await remove(admin, OTHER_TEAM, TEAM)).status_code == 303


async def test_a_team_that_is_expected_somewhere_stays(site: Site, admin: httpx.AsyncClient) -> None:
    await resident(site)
    await send(admin, "/desk/teams", id="to-moi", name="Tổ mới")
    assert "Tổ còn 1 lịch hẹn." in (await admin.get(f"/desk/teams/{TEAM}/remove")).text
    assert problem(await remove(admin, TEAM)).startswith("Chưa xóa được")


async def test_the_last_team_that_takes_everything_stays(site: Site, admin: httpx.AsyncClient) -> None:
    code = await say(site, (*TO_STUCK, *ASK))
    assert "Chưa xóa được tổ này: chỉ có tổ này nhận" in (await admin.get(f"/desk/teams/{TEAM}/remove")).text
    assert problem(await remove(admin, TEAM, OTHER_TEAM)).startswith("Phải có ít nhất một tổ")
    assert (there(site), (await request_of(site, code)).team) == ([OTHER_TEAM, TEAM], TEAM)


async def test_an_admin_reads_what_the_wards_file_does_not_say(site: Site, admin: httpx.AsyncClient) -> None:
    page = words((await admin.get("/desk/teams?lang=vi")).text)
    assert "Tệp của phường còn thiếu" in page
    assert "Giờ làm việc của công an phường" in page
    assert "Giờ làm việc của bộ phận một cửa" not in page
    async with signed_in(site, "lan") as lead:
        assert "Tệp của phường còn thiếu" not in words((await lead.get("/desk/teams?lang=vi")).text)


@pytest.mark.parametrize(
    ("path", "entry", "how"),
    [
        ("/desk/teams", "/desk/teams", "page"),
        (f"/desk/teams/{TEAM}", "/desk/teams", "true"),
        ("/desk/people/lan", "/desk/people", "true"),
        ("/desk/pictures/sim", "/desk/pictures", "true"),
    ],
)
async def test_the_menu_says_where_one_is(admin: httpx.AsyncClient, path: str, entry: str, how: str) -> None:
    page = (await admin.get(path)).text
    assert re.findall(r'<a href="([^"?]+)[^>]*aria-current="(\w+)"', page) == [(entry, how)]
