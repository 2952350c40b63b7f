"""First aid is one screen of a small phone: what to do, whom to call, and every button below it."""

import re
from collections.abc import Sequence

import pytest
from playwright.async_api import Page, expect

from bot.content.guide import LANGUAGES, Guide
from tests.browser.talk import introduce, press, settled, type_in
from tests.contracts.web_site import Site

pytestmark = [pytest.mark.browser, pytest.mark.installs]

BEGINNINGS = {
    "fire": "nhà đang cháy",
    "medical": "bố tôi ngất xỉu không tỉnh",
    "crime": "có trộm trong nhà",
    "violence": "chồng đang đánh tôi",
    "despair": "tôi không muốn sống nữa",
    "money_gone": "tôi vừa chuyển 20 triệu cho công an giả",
    "access_given": "tôi lỡ đọc mã otp cho người ta rồi",
    "threatened": "họ dọa tung ảnh của tôi lên mạng đòi tiền",
}
"""What somebody writes, by the step that it leads to."""
EMERGENCY = ("fire", "medical", "crime", "violence", "despair")
FRAUD = {
    "money_gone": "Gọi ngay: BIDV",
    "access_given": "Gác máy ngay",
    "threatened": "Đừng trả tiền",
}

_ANSWER = """() => {
  const bubbles = [...document.querySelectorAll("#log > li")];
  const after = bubbles.map((each) => each.classList.contains("mine")).lastIndexOf(true);
  const seen = [...bubbles.slice(after + 1), ...document.querySelectorAll("#choices button")];
  const floor = document.querySelector("footer").getBoundingClientRect().top;
  const boxes = seen.map((each) => each.getBoundingClientRect());
  return {
    above: Math.round(Math.min(0, ...boxes.map((box) => box.top))),
    below: Math.round(Math.max(0, ...boxes.map((box) => box.bottom)) - floor),
  };
}"""


_HITS = """(links) => links.map((link) => {
  const box = link.getBoundingClientRect();
  const x = (box.left + box.right) / 2;
  const hit = (y) => document.elementFromPoint(x, y) === link;
  const rows = Array.from({ length: Math.ceil(box.height) }, (_, row) => box.top + row + 0.01);
  return [rows.filter(hit).length, box.width];
})"""
"""How high and how wide a finger meets each number: where the next line has one too, theirs end where its begins."""


async def out_of_sight(page: Page) -> list[int]:
    """How many pixels of the newest answer and its buttons are above the screen, and below what is seen of the page."""
    seen = await page.evaluate(_ANSWER)
    return [-seen["above"], max(0, seen["below"])]


def ways(guide: Guide, start: str) -> dict[str, Sequence[str]]:
    """Each step that comes after `start`, with the labels that lead there."""
    labels = guide.says("vi").steps
    found: dict[str, Sequence[str]] = {start: ()}
    for step in (queue := [start]):
        shape = guide.steps[step]
        led = {shape.choices[choice]: labels[step].labels[choice] for choice in shape.choices}
        for target, label in ({shape.next: "Xong rồi"} if shape.next else {} | led).items():
            if target in guide.steps and target not in found:
                found[target] = (*found[step], label)
                queue.append(target)
    return found


async def walked(page: Page, text: str, labels: Sequence[str]) -> None:
    await type_in(page, text)
    await settled(page)
    for label in labels:
        await press(page, label)


async def fits(page: Page, text: str, labels: Sequence[str], begins: str) -> None:
    """What is answered begins with these words, is wholly in sight with its buttons, and its numbers can be dialled."""
    await walked(page, text, labels)
    answer = page.locator("#log .bubble:not(.mine)").last
    await expect(answer).to_contain_text(begins)
    assert await out_of_sight(page) == [0, 0], (text, labels)
    for number in await answer.locator("a.tel").all():
        dialled, shown = await number.get_attribute("href"), await number.inner_text()
        assert dialled == "tel:" + re.sub(r"\D", "", shown), shown
    hits = await answer.locator("a.tel").evaluate_all(_HITS)
    assert all(wide >= 48 and high >= (48 if len(hits) == 1 else 36) for high, wide in hits), hits


