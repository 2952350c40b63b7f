"""What somebody does at the desk, in their words."""

from playwright.async_api import Page, expect

from tests.contracts.web_site import Site


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


async def take(page: Page, code: str) -> None:
    await page.locator(f"#{code}").get_by_role("button", name="Nhận giúp").click()
    await page.locator("#thread").wait_for()
    await is_live(page)


async def write(page: Page, text: str) -> None:
    """Send an answer to the resident, with the keyboard."""
    await page.locator("#text").fill(text)
    await page.keyboard.press("Control+Enter")
