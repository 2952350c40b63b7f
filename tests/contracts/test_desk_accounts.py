"""Accounts of the desk: names, roles, links that sign in once, locks, and one's own page."""

import re
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from api.app import create_app
from api.auth.passwords import WRONG_PER_MINUTE
from bot.desk.authentication import LOCK_SECONDS, MOST_WRONG
from bot.desk.desk_sessions import SESSION_SECONDS
from bot.desk.people import SIGN_IN_SECONDS
from bot.model import Chat, replace
from tests.contracts.desk_site import PASSWORD, TEAM, StoppedClock, join, running_desk, send, sign_in, signed_in
from tests.contracts.web_site import Site, serving
from tests.patience import PATIENCE
from tests.setting import parts_of

NEW = "một câu thật dễ nhớ"
COMMON = (
    "Mật khẩu này dễ đoán: kẻ gian hay thử trước những từ nhiều người dùng, tên, ngày sinh, số điện thoại."
    " Hãy viết bốn, năm từ không liên quan nhau, thành một câu chỉ bạn nghĩ ra."
)
CHAT = Chat("telegram", "77", "77")


@pytest_asyncio.fixture
async def site(clock: StoppedClock) -> AsyncIterator[Site]:
    async with running_desk(clock) as it:
        await join(it, "hoa.b", "Hoa", TEAM)
        yield it


@pytest_asyncio.fixture
async def client(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    async with site.client() as it:
        yield it


@pytest_asyncio.fixture
async def hoa(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    async with signed_in(site, "hoa.b") as it:
        yield it


async def is_in(client: httpx.AsyncClient) -> bool:
    page = await client.get("/desk/me")
    assert page.status_code == 200
    return 'id="duty"' in page.text


def status_of(page: httpx.Response) -> str:
    """What a page says in answer to a form."""
    found = re.search(r'<p class="note (?:problem|done)"[^>]*>([^<]*)</p>', page.text)
    return found[1] if found else ""


async def link_token(site: Site) -> str:
    return (await site.parts.people.sign_in_link("hoa.b", site=site.address)).rpartition("/")[2]


@pytest.mark.parametrize("name", ["hoa.b", " Hoa.B ", "HOA.B", "ｈｏａ．ｂ"])
async def test_the_name_is_known_as_phones_write_it(client: httpx.AsyncClient, name: str) -> None:
    assert (await sign_in(client, name=name)).headers["location"] == "/desk?lang=vi"
    assert "Hoa" in (await client.get("/desk/me")).text


async def test_a_password_is_right_for_its_owner_alone(site: Site, client: httpx.AsyncClient) -> None:
    await site.parts.accounts.set_password("hoa.b", NEW)
    for name in ("admin", "nobody", "", "hoa"):
        answer = await sign_in(client, NEW, name)
        assert answer.status_code == 401, name
    assert (await sign_in(client, NEW, "hoa.b")).status_code == 303


async def test_a_typed_name_comes_back_and_is_never_markup(client: httpx.AsyncClient) -> None:
    assert 'value="hoa.b"' in (await sign_in(client, "wrong", "hoa.b")).text
    assert '"><b>' not in (await sign_in(client, "wrong", '"><b>')).text


async def test_after_ten_wrong_ones_the_account_is_locked(
    site: Site, clock: StoppedClock, client: httpx.AsyncClient
) -> None:
    for number in range(MOST_WRONG):
        assert (await sign_in(client, "wrong", "hoa.b")).status_code == 401, number
        clock.move(60 / WRONG_PER_MINUTE)
    locked = await sign_in(client, name="hoa.b")
    assert locked.status_code == 429, "also for the right password"
    assert "Tài khoản này tạm khóa" in locked.text
    assert "sau 15 phút" in locked.text
    assert int(locked.headers["retry-after"]) == LOCK_SECONDS - 60 / WRONG_PER_MINUTE
    assert [record.act for _, record in await site.parts.store.records(1)] == ["locked"]
    assert (await sign_in(client)).status_code == 303, "others are not"
    clock.move(LOCK_SECONDS)
    assert (await sign_in(client, name="hoa.b")).status_code == 303


async def test_the_right_password_forgets_the_wrong_ones(clock: StoppedClock, client: httpx.AsyncClient) -> None:
    for _ in range(3):
        for _ in range(MOST_WRONG - 1):
            await sign_in(client, "wrong", "hoa.b")
            clock.move(60 / WRONG_PER_MINUTE)
        assert (await sign_in(client, name="hoa.b")).status_code == 303


async def test_a_lock_does_not_keep_a_link_out(site: Site, clock: StoppedClock, client: httpx.AsyncClient) -> None:
    for _ in range(MOST_WRONG):
        await sign_in(client, "wrong", "hoa.b")
        clock.move(60 / WRONG_PER_MINUTE)
    assert (await client.post(f"/desk/in/{await link_token(site)}")).status_code == 303
    assert await is_in(client)


async def test_looking_at_a_link_uses_nothing_up(site: Site, client: httpx.AsyncClient) -> None:
    path = f"/desk/in/{await link_token(site)}"
    for method in ("GET", "HEAD", "GET"):
        shown = await client.request(method, path)
        assert (shown.status_code, shown.headers["cache-control"]) == (200, "no-store")
        assert "set-cookie" not in shown.headers
    assert not await is_in(client)
    entered = await client.post(path, headers={"origin": site.address})
    assert (entered.status_code, entered.headers["location"]) == (303, "/desk?lang=vi")
    assert await is_in(client)


async def test_a_link_works_once_and_soon(site: Site, clock: StoppedClock, client: httpx.AsyncClient) -> None:
    used = await link_token(site)
    assert (await client.post(f"/desk/in/{used}")).status_code == 303
    client.cookies.clear()
    late = await link_token(site)
    for token in (used, "x" * 32, "%20"):
        answer = await client.post(f"/desk/in/{token}")
        assert (answer.status_code, "Đường dẫn này đã dùng rồi" in answer.text) == (401, True), token
    clock.move(SIGN_IN_SECONDS)
    assert (await client.post(f"/desk/in/{late}")).status_code == 401
    assert not await is_in(client)


async def test_a_newer_link_ends_the_older_one(site: Site, client: httpx.AsyncClient) -> None:
    older, newer = await link_token(site), await link_token(site)
    other = await site.parts.people.sign_in_link("admin", site=site.address)
    assert (await client.post(f"/desk/in/{older}")).status_code == 401
    assert (await client.post(f"/desk/in/{newer}")).status_code == 303
    assert (await client.post(other)).status_code == 303, "others' links are theirs"


async def test_one_signs_out_everywhere(site: Site, hoa: httpx.AsyncClient) -> None:
    async with signed_in(site, "hoa.b") as elsewhere, signed_in(site) as admin:
        assert "Bạn đang đăng nhập ở 2 nơi, tính cả đây." in (await hoa.get("/desk/me")).text
        assert (await send(hoa, "/desk/me/sessions")).status_code == 303
        assert (await is_in(hoa), await is_in(elsewhere), await is_in(admin)) == (False, False, True)
        assert [(each.act, each.about) for _, each in await site.parts.store.records(1)] == [
            ("sessions_ended", "hoa.b")
        ]


async def test_an_admin_signs_somebody_out_on_every_worker(
    site: Site, clock: StoppedClock, hoa: httpx.AsyncClient
) -> None:
    other = parts_of(site.parts.settings, site.parts.store, site.parts.content, clock)
    async with serving(create_app(other)) as (address, _), signed_in(site) as admin:
        async with httpx.AsyncClient(base_url=address, timeout=PATIENCE, cookies=dict(hoa.cookies)) as there:
            assert await is_in(there)
            assert "Đang đăng nhập ở 1 nơi." in (await admin.get("/desk/people/hoa.b")).text
            answer = await send(admin, "/desk/people/hoa.b/sessions")
            assert answer.headers["location"] == "/desk/people/hoa.b?lang=vi&done=sessions"
            assert (await is_in(there), await is_in(hoa), await is_in(admin)) == (False, False, True)
        assert (await sign_in(hoa, name="hoa.b")).status_code == 303, "the password stays"


async def test_another_site_cannot_press_the_button(site: Site, client: httpx.AsyncClient) -> None:
    path = f"/desk/in/{await link_token(site)}"
    for headers in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}):
        assert (await client.post(path, headers=headers)).status_code == 403
    assert (await client.post(path)).status_code == 303, "it was not used up"


