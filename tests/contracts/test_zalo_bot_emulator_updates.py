"""How the Bot Platform emulator hands over updates: pushed to a webhook, or one by one to who asks."""

import asyncio
import time
from collections.abc import AsyncIterator

import aiohttp
import pytest

from tests.contracts.test_zalo_bot_emulator import call
from tests.contracts.zalo_hook import Hook, listening
from tests.emulators.zalo_bot import TOKEN, ZaloBotEmulator
from tests.patience import until

SECRET = "s3cret-of-eight"


@pytest.fixture
async def zalo() -> AsyncIterator[ZaloBotEmulator]:
    async with ZaloBotEmulator(groups=True) as running:
        yield running


@pytest.fixture
async def hook(zalo: ZaloBotEmulator) -> AsyncIterator[Hook]:
    async with listening() as made:
        status, _ = await call(zalo, "setWebhook", url=made.url, secret_token=SECRET)
        assert status == 200
        yield made


async def test_setting_a_webhook_probes_it_with_nothing_and_keeps_it_anyway(zalo: ZaloBotEmulator, hook: Hook) -> None:
    probe = hook.headers[0]
    assert hook.bodies == [b""]
    assert probe["User-Agent"].startswith("Java/")
    assert not {"X-Bot-Api-Secret-Token", "Content-Type"} & probe.keys()
    hook.statuses = [403]
    _, answer = await call(zalo, "setWebhook", url=hook.url, secret_token=SECRET)
    told = answer["result"]["verification"]
    assert (told["ok"], told["outcome"], told["status_code"]) == (False, "webhook.http.403", 403)
    _, info = await call(zalo, "getWebhookInfo")
    assert info["result"].keys() == {"url", "updated_at"}
    assert info["result"]["url"] == hook.url
    await call(zalo, "setWebhook", url="http://127.0.0.1:9/hook", secret_token=SECRET)
    _, tested = await call(zalo, "testWebhook")
    assert (tested["ok"], tested["result"]["ok"], tested["result"]["outcome"]) == (True, False, "webhook.err.conn")
    _, gone = await call(zalo, "deleteWebhook")
    assert gone["result"]["url"] == ""
    assert (await call(zalo, "getWebhookInfo"))[0] == 404


BAD_WEBHOOKS = [
    ("http://phuong.example/hook", SECRET),
    ("https://localhost/hook", SECRET),
    ("https://10.0.0.1/hook", SECRET),
    ("https://phuong.example/hook", "short"),
    ("https://phuong.example/hook", "a" * 257),
]


@pytest.mark.parametrize(("url", "secret"), BAD_WEBHOOKS)
async def test_a_webhook_must_be_public_and_have_a_secret(url: str, secret: str) -> None:
    async with ZaloBotEmulator(allow_http=False) as strict:
        status, answer = await call(strict, "setWebhook", url=url, secret_token=secret)
        assert (status, answer["ok"]) == (400, False)


async def test_a_webhook_can_be_tested_so_often_a_day(zalo: ZaloBotEmulator, hook: Hook) -> None:
    outcomes = [(await call(zalo, "testWebhook"))[0] for _ in range(11)]
    assert outcomes == [200] * 10 + [426]
    async with ZaloBotEmulator() as other:
        assert (await call(other, "testWebhook"))[0] == 404


async def test_updates_are_flat_or_wrapped_and_bring_the_secret(zalo: ZaloBotEmulator, hook: Hook) -> None:
    person = zalo.person(name="Lan")
    await person.says("chào")
    zalo.delivery.wrapped = True
    await person.says("chào nữa")
    flat, wrapped = hook.got
    message = flat["message"]
    assert (flat["event_name"], message["text"]) == ("message.text.received", "chào")
    assert message["from"] == {"id": person.id, "display_name": "Lan", "is_bot": False}
    assert message["chat"] == {"id": person.id, "chat_type": "PRIVATE"}
    assert (len(message["message_id"]), message["date"] > 10**12) == (20, True)
    assert (wrapped["ok"], wrapped["result"]["message"]["text"]) == (True, "chào nữa")
    assert hook.headers[-1]["X-Bot-Api-Secret-Token"] == SECRET


async def test_what_people_send_has_its_captured_shape(zalo: ZaloBotEmulator, hook: Hook) -> None:
    person = zalo.person()
    await person.sends_photo()
    zalo.photo_key = "photo"
    await person.sends_photo("đây ạ")
    await person.sends_voice()
    await person.sends_sticker()
    await person.sends_link("https://phuong.example/")
    zalo.links_arrive = True
    await person.sends_link("https://phuong.example/")
    await person.sends_document()
    await person.sends_unsupported(bare=True)
    kinds = ["image", "image", "voice", "sticker", "unsupported", "text", "unsupported", "unsupported"]
    assert hook.names == [f"message.{kind}.received" for kind in kinds]
    photo, old, voice, sticker, link, _, _, bare = hook.got
    assert (photo["message"]["photo_url"], photo["message"]["message_type"]) == (zalo.media("x.jpg"), "CHAT_PHOTO")
    assert (old["message"]["photo"], old["message"]["caption"]) == (zalo.media("x.jpg"), "đây ạ")
    assert voice["message"]["voice_url"].endswith(".aac")
    assert sticker["message"]["sticker"] == "0e078a2fb66a5f34067b"
    assert link["message"].keys() == {"message_id", "date", "chat", "from"}
    assert bare == {"event_name": "message.unsupported.received"}


