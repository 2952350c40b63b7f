"""The chat page keeps its promises: resumes, queues, never doubles, never loses."""

import pytest
from playwright.async_api import Browser, BrowserContext, Page, Route, ViewportSize, expect

from bot.channels.web import WebChannel, chat_of
from bot.model import Reply, Turn
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.talk import (
    introduce,
    lose_conversation,
    press,
    replies,
    said,
    settled,
    shows,
    straight,
    token_of,
    type_in,
)
from tests.contracts.web_site import Site
from tests.patience import until

pytestmark = [pytest.mark.browser, pytest.mark.installs]

TALL_PHONE = ViewportSize(width=360, height=740)


async def logged(site: Site, page: Page) -> int:
    return len(await site.parts.store.read_log(chat_of(await token_of(page)), 0))


async def test_the_first_visit_shows_the_welcome_and_one_question(phone: Page) -> None:
    assert await said(phone) == []
    assert len(await replies(phone)) >= 1
    assert await phone.locator("#choices button").count() >= 2
    first = phone.locator("#choices button").first
    assert (await first.inner_text()).split()[0] == "1"


@pytest.mark.parametrize("path", ["/", "/?lang=en"])
async def test_the_welcome_fits_on_a_phone(context: BrowserContext, path: str) -> None:
    page = await context.new_page()
    await page.set_viewport_size(TALL_PHONE)
    await page.goto(path)
    await settled(page)
    assert await page.evaluate("document.documentElement.scrollHeight") <= TALL_PHONE["height"]


async def test_buttons_and_typed_digits_do_the_same(phone: Page) -> None:
    await phone.locator("#choices button").first.click()
    await settled(phone)
    await type_in(phone, "1")
    await settled(phone)
    assert (await said(phone))[1] == "1"
    assert len(await said(phone)) == 2
    assert len(await phone.locator("#log .bubble:not(.mine)").all()) >= 3


async def test_only_the_newest_question_can_be_answered(phone: Page) -> None:
    await introduce(phone)
    assert await phone.locator("#log button").count() == 0
    digits = await phone.locator("#choices b").all_inner_texts()
    assert len(digits) == len(set(digits))


async def test_a_question_that_fits_is_wholly_in_sight(phone: Page) -> None:
    await phone.set_viewport_size(DESKTOP)
    await introduce(phone)
    for text in ("menu", "1", "9"):
        await type_in(phone, text)
        await settled(phone)
        last = await phone.locator("#choices button").last.bounding_box()
        first = await phone.locator("#log .bubble").last.bounding_box()
        footer = await phone.locator("footer").bounding_box()
        assert last
        assert first
        assert footer
        assert first["y"] >= 0
        assert last["y"] + last["height"] <= footer["y"]


async def test_a_guide_link_in_a_long_conversation_shows_the_step_and_its_choices(site: Site, phone: Page) -> None:
    await introduce(phone)
    for text in ("menu", "1", "9"):
        await type_in(phone, text)
        await settled(phone)
    guide = site.parts.library.all()[0]
    await phone.goto(f"/?guide={guide.id}")
    await expect(phone.locator("#log .bubble").last).to_contain_text(guide.says("vi").title)
    await settled(phone)
    await expect(phone.locator("#log .bubble").last).to_be_in_viewport(ratio=1)
    await expect(phone.locator("#choices button").first).to_be_in_viewport()


async def test_a_guide_link_opens_the_guide_once(site: Site, context: BrowserContext) -> None:
    guide = site.parts.library.all()[0]
    page = await context.new_page()
    await page.goto(f"/?guide={guide.id}")
    await settled(page)
    assert "guide=" not in page.url
    await introduce(page)
    await expect(page.locator("#log .bubble").last).to_contain_text(guide.says("vi").title)
    before = await logged(site, page)
    await page.goto(f"/?guide={guide.id}")
    await expect(page.locator("#log .bubble").last).to_contain_text(guide.says("vi").title)
    await expect(page.locator("#log li")).not_to_have_count(0)
    await page.reload()
    await settled(page)
    assert await logged(site, page) <= before + 1


async def test_reload_in_the_middle_of_a_guide_goes_on(site: Site, phone: Page) -> None:
    guide = max(site.parts.library.all(), key=straight)
    await introduce(phone)
    await type_in(phone, f"/start {guide.id}")
    await settled(phone)
    await phone.locator("#choices button").first.click()
    await settled(phone)
    bubbles = await phone.locator("#log li").all_inner_texts()
    buttons = await phone.locator("#choices button").all_inner_texts()
    await phone.reload()
    await expect(phone.locator("#log li")).to_have_count(len(bubbles))
    assert await phone.locator("#log li").all_inner_texts() == bubbles
    assert await phone.locator("#choices button").all_inner_texts() == buttons
    await phone.locator("#choices button").first.click()
    await settled(phone)
    await expect(phone.locator("#log li")).to_have_count(len(bubbles) + 2)


