"""What a person does on the chat page, in their words."""

import re

from playwright.async_api import Page, expect

from api.guides.print_model import paths
from bot.content.guide import Guide


async def replies(page: Page) -> list[str]:
    """The bot's bubbles, oldest first."""
    return await page.locator("#log .bubble:not(.mine) p").all_inner_texts()


async def said(page: Page) -> list[str]:
    """The resident's own bubbles, oldest first."""
    return await page.locator("#log .mine p:first-of-type").all_inner_texts()


async def settled(page: Page) -> None:
    """Wait until nothing of the resident's waits to be sent."""
    await expect(page.locator("#log .mine.waiting")).to_have_count(0)
    await page.locator("#choices button").first.wait_for()


async def type_in(page: Page, text: str) -> None:
    await page.fill("#text", text)
    await page.press("#text", "Enter")


async def press(page: Page, label: str) -> None:
    await page.locator("#choices button", has_text=label).first.click()
    await settled(page)


async def introduce(page: Page) -> None:
    """Go through the welcome: agree, and choose the first form of address."""
    for _ in range(2):
        await page.locator("#choices button").first.click()
        await settled(page)


async def token_of(page: Page) -> str:
    """The conversation that the page goes on with."""
    kept: str = await page.evaluate("JSON.parse(localStorage.getItem('toso-chat')).token")
    return kept


async def lose_conversation(page: Page) -> None:
    """Speak on in a conversation that the server does not know."""
    await page.evaluate(
        """() => {
          const kept = JSON.parse(localStorage.getItem("toso-chat"));
          kept.token = "A".repeat(43);
          localStorage.setItem("toso-chat", JSON.stringify(kept));
        }"""
    )


def shows(text: str) -> re.Pattern[str]:
    return re.compile(re.escape(text))


def straight(guide: Guide) -> int:
    """How many steps the main path of a guide has."""
    return len(paths(guide)[0][1])
