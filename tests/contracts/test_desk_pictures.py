"""Pictures and spoken words in a thread: fetched from the platform for those who may read it, and nobody else."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.channels.telegram.client import LARGEST
from bot.model import Chat, Said, Session, Turn
from bot.ports.store import Loaded
from tests.cameras import FORMS, ON_ITS_SIDE, pixels, taken, tells, turned
from tests.contracts.desk_site import (
    OTHER_TEAM,
    TEAM,
    StoppedClock,
    join,
    on_telegram,
    running_desk,
    signed_in,
)
from tests.contracts.test_desk import request
from tests.contracts.web_site import Site
from tests.emulators.telegram import TOKEN, TelegramEmulator

JPEG, PNG, WEBP = map(taken, FORMS)
OGG = b"OggS spoken words"
AAC = b"\xff\xf1\x60\x40 spoken words"


@pytest_asyncio.fixture
async def site(telegram: TelegramEmulator) -> AsyncIterator[Site]:
    async with running_desk(StoppedClock(), on_telegram(telegram)) as it:
        await join(it, "hoa", "Hoa", TEAM, password="")
        await join(it, "tam", "Tâm", OTHER_TEAM, password="")
        yield it


async def sent(site: Site, *media: str, channel: str = "telegram") -> str:
    """A request that Hoa holds, whose resident sent these; returns its code."""
    opened = request(StoppedClock(), Chat(channel, "77", "77"), state="held", holder="hoa")
    said = tuple(Said(opened.opened_at, "resident", "", media=each) for each in media)
    turn = Turn(Session(request=opened.code, helper="hoa"), request=opened, said=said)
    await site.parts.store.commit(opened.chat, Loaded(0, None), turn, (), pulled=False)
    return opened.code


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (JPEG, "image/jpeg"),
        (PNG, "image/png"),
        (WEBP, "image/webp"),
        (OGG, "audio/ogg"),
        (AAC, "audio/aac"),
        (b"#!AMR\n" + b"x" * 20, "audio/amr"),
    ],
)
async def test_its_holder_sees_it(telegram: TelegramEmulator, site: Site, content: bytes, kind: str) -> None:
    telegram.world.files["screen-of-a-resident"] = content
    code = await sent(site, "photo:screen-of-a-resident")
    async with signed_in(site, "hoa") as hoa:
        answer = await hoa.get(f"/desk/requests/{code}/pictures/1")
        assert (answer.status_code, answer.headers["content-type"]) == (200, kind)
        if kind.startswith("image/"):
            assert tells(content)
            assert (tells(answer.content), turned(answer.content)) == ([], ON_ITS_SIDE)
            assert pixels(answer.content) == pixels(content)
        else:
            assert answer.content == content
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"


async def test_the_page_shows_pictures_and_plays_words(telegram: TelegramEmulator, site: Site) -> None:
    code = await sent(site, "photo:screen-of-a-resident", "voice:def")
    async with signed_in(site, "hoa") as hoa:
        page = (await hoa.get(f"/desk/requests/{code}")).text
    assert f'<img src="/desk/requests/{code}/pictures/1" alt="Ảnh Người nhờ gửi"' in page
    assert f'<audio controls preload="none" src="/desk/requests/{code}/pictures/2">' in page
    assert f'<a href="/desk/requests/{code}/pictures/2" download>' in page  # not every browser plays what phones record
    assert TOKEN not in page
    assert "screen-of-a-resident" not in page


async def test_others_get_nothing(telegram: TelegramEmulator, site: Site) -> None:
    telegram.world.files["screen-of-a-resident"] = JPEG
    code = await sent(site, "photo:screen-of-a-resident")
    path = f"/desk/requests/{code}/pictures/1"
    async with signed_in(site, "tam") as tam, site.client() as nobody:
        assert (await tam.get(path)).status_code == 404
        assert JPEG not in (await nobody.get(path)).content
    assert not [call for call in telegram.calls if call.method.lower() == "getfile"]


@pytest.mark.parametrize("content", [b"<html><script>alert(1)</script>", b"", b"%PDF-1.7", JPEG + b"." * LARGEST, None])
async def test_what_is_no_picture_stays_where_it_is(
    telegram: TelegramEmulator, site: Site, content: bytes | None
) -> None:
    if content is not None:
        telegram.world.files["screen-of-a-resident"] = content
    code = await sent(site, "photo:screen-of-a-resident")
    async with signed_in(site, "hoa") as hoa:
        assert (await hoa.get(f"/desk/requests/{code}/pictures/1")).status_code == 404


@pytest.mark.parametrize("number", ["0", "2", "-1", "x", "1e3", "9" * 20])
async def test_there_is_no_such_picture(telegram: TelegramEmulator, site: Site, number: str) -> None:
    telegram.world.files["screen-of-a-resident"] = JPEG
    code = await sent(site, "photo:screen-of-a-resident")
    async with signed_in(site, "hoa") as hoa:
        assert (await hoa.get(f"/desk/requests/{code}/pictures/{number}")).status_code == 404


async def test_a_platform_that_is_away_or_holds_nothing_is_no_failure(telegram: TelegramEmulator, site: Site) -> None:
    code = await sent(site, "photo:screen-of-a-resident")
    elsewhere = await sent(site, "photo:screen-of-a-resident", channel="zalo-bot")
    await telegram.stop()
    async with signed_in(site, "hoa") as hoa:
        for each in (code, elsewhere):
            assert (await hoa.get(f"/desk/requests/{each}/pictures/1")).status_code == 404
        assert "(đã gửi một ảnh)" in (await hoa.get(f"/desk/requests/{elsewhere}")).text
