"""The desk's queue: who waits and where they are, and nothing that says who they are elsewhere."""

import html
import re
from collections.abc import AsyncIterator
from itertools import count
from typing import Any

import httpx
import pytest
import pytest_asyncio

from api.desk.queue import HELPED_ON_A_PAGE, ON_A_PAGE, tidy
from bot.desk.roster import Role
from bot.model import Chat, Escalation, Session, Turn, replace
from bot.ports.store import Loaded
from bot.store.keys import partition_letter
from tests.contracts.desk_site import (
    ASK,
    GUIDE,
    OTHER_TEAM,
    TEAM,
    TO_STUCK,
    StoppedClock,
    close,
    do,
    join,
    request_of,
    running_desk,
    say,
    sign_in,
    signed_in,
)
from tests.contracts.web_site import Site

STRANGER = Chat("telegram", "-100777", "0987654321")
HELLO = ("/start", "1", "1")
NUMBERS = count(10_000)
"""Numbers of codes, each once. Of five digits, for residents who ask draw four."""


@pytest_asyncio.fixture
async def site(clock: StoppedClock) -> AsyncIterator[Site]:
    async with running_desk(clock) as it:
        yield it


@pytest_asyncio.fixture
async def desk(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    """A client in which the admin signed in."""
    async with signed_in(site) as it:
        yield it


def request(clock: StoppedClock, chat: Chat = STRANGER, **fields: Any) -> Escalation:
    """A request opened now."""
    code = f"{partition_letter(chat.key)}{next(NUMBERS)}"
    return Escalation(code=code, chat=chat, opened_at=clock.ms // 1000, **({"team": TEAM} | fields))


async def reached(site: Site, id_: str, role: Role | None = None) -> None:
    """Somebody (who joins with this role) has a chat in which they are told things."""
    if role:
        await join(site, id_, id_.capitalize(), TEAM, role=role, password="")
    chats = (Chat("web", id_, id_),)
    assert not await site.parts.people.change(id_, "admin", lambda who: replace(who, chats=chats))


async def put(site: Site, opened: Escalation, session: Session | None = None) -> str:
    """Put a request into the queue; returns its code."""
    turn = Turn(session or Session(request=opened.code), request=opened)
    await site.parts.store.commit(opened.chat, Loaded(0, None), turn, (), pulled=False)
    return opened.code


def codes(page: httpx.Response, section: str = "queue") -> list[str]:
    """The codes of a section, in its order."""
    assert page.status_code == 200
    found = re.search(rf'<section id="{section}".*?</section>', page.text, re.S)
    return re.findall(r'<li id="(\w+)"', found[0]) if found else []


def words(found: str) -> str:
    """What a part of a page says, as it is read."""
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", found).split()))


def card(page: httpx.Response, code: str) -> str:
    """What one card says."""
    found = re.search(rf'<li id="{code}".*?</li>', page.text, re.S)
    assert found
    return words(found[0])


async def test_a_card_says_who_waits_where_and_how_long(
    site: Site, clock: StoppedClock, desk: httpx.AsyncClient
) -> None:
    await reached(site, "hoa", "volunteer")
    code = await say(site, (*TO_STUCK, *ASK))
    clock.move(5 * 60)
    shown = card(await desk.get("/desk"), code)
    run = await request_of(site, code)
    guide = site.parts.library.version(run.guide, run.version)
    assert guide is not None
    title = site.parts.words.voice("vi", "bac").render(guide.says("vi").title)
    for part in ("Thứ 1 trong hàng", "Từ 09:00 , 5 phút", "gọi là bác", "Tổ dân phố Mẫu 4", title, "Nhận giúp"):
        assert part in shown, part
    assert "Đã báo Tổ hỗ trợ Mẫu B" in shown


async def test_a_card_says_who_was_called(site: Site, clock: StoppedClock, desk: httpx.AsyncClient) -> None:
    await reached(site, "hoa", "volunteer")
    await reached(site, "lan", "lead")
    await reached(site, "admin")
    code = await put(site, request(clock, state="offered", holder="hoa"))
    assert "Đang mời Hoa nhận." in card(await desk.get("/desk"), code)
    for level, says in (("lead", "Đã báo người phụ trách"), ("ward", "Đã báo phường")):
        clock.move(1)
        other = await put(site, request(clock, Chat("telegram", level, level), level=level))
        assert says in card(await desk.get("/desk"), other)
    clock.move(10 * 3600)
    late = await put(site, request(clock, Chat("telegram", "9", "9")))
    assert "đang ngoài giờ trực" in card(await desk.get("/desk"), late)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({}, "Chưa mở hướng dẫn nào."),
        ({"guide": "da-go-bo", "version": 3, "step": "a"}, "da-go-bo"),
        ({"guide": GUIDE, "version": 99, "step": "khong_con"}, "VNeID"),
        ({"lang": "fr"}, "Tiếng Việt"),
        ({"lang": "en"}, "English"),
        ({"group": "khong-con"}, "chưa chọn, hãy hỏi"),
    ],
)
async def test_what_is_not_known_is_said_or_left_out(
    site: Site, clock: StoppedClock, desk: httpx.AsyncClient, fields: dict[str, Any], says: str
) -> None:
    code = await put(site, request(clock, **fields))
    lang = "?lang=en" if fields.get("lang") == "fr" else ""
    assert says in card(await desk.get(f"/desk{lang}"), code)