@pytest.mark.parametrize("change", ["role", "left", "password", "dropped", "late"])
async def test_a_visit_ends_with_what_it_was_for(
    site: Site, clock: StoppedClock, hoa: httpx.AsyncClient, change: str
) -> None:
    assert await is_in(hoa)
    people, accounts = site.parts.people, site.parts.accounts
    await people.go("hoa.b", away=True)
    await people.change("hoa.b", "admin", lambda who: replace(who, name="Hòa", teams=()))
    assert await is_in(hoa), "another name, team or state ends nothing"
    match change:
        case "role":
            await people.change("hoa.b", "admin", lambda who: replace(who, role="lead"))
        case "left":
            await people.retire("hoa.b", "admin")
        case "password":
            await accounts.set_password("hoa.b", NEW)
        case "dropped":
            await accounts.drop_password("hoa.b")
        case "late":
            clock.move(SESSION_SECONDS)
    assert not await is_in(hoa)
    assert (await hoa.post("/desk/me/away", data={"away": "yes"})).status_code == 401


async def test_another_worker_knows_at_once(site: Site, clock: StoppedClock) -> None:
    other = parts_of(site.parts.settings, site.parts.store, site.parts.content, clock)
    async with serving(create_app(other)) as (address, _):
        await join(site, "mai", "Mai", TEAM)
        async with httpx.AsyncClient(base_url=address, timeout=PATIENCE) as client:
            assert (await client.post(f"/desk/in/{await link_token(site)}")).status_code == 303
            assert (await sign_in(client, name="mai")).status_code == 303
            assert await is_in(client)
            await site.parts.people.retire("mai", "admin")
            assert not await is_in(client)
            assert (await sign_in(client, name="mai")).status_code == 401


