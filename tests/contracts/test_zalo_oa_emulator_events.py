"""How the Official Account emulator tells a webhook what happened: shapes, signature, retries, and what goes wrong."""

import hashlib
from collections.abc import AsyncIterator

import pytest

from tests.contracts.zalo_hook import Hook, listening
from tests.emulators.zalo_oa import APP_ID, OA_ID, OA_SECRET, ZaloOaEmulator
from tests.emulators.zalo_oa_delivery import mac
from tests.emulators.zalo_oa_methods import send
from tests.patience import until

SHEET_BODY = (
    '{"app_id":"360846524940903967","sender":{"id":"246845883529197922"},"user_id_by_app":"552177279717587730",'
    '"recipient":{"id":"388613280878808645"},"event_name":"user_send_text",'
    '"message":{"text":"xin chào","msg_id":"96d3cdf3af150460909"},"timestamp":"1543908534740"}'
).encode()


@pytest.fixture
async def zalo() -> AsyncIterator[ZaloOaEmulator]:
    async with ZaloOaEmulator() as running:
        yield running


@pytest.fixture
async def hook(zalo: ZaloOaEmulator) -> AsyncIterator[Hook]:
    async with listening() as made:
        assert await zalo.delivery.set_webhook(made.url)
        yield made


def test_both_documented_vectors_come_out() -> None:
    assert mac("X", b"BODY", "1234567890", "Y") == "2f1ef5aabe67e8396a459ca89562e108ad541f82ba5022c85f645bd6b7220cb9"
    assert len(SHEET_BODY) == 266
    told = mac("360846524940903967", SHEET_BODY, "1543908534740", "OaWebhookSecret123")
    assert told == "dd7317615924705c1d47024904cd9ff47223dae303519837b4865092972e5680"


async def test_the_console_probes_without_a_signature_and_saves_only_what_answers(
    zalo: ZaloOaEmulator, hook: Hook
) -> None:
    assert (hook.bodies, "X-ZEvent-Signature" in hook.headers[0]) == ([b"{}"], False)
    hook.statuses = [401]
    assert not await zalo.delivery.set_webhook(hook.url)
    assert not await zalo.delivery.set_webhook("http://127.0.0.1:9/hook")
    async with ZaloOaEmulator(allow_http=False) as strict:
        assert not await strict.delivery.set_webhook(hook.url)


async def test_events_are_signed_over_the_bytes_that_are_sent(zalo: ZaloOaEmulator, hook: Hook) -> None:
    person = zalo.person(name="Lan")
    signing = zalo.delivery.signing

    async def signature() -> tuple[str, str]:
        """What came, and what the bytes and the time before say it must be."""
        await person.says("xin chào")
        headers = hook.headers[-1]
        timestamp = headers.get("X-ZEvent-Timestamp", hook.got[-1]["timestamp"])
        whole = APP_ID.encode() + hook.bodies[-1] + timestamp.encode() + OA_SECRET.encode()
        return headers["X-ZEvent-Signature"], hashlib.sha256(whole).hexdigest()

    got, right = await signature()
    assert got == f"mac={right}"
    assert b'"text":"xin ch\xc3\xa0o"' in hook.bodies[-1]
    signing.style, signing.spaced, signing.escaped = "mac = ", True, True
    got, right = await signature()
    assert got == f"mac = {right}"
    assert b'"text": "xin ch\\u00e0o"' in hook.bodies[-1]
    signing.style, signing.header_seconds = "upper", 3.0
    got, right = await signature()
    assert got == f"mac={right.upper()}"
    assert int(hook.headers[-1]["X-ZEvent-Timestamp"]) == int(hook.got[-1]["timestamp"]) + 3000
    signing.style = ""
    got, right = await signature()
    assert got == right


