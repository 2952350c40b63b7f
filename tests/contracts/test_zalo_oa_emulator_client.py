"""The Official Account emulator is held to the real one's contract: an independent client library must accept it."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import requests
import zalo_sdk
from zalo_sdk import oa

from tests.emulators.zalo_oa import APP_ID, APP_SECRET, ZaloOaEmulator

_OAUTH = "https://oauth.zaloapp.com"


@pytest.fixture
async def zalo(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ZaloOaEmulator]:
    async with ZaloOaEmulator() as running:
        call = requests.post
        # The library can be told where the API is, but not where tokens come from.
        monkeypatch.setattr(requests, "post", lambda url, **how: call(url.replace(_OAUTH, running.url), **how))
        yield running


@pytest.fixture
def client(zalo: ZaloOaEmulator) -> Any:
    refresh = zalo.oauth.issue()["refresh_token"]
    return oa.Client(APP_ID, APP_SECRET, "expired", refresh, endpoint_prefix=zalo.url)


async def test_the_library_refreshes_its_token_once(zalo: ZaloOaEmulator, client: Any) -> None:
    with pytest.raises(zalo_sdk.ZaloOAException, match="-216"):
        await asyncio.to_thread(client.get_zalo_oa_quotas, "OA")
    used = client.refresh_token
    access, refresh, _ = await asyncio.to_thread(client.refresh_acccess_token)
    assert (client.access_token, client.refresh_token) == (access, refresh)
    assert used != refresh
    client.refresh_token = used
    with pytest.raises(zalo_sdk.ZaloException):
        await asyncio.to_thread(client.refresh_acccess_token)


async def test_the_library_exchanges_a_code(zalo: ZaloOaEmulator, client: Any) -> None:
    code = zalo.oauth.consent(APP_ID, "https://phuong.example/ve", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    access, _, expires = await asyncio.to_thread(client.get_access_token_from_authorization_code, code, verifier)
    assert (client.access_token, expires > 0) == (access, True)


async def test_the_library_sends_uploads_and_asks(zalo: ZaloOaEmulator, client: Any) -> None:
    await asyncio.to_thread(client.refresh_acccess_token)
    person = zalo.person(name="Lan")
    to = oa.ZaloRecipient(user_id=person.id)
    buttons = {"buttons": [{"title": "1. Có", "type": "oa.query.show", "payload": "#có"}]}
    text = oa.ZaloMessageBody("Còn máy cũ không?\n1. Có", oa.ZaloAttachment("template", buttons))
    sent = await asyncio.to_thread(client.send_message, to, text)
    assert sent["data"]["quota"] == {"quota_type": "reply", "remain": "7", "total": "8"}
    assert person.sees[0].labels == ("1. Có",)
    kept = await asyncio.to_thread(client.upload_file, b"\x89PNG", "image", "a.png", "image/png")
    picture = {"media_type": "image", "attachment_id": kept["data"]["attachment_id"]}
    media = oa.ZaloAttachment("template", {"template_type": "media", "elements": [picture]})
    await asyncio.to_thread(client.send_message, to, oa.ZaloMessageBody("đây ạ", media))
    assert (person.sees[1].text, person.sees[1].photo) == ("đây ạ", True)
    told = await asyncio.to_thread(client.get_user_detail, person.id)
    assert told["data"]["display_name"] == "Lan"
    quota = await asyncio.to_thread(client.get_zalo_user_quotas, person.id)
    assert quota["data"]["cs_reply"] == {"remain": 6, "total": 8}
    listed = await asyncio.to_thread(client.get_list, {"offset": 0, "count": 50})
    assert listed["data"]["users"] == [{"user_id": person.id}]
    await person.says("cảm ơn")
    said = person.record.messages[-1]["message_id"]
    await asyncio.to_thread(client.send_message, to, None, oa.ZaloAction("/-heart", said), "action")


async def test_the_library_knows_the_refusals(zalo: ZaloOaEmulator, client: Any) -> None:
    await asyncio.to_thread(client.refresh_acccess_token)
    person = zalo.person(spoke=False)
    body = oa.ZaloMessageBody("chào")
    with pytest.raises(zalo_sdk.ZaloOAException, match="-230"):
        await asyncio.to_thread(client.send_message, oa.ZaloRecipient(user_id=person.id), body)
    zalo.fail_next(-32)
    with pytest.raises(zalo_sdk.ZaloOAException, match="-32"):
        await asyncio.to_thread(client.get_zalo_oa_quotas, "OA")
