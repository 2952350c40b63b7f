"""The page speaks the language of the conversation, and each bubble says which one it is in."""

import pytest
from playwright.async_api import BrowserContext, Page, expect

from tests.browser.talk import introduce, lose_conversation, said, settled, shows, type_in
from tests.browser.test_access import violations
from tests.contracts.web_site import Site

pytestmark = [pytest.mark.browser, pytest.mark.installs]

OWN_WORDS = {
    "vi": {
        "form [type=submit]": "Gửi",
        "form label": "Hoặc gõ câu trả lời",
        "summary": "Tùy chọn",
        "#restart": "Bắt đầu lại",
        ".skip": "Đi thẳng tới ô trả lời",
        ".call span": "Gọi phường:",
    },
    "en": {
        "form [type=submit]": "Send",
        "form label": "Or type your answer",
        "summary": "Options",
        "#restart": "Start again",
        ".skip": "Skip to the answer box",
        ".call span": "Call the ward:",
    },
}
LABELS = {"vi": ("Cuộc trò chuyện", "Chọn một câu trả lời"), "en": ("Conversation", "Choose an answer")}
OTHER = {"vi": "en", "en": "vi"}


async def expect_page_in(lang: str, page: Page) -> None:
    await expect(page.locator("html")).to_have_attribute("lang", lang)
    for selector, words in OWN_WORDS[lang].items():
        await expect(page.locator(selector)).to_have_text(words)
    for selector, label in zip(("#live", "#choices"), LABELS[lang], strict=True):
        await expect(page.locator(selector)).to_have_attribute("aria-label", label)
    await page.locator("summary").click()
    await expect(page.locator(f"[hreflang={OTHER[lang]}]")).to_be_visible()
    await expect(page.locator(f"[hreflang={lang}]")).to_be_hidden()
    await page.locator("summary").click()


async def languages(page: Page) -> list[str]:
    """The language of each bubble, oldest first; the resident's own in brackets."""
    found: list[str] = await page.evaluate(
        """() => Array.from(document.querySelectorAll("#log > li"),
          (node) => node.classList.contains("mine") ? `(${node.lang})` : node.lang)"""
    )
    return found


async def test_the_page_follows_the_conversation_at_once(phone: Page) -> None:
    await introduce(phone)
    await expect_page_in("vi", phone)
    loaded = await phone.evaluate("performance.timeOrigin")
    await type_in(phone, "english")
    await settled(phone)
    await expect_page_in("en", phone)
    await type_in(phone, "help")
    await settled(phone)
    history = ["vi", "(vi)", "vi", "(vi)", "vi", "(vi)", "en", "(en)", "en"]
    assert await languages(phone) == history
    await expect(phone.locator("#log .mine .unseen").first).to_have_text("Tin đã gửi:")
    await expect(phone.locator("#log .mine .unseen").last).to_have_text("You sent:")
    await expect(phone.locator("#live")).to_have_attribute("aria-live", "polite")
    assert await violations(phone) == []
    await type_in(phone, "tiếng việt")
    await settled(phone)
    await expect_page_in("vi", phone)
    assert await languages(phone) == [*history, "(en)", "vi"]
    assert await phone.evaluate("performance.timeOrigin") == loaded


@pytest.mark.page_faults("ERR_FAILED")
async def test_a_reload_opens_in_the_language_of_the_conversation(phone: Page) -> None:
    await phone.locator("#choices button", has_text="English").click()
    await settled(phone)
    history = await languages(phone)
    assert history == ["vi", "(vi)", "en"]
    await phone.route("**/api/chat/*/events*", lambda route: route.abort())
    await phone.reload()
    await expect_page_in("en", phone)  # before anything came from the conversation
    await phone.unroute("**/api/chat/*/events*")
    await phone.reload()
    await settled(phone)
    await expect_page_in("en", phone)
    assert await languages(phone) == history


async def test_another_tab_follows(context: BrowserContext, phone: Page) -> None:
    second = await context.new_page()
    await second.goto("/")
    await settled(second)
    await type_in(second, "english")
    await settled(second)
    await expect_page_in("en", second)
    await expect_page_in("en", phone)
    assert await languages(phone) == await languages(second)


async def test_the_link_to_english_changes_the_conversation(site: Site, phone: Page) -> None:
    await introduce(phone)
    await phone.click("summary")
    await phone.click("[hreflang=en]")
    await expect(phone.locator("#log li[lang=en]")).to_have_count(1)
    await expect_page_in("en", phone)
    assert phone.url == f"{site.address}/"
    assert (await said(phone))[-1] != "English"
    await phone.reload()
    await settled(phone)
    await expect_page_in("en", phone)
    await expect(phone.locator("#log li[lang=en]")).to_have_count(1)
    await phone.click("summary")
    await phone.click("[hreflang=vi]")
    await expect(phone.locator("#log li[lang=vi]").last).to_contain_text("tiếng Việt")
    await expect_page_in("vi", phone)


async def test_a_conversation_can_begin_in_english(context: BrowserContext) -> None:
    page = await context.new_page()
    await page.goto("/?lang=en")
    await settled(page)
    await expect_page_in("en", page)
    assert await languages(page) == ["en"]
    await page.click("summary")
    await page.click("#restart")
    await expect(page.locator("#log .bubble")).to_have_count(2)
    await settled(page)
    await expect_page_in("en", page)
    assert await languages(page) == ["en", "en"]


async def test_a_guide_can_be_opened_in_english(site: Site, context: BrowserContext) -> None:
    guide = site.parts.library.all()[0]
    page = await context.new_page()
    await page.goto(f"/?guide={guide.id}&lang=en")
    await settled(page)
    await expect_page_in("en", page)
    assert await languages(page) == ["en"]  # the greeting too, from its first word
    await page.locator("#choices button").first.click()
    await settled(page)
    await expect(page.locator("#log .bubble").last).to_contain_text(guide.says("en").title)


@pytest.mark.page_faults("status of 422")
async def test_what_fails_is_said_in_english_too(phone: Page) -> None:
    await type_in(phone, "english")
    await settled(phone)
    await phone.evaluate("document.getElementById('text').removeAttribute('maxlength')")
    await type_in(phone, "long " * 3_000)
    await expect(phone.locator("#log .mine.failed .state")).to_have_text(shows("The message is too long."))


@pytest.mark.page_faults("status of 404")
async def test_a_conversation_that_is_gone_begins_anew_in_english(phone: Page) -> None:
    await type_in(phone, "english")
    await settled(phone)
    await lose_conversation(phone)
    await type_in(phone, "hello")
    await settled(phone)
    await expect_page_in("en", phone)
    assert await languages(phone) == ["(en)", "en", "en"]