@pytest.mark.parametrize("danger", EMERGENCY)
async def test_every_step_of_an_emergency_fits_with_its_buttons(site: Site, phone: Page, danger: str) -> None:
    guide = site.parts.library.current("cap-cuu")
    assert guide
    await introduce(phone)
    for step, labels in ways(guide, danger).items():
        text = guide.says("vi").steps[step].text
        await fits(phone, BEGINNINGS[danger], labels, text.partition("{")[0].partition("\n")[0].strip())
        number = phone.locator("#log .bubble:not(.mine)").last.locator("p").first.locator("a.tel")
        assert await number.count() >= ("fact." in text.partition("\n")[0]), step


_BEGINNING = """() => {
  const bubble = [...document.querySelectorAll("#log > li:not(.mine)")].pop().getBoundingClientRect();
  const choice = document.querySelector("#choices button").getBoundingClientRect();
  const floor = document.querySelector("footer").getBoundingClientRect().top;
  const whole = choice.bottom - bubble.top + 8 <= floor; // it leaves so much above the bubble
  return bubble.top >= 0 && bubble.top < floor / 2 && (!whole || choice.bottom <= floor);
}"""


@pytest.mark.parametrize("danger", EMERGENCY)
async def test_larger_letters_keep_the_beginning_of_the_answer_in_sight(phone: Page, danger: str) -> None:
    await introduce(phone)
    await type_in(phone, BEGINNINGS[danger])
    await settled(phone)
    number = phone.locator("#log .bubble:not(.mine)").last.locator("a.tel").first
    for _ in range(3):
        await phone.click("#size")
        await expect(number).to_be_in_viewport(ratio=1)
        assert await phone.evaluate(_BEGINNING)


async def test_larger_letters_move_nobody_who_reads_further_up(phone: Page) -> None:
    await introduce(phone)
    for text in ("nhà đang cháy", "/start lua-dao", "/start khai-sinh", "/start cap-cuu"):
        await type_in(phone, text)
        await settled(phone)
    await phone.evaluate("scrollTo(0, 0)")
    await phone.click("#size")
    assert await phone.evaluate("scrollY") == 0


@pytest.mark.parametrize(("beginning", "begins"), FRAUD.items())
async def test_every_beginning_of_a_fraud_fits_with_its_buttons(phone: Page, beginning: str, begins: str) -> None:
    await introduce(phone)
    await fits(phone, BEGINNINGS[beginning], (), begins)


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("nhà cháy và chồng tôi ngất xỉu không thở", "Ra ngoài ngay"),
        ("vừa bị lừa 20 triệu, mẹ tôi ngất rồi", "Gọi 115 ngay"),
        ("tôi bị lừa mất 500 triệu tôi không muốn sống nữa", "Nguy hiểm thì gọi 115"),
        ("mùi ga nồng nặc trong bếp", "Ra ngoài hết"),
        ("có người đuối nước ở hồ gần nhà", "Gọi 114"),
        ("bố tôi bị điện giật", "Ngắt cầu dao điện"),
        ("vừa cài app dịch vụ công giả nó điều khiển điện thoại", "Vuốt từ mép trên"),
    ],
)
async def test_two_dangers_and_what_has_a_step_of_its_own_fit_with_their_buttons(
    phone: Page, text: str, begins: str
) -> None:
    await introduce(phone)
    await fits(phone, text, (), begins)


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("bố tôi vừa mất", "Cháu xin chia buồn"),
        ("/start cap-cuu", "Gọi 113"),
        ("/start lua-dao", "Bác đừng sợ"),
    ],
)
async def test_where_grief_and_fear_arrive_fits_with_its_buttons(phone: Page, text: str, begins: str) -> None:
    await introduce(phone)
    await fits(phone, text, (), begins)
    assert (await phone.locator("#log").inner_text()).count("chia buồn") <= 1


async def test_the_emergency_page_begins_with_its_numbers(site: Site, phone: Page) -> None:
    for lang in LANGUAGES:
        await phone.goto(f"/g/cap-cuu?lang={lang}")
        for number in ("113", "114", "115"):
            call = phone.locator(f".first a[href='tel:{number}']")
            await expect(call).to_be_in_viewport(ratio=1)
            box, link = await call.bounding_box(), await phone.locator("header .screen a").bounding_box()
            code = await phone.locator("header figure").bounding_box()
            assert box
            assert link
            assert box["height"] >= 48
            assert box["y"] + box["height"] <= min(link["y"], code["y"] if code else link["y"])
