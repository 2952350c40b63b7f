"""The list of what to bring goes from a resident's chat to a daughter's phone, who ticks it off."""

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.browser.talk import introduce, settled, type_in
from tests.browser.test_access import violations
from tests.browser.test_paper import sides
from tests.contracts.web_site import Site

pytestmark = [pytest.mark.browser, pytest.mark.installs]

_SHARES = "navigator.share = async ({ text }) => { window.shared = text; }"
_LEAVES = "navigator.share = async () => { throw new DOMException('no', 'AbortError'); }"


async def asked_for_the_list(phone: Page) -> None:
    await introduce(phone)
    for text in ("/start chung-thuc", "3", "gửi cho con"):
        await type_in(phone, text)
        await settled(phone)


async def test_a_list_goes_from_the_chat_to_another_phone(site: Site, context: BrowserContext, phone: Page) -> None:
    await context.grant_permissions(["clipboard-read", "clipboard-write"])
    await asked_for_the_list(phone)
    button = phone.locator("#log .key")
    await expect(button).to_have_count(1)
    box = await button.bounding_box()
    assert box
    assert box["height"] >= 48
    await button.click()
    await expect(phone.locator("#log [role=status]")).to_contain_text("Dán")
    text = await phone.evaluate("navigator.clipboard.readText()")
    assert "Chữ ký: thẻ căn cước và tờ giấy chưa ký" in text
    daughter = await context.new_page()
    await daughter.goto(text.splitlines()[-1])
    assert daughter.url == f"{site.address}/b/chung-thuc?at=sign"
    await expect(daughter.locator(".ticks label")).to_have_text(["Chữ ký: thẻ căn cước và tờ giấy chưa ký"])


@pytest.mark.parametrize(("device", "heard"), [(_SHARES, True), (_LEAVES, False)], ids=["shares", "leaves"])
async def test_a_device_that_can_share_is_asked_to(context: BrowserContext, device: str, heard: bool) -> None:
    page = await context.new_page()
    await page.add_init_script(device)
    await page.goto("/b/khai-sinh")
    assert await page.locator("#message:visible").count() == 0
    await page.click("#share")
    assert ("Giấy chứng sinh" in (await page.evaluate("window.shared || ''"))) is heard
    assert await page.locator("#state").inner_text() == ""


async def test_where_nothing_can_be_copied_the_page_says_what_else_to_do(context: BrowserContext) -> None:
    page = await context.new_page()
    await page.add_init_script("navigator.clipboard.writeText = async () => { throw new Error('not allowed'); }")
    await page.goto("/b/khai-sinh")
    await page.click("#share")
    await expect(page.locator("#state")).to_contain_text("chụp màn hình")
    assert (await page.get_attribute("#message", "href") or "").startswith("sms:?&body=")


async def test_what_is_ticked_stays_ticked_on_the_device(context: BrowserContext) -> None:
    page = await context.new_page()
    await page.goto("/b/khai-sinh")
    await page.locator(".ticks label").nth(1).click()
    await page.reload()
    assert [await box.is_checked() for box in await page.locator(".ticks input").all()] == [False, True, False, False]
    await page.goto("/b/khai-sinh?lang=en")
    assert not await page.locator(".ticks input").nth(1).is_checked()


async def test_the_list_is_for_everyone_and_prints_on_one_side(browser: Browser, site: Site) -> None:
    async with await browser.new_context(base_url=site.address, bypass_csp=True) as context:
        page = await context.new_page()
        await page.goto("/b/khai-sinh")
        assert await violations(page) == []
        assert await sides(page) == 1
