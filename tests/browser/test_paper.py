"""Every guide on paper, as a browser prints it: two sides, large letters, nothing cut off."""

import re

import pytest
from playwright.async_api import BrowserContext, Page, ViewportSize

from api.guides.paper import LARGE, SIDES
from bot.content.guide import LANGUAGES
from tests.browser.talk import straight
from tests.contracts.web_site import Site

pytestmark = pytest.mark.browser

SHEET = ViewportSize(width=726, height=1054)
"""A4 without its margins, in points of a screen."""
LEAST, BODY = 12, LARGE[-1]

_NAMED = re.compile(r"\b(?:bước|step)\s([0-9]+)", re.IGNORECASE)
_SEEN = """async () => {
  await document.fonts.ready;
  const points = (node) => parseFloat(getComputedStyle(node).fontSize) * 0.75;
  const shown = (node) => node.getClientRects().length > 0;
  const holds = (node) => [...node.childNodes].some((each) => each.nodeType === 3 && each.data.trim());
  const words = [...document.querySelectorAll("main *")].filter((node) => shown(node) && holds(node));
  const cut = (node) => node.scrollWidth > node.clientWidth + 1 || node.getBoundingClientRect().right > 727;
  return {
    columns: getComputedStyle(document.querySelector(".columns")).columnCount,
    smallest: Math.min(...words.map(points)),
    body: Math.min(...words.filter((node) => node.closest(".said, h2, .bring")).map(points)),
    cut: [...document.querySelectorAll("main, li, .said, h1, h2, p")].filter(shown).filter(cut).length,
    faces: [...document.fonts].filter((face) => face.status === "loaded").length,
    steps: [...document.querySelectorAll(".number")].filter(shown).map((node) => Number(node.textContent)),
    said: document.querySelector(".columns").innerText,
  };
}"""


async def paper(context: BrowserContext) -> Page:
    """A page as it is printed, without its pictures: their room is kept where they do not come."""
    page = await context.new_page()
    await page.set_viewport_size(SHEET)
    devtools = await context.new_cdp_session(page)
    await devtools.send("Network.enable")
    await devtools.send("Network.setBlockedURLs", {"urls": ["*/pictures/*"]})
    await devtools.send("Emulation.setEmulatedMedia", {"media": "print"})
    return page


async def sides(page: Page) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", await page.pdf(prefer_css_page_size=True)))


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
async def test_every_guide_prints_on_two_sides_in_large_letters(site: Site, context: BrowserContext, lang: str) -> None:
    page = await paper(context)
    for guide in site.parts.library.all():
        await page.goto(f"/g/{guide.id}?lang={lang}")
        seen = await page.evaluate(_SEEN)
        assert seen["smallest"] >= LEAST, guide.id
        assert seen["body"] >= BODY, guide.id
        assert seen["cut"] == 0, guide.id
        assert seen["faces"] >= 2, guide.id
        assert len(seen["steps"]) >= straight(guide), guide.id
        assert seen["steps"] == [*range(1, len(seen["steps"]) + 1)], guide.id
        assert {int(number) for number in _NAMED.findall(seen["said"])} <= {*seen["steps"]}, guide.id
        assert seen["columns"] == "2", guide.id
        assert await sides(page) <= SIDES, guide.id


async def test_what_is_not_on_paper_is_on_the_screen(site: Site, context: BrowserContext) -> None:
    guide = max(site.parts.library.all(), key=lambda guide: len(guide.steps))
    page = await context.new_page()
    await page.goto(f"/g/{guide.id}")
    assert await page.locator(".number:visible").count() == len(guide.steps)
    assert await page.locator(".paper:visible").count() == 0
    await page.emulate_media(media="print")
    assert await page.locator(".number:visible").count() < len(guide.steps)
    assert await page.locator("footer .paper:visible").count() == 1
    assert await page.locator(".screen:visible").count() == 0
