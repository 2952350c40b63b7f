"""What we do not keep, their own device does not keep: secrets, and what somebody had erased."""

import re

import pytest
from playwright.async_api import BrowserContext, Page, expect

from tests.browser.talk import introduce, press, replies, said, settled, type_in

pytestmark = [pytest.mark.browser, pytest.mark.installs]

MARKER = "máy hiện chữ lạ quá"
SECRETS = ("mật khẩu VNeID của cụ là Hoasen77", "OTP 558213", "thẻ 9704 3612 8847 1205")
_KEPT = "Object.values(localStorage).join(' ')"
_DRAWN = re.compile(r'"(?:id|token)": *"[^"]*"')
"""What is drawn by chance: in one of a few hundred are three digits of a secret."""


async def test_what_was_said_leaves_the_device(phone: Page) -> None:
    await introduce(phone)
    await phone.evaluate("localStorage.setItem('toso-list /b/ihanoi', '[\"thẻ căn cước\"]')")
    await type_in(phone, MARKER)
    await settled(phone)
    assert MARKER in await phone.evaluate(_KEPT)
    await type_in(phone, "xóa dữ liệu của tôi")
    await settled(phone)
    await phone.locator("#choices button", has_text="Xóa hết").click()
    await phone.get_by_text("đã xóa hết rồi").wait_for()
    for _ in ("now", "after loading the page again"):
        kept = await phone.evaluate(_KEPT)
        assert MARKER not in kept
        assert "xóa dữ liệu" not in kept
        assert "thẻ căn cước" not in kept
        assert MARKER not in " ".join([*await said(phone), *await replies(phone)])
        await phone.reload()
        await phone.get_by_text("đã xóa hết rồi").wait_for()
    await type_in(phone, "chào cháu")
    await settled(phone)
    assert "chào cháu" in await said(phone)
    await press(phone, "Đồng ý")
    await phone.reload()
    await settled(phone)
    assert "chào cháu" in await said(phone), "what is said after that stays"


async def test_another_tab_forgets_it_too(context: BrowserContext, phone: Page) -> None:
    await introduce(phone)
    await type_in(phone, MARKER)
    await settled(phone)
    other = await context.new_page()
    await other.goto("/")
    await settled(other)
    assert MARKER in await said(other)
    await type_in(phone, "xóa dữ liệu của tôi")
    await settled(phone)
    await phone.locator("#choices button", has_text="Xóa hết").click()
    for page in (phone, other):
        await page.get_by_text("đã xóa hết rồi").wait_for()
        await expect(page.locator("#log li")).to_have_count(1)
    await type_in(other, "chào cháu")
    await settled(other)
    assert "chào cháu" in await said(other)
    await expect(phone.locator("#log .mine")).to_have_count(1)


async def no_secret(*pages: Page) -> None:
    """Neither a page nor what the device keeps shows any of them."""
    for page in pages:
        await expect(page.locator("#log .mine", has_text="[…]").first).to_be_visible()
        shown = await page.locator("#log .mine").all_inner_texts()
        kept = _DRAWN.sub("", await page.evaluate(_KEPT))
        for secret in ("Hoasen77", "558213", "558", "213", "9704"):
            assert secret not in " ".join([kept, *shown]), secret


async def test_a_secret_leaves_the_device_once_it_was_masked(context: BrowserContext, phone: Page) -> None:
    await introduce(phone)
    other = await context.new_page()
    await other.goto("/")
    await settled(other)
    for text in SECRETS:
        await type_in(phone, text)
        await settled(phone)
        await expect(other.locator("#log .mine:not(.waiting)")).to_have_count(await phone.locator("#log .mine").count())
        await no_secret(phone, other)
    assert "mật khẩu VNeID của cụ là […]" in await said(phone), "the rest of the line stays"
    for page in (phone, other):
        await page.reload()
        await settled(page)
    await no_secret(phone, other)


async def test_a_code_in_two_messages_leaves_the_device_with_the_second(phone: Page) -> None:
    await introduce(phone)
    await type_in(phone, "mã OTP là 558")
    await settled(phone)
    await type_in(phone, "2139")
    await settled(phone)
    await no_secret(phone)


@pytest.mark.page_faults("ERR_INTERNET_DISCONNECTED")
async def test_a_secret_that_waited_for_the_network_leaves_the_device_with_its_answer(
    context: BrowserContext, phone: Page
) -> None:
    await introduce(phone)
    await context.set_offline(True)
    for text in SECRETS:
        await type_in(phone, text)
    await expect(phone.locator("#log .mine.waiting")).to_have_count(len(SECRETS))
    await context.set_offline(False)
    await settled(phone)
    await no_secret(phone)
    await phone.reload()
    await settled(phone)
    await no_secret(phone)
