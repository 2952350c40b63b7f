"""A resident sends the picture that a volunteer asked for: looked at first, made small, and nothing else of it sent."""

from base64 import b64decode, b64encode
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext, FilePayload, Page, expect

from bot.channels.images import LONGEST_SIDE, bare_jpeg
from tests.browser.talk import settled, shows, type_in
from tests.browser.test_access import violations
from tests.contracts.desk_site import ASK, TEAM, TO_STUCK, StoppedClock, do, join, running_desk
from tests.contracts.web_site import Site

pytestmark = [pytest.mark.browser, pytest.mark.installs]

PHOTO = FilePayload(name="man-hinh.png", mimeType="image/png", buffer=Path("docs/pictures/chat-phone.png").read_bytes())
_GROWN = """async (data) => {
  const image = new Image();
  image.src = "data:image/png;base64," + data;
  await image.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [1080, 2400];
  canvas.getContext("2d").drawImage(image, 0, 0, 1080, 2400);
  return canvas.toDataURL("image/png").split(",")[1];
}"""


@pytest_asyncio.fixture(loop_scope="session")
async def site() -> AsyncIterator[Site]:
    async with running_desk(StoppedClock()) as it:
        await join(it, "hoa", "Hoa", TEAM, password="")
        yield it


@pytest_asyncio.fixture(loop_scope="session")
async def code(site: Site, phone: Page) -> str:
    """The request of this resident, which Hoa holds; she asked for a picture."""
    for text in (*TO_STUCK[1:], *ASK):
        await type_in(phone, text)
        await settled(phone)
    (request,) = await site.parts.store.open_requests()
    assert (await do(site, "take", request.code, by="hoa")).name == "done"
    assert (await do(site, "photo", request.code, by="hoa")).name == "done"
    await expect(phone.locator("#picture-choose")).to_be_in_viewport()
    return request.code


async def sent(site: Site, code: str) -> list[bytes]:
    """The pictures that reached the request."""
    media = [said.media.partition("/")[2] for _, said in await site.parts.store.thread(code) if said.media]
    kept = [await site.parts.store.picture(code, name) for name in media]
    return [content for content in kept if content]


async def test_it_is_looked_at_made_small_and_sent(site: Site, phone: Page, code: str) -> None:
    grown = await phone.evaluate(_GROWN, b64encode(PHOTO["buffer"]).decode())
    large = FilePayload(name="man-hinh.png", mimeType="image/png", buffer=b64decode(grown))
    await phone.set_input_files("#picture-file", large)
    await expect(phone.locator("#picture-canvas")).to_be_visible()
    await expect(phone.locator("#picture-preview p")).to_have_text(shows("thì đừng gửi"))
    await expect(phone.locator("#picture-send")).to_be_in_viewport()
    assert await violations(phone) == []
    assert await sent(site, code) == []
    await phone.click("#picture-send")
    await expect(phone.locator("#log .mine").last).to_contain_text("(đã gửi một ảnh)")
    await expect(phone.locator("#log .bubble").last).to_contain_text("đã chuyển ảnh cho Hoa")
    await expect(phone.locator("#picture")).to_be_hidden()
    (content,) = await sent(site, code)
    assert bare_jpeg(content) == content
    shape = await phone.evaluate("[document.querySelector('canvas').width, document.querySelector('canvas').height]")
    assert shape == [LONGEST_SIDE * 1080 // 2400, LONGEST_SIDE]
    order = await phone.locator("#log li").all_inner_texts()
    await phone.reload()
    await expect(phone.locator("#log li")).to_have_count(len(order))
    assert await phone.locator("#log li").all_inner_texts() == order


async def test_who_decides_otherwise_sends_nothing(site: Site, phone: Page, code: str) -> None:
    await phone.set_input_files("#picture-file", PHOTO)
    await phone.click("#picture-drop")
    await expect(phone.locator("#picture-preview")).to_be_hidden()
    await expect(phone.locator("#picture-choose")).to_be_visible()
    assert await sent(site, code) == []


@pytest.mark.page_faults("ERR_INTERNET_DISCONNECTED")
async def test_one_that_was_lost_on_the_way_is_sent_again_and_once(
    site: Site, context: BrowserContext, phone: Page, code: str
) -> None:
    await phone.set_input_files("#picture-file", PHOTO)
    await context.set_offline(True)
    await phone.click("#picture-send")
    await expect(phone.locator("#picture-state")).to_have_text(shows("Chưa gửi được ảnh."))
    await context.set_offline(False)
    await phone.click("#picture-send")
    await expect(phone.locator("#log .mine").last).to_contain_text("(đã gửi một ảnh)")
    assert len(await sent(site, code)) == 1


async def test_what_is_no_picture_is_said_at_once(site: Site, phone: Page, code: str) -> None:
    letter = FilePayload(name="thu.pdf", mimeType="application/pdf", buffer=b"%PDF-1.7")
    await phone.set_input_files("#picture-file", letter)
    await expect(phone.locator("#picture-state")).to_have_text(shows("Không mở được tệp này."))
    await expect(phone.locator("#picture-choose")).to_be_visible()


async def test_it_is_offered_only_while_it_is_asked_for(site: Site, phone: Page, code: str) -> None:
    assert (await do(site, "close", code, by="hoa")).name == "done"
    await settled(phone)
    await expect(phone.locator("#picture")).to_be_hidden()
