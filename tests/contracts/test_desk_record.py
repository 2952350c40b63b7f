"""The record of who did what: in sentences, page by page, for those it is for."""

import ast
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import get_args

import httpx
import pytest
import pytest_asyncio

from api.desk.audit_log import ON_A_PAGE
from bot.engine.texts import read_catalogues
from bot.model import Act, Record, Undelivered
from bot.store.memory import MemoryStore
from tests.contracts.desk_site import ASK, OTHER_TEAM, TEAM, StoppedClock, do, join, running_desk, say, signed_in
from tests.contracts.test_desk import words
from tests.contracts.web_site import Site
from tests.patience import until

ROOT = Path(__file__).parents[2]
HELLO = ("/start", "1", "1")
CATALOGUE = read_catalogues(ROOT / "locales")["vi"]


@pytest_asyncio.fixture
async def site() -> AsyncIterator[Site]:
    async with running_desk(StoppedClock()) as it:
        await join(it, "hoa", "Hoa", TEAM, password="")
        await join(it, "minh", "Minh", TEAM, role="lead", password="")
        await join(it, "tam", "Tâm", OTHER_TEAM, password="")
        yield it


def lines(page: httpx.Response) -> list[str]:
    """The sentences of a page, without their times."""
    assert page.status_code == 200
    found = re.search(r'<ol class="record">.*?</ol>', page.text, re.S)
    assert found
    return [words(line) for line in re.findall(r"</time>(.*?)</li>", found[0], re.S)]


async def test_who_reads_what_somebody_else_holds_stands_in_it_once(site: Site) -> None:
    code = await say(site, (*HELLO, *ASK))
    await do(site, "take", code, "hoa")
    path = f"/desk/requests/{code}"
    for who in ("hoa", "minh", "admin", "minh"):
        async with signed_in(site, who) as reader:
            for _ in range(3):
                assert (await reader.get(path)).status_code == 200
    async with signed_in(site, "tam") as other:
        assert (await other.get(path)).status_code == 404
    async with signed_in(site) as admin:
        said = lines(await admin.get("/desk/record"))
        looks = [line for line in said if "mở xem" in line]
        assert looks == [f"Người trực đã mở xem yêu cầu {code} .", f"Minh đã mở xem yêu cầu {code} ."]


async def test_it_says_who_did_what_newest_first(site: Site) -> None:
    code = await say(site, (*HELLO, *ASK))
    await do(site, "take", code, "hoa")
    await do(site, "reply", code, "hoa", "Bác chờ cháu nhé.")
    await do(site, "transfer", code, "hoa", to=f"team:{OTHER_TEAM}")
    async with signed_in(site) as admin:
        page = await admin.get("/desk/record")
        assert lines(page)[:5] == [
            f"Hoa chuyển {code} cho Tổ hỗ trợ Mẫu A (dữ liệu mẫu).",
            f"{code} được mời tới Tâm.",
            f"Hoa nhắn trong {code} .",
            f"Hoa nhận {code} .",
            f"{code} : có người nhờ giúp, chuyển tới Tổ hỗ trợ Mẫu B (dữ liệu mẫu).",
        ]
        assert "Bác chờ cháu nhé." not in page.text
        assert f"Hoa took {code} ." in lines(await admin.get("/desk/record?lang=en"))


async def test_a_lead_reads_about_their_own_team(site: Site) -> None:
    ours = await say(site, (*HELLO, *ASK))
    theirs = await say(site, (*HELLO, "gap nguoi", "1"))
    await do(site, "take", theirs, "tam")
    async with signed_in(site, "minh") as minh:
        page = await minh.get("/desk/record")
    assert ours in page.text
    assert theirs not in page.text
    assert "Tâm" not in page.text
    assert "Người trực thêm Hoa." in page.text


async def test_it_goes_on_page_by_page(site: Site) -> None:
    for number in range(2 * ON_A_PAGE):
        await site.parts.store.record(Record(number, "team_changed", by="admin", about=f"{number}"))
    seen: list[str] = []
    path = "/desk/record?lang=vi"
    async with signed_in(site) as admin:
        while path:
            page = await admin.get(path)
            seen += lines(page)
            older = re.search(r'href="(/desk/record\?[^"]*before=[^"]*)"', page.text)
            path = older[1].replace("&amp;", "&") if older else ""
            assert len(lines(page)) <= ON_A_PAGE
        assert lines(await admin.get("/desk/record?before=x")) == []
    numbers = [found[1] for line in seen if (found := re.search(r" (\d+)\.$", line))]
    assert numbers == [str(number) for number in reversed(range(2 * ON_A_PAGE))]


@pytest.mark.parametrize(
    ("about", "named"),
    [
        ("dvc-dang-nhap", "«Đăng nhập Cổng Dịch vụ công»"),
        ("dvc-dang-nhap/vneid/en", "1 của «Đăng nhập Cổng Dịch vụ công», tiếng Anh"),
        ("dvc-dang-nhap/gone/vi", "dvc-dang-nhap/gone/vi"),
        ("gone/vneid/vi", "gone/vneid/vi"),
    ],
)
async def test_guides_and_their_steps_are_named_as_people_call_them(site: Site, about: str, named: str) -> None:
    await site.parts.store.record(Record(1, "voice_removed", by="hoa", about=about))
    async with signed_in(site) as admin:
        assert f"Hoa bỏ bản đọc của bước {named}." in lines(await admin.get("/desk/record"))


async def test_what_has_no_words_yet_hides_nothing(site: Site) -> None:
    await site.parts.store.record(Record(1, "something_new", by="hoa", about="minh"))
    async with signed_in(site) as admin:
        assert "Hoa: something_new Minh." in [" ".join(line.split()) for line in lines(await admin.get("/desk/record"))]


def literals(*calls: str) -> Iterator[str]:
    """What code gives these functions as it stands."""
    files = [path for folder in ("bot", "api") for path in (ROOT / folder).rglob("*.py")]
    for node in (node for file in files for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in calls:
            yield from (
                each.value for each in node.args if isinstance(each, ast.Constant) and isinstance(each.value, str)
            )


def test_everything_recorded_and_noted_has_words() -> None:
    recorded = {*get_args(Act), *literals("record")}
    assert {"opened", "locked", "scored"} <= recorded
    assert {name for name in recorded if f"desk.record.{name}" not in CATALOGUE} - {"lead", "ward", ""} == set()
    noted = {*get_args(Undelivered), *literals("put_back", "_back_in_line", "write")}
    noted -= {"bot", "note", "resident", "volunteer", ""}
    assert {"released", "undelivered", "reopened"} <= noted
    assert {name for name in noted if f"desk.said.{name}" not in CATALOGUE} == set()


async def test_what_is_older_than_a_year_goes_by_itself() -> None:
    clock, store = StoppedClock(), MemoryStore("old-records")
    now = clock.now_ms() // 1000
    for days, act in ((400, "opened"), (366, "taken"), (364, "closed")):
        await store.record(Record(now - days * 86400, act, "A0001"))

    async def gone() -> bool:
        return [record.act for _, record in await store.records(9)][-1:] == ["closed"]

    async with running_desk(clock, store=store):
        await until(gone)