async def test_who_asked_first_is_on_top(site: Site, clock: StoppedClock, desk: httpx.AsyncClient) -> None:
    asked = []
    for _ in range(3):
        asked.append(await say(site, (*HELLO, *ASK)))
        clock.move(60)
    page = await desk.get("/desk")
    assert codes(page) == asked
    assert "3 người đang chờ" in page.text
    clock.move(2 * 24 * 3600)
    await sign_in(desk)
    assert "Since 09:00 on 25/11 , 2 days" in card(await desk.get("/desk?lang=en"), asked[0])


async def test_whoever_may_be_in_danger_is_on_top_and_marked(
    site: Site, clock: StoppedClock, desk: httpx.AsyncClient
) -> None:
    first = await put(site, request(clock))
    clock.move(1)
    danger = await say(site, (*HELLO, "tôi không muốn sống nữa"))
    page = await desk.get("/desk")
    assert codes(page) == [danger, first]
    assert "Có thể đang nguy hiểm" in card(page, danger)
    assert "Có thể đang nguy hiểm" not in card(page, first)
    shown = (await desk.get(f"/desk/requests/{danger}")).text
    assert "Có thể đang nguy hiểm" in shown
    assert "Đang ở" in shown
    assert "bước 1" not in shown  # steps of first aid are not counted


async def test_a_place_is_that_in_the_teams_own_line(site: Site, clock: StoppedClock, desk: httpx.AsyncClient) -> None:
    first = await put(site, request(clock))
    clock.move(1)
    other = await put(site, request(clock, Chat("telegram", "1", "1"), team=OTHER_TEAM))
    page = await desk.get("/desk")
    assert codes(page) == [first, other]
    assert "Thứ 1 trong hàng" in card(page, other)
    assert codes(await desk.get("/desk", params={"team": OTHER_TEAM})) == [other]


async def test_long_lists_come_in_pages(site: Site, clock: StoppedClock, desk: httpx.AsyncClient) -> None:
    for number in range(ON_A_PAGE + 1):
        await put(site, request(clock, Chat("telegram", f"w{number}", f"w{number}")))
    for number in range(HELPED_ON_A_PAGE + 1):
        held = request(clock, Chat("telegram", f"h{number}", f"h{number}"), state="held", holder="hoa")
        await put(site, held)
    first, second = await desk.get("/desk"), await desk.get("/desk?page=2&helped=2")
    for section, size in (("queue", ON_A_PAGE), ("helped", HELPED_ON_A_PAGE)):
        both = {*codes(first, section), *codes(second, section)}
        assert (len(codes(first, section)), len(codes(second, section)), len(both)) == (size, 1, size + 1)
    assert f"{ON_A_PAGE + 1} người đang chờ" in second.text
    for odd in ("0", "-1", "99999", "²", "x"):
        assert (await desk.get("/desk", params={"page": odd, "helped": odd})).status_code == 200


async def test_what_i_am_helping_with_says_who_waits_for_an_answer(site: Site, clock: StoppedClock) -> None:
    await join(site, "hoa", "Hoa", TEAM, password="")
    waits = await say(site, (*HELLO, *ASK))
    clock.move(1)
    answered = await say(site, (*HELLO, *ASK))
    for code in (answered, waits):
        assert (await do(site, "take", code, "hoa")).name == "done"
        clock.move(60)
    await do(site, "reply", answered, "hoa", "Bác chờ cháu nhé.")
    async with signed_in(site, "hoa") as desk:
        page = await desk.get("/desk")
    assert codes(page, "mine") == [waits, answered]
    assert "Chờ trả lời: 1 phút" in card(page, waits)
    assert "Chờ trả lời" not in card(page, answered)
    assert codes(page) == []


