"""Each part of the chat page fails alone: the talk goes on, and the console says what failed."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext, Page, Route, expect

from bot.channels.web import WebChannel, chat_of
from bot.model import Reply, Turn
from tests.browser.conftest import chromium
from tests.browser.faults import PageFaults
from tests.browser.talk import introduce, press, replies, settled, token_of, type_in
from tests.contracts.web_site import Site, running

pytestmark = pytest.mark.browser

PARTS = ("picture.js", "share.js", "voice.js")
NEEDED = ("chat.js", "feature.js", "outbox.js", "view.js", "words.js")
ON_PURPOSE = "broken on purpose"
TROUBLES = {
    "is not there": {"status": 404, "body": ""},
    "does not start": {"content_type": "text/javascript", "body": f"throw new Error('{ON_PURPOSE}');"},
    "fails whenever it is used": {
        "content_type": "text/javascript",
        "body": "".join(
            f"export function {name}() {{ throw new Error('{ON_PURPOSE}'); }}\n"
            for name in ("preparePictures", "offerPicture", "put", "prepareVoice", "heardVoice", "share")
        ),
    },
}


@pytest_asyncio.fixture(
    params=[pytest.param(True, marks=pytest.mark.hearing, id="hears"), pytest.param(False, id="plain")],
    loop_scope="session",
)
async def site(request: pytest.FixtureRequest) -> AsyncIterator[Site]:
    """With what hears, where that is installed, and without."""
    chromium()
    async with running(hearing=request.param) as it:
        yield it


async def volunteer_says(site: Site, page: Page, text: str) -> None:
    """It is pushed to the page, which asked for nothing."""
    chat = chat_of(await token_of(page))
    loaded = await site.parts.store.load(chat)
    assert loaded.session is not None
    parcel = WebChannel().render(chat, Reply(text, sender="Lan"), "")
    await site.parts.store.commit(chat, loaded, Turn(loaded.session), [parcel], pulled=True)


async def talk_and_reload(site: Site, page: Page) -> None:
    await introduce(page)
    await type_in(page, "/start dvc-dang-nhap")
    await settled(page)
    await volunteer_says(site, page, "Chào bác, cháu đây ạ.")
    await expect(page.locator("#log .person")).to_contain_text("cháu đây ạ")
    before = await page.locator("#log li").all_inner_texts()
    await page.reload()
    await expect(page.locator("#log li")).to_have_count(len(before))
    assert await page.locator("#log li").all_inner_texts() == before
    await expect(page.locator("#log .person")).to_contain_text("cháu đây ạ")
    await press(page, "")
    assert len(await replies(page)) > len(before) - 1


async def test_the_talk_is_shown_whole_after_a_reload_and_a_pushed_reply(site: Site, phone: Page) -> None:
    await talk_and_reload(site, phone)


@pytest.mark.parametrize("part", NEEDED)
async def test_the_page_says_what_to_do_where_it_cannot_start(
    site: Site, context: BrowserContext, page_faults: PageFaults, part: str
) -> None:
    page_faults.expect("status of 404")

    async def missing(route: Route) -> None:
        await route.fulfill(status=404, body="")

    await context.route(f"**/static/*/{part}", missing)
    page = await context.new_page()
    await page.goto("/")
    note = page.locator("#unready")
    await expect(note).to_be_hidden()
    await page.evaluate("document.getAnimations().forEach((each) => each.finish())")  # as if the time were over
    await expect(note).to_be_visible()
    await expect(note).to_contain_text(site.parts.ward.hotline)
    await context.unroute(f"**/static/*/{part}")
    await note.get_by_role("link").click()
    await page.locator("#choices button").first.wait_for()
    await expect(note).to_have_count(0)


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("trouble", TROUBLES)
async def test_the_talk_goes_on_without_a_part(
    site: Site, context: BrowserContext, page_faults: PageFaults, part: str, trouble: str
) -> None:
    used = {"picture.js": True, "voice.js": site.parts.hears, "share.js": "whenever" not in trouble}
    if used[part]:
        page_faults.expect("status of 404" if "not there" in trouble else ON_PURPOSE)
    if used[part] and "not there" in trouble:
        page_faults.expect("Failed to fetch dynamically imported module")

    async def broken(route: Route) -> None:
        await route.fulfill(**TROUBLES[trouble])  # type: ignore[arg-type]

    await context.route(f"**/static/*/{part}", broken)
    page = await context.new_page()
    await page.goto("/")
    await page.locator("#choices button").first.wait_for()
    await talk_and_reload(site, page)