async def test_who_left_cannot_sign_in(site: Site, client: httpx.AsyncClient) -> None:
    await site.parts.people.retire("hoa.b", "admin")
    assert (await sign_in(client, name="hoa.b")).status_code == 401


async def test_away_and_back(site: Site, hoa: httpx.AsyncClient) -> None:
    for away, word in (("yes", "away"), ("no", "back")):
        answer = await send(hoa, "/desk/me/away", away=away)
        assert answer.headers["location"] == f"/desk/me?lang=vi&done={word}"
        person = site.parts.people.roster.person("hoa.b")
        assert person is not None
        assert person.away == (away == "yes")
        assert [record.act for _, record in await site.parts.store.records(1)] == [word]


async def test_a_code_from_the_page_links_a_chat(site: Site, hoa: httpx.AsyncClient) -> None:
    page = (await send(hoa, "/desk/me/code")).text
    found = re.search(r'<p class="code">([a-z2-9-]{9})</p>', page)
    assert found
    assert await site.parts.people.link(found[1], CHAT, group=False) == "hoa.b"
    mine = (await hoa.get("/desk/me")).text
    assert "Telegram" in mine
    await send(hoa, "/desk/me/unlink", chat="telegram:1")
    assert "Telegram" in (await hoa.get("/desk/me")).text, "another chat than one's own changes nothing"
    await send(hoa, "/desk/me/unlink", chat=CHAT.key)
    assert "Telegram" not in (await hoa.get("/desk/me")).text


async def test_changing_the_password_ends_all_other_visits(site: Site, hoa: httpx.AsyncClient) -> None:
    async with signed_in(site, "hoa.b") as elsewhere:
        answer = await send(hoa, "/desk/me/password", old=PASSWORD, new=NEW)
        assert answer.headers["location"] == "/desk/me?lang=vi&done=password"
        assert (await is_in(hoa), await is_in(elsewhere)) == (True, False)
        assert (await sign_in(elsewhere, PASSWORD, "hoa.b")).status_code == 401
        assert (await sign_in(elsewhere, NEW, "hoa.b")).status_code == 303


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("wrong", NEW, "Mật khẩu đang dùng chưa đúng."),
        ("", NEW, "Mật khẩu đang dùng chưa đúng."),
        (PASSWORD, "short", "Mật khẩu cần từ 8 đến 256 ký tự."),
        (PASSWORD, " " * 20, "Mật khẩu cần từ 8 đến 256 ký tự."),
        (PASSWORD, "x" * 257, "Mật khẩu cần từ 8 đến 256 ký tự."),
        *((PASSWORD, new, COMMON) for new in ("12345678", "Password1", "Hoa.b-2026", "phường mẫu 2026", "aaaaaaaaaa")),
        *((PASSWORD, new, COMMON) for new in ("Hanoi@2024", "0912345678", "1hoa.b42x", "matkhaucuatoi")),
    ],
)
async def test_a_password_is_not_changed_so(hoa: httpx.AsyncClient, old: str, new: str, said: str) -> None:
    answer = await send(hoa, "/desk/me/password", old=old, new=new)
    assert (answer.status_code, status_of(answer)) == (422, said)
    assert (await sign_in(hoa, name="hoa.b")).status_code == 303


async def test_guessing_the_old_password_locks_too(clock: StoppedClock, hoa: httpx.AsyncClient) -> None:
    for _ in range(MOST_WRONG):
        await send(hoa, "/desk/me/password", old="wrong", new=NEW)
    answer = await send(hoa, "/desk/me/password", old=PASSWORD, new=NEW)
    assert "Tài khoản tạm khóa" in status_of(answer)


async def test_an_invitation_leads_to_a_first_password(site: Site, client: httpx.AsyncClient) -> None:
    async with signed_in(site) as admin:
        page = (await send(admin, "/desk/people/hoa.b/link")).text
    found = re.search(r'<p class="code">([^<]+)</p>', page)
    assert found
    assert found[1].startswith(f"{site.address}/desk/in/")
    assert (await sign_in(client, name="hoa.b")).status_code == 401, "the old password ended"
    entered = await client.post(found[1])
    assert entered.headers["location"] == "/desk/me?lang=vi"
    assert "Bạn chưa có mật khẩu." in (await client.get("/desk/me")).text
    assert (await send(client, "/desk/me/password", new=NEW)).status_code == 303
    assert "Bạn chưa có mật khẩu." not in (await client.get("/desk/me")).text
    async with site.client() as later:
        assert (await sign_in(later, NEW, "hoa.b")).status_code == 303
