"""A lead closes several requests at once, in a real browser: by keyboard alone, without scripts, on any screen."""

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.desk.hands import ASKS, ENGLISH, LONG, is_large_and_fits
from tests.browser.test_access import violations
from tests.contracts.desk_site import do, request_of, say
from tests.contracts.web_site import Site

pytestmark = pytest.mark.browser

TARGETS = "main button:visible, main .pages a, main .codes a, main .tick:visible"


async def tab_to(page: Page, selector: str) -> None:
    """Go on with the keyboard until this has the focus."""
    for _ in range(60):
        await page.keyboard.press("Tab")
        if await page.locator(selector).evaluate("(node) => node === document.activeElement"):
            return
    raise AssertionError(f"{selector} cannot be reached")


async def enter(page: Page, site: Site) -> None:
    """Sign in as the lead."""
    link = await site.parts.people.sign_in_link("minh", site=site.address)
    assert (await page.request.post(link, max_redirects=0)).status == 303
    await page.goto("/desk")


async def test_several_are_closed_by_keyboard_without_scripts(browser: Browser, site: Site) -> None:
    codes = [await say(site, lines) for lines in (ASKS, LONG, ENGLISH)]
    async with await browser.new_context(viewport=PHONE, base_url=site.address, java_script_enabled=False) as context:
        page = await context.new_page()
        await enter(page, site)
        await tab_to(page, "text=Đóng nhiều yêu cầu")
        await page.keyboard.press("Enter")
        for code in codes[:2]:
            await tab_to(page, f"#{code} input")
            await page.keyboard.press("Space")
        await tab_to(page, "input[value=in_person]")
        await page.keyboard.press("ArrowDown")
        await tab_to(page, "text=Xem lại trước khi đóng")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", name="Đóng 2 yêu cầu?")).to_be_visible()
        await expect(page.get_by_text("Lý do: Không liên lạc được.")).to_be_visible()
        await tab_to(page, "text=Đồng ý đóng 2 yêu cầu")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("status")).to_have_text("Đã đóng 2 yêu cầu.")
        await page.reload()
        await expect(page.get_by_role("status")).to_have_text("Đã đóng 2 yêu cầu.")
    assert [(await request_of(site, code)).state for code in codes] == ["closed", "closed", "waiting"]


@pytest.mark.page_faults("status of 422")
async def test_every_page_of_it_is_for_everyone(browser: Browser, site: Site) -> None:
    codes = [await say(site, lines) for lines in (ASKS, LONG, ENGLISH)]
    async with await browser.new_context(viewport=DESKTOP, base_url=site.address, bypass_csp=True) as context:
        page = await context.new_page()
        await enter(page, site)
        await page.get_by_role("link", name="Đóng nhiều yêu cầu").click()
        await page.get_by_role("link", name="Chọn cả 3 yêu cầu trên trang này").click()
        await expect(page.locator("input[name=pick]:checked")).to_have_count(3)
        await looked_at(page)
        await page.get_by_role("link", name="Bỏ chọn hết").click()
        await page.get_by_label("Trùng với yêu cầu khác").check()
        await page.get_by_role("button", name="Xem lại trước khi đóng").click()
        await expect(page.get_by_role("alert")).to_have_text("Bạn chưa chọn yêu cầu nào.")
        await looked_at(page)
        for code in codes:
            await page.get_by_label(f"Chọn {code}").check()
        await page.get_by_label("Trùng với yêu cầu khác").check()
        await page.get_by_role("button", name="Xem lại trước khi đóng").click()
        await looked_at(page)
        assert (await do(site, "take", codes[0], "hoa")).name == "done"
        await page.get_by_role("button", name="Đồng ý đóng 3 yêu cầu").click()
        await expect(page.get_by_role("status")).to_have_text("Đã đóng 2 yêu cầu.")
        await expect(page.locator("#left")).to_contain_text(f"{codes[0]}: Hoa đã nhận.")
        await looked_at(page)


async def looked_at(page: Page) -> None:
    """Nothing on the page is in anybody's way."""
    assert await violations(page) == []
    await is_large_and_fits(page, TARGETS)
