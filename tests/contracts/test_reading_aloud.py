"""A volunteer reads a step aloud in their own chat: fetched from the platform, kept, and heard by residents there."""

from collections.abc import AsyncIterator

import pytest_asyncio

from bot.flows.volunteer.recording import code_of
from bot.model import replace
from tests.contracts.desk_site import TEAM, StoppedClock, join, on_telegram, running_desk
from tests.contracts.recordings import PHONES, hum
from tests.contracts.voice_ward import GUIDE, STEP
from tests.contracts.web_site import Site
from tests.emulators.telegram import TelegramEmulator
from tests.emulators.telegram_people import Person
from tests.patience import until

CODE = code_of(GUIDE, STEP, "vi")


@pytest_asyncio.fixture
async def site(telegram: TelegramEmulator) -> AsyncIterator[Site]:
    unhurried = replace(on_telegram(telegram), telegram_rate=0.0, telegram_chat_rate=0.0)
    async with running_desk(StoppedClock(), unhurried) as it:
        await join(it, "hoa", "Hoa", TEAM, password="")
        yield it


async def reads(person: Person, part: str) -> str:
    """Wait until the newest thing they read holds this."""
    await until(lambda: bool(person.sees) and part in person.sees[-1].text, lambda: f"{part!r}: {person.sees[-1:]}")
    return str(person.sees[-1].text)


async def test_what_a_volunteer_sends_in_her_chat_residents_hear(telegram: TelegramEmulator, site: Site) -> None:
    hoa, resident = telegram.person(), telegram.person()
    await hoa.says(f"/link {await site.parts.people.chat_code('hoa')}")
    await reads(hoa, "Bạn đang trực")
    await hoa.says(f"đọc {CODE}")
    assert "Điện thoại của bác đã có VNeID chưa?" in await reads(hoa, "Hãy gửi một tin thoại")
    for recording, said in ((hum(2.0, loud=0), "không nghe thấy tiếng"), (PHONES["telegram"](), "Đã giữ, cảm ơn bạn.")):
        await hoa.sends_voice(recording=recording)
        await reads(hoa, "Dùng bản vừa gửi")
        await hoa.presses("Đúng, dùng bản này")
        await reads(hoa, said)
    note = site.parts.voice_box.voices.waiting[f"{GUIDE}/{STEP}/vi"]
    assert (note.by, note.seconds) == ("hoa", 2)
    assert site.parts.voice_box.voices.kept(GUIDE, STEP, "vi") is None
    assert await site.parts.voice_box.let_out(GUIDE, STEP, "vi", note.sound, "admin")

    for text, answer in (
        (f"/start {GUIDE}", "Tổ Số"),
        ("1", "xưng hô"),
        ("1", "Bước 1\n"),
        ("nghe", "Hoa đọc bước này"),
    ):
        await resident.says(text)
        await reads(resident, answer)
    assert telegram.world.files[resident.sees[-1].file] == await site.parts.voice_box.opus(note.sound)
    assert "4. Nghe đọc" in resident.sees[-1].labels


async def test_what_the_platform_gives_out_no_more_is_asked_for_again(telegram: TelegramEmulator, site: Site) -> None:
    hoa = telegram.person()
    await hoa.says(f"/link {await site.parts.people.chat_code('hoa')}")
    await reads(hoa, "Bạn đang trực")
    await hoa.says(f"đọc {CODE}")
    await reads(hoa, "Hãy gửi một tin thoại")
    await hoa.sends_voice(recording=PHONES["telegram"]())
    await reads(hoa, "Dùng bản vừa gửi")
    telegram.world.files.clear()
    await hoa.says("1")
    await reads(hoa, "không lấy được bản ghi âm")
    assert site.parts.voice_box.voices.kept(GUIDE, STEP, "vi") is None
