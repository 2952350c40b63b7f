"""A resident speaks instead of typing: records, sends or discards it, and reads what was heard."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import DESKTOP
from tests.browser.talk import introduce, press, replies, said, shows

pytestmark = [pytest.mark.browser, pytest.mark.hearing, pytest.mark.slow]

SECONDS_MS = 3_500
"""As long as what the microphone hears."""


async def at_the_menu(page: Page) -> None:
    await introduce(page)
    await expect(page.locator("#speak")).to_be_visible()


async def record(page: Page, milliseconds: int) -> None:
    await page.click("#speak")
    await expect(page.locator("#voice-state")).to_have_text(shows("Đang ghi"))
    await expect(page.locator("#composer")).to_be_hidden()
    await page.wait_for_timeout(milliseconds)


async def test_what_was_spoken_is_read_back_and_taken(phone: Page) -> None:
    await at_the_menu(phone)
    await record(phone, SECONDS_MS)
    await phone.click("#voice-send")
    await expect(phone.locator("#log .bubble:not(.mine)").last).to_contain_text("Cháu nghe là: «")
    assert (await said(phone))[-1] == "(đã gửi tin thoại)"
    await expect(phone.locator("#voice-state")).to_be_empty()
    await press(phone, "Không phải, nói lại")
    assert "nói lại giúp cháu" in " ".join((await replies(phone))[-4:])


async def test_what_is_discarded_goes_nowhere(phone: Page) -> None:
    await at_the_menu(phone)
    before = await said(phone)
    await record(phone, 300)
    await phone.click("#voice-drop")
    await expect(phone.locator("#composer")).to_be_visible()
    await expect(phone.locator("#voice-state")).to_be_empty()
    assert await said(phone) == before


async def test_without_the_microphone_it_is_said_how_to_allow_it(phone: Page) -> None:
    await phone.set_viewport_size(DESKTOP)
    await at_the_menu(phone)
    await phone.evaluate("() => { navigator.mediaDevices.getUserMedia = () => Promise.reject(new Error('denied')); }")
    await phone.click("#speak")
    await expect(phone.locator("#voice-state")).to_have_text(shows("chưa cho dùng micro"))
    await expect(phone.locator("#composer")).to_be_visible()
