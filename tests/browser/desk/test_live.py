"""An open page of the desk in a real browser: it follows what happens, and disturbs nobody who types."""

import pytest
from playwright.async_api import BrowserContext, Page, expect

from tests.browser.desk.hands import ASKS, LONG, held, is_live, write
from tests.contracts.desk_site import StoppedClock, close, do, say
from tests.contracts.web_site import Site

pytestmark = pytest.mark.browser


async def test_a_new_request_appears_by_itself(site: Site, desk: Page) -> None:
    await expect(desk.locator("#cards > li")).to_have_count(0)
    code = await say(site, ASKS)
    await expect(desk.locator("#cards h3")).to_have_text([code])
    await expect(desk.locator("#count")).to_have_text("1 người đang chờ")
    await expect(desk).to_have_title("(1) Bàn trực · Phường Mẫu (dữ liệu mẫu)")
    await expect(desk.locator("#news")).to_have_text("Có thêm người chờ.")
    await do(site, "take", code, "lan")
    await expect(desk.locator("#cards > li")).to_have_count(0)
    await expect(desk).to_have_title("Bàn trực · Phường Mẫu (dữ liệu mẫu)")


async def test_an_update_disturbs_nothing(site: Site, clock: StoppedClock, desk: Page) -> None:
    first = await say(site, LONG)
    kept = []
    for _ in range(3):
        clock.move(60)
        kept.append(await say(site, LONG))
    await desk.goto("/desk")
    await is_live(desk)
    await desk.locator("#code").fill("h48")
    await desk.evaluate(
        """(code) => {
          const card = document.getElementById(code);
          document.getElementById("code").focus({preventScroll: true});
          window.kept = card;
          scrollTo(0, card.offsetTop + 5);
        }""",
        kept[1],
    )
    before = await desk.evaluate("window.kept.getBoundingClientRect().top")
    await close(site, first)
    await expect(desk.locator("#cards > li")).to_have_count(3)
    assert await desk.evaluate("window.kept.getBoundingClientRect().top") == pytest.approx(before, abs=1)
    assert await desk.evaluate("window.kept === document.getElementById(window.kept.id)")
    await expect(desk.locator("#code")).to_be_focused()
    await expect(desk.locator("#code")).to_have_value("h48")


@pytest.mark.page_faults("ERR_INTERNET_DISCONNECTED")
async def test_what_was_typed_survives_a_lost_connection(site: Site, desk: Page, context: BrowserContext) -> None:
    code = await held(site, desk)
    await context.set_offline(True)
    await expect(desk.locator("#stale")).to_contain_text("Chưa cập nhật được.")
    await write(desk, "Bác chờ cháu nhé.")
    await expect(desk.locator("#said")).to_contain_text("Chưa gửi được")
    await expect(desk.locator("#text")).to_have_value("Bác chờ cháu nhé.")
    await do(site, "note", code, "minh", "Bác nghe kém.")
    await context.set_offline(False)
    await expect(desk.locator("#thread .note")).to_have_count(1)
    await expect(desk.locator("#stale")).to_be_empty()
    await desk.locator("#text").press("Control+Enter")
    await expect(desk.locator("#thread .volunteer")).to_have_count(1)


async def test_what_goes_to_somebody_else_meanwhile_says_so(site: Site, desk: Page) -> None:
    code = await held(site, desk)
    await desk.locator("#text").fill("Bác ơi")
    await do(site, "transfer", code, "minh", to="lan", text="Lan biết rõ hơn.")
    await expect(desk.locator("#text")).to_have_count(0)


async def test_when_the_visit_ends_the_page_asks_again(site: Site, desk: Page) -> None:
    assert not await site.parts.people.retire("hoa", "admin")
    await desk.evaluate("dispatchEvent(new Event('online'))")
    await desk.locator("#password").wait_for()
