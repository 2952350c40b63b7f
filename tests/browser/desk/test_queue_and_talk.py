"""The desk in a real browser: for everyone, by keyboard, and without scripts."""

import pytest
from playwright.async_api import Browser, Page, ViewportSize, expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.desk.hands import (
    ASKS,
    ENGLISH,
    LONG,
    enter,
    held,
    is_large_and_fits,
    is_live,
    open_menu,
    take,
    write,
)
from tests.browser.test_access import violations
from tests.contracts.desk_site import PASSWORD, StoppedClock, do, say
from tests.contracts.web_site import Site

pytestmark = pytest.mark.browser


@pytest.mark.page_faults("status of 422")
async def test_no_violation_anywhere(browser: Browser, site: Site) -> None:
    async with await browser.new_context(viewport=DESKTOP, base_url=site.address, bypass_csp=True) as context:
        page = await context.new_page()
        await page.goto("/desk")
        assert await violations(page) == []
        await enter(page, site, "minh")
        assert await violations(page) == []
        mine, english, helped, closed = [await say(site, lines) for lines in (LONG, ENGLISH, ASKS, LONG)]
        await do(site, "take", helped, "hoa")
        await do(site, "take", closed, "minh")
        await do(site, "close", closed, "minh")
        for path in ("/desk", "/desk?lang=en", "/desk?code=Z0000", f"/desk/requests/{english}", "/desk/record"):
            await page.goto(path)
            assert await violations(page) == [], path
        await page.goto("/desk")
        await page.locator("#open-help").click()
        assert await violations(page) == []
        await page.keyboard.press("Escape")
        await take(page, mine)
        await write(page, "gửi mã OTP cho cháu")
        await expect(page.locator("#said.problem")).to_be_visible()
        await page.evaluate("for (const folded of document.querySelectorAll('#acts details')) folded.open = true")
        await do(site, "note", mine, "minh", "Bác nghe kém.")
        await do(site, "reply", mine, "minh", "Bác chờ cháu nhé.")
        await expect(page.locator("#thread .note, #thread .volunteer")).to_have_count(2)
        assert await violations(page) == []
        await page.goto(f"/desk/requests/{closed}")
        assert await violations(page) == []


async def test_it_is_large_and_fits_the_screen(site: Site, desk: Page) -> None:
    await say(site, ENGLISH)
    code = await held(site, desk)
    await do(site, "reply", code, "hoa", "b" * 200)
    for path in ("/desk", f"/desk/requests/{code}"):
        await desk.goto(path)
        await is_live(desk)
        await is_large_and_fits(
            desk,
            "button:visible, input:visible, select:visible, textarea:visible, nav a:visible, #where a:visible",
        )


@pytest.mark.page_faults("status of 422")
async def test_what_is_held_back_stays_in_the_box(site: Site, desk: Page) -> None:
    await held(site, desk)
    await write(desk, "gửi mã OTP cho cháu")
    await expect(desk.locator("#said")).to_contain_text("Bà con dễ nhầm với kẻ lừa đảo.")
    await expect(desk.locator("#text")).to_have_value("gửi mã OTP cho cháu")
    await write(desk, "Bác tự gõ mã trên máy nhé.")
    await expect(desk.locator("#thread .volunteer .text")).to_have_text(["Bác tự gõ mã trên máy nhé."])
    await expect(desk.locator("#text")).to_have_value("")
    await expect(desk.locator("#text")).to_be_focused()


async def test_pressing_twice_sends_once(site: Site, desk: Page) -> None:
    await held(site, desk)
    await desk.locator("#text").fill("Bác chờ cháu nhé.")
    await desk.get_by_role("button", name="Gửi", exact=True).dblclick()
    await expect(desk.locator("#thread .volunteer")).to_have_count(1)
    await write(desk, "Bác chờ cháu nhé.")
    await expect(desk.locator("#thread .volunteer")).to_have_count(2)


async def test_a_ready_made_reply_goes_into_the_box(site: Site, desk: Page) -> None:
    await held(site, desk)
    await desk.locator("#text").fill("Dạ.")
    await desk.locator("#canned summary").click()
    await desk.get_by_role("link", name="Bấm nhầm cũng không sao").click()
    await expect(desk.locator("#text")).to_have_value(
        "Dạ.\nBác cứ làm từ từ nhé. Bấm nhầm cũng không sao, quay lại được ạ."
    )
    await expect(desk.locator("#text")).to_be_focused()


