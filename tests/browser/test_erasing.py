"""Whoever has all of theirs erased has it erased on their own device, too."""

import pytest
from playwright.async_api import Page

from tests.browser.talk import introduce, press, replies, said, settled, type_in

pytestmark = pytest.mark.browser

MARKER = "máy hiện chữ lạ quá"
_KEPT = "Object.values(localStorage).join(' ')"


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
