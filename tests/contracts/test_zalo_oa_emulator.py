"""The Official Account emulator is held to the documented wire: what is called, answered and refused."""

import asyncio
import io
import time
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.contracts.zalo_oa_client import Client
from tests.emulators.zalo_oa import ZaloOaEmulator
from tests.patience import until

Json = dict[str, Any]
DAY = 86_400


@pytest.fixture
async def zalo() -> AsyncIterator[ZaloOaEmulator]:
    async with ZaloOaEmulator() as running:
        yield running


@pytest.fixture
async def client(zalo: ZaloOaEmulator) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession() as session:
        yield Client(zalo, session)


def buttons(*titles: str) -> Json:
    made = [{"title": title, "type": "oa.query.show", "payload": f"#{title}"} for title in titles]
    return {"type": "template", "payload": {"buttons": made}}


def media(**element: object) -> Json:
    return {"type": "template", "payload": {"template_type": "media", "elements": [element]}}


async def test_eight_answers_are_free_then_quotas_then_money(zalo: ZaloOaEmulator, client: Client) -> None:
    person, world = zalo.person(), zalo.world
    quotas = [(await client.says(person.id))["data"]["quota"] for _ in range(8)]
    assert quotas[0] == {"quota_type": "reply", "remain": "7", "total": "8"}
    assert quotas[7]["remain"] == "0"
    assert (await client.says(person.id))["error"] == -320
    world.zalo_cloud = "empty"
    assert (await client.says(person.id))["error"] == -321
    world.sub_quota, world.purchase_quota = 1, 1
    quota = (await client.says(person.id))["data"]["quota"]
    assert (quota["quota_type"], quota["remain"], quota["total"]) == ("sub_quota", "0", "1")
    assert (await client.says(person.id))["data"]["quota"]["quota_type"] == "purchase_quota"
    world.zalo_cloud = "pays"
    assert "quota" not in (await client.says(person.id))["data"]
    assert world.spent == {"reply": 8, "sub_quota": 1, "purchase_quota": 1, "paid": 1, "vnd": 55}
    await person.says("một")
    assert (await client.says(person.id))["data"]["quota"]["remain"] == "7"
    world.zalo_cloud = "none"
    client.passes(2 * DAY + 1)
    assert (await client.says(person.id))["error"] == -320
    client.passes(5 * DAY)
    assert (await client.says(person.id))["error"] == -230
    assert (await client.says(zalo.person(spoke=False).id))["error"] == -230


async def test_the_quota_of_a_person_and_of_the_oa_can_be_asked_for(zalo: ZaloOaEmulator, client: Client) -> None:
    person = zalo.person()
    await client.says(person.id)
    told = (await client.post("/v3.0/oa/quota/message", {"user_id": person.id}))["data"]
    assert (told["cs_reply"], told["last_interaction"].isdigit()) == ({"remain": 7, "total": 8}, True)
    zalo.world.sub_quota = 500
    asked = {"quota_owner": "OA", "product_type": "cs", "quota_type": "sub_quota"}
    (own,) = (await client.post("/v3.0/oa/quota/message", asked))["data"]
    assert (own["quota_type"], own["remain"]) == ("sub_quota", 500)


async def test_people_see_texts_buttons_pictures_and_lists(zalo: ZaloOaEmulator, client: Client) -> None:
    person = zalo.person()
    await client.says(person.id, "1. Có\n2. Không", attachment=buttons("1. Có", "2. Không"))
    await client.says(person.id, "Đây ạ", attachment=media(media_type="image", url="https://phuong.example/a.jpg"))
    first, second = person.sees
    assert (first.labels, second.text, second.photo) == (("1. Có", "2. Không"), "Đây ạ", True)
    await person.presses("Có")
    assert person.record.messages[-1]["text"] == "#1. Có"
    await client.says(person.id, "1. Bác\n2. Cô")
    await person.presses("Cô")
    assert person.record.messages[-1]["text"] == "2", "without buttons the digit is typed"
    await client.says(person.id, "1. Có\n2. Không", attachment=buttons("1. Có", "2. Không"))
    person.pc = True
    assert person.sees[0].rows == ()
    await person.presses("Không")
    assert person.record.messages[-1]["text"] == "2"