async def test_everything_with_the_keyboard_alone(site: Site, clock: StoppedClock, desk: Page) -> None:
    first = await say(site, LONG)
    clock.move(1)
    await say(site, LONG)
    await expect(desk.locator("#cards > li")).to_have_count(2)
    await desk.keyboard.press("?")
    await expect(desk.locator("#help")).to_be_visible()
    await desk.keyboard.press("Escape")
    await expect(desk.locator("#help")).not_to_be_visible()
    await desk.keyboard.press("j")
    await desk.keyboard.press("j")
    await desk.keyboard.press("k")
    await expect(desk.locator(f"#{first} h3 a")).to_be_focused()
    await desk.keyboard.press("n")
    await desk.locator("#thread").wait_for()
    await is_live(desk)
    await desk.keyboard.press("r")
    await desk.keyboard.type("njk? Bác chờ cháu nhé.")
    await desk.keyboard.press("Control+Enter")
    await expect(desk.locator("#thread .volunteer .text")).to_have_text(["njk? Bác chờ cháu nhé."])
    await desk.locator("h1").click()
    await desk.keyboard.press("h")
    await desk.locator("#mine").wait_for()
    await desk.keyboard.press("/")
    await expect(desk.locator("#code")).to_be_focused()
    await desk.keyboard.type(f"{first[0].lower()} {first[1:]}")
    await desk.keyboard.press("Enter")
    await desk.locator("#thread").wait_for()


async def test_shortcuts_and_sound_are_as_this_browser_remembers(site: Site, desk: Page) -> None:
    await say(site, ASKS)
    await expect(desk.locator("#cards > li")).to_have_count(1)
    await desk.locator("#open-help").click()
    await expect(desk.locator("#sound")).not_to_be_checked()
    await desk.locator("#keys").uncheck()
    await desk.locator("#sound").check()
    await desk.reload()
    await is_live(desk)
    await desk.keyboard.press("?")
    await expect(desk.locator("#help")).not_to_be_visible()
    await desk.locator("#open-help").click()
    await expect(desk.locator("#keys")).not_to_be_checked()
    await expect(desk.locator("#sound")).to_be_checked()


async def test_signing_in_and_out(desk: Page) -> None:
    await open_menu(desk)
    await desk.get_by_role("button", name="Đăng xuất").click()
    await desk.locator("#username").fill("admin")
    await desk.locator("#password").fill(PASSWORD)
    await desk.keyboard.press("Enter")
    await desk.locator("#queue").wait_for()


@pytest.mark.page_faults("status of 422")
async def test_the_whole_way_without_scripts(browser: Browser, site: Site) -> None:
    async with await browser.new_context(viewport=PHONE, base_url=site.address, java_script_enabled=False) as context:
        page = await context.new_page()
        await page.goto(await site.parts.people.sign_in_link("hoa", site=site.address))
        await page.get_by_role("button", name="Vào bàn trực").click()
        await page.locator("#new").wait_for()  # who goes on before may leave before they are signed in
        await page.goto("/desk")
        code = await say(site, LONG)
        await page.get_by_role("link", name="Tải lại").click()
        await page.get_by_role("button", name="Nhận giúp").click()
        await page.locator("#text").fill("mật khẩu là Abc12345")
        await page.get_by_role("button", name="Gửi", exact=True).click()
        await expect(page.locator("#refused")).to_contain_text("có mật khẩu")
        await expect(page.locator("#text")).to_have_value("mật khẩu là Abc12345")
        await page.locator("#canned summary").click()
        await page.get_by_role("link", name="Bấm nhầm cũng không sao").click()
        await page.get_by_role("button", name="Gửi", exact=True).click()
        await expect(page.locator("#thread .volunteer")).to_contain_text("Bác cứ làm từ từ nhé.")
        await page.get_by_role("button", name="Xong", exact=True).click()
        await expect(page.locator("#who")).to_contain_text("Đã đóng")
        await page.locator("#suggestion").fill("Nên nói nút màu gì.")
        await page.get_by_role("button", name="Gửi góp ý").click()
        await expect(page.locator("#done")).to_contain_text("Đã gửi góp ý.")
        assert (await site.parts.store.escalation(code)) is not None


@pytest.mark.parametrize("size", [PHONE, DESKTOP])
async def test_the_label_of_the_search_stands_above_its_field(desk: Page, size: ViewportSize) -> None:
    await desk.set_viewport_size(size)
    label, field = [await desk.locator(part).bounding_box() for part in (".search label", "#code")]
    assert label
    assert field
    assert label["y"] + label["height"] <= field["y"]