async def test_updates_come_twice_again_or_in_order(zalo: ZaloBotEmulator, hook: Hook) -> None:
    person = zalo.person()
    hook.statuses = [500]
    await person.says("mất")
    zalo.delivery.retries = 2
    hook.statuses = [500, 503]
    await person.says("một", wait=False)
    await person.says("hai")
    zalo.delivery.copies = 2
    await person.says("ba")
    texts = [update["message"]["text"] for update in hook.got]
    assert texts == ["mất", "một", "một", "một", "hai", "ba", "ba"]
    assert [attempt.status for attempt in zalo.delivery.attempts] == [500, 500, 503, 200, 200, 200, 200]


async def test_the_bot_may_hear_itself(zalo: ZaloBotEmulator, hook: Hook) -> None:
    zalo.echoes = True
    await call(zalo, "sendMessage", chat_id=zalo.person().id, text="Dạ")
    await zalo.person().says("chào")
    sender = hook.got[0]["message"]["from"]
    assert (sender["is_bot"], sender["id"]) == (True, (await call(zalo, "getMe"))[1]["result"]["id"])


async def test_in_a_group_only_mentions_and_replies_are_heard(zalo: ZaloBotEmulator, hook: Hook) -> None:
    person, group = zalo.person(), zalo.group()
    assert (await call(zalo, "getMe"))[1]["result"]["can_join_groups"] is True
    assert await person.says("chuyện riêng", chat=group) == ""
    await person.says("@Bot Tổ Số cho hỏi", chat=group)
    await call(zalo, "sendMessage", chat_id=group.id, text="Dạ")
    await person.says("cảm ơn", chat=group, reply_to=group.sees[0])
    assert [update["message"]["text"] for update in hook.got] == ["@Bot Tổ Số cho hỏi", "cảm ơn"]
    assert hook.got[0]["message"]["chat"] == {"id": group.id, "chat_type": "GROUP"}
    assert hook.got[0]["message"]["from"]["id"] == person.id
    voice = {"voice_url": "https://phuong.example/a.aac"}
    assert (await call(zalo, "sendVoice", chat_id=group.id, **voice))[1]["ok"]
    assert (await call(zalo, "sendVoice", chat_id=person.id, **voice))[1]["ok"]
    assert ([seen.kind for seen in group.sees], [seen.kind for seen in person.sees]) == (["text"], ["voice"])
    group.removes_bot()
    assert (await call(zalo, "sendMessage", chat_id=group.id, text="Dạ"))[0] == 403


async def test_a_webhook_and_fetching_exclude_each_other(zalo: ZaloBotEmulator, hook: Hook) -> None:
    words = "You cannot use this API while a webhook is set. Please remove the webhook first"
    assert await call(zalo, "getUpdates") == (400, {"ok": False, "error_code": 400, "description": words})


async def test_one_update_comes_at_a_time_and_an_idle_poll_ends_with_408(zalo: ZaloBotEmulator) -> None:
    person = zalo.person()
    polling = asyncio.create_task(call(zalo, "getUpdates", timeout="5"))
    await asyncio.sleep(0.05)
    await person.says("một")
    await person.says("hai")
    texts = [(await polling)[1]["result"]["message"]["text"]]
    texts.append((await call(zalo, "getUpdates", timeout=1))[1]["result"]["message"]["text"])
    assert texts == ["một", "hai"]
    began = time.monotonic()
    idle = await call(zalo, "getUpdates", timeout=0.1)
    assert idle == (408, {"ok": False, "error_code": 408, "description": "Request timeout"})
    assert time.monotonic() - began >= 0.1
    zalo.delivery.idle_null, zalo.delivery.as_array = True, True
    assert (await call(zalo, "getUpdates", timeout=0))[1] == {"ok": True, "result": None}
    await person.says("ba")
    assert [each["message"]["text"] for each in (await call(zalo, "getUpdates"))[1]["result"]] == ["ba"]


async def test_updates_may_come_again_on_every_poll(zalo: ZaloBotEmulator) -> None:
    zalo.delivery.replay = True
    person = zalo.person()
    for text in ("một", "hai"):
        await person.says(text)
    polled = [(await call(zalo, "getUpdates"))[1]["result"]["message"]["text"] for _ in range(5)]
    assert polled == ["một", "hai", "một", "hai", "một"]
    await person.says("ba")
    assert (await call(zalo, "getUpdates"))[1]["result"]["message"]["text"] == "ba"


async def test_calls_go_wrong_as_asked(zalo: ZaloBotEmulator) -> None:
    person = zalo.person()

    async def status() -> int:
        body = {"chat_id": person.id, "text": "a"}
        url = f"{zalo.url}/bot{TOKEN}/sendMessage"
        async with aiohttp.ClientSession() as session, session.post(url, data=body) as response:
            await response.read()
            return response.status

    zalo.fail_next(429)
    zalo.fail_next("html", method="sendMessage")
    assert [await status(), await status()] == [429, 502]
    zalo.fail_next("timeout")
    unanswered = asyncio.create_task(status())
    await until(lambda: not zalo.faults.waiting)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(unanswered, 0.05)
    zalo.fail_next("drop")
    with pytest.raises(aiohttp.ClientError):
        await status()
    zalo.fail_next("broken")
    assert await status() == 200, "half an answer, and nothing done"
    zalo.fail_next("delay", seconds=0.05)
    began = time.monotonic()
    assert await status() == 200
    assert time.monotonic() - began >= 0.05
    assert len(person.sees) == 2
