"""Signing in to the desk: who gets in, for how long, and from where."""

import asyncio
import re
from collections.abc import AsyncIterator
from unicodedata import normalize

import httpx
import pytest
import pytest_asyncio

from api.auth.passwords import WRONG_PER_MINUTE
from api.auth.sessions import COOKIE
from api.middleware import SECURITY_HEADERS
from bot.desk.desk_sessions import SESSION_SECONDS, SESSIONS_EACH
from bot.settings import Settings
from tests.contracts.desk_site import AS_JSON, PASSWORD, StoppedClock, running_desk, sign_in
from tests.contracts.web_site import Site

NEW_PASSWORD = "một mật khẩu khác"
SECONDS_A_TRY = 60 / WRONG_PER_MINUTE


@pytest_asyncio.fixture
async def site(clock: StoppedClock) -> AsyncIterator[Site]:
    async with running_desk(clock) as it:
        yield it


@pytest_asyncio.fixture
async def client(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    async with site.client() as it:
        yield it


@pytest_asyncio.fixture
async def desk(client: httpx.AsyncClient) -> httpx.AsyncClient:
    """A client that signed in."""
    assert (await sign_in(client)).status_code == 303
    return client


async def signed_in(client: httpx.AsyncClient) -> bool:
    page = await client.get("/desk")
    assert page.status_code == 200
    assert ('id="queue"' in page.text) != ('id="password"' in page.text)
    return 'id="queue"' in page.text


async def proof(client: httpx.AsyncClient) -> str:
    """What the forms of the signed-in page carry."""
    found = re.search(r'name="proof" value="(\w+)"', (await client.get("/desk")).text)
    assert found
    return found[1]


async def test_the_right_password_opens_the_desk(client: httpx.AsyncClient) -> None:
    assert not await signed_in(client)
    answer = await sign_in(client)
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk?lang=vi")
    cookie = answer.headers["set-cookie"].lower()
    assert f"max-age={SESSION_SECONDS}" in cookie
    assert all(part in cookie for part in ("httponly", "samesite=strict", "path=/desk"))
    assert "secure" not in cookie
    assert await signed_in(client)


@pytest.mark.parametrize("typed", [f" {PASSWORD}\n", normalize("NFD", PASSWORD)], ids=["spaces", "marks apart"])
async def test_how_a_keyboard_spells_it_does_not_matter(client: httpx.AsyncClient, typed: str) -> None:
    assert (await sign_in(client, typed)).status_code == 303


@pytest.mark.parametrize("typed", ["", "x", PASSWORD + "x", PASSWORD.upper(), "x" * 10_000, "\x00", "💥"])
async def test_a_wrong_password_does_not(client: httpx.AsyncClient, typed: str) -> None:
    answer = await sign_in(client, typed)
    assert answer.status_code == 401
    assert "Tên hoặc mật khẩu chưa đúng." in answer.text
    assert "set-cookie" not in answer.headers
    assert typed not in answer.text or len(typed) < 2
    assert not await signed_in(client)


async def test_nobody_gets_in_where_there_is_no_password(clock: StoppedClock) -> None:
    async with running_desk(clock, Settings()) as site, site.client() as client:
        for typed in ("", "admin", PASSWORD):
            assert (await sign_in(client, typed)).status_code == 401


async def test_after_five_wrong_ones_one_has_to_wait(
    site: Site, clock: StoppedClock, client: httpx.AsyncClient
) -> None:
    for _ in range(WRONG_PER_MINUTE):
        assert (await sign_in(client, "wrong")).status_code == 401
    held = await sign_in(client)
    assert held.status_code == 429, "also the right one, or guessing goes on"
    assert held.headers["retry-after"] == f"{SECONDS_A_TRY:.0f}"
    assert f"Hãy chờ {SECONDS_A_TRY:.0f} giây rồi thử lại." in held.text
    clock.move(SECONDS_A_TRY - 1)
    assert (await sign_in(client)).status_code == 429
    clock.move(1)
    assert (await sign_in(client)).status_code == 303
    numbers = (await client.get("/metrics")).text
    for result, count in (("right", 1), ("wrong", WRONG_PER_MINUTE), ("held", 2)):
        assert f'toso_sign_ins_total{{result="{result}"}} {count}.0' in numbers


async def test_many_tries_at_once_are_no_more_than_five(client: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(*(sign_in(client, f"guess {number}") for number in range(20)))
    assert sorted(answer.status_code for answer in answers) == [401] * WRONG_PER_MINUTE + [429] * 15


async def test_a_visit_ends_after_twelve_hours(clock: StoppedClock, desk: httpx.AsyncClient) -> None:
    clock.move(SESSION_SECONDS - 1)
    assert await signed_in(desk)
    clock.move(1)
    assert not await signed_in(desk)


async def test_a_forged_cookie_opens_nothing(site: Site, desk: httpx.AsyncClient) -> None:
    token = desk.cookies[COOKIE]
    desk.cookies.clear()
    (kept,) = (row for row in (await site.parts.store.rows("desk-sessions"))[1] if row)
    for cookie in (token[:-1], token + "A", token.swapcase(), "x" * len(token), kept, "..", "admin", "ấ"):
        page = await desk.get("/desk", headers=[(b"cookie", f"{COOKIE}={cookie}".encode())])
        assert 'id="password"' in page.text, cookie


async def test_another_password_ends_every_visit(site: Site, clock: StoppedClock, desk: httpx.AsyncClient) -> None:
    await site.parts.accounts.prepare(PASSWORD)
    assert await signed_in(desk), "the same password changes nothing"
    await site.parts.accounts.prepare(NEW_PASSWORD)
    assert not await signed_in(desk)
    assert (await sign_in(desk)).status_code == 401
    assert (await sign_in(desk, NEW_PASSWORD)).status_code == 303


async def test_signing_out(desk: httpx.AsyncClient) -> None:
    answer = await desk.post("/desk/sign-out", data={"proof": await proof(desk)})
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk?lang=vi")
    assert COOKIE not in desk.cookies
    assert not await signed_in(desk)


async def test_a_cookie_that_was_copied_is_dead_after_signing_out(site: Site, desk: httpx.AsyncClient) -> None:
    async with site.client() as thief:
        thief.cookies.set(COOKIE, desk.cookies[COOKIE])
        assert await signed_in(thief)
        await desk.post("/desk/sign-out", data={"proof": await proof(desk)})
        assert not await signed_in(thief)


async def test_no_token_is_kept(site: Site, desk: httpx.AsyncClient) -> None:
    assert desk.cookies[COOKIE] not in repr(await site.parts.store.rows("desk-sessions"))


async def test_sessions_do_not_pile_up(site: Site, clock: StoppedClock, desk: httpx.AsyncClient) -> None:
    for _ in range(SESSIONS_EACH + 3):
        clock.move(60)
        async with site.client() as other:
            await sign_in(other)
    assert len((await site.parts.store.rows("desk-sessions"))[1]) == SESSIONS_EACH
    assert not await signed_in(desk), "the oldest one ended"
    clock.move(SESSION_SECONDS)
    await sign_in(desk)
    assert len((await site.parts.store.rows("desk-sessions"))[1]) == 1, "what ran out is not kept"


@pytest.mark.parametrize("fields", [{}, {"proof": ""}, {"proof": "0" * 64}, {"proof": "ấ"}])
async def test_a_form_without_its_proof_does_nothing(desk: httpx.AsyncClient, fields: dict[str, str]) -> None:
    answer = await desk.post("/desk/sign-out", data=fields, headers=AS_JSON)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "foreign_form")
    assert await signed_in(desk)


async def test_the_proof_of_one_visit_is_none_for_another(site: Site, desk: httpx.AsyncClient) -> None:
    async with site.client() as other:
        await sign_in(other)
        assert (await desk.post("/desk/sign-out", data={"proof": await proof(other)})).status_code == 403


FOREIGN = [
    {"origin": "https://evil.example"},
    {"origin": "null"},
    {"origin": "http://["},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
]


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
async def test_forms_of_other_sites_are_refused(desk: httpx.AsyncClient, headers: dict[str, str]) -> None:
    good = {"proof": await proof(desk)}
    for path, fields in (("/desk/sign-in", {"password": PASSWORD}), ("/desk/sign-out", good)):
        answer = await desk.post(path, data=fields, headers=AS_JSON | headers)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "foreign_form"), path
    assert await signed_in(desk)