async def test_who_is_who_differs_by_event(zalo: ZaloOaEmulator, hook: Hook) -> None:
    person = zalo.person(spoke=False)
    await person.follows()
    await person.opens_chat()
    await person.says("chào")
    sent = send(zalo, {"recipient": {"user_id": person.id}, "message": {"text": "Dạ"}})
    await zalo.delivery.settled()
    await person.receives(person.sees[0], "received")
    await person.receives(person.sees[0], "seen")
    await person.reacts(person.sees[0])
    await person.submits_info(name="Lan")
    await person.withdraws()
    await person.withdraws(nameless=True)
    await person.unfollows()
    follow, chatnow, said, echo, received, seen, reacted, info, withdrawn, nameless, unfollow = hook.got
    assert (follow["follower"], follow["oa_id"], follow["source"]) == ({"id": person.id}, OA_ID, "oa_profile")
    assert (chatnow["user_id"], chatnow["oa_id"]) == (person.id, OA_ID)
    assert (said["sender"], said["recipient"]) == ({"id": person.id}, {"id": OA_ID})
    assert (echo["event_name"], echo["sender"], echo["recipient"]) == ("oa_send_text", {"id": OA_ID}, {"id": person.id})
    assert (received["sender"], received["recipient"]) == ({"id": OA_ID}, {"id": person.id})
    assert received["message"] == {"msg_id": sent["message_id"]}
    assert seen["message"] == {"msg_ids": [sent["message_id"]]}
    assert reacted["message"] == {"msg_id": sent["message_id"], "react_icon": "/-strong"}
    assert (info["info"]["phone"], info["info"]["name"]) == (841213333111, "Lan")
    assert (withdrawn["user_id"], nameless["user_id"], nameless["oa_id"]) == (person.id, "", "")
    assert unfollow["event_name"] == "unfollow"
    assert all(event["app_id"] == APP_ID and event["timestamp"].isdigit() for event in hook.got)


async def test_what_people_send_has_its_documented_shape(zalo: ZaloOaEmulator, hook: Hook) -> None:
    person = zalo.person()
    await person.sends_photo()
    await person.sends_photo("đây ạ")
    for deed in (person.sends_gif, person.sends_voice, person.sends_video, person.sends_sticker):
        await deed()
    await person.sends_location()
    await person.sends_document()
    await person.sends_business_card()
    await person.sends_link("https://phuong.example/")
    kinds = ["image", "image", "gif", "audio", "video", "sticker", "location", "file", "business_card", "link"]
    assert hook.names == [f"user_send_{kind}" for kind in kinds]
    messages = [event["message"] for event in hook.got]
    assert ("text" in messages[0], messages[1]["text"]) == (False, "đây ạ")
    types = [message["attachments"][0]["type"] for message in messages]
    assert types == ["image", "image", "gif", "audio", "video", "sticker", "location", "file", "link", "link"]
    assert messages[6]["attachments"][0]["payload"] == {"coordinates": {"latitude": "21.05", "longitude": "105.9"}}
    assert messages[7]["attachments"][0]["payload"]["size"] == "233947"
    replied = await person.says("thế này ạ", reply_to=await zalo.admin_writes(person, "Bác thử lại nhé"))
    assert hook.got[-2]["sender"].keys() == {"id", "admin_id"}
    assert hook.got[-1]["message"].keys() == {"text", "msg_id", "quote_msg_id"}
    assert hook.got[-1]["message"]["msg_id"] == replied


async def test_only_a_failed_connection_is_tried_again_then_the_webhook_is_off(
    zalo: ZaloOaEmulator, hook: Hook
) -> None:
    person, delivery = zalo.person(), zalo.delivery
    hook.statuses = [500]
    await person.says("một")
    assert hook.names == ["user_send_text"]
    where, delivery.url = delivery.url, "http://127.0.0.1:9/hook"
    await person.says("hai", wait=False)
    await until(lambda: len(delivery.attempts) >= 3)
    delivery.url, delivery.scale = where, 0.00001
    await delivery.settled()
    assert hook.headers[-1]["num_retry"] == str(delivery.attempts[-1].retry)
    assert (hook.got[-1]["message"]["text"], delivery.enabled) == ("hai", True)
    delivery.url = "http://127.0.0.1:9/hook"
    await person.says("ba")
    assert [attempt.retry for attempt in delivery.attempts[-6:]] == [0, 1, 2, 3, 4, 5]
    assert not delivery.enabled
    delivery.url = where
    await person.says("bốn")
    assert hook.got[-1]["message"]["text"] == "hai"


