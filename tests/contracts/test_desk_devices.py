"""Guessing a password locks whoever guesses: not its owner, in a browser that they signed in with before."""

from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from api.auth.cookies import KNOWN_SECONDS
from api.auth.passwords import WRONG_PER_MINUTE
from bot.desk.authentication import LOCK_SECONDS, MOST_WRONG
from bot.settings import Settings
from tests.contracts.desk_site import PASSWORD, StoppedClock, join, running_desk, sign_in, signed_in
from tests.contracts.web_site import Site

DEVICE = "toso-device-admin"
A_TRY = 60 / WRONG_PER_MINUTE


@pytest_asyncio.fixture
async def site(clock: StoppedClock) -> AsyncIterator[Site]:
    async with running_desk(clock) as it:
        yield it


@pytest_asyncio.fixture
async def stranger(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    async with site.client() as it:
        yield it


@pytest_asyncio.fixture
async def owner(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    """The admin's own browser: known, and not signed in any more."""
    async with signed_in(site) as it:
        it.cookies.delete("toso-desk")
        yield it


async def guess(client: httpx.AsyncClient, clock: StoppedClock, name: str = "admin") -> list[int]:
    """Try wrong passwords until the account is locked; the answers."""
    answers = []
    for number in range(MOST_WRONG):
        answers.append((await sign_in(client, f"guess {number}", name)).status_code)
        clock.move(A_TRY)
    return answers


async def test_strangers_who_guess_do_not_lock_the_owner_out(
    clock: StoppedClock, stranger: httpx.AsyncClient, owner: httpx.AsyncClient
) -> None:
    assert await guess(stranger, clock) == [401] * MOST_WRONG
    assert (await sign_in(stranger)).status_code == 429, "locked, also for the right password"
    assert (await sign_in(owner)).status_code == 303
    assert (await sign_in(stranger)).status_code == 429, "what the owner does opens nothing to others"
    clock.move(LOCK_SECONDS)
    assert (await sign_in(stranger)).status_code == 303


async def test_nor_do_they_use_up_what_one_address_may_try(
    stranger: httpx.AsyncClient, owner: httpx.AsyncClient
) -> None:
    for _ in range(WRONG_PER_MINUTE):
        await sign_in(stranger, "wrong")
    assert (await sign_in(stranger)).status_code == 429
    assert (await sign_in(owner)).status_code == 303


async def test_a_known_browser_is_locked_too(
    site: Site, clock: StoppedClock, stranger: httpx.AsyncClient, owner: httpx.AsyncClient
) -> None:
    assert await guess(owner, clock) == [401] * MOST_WRONG
    locked = await sign_in(owner)
    assert (locked.status_code, "Tài khoản này tạm khóa" in locked.text) == (429, True)
    assert [record.act for _, record in await site.parts.store.records(1)] == ["locked"]
    assert (await sign_in(stranger)).status_code == 303, "it is locked there alone"


async def test_a_browser_is_known_for_its_own_account_alone(
    site: Site, clock: StoppedClock, stranger: httpx.AsyncClient
) -> None:
    await join(site, "hoa.b", "Hoa")
    assert (await sign_in(stranger, name="hoa.b")).status_code == 303
    mine = stranger.cookies["toso-device-hoa.b"]
    stranger.cookies.set(DEVICE, mine, path="/desk")
    await guess(stranger, clock)
    assert (await sign_in(stranger)).status_code == 429
    async with site.client() as another:
        assert (await sign_in(another)).status_code == 429, "it counted as a stranger's"
        assert (await sign_in(another, name="hoa.b")).status_code == 303


@pytest.mark.parametrize("made_up", ["", ".", "0.0", "00112233aabbccdd", "x." + "0" * 64, "ấ.ấ"])
async def test_a_made_up_cookie_is_none(
    clock: StoppedClock, stranger: httpx.AsyncClient, owner: httpx.AsyncClient, made_up: str
) -> None:
    await guess(stranger, clock)
    forged = [(b"cookie", f"{DEVICE}={made_up}".encode())]
    answer = await stranger.post("/desk/sign-in", data={"username": "admin", "password": PASSWORD}, headers=forged)
    assert answer.status_code == 429


async def test_the_cookie_is_kept_from_scripts_and_opens_nothing(clock: StoppedClock, owner: httpx.AsyncClient) -> None:
    assert 'id="password"' in (await owner.get("/desk")).text
    sent = [each.lower() for each in (await sign_in(owner)).headers.get_list("set-cookie") if DEVICE in each]
    assert [all(part in each for part in ("httponly", "samesite=strict", "path=/desk")) for each in sent] == [True]
    assert f"max-age={KNOWN_SECONDS}" in sent[0]
    public = Settings(admin_password=PASSWORD, public_url="https://toso.example.vn")
    async with running_desk(clock, public) as site, site.client() as client:
        fields, headers = {"password": PASSWORD}, {"origin": public.public_url}
        answer = await client.post("/desk/sign-in", data=fields, headers=headers)
        assert all("; secure" in each.lower() for each in answer.headers.get_list("set-cookie"))


async def test_tries_that_no_longer_count_are_not_kept(
    site: Site, clock: StoppedClock, stranger: httpx.AsyncClient, owner: httpx.AsyncClient
) -> None:
    for client in (stranger, owner):
        await sign_in(client, "wrong")
    clock.move(LOCK_SECONDS)
    await sign_in(stranger, "wrong")
    assert len((await site.parts.store.rows("tries"))[1]) == 1
