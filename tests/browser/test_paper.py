"""Every guide on paper, as a browser prints it: two sides, large letters, nothing cut off."""

import re
from itertools import product

import pytest
from playwright.async_api import BrowserContext, Page, ViewportSize

from api.guides.print_layout import LARGE, SIDES
from bot.content.guide import LANGUAGES
from tests.browser.talk import straight
from tests.contracts.web_site import Site
from tests.test_sheets import every_guide

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
  const cut = (node) => node.scrollWidth > node.clientWidth + 1 || node.getBoundingClientRect().right > 727;
  return [...document.querySelectorAll("article")].map((article) => {
    const all = (selector) => [...article.querySelectorAll(selector)].filter(shown);
    const words = all("*").filter(holds);
    const columns = article.querySelector(".columns");
    return {
      title: article.querySelector("h1").textContent,
      columns: getComputedStyle(columns).columnCount,
      smallest: Math.min(...words.map(points)),
      body: Math.min(...words.filter((node) => node.closest(".said, h2, .bring")).map(points)),
      cut: [article, ...all("li, .said, h1, h2, p")].filter(cut).length,
      faces: [...document.fonts].filter((face) => face.status === "loaded").length,
      numbers: article.querySelectorAll(".number").length,
      steps: all(".number").map((node) => Number(node.textContent)),
      sheets: all(".sheets li").length,
      said: shown(columns) ? columns.innerText : "",
    };
  });
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
        [seen] = await page.evaluate(_SEEN)
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
async def test_all_sheets_of_a_guide_print_whole_each_on_its_sides(context: BrowserContext, lang: str) -> None:
    page = await paper(context)
    for name, guide, hung in every_guide():
        if not hung or name != f"{guide.id} {lang}":
            continue
        await page.goto(f"/sheets/{guide.id}?lang={lang}")
        seen = await page.evaluate(_SEEN)
        assert len(seen) == len(hung), name
        for one in seen:
            where = f"{name} {one['title']}"
            assert one["smallest"] >= LEAST, where
            assert one["cut"] == 0, where
            assert one["steps"] == [*range(1, one["numbers"] + 1)], where
            assert {int(number) for number in _NAMED.findall(one["said"])} <= {*one["steps"]}, where
        most = 1 if guide.steps[guide.start].bare else SIDES
        assert max(sheet.paper.sides for sheet in hung) <= most, name
        assert await sides(page) == sum(sheet.paper.sides for sheet in hung), name


async def test_a_sheet_prints_alone_as_it_does_among_all(context: BrowserContext) -> None:
    page = await paper(context)
    for guide in ("cap-cuu", "lua-dao", "khai-tu"):
        await page.goto(f"/sheets/{guide}")
        among = await page.evaluate(_SEEN)
        await page.goto(f"/g/{guide}")
        addresses = await page.locator(".sheets ol a:not(.tel)").evaluate_all("links => links.map(link => link.href)")
        assert len(addresses) == len(among)
        for address, one in zip(addresses, among, strict=True):
            await page.goto(address)
            [alone] = await page.evaluate(_SEEN)
            assert {**alone, "faces": one["faces"]} == one, address
            assert await sides(page) == 1, address


async def test_all_sheets_are_one_press_away_from_the_list_of_them(context: BrowserContext) -> None:
    page = await context.new_page()
    await page.goto("/g/khai-tu")
    titles = await page.locator(".sheets ol a:not(.tel)").all_inner_texts()
    await page.get_by_role("link", name="In tất cả các tờ").click()
    assert await page.locator("h1").all_inner_texts() == titles
    assert await page.get_by_role("button", name="In trang này").count() == 1


async def test_the_list_of_sheets_looks_the_same_on_each_guide_with_no_code_to_scan_before_it(phone: Page) -> None:
    looks = set()
    for guide in ("cap-cuu", "lua-dao", "khai-tu"):
        await phone.goto(f"/g/{guide}")
        assert await phone.locator("figure .code:visible").count() == 0, guide
        looks.add(
            await phone.locator(".sheets ol a:not(.tel)").first.evaluate(
                "(link) => { const { color, backgroundColor, padding } = getComputedStyle(link);"
                " return `${color} ${backgroundColor} ${padding}`; }"
            )
        )
    assert len(looks) == 1, looks


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


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_no_number_in_a_list_of_sheets_is_broken_over_two_lines(
    site: Site, context: BrowserContext, lang: str
) -> None:
    page = await paper(context)
    await page.goto(f"/g/lua-dao?lang={lang}")
    lines = await page.locator(".sheets .tel").evaluate_all("all => all.map(each => each.getClientRects().length)")
    assert len(lines) > 8
    assert {*lines} == {1}
