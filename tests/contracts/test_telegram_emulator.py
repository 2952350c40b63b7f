"""The emulator is held to the real API's contract: two independent client libraries must accept it.

aiogram takes seconds to import, so it is imported by the tests that use it: not by every process that finds them.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
import telegram
import telegram.error as ptb

from bot.channels.telegram.client import SessionRequest
from tests.emulators.telegram import TOKEN, TelegramEmulator

if TYPE_CHECKING:
    import aiogram

PERSON = 7_000_000_123
PTB_BUTTONS = telegram.InlineKeyboardMarkup([[telegram.InlineKeyboardButton("1. Có", callback_data="m:yes")]])


@pytest.fixture
async def emulator() -> AsyncIterator[TelegramEmulator]:
    async with TelegramEmulator(limits=False) as running:
        running.person(PERSON, "Lan")
        yield running


@pytest.fixture
async def by_ptb(emulator: TelegramEmulator) -> AsyncIterator[telegram.Bot]:
    async with aiohttp.ClientSession() as session:
        yield ptb_bot(emulator, session)


@pytest.fixture
async def by_httpx(emulator: TelegramEmulator) -> AsyncIterator[telegram.Bot]:
    async with telegram.Bot(TOKEN, base_url=f"{emulator.url}/bot", base_file_url=f"{emulator.url}/file/bot") as bot:
        yield bot


@pytest.fixture
async def by_aiogram(emulator: TelegramEmulator) -> AsyncIterator[aiogram.Bot]:
    bot = aiogram_bot(emulator)
    yield bot
    await bot.session.close()


def ptb_bot(emulator: TelegramEmulator, session: aiohttp.ClientSession, token: str = TOKEN) -> telegram.Bot:
    request = SessionRequest(lambda: session)
    return telegram.Bot(token, f"{emulator.url}/bot", f"{emulator.url}/file/bot", request, request)


def aiogram_bot(emulator: TelegramEmulator, token: str = TOKEN) -> aiogram.Bot:
    import aiogram
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer

    return aiogram.Bot(token, AiohttpSession(api=TelegramAPIServer.from_base(emulator.url)))


def aiogram_buttons(data: str) -> aiogram.types.InlineKeyboardMarkup:
    from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

    return InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="1. Có", callback_data=data)]])


async def test_ptb_sends_edits_answers_and_fetches(emulator: TelegramEmulator, by_ptb: telegram.Bot) -> None:
    person = emulator.person(PERSON)
    assert (await by_ptb.get_me()).username == "to_so_bot"
    message = await by_ptb.send_message(PERSON, "Còn máy cũ không?", reply_markup=PTB_BUTTONS)
    assert message.text == "Còn máy cũ không?"
    await person.presses("Có")
    (update,) = await by_ptb.get_updates(timeout=1)
    assert update.callback_query
    assert update.callback_query.data == "m:yes"
    assert await by_ptb.answer_callback_query(update.callback_query.id)
    edited = await by_ptb.edit_message_text("Xong", PERSON, message.message_id)
    assert isinstance(edited, telegram.Message)
    assert [(seen.text, seen.labels) for seen in person.sees] == [("Xong", ())]
    assert await by_ptb.get_updates(offset=update.update_id + 1) == ()


async def test_aiogram_sends_edits_answers_and_fetches(emulator: TelegramEmulator, by_aiogram: aiogram.Bot) -> None:
    person = emulator.person(PERSON)
    assert (await by_aiogram.get_me()).username == "to_so_bot"
    message = await by_aiogram.send_message(PERSON, "Còn máy cũ không?", reply_markup=aiogram_buttons("m:yes"))
    await person.presses("1. Có", forgotten=True)
    (update,) = await by_aiogram.get_updates(timeout=1)
    assert update.callback_query
    assert await by_aiogram.answer_callback_query(update.callback_query.id)
    await by_aiogram.edit_message_text("Xong", chat_id=PERSON, message_id=message.message_id)
    assert [seen.text for seen in person.sees] == ["Xong"]
    assert await by_aiogram.get_updates(offset=update.update_id + 1) == []


async def test_files_actions_and_commands(
    emulator: TelegramEmulator, by_ptb: telegram.Bot, by_httpx: telegram.Bot, by_aiogram: aiogram.Bot
) -> None:
    from aiogram.types import BotCommand, BufferedInputFile

    person = emulator.person(PERSON)
    await by_ptb.send_photo(PERSON, b"\x89PNG1", caption="ảnh 1")
    await by_httpx.send_photo(PERSON, b"\x89PNG2", caption="ảnh 2")
    sent = await by_aiogram.send_photo(PERSON, BufferedInputFile(b"\x89PNG3", "a.png"), caption="ảnh 3")
    assert [(seen.text, seen.photo) for seen in person.sees] == [("ảnh 1", True), ("ảnh 2", True), ("ảnh 3", True)]
    assert sent.photo
    file = await by_ptb.get_file(sent.photo[0].file_id)
    assert bytes(await file.download_as_bytearray()) == b"\x89PNG3"
    assert await by_ptb.send_chat_action(PERSON, "typing")
    assert await by_aiogram.set_my_commands([BotCommand(command="start", description="Bắt đầu")])
    with pytest.raises(ptb.BadRequest, match=r"(?i)wrong file_id"):
        await by_ptb.get_file("nothing")
    with pytest.raises(ptb.BadRequest, match=r"(?i)bot_command_invalid"):
        await by_ptb.set_my_commands([("Start!", "x")])


BAD_CALLS: list[tuple[str, dict[str, Any]]] = [
    ("chat not found", {"chat_id": 1, "text": "a"}),
    ("message text is empty", {"chat_id": PERSON, "text": "  "}),
    ("message is too long", {"chat_id": PERSON, "text": "a" * 4097}),
    ("BUTTON_DATA_INVALID", {"chat_id": PERSON, "text": "a", "data": "ă" * 33}),
]


@pytest.mark.parametrize(("words", "call"), BAD_CALLS)
async def test_bad_calls_are_bad_requests_to_both(
    by_ptb: telegram.Bot, by_aiogram: aiogram.Bot, words: str, call: dict[str, Any]
) -> None:
    from aiogram import exceptions as aio

    data = call.get("data", "m:yes")
    call = {name: value for name, value in call.items() if name != "data"}
    ptb_markup = telegram.InlineKeyboardMarkup([[telegram.InlineKeyboardButton("1", callback_data=data)]])
    with pytest.raises(ptb.BadRequest, match=f"(?i){words}"):
        await by_ptb.send_message(**call, reply_markup=ptb_markup)
    with pytest.raises(aio.TelegramBadRequest, match=words):
        await by_aiogram.send_message(**call, reply_markup=aiogram_buttons(data))


async def test_mark_up_does_not_count_towards_the_limit(by_ptb: telegram.Bot) -> None:
    message = await by_ptb.send_message(PERSON, f"<b>{'a' * 4096}</b>", parse_mode="HTML")
    assert message.text == "a" * 4096


async def test_more_refusals(emulator: TelegramEmulator, by_ptb: telegram.Bot, by_aiogram: aiogram.Bot) -> None:
    from aiogram import exceptions as aio

    message = await by_ptb.send_message(PERSON, "a")
    with pytest.raises(ptb.BadRequest, match=r"(?i)message is not modified"):
        await by_ptb.edit_message_text("a", PERSON, message.message_id)
    with pytest.raises(aio.TelegramBadRequest, match="message to edit not found"):
        await by_aiogram.edit_message_text("b", chat_id=PERSON, message_id=999)
    with pytest.raises(ptb.BadRequest, match=r"(?i)query is too old"):
        await by_ptb.answer_callback_query("1")
    with pytest.raises(ptb.BadRequest, match=r"(?i)caption is too long"):
        await by_ptb.send_photo(PERSON, "file-1", caption="a" * 1025)
    await emulator.person(PERSON).blocks()
    with pytest.raises(ptb.Forbidden, match=r"(?i)blocked by the user"):
        await by_ptb.send_message(PERSON, "b")
    with pytest.raises(aio.TelegramForbiddenError):
        await by_aiogram.send_message(PERSON, "b")


async def test_an_old_press_cannot_be_answered(emulator: TelegramEmulator, by_ptb: telegram.Bot) -> None:
    await by_ptb.send_message(PERSON, "a", reply_markup=PTB_BUTTONS)
    await emulator.person(PERSON).presses("Có")
    (update,) = await by_ptb.get_updates()
    emulator.world.query_seconds = 0.0
    assert update.callback_query
    with pytest.raises(ptb.BadRequest, match=r"(?i)query is too old"):
        await by_ptb.answer_callback_query(update.callback_query.id)


async def test_a_wrong_token_is_unauthorized(emulator: TelegramEmulator) -> None:
    from aiogram import exceptions as aio

    wrong = "4242424242:AAHwrong"
    async with aiohttp.ClientSession() as session:
        with pytest.raises(ptb.InvalidToken):
            await ptb_bot(emulator, session, wrong).get_me()
    async with aiogram_bot(emulator, wrong).context() as bot:
        with pytest.raises(aio.TelegramUnauthorizedError):
            await bot.get_me()


@pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning")
async def test_faults_map_to_each_librarys_own_errors(
    emulator: TelegramEmulator, by_ptb: telegram.Bot, by_aiogram: aiogram.Bot
) -> None:
    from aiogram import exceptions as aio

    emulator.fail_next(429, times=2, retry_after=3)
    with pytest.raises(ptb.RetryAfter):
        await by_ptb.send_message(PERSON, "a")
    with pytest.raises(aio.TelegramRetryAfter) as told:
        await by_aiogram.send_message(PERSON, "a")
    assert told.value.retry_after == 3
    group = emulator.group()
    group.migrates(-1_009_999)
    with pytest.raises(ptb.ChatMigrated) as moved:
        await by_ptb.send_message(group.id, "a")
    assert moved.value.new_chat_id == -1_009_999
    with pytest.raises(aio.TelegramMigrateToChat):
        await by_aiogram.send_message(group.id, "a")
    emulator.fail_next(500)
    with pytest.raises(aio.TelegramServerError):
        await by_aiogram.send_message(PERSON, "a")
    emulator.fail_next("timeout")
    with pytest.raises(ptb.TimedOut):
        await by_ptb.send_message(PERSON, "a", read_timeout=0.05)
    emulator.fail_next("drop", times=2)
    with pytest.raises(ptb.NetworkError):
        await by_ptb.send_message(PERSON, "đã nhận")
    with pytest.raises(aio.TelegramNetworkError):
        await by_aiogram.send_message(PERSON, "đã nhận")
    assert [seen.text for seen in emulator.person(PERSON).sees] == ["đã nhận", "đã nhận"]
    emulator.fail_next("broken")
    with pytest.raises(aio.ClientDecodeError):
        await by_aiogram.send_message(PERSON, "a")


async def test_a_webhook_and_fetching_exclude_each_other(
    emulator: TelegramEmulator, by_ptb: telegram.Bot, by_aiogram: aiogram.Bot
) -> None:
    from aiogram import exceptions as aio

    await by_ptb.set_webhook("https://127.0.0.1:9/hook", secret_token="s")
    with pytest.raises(ptb.Conflict):
        await by_ptb.get_updates()
    with pytest.raises(aio.TelegramConflictError):
        await by_aiogram.get_updates()
    await by_aiogram.delete_webhook()
    assert (await by_ptb.get_webhook_info()).url == ""
    with pytest.raises(ptb.BadRequest, match=r"(?i)unallowed characters"):
        await by_ptb.set_webhook("https://127.0.0.1:9/hook", secret_token="dấu cách")
    strict = TelegramEmulator(allow_http=False)
    async with strict, aiohttp.ClientSession() as session:
        with pytest.raises(ptb.BadRequest, match=r"(?i)https URL must be provided"):
            await ptb_bot(strict, session).set_webhook("http://127.0.0.1:9/hook")


async def test_offset_and_limit_choose_what_is_fetched(emulator: TelegramEmulator, by_ptb: telegram.Bot) -> None:
    person = emulator.person(PERSON)
    for text in "abc":
        await person.says(text)
    first = await by_ptb.get_updates(limit=2)
    assert [update.message.text for update in first if update.message] == ["a", "b"]
    rest = await by_ptb.get_updates(offset=first[-1].update_id + 1)
    assert [update.message.text for update in rest if update.message] == ["c"]
    (last,) = await by_ptb.get_updates(offset=-1)
    assert last.update_id == rest[0].update_id
