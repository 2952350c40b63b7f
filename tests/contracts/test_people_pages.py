"""The pages about people and teams: who may see and do what, and what the forms change."""

import re
from collections.abc import AsyncIterator, Iterable, Iterator

import httpx
import pytest
import pytest_asyncio
from starlette.routing import BaseRoute, Route

from api.app import create_app
from bot.desk.roster import Volunteer
from bot.model import Chat, encode
from tests.contracts.channels import CHANNELS
from tests.contracts.desk_site import (
    AS_JSON,
    OTHER_TEAM,
    TEAM,
    StoppedClock,
    join,
    running_desk,
    send,
    sign_in,
    signed_in,
)
from tests.contracts.web_site import Site

CHAT = Chat("telegram", "4412345678", "4412345678")
WEEK = {"mon": "8h-11h30, 13:30-17:00", "sat": "8-10"}


@pytest_asyncio.fixture
async def site() -> AsyncIterator[Site]:
    """A volunteer and a lead of TEAM, somebody of OTHER_TEAM, and the admin."""
    async with running_desk(StoppedClock()) as it:
        await join(it, "hoa", "Hoa", TEAM)
        await join(it, "lan", "Lan", TEAM, role="lead")
        await join(it, "minh", "Minh", OTHER_TEAM)
        await it.parts.people.link(await it.parts.people.chat_code("hoa"), CHAT, group=False)
        yield it