async def test_what_people_wrote_is_only_text(site: Site, desk: httpx.AsyncClient) -> None:
    hostile = "<script>alert('x')</script> \"><img src=x>"
    code = await say(site, (*TO_STUCK, hostile, *ASK))
    for page in (await desk.get("/desk"), await desk.get(f"/desk/requests/{code}")):
        assert re.search(r"<script(?! type)", page.text) is None
        assert "<img" not in page.text
    assert f"“{hostile}”" in words(page.text)


async def test_nothing_says_who_somebody_is_elsewhere(site: Site, clock: StoppedClock, desk: httpx.AsyncClient) -> None:
    stranger = await put(site, request(clock))
    code = await say(site, (*TO_STUCK, "so cua toi la 0912 345 678 nhe", *ASK))
    chat = (await request_of(site, code)).chat
    for path in ("/desk", f"/desk/requests/{code}", f"/desk/requests/{stranger}", "/desk/record"):
        page = await desk.get(path)
        assert page.status_code == 200, path
        for secret in (STRANGER.chat, STRANGER.person, STRANGER.key, chat.chat, "0912", "345 678"):
            assert secret not in page.text, secret


async def test_a_code_leads_to_its_request_however_it_is_typed(
    site: Site, clock: StoppedClock, desk: httpx.AsyncClient
) -> None:
    await say(site, (*HELLO, *ASK))
    clock.move(1)
    code = await say(site, (*HELLO, *ASK))
    for spelled in (f" {code[0].lower()}-{code[1:3]} {code[3:]} ", code[1:]):
        found = await desk.get("/desk", params={"code": spelled})
        assert (found.status_code, found.headers["location"]) == (303, f"/desk/requests/{code}?lang=vi")


async def test_digits_that_several_have_are_told_apart(
    site: Site, clock: StoppedClock, desk: httpx.AsyncClient
) -> None:
    both = []
    for letter in "HK":
        chat = next(
            Chat("telegram", str(number), str(number))
            for number in range(1000)
            if partition_letter(f"telegram:{number}") == letter
        )
        opened = Escalation(code=f"{letter}4821", chat=chat, opened_at=clock.ms // 1000, team=TEAM)
        both.append(await put(site, opened))
    page = await desk.get("/desk?code=4821")
    assert "Có mấy yêu cầu giống số này" in page.text
    for code in both:
        assert f'<a href="/desk/requests/{code}?lang=vi">{code}</a>' in page.text


async def test_a_closed_request_is_found_and_says_so(site: Site, desk: httpx.AsyncClient) -> None:
    code = await say(site, (*HELLO, *ASK))
    await close(site, code)
    assert codes(await desk.get("/desk")) == []
    page = await desk.get("/desk", params={"code": code.lower()}, follow_redirects=True)
    assert "Đã đóng" in page.text


@pytest.mark.parametrize("code", ["Z0000", "h9", "💥", "'; --", "A" * 500, "%00"])
async def test_a_code_that_nobody_has(desk: httpx.AsyncClient, code: str) -> None:
    page = await desk.get("/desk", params={"code": code})
    assert codes(page) == []
    assert ("Không thấy mã" in page.text) or ("Chưa ai cần người giúp" in page.text)


async def test_an_empty_queue_says_so_kindly(desk: httpx.AsyncClient) -> None:
    page = await desk.get("/desk")
    assert "Không có ai đang chờ" in page.text
    assert "Chưa ai cần người giúp." in page.text
    assert "Nobody waits" in (await desk.get("/desk?lang=en")).text


async def test_the_pages_need_no_inline_code_and_work_without_scripts(site: Site, desk: httpx.AsyncClient) -> None:
    code = await say(site, (*TO_STUCK, *ASK))
    for path in ("/desk", f"/desk/requests/{code}", "/desk/record"):
        page = await desk.get(path)
        assert re.search(r"\son\w+=|\sstyle=|<style|<script(?![^>]*\bsrc=)", page.text) is None, path
    assert '<a href="/desk?lang=vi">Tải lại</a>' in (await desk.get("/desk")).text


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("H4821", "H4821"),
        (" h 48-21 ", "H4821"),
        ("Ｈ４８２１", "H4821"),
        ("ho8l1", "H0811"),
        ("4821", "4821"),
        ("", ""),
        ("-- ", ""),
    ],
)
def test_codes_are_tidied(typed: str, code: str) -> None:
    assert tidy(typed) == code
