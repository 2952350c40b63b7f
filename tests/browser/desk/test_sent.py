"""An open talk says by itself what became of each message, and sends again what did not arrive."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.desk.hands import is_large_and_fits, is_live
from tests.contracts.desk_site import StoppedClock
from tests.contracts.test_desk_delivery import CHAT, give_up, written_to
from tests.contracts.web_site import Site

pytestmark = pytest.mark.browser


async def test_a_message_says_by_itself_what_became_of_it(site: Site, clock: StoppedClock, desk: Page) -> None:
    request = await written_to(site, clock)
    await desk.goto(f"/desk/requests/{request.code}")
    await is_live(desk)
    message = desk.locator("#e1")
    await expect(message).to_contain_text("Đang chờ gửi")
    await give_up(site, "unconfirmed")
    await expect(message).to_contain_text("Đã gửi, nhưng không rõ đã tới chưa.")
    again = message.get_by_role("button", name="Gửi lại")
    await is_large_and_fits(desk, "#talk button")
    await again.click()
    await expect(desk.locator("#said")).to_have_text("Tin đang được gửi lại.")
    await expect(message).to_contain_text("Đang chờ gửi")
    await expect(again).to_have_count(0)
    site.parts.store.delivered(CHAT, 2)
    await expect(message).to_contain_text("· Đã gửi")
