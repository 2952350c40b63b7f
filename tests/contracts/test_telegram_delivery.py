"""How the emulator hands over updates and refuses floods, as the real one does."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.channels.rate_limit import Limits
from bot.ports.store import Priority
from tests.emulators.telegram import TOKEN, TelegramEmulator
from tests.emulators.telegram_faults import FloodLimits
from tests.emulators.telegram_world import ApiError


class Hook:
    """A bot's webhook: what it got, and what it answers."""

    def __init__(self) -> None:
        self.got: list[Any] = []
        self.secrets: set[str] = set()
        self.statuses: list[int] = []
        self.answer: dict[str, Any] = {}

    async def take(self, request: web.Request) -> web.Response:
        self.secrets.add(request.headers.get("X-Telegram-Bot-Api-Secret-Token", ""))
        status = self.statuses.pop(0) if self.statuses else 200
        if status == 200:
            self.got.append(await request.json())
        return web.json_response(self.answer, status=status)


@pytest.fixture
async def emulator() -> AsyncIterator[TelegramEmulator]:
    async with TelegramEmulator(retry=0.01) as running:
        yield running


@pytest.fixture
async def hook(emulator: TelegramEmulator) -> AsyncIterator[Hook]:
    made = Hook()
    app = web.Application()
    app.router.add_post("/hook", made.take)
    async with TestServer(app) as server:
        await emulator.execute("setWebhook", {"url": str(server.make_url("/hook")), "secret_token": "s3cret"})
        yield made


def texts(hook: Hook) -> list[str]:
    return [update["message"]["text"] for update in hook.got]


async def test_one_persons_updates_stay_in_order_while_others_go_on(emulator: TelegramEmulator, hook: Hook) -> None:
    hook.statuses = [500, 500, 503]
    lan, hoa = emulator.person(name="Lan"), emulator.person(name="Hoa")
    await lan.says("1", wait=False)
    await lan.says("2", wait=False)
    await hoa.says("của Hoa", wait=False)
    await lan.says("3")
    assert [text for text in texts(hook) if text != "của Hoa"] == ["1", "2", "3"]
    assert sorted(texts(hook)) == ["1", "2", "3", "của Hoa"]
    assert hook.secrets == {"s3cret"}
    info = await emulator.execute("getWebhookInfo", {})
    assert info["pending_update_count"] == 0
    assert info["last_error_message"].startswith("Wrong response from the webhook: 50")


async def test_what_waited_is_sent_once_a_webhook_is_there(emulator: TelegramEmulator, hook: Hook) -> None:
    url = emulator.delivery.webhook.url
    await emulator.execute("deleteWebhook", {})
    person = emulator.person()
    await person.says("trước")
    assert hook.got == []
    await emulator.execute("setWebhook", {"url": url, "allowed_updates": '["message"]'})
    await person.says("sau")
    assert texts(hook) == ["trước", "sau"]
    assert await person.blocks() == 0


async def test_a_webhook_may_answer_with_a_method(emulator: TelegramEmulator, hook: Hook) -> None:
    person = emulator.person()
    hook.answer = {"method": "sendMessage", "chat_id": person.id, "text": "chào"}
    await person.says("hi")
    assert [seen.text for seen in person.sees] == ["chào"]
    assert [(call.method, call.by_webhook) for call in emulator.calls[-1:]] == [("sendMessage", True)]
    hook.answer = {"method": "sendMessage", "chat_id": 1, "text": "không ai"}
    await person.says("hi")
    assert len(person.sees) == 1


async def test_in_a_group_the_bot_hears_only_what_is_meant_for_it(emulator: TelegramEmulator, hook: Hook) -> None:
    person, group = emulator.person(), emulator.group()
    await emulator.execute("sendMessage", {"chat_id": group.id, "text": "Mời chọn"})
    assert await person.says("họp tổ nhé", chat=group) == 0
    assert await person.says("/start@quiz_bot", chat=group) == 0
    await person.says("/start", chat=group)
    await person.says("nhờ @to_so_bot", chat=group)
    await person.says("số 1", chat=group, reply_to=group.sees[0])
    assert texts(hook) == ["/start", "nhờ @to_so_bot", "số 1"]
    assert hook.got[1]["message"]["entities"] == [{"type": "mention", "offset": 4, "length": 10}]
    await group.removes_bot()
    with pytest.raises(ApiError, match="kicked"):
        await emulator.execute("sendMessage", {"chat_id": group.id, "text": "a"})


