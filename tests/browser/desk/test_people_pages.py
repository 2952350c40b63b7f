"""Signing in, and the pages about people, teams and oneself, in a real browser: for everyone, and without scripts."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from bot.model import Chat, Missed
from tests.browser.conftest import DESKTOP, PHONE, chromium
from tests.browser.desk.hands import is_large_and_fits, open_menu
from tests.browser.test_access import violations
from tests.contracts.desk_site import OTHER_TEAM, PASSWORD, TEAM, StoppedClock, join, running_desk
from tests.contracts.web_site import Site

pytestmark = pytest.mark.browser

PAGES = (
    "/desk/people",
    "/desk/people/hoa",
    "/desk/teams",
    f"/desk/teams/{OTHER_TEAM}",
    f"/desk/teams/{OTHER_TEAM}/remove",
    "/desk/unheard",
    "/desk/me",
)


@pytest_asyncio.fixture(loop_scope="session")
async def site() -> AsyncIterator[Site]:
    chromium()
    async with running_desk(StoppedClock()) as it:
        await join(it, "hoa", "Hoa", TEAM)
        await join(it, "lan", "Lan", TEAM, OTHER_TEAM, role="lead")
        await it.parts.people.link(await it.parts.people.chat_code("hoa"), Chat("telegram", "7", "7"), group=False)
        it.parts.not_understood.note(Missed("cái quạt trần kêu cót két " + "o" * 80, "ihanoi"))
        yield it


async def enter(page: Page, name: str = "admin") -> None:
    """Sign in by keyboard; with several people the name is asked first."""
    await page.goto("/desk")
    await expect(page.locator("#username")).to_be_focused()
    await page.keyboard.type(name)
    await page.keyboard.press("Tab")
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/desk?lang=vi")


async def test_a_long_name_wraps(browser: Browser, site: Site) -> None:
    await join(site, "dai", "Dài" * 20, TEAM, OTHER_TEAM)
    async with await browser.new_context(viewport=PHONE, base_url=site.address) as context:
        page = await context.new_page()
        await enter(page)
        for path in ("/desk/people", "/desk/people/dai", f"/desk/teams/{TEAM}"):
            await page.goto(path)
            assert await page.evaluate("document.documentElement.scrollWidth") <= 360, path


async def test_the_names_of_fields_stand_above_where_they_begin(browser: Browser, site: Site) -> None:
    async with await browser.new_context(viewport=PHONE, base_url=site.address) as context:
        page = await context.new_page()
        await page.goto("/desk")
        begins = "nodes => nodes.map(node => node.getBoundingClientRect().left)"
        labels = await page.locator(".sign-in label").evaluate_all(begins)
        assert labels
        words = await page.locator(".sign-in label").evaluate_all(
            """nodes => nodes.map(node => { const range = document.createRange(); range.selectNodeContents(node);
              return range.getBoundingClientRect().left; })"""
        )
        fields = await page.locator(".sign-in input:not([type=hidden])").evaluate_all(begins)
        assert labels == words == fields


@pytest.mark.page_faults("status of 422")
async def test_no_violation_anywhere(browser: Browser, site: Site) -> None:
    async with await browser.new_context(viewport=DESKTOP, base_url=site.address, bypass_csp=True) as context:
        page = await context.new_page()
        link = await site.parts.people.sign_in_link("hoa", site=site.address)
        await page.goto(link)
        assert await violations(page) == []
        await enter(page)
        for path in (*PAGES, "/desk/people?lang=en", f"/desk/teams/{TEAM}?lang=en"):
            await page.goto(path)
            assert await violations(page) == [], path
        await page.goto("/desk/people/hoa")
        for button in ("Tạo đường dẫn đăng nhập", "Tạo mã nối chat"):
            await page.get_by_role("button", name=button).click()
            await page.locator(".code").wait_for()
            assert await violations(page) == [], button
        await page.goto(f"/desk/teams/{OTHER_TEAM}")
        await page.fill("#mon", "sáng")
        await page.get_by_role("button", name="Lưu").first.click()
        await expect(page.locator("#problem")).to_contain_text("Chưa đọc được giờ của thứ Hai.")
        await expect(page.locator("#mon")).to_have_value("sáng")
        assert await violations(page) == []


async def test_it_is_large_and_fits_the_screen(browser: Browser, site: Site) -> None:
    async with await browser.new_context(viewport=PHONE, base_url=site.address) as context:
        page = await context.new_page()
        await enter(page)
        for path in PAGES:
            await page.goto(path)
            await is_large_and_fits(
                page,
                "button:visible, summary:visible, .tick:visible, .list a:visible, nav a:visible, .back:visible",
            )


@pytest.mark.page_faults("status of 422")
async def test_what_is_too_long_comes_back_under_its_label(browser: Browser, site: Site) -> None:
    """A browser keeps to `maxlength`; what goes beyond it all the same is not lost, and is sent again shorter."""
    async with await browser.new_context(viewport=PHONE, base_url=site.address) as context:
        page = await context.new_page()
        await enter(page)
        await page.goto("/desk/people")
        await page.locator("#name").evaluate("box => box.removeAttribute('maxlength')")
        await page.fill("#id", "mai.mau")
        await page.fill("#name", "Mai " * 16)
        await page.get_by_label("Tổ hỗ trợ Mẫu B").check()
        await page.get_by_role("button", name="Thêm").click()
        await expect(page.get_by_label("Tên gọi")).to_have_value("Mai " * 16)
        await expect(page.get_by_text("Ô này có 64 ký tự, nhiều nhất 60.")).to_be_visible()
        await is_large_and_fits(page, "button:visible, textarea:visible, main a:visible")
        await page.get_by_label("Tên gọi").fill("Mai")
        await page.get_by_role("button", name="Gửi lại").click()
        await expect(page.get_by_role("status")).to_have_text("Đã thêm.")
        await expect(page.get_by_label("Tên gọi")).to_have_value("Mai")
        await expect(page.get_by_label("Tổ hỗ trợ Mẫu B")).to_be_checked()


async def test_the_whole_way_in_without_scripts(browser: Browser, site: Site) -> None:
    """An admin adds somebody and hands them a link; they enter, choose a password, and say that they are away."""
    async with (
        await browser.new_context(viewport=PHONE, base_url=site.address, java_script_enabled=False) as office,
        await browser.new_context(viewport=PHONE, base_url=site.address, java_script_enabled=False) as home,
    ):
        admin = await office.new_page()
        await admin.goto("/desk")
        await admin.fill("#username", "admin")
        await admin.fill("#password", PASSWORD)
        await admin.press("#password", "Enter")
        await open_menu(admin)
        await admin.get_by_role("link", name="Tình nguyện viên").click()
        await admin.fill("#id", "mai.mau")
        await admin.fill("#name", "Mai")
        await admin.select_option("#you", "co")
        await admin.get_by_label("Tổ hỗ trợ Mẫu B").check()
        await admin.get_by_role("button", name="Thêm").click()
        await expect(admin.get_by_role("status")).to_have_text("Đã thêm.")
        await admin.get_by_role("button", name="Tạo đường dẫn đăng nhập").click()
        link = await admin.locator(".code").inner_text()

        mai = await home.new_page()
        await mai.goto(link)
        await mai.get_by_role("button", name="Vào bàn trực").click()
        await mai.fill("#new", PASSWORD)
        await mai.get_by_role("button", name="Lưu").click()
        await expect(mai.get_by_role("status")).to_contain_text("Đã lưu mật khẩu mới.")
        await mai.get_by_role("button", name="Tôi tạm nghỉ").click()
        await expect(mai.get_by_role("status")).to_contain_text("đang tạm nghỉ")
        await open_menu(mai)
        await expect(mai.get_by_role("link", name="Tình nguyện viên")).to_have_count(0)
        await mai.get_by_role("button", name="Đăng xuất", exact=True).click()
        await expect(mai.locator("#username")).to_be_visible()

        await admin.get_by_role("link", name="Tất cả tình nguyện viên").click()
        await expect(admin.locator(".list li").filter(has_text="Mai")).to_contain_text("Đang tạm nghỉ.")


async def test_a_lead_changes_a_shift_by_keyboard(browser: Browser, site: Site) -> None:
    async with await browser.new_context(viewport=DESKTOP, base_url=site.address) as context:
        page = await context.new_page()
        await enter(page, "lan")
        await page.goto(f"/desk/teams/{OTHER_TEAM}")
        while not await page.locator("#sat:focus").count():
            await page.keyboard.press("Tab")
        await page.keyboard.type("8h-11h")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("status").first).to_have_text("Đã lưu.")
        await expect(page.locator("#sat")).to_have_value("8:00-11:00")


async def test_a_team_gets_its_own_days_off_goes_and_comes_back(browser: Browser, site: Site) -> None:
    """Without scripts, as everything here: what the ward's choice makes needless is out of sight."""
    async with await browser.new_context(viewport=PHONE, base_url=site.address, java_script_enabled=False) as context:
        page = await context.new_page()
        await page.goto(await site.parts.people.sign_in_link("admin", site=site.address))
        await page.get_by_role("button", name="Vào bàn trực").click()
        await page.locator("#queue").wait_for()  # who goes on before may leave before they are signed in
        await page.goto(f"/desk/teams/{OTHER_TEAM}")
        await expect(page.locator("#days_off")).to_be_hidden()
        await page.get_by_label("Ngày nghỉ riêng của tổ").first.check()
        await page.fill("#days_off", "5/2/2027-14/2/2027")
        await page.get_by_role("button", name="Lưu").first.click()
        await expect(page.get_by_role("status")).to_have_text("Đã lưu.")
        await expect(page.locator("#days_off")).to_have_value("5/2/2027-14/2/2027")
        await page.get_by_role("link", name="Xóa tổ này").click()
        await page.get_by_role("button", name="Xóa tổ").click()
        await expect(page.get_by_role("status")).to_have_text("Đã xóa tổ.")
        await page.get_by_role("button", name="Lập lại").click()
        await expect(page.get_by_role("heading", level=1)).to_contain_text("Tổ hỗ trợ Mẫu A")
        await expect(page.locator("#days_off")).to_have_value("5/2/2027-14/2/2027")
