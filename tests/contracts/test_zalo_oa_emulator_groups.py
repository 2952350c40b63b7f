"""Groups of the Official Account on the emulator: made and kept by calls, with an event for everything that happens."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.contracts.zalo_hook import Hook, listening
from tests.contracts.zalo_oa_client import Client
from tests.emulators.zalo_oa import OA_ID, ZaloOaEmulator

Json = dict[str, Any]


@pytest.fixture
async def zalo() -> AsyncIterator[ZaloOaEmulator]:
    async with ZaloOaEmulator() as running:
        yield running


@pytest.fixture
async def hook(zalo: ZaloOaEmulator) -> AsyncIterator[Hook]:
    async with listening() as made:
        await zalo.delivery.set_webhook(made.url)
        yield made


@pytest.fixture
async def client(zalo: ZaloOaEmulator) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession() as session:
        yield Client(zalo, session)


async def test_a_group_is_made_changed_and_deleted(zalo: ZaloOaEmulator, hook: Hook, client: Client) -> None:
    admin, lan, hoa, asset = zalo.admin(), zalo.person(name="Lan"), zalo.person(name="Hoa"), zalo.asset()
    asked = {"quota_owner": "OA", "product_type": "gmf10", "quota_type": "sub_quota"}
    (free,) = (await client.post("/v3.0/oa/quota/group", asked))["data"]
    assert (free["asset_id"], free["status"], free["auto_renew"]) == (asset.id, "available", True)
    body: Json = {"group_name": "Tổ dân phố 5", "asset_id": asset.id, "member_user_ids": [admin.id, lan.id]}
    made = (await client.post("/v3.0/oa/group/creategroupwithoa", body))["data"]
    group: Json = {"group_id": made["group_id"]}
    assert (len(made["group_id"]), made["total_member"], made["status"]) == (20, 2, "enabled")
    assert (await client.post("/v3.0/oa/group/creategroupwithoa", body))["error"] == -241
    changed = await client.post("/v3.0/oa/group/updateinfo", group | {"group_name": "Tổ 5", "join_appr": True})
    assert (changed["data"]["group_info"]["name"], changed["data"]["group_setting"]["join_appr"]) == ("Tổ 5", True)
    await zalo.group_of(made["group_id"]).joins(hoa.id)
    pending = (await client.get("/v3.0/oa/group/listpendinginvite", **group, offset="0", count="5"))["data"]
    assert [member["name"] for member in pending["members"]] == ["Hoa"]
    await client.post("/v3.0/oa/group/acceptpendinginvite", group | {"member_user_ids": [hoa.id]})
    await client.post("/v3.0/oa/group/addadmins", group | {"member_user_ids": [hoa.id]})
    await client.post("/v3.0/oa/group/removeadmins", group | {"member_user_ids": [hoa.id]})
    await client.post("/v3.0/oa/group/removemembers", group | {"member_user_ids": [hoa.id]})
    await zalo.group_of(made["group_id"]).joins(hoa.id)
    await client.post("/v3.0/oa/group/rejectpendinginvite", group | {"member_user_ids": [hoa.id]})
    await client.post("/v3.0/oa/group/invite", group | {"member_user_ids": [hoa.id]})
    await zalo.group_of(made["group_id"]).leaves(hoa.id)
    members = (await client.get("/v3.0/oa/group/listmember", **group))["data"]["members"]
    assert [member.get("user_id", member.get("oa_id")) for member in members] == [OA_ID, admin.id, lan.id]
    listed = (await client.get("/v3.0/oa/group/getgroupsofoa"))["data"]
    assert [each["name"] for each in listed["groups"]] == ["Tổ 5"]
    assert await client.post("/v3.0/oa/group/delete", group) == {"error": 0, "message": "Success"}
    assert (await client.get("/v3.0/oa/group/getgroup", **group))["error"] == -403
    await zalo.delivery.settled()
    assert hook.names == [
        *("create_group", "user_join_group", "update_group_info", "user_request_join_group"),
        *("accept_request_join_group", "user_join_group", "add_group_admin", "remove_group_admin", "user_out_group"),
        *("user_request_join_group", "reject_request_join_group", "user_join_group", "user_out_group", "delete_group"),
    ]
    assert (hook.got[1]["group_id"], hook.got[1]["oa_id"]) == (made["group_id"], OA_ID)
    assert hook.got[1]["users"] == [{"id": admin.id}, {"id": lan.id}]
    assert "users" not in hook.got[0]


async def test_only_people_who_know_the_oa_come_in_and_an_admin_is_needed(zalo: ZaloOaEmulator, client: Client) -> None:
    admin, stranger, asset = zalo.admin(), zalo.person(spoke=False), zalo.asset()
    body: Json = {"group_name": "Tổ 5", "asset_id": asset.id, "member_user_ids": [zalo.person().id]}
    assert (await client.post("/v3.0/oa/group/creategroupwithoa", body))["error"] == -201
    body["member_user_ids"] = [admin.id, stranger.id]
    assert (await client.post("/v3.0/oa/group/creategroupwithoa", body))["error"] == -230
    await stranger.follows()
    made = await client.post("/v3.0/oa/group/creategroupwithoa", body)
    more = {"group_id": made["data"]["group_id"], "asset_id": zalo.asset().id}
    assert (await client.post("/v3.0/oa/group/updateasset", more))["data"]["asset_info"]["asset_id"] == more["asset_id"]
    assert asset.used_by == ""
    body = {"group_name": "Tổ 6", "asset_id": asset.id}
    body["member_user_ids"] = [admin.id, *(zalo.person().id for _ in range(10))]
    assert (await client.post("/v3.0/oa/group/creategroupwithoa", body))["error"] == -210
    asset.disabled = True
    assert (await client.post("/v3.0/oa/group/creategroupwithoa", body))["error"] == -238


async def test_people_and_the_oa_talk_in_a_group(zalo: ZaloOaEmulator, hook: Hook, client: Client) -> None:
    lan = zalo.person(name="Lan")
    group = zalo.group("Tổ 5", lan)
    await lan.says("Xin hỏi", chat=group)
    await lan.sends_photo("đây ạ", chat=group)

    async def answer(**message: object) -> Json:
        return await client.post("/v3.0/oa/group/message", {"recipient": {"group_id": group.id}, "message": message})

    sent = await answer(text=f"Chào [@{lan.id}]")
    assert sent["data"].keys() == {"message_id", "group_id"}
    assert [seen.text for seen in group.sees] == [f"Chào [@{lan.id}]"]
    media = {"template_type": "media", "elements": [{"media_type": "image", "url": "https://phuong.example/a.jpg"}]}
    assert (await answer(attachment={"type": "template", "payload": media}))["error"] == -201
    assert (await answer(text="ảnh", attachment={"type": "template", "payload": media}))["error"] == 0
    button = {"title": "1", "type": "oa.query.show", "payload": "#1"}
    assert (await answer(text="a", attachment={"type": "template", "payload": {"buttons": [button]}}))["error"] == -201
    rows = (await client.get("/v3.0/oa/group/conversation", group_id=group.id))["data"]
    assert [(row["src"], row["message"], row["group_id"]) for row in rows[-2:]] == [
        (1, "đây ạ", group.id),
        (1, "Xin hỏi", group.id),
    ]
    group.expires()
    assert await answer(text="a") == {"error": -237, "message": "The group is disabled"}
    group.removes_oa()
    assert (await answer(text="a"))["error"] == -403
    await zalo.delivery.settled()
    said, photo, echo, *_ = [event for event in hook.got if "message" in event]
    assert (said["event_name"], said["sender"], said["recipient"]) == (
        "user_send_group_text",
        {"id": lan.id},
        {"id": group.id},
    )
    assert (said["oa_id"], photo["event_name"]) == (OA_ID, "user_send_group_image")
    assert (echo["event_name"], echo["sender"], echo["recipient"]) == (
        "oa_send_group_text",
        {"id": OA_ID},
        {"id": group.id},
    )


async def test_a_group_does_not_use_up_free_messages(zalo: ZaloOaEmulator, client: Client) -> None:
    group = zalo.group("Tổ 5")
    client.passes(30 * 86_400)
    body = {"recipient": {"group_id": group.id}, "message": {"text": "Thông báo"}}
    assert (await client.post("/v3.0/oa/group/message", body))["error"] == 0
    assert zalo.world.spent == {}
