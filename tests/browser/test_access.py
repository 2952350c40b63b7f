"""The page is for everyone: no accessibility violation, large enough, readable, without a mouse."""

from importlib.resources import files
from typing import Literal, get_args

import pytest
from playwright.async_api import Browser, Page, expect

from bot.content.guide import LANGUAGES
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.desk.hands import is_large_and_fits
from tests.browser.talk import introduce, settled, type_in
from tests.contracts.web_site import Site

pytestmark = [pytest.mark.browser, pytest.mark.installs]

Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = get_args(Scheme)
SIZES = (18, 22, 27)
"""Of the page's letters, in pixels."""
_AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text()
_WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_CONTRAST = "color-contrast-enhanced"
# By night a page changes its colours alone, so it is looked at with the rules that see colours.
_BY = {
    "light": {"runOnly": {"type": "tag", "values": _WCAG}, "rules": {_CONTRAST: {"enabled": True}}},
    "dark": {"runOnly": {"type": "rule", "values": [_CONTRAST, "color-contrast", "link-in-text-block"]}},
}
_RUN = """async (how) => {
  const found = await axe.run(document, how);
  return found.violations.map((one) => one.id + one.nodes.map((node) => `: ${node.target} ${node.failureSummary}`));
}"""


async def violations(page: Page) -> list[str]:
    """What axe-core finds by day and by night, with contrast held to 7:1, and what is too wide: on phone and desktop.

    Afterwards the page is as large as before, and it is night.
    """
    before = page.viewport_size
    assert before
    await page.evaluate(_AXE)
    found = []
    for size in (PHONE, DESKTOP):
        await page.set_viewport_size(size)
        width = await page.evaluate("document.documentElement.scrollWidth")
        found += [f"{width} pixels are wider than {size['width']}"] if width > size["width"] else []
        for scheme in SCHEMES:
            await page.emulate_media(color_scheme=scheme)
            assert await page.evaluate(f"matchMedia('(prefers-color-scheme: {scheme})').matches")
            found += [f"{size['width']}, {scheme}: {one}" for one in await page.evaluate(_RUN, _BY[scheme])]
    await page.set_viewport_size(before)
    return found


@pytest.mark.page_faults("ERR_INTERNET_DISCONNECTED", "status of 404")
async def test_no_violation_anywhere(browser: Browser, site: Site) -> None:
    guide = site.parts.library.all()[0]
    async with await browser.new_context(viewport=DESKTOP, base_url=site.address, bypass_csp=True) as context:
        page = await context.new_page()
        await page.goto("/")
        await settled(page)
        assert await violations(page) == []
        await introduce(page)
        await type_in(page, f"/start {guide.id}")
        await settled(page)
        await page.click("summary")
        assert await violations(page) == []
        await page.click("summary")
        await context.set_offline(True)
        await type_in(page, "alo")
        await expect(page.locator("#net")).not_to_be_empty()
        assert await violations(page) == []
        await context.set_offline(False)
        for path in (f"/g/{guide.id}", "/g/khong-co"):
            await page.goto(path)
            assert await violations(page) == [], path


async def test_letters_and_targets_are_large(phone: Page) -> None:
    await introduce(phone)
    await phone.click("summary")
    sizes = await phone.evaluate(
        """() => Array.from(document.querySelectorAll("p, span, b, label, button, a, summary, textarea, small"))
          .filter((node) => node.offsetParent && node.textContent.trim() && !node.classList.contains("unseen"))
          .map((node) => parseFloat(getComputedStyle(node).fontSize))"""
    )
    assert min(sizes) >= 18
    bubble = await phone.evaluate("parseFloat(getComputedStyle(document.querySelector('.bubble')).fontSize)")
    assert bubble >= 20
    for target in await phone.locator("button, summary, textarea, header a").all():
        if await target.is_visible():
            box = await target.bounding_box()
            assert box is not None
            assert min(box["height"], box["width"]) >= 48, await target.inner_text()


@pytest.mark.page_faults("status of 404")
async def test_links_to_call_and_to_go_back_are_large(site: Site, phone: Page) -> None:
    for path in ("/khong-co", "/g/vneid-may-moi", "/b/khai-sinh"):
        await phone.goto(path)
        await is_large_and_fits(phone, "a:visible, button:visible")


