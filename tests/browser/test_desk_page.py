"""The desk in a real browser: for everyone, by keyboard, and up to date without getting in the way."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, ViewportSize, expect

from api.signin import VISIT_SECONDS
from tests.browser.conftest import DESKTOP, PHONE, chromium
from tests.browser.test_access import violations
from tests.contracts.desk_site import PASSWORD, TO_STUCK, StoppedClock, close, running_desk, say
from tests.contracts.web_site import Site

pytestmark = pytest.mark.browser

EVERY_MS = 15_000
ASKS = ("/start", "1", "1", "gap nguoi")
LONG = (*TO_STUCK, "khong thay nut o dau", "aaaaaaaaaa" * 8, "gap nguoi")
ENGLISH = ("/start", "english", "1", "1", "person")


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest_asyncio.fixture
async def site(clock: StoppedClock) -> AsyncIterator[Site]:
    chromium()
    async with running_desk(clock) as it:
        yield it


@pytest_asyncio.fixture
async def desk(context: BrowserContext) -> Page:
    """The desk, signed in, on a page whose timers wait to be wound on."""
    page = await context.new_page()
    await page.clock.install()
    await page.goto("/desk")
    await enter(page)
    return page


async def enter(page: Page) -> None:
    """Type the password, as somebody without a mouse would."""
    await expect(page.locator("#password")).to_be_focused()
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press("Enter")
    await page.locator("#queue").wait_for()
    await page.wait_for_load_state()


async def pass_interval(page: Page) -> None:
    async with page.expect_response(lambda answer: "/static/" not in answer.url):
        await page.clock.run_for(EVERY_MS)


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_no_violation_anywhere(browser: Browser, site: Site, size: ViewportSize, scheme: str) -> None:
    async with await browser.new_context(
        viewport=size, base_url=site.address, color_scheme="dark" if scheme == "dark" else "light", bypass_csp=True
    ) as context:
        page = await context.new_page()
        await page.goto("/desk")
        assert await violations(page) == []
        await page.keyboard.type("wrong")
        await page.keyboard.press("Enter")
        await page.locator("#problem").wait_for()
        assert await violations(page) == []
        await enter(page)
        assert await violations(page) == []
        code = await say(site, LONG)
        await say(site, ENGLISH)
        for path in ("/desk", f"/desk?lang=en&code={code}", "/desk?code=Z0000"):
            await page.goto(path)
            assert await violations(page) == [], path


@pytest.mark.parametrize("width", [320, 360, 1280])
async def test_it_is_large_and_fits_the_screen(site: Site, desk: Page, width: int) -> None:
    await say(site, LONG)
    await say(site, ENGLISH)
    await desk.set_viewport_size({"width": width, "height": 640})
    await desk.goto("/desk")
    assert await desk.evaluate("document.documentElement.scrollWidth") <= width
    sizes = await desk.evaluate(
        """() => Array.from(document.querySelectorAll("body *")).filter((node) => node.offsetParent && node.innerText)
          .map((node) => parseFloat(getComputedStyle(node).fontSize))"""
    )
    assert min(sizes) >= 16
    for target in await desk.locator("button:visible, input:visible, nav a, .at a").all():
        box = await target.bounding_box()
        assert box is not None
        assert min(box["height"], box["width"]) >= 44, await target.inner_text()


async def test_a_code_is_looked_up_with_the_keyboard_alone(site: Site, desk: Page) -> None:
    code = await say(site, LONG)
    await say(site, ENGLISH)
    await desk.goto("/desk")
    await desk.keyboard.press("Tab")
    await expect(desk.locator(".skip")).to_be_focused()
    while not await desk.locator("#code:focus").count():
        await desk.keyboard.press("Tab")
    await desk.keyboard.type(f"{code[0].lower()} {code[1:]}")
    await desk.keyboard.press("Enter")
    await expect(desk.locator("#cards h3")).to_have_text([code])
    await expect(desk.locator("#code")).to_have_value(code)


async def test_a_new_request_appears_by_itself(site: Site, clock: StoppedClock, desk: Page) -> None:
    await expect(desk.locator("#cards > li")).to_have_count(0)
    code = await say(site, ASKS)
    clock.move(60)
    await pass_interval(desk)
    await expect(desk.locator("#cards h3")).to_have_text([code])
    await expect(desk.locator("#count")).to_have_text("1 người đang chờ")
    clock.move(60)
    await pass_interval(desk)
    await expect(desk.locator("#cards time + b")).to_have_text("2 phút")


async def test_an_update_disturbs_nothing(site: Site, clock: StoppedClock, desk: Page) -> None:
    first = await say(site, LONG)
    kept = []
    for _ in range(3):
        clock.move(60)
        kept.append(await say(site, LONG))
    await desk.goto("/desk")
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
    clock.move(60)
    await pass_interval(desk)
    await expect(desk.locator("#cards > li")).to_have_count(3)
    assert await desk.evaluate("window.kept.getBoundingClientRect().top") == pytest.approx(before, abs=1)
    assert await desk.evaluate("window.kept === document.getElementById(window.kept.id)")
    await expect(desk.locator("#code")).to_be_focused()
    await expect(desk.locator("#code")).to_have_value("h48")


async def test_a_lost_connection_is_said_and_mended(site: Site, desk: Page, context: BrowserContext) -> None:
    await context.set_offline(True)
    await desk.clock.run_for(EVERY_MS)
    await expect(desk.locator("#stale")).to_contain_text("Chưa cập nhật được.")
    await context.set_offline(False)
    await pass_interval(desk)
    await expect(desk.locator("#stale")).to_be_empty()


async def test_when_the_visit_ends_the_page_asks_again(clock: StoppedClock, desk: Page) -> None:
    clock.move(VISIT_SECONDS)
    await pass_interval(desk)
    await desk.locator("#password").wait_for()


async def test_signing_out(desk: Page) -> None:
    await desk.get_by_role("button", name="Đăng xuất").click()
    await desk.locator("#password").wait_for()
    await desk.goto("/desk")
    await expect(desk.locator("#password")).to_be_visible()


async def test_without_scripts_there_is_a_link(browser: Browser, site: Site) -> None:
    async with await browser.new_context(viewport=PHONE, base_url=site.address, java_script_enabled=False) as context:
        page = await context.new_page()
        await page.goto("/desk")
        await page.fill("#password", PASSWORD)
        await page.press("#password", "Enter")
        code = await say(site, ASKS)
        await page.get_by_role("link", name="Tải lại").click()
        await expect(page.locator("#cards h3")).to_have_text([code])