async def test_forms_of_this_site_are_taken(site: Site, client: httpx.AsyncClient) -> None:
    headers = {"origin": site.address, "sec-fetch-site": "same-origin"}
    assert (await client.post("/desk/sign-in", data={"password": PASSWORD}, headers=headers)).status_code == 303


async def test_behind_https_the_cookie_is_for_https_alone(clock: StoppedClock) -> None:
    public = Settings(admin_password=PASSWORD, public_url="https://toso.example.vn")
    async with running_desk(clock, public) as site, site.client() as client:
        headers = {"origin": public.public_url}
        answer = await client.post("/desk/sign-in", data={"password": PASSWORD}, headers=headers)
        cookies = answer.headers.get_list("set-cookie")
        assert [cookie.partition("=")[0] for cookie in cookies] == ["__Host-toso-desk", "__Host-toso-device-admin"]
        for cookie in cookies:
            assert "; secure" in cookie.lower(), "browsers take such a name only so"
            assert "; path=/;" in f"{cookie.lower()};"
            assert "domain" not in cookie.lower()
        token = cookies[0].partition("=")[2].partition(";")[0]
        for name, is_in in ((COOKIE, False), (f"__Host-{COOKIE}", True)):
            page = await client.get("/desk", headers={"cookie": f"{name}={token}"})
            assert ('id="queue"' in page.text) == is_in, name


ROUTES = [("GET", "/desk"), ("GET", "/desk/sign-in"), ("GET", "/desk?code=H4821"), ("POST", "/desk/sign-out")]


@pytest.mark.parametrize(("method", "path"), ROUTES)
async def test_every_route_wants_somebody_who_signed_in(client: httpx.AsyncClient, method: str, path: str) -> None:
    answer = await client.request(method, path, headers=AS_JSON)
    if method == "GET":
        assert answer.status_code == 200
        assert 'id="password"' in answer.text
    else:
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "signed_out")
    assert 'id="queue"' not in answer.text
    await sign_in(client)
    answer = await client.request(method, path, data={"proof": await proof(client)} if method == "POST" else None)
    assert answer.status_code == (200 if method == "GET" else 303)
    assert 'id="password"' not in answer.text


@pytest.mark.parametrize("path", ["/desk", "/desk/nothing"])
async def test_pages_carry_the_security_headers(desk: httpx.AsyncClient, path: str) -> None:
    answer = await desk.get(path)
    sent = {name.decode(): value.decode() for name, value in SECURITY_HEADERS.items()}
    if path == "/desk":
        sent["referrer-policy"] = "same-origin"
    assert {name: answer.headers[name] for name in sent} == sent
    assert answer.headers["cache-control"] == "no-store"


async def test_a_large_form_is_refused(client: httpx.AsyncClient) -> None:
    assert (await sign_in(client, "x" * 70_000)).status_code == 413
    many = "&".join(f"a{number}=1" for number in range(100))
    assert (await client.post("/desk/sign-in", content=many)).status_code == 400
