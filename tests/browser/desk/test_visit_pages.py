"""Appointments and help beside somebody at the desk, in a real browser: for everyone, and without scripts."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.browser.conftest import DESKTOP, chromium
from tests.browser.test_access import violations
from tests.contracts.desk_site import TEAM, StoppedClock, join, running_desk
from tests.contracts.web_site import Site

pytestmark = pytest.mark.browser

AT_HOME = ("/start", "1", "1", "/start vneid-may-moi", "đến nhà giúp", "2", "4", "1", "1", "số 5 ngõ Mẫu", "1")
AT_A_POINT = ("/start", "1", "2", "đặt lịch", "1", "1", "1", "2")


@pytest_asyncio.fixture(loop_scope="session")
async def site() -> AsyncIterator[Site]:
    """Hoa helps; one resident asked for a visit to their home, another one booked a help point."""
    chromium()
    async with running_desk(StoppedClock()) as it:
        await join(it, "hoa", "Hoa", TEAM)
        for lines in (AT_HOME, AT_A_POINT):
            async with it.client() as client:
                token = (await client.post("/api/chat")).json()["conversation"]
                for number, text in enumerate(lines):
                    await client.post(f"/api/chat/{token}", json={"id": str(number), "text": text})
        yield it


@pytest.mark.page_faults("status of 422")
async def test_from_taking_to_counting_without_a_violation(browser: Browser, site: Site) -> None:
    async with await browser.new_context(viewport=DESKTOP, base_url=site.address, bypass_csp=True) as context:
        page = await context.new_page()
        await page.goto(await site.parts.people.sign_in_link("hoa", site=site.address))
        await page.get_by_role("button").click()
        await page.goto("/desk/visits")
        await expect(page.get_by_role("listitem")).to_have_count(2)
        assert await violations(page) == []
        await page.get_by_role("button", name="Nhận", exact=True).click()
        await expect(page.get_by_role("status")).to_contain_text("Đã nhận.")
        await expect(page.get_by_text("số 5 ngõ Mẫu")).to_be_visible()
        await page.get_by_text("Hủy hẹn này").first.click()
        assert await violations(page) == []
        await page.get_by_role("button", name="Hủy và báo người hẹn").first.click()
        await expect(page.get_by_role("status")).to_contain_text("Đã hủy.")
        await page.goto("/desk/beside")
        await page.get_by_label("Việc đã giúp").select_option(label="Việc khác")
        await page.get_by_role("button", name="Ghi lại").click()
        await expect(page.get_by_role("alert")).to_be_visible()
        assert await violations(page) == []
        await page.get_by_label("Từ 75 trở lên").check()
        await page.get_by_label("Xong rồi").check()
        await page.get_by_role("button", name="Ghi lại").click()
        await expect(page.get_by_role("status")).to_contain_text("Đã ghi một lượt giúp.")
        assert await violations(page) == []


@pytest.mark.page_faults("status of 401")
async def test_an_open_page_is_left_once_its_session_ended(browser: Browser, site: Site) -> None:
    """What stands there, where residents live among it, is for nobody who holds that device now."""
    async with await browser.new_context(viewport=DESKTOP, base_url=site.address) as context:
        page = await context.new_page()
        await page.goto(await site.parts.people.sign_in_link("hoa", site=site.address))
        await page.get_by_role("button").click()
        await page.goto("/desk/visits")
        await page.get_by_role("button", name="Nhận", exact=True).click()
        await expect(page.get_by_text("số 5 ngõ Mẫu")).to_be_visible()
        await site.parts.sessions.end_all("hoa")
        await expect(page.get_by_label("Mật khẩu")).to_be_visible(timeout=10_000)
        await expect(page.get_by_text("số 5 ngõ Mẫu")).to_have_count(0)
