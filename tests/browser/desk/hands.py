"""What somebody does at the desk, in their words, and residents who ask it for help."""

from playwright.async_api import Page, expect

from tests.contracts.desk_site import ASK, TO_STUCK, say
from tests.contracts.web_site import Site

ASKS = ("/start", "1", "1", *ASK)
LONG = (*TO_STUCK, "khong thay nut o dau", "aaaaaaaaaa" * 8, *ASK)
ENGLISH = ("/start", "english", "1", "1", "person", "4")


async def enter(page: Page, site: Site, name: str = "admin") -> None:
    """Sign in by a link that works once, which leads to the desk."""
    await page.goto(await site.parts.people.sign_in_link(name, site=site.address))
    await page.get_by_role("button", name="Vào bàn trực").click()
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