@pytest.mark.page_faults("ERR_INTERNET_DISCONNECTED")
async def test_a_lost_connection_loses_and_doubles_nothing(site: Site, context: BrowserContext, phone: Page) -> None:
    await introduce(phone)
    before = await logged(site, phone)
    await context.set_offline(True)
    await type_in(phone, "menu")
    await type_in(phone, "giúp")
    await expect(phone.locator("#log .mine.waiting")).to_have_count(2)
    await expect(phone.locator("#log .mine.waiting .state").first).to_have_text(shows("đang thử lại"))
    await expect(phone.locator("#net")).to_have_text(shows("mất mạng"))
    await context.set_offline(False)
    await settled(phone)
    await expect(phone.locator("#net")).to_be_empty()
    assert (await said(phone))[-2:] == ["menu", "giúp"]
    assert await logged(site, phone) - before == await phone.locator("#log .bubble:not(.mine)").count() - before


@pytest.mark.page_faults("ERR_FAILED")
async def test_an_answer_lost_on_the_way_is_not_said_twice(site: Site, phone: Page) -> None:
    await introduce(phone)
    lost = 0

    async def lose(route: Route) -> None:
        nonlocal lost
        lost += 1
        if lost > 2:
            await route.continue_()
            return
        await route.fetch()
        await route.abort()

    await phone.route("**/api/chat/*", lose)
    before = await logged(site, phone)
    await type_in(phone, "menu")
    await settled(phone)
    assert lost == 3
    assert await logged(site, phone) == before + 1
    await expect(phone.locator("#log .mine", has_text="menu")).to_have_count(1)


@pytest.mark.page_faults("ERR_FAILED")
async def test_what_waits_survives_a_reload(context: BrowserContext, phone: Page) -> None:
    await introduce(phone)
    await phone.route("**/api/chat/*", lambda route: route.abort())
    async with phone.expect_event("requestfailed"):
        await type_in(phone, "menu")
    await expect(phone.locator("#log .mine.waiting")).to_have_count(1)
    await phone.unroute("**/api/chat/*")
    await phone.reload()
    await settled(phone)
    assert (await said(phone))[-1] == "menu"


@pytest.mark.page_faults("ERR_FAILED")
async def test_a_first_visitor_who_is_not_answered_reads_why(context: BrowserContext, site: Site) -> None:
    page = await context.new_page()
    await page.route("**/api/chat?*", lambda route: route.abort())
    await page.goto("/")
    await expect(page.locator("#net")).to_have_text("Đang nối với Tổ Số, xin chờ một chút. Cần gấp, mời gọi phường.")
    await page.unroute_all()
    await page.locator("#choices button").first.wait_for()
    await expect(page.locator("#net")).to_be_empty()


async def test_what_was_typed_and_not_sent_survives_a_reload(context: BrowserContext, phone: Page) -> None:
    await introduce(phone)
    await phone.fill("#text", "cho bác hỏi chuyện")
    await phone.reload()
    await settled(phone)
    await expect(phone.locator("#text")).to_have_value("cho bác hỏi chuyện")
    await phone.press("#text", "Enter")
    await settled(phone)
    assert (await said(phone))[-1] == "cho bác hỏi chuyện"
    await phone.reload()
    await settled(phone)
    await expect(phone.locator("#text")).to_have_value("")
    other = await context.new_page()
    await phone.fill("#text", "của riêng trang này")
    await other.goto("/")
    await settled(other)
    await expect(other.locator("#text")).to_have_value("")


async def test_without_scripts_nothing_is_shown_that_needs_them(browser: Browser, site: Site) -> None:
    async with await browser.new_context(viewport=PHONE, base_url=site.address, java_script_enabled=False) as plain:
        page = await plain.new_page()
        await page.goto("/")
        for said in ("header .call", "noscript .note"):
            await expect(page.locator(said)).to_be_visible()
        for gone in ("#text", "#composer button", "#restart", ".menu", ".skip"):
            await expect(page.locator(gone).first).to_be_hidden()


async def test_two_tabs_share_one_conversation(site: Site, context: BrowserContext, phone: Page) -> None:
    second = await context.new_page()
    await second.goto("/")
    await settled(second)
    assert await token_of(second) == await token_of(phone)
    await type_in(second, "1")
    await settled(second)
    await type_in(phone, "1")
    await settled(phone)
    for page in (phone, second):
        await expect(page.locator("#log .mine")).to_have_count(2)
        await expect(page.locator("#log .bubble:not(.mine)")).to_have_count(await logged(site, phone))
    assert await phone.locator("#log li").all_inner_texts() == await second.locator("#log li").all_inner_texts()


_STALE = """([state, lines]) => {
  const kept = JSON.parse(localStorage.getItem("toso-chat"));
  kept.lines = kept.lines.slice(0, lines);
  for (const line of kept.lines) line.state = state;
  localStorage.setItem("toso-chat", JSON.stringify(kept));
}"""
"""What a tab writes that read the lines just before another one wrote."""
_ALL_SENT = "JSON.parse(localStorage.getItem('toso-chat')).lines.every((line) => line.state === 'sent')"