REFUSED: list[tuple[int, Json]] = [
    (-210, {"text": "a" * 2001}),
    (-210, {"text": "😀" * 1001}),
    (-210, {"attachment": buttons(*"123456")}),
    (-210, {"attachment": buttons("a" * 101)}),
    (-201, {"text": "", "attachment": buttons("1")}),
    (-201, {"attachment": {"type": "image", "payload": {"url": "https://phuong.example/a.jpg"}}}),
    (-201, {"attachment": {"type": "template", "payload": {"template_type": "media", "elements": []}}}),
    (-201, {"attachment": media(media_type="image", url="https://a.example/a.jpg", attachment_id="b")}),
    (-201, {"attachment": media(media_type="gif", url="https://a.example/a.gif")}),
    (-100, {"attachment": media(media_type="image", attachment_id="unknown")}),
    (-100, {"text": "", "attachment": {"type": "file", "payload": {"token": "unknown"}}}),
    (-201, {"quote_message_id": "unknown"}),
    (-201, {"text": ""}),
    (-201, {"text": 5}),
]


@pytest.mark.parametrize(("code", "message"), REFUSED)
async def test_what_is_too_much_or_wrong_is_refused(
    zalo: ZaloOaEmulator, client: Client, code: int, message: Json
) -> None:
    person = zalo.person()
    assert (await client.says(person.id, **{"text": "a"} | message))["error"] == code
    assert person.sees == []
    assert zalo.world.spent == {}


async def test_texts_and_buttons_go_with_a_picture_only_where_that_is_chosen(
    zalo: ZaloOaEmulator, client: Client
) -> None:
    person = zalo.person()
    both = media(media_type="image", url="https://phuong.example/a.jpg")
    both["payload"] |= buttons("1. Có")["payload"]
    assert (await client.says(person.id, "Có?", attachment=both))["error"] == -201
    zalo.world.combines = True
    assert (await client.says(person.id, "Có?", attachment=both))["error"] == 0
    assert (person.sees[-1].photo, person.sees[-1].labels) == (True, ("1. Có",))


async def upload(client: Client, kind: str, name: str, content: bytes, field: str = "file") -> Json:
    form = aiohttp.FormData()
    form.add_field(field, io.BytesIO(content), filename=name)
    url, headers = f"{client.zalo.url}/v2.0/oa/upload/{kind}", {"access_token": client.token}
    async with client.session.post(url, data=form, headers=headers) as response:
        answer: Json = await response.json()
        return answer


async def test_pictures_and_files_are_uploaded_then_sent(zalo: ZaloOaEmulator, client: Client) -> None:
    person = zalo.person()
    picture = (await upload(client, "image", "a.jpg", b"\xff\xd8"))["data"]["attachment_id"]
    assert (await client.says(person.id, "", attachment=media(media_type="image", attachment_id=picture)))["error"] == 0
    token = (await upload(client, "file", "a.pdf", b"%PDF"))["data"]["token"]
    file = {"type": "file", "payload": {"token": token}}
    assert (await client.says(person.id, "", attachment=file))["error"] == 0
    assert (await upload(client, "gif", "a.gif", b"GIF", "image"))["error"] == 0
    assert (await upload(client, "image", "a", b"\xff\xd8"))["error"] == -201
    assert (await upload(client, "image", "a.jpg", bytes(10 * 1024 * 1024)))["error"] == -210
    assert (await upload(client, "image", "a.jpg", b"RIFF0000WEBP"))["error"] == -201
    client.passes(7 * DAY + 1)
    await person.says("một")
    again = await client.says(person.id, "", attachment=media(media_type="image", attachment_id=picture))
    assert again == {"error": -100, "message": "attachment_id was expired"}


@pytest.mark.parametrize(("unsent_days", "works"), [(7, True), (1, False)])
async def test_a_picture_is_kept_from_when_it_was_sent_and_before_as_long_as_is_chosen(
    zalo: ZaloOaEmulator, client: Client, unsent_days: int, *, works: bool
) -> None:
    person = zalo.person()
    zalo.world.unsent_seconds = unsent_days * DAY

    async def shown() -> int:
        await person.says("một")
        answer = await client.says(person.id, "", attachment=media(media_type="image", attachment_id=picture))
        return int(answer["error"])

    picture = (await upload(client, "image", "a.png", b"\x89PNG"))["data"]["attachment_id"]
    client.passes(3 * DAY)
    assert await shown() == (0 if works else -100)
    client.passes(6 * DAY)
    assert await shown() == (0 if works else -100)
    client.passes(2 * DAY)
    assert await shown() == -100