async def test_statuses_and_slow_answers_are_tried_again_where_that_is_chosen(zalo: ZaloOaEmulator, hook: Hook) -> None:
    zalo.delivery.retries_on = {"connection", "status", "slow"}
    hook.statuses = [503]
    await zalo.person().says("một")
    assert [attempt.status for attempt in zalo.delivery.attempts] == [503, 200]
    hook.seconds, zalo.delivery.deadline = 0.1, 0.05
    zalo.delivery.scale = 0.00001
    await zalo.person().says("hai")
    assert [attempt.status for attempt in zalo.delivery.attempts[2:]] == [-1] * 6


async def test_events_come_twice_or_backwards_where_that_is_chosen(zalo: ZaloOaEmulator, hook: Hook) -> None:
    person = zalo.person()
    zalo.delivery.copies = 2
    await person.says("một")
    zalo.delivery.copies = 1
    zalo.delivery.hold()
    for text in ("hai", "ba"):
        await person.says(text, wait=False)
    await zalo.delivery.release(backwards=True)
    assert [event["message"]["text"] for event in hook.got] == ["một", "một", "ba", "hai"]
    assert hook.bodies[1] == hook.bodies[2]


async def test_one_persons_events_stay_in_order(zalo: ZaloOaEmulator, hook: Hook) -> None:
    lan, hoa = zalo.person(name="Lan"), zalo.person(name="Hoa")
    hook.seconds = 0.01
    for number in range(3):
        await lan.says(str(number), wait=False)
        await hoa.says(str(number), wait=False)
    await zalo.delivery.settled()
    texts = [(event["sender"]["id"], event["message"]["text"]) for event in hook.got]
    assert [text for who, text in texts if who == lan.id] == ["0", "1", "2"]
    assert [text for who, text in texts if who == hoa.id] == ["0", "1", "2"]


async def test_the_syntax_filter_lets_only_hashes_through(zalo: ZaloOaEmulator, hook: Hook) -> None:
    zalo.delivery.only_hash = True
    await zalo.person().says("chào")
    await zalo.person().says("#chào")
    assert [event["message"]["text"] for event in hook.got] == ["#chào"]


async def test_anybody_can_post_anything_to_the_webhook(zalo: ZaloOaEmulator, hook: Hook) -> None:
    hook.statuses = [401]
    assert await zalo.delivery.send_raw(b"[1]", {"X-ZEvent-Signature": "mac=0"}) == 401
    assert hook.bodies[-1] == b"[1]"


async def test_an_app_that_is_not_linked_gets_no_id_of_its_own(zalo: ZaloOaEmulator, hook: Hook) -> None:
    await zalo.person().says("chào")
    zalo.linked = False
    await zalo.person().says("chào")
    assert ["user_id_by_app" in event for event in hook.got] == [True, False]


async def test_the_account_may_hear_nothing_of_what_it_sends(zalo: ZaloOaEmulator, hook: Hook) -> None:
    zalo.echoes = False
    send(zalo, {"recipient": {"user_id": zalo.person().id}, "message": {"text": "Dạ"}})
    await zalo.delivery.settled()
    assert hook.names == []


async def test_receipts_follow_what_the_oa_sends(zalo: ZaloOaEmulator, hook: Hook) -> None:
    zalo.receipts = True
    send(zalo, {"recipient": {"user_id": zalo.person().id}, "message": {"text": "Dạ"}})
    await zalo.delivery.settled()
    assert hook.names == ["oa_send_text", "user_received_message", "user_seen_message"]
