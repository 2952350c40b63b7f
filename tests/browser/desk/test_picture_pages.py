"""An admin takes a screenshot in the place of a drawn picture, on a phone; residents see it from then on."""

import re
from base64 import b64decode
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, FilePayload, Locator, Page, expect

from tests.browser.conftest import DESKTOP, chromium
from tests.browser.desk.hands import enter
from tests.browser.talk import settled, type_in
from tests.browser.test_access import violations
from tests.contracts.desk_site import TEAM, StoppedClock, join, running_desk
from tests.contracts.screens import BUTTON, SECRET, encoded, holds_secret, opened, screen
from tests.contracts.test_step_pictures import GUIDE, TO_PICTURE
from tests.contracts.web_site import Site

pytestmark = pytest.mark.browser

STEP = f"/desk/pictures/{GUIDE}/p_open/vi"
_RED = "([x, y]) => document.getElementById('canvas').getContext('2d').getImageData(x, y, 1, 1).data[0]"
SCREEN = FilePayload(name="man-hinh.png", mimeType="image/png", buffer=encoded(screen()))


@pytest_asyncio.fixture(loop_scope="session")
async def site() -> AsyncIterator[Site]:
    chromium()
    async with running_desk(StoppedClock()) as it:
        await join(it, "hoa", "Hoa", TEAM, role="admin", password="")
        yield it


@pytest_asyncio.fixture(loop_scope="session")
async def desk(site: Site, phone: Page) -> AsyncIterator[Page]:
    page = await phone.context.new_page()
    await enter(page, site, "hoa")
    yield page


async def drag(page: Page, canvas: Locator, box: tuple[float, float, float, float]) -> None:
    """With one finger from the upper left corner of a box to the lower right one."""
    await canvas.evaluate("(it, top) => scrollTo(0, it.offsetTop + it.clientHeight * top - 200)", box[1] / 100)
    room = await canvas.bounding_box()
    assert room
    left, top, width, height = box
    x, y = room["x"] + left * room["width"] / 100, room["y"] + top * room["height"] / 100
    await page.mouse.move(x, y)
    await page.mouse.down()
    await page.mouse.move(x + width * room["width"] / 100, y + height * room["height"] / 100, steps=3)
    await page.mouse.up()


async def marked(page: Page) -> None:
    """A screenshot is chosen, its secret covered and its button marked."""
    await page.set_input_files("#file", SCREEN)
    canvas = page.locator("#canvas")
    await expect(canvas).to_be_visible()
    await drag(page, canvas, BUTTON)
    await page.get_by_text("che một vùng").click()
    await drag(page, canvas, SECRET)
    await expect(page.locator("#marked")).to_have_text("Đã chỉ chỗ bấm. Số vùng che: 1.")


async def test_a_screenshot_is_marked_looked_at_and_published(site: Site, phone: Page, desk: Page) -> None:
    await desk.goto(STEP)
    await marked(desk)
    await desk.get_by_role("button", name="Xem trước").click()
    await expect(desk.locator("#looks")).to_have_text("Bà con sẽ thấy như thế này")
    draft = await desk.locator("#draft").get_attribute("src")
    assert draft
    assert not holds_secret(opened(b64decode(draft.partition(",")[2])))
    await desk.get_by_role("button", name="Đưa lên cho bà con").click()
    await expect(desk.get_by_role("status").first).to_have_text(re.compile("Đã đưa ảnh lên"))
    for text in TO_PICTURE:
        await type_in(phone, text)
        await settled(phone)
    picture = phone.locator("#log .bubble img[src*='/p_open/3/vi.jpg']")
    await expect(picture).to_have_js_property("naturalWidth", 1080)


async def test_marks_are_made_with_the_keyboard_alone(desk: Page) -> None:
    await desk.goto(STEP)
    await desk.set_input_files("#file", SCREEN)
    await desk.locator("#numbers summary").focus()
    await desk.keyboard.press("Enter")
    for part in (*BUTTON, *SECRET):
        await desk.keyboard.press("Tab")
        await desk.keyboard.type(str(part))
    await expect(desk.locator("#marked")).to_have_text("Đã chỉ chỗ bấm. Số vùng che: 1.")
    assert await desk.evaluate(_RED, [300, 450]) == 90
    await desk.locator("#undo").focus()
    await desk.keyboard.press("Enter")
    await expect(desk.locator("#marked")).to_have_text("Đã chỉ chỗ bấm.")
    await desk.locator("#undo").press("Enter")
    await expect(desk.locator("#marked")).to_have_text("Chưa đánh dấu gì.")


async def test_what_was_looked_at_has_to_be_looked_at_again_once_it_is_changed(desk: Page) -> None:
    await desk.goto(STEP)
    await marked(desk)
    await desk.get_by_role("button", name="Xem trước").click()
    await expect(desk.locator("#preview")).to_be_visible()
    await desk.locator("#canvas").click()
    await expect(desk.locator("#preview")).to_be_hidden()
    for number in range(4):  # more areas than there were fields for
        await desk.get_by_text("che một vùng").click()
        await drag(desk, desk.locator("#canvas"), (10, 10 + 10 * number, 20, 4))
    await expect(desk.locator("#marked")).to_have_text("Đã chỉ chỗ bấm. Số vùng che: 4.")
    legends = await desk.locator("#numbers legend").all_text_contents()
    assert legends == ["Chỗ bấm", *(f"Vùng che {number}" for number in range(1, 5))]


async def test_what_is_no_picture_is_said_at_once(desk: Page) -> None:
    await desk.goto(STEP)
    await desk.set_input_files("#file", FilePayload(name="thu.pdf", mimeType="application/pdf", buffer=b"%PDF-1.7"))
    await expect(desk.locator("#unreadable")).to_be_visible()
    await expect(desk.locator("#marker")).to_be_hidden()


async def test_no_violation_anywhere(browser: Browser, site: Site) -> None:
    async with await browser.new_context(viewport=DESKTOP, base_url=site.address, bypass_csp=True) as context:
        page = await context.new_page()
        await enter(page, site, "hoa")
        for path in ("/desk/pictures", f"/desk/pictures/{GUIDE}?lang=en", STEP):
            await page.goto(path)
            assert await violations(page) == [], path
        await page.locator("#numbers summary").click()
        await marked(page)
        assert await violations(page) == []
        await page.get_by_role("button", name="Xem trước").click()
        await expect(page.locator("#looks")).to_be_visible()
        assert await violations(page) == []
