"""An open talk says by itself what became of each message, and sends again what did not arrive."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.desk.hands import is_large_and_fits, is_live
from tests.browser.faults import PageFaults
from tests.contracts.desk_site import StoppedClock
from tests.contracts.test_desk_delivery import CHAT, give_up, written_to
from tests.contracts.web_site import Site

pytestmark = pytest.mark.browser


async def test_what_is_written_to_a_request_that_is_not_there_stays_and_says_why(
    site: Site, clock: StoppedClock, desk: Page, page_faults: PageFaults
) -> None:
    page_faults.expect("status of 404")
    request = await written_to(site, clock)
    await desk.goto(f"/desk/requests/{request.code}")
    await is_live(desk)
    await desk.locator("#acts form").evaluate_all(
        "(forms, code) => forms.forEach((form) => (form.action = form.action.replace(code, 'A0000')))", request.code
    )
    await desk.locator("#text").fill("Bác chờ cháu nhé")
    await desk.locator("#text").press("Control+Enter")
    await expect(desk.locator("#said")).to_contain_text("Không thấy yêu cầu này.")
    await expect(desk.locator("#text")).to_have_value("Bác chờ cháu nhé")


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
