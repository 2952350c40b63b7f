"""The Bot Platform emulator is held to the real one's contract: an independent client library must accept it."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import zalo_bot
from zalo_bot import error

from tests.emulators.zalo_bot import TOKEN, ZaloBotEmulator

Json = dict[str, Any]


@pytest.fixture
async def zalo() -> AsyncIterator[ZaloBotEmulator]:
    async with ZaloBotEmulator() as running:
        yield running


@pytest.fixture
async def bot(zalo: ZaloBotEmulator) -> AsyncIterator[zalo_bot.Bot]:
    async with zalo_bot.Bot(TOKEN, zalo.url) as library:
        yield library


async def call(zalo: ZaloBotEmulator, method: str, token: str = TOKEN, **params: object) -> tuple[int, Json]:
    """A call as the documentation's curl lines make it: status and body."""
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{zalo.url}/bot{token}/{method}", json=params) as response,
    ):
        return response.status, await response.json()


async def test_the_library_sends_and_fetches(zalo: ZaloBotEmulator, bot: zalo_bot.Bot) -> None:
    person = zalo.person(name="Lan")
    assert (await bot.get_me()).account_type == "BASIC"
    sent = await bot.send_message(person.id, "Còn máy cũ không?\n\n1. Còn mở được\n2. Mất rồi")
    assert sent.message_id == person.sees[0].message_id
    assert person.sees[0].labels == ("1. Còn mở được", "2. Mất rồi")
    await person.presses("Mất rồi")
    update = await bot.get_update(timeout=1)
    assert (update.message.text, update.message.chat.type) == ("2", "PRIVATE")
    assert (update.message.from_user.display_name, update.effective_user.id) == ("Lan", person.id)
    await update.message.reply_text("Dạ")
    await bot.send_photo(person.id, "ảnh", "https://phuong.example/a.png")
    await bot.send_sticker(person.id, "0e078a2fb66a5f34067b")
    assert [(seen.kind, seen.text) for seen in person.sees[1:]] == [("text", "Dạ"), ("image", "ảnh"), ("sticker", "")]
    assert zalo.world.sent_this_month == 4


async def test_a_picture_on_this_machine_is_fetched_before_it_is_sent(zalo: ZaloBotEmulator, bot: zalo_bot.Bot) -> None:
    person, picture = zalo.person(), zalo.media("x.jpg")
    await bot.send_photo(person.id, "ảnh", picture)
    assert zalo.world.fetched[picture].startswith(b"\xff\xd8")
    zalo.links, zalo.photo_seconds = "ended", 0.1
    with pytest.raises(error.BadRequest):
        await bot.send_photo(person.id, "ảnh", picture)
    zalo.links = "hang"
    with pytest.raises(error.BadRequest):
        await bot.send_photo(person.id, "ảnh", picture)
    assert [seen.photo for seen in person.sees] == [True]


async def test_the_library_gets_photos_and_stickers(zalo: ZaloBotEmulator, bot: zalo_bot.Bot) -> None:
    person = zalo.person()
    await person.sends_photo("đây ạ")
    await person.sends_sticker()
    photo = (await bot.get_update(timeout=1)).message
    assert (photo.photo_url, photo.message_type) == (f"{zalo.url}/media/x.jpg", "CHAT_PHOTO")
    assert (await bot.get_update(timeout=1)).message.sticker == "0e078a2fb66a5f34067b"
    with pytest.raises(error.NetworkError, match="Request timeout"):
        await bot.get_update(timeout=0)


async def test_the_library_knows_the_refusals(zalo: ZaloBotEmulator, bot: zalo_bot.Bot) -> None:
    person = zalo.person()
    with pytest.raises(error.BadRequest):
        await bot.send_message(person.id, "a" * 2001)
    with pytest.raises(error.BadRequest, match=r"(?i)chat not found"):
        await bot.send_message("0" * 20, "a")
    person.refuses()
    with pytest.raises(error.Forbidden):
        await bot.send_message(person.id, "a")
    with pytest.raises(error.InvalidToken):
        await zalo_bot.Bot("1:wrong", zalo.url).initialize()


async def test_methods_have_one_spelling(zalo: ZaloBotEmulator) -> None:
    assert await call(zalo, "getme") == (400, {"ok": False, "error_code": 400, "description": "Bad Request"})
    zalo.unknown_method = 404
    assert (await call(zalo, "nothing"))[0] == 404
    assert (await call(zalo, "getMe", token="1:wrong"))[0] == 401
    zalo.errors_as_200 = True
    assert (await call(zalo, "getMe", token="1:wrong"))[1]["error_code"] == 401


async def test_people_see_no_markup_where_a_text_has_any(zalo: ZaloBotEmulator) -> None:
    person = zalo.person()
    for mode, text in (
        ("markdown", "**Bước** 2 ~~1~~"),
        ("html", '<b>Bước</b> 2 <p style="color:red">1</p>'),
        ("", "**1**"),
    ):
        assert (await call(zalo, "sendMessage", chat_id=person.id, text=text, parse_mode=mode))[0] == 200
    zalo.world.strips_markup = False
    await call(zalo, "sendMessage", chat_id=person.id, text="**1**", parse_mode="markdown")
    assert [seen.text for seen in person.sees] == ["Bước 2 1", "Bước 2 1", "**1**", "**1**"]
    assert (await call(zalo, "sendMessage", chat_id=person.id, text="1", parse_mode="latex"))[0] == 400


async def test_a_month_has_so_many_messages(zalo: ZaloBotEmulator) -> None:
    person = zalo.person()
    zalo.world.quota = 1
    assert (await call(zalo, "sendMessage", chat_id=person.id, text="một"))[0] == 200
    refusal = {"ok": False, "error_code": 429, "description": "Quota exceeded"}
    assert await call(zalo, "sendMessage", chat_id=person.id, text="hai") == (429, refusal)
    assert await call(zalo, "sendChatAction", chat_id=person.id, action="typing") == (200, {"ok": True})
    zalo.world.passes(31 * 86_400)
    assert (await call(zalo, "sendMessage", chat_id=person.id, text="ba"))[0] == 200