@pytest_asyncio.fixture
async def admin(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    async with signed_in(site) as it:
        yield it


def person(site: Site, name: str) -> Volunteer:
    found = site.parts.people.roster.person(name)
    assert found is not None
    return found


def problem(page: httpx.Response) -> str:
    assert page.status_code == 422
    found = re.search(r'id="problem" role="alert">([^<]*)</p>', page.text)
    assert found
    return found[1]


EVERYBODY, LEADS, ADMINS = {"hoa", "lan", "admin"}, {"lan", "admin"}, {"admin"}
ROUTES: list[tuple[str, str, dict[str, str], set[str]]] = [
    ("GET", "/desk/me", {}, EVERYBODY),
    ("POST", "/desk/me/away", {"away": "no"}, EVERYBODY),
    ("POST", "/desk/me/code", {}, EVERYBODY),
    ("POST", "/desk/me/unlink", {"chat": ""}, EVERYBODY),
    ("POST", "/desk/me/password", {"new": "short"}, EVERYBODY),
    ("GET", "/desk/teams", {}, LEADS),
    ("POST", "/desk/teams", {"id": "to-moi", "name": "Tổ mới"}, ADMINS),
    ("GET", f"/desk/teams/{TEAM}", {}, LEADS),
    ("POST", f"/desk/teams/{TEAM}/shifts", WEEK, LEADS),
    ("POST", f"/desk/teams/{TEAM}/members", {"add": "minh"}, LEADS),
    ("POST", f"/desk/teams/{TEAM}/code", {}, LEADS),
    ("POST", f"/desk/teams/{TEAM}/unlink", {}, LEADS),
    ("POST", f"/desk/teams/{TEAM}/purpose", {"name": "Tổ khác"}, ADMINS),
    ("GET", f"/desk/teams/{TEAM}/remove", {}, ADMINS),
    ("POST", f"/desk/teams/{TEAM}/remove", {"id": "0123456789abcdef"}, ADMINS),
    ("POST", f"/desk/teams/{TEAM}/return", {}, ADMINS),
    ("GET", f"/desk/teams/{OTHER_TEAM}", {}, ADMINS),
    ("POST", f"/desk/teams/{OTHER_TEAM}/shifts", WEEK, ADMINS),
    ("POST", f"/desk/teams/{OTHER_TEAM}/members", {"remove": "minh"}, ADMINS),
    ("POST", f"/desk/teams/{OTHER_TEAM}/code", {}, ADMINS),
    ("POST", f"/desk/teams/{OTHER_TEAM}/unlink", {}, ADMINS),
    ("POST", f"/desk/teams/{OTHER_TEAM}/purpose", {"name": "Tổ khác"}, ADMINS),
    ("GET", "/desk/teams/khong-co", {}, set()),
    ("POST", "/desk/teams/khong-co/shifts", WEEK, set()),
    ("GET", "/desk/people", {}, ADMINS),
    ("POST", "/desk/people", {"id": "moi", "name": "Mới"}, ADMINS),
    ("GET", "/desk/people/minh", {}, ADMINS),
    ("POST", "/desk/people/minh", {"name": "Minh", "role": "admin"}, ADMINS),
    ("POST", "/desk/people/minh/link", {}, ADMINS),
    ("POST", "/desk/people/minh/code", {}, ADMINS),
    ("POST", "/desk/people/minh/sessions", {}, ADMINS),
    ("POST", "/desk/people/minh/leave", {}, ADMINS),
    ("POST", "/desk/people/minh/return", {}, ADMINS),
    ("GET", "/desk/people/khong-co", {}, set()),
    ("POST", "/desk/people/khong-co/leave", {}, set()),
    ("POST", "/desk/me/sessions", {}, EVERYBODY),
]


@pytest.mark.parametrize("name", ["hoa", "lan", "admin"])
async def test_each_route_for_each_role(site: Site, name: str) -> None:
    people = site.parts.people
    async with signed_in(site, name) as client:
        client.headers.update(AS_JSON)
        for method, path, fields, allowed in ROUTES:
            before = (people.roster.people, people.roster.teams)
            answer = await (send(client, path, **fields) if method == "POST" else client.get(path))
            if name in allowed:
                assert answer.status_code in (200, 303, 422), (method, path)
            else:
                assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found"), (method, path)
                assert (people.roster.people, people.roster.teams) == before, (method, path)


async def test_no_route_is_for_strangers_or_for_foreign_forms(site: Site, admin: httpx.AsyncClient) -> None:
    before = (site.parts.people.roster.people, site.parts.people.roster.teams)
    async with site.client() as stranger:
        for method, path, fields, _ in ROUTES:
            answer = await stranger.request(method, path, data=fields or None, headers=AS_JSON)
            if method == "GET":
                assert 'id="password"' in answer.text, path
                continue
            assert (answer.status_code, answer.json()["error"]["code"]) == (401, "signed_out"), path
            forged = await admin.post(path, data=fields, headers=AS_JSON)
            assert (forged.status_code, forged.json()["error"]["code"]) == (403, "foreign_form"), path
    assert (site.parts.people.roster.people, site.parts.people.roster.teams) == before


def all_routes(routes: Iterable[BaseRoute]) -> Iterator[Route]:
    for route in routes:
        assert isinstance(route, Route), "what is included has routes of its own"
        yield route


async def test_no_route_is_left_out(site: Site) -> None:
    described = {(method, path.replace(TEAM, "{team}").replace("minh", "{volunteer}")) for method, path, *_ in ROUTES}
    served = {
        (method, route.path)
        for route in all_routes(create_app(site.parts).routes)
        if route.path.startswith(("/desk/me", "/desk/teams", "/desk/people"))
        for method in (route.methods or set()) - {"HEAD"}
    }
    assert len(served) > 20
    assert served <= described


async def test_nobody_sees_an_account_of_a_chat(site: Site, admin: httpx.AsyncClient) -> None:
    for path in ("/desk/people", "/desk/people/hoa", "/desk/teams", f"/desk/teams/{TEAM}"):
        assert CHAT.chat not in (await admin.get(path)).text, path


@pytest.mark.parametrize("channel", [channel.name for channel in CHANNELS])
async def test_everybody_sees_which_chats_are_theirs(site: Site, channel: str) -> None:
    chat = Chat(channel, "5", "5")
    await site.parts.people.link(await site.parts.people.chat_code("lan"), chat, group=False)
    async with signed_in(site, "lan") as lan:
        page = await lan.get("/desk/me")
        assert (page.status_code, f'name="chat" value="{chat.key}"' in page.text) == (200, True)
        await send(lan, "/desk/me/unlink", chat=chat.key)
        assert person(site, "lan").chats == ()


async def test_somebody_is_added(site: Site, admin: httpx.AsyncClient) -> None:
    fields = {"id": "Moi.1", "name": " Mới ", "you": "co", "role": "lead", "team": TEAM}
    answer = await send(admin, "/desk/people", **fields)
    assert answer.headers["location"] == "/desk/people/moi.1?lang=vi&done=added"
    assert person(site, "moi.1") == Volunteer("moi.1", "Mới", you="co", role="lead", teams=(TEAM,))
    assert "Đã thêm." in (await admin.get(answer.headers["location"])).text
    again = await send(admin, "/desk/people", **fields)
    assert problem(again) == "Tên này đã có rồi. Hãy chọn tên khác."
    assert 'value="moi.1"' in again.text, "what was typed is still there"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"id": "x", "name": "X"}, "Tên đăng nhập và mã tổ chỉ gồm"),
        ({"id": "ma ", "name": ""}, "Hãy ghi tên"),
        ({"id": "ma", "name": "Ma", "you": "<b>"}, "Cách xưng hô này không có."),
        ({"id": "ma", "name": "Ma", "team": "to-mau-z"}, "Có tổ không còn nữa."),
    ],
)
async def test_what_does_not_fit_is_said(admin: httpx.AsyncClient, fields: dict[str, str], said: str) -> None:
    assert problem(await send(admin, "/desk/people", **fields)).startswith(said)


OFFICES = (
    "Công an phường",
    "CÔNG-AN",
    "Anh công an",
    "Cán bộ UBND",
    "Tổ Số",
    "tổ số hỗ trợ",
    "Ngân hàng BIDV",
    "Admin",
)
REACHED = ("Tổng đài", "0912345678", "Hoa 0912", "hoa.vn", "zalo.me/hoa", "@hoa", "Hỗ trợ VNeID")


