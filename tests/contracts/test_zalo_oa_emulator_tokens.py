"""Consent and tokens on the Official Account emulator: codes and refresh tokens that work once."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest
from yarl import URL

from tests.contracts.zalo_oa_client import Client
from tests.emulators.zalo_oa import APP_ID, ZaloOaEmulator
from tests.emulators.zalo_oauth import challenge_of
from tests.patience import until

VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"


@pytest.fixture
async def zalo() -> AsyncIterator[ZaloOaEmulator]:
    async with ZaloOaEmulator() as running:
        yield running


@pytest.fixture
async def client(zalo: ZaloOaEmulator) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession() as session:
        yield Client(zalo, session)


async def test_consent_gives_a_code_that_works_once_with_its_verifier(zalo: ZaloOaEmulator, client: Client) -> None:
    query = {"app_id": APP_ID, "redirect_uri": "https://phuong.example/ve", "state": "s1"}
    query["code_challenge"] = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    assert challenge_of(VERIFIER) == query["code_challenge"]
    url = f"{zalo.url}/v4/oa/permission"
    codes = []
    for _ in range(2):
        async with client.session.get(url, params=query, allow_redirects=False) as response:
            back = URL(response.headers["Location"])
        assert (str(back.with_query(None)), back.query["state"]) == ("https://phuong.example/ve", "s1")
        assert back.query["oa_id"] == zalo.world.oa_id
        codes.append(back.query["code"])
    grant = {"grant_type": "authorization_code", "code": codes[0]}
    pair = await client.exchange(**grant, code_verifier=VERIFIER)
    assert (pair["expires_in"], bool(pair["access_token"]), bool(pair["refresh_token"])) == ("90000", True, True)
    assert (await client.exchange(**grant, code_verifier=VERIFIER))["error"] == -118
    assert (await client.exchange(**grant | {"code": codes[1]}, code_verifier=VERIFIER[::-1]))["error"] == -118


async def test_consent_leads_only_to_addresses_that_the_app_named(zalo: ZaloOaEmulator, client: Client) -> None:
    zalo.oauth.callbacks = {"https://phuong.example/ve"}
    query = {"app_id": APP_ID, "redirect_uri": "https://elsewhere.example/ve"}
    async with client.session.get(f"{zalo.url}/v4/oa/permission", params=query, allow_redirects=False) as response:
        assert (await response.json())["error"] == -14003
    async with client.session.get(
        f"{zalo.url}/v4/oa/permission",
        params=query | {"redirect_uri": "https://phuong.example/ve"},
        allow_redirects=False,
    ) as response:
        assert response.status == 302


async def test_a_code_is_good_for_ten_minutes(zalo: ZaloOaEmulator, client: Client) -> None:
    code = zalo.oauth.consent(APP_ID, "https://phuong.example/ve")
    zalo.world.passes(601)
    assert (await client.exchange(grant_type="authorization_code", code=code))["error"] == -118


async def test_a_refresh_token_works_once_and_ends_the_access_token_before(
    zalo: ZaloOaEmulator, client: Client
) -> None:
    first = zalo.oauth.issue()
    client.token = first["access_token"]
    assert (await client.get("/v2.0/oa/getoa"))["data"]["oaid"] == zalo.world.oa_id
    grant = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    second = await client.exchange(**grant)
    assert (await client.get("/v2.0/oa/getoa"))["error"] == -220
    client.token = second["access_token"]
    assert (await client.get("/v2.0/oa/getoa"))["error"] == 0
    again = await client.exchange(**grant)
    assert (again["error"], "access_token" in again) == (-14014, False)
    assert (zalo.oauth.refreshed, zalo.oauth.refused) == (1, 1)
    zalo.world.passes(90_000)
    assert await client.get("/v2.0/oa/getoa") == {"error": -220, "message": "access_token is expired or removed"}
    client.token = "nothing"
    assert await client.get("/v2.0/oa/getoa") == {"error": -216, "message": "Access token is invalid"}
    assert (await client.exchange("wrong", **grant))["error"] == -14003


async def test_the_answer_to_a_refresh_can_be_lost_or_without_a_number(zalo: ZaloOaEmulator, client: Client) -> None:
    grant = {"grant_type": "refresh_token", "refresh_token": zalo.oauth.issue()["refresh_token"]}
    zalo.fail_next("unnumbered", method="access_token")
    refusal = await client.exchange(**grant)
    assert ("error" in refusal, refusal["error_name"]) == (False, "Invalid refresh token.")
    zalo.fail_next("drop", method="access_token")
    with pytest.raises(aiohttp.ClientError):
        await client.exchange(**grant)
    assert zalo.oauth.refreshed == 1
    assert (await client.exchange(**grant))["error"] == -14014


async def test_a_slow_refresh_has_used_the_token_up_before_it_answers(zalo: ZaloOaEmulator, client: Client) -> None:
    grant = {"grant_type": "refresh_token", "refresh_token": zalo.oauth.issue()["refresh_token"]}
    zalo.fail_next("delay", method="access_token", seconds=0.2)
    slow = asyncio.create_task(client.exchange(**grant))
    await until(lambda: zalo.oauth.refreshed == 1)
    assert (await client.exchange(**grant))["error"] == -14014
    assert (await slow)["access_token"]


async def test_twenty_at_once_get_one_pair(zalo: ZaloOaEmulator, client: Client) -> None:
    grant = {"grant_type": "refresh_token", "refresh_token": zalo.oauth.issue()["refresh_token"]}
    answers = await asyncio.gather(*(client.exchange(**grant) for _ in range(20)))
    assert sum("access_token" in answer for answer in answers) == 1


async def test_pairs_differ_where_that_is_chosen(zalo: ZaloOaEmulator, client: Client) -> None:
    zalo.oauth.numeric_expiry, zalo.oauth.tells_refresh_expiry, zalo.oauth.old_dies = True, True, False
    first = zalo.oauth.issue()
    grant = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    pair = await client.exchange(**grant)
    assert (pair["expires_in"], pair["refresh_token_expires_in"]) == (90_000, str(90 * 86_400))
    client.token = first["access_token"]
    assert (await client.get("/v2.0/oa/getoa"))["error"] == 0
    zalo.world.passes(90 * 86_400)
    assert (await client.exchange(grant_type="refresh_token", refresh_token=pair["refresh_token"]))["error"] == -14014
