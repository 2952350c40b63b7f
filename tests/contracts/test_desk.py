"""The desk's queue: who waits and where they are, and nothing that says who they are elsewhere."""

import html
import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from api.desk import tidy
from bot.bootstrap import draw_code
from bot.model import Chat, Escalation, Run, Session, Turn
from bot.ports import Loaded
from tests.contracts.desk_site import GUIDE, TO_STUCK, StoppedClock, close, request_of, running_desk, say, sign_in
from tests.contracts.web_site import Site

STRANGER = Chat("telegram", "-100777", "0987654321")


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest_asyncio.fixture
async def site(clock: StoppedClock) -> AsyncIterator[Site]:
    async with running_desk(clock) as it:
        yield it


@pytest_asyncio.fixture
async def desk(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    """A client that signed in."""
    async with httpx.AsyncClient(base_url=site.address) as it:
        assert (await sign_in(it)).status_code == 303
        yield it


def request(clock: StoppedClock, **fields: Any) -> Escalation:
    """A request of STRANGER, opened now."""
    return Escalation(code=draw_code(STRANGER.key), chat=STRANGER, opened_at=clock.ms // 1000, **fields)


async def put(site: Site, opened: Escalation, session: Session | None = None) -> str:
    """Put a request of STRANGER into the queue; returns its code."""
    turn = Turn(session or Session(), opened=opened)
    await site.parts.store.commit(STRANGER, Loaded(0, None), turn, (), pulled=False, now_ms=1)
    return opened.code


def codes(page: httpx.Response) -> list[str]:
    assert page.status_code == 200
    return re.findall(r"<h3>(\w+)</h3>", page.text)


def card(page: httpx.Response, code: str) -> str:
    """What one card says, as it is read."""
    found = re.search(rf'<li id="{code}".*?</dl>', page.text, re.S)
    assert found
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", found[0]).split()))


async def test_a_request_says_what_one_would_have_to_ask(
    site: Site, clock: StoppedClock, desk: httpx.AsyncClient
) -> None:
    code = await say(site, (*TO_STUCK, "toi khong thay nut", "gap nguoi"))
    clock.move(25 * 60)
    shown = card(await desk.get("/desk"), code)
    voice = site.parts.words.voice("vi", "bac")
    run = await request_of(site, code)
    guide = site.parts.library.version(run.guide, run.version)
    assert guide is not None
    words = guide.says("vi")
    (tried,) = run.tried
    name = tried.split("/")[1]
    trouble = words.troubles.get(name) or site.parts.troubles[name]["vi"]
    for part in (
        "Thứ 1 trong hàng",
        "Từ 09:00 , 25 phút",
        "gọi là bác",
        "Tiếng Việt",
        "Đang ở Bước 2/",
        voice.render(words.title),
        " ".join(voice.render(words.steps[run.step].text).split()),
        f"Đã thử {voice.render(trouble.label)}",
        "“toi khong thay nut”",
    ):
        assert part in shown, part


async def test_the_step_follows_the_resident(site: Site, clock: StoppedClock, desk: httpx.AsyncClient) -> None:
    guide = site.parts.library.current(GUIDE)
    assert guide is not None
    second = guide.steps[guide.start].targets[0]
    opened = request(clock, guide=GUIDE, version=guide.version, step=guide.start)
    run = Run(GUIDE, guide.version, second, trail=(guide.start,))
    await put(site, opened, Session(request=opened.code, run=run))
    shown = card(await desk.get("/desk"), opened.code)
    assert "Đang ở Bước 2/" in shown
    assert " ".join(site.parts.words.voice("vi").render(guide.says("vi").steps[second].text).split()) in shown


async def test_a_step_that_was_left_is_shown_as_past(site: Site, clock: StoppedClock, desk: httpx.AsyncClient) -> None:
    code = await put(site, request(clock, guide=GUIDE, version=1, step="khong_con", lang="en"))
    shown = card(await desk.get("/desk"), code)
    assert "Lúc nhờ đang ở" in shown
    assert "Bước" not in shown
    assert "chưa chọn, hãy hỏi" in shown
    assert "English" in shown


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({}, "Chưa mở hướng dẫn nào. Đã thử Chưa thử gì. Vừa nhắn Chưa nhắn gì bằng lời."),
        ({"guide": "da-go-bo", "version": 3, "step": "a"}, "da-go-bo"),
        ({"guide": GUIDE, "version": 99, "step": "khong_con"}, "VNeID"),
        ({"tried": ("khong_con/da_bo",)}, "Đã thử da_bo"),
        ({"lang": "xx"}, "Tiếng Việt"),
    ],
)
async def test_what_is_not_known_any_more_hides_nobody(
    site: Site, clock: StoppedClock, desk: httpx.AsyncClient, fields: dict[str, Any], says: str
) -> None:
    code = await put(site, request(clock, **fields))
    assert says in card(await desk.get("/desk"), code)