@pytest.mark.page_faults("ERR_INTERNET_DISCONNECTED")
async def test_what_another_tab_writes_over_is_put_right(site: Site, context: BrowserContext, phone: Page) -> None:
    second = await context.new_page()
    await second.goto("/")
    await settled(second)
    await type_in(phone, "1")
    await settled(phone)
    before = await logged(site, phone)
    await second.evaluate(_STALE, ["waiting", 99])
    await until(lambda: second.evaluate(_ALL_SENT))
    for page in (phone, second):
        await settled(page)
    await context.set_offline(True)
    await type_in(phone, "làm lại căn cước")
    await expect(phone.locator("#log .mine.waiting")).to_have_count(1)
    await second.evaluate(_STALE, ["sent", 1])
    await expect(second.locator("#log .mine", has_text="làm lại căn cước")).to_have_count(1)
    await context.set_offline(False)
    await settled(phone)
    assert (await said(phone))[-1] == "làm lại căn cước"
    assert await logged(site, phone) > before


@pytest.mark.page_faults("status of 404")
async def test_a_conversation_that_is_gone_begins_anew_and_keeps_what_waits(phone: Page) -> None:
    await introduce(phone)
    old = await token_of(phone)
    await lose_conversation(phone)
    await type_in(phone, "xin chào")
    await settled(phone)
    assert await token_of(phone) != old
    assert await said(phone) == ["xin chào"]


@pytest.mark.page_faults("status of 404")
async def test_a_conversation_that_is_gone_begins_anew_at_a_reload(phone: Page) -> None:
    await introduce(phone)
    await type_in(phone, "làm lại căn cước")
    await settled(phone)
    await lose_conversation(phone)
    await phone.reload()
    await expect(phone.locator("#choices button").first).to_have_text(shows("Đồng ý"))
    assert await said(phone) == []
    assert any("xin nhớ" in reply for reply in await replies(phone)), "what is kept, and how long, is asked"


@pytest.mark.page_faults("ERR_INTERNET_DISCONNECTED", "status of 404")
async def test_a_digit_typed_before_the_consent_question_was_shown_is_no_consent(phone: Page) -> None:
    await introduce(phone)
    await phone.context.set_offline(True)
    await type_in(phone, "1")
    await lose_conversation(phone)
    await phone.context.set_offline(False)
    await settled(phone)
    assert await said(phone) == ["1"]
    await expect(phone.locator("#choices button").first).to_have_text(shows("Đồng ý"))
    await press(phone, "Đồng ý")
    await expect(phone.locator("#choices button").first).to_have_text(shows("Bác"))


@pytest.mark.page_faults("status of 422")
async def test_a_text_that_is_too_long_is_refused_kindly(phone: Page) -> None:
    await introduce(phone)
    await phone.evaluate("document.getElementById('text').removeAttribute('maxlength')")
    await type_in(phone, "dài " * 3_000)
    await expect(phone.locator("#log .mine.failed .state")).to_have_text(shows("Tin nhắn dài quá"))
    await press(phone, "")


async def test_start_again_is_behind_the_menu_and_asks_first(site: Site, phone: Page) -> None:
    await introduce(phone)
    await type_in(phone, "/start dvc-dang-nhap")
    await settled(phone)
    old = await token_of(phone)
    await expect(phone.locator("#restart")).to_be_hidden()
    await phone.click("summary")
    await phone.click("#restart")
    await expect(phone.locator("#log .bubble").last).to_contain_text("muốn bắt đầu lại từ đầu ạ?")
    await settled(phone)
    loaded = await site.parts.store.load(chat_of(old))
    assert loaded.session
    assert loaded.session.run
    await press(phone, "Bắt đầu lại")
    loaded = await site.parts.store.load(chat_of(old))
    assert loaded.session
    assert loaded.session.run is None
    assert await token_of(phone) == old


async def test_a_volunteer_is_named(site: Site, phone: Page) -> None:
    await introduce(phone)
    chat = chat_of(await token_of(phone))
    loaded = await site.parts.store.load(chat)
    assert loaded.session is not None
    parcel = WebChannel().render(chat, Reply("Chào bác, cháu đây ạ.", sender="Lan"), "")
    await site.parts.store.commit(chat, loaded, Turn(loaded.session), [parcel], pulled=True)
    bubble = phone.locator("#log .person")
    await expect(bubble).to_contain_text("Lan")
    await expect(phone.locator("#choices button").first).to_be_visible()


async def test_words_are_shown_and_never_run(phone: Page) -> None:
    await introduce(phone)
    await type_in(phone, "<img src=x onerror=alert(1)>")
    await settled(phone)
    assert await phone.locator("#log img").count() == 0
    assert (await said(phone))[-1] == "<img src=x onerror=alert(1)>"


async def test_a_printed_guide_leads_back_to_the_chat(site: Site, context: BrowserContext) -> None:
    guide = site.parts.library.all()[0]
    page = await context.new_page()
    await page.goto(f"/g/{guide.id}")
    await expect(page.locator("#print")).to_be_visible()
    await page.click(".screen a")
    await settled(page)
    assert page.url.startswith(site.address + "/")
