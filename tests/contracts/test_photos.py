"""A photo that nobody asked for, over each platform: not fetched, not passed on, unless its sender wants that."""

import pytest

from tests.cameras import ON_ITS_SIDE, tells, turned
from tests.contracts.test_hearing_channels import telegram_app
from tests.contracts.test_zalo_bot_app import app as zalo_bot_app
from tests.contracts.test_zalo_bot_app import read_to as read_on_bot
from tests.contracts.test_zalo_bot_app import registered, take_a_guide
from tests.contracts.zalo_oa_site import app as zalo_oa_app
from tests.contracts.zalo_oa_site import begin, read_to
from tests.emulators.telegram import TelegramEmulator
from tests.emulators.zalo_bot import ZaloBotEmulator
from tests.emulators.zalo_oa import ZaloOaEmulator

ASKED, REFUSED = "không xem ảnh của bác", "không nhận ảnh giấy tờ"


async def test_to_an_official_account_it_is_kept_once_its_sender_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.flows.rate_limit.NEAR_SECONDS", -1)  # each stands alone, however fast they come
    async with ZaloOaEmulator() as zalo, zalo_oa_app(zalo) as site:
        resident = zalo.person()
        await begin(resident)
        await resident.sends_photo("căn cước của bác đây")
        await read_to(resident, REFUSED)
        await resident.sends_photo()
        await read_to(resident, ASKED)
        await resident.says("2")
        await read_to(resident, "không gửi cho ai")
        assert await site.parts.store.open_requests() == []
        await resident.sends_photo()
        await read_to(resident, ASKED)
        await resident.says("1")
        await read_to(resident, "tổ dân phố")
        await resident.says("không rõ")
        await read_to(resident, "Mã yêu cầu")
        (request,) = await site.parts.store.open_requests()
        (sent,) = [said for _, said in await site.parts.store.thread(request.code) if said.media]
        assert (sent.who, sent.text) == ("resident", "")
        content = await site.parts.pictures.fetch(request, sent.media)
        assert content is not None
        assert content.startswith(b"\xff\xd8\xff")
        assert (tells(content), turned(content)) == ([], ON_ITS_SIDE)


async def test_to_a_zalo_bot() -> None:
    async with ZaloBotEmulator() as zalo, zalo_bot_app(zalo) as site:
        await registered(zalo, site)
        person = zalo.person()
        await take_a_guide(person)
        await person.sends_photo()
        await read_on_bot(person, ASKED)
        await person.says("2")
        await read_on_bot(person, "không gửi cho ai")


async def test_on_telegram() -> None:
    async with TelegramEmulator() as telegram, telegram_app(telegram):
        person = telegram.person(name="Tư")
        for text in ("/start", "1", "1"):
            await person.says(text)
            await person.next_message()
        await person.sends_photo("hộ chiếu")
        assert REFUSED in (await person.next_message()).text
        await person.sends_photo()
        assert ASKED in (await person.next_message()).text
        assert not [call for call in telegram.calls if call.method.lower() == "getfile"]