async def test_people_and_history_can_be_asked_for(zalo: ZaloOaEmulator, client: Client) -> None:
    person = zalo.person(name="Lan")
    await person.says("chào")
    await client.says(person.id, "Dạ")
    told = (await client.get("/v3.0/oa/user/detail", data=f'{{"user_id":"{person.id}"}}'))["data"]
    assert (told["display_name"], told["user_is_follower"], told["is_sensitive"]) == ("Lan", False, False)
    asked = f'{{"user_id":"{person.id}","offset":0,"count":10}}'
    rows = (await client.get("/v2.0/oa/conversation", data=asked))["data"]
    assert [(row["src"], row["message"]) for row in rows] == [(0, "Dạ"), (1, "chào")]
    assert (await client.get("/v2.0/oa/listrecentchat", data='{"offset":0,"count":11}'))["error"] == -210
    listed = (await client.get("/v3.0/oa/user/getlist", data='{"offset":0,"count":50}'))["data"]
    assert listed["users"] == [{"user_id": person.id}]
    reaction = {"react_icon": "/-heart", "react_message_id": person.record.messages[0]["message_id"]}
    body = {"recipient": {"user_id": person.id}, "sender_action": reaction}
    assert (await client.post("/v2.0/oa/message", body))["error"] == 0
    assert (await client.post("/v2.0/oa/message", {"message": {"text": "a"}}))["error"] == -240


async def test_a_minute_has_so_many_calls(client: Client, zalo: ZaloOaEmulator) -> None:
    zalo.rates.limits["OA"] = 2
    zalo.world.passes(-zalo.world.now() % 60)
    await client.get("/v2.0/oa/getoa")
    assert (client.headers["X-RateLimit-Limit"], client.headers["X-RateLimit-Remain"]) == ("2", "1")
    await client.get("/v2.0/oa/getoa")
    assert await client.get("/v2.0/oa/getoa") == {"error": -32, "message": "Your OA reached limit call api"}
    zalo.world.passes(60)
    assert (await client.get("/v2.0/oa/getoa"))["error"] == 0


async def test_a_token_in_the_address_leads_nowhere(zalo: ZaloOaEmulator, client: Client) -> None:
    async with client.session.get(f"{zalo.url}/v2.0/oa/getoa", params={"access_token": client.token}) as response:
        assert response.status == 404
    proof = {"access_token": client.token, "appsecret_proof": "0" * 64}
    async with client.session.get(f"{zalo.url}/v2.0/oa/getoa", headers=proof) as response:
        assert (await response.json())["error"] == -242


async def test_calls_go_wrong_as_asked(zalo: ZaloOaEmulator, client: Client) -> None:
    person = zalo.person()
    person.refuses(-227)
    assert (await client.says(person.id))["error"] == -227
    person.refuses(0)
    zalo.fail_next(-32, method="message/cs")
    assert (await client.says(person.id))["message"] == "Your application reached limit call api"
    for fault in (503, "html"):
        zalo.fail_next(fault)
        with pytest.raises(AssertionError):
            await client.says(person.id)
    zalo.fail_next("broken")
    with pytest.raises(ValueError, match="Unterminated string"):
        await client.says(person.id)
    zalo.fail_next("timeout")
    unanswered = asyncio.create_task(client.says(person.id))
    await until(lambda: not zalo.faults.waiting)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(unanswered, 0.05)
    assert person.sees == []
    zalo.fail_next("delay", seconds=0.05)
    began = time.monotonic()
    assert (await client.says(person.id, "chậm"))["error"] == 0
    assert time.monotonic() - began >= 0.05
    zalo.fail_next("drop")
    with pytest.raises(aiohttp.ClientError):
        await client.says(person.id, "đã nhận")
    assert [seen.text for seen in person.sees] == ["chậm", "đã nhận"]
