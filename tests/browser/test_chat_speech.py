"""A step is listened to: in the device's own voice, or as somebody of the ward read it."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, Page, expect

from bot.channels.web import WebChannel, chat_of
from bot.model import Aloud, Reply, Turn
from tests.browser.talk import introduce, settled, token_of, type_in
from tests.contracts.spoken import KHAI_SINH, as_wav
from tests.contracts.web_site import Site

pytestmark = [pytest.mark.browser, pytest.mark.installs]

_DEVICE = (Path(__file__).parent / "web_speech.js").read_text()
VIETNAMESE, NETWORK, ENGLISH = (
    {"lang": "vi_VN", "localService": True},  # as Android writes it
    {"lang": "vi-VN", "localService": False},
    {"lang": "en-US", "localService": True},
)


async def opened(context: BrowserContext, *voices: dict[str, object], fails: str = "") -> Page:
    """The chat on a device with these voices, after the welcome."""
    device = json.dumps({"voices": voices, "fails": fails})
    await context.add_init_script(f"window.speechDevice = {device};\n{_DEVICE}")
    page = await context.new_page()
    await page.goto("/")
    await settled(page)
    await introduce(page)
    return page


async def spoken(page: Page) -> Sequence[tuple[str, str]]:
    heard: list[list[str]] = await page.evaluate("window.spoken")
    return [(lang, words) for lang, words in heard]


async def test_a_step_is_read_with_its_choices_in_the_phone_s_own_voice(context: BrowserContext) -> None:
    page = await opened(context, NETWORK, ENGLISH, VIETNAMESE)
    await type_in(page, "nhà đang cháy")
    await settled(page)
    await expect(page.locator("#listen")).to_have_text("Nghe")
    await page.click("#listen")
    await expect(page.locator("#listen")).to_have_text("Dừng")
    await expect(page.locator("#listen")).to_have_text("Nghe")  # all of it was said
    heard = await spoken(page)
    assert {lang for lang, _ in heard} == {"vi_VN"}
    words = [words for _, words in heard]
    assert any("gọi 1 1 4" in each for each in words), words
    labels = await page.locator("#choices button").all_inner_texts()
    assert [each for each in words if each.startswith("Bấm số")] == [
        f"Bấm số {digit}: {label}" for digit, label in (each.split("\n") for each in labels)
    ]
    assert max(map(len, words)) <= 140


async def test_addresses_are_said_by_their_names_and_long_sentences_in_parts(
    site: Site, context: BrowserContext
) -> None:
    page = await opened(context, VIETNAMESE)
    chat = chat_of(await token_of(page))
    loaded = await site.parts.store.load(chat)
    assert loaded.session
    sites = "Mở trang https://dichvucong.gov.vn/p/home?x=1 hay vneid.gov.vn, phí 5.000 đồng, lúc 7:30."
    text = f"– «Bước» 2 🙂\n{sites} {'rất dài, ' * 40}"
    parcel = WebChannel().render(chat, Reply(text, sender="Lan"), "")
    await site.parts.store.commit(chat, loaded, Turn(loaded.session), [parcel], pulled=True)
    await expect(page.locator("#log .person")).to_be_visible()
    await page.click("#listen")
    await expect(page.locator("#listen")).to_have_text("Nghe")
    heard = [words for _, words in await spoken(page)]
    words = heard[heard.index("Bước 2") :]
    assert words[1] == "Mở trang dichvucong chấm gov chấm vn hay vneid chấm gov chấm vn, phí 5.000 đồng, lúc 7:30."
    assert max(map(len, words)) <= 140
    assert " ".join(words[2:]).count("rất dài") == 40


async def test_a_second_press_a_new_message_and_a_hidden_page_end_it(context: BrowserContext) -> None:
    page = await opened(context, VIETNAMESE)
    await type_in(page, "/start dvc-dang-nhap")
    await settled(page)
    listen = page.locator("#listen")
    for end in ("press", "say", "hide"):
        await listen.click()
        await expect(listen).to_have_text("Dừng")
        if end == "press":
            await listen.click()
        elif end == "say":
            await page.locator("#choices button").first.click()
        else:
            await page.evaluate(
                """Object.defineProperty(document, "hidden", { value: true, configurable: true });
                document.dispatchEvent(new Event("visibilitychange"));
                Object.defineProperty(document, "hidden", { value: false, configurable: true });"""
            )
        await expect(listen).to_have_text("Nghe")
        assert not await page.evaluate("speechSynthesis.speaking || speechSynthesis.pending")
        assert await page.locator("#speech-state").inner_text() == ""
        await settled(page)


async def test_an_english_reader_hears_an_english_voice(context: BrowserContext) -> None:
    page = await opened(context, VIETNAMESE, ENGLISH)
    await type_in(page, "English")
    await settled(page)
    await type_in(page, "/start cap-cuu")
    await settled(page)
    await page.click("#listen")
    await expect(page.locator("#listen")).to_have_text("Stop")
    await expect(page.locator("#listen")).to_have_text("Listen")
    heard = await spoken(page)
    assert {lang for lang, _ in heard} == {"en-US"}
    assert any(words.startswith("Press 1: ") for _, words in heard)


async def test_without_a_voice_for_the_language_there_is_no_button(context: BrowserContext, phone: Page) -> None:
    page = await opened(context, ENGLISH)
    await expect(page.locator("#size")).to_be_visible()
    await page.wait_for_function("speechSynthesis.getVoices().length")
    await expect(page.locator("#listen")).to_be_hidden()
    await type_in(page, "English")
    await expect(page.locator("#listen")).to_be_visible()
    await expect(phone.locator("#listen")).to_be_hidden()  # the browser as it is has no voice at all


async def test_a_voice_that_fails_says_so_kindly(context: BrowserContext) -> None:
    page = await opened(context, VIETNAMESE, fails="language-unavailable")
    await page.click("#listen")
    await expect(page.locator("#speech-state")).to_contain_text("chưa đọc được thành tiếng")
    await expect(page.locator("#listen")).to_have_text("Nghe")
    await page.locator("#choices button").first.click()
    await expect(page.locator("#speech-state")).to_be_empty()


async def test_a_recording_goes_before_the_phone_s_voice(site: Site, context: BrowserContext) -> None:
    page = await opened(context, VIETNAMESE)
    await page.route("**/a/b.*", lambda route: route.fulfill(body=as_wav(KHAI_SINH), content_type="audio/wav"))
    chat = chat_of(await token_of(page))
    loaded = await site.parts.store.load(chat)
    assert loaded.session
    parcel = WebChannel().render(chat, Reply("Mời nghe.", aloud=Aloud("a/b", 3)), "")
    await site.parts.store.commit(chat, loaded, Turn(loaded.session), [parcel], pulled=True)
    await expect(page.locator("#log audio")).to_be_visible()
    await page.click("#listen")
    await expect(page.locator("#listen")).to_have_text("Dừng")
    assert await page.evaluate("!document.querySelector('#log audio').paused")
    await page.click("#listen")
    await expect(page.locator("#listen")).to_have_text("Nghe")
    assert await page.evaluate("document.querySelector('#log audio').paused")
    assert await spoken(page) == []
