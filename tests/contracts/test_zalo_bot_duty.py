"""A resident and a volunteer on the Zalo Bot, in digits alone: take, read, hear, answer, close."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.desk.roster import Volunteer
from tests.contracts.test_zalo_bot_app import app, read_to, registered
from tests.contracts.web_site import Site
from tests.emulators.zalo_bot import ZaloBotEmulator
from tests.emulators.zalo_bot_people import Person
from tests.setting import never_closed


@pytest.fixture
async def zalo() -> AsyncIterator[ZaloBotEmulator]:
    async with ZaloBotEmulator() as running:
        yield running


@pytest.fixture
async def site(zalo: ZaloBotEmulator, tmp_path: Path) -> AsyncIterator[Site]:
    async with app(zalo, ward=never_closed(tmp_path / "ward.yaml")) as running:
        await registered(zalo, running)
        yield running


async def volunteer(site: Site, zalo: ZaloBotEmulator) -> Person:
    """Hoa, whose Zalo chat is linked."""
    people = site.parts.people
    await people.add(Volunteer("hoa", "Hoa", "chi", teams=("to-mau-b",)), "admin")
    hoa = zalo.person(name="Hoa")
    await hoa.says(f"liên kết {await people.chat_code('hoa')}")
    await read_to(hoa, "Xong rồi! Từ giờ chị Hoa")
    return hoa


async def resident(zalo: ZaloBotEmulator) -> Person:
    """Somebody who agreed, and asks for a person."""
    person = zalo.person(name="Tư")
    for said, read in (
        ("chào", "1. Đồng ý"),
        ("1", "1. Bác"),
        ("1", "5. Gặp người giúp"),
        ("5", "5. Không rõ"),
        ("5", "Mã yêu cầu: "),
    ):
        await person.says(said)
        await read_to(person, read)
    return person


async def test_a_volunteer_takes_hears_and_answers(zalo: ZaloBotEmulator, site: Site) -> None:
    hoa = await volunteer(site, zalo)
    tu = await resident(zalo)
    (request,) = await site.parts.store.open_requests()
    await read_to(hoa, f"{request.code} · bác cần người giúp")
    await hoa.presses("Nhận")
    await read_to(tu, "Hoa, tình nguyện viên của tổ, đã nhận giúp bác.")
    await read_to(hoa, f"{request.code} · bác\n")
    await tu.says("máy bác quay vòng vòng")
    await read_to(hoa, f"{request.code} · bác: máy bác quay vòng vòng")
    await tu.sends_voice()
    await read_to(hoa, f"{request.code} · bác: (tin thoại)")
    assert [seen.kind for seen in hoa.sees[-2:]] == ["voice", "text"]
    await tu.sends_photo()
    await read_to(tu, "1. Gửi ảnh này")
    await tu.presses("Gửi ảnh này")
    await read_to(hoa, f"{request.code} · bác: (ảnh)")
    assert hoa.sees[-1].photo
    await hoa.says("Bác tắt đi mở lại nhé")
    await read_to(tu, "Hoa, tình nguyện viên của tổ: Bác tắt đi mở lại nhé")
    assert tu.id not in "".join(seen.text for seen in hoa.sees)
    assert hoa.id not in "".join(seen.text for seen in tu.sees)
    await hoa.says("7")
    await read_to(tu, "1. ")
    assert await site.parts.store.open_requests() == []