async def test_the_oldest_comes_first(site: Site, clock: StoppedClock, desk: httpx.AsyncClient) -> None:
    asked = []
    for _ in range(3):
        asked.append(await say(site, ("/start", "1", "1", "gap nguoi")))
        clock.move(3600)
    page = await desk.get("/desk")
    assert codes(page) == asked
    assert "3 người đang chờ" in page.text
    assert ["3 giờ" in card(page, asked[0]), "2 giờ" in card(page, asked[1])] == [True, True]
    clock.move(2 * 86400)
    await sign_in(desk)
    page = await desk.get("/desk?lang=en")
    assert "Since 09:00 on 25/11 , 2 days" in card(page, asked[0])


async def test_what_people_wrote_is_only_text(site: Site, desk: httpx.AsyncClient) -> None:
    hostile = "<script>alert('x')</script> \"><img src=x>"
    code = await say(site, (*TO_STUCK, hostile, "gap nguoi"))
    page = await desk.get("/desk")
    assert f"“{hostile}”" in card(page, code)
    assert "<script>" not in page.text
    assert "<img" not in page.text


async def test_nothing_says_who_somebody_is_elsewhere(site: Site, clock: StoppedClock, desk: httpx.AsyncClient) -> None:
    await put(site, request(clock))
    code = await say(site, (*TO_STUCK, "so cua toi la 0912 345 678 nhe", "gap nguoi"))
    chat = (await request_of(site, code)).chat
    for page in (await desk.get("/desk"), await desk.get(f"/desk?code={code}")):
        for secret in (STRANGER.chat, STRANGER.person, STRANGER.key, chat.chat, "0912", "345 678"):
            assert secret not in page.text, secret


async def test_a_code_is_found_however_it_is_typed(site: Site, clock: StoppedClock, desk: httpx.AsyncClient) -> None:
    first = await say(site, ("/start", "1", "1", "gap nguoi"))
    clock.move(1)
    second = await say(site, ("/start", "1", "1", "gap nguoi"))
    spelled = f" {second[0].lower()}-{second[1:3]} {second[3:]} "
    page = await desk.get("/desk", params={"code": spelled})
    assert codes(page) == [second]
    assert "Thứ 2 trong hàng" in card(page, second)
    assert first not in page.text
    assert second in codes(await desk.get("/desk", params={"code": second[1:]}))


async def test_a_closed_request_is_shown_as_closed(site: Site, desk: httpx.AsyncClient) -> None:
    code = await say(site, ("/start", "1", "1", "gap nguoi", "toi can giup"))
    await close(site, code)
    assert codes(await desk.get("/desk")) == []
    shown = card(await desk.get(f"/desk?code={code.lower()}"), code)
    assert "Đã đóng" in shown
    assert "trong hàng" not in shown


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


async def test_the_page_needs_no_inline_code_and_works_without_scripts(desk: httpx.AsyncClient) -> None:
    page = await desk.get("/desk")
    assert re.search(r"\son\w+=|\sstyle=|<style|<script(?![^>]*\bsrc=)", page.text) is None
    assert '<a href="/desk?lang=vi">Tải lại</a>' in page.text


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