async def test_people_do_what_people_do(emulator: TelegramEmulator, hook: Hook) -> None:
    person = emulator.person()
    await person.says("một")
    await person.edits("hai")
    await person.sends_photo("ảnh")
    await person.sends_document()
    await person.sends_location()
    await person.blocks()
    await person.unblocks()
    kinds = [set(update) - {"update_id"} for update in hook.got]
    assert kinds[1] == {"edited_message"}
    assert kinds[5:] == [{"my_chat_member"}] * 2
    assert [update["my_chat_member"]["new_chat_member"]["status"] for update in hook.got[5:]] == ["kicked", "member"]
    with pytest.raises(AssertionError, match='No button "Tiếp"'):
        await person.presses("Tiếp")


async def test_floods_are_refused_with_the_time_to_wait() -> None:
    emulator = TelegramEmulator(clock=lambda: 1000.0)
    person = emulator.person()
    call = {"chat_id": person.id, "text": "a"}
    for _ in range(3):
        await emulator.execute("sendMessage", call)
    with pytest.raises(ApiError, match="Too Many Requests") as told:
        await emulator.execute("sendMessage", call)
    assert (told.value.code, told.value.parameters) == (429, {"retry_after": 3})
    for other in range(27):
        await emulator.execute("sendMessage", {"chat_id": emulator.person(other + 1).id, "text": "a"})
    with pytest.raises(ApiError, match="retry after 1"):
        await emulator.execute("sendMessage", {"chat_id": emulator.person(99).id, "text": "a"})


def test_who_keeps_our_limits_is_never_refused() -> None:
    now = [1000.0]
    floods, limits = FloodLimits(lambda: now[0]), Limits(30, 1, 20 / 60)
    sent = 0
    for step in range(3000):
        chat = (step * 7919) % 40 - 10
        if limits.take(str(chat), now[0], Priority.REPLY):
            floods.check(chat)
            sent += 1
        now[0] += 0.011
    assert sent > 500


async def test_it_runs_as_a_program_with_people_driven_over_http() -> None:
    arguments = ("-m", "tests.emulators.telegram", "--port", "0", "--no-limits")
    program = await asyncio.create_subprocess_exec(sys.executable, *arguments, stdout=asyncio.subprocess.PIPE)
    try:
        assert program.stdout
        line = (await program.stdout.readline()).decode()
        api = line.split()[0].partition("=")[2]
        async with aiohttp.ClientSession() as session:
            await session.post(f"{api}/control/says", json={"person": 7, "text": "chào"})
            async with session.get(f"{api}/bot{TOKEN}/getUpdates") as answer:
                (update,) = (await answer.json())["result"]
            assert update["message"]["text"] == "chào"
            keyboard = {"inline_keyboard": [[{"text": "1. Có", "callback_data": "m:1"}]]}
            form = {"chat_id": "7", "text": "Có không?", "reply_markup": str(keyboard).replace("'", '"')}
            await session.post(f"{api}/bot{TOKEN}/sendMessage", data=form)
            async with session.get(f"{api}/control/sees?person=7") as answer:
                assert [(seen["text"], seen["rows"]) for seen in await answer.json()] == [("Có không?", [["1. Có"]])]
            async with session.post(f"{api}/control/presses", json={"person": 7, "label": "Có"}) as answer:
                assert answer.status == 200
            await session.post(f"{api}/control/fails", json={"fault": 500})
            async with session.get(f"{api}/bot{TOKEN}/getMe") as answer:
                assert answer.status == 500
    finally:
        with contextlib.suppress(ProcessLookupError):
            program.terminate()
        await program.wait()