async def letters(page: Page) -> float:
    """How large they are on this page, in pixels."""
    return float(await page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)"))


async def test_nothing_is_wider_than_the_screen(phone: Page) -> None:
    await introduce(phone)
    await type_in(phone, "https://dichvucong.gov.vn/" + "a" * 300)
    await settled(phone)
    for _ in SIZES:
        for width in (320, 360, 1280):
            await phone.set_viewport_size({"width": width, "height": 640})
            assert await phone.evaluate("document.documentElement.scrollWidth") <= width
        await phone.click("#size")


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_no_page_of_a_guide_is_wider_than_a_phone_that_shows_it_at_twice_its_size(phone: Page, lang: str) -> None:
    await phone.set_viewport_size({"width": 180, "height": 320})
    for path in ("/g/cap-cuu", "/g/cap-cuu/despair", "/g/khai-sinh", "/g/khai-tu", "/sheets/lua-dao", "/b/khai-sinh"):
        await phone.goto(f"{path}?lang={lang}")
        assert await phone.evaluate("document.documentElement.scrollWidth") <= 180, path


async def test_a_guide_is_finished_with_the_keyboard_alone(site: Site, phone: Page) -> None:
    guide = site.parts.library.current("dvc-dang-nhap")  # its first choices lead to its own end
    assert guide
    await phone.keyboard.press("Tab")
    await expect(phone.locator(".skip")).to_be_focused()
    await phone.keyboard.press("Enter")
    await expect(phone.locator("#text")).to_be_focused()
    for words in ("1", "1", f"/start {guide.id}"):
        await phone.keyboard.type(words)
        await phone.keyboard.press("Enter")
        await settled(phone)
    await phone.keyboard.press("Shift+Tab")
    await expect(phone.locator("#size")).to_be_focused()
    await phone.keyboard.press("Shift+Tab")
    seen = set()
    for _ in range(len(guide.steps) + 1):
        focused = phone.locator("#choices button:focus, #log .bubble:focus")
        await expect(focused).to_have_count(1)
        while not await phone.locator("#choices > button:first-of-type:focus").count():
            moved = "Tab" if await phone.locator("#log .bubble:focus").count() else "Shift+Tab"
            await phone.keyboard.press(moved)
        count = await phone.locator("#log li").count()
        await phone.keyboard.press("Enter")
        await expect(phone.locator("#log li")).not_to_have_count(count)
        await settled(phone)
        seen.add(await phone.locator("#log .bubble").last.inner_text())
        counters = await site.parts.store.counters()
        if any(name.startswith("guide_ended") for name in counters):
            return
    raise AssertionError(f"the guide never ended; seen: {seen}")


async def test_focus_follows_the_conversation(phone: Page) -> None:
    await phone.locator("#choices button").first.focus()
    await phone.keyboard.press("Enter")
    await settled(phone)
    await expect(phone.locator("#log .bubble:not(.mine)").last).to_be_focused()
    await phone.keyboard.press("Tab")
    await expect(phone.locator("#choices button").first).to_be_focused()


async def test_larger_letters_are_one_press_away_on_every_step(phone: Page) -> None:
    await introduce(phone)
    await type_in(phone, "/start dvc-dang-nhap")
    await settled(phone)
    sizes = []
    for sign, says in zip(("A+", "A+", "A−"), ("Chữ to hơn", "Chữ to hơn", "Chữ nhỏ lại"), strict=True):
        await expect(phone.locator("#size")).to_be_in_viewport(ratio=1)
        await expect(phone.locator("#size")).to_contain_text(sign)
        await expect(phone.get_by_role("button", name=says)).to_be_visible()
        sizes.append(await letters(phone))
        await phone.click("#size")
    assert sizes == list(SIZES)
    assert await letters(phone) == SIZES[0]


async def test_text_size_is_kept(phone: Page) -> None:
    for size in SIZES[1:]:
        await phone.click("#size")
        await phone.reload()
        assert await letters(phone) == size
