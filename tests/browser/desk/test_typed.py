"""What somebody typed for a resident is not lost: when their session ends, or somebody else gets the request."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.desk.hands import held, is_live, open_menu, write
from tests.contracts.desk_site import PASSWORD, do
from tests.contracts.web_site import Site

pytestmark = pytest.mark.browser

TYPED = "Bác thấy nút màu xanh ở cuối trang không ạ?"


async def end_session(site: Site, desk: Page) -> None:
    """Hoa's session ends somewhere else; the page asks who it is."""
    await site.parts.accounts.set_password("hoa", PASSWORD)
    await site.parts.sessions.end_all("hoa")
    await expect(desk.get_by_label("Mật khẩu")).to_be_visible(timeout=10_000)


async def sign_in(desk: Page, name: str) -> None:
    await desk.locator("#username").fill(name)
    await desk.locator("#password").fill(PASSWORD)
    await desk.keyboard.press("Enter")
    await is_live(desk)


@pytest.mark.page_faults("status of 401")
async def test_a_session_that_ends_leaves_what_was_typed_in_its_boxes(site: Site, desk: Page) -> None:
    code = await held(site, desk)
    await desk.evaluate("for (const folded of document.querySelectorAll('#acts details')) folded.open = true")
    await desk.locator("#note").fill("Bác nghe kém.")
    await desk.locator("#text").fill(TYPED)
    await end_session(site, desk)
    assert TYPED not in await desk.content()
    await sign_in(desk, "hoa")
    await expect(desk).to_have_url(f"{site.address}/desk/requests/{code}?lang=vi")
    await expect(desk.locator("#text")).to_have_value(TYPED)
    await expect(desk.locator("#note")).to_be_visible()
    await expect(desk.locator("#note")).to_have_value("Bác nghe kém.")
    await expect(desk.locator("#unsent")).to_be_hidden()
    await write(desk, TYPED)
    await expect(desk.locator("#thread .volunteer")).to_have_count(1)
    await desk.reload()
    await is_live(desk)
    await expect(desk.locator("#text")).to_have_value("")
    await expect(desk.locator("#note")).to_have_value("Bác nghe kém.")


@pytest.mark.page_faults("status of 401")
async def test_another_person_does_not_find_it(site: Site, desk: Page) -> None:
    code = await held(site, desk)
    await desk.locator("#text").fill(TYPED)
    await end_session(site, desk)
    await site.parts.accounts.set_password("minh", PASSWORD)
    await sign_in(desk, "minh")
    await desk.goto("/desk")
    await is_live(desk)
    await expect(desk.locator("#unsent")).to_be_hidden()
    assert TYPED not in await desk.evaluate("JSON.stringify(sessionStorage)")
    await site.parts.sessions.end_all("minh")
    await expect(desk.get_by_label("Mật khẩu")).to_be_visible(timeout=10_000)
    await sign_in(desk, "hoa")
    await desk.goto(f"/desk/requests/{code}")
    await is_live(desk)
    await expect(desk.locator("#text")).to_have_value("")


@pytest.mark.parametrize("everywhere", [False, True])
async def test_who_signs_out_leaves_nothing(site: Site, desk: Page, everywhere: bool) -> None:
    await held(site, desk)
    await desk.locator("#text").fill(TYPED)
    if everywhere:
        await desk.goto("/desk/me")
        await desk.get_by_role("button", name="Đăng xuất ở mọi nơi").click()
    else:
        await open_menu(desk)
        await desk.get_by_role("button", name="Đăng xuất").click()
    await expect(desk.get_by_label("Mật khẩu")).to_be_visible()
    assert TYPED not in await desk.evaluate("JSON.stringify(sessionStorage)")


async def test_who_gave_a_request_away_can_copy_what_they_typed(site: Site, desk: Page) -> None:
    code = await held(site, desk)
    await desk.locator("#text").fill(TYPED)
    await do(site, "assign", code, "minh", to="lan")
    unsent = desk.locator("#unsent textarea")
    await expect(unsent).to_have_value(TYPED)
    await expect(desk.locator("#acts #text")).to_have_count(0)
    await desk.goto("/desk")
    await is_live(desk)
    await expect(unsent).to_have_value(TYPED)
    await do(site, "assign", code, "minh", to="hoa")
    await desk.locator("#unsent").get_by_role("link", name=code).click()
    await expect(desk.locator("#text")).to_have_value(TYPED)
    await expect(desk.locator("#unsent")).to_be_hidden()


async def test_what_is_not_wanted_any_more_can_be_dropped(site: Site, desk: Page) -> None:
    await held(site, desk)
    await desk.locator("#text").fill(TYPED)
    await desk.goto("/desk")
    await is_live(desk)
    await desk.get_by_role("button", name="Bỏ chữ này").click()
    await expect(desk.locator("#unsent")).to_be_hidden()
    await desk.reload()
    await is_live(desk)
    await expect(desk.locator("#unsent")).to_be_hidden()
