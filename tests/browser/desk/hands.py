"""What somebody does at the desk, in their words, and residents who ask it for help."""

from playwright.async_api import Page, expect

from tests.contracts.desk_site import ASK, TO_STUCK, say
from tests.contracts.web_site import Site

ASKS = ("/start", "1", "1", *ASK)
LONG = (*TO_STUCK, "khong thay nut o dau", "aaaaaaaaaa" * 8, *ASK)
ENGLISH = ("/start", "english", "1", "1", "person", "4")
WIDTHS = (320, 360, 1280)
_SIZES = """() => Array.from(document.querySelectorAll("body *"))
  .filter((node) => node.offsetParent && node.innerText)
  .map((node) => parseFloat(getComputedStyle(node).fontSize))"""
_SMALL = """(nodes) => nodes.filter((node) => {
  const box = node.getBoundingClientRect();
  return Math.min(box.height, box.width) < 44;
}).map((node) => node.outerHTML)"""


_UNTOLD = "const every = setInterval; setInterval = (act, pause) => pause < 60000 && every(act, pause)"
"""A page that is not told of a change would fetch it after a minute; here it never does."""


async def enter(page: Page, site: Site, name: str = "admin") -> None:
    """Sign in with what a link that works once sends, without its page, and open the desk."""
    await page.add_init_script(_UNTOLD)
    link = await site.parts.people.sign_in_link(name, site=site.address)
    assert (await page.request.post(link, max_redirects=0)).status == 303
    await page.goto("/desk")
    await page.locator("#queue").wait_for()
    await is_live(page)


async def is_live(page: Page) -> None:
    """Wait until the page's script has taken over."""
    await expect(page.locator("#tools")).to_be_visible()


async def open_menu(page: Page) -> None:
    """On a phone the other pages are behind a button."""
    await page.get_by_text("Trang khác").click()


async def take(page: Page, code: str) -> None:
    await page.locator(f"#{code}").get_by_role("button", name="Nhận giúp").click()
    await page.locator("#thread").wait_for()
    await is_live(page)


async def write(page: Page, text: str) -> None:
    """Send an answer to the resident, with the keyboard."""
    await page.locator("#text").fill(text)
    await page.keyboard.press("Control+Enter")


async def held(site: Site, desk: Page) -> str:
    """A request that Hoa took; its page is open."""
    code = await say(site, LONG)
    await take(desk, code)
    return code


async def is_large_and_fits(page: Page, targets: str) -> None:
    """On small and large screens nothing is too wide, no letters are small, and what can be pressed is large."""
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 640})
        assert await page.evaluate("document.documentElement.scrollWidth") <= width, (page.url, width)
        assert min(await page.evaluate(_SIZES)) >= 16, (page.url, width)
        assert await page.locator(targets).evaluate_all(_SMALL) == [], (page.url, width)