@pytest.mark.parametrize("name", [*OFFICES, *REACHED])
async def test_a_name_that_misleads_residents_is_refused(site: Site, admin: httpx.AsyncClient, name: str) -> None:
    assert problem(await send(admin, "/desk/people", id="ma", name=name)).startswith("Hãy ghi tên thật của người giúp")
    assert problem(await send(admin, "/desk/people/hoa", name=name)).startswith("Hãy ghi tên thật của người giúp")
    assert person(site, "hoa").name == "Hoa"


@pytest.mark.parametrize(
    "name", ["Nguyễn Công An", "Phương", "Bà Phương", "T. Hoa", "Hòa Bình", "Công", "Trần Thị Thu Hương", "Côn", "An"]
)
async def test_a_neighbours_name_is_taken(site: Site, admin: httpx.AsyncClient, name: str) -> None:
    assert (await send(admin, "/desk/people", id="ma", name=name)).status_code == 303
    assert person(site, "ma").name == name


async def test_who_has_such_a_name_already_can_still_be_changed_and_go(site: Site, admin: httpx.AsyncClient) -> None:
    old = Volunteer("ca", "Công an phường", teams=(TEAM,))
    assert await site.parts.store.put("people", "ca", None, encode(old))
    await site.parts.people.refresh()
    assert (await send(admin, "/desk/people/ca", name=old.name, role="lead", team=TEAM)).status_code == 303
    assert (await send(admin, "/desk/people/ca/leave")).status_code == 303
    assert not person(site, "ca").active


async def test_an_unknown_role_is_the_smallest(site: Site, admin: httpx.AsyncClient) -> None:
    await send(admin, "/desk/people", id="ma", name="Ma", role="root")
    assert person(site, "ma").role == "volunteer"


async def test_people_are_found_by_name_and_team(admin: httpx.AsyncClient) -> None:
    def listed(page: httpx.Response) -> list[str]:
        return re.findall(r'<a href="/desk/people/([\w.]+)\?', page.text)

    assert listed(await admin.get("/desk/people")) == ["hoa", "lan", "minh", "admin"]
    assert listed(await admin.get("/desk/people?q=HÓA")) == ["hoa"]
    assert listed(await admin.get("/desk/people?q=mau b")) == ["hoa", "lan"]
    assert "Không thấy ai." in (await admin.get("/desk/people?q=<i>xyz")).text


async def test_somebody_is_changed_and_leaves_and_returns(site: Site, admin: httpx.AsyncClient) -> None:
    await send(admin, "/desk/people/hoa", name="Hoà", you="chi", role="lead", team=OTHER_TEAM)
    changed = person(site, "hoa")
    assert (changed.name, changed.you, changed.role, changed.teams) == ("Hoà", "chi", "lead", (OTHER_TEAM,))
    assert changed.chats == (CHAT,)
    await send(admin, "/desk/people/hoa/leave")
    assert (person(site, "hoa").active, person(site, "hoa").chats) == (False, ())
    assert (await send(admin, "/desk/people/hoa/link")).status_code == 404, "no way in for who left"
    await send(admin, "/desk/people/hoa/return")
    assert person(site, "hoa").active
    async with site.client() as client:
        assert (await sign_in(client, name="hoa")).status_code == 401, "the old password does not return"
    assert problem(await send(admin, "/desk/people/admin/leave")) == "Tài khoản admin luôn giữ vai trò quản trị."
    acts = [record.act for _, record in reversed(await site.parts.store.records(3))]
    assert acts == ["person_changed", "person_left", "person_returned"]


async def test_nobody_returns_with_an_old_password_where_leaving_was_cut_short(
    site: Site, admin: httpx.AsyncClient
) -> None:
    async with signed_in(site, "hoa") as hoa, site.client() as client:
        assert not await site.parts.people.retire("hoa", "admin")  # and the app dies, before it drops the password
        await send(admin, "/desk/people/hoa/return")
        assert person(site, "hoa").active
        assert (await sign_in(client, name="hoa")).status_code == 401
        assert 'id="password"' in (await hoa.get("/desk/me")).text, "nor with an old visit"


async def test_returning_twice_takes_no_new_password(site: Site, admin: httpx.AsyncClient) -> None:
    await send(admin, "/desk/people/hoa/return")
    async with site.client() as client:
        assert (await sign_in(client, name="hoa")).status_code == 303


async def test_a_name_is_never_markup(site: Site, admin: httpx.AsyncClient) -> None:
    await send(admin, "/desk/people", id="ma", name="<b>Ma<i>", team=TEAM)
    for path in ("/desk/people", "/desk/people/ma", f"/desk/teams/{TEAM}"):
        page = (await admin.get(path)).text
        assert "<b>Ma<i>" not in page
        assert "&lt;b&gt;Ma" in page
