"""The question before somebody leaves, what was held back, and what the first page says, on small and large screens."""

import pytest
from playwright.async_api import Page, expect

from bot.model import HOME, Appointment, Chat
from tests.browser.desk.hands import ASKS, enter, held, is_large_and_fits, write
from tests.browser.test_access import violations
from tests.contracts.desk_site import TEAM, StoppedClock, do, request_of, say
from tests.contracts.web_site import Site

pytestmark = pytest.mark.browser


async def visit(site: Site, clock: StoppedClock, helper: str = "") -> str:
    """A visit for tomorrow; returns its code."""
    at = clock.now_ms() // 1000 + 24 * 3600
    chat = Chat("web", f"resident{helper}", f"resident{helper}")
    booked = await site.parts.caller.visits.book(
        Appointment(slot=f"{HOME}{TEAM}/{helper}", at=at, team=TEAM, chat=chat, helper=helper), 1
    )
    assert booked
    return booked.code


async def test_an_admin_is_asked_before_somebody_leaves(site: Site, clock: StoppedClock, desk: Page) -> None:
    code = await say(site, ASKS)
    assert (await do(site, "take", code, "hoa")).name == "done"
    theirs = await visit(site, clock, "hoa")
    await enter(desk, site, "admin")
    await desk.goto("/desk/people/hoa")
    await desk.locator("summary", has_text="Thôi tham gia").click()
    await desk.get_by_role("button", name="Cho Hoa thôi tham gia").click()
    await expect(desk.get_by_role("heading", level=1)).to_contain_text("Hoa đang giữ việc")
    await expect(desk.get_by_text(f"{code}, {theirs}")).to_be_visible()
    assert await violations(desk) == []
    await is_large_and_fits(desk, "main button:visible")
    await desk.get_by_role("link", name="Thôi, giữ như cũ").click()
    await expect(desk).to_have_url(f"{site.address}/desk/people/hoa?lang=vi")
    assert (await request_of(site, code)).holder == "hoa"
    await desk.locator("summary", has_text="Thôi tham gia").click()
    await desk.get_by_role("button", name="Cho Hoa thôi tham gia").click()
    await desk.get_by_role("button", name="Đồng ý, chuyển lại").click()
    await expect(desk.get_by_role("status")).to_have_text("Đã cho thôi tham gia.")
    assert (await request_of(site, code)).state == "waiting"


async def test_untaken_visits_stand_first_and_lead_to_the_list(site: Site, clock: StoppedClock, desk: Page) -> None:
    code = await visit(site, clock)
    await desk.goto("/desk")
    await expect(desk.get_by_role("heading", name="1 hẹn đến nhà chưa ai nhận")).to_be_visible()
    assert await violations(desk) == []
    await is_large_and_fits(desk, "main button:visible")
    await desk.get_by_role("link", name=code).click()
    await expect(desk.locator(f"#{code}")).to_be_in_viewport()


@pytest.mark.page_faults("status of 422")
async def test_what_is_held_back_stays_in_the_box_with_the_reason_above(site: Site, desk: Page) -> None:
    code = await held(site, desk)
    text = "Bác chuyển khoản cho cháu 50k tiền công nhé"
    await write(desk, text)
    await expect(desk.get_by_text("Tổ giúp miễn phí")).to_be_visible()
    await expect(desk.locator("#text")).to_have_value(text)
    assert not [said for _, said in await site.parts.store.thread(code) if said.text == text]
