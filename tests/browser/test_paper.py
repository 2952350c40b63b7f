"""Every guide on paper, as a browser prints it: two sides, large letters, nothing cut off."""

import re
from itertools import product

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
    sheets: [...document.querySelectorAll(".sheets li")].filter(shown).length,
    said: shown(document.querySelector(".columns")) ? document.querySelector(".columns").innerText : "",
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
        assert len(seen["steps"]) >= straight(guide) or seen["sheets"], guide.id
        assert seen["steps"] == [*range(1, len(seen["steps"]) + 1)], guide.id
        assert {int(number) for number in _NAMED.findall(seen["said"])} <= {*seen["steps"]}, guide.id
        assert seen["columns"] == "2", guide.id
        assert await sides(page) <= (1 if seen["sheets"] else SIDES), guide.id


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


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
async def test_every_sheet_prints_whole_on_its_sides(site: Site, context: BrowserContext, lang: str) -> None:
    await sheets_print(site, context, lang, danger=False)


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_every_sheet_of_a_danger_prints_whole_on_one_side(site: Site, context: BrowserContext, lang: str) -> None:
    assert await sheets_print(site, context, lang, danger=True) == 1


async def sheets_print(site: Site, context: BrowserContext, lang: str, *, danger: bool) -> int:
    """Look at each sheet of the guides of dangers, or of all others; the most sides that one takes."""
    page, most = await paper(context), 0
    for guide in site.parts.library.all():
        if guide.steps[guide.start].bare != danger:
            continue
        await page.goto(f"/g/{guide.id}?lang={lang}")
        for address in await page.locator(".sheets a").evaluate_all("links => links.map(link => link.href)"):
            await page.goto(address)
            seen = await page.evaluate(_SEEN)
            assert seen["smallest"] >= LEAST, address
            assert seen["cut"] == 0, address
            shown = await page.locator(".number").count()
            assert seen["steps"] == [*range(1, shown + 1)], address
            assert {int(number) for number in _NAMED.findall(seen["said"])} <= {*seen["steps"]}, address
            told = await sides(page)
            assert told <= SIDES, address
            most = max(most, told)
    return most


async def test_who_prints_first_aid_gets_its_number_and_the_sheets(site: Site, context: BrowserContext) -> None:
    page = await paper(context)
    for guide, lang in product(("cap-cuu", "lua-dao"), LANGUAGES):
        await page.goto(f"/g/{guide}?lang={lang}")
        assert await page.locator(".number:visible").count() == 0
        assert "113" in await page.locator(".first:visible").inner_text()
        begins = site.parts.library.current(guide)
        assert begins
        assert await page.locator(".sheets li:visible").count() >= len(begins.steps[begins.start].choices)
        assert await sides(page) == 1


async def test_a_number_to_call_is_the_largest_on_the_sheet_of_a_danger(context: BrowserContext) -> None:
    page = await paper(context)
    for sheet, number in (("fire", "114"), ("medical", "115"), ("crime", "113"), ("despair", "115")):
        await page.goto(f"/g/cap-cuu/{sheet}")
        sizes = await page.evaluate(
            """() => [...document.querySelectorAll("main *")].filter((node) => node.getClientRects().length)
              .map((node) => [parseFloat(getComputedStyle(node).fontSize), node.textContent])"""
        )
        assert max(sizes)[1] == number, sheet
        assert max(sizes)[0] >= 40, sheet  # points of a screen
