"""A resident on the chat page and a volunteer at the desk, in two windows, from the first word to the last."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, ViewportSize, expect

from tests.browser.conftest import DESKTOP, PHONE, chromium
from tests.browser.desk.hands import enter, take, write
from tests.browser.talk import introduce, press, settled, type_in
from tests.contracts.desk_site import GUIDE, TEAM, StoppedClock, join, request_of, running_desk
from tests.contracts.web_site import Site

pytestmark = pytest.mark.browser


@pytest_asyncio.fixture(loop_scope="session")
async def site() -> AsyncIterator[Site]:
    chromium()
    async with running_desk(StoppedClock()) as it:
        await join(it, "hoa", "Hoa", TEAM, password="")
        yield it


async def hears(resident: Page, text: str) -> None:
    """The resident reads this, by itself."""
    await expect(resident.locator("#log .bubble", has_text=text).last).to_be_visible()


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
async def test_stuck_helped_and_back_on_the_step(browser: Browser, site: Site, size: ViewportSize) -> None:
    async with (
        await browser.new_context(viewport=PHONE, base_url=site.address, locale="vi-VN") as at_home,
        await browser.new_context(viewport=size, base_url=site.address, locale="vi-VN") as at_desk,
    ):
        desk, resident = await at_desk.new_page(), await at_home.new_page()
        await enter(desk, site, "hoa")
        await resident.goto("/")
        await settled(resident)
        await introduce(resident)
        await type_in(resident, f"/start {GUIDE}")
        await settled(resident)
        await press(resident, "1")
        await type_in(resident, "gặp người")
        await settled(resident)
        await type_in(resident, "tổ 4")

        waiting = desk.locator("#cards > li")
        await expect(waiting).to_have_count(1)
        code = await waiting.get_attribute("id")
        assert code
        await take(desk, code)
        await hears(resident, "Hoa, tình nguyện viên của tổ, đã nhận giúp bác.")

        await write(desk, "Bác thấy nút màu gì ạ?")
        await hears(resident, "Bác thấy nút màu gì ạ?")
        await type_in(resident, "nut xanh")
        await expect(desk.locator("#thread .resident .text").last).to_have_text("nut xanh")

        await desk.get_by_role("button", name="Gửi lại bước này").click()
        await hears(resident, "Hoa nhắc lại bước bác đang làm")
        await desk.locator("summary", has_text="Ghi chú cho tình nguyện viên").click()
        await desk.locator("#note").fill("Bác nghe kém.")
        await desk.get_by_role("button", name="Lưu ghi chú").click()
        await expect(desk.locator("#thread .note .text")).to_have_text("Bác nghe kém.")

        await desk.get_by_role("button", name="Xong", exact=True).click()
        await expect(desk.locator("#who")).to_contain_text("Đã đóng")
        await press(resident, "1")
        assert "Bác nghe kém." not in await resident.locator("#log").inner_text()
        request = await request_of(site, code)
        session = (await site.parts.store.load(request.chat)).session
        assert request.score == 1
        assert session
        assert session.run
        assert session.run.guide == GUIDE
