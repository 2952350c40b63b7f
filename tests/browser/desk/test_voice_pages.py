"""A volunteer reads a step aloud on a phone; residents listen to it in the chat."""

import re

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import DESKTOP
from tests.browser.desk.hands import enter
from tests.browser.talk import introduce, press, settled, type_in
from tests.browser.test_access import violations
from tests.contracts.voice_ward import GUIDE, STEP, read_a_step
from tests.contracts.web_site import Site

pytestmark = [pytest.mark.browser, pytest.mark.installs]

PAGE = f"/desk/voices/{GUIDE}/vi"
_PLAYS = "async (it) => { await it.play(); return it.duration; }"


async def test_a_step_is_read_aloud_kept_and_listened_to(site: Site, phone: Page, desk: Page) -> None:
    await desk.goto(PAGE)
    step = desk.locator(f"#{STEP}")
    await step.get_by_role("button", name="Thu âm").click()
    await expect(step.locator("output")).to_have_text(re.compile(r"0:0[2-9]"))
    await step.get_by_role("button", name="Dừng").click()
    assert await step.locator(".recorder audio").evaluate(_PLAYS)
    await step.get_by_role("button", name="Giữ bản này").click()
    await expect(desk.get_by_role("status").first).to_contain_text("rồi bà con mới nghe được")
    found = re.search(r"Hoa đọc lúc 09:00, (\d+) giây\.", await step.inner_text())
    assert found
    seconds = pytest.approx(int(found[1]), abs=1)
    assert await step.locator(".waiting audio").evaluate(_PLAYS) == seconds

    await enter(desk, site, "admin")
    await desk.goto("/desk/voices")
    await desk.get_by_role("link", name="Đăng nhập Cổng Dịch vụ công").first.click()
    await step.get_by_role("button", name="Cho bà con nghe").click()
    await expect(desk.get_by_role("status").first).to_have_text("Đã đưa ra. Bà con nghe được bước này rồi.")
    assert await step.locator("> audio").evaluate(_PLAYS) == seconds

    await introduce(phone)
    await type_in(phone, f"/start {GUIDE}")
    await settled(phone)
    await press(phone, "Nghe đọc")
    player = phone.locator("#log audio")
    assert await player.evaluate(_PLAYS) == seconds
    box = await player.bounding_box()
    assert box
    assert box["height"] >= 48
    assert box["width"] > 250


@pytest.mark.page_faults("status of 422")
async def test_a_recording_can_be_made_anew_before_it_is_kept(site: Site, desk: Page) -> None:
    await desk.goto(PAGE)
    step, other = desk.locator(f"#{STEP}"), desk.locator("#no_vneid")
    await step.get_by_role("button", name="Thu âm").press("Enter")
    await expect(step.locator("output")).to_have_text("0:00")
    await other.get_by_role("button", name="Thu âm").click()  # nobody reads two steps at once
    await expect(step.get_by_role("button", name="Thu lại")).to_be_visible()
    await other.get_by_role("button", name="Dừng").click()
    await expect(other.locator(".recorder audio")).to_be_focused()
    await step.get_by_role("button", name="Giữ bản này").click()
    await expect(step.get_by_role("alert")).to_contain_text("Chưa giữ được")


async def test_the_pages_are_open_to_everybody(browser: Browser, site: Site) -> None:
    sound = await read_a_step(site.parts, by="hoa")
    async with await browser.new_context(viewport=DESKTOP, base_url=site.address, bypass_csp=True) as context:
        page = await context.new_page()
        await enter(page, site, "hoa")
        for path in ("/desk/voices", PAGE, f"/listen/{sound}"):
            await page.goto(path)
            assert await violations(page) == [], path
