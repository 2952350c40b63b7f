"""The pages about appointments and help beside somebody: who may read and do what, whatever is guessed."""

import asyncio
import html
import re
from collections.abc import AsyncIterator
from typing import get_args

import httpx
import pytest
import pytest_asyncio

from bot.model import HELPED_BESIDE, HOME, Appointment, AppointmentAct, Beside, read_beside, replace
from tests.contracts.desk_site import OTHER_TEAM, TEAM, StoppedClock, join, running_desk, send, signed_in
from tests.contracts.web_site import Site
from tests.patience import PATIENCE

NOW = 1_795_572_000
ADDRESS = "số 5 ngõ 12 cạnh cây đa"
ACTS: tuple[AppointmentAct, ...] = get_args(AppointmentAct)


@pytest_asyncio.fixture
async def site(clock: StoppedClock) -> AsyncIterator[Site]:
    """Hoa and Lan of TEAM, Minh who leads it, Tâm of OTHER_TEAM, Vân who leads that one, and the admin."""
    async with running_desk(clock) as it:
        await join(it, "hoa", "Hoa", TEAM)
        await join(it, "lan", "Lan", TEAM)
        await join(it, "minh", "Minh", TEAM, role="lead")
        await join(it, "tam", "Tâm", OTHER_TEAM)
        await join(it, "van", "Vân", OTHER_TEAM, role="lead")
        yield it


async def resident(site: Site) -> tuple[str, str]:
    """Somebody on the web chat asks for a visit to their home; returns their conversation and the code."""
    lines = ("/start", "1", "1", "đến nhà giúp", "2", "4", "1", "1", ADDRESS, "1")
    async with site.client() as client:
        token = (await client.post("/api/chat")).json()["conversation"]
        for number, text in enumerate(lines):
            answer = await client.post(f"/api/chat/{token}", json={"id": str(number), "text": text})
            assert answer.status_code == 200
    found = re.search(r"X\d{4}", answer.text)
    assert found, answer.text
    return token, found[0]


async def hears(site: Site, token: str, words: str) -> None:
    """Wait until a resident was told this."""
    async with (
        site.client() as client,
        client.stream("GET", f"/api/chat/{token}/events") as stream,
        asyncio.timeout(PATIENCE),
    ):
        told = ""
        async for part in stream.aiter_text():
            told += part
            if words in told:
                return


async def test_only_who_goes_reads_the_code_that_opens_the_door(site: Site) -> None:
    """Neither their team nor its lead: who goes in their place takes it, and gets a code of their own."""
    token, code = await resident(site)
    async with signed_in(site, "hoa") as hoa:
        assert (await act(hoa, code, "take")).status_code == 303
        door = (await appointment(site, code)).door
        assert f"đọc mã {door} trước" in words(await hoa.get("/desk/visits"))
    await hears(site, token, f"Hoa sẽ đọc mã {door}.")
    for who in ("lan", "minh", "tam", "van", "admin"):
        async with signed_in(site, who) as other:
            for path in ("/desk", "/desk/visits", f"/desk?code={door}"):
                page = await other.get(path, follow_redirects=True)
                assert door not in page.text.replace(f'value="{door}"', "").replace(f"Không thấy mã {door}", ""), path
            if who == "minh":
                assert (await act(other, code, "back")).status_code == 303
    await hears(site, token, "Ai đọc mã cũ thì bác đừng mở cửa.")
    async with signed_in(site, "hoa") as hoa:
        assert door not in words(await hoa.get("/desk/visits"))


async def appointment(site: Site, code: str) -> Appointment:
    return next(each for each in await site.parts.caller.visits.kept() if each.code == code)


async def act(client: httpx.AsyncClient, code: str, how: str) -> httpx.Response:
    return await send(client, f"/desk/visits/{code}/{how}")


def words(page: httpx.Response) -> str:
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", page.text).split()))


SEES = {"hoa": "where", "lan": "where", "minh": "where", "tam": "", "van": "", "admin": "when"}
"""What each reads of a visit that TEAM makes: when it is, and also where."""


@pytest.mark.parametrize("who", SEES)
async def test_who_reads_what(site: Site, who: str) -> None:
    _, code = await resident(site)
    async with signed_in(site, who) as client:
        page = await client.get("/desk/visits")
    assert page.status_code == 200
    assert (code in page.text, ADDRESS in page.text) == (bool(SEES[who]), SEES[who] == "where")
    if SEES[who]:
        assert "Thứ Năm" in page.text or "Ngày mai" in page.text
    assert (f"/desk/visits/{code}/take" in page.text) == (SEES[who] == "where")


@pytest.mark.parametrize("who", SEES)
async def test_the_first_page_names_a_visit_to_the_same_people(site: Site, who: str) -> None:
    _, code = await resident(site)
    async with signed_in(site, who) as client:
        assert (code in (await client.get("/desk")).text) == bool(SEES[who])


ALLOWED = {"hoa": {"take"}, "minh": {"take", "back", "off"}, "admin": {"back", "off"}}


@pytest.mark.parametrize("who", ["hoa", "minh", "van", "admin", "tam"])
@pytest.mark.parametrize("how", ACTS)
async def test_every_act_of_every_role(site: Site, who: str, how: AppointmentAct) -> None:
    """Before anybody took it, and before it begins."""
    _, code = await resident(site)
    before = await appointment(site, code)
    async with signed_in(site, who) as client:
        answer = await act(client, code, how)
    allowed = ALLOWED.get(who, set())
    if who in ("tam", "van"):
        assert answer.status_code == 404
    elif how in allowed:
        assert answer.status_code == 303
    else:
        assert answer.status_code in (403, 409)
        assert 'role="alert"' in answer.text
    if how not in allowed:
        assert await appointment(site, code) == before


async def test_what_is_not_there_is_not_found(site: Site) -> None:
    _, code = await resident(site)
    async with signed_in(site, "hoa") as client:
        for path in (f"/desk/visits/{code}/erase", "/desk/visits/X99999/take", "/desk/visits/A0001/take"):
            assert (await send(client, path)).status_code == 404
        assert (await client.post(f"/desk/visits/{code}/take", data={"proof": "x"})).status_code == 403
        assert (await client.post("/desk/beside", data={"guide": "-"})).status_code == 403
    async with site.client() as stranger:
        for path in ("/desk/visits", "/desk/beside"):
            page = await stranger.get(path)
            assert code not in page.text
            assert 'name="password"' in page.text
        assert (await stranger.post(f"/desk/visits/{code}/take", data={})).status_code == 401
    assert not (await appointment(site, code)).helper


async def test_from_booked_to_met(site: Site, clock: StoppedClock) -> None:
    token, code = await resident(site)
    async with signed_in(site, "hoa") as hoa, signed_in(site, "lan") as lan:
        answer = await act(hoa, code.lower(), "take")
        page = await hoa.get(answer.headers["location"])
        assert "Đã nhận. Người hẹn được báo tên bạn ngay." in page.text
        assert f"Đến cửa, đọc mã {(await appointment(site, code)).door} trước." in words(page)
        assert "Gọi là bác" in words(page)
        lost = await act(lan, code, "take")
        assert (lost.status_code, f"Hoa đã nhận {code} rồi." in words(lost)) == (409, True)
        await hears(site, token, "Hoa, tình nguyện viên của tổ, sẽ đến nhà bác")
        assert (await act(hoa, code, "came")).status_code == 403, "it has not begun"
        clock.move(25 * 3600)
        async with signed_in(site, "hoa") as again:
            page = await again.get((await act(again, code, "came")).headers["location"])
            assert "Đã ghi: đã gặp." in page.text
            assert (await act(again, code, "off")).status_code == 409
    assert (await appointment(site, code)).state == "came"


async def test_called_off_by_the_team_the_resident_hears_and_is_forgotten(site: Site) -> None:
    token, code = await resident(site)
    async with signed_in(site, "minh") as minh:
        page = await minh.get((await act(minh, code, "off")).headers["location"])
        assert "Đã hủy" in page.text
        assert ADDRESS not in (await minh.get("/desk/visits")).text
        record = await minh.get("/desk/record")
        assert f"{code}: có người hẹn Tổ hỗ trợ Mẫu B (dữ liệu mẫu) đến nhà." in words(record)
        assert f"Minh hủy hẹn tại nhà {code}." in words(record)
    await hears(site, token, f"hẹn {code} lúc")
    assert replace(await appointment(site, code), helper="").chat is None


async def test_nothing_says_who_somebody_is(site: Site) -> None:
    token, code = await resident(site)
    chat = (await appointment(site, code)).chat
    assert chat
    async with signed_in(site, "hoa") as client:
        for path in ("/desk/visits", "/desk/visits?lang=en"):
            page = (await client.get(path)).text
            assert chat.chat not in page
            assert token not in page


# Helping somebody beside one

FORM = {"guide": "ihanoi", "band": "75_up", "outcome": "partly"}


async def counted(site: Site) -> list[tuple[str, Beside]]:
    records = [record for _, record in await site.parts.store.records(50)]
    return [(each.by, read_beside(each.about)) for each in records if each.act == HELPED_BESIDE]


async def test_help_without_the_bot_is_counted_once(site: Site) -> None:
    async with signed_in(site, "hoa") as client:
        for _ in range(2):
            answer = await send(client, "/desk/beside", "a" * 16, **FORM)
            assert answer.status_code == 303
        assert "Đã ghi một lượt giúp." in (await client.get(answer.headers["location"])).text
        assert await counted(site) == [("hoa", Beside("ihanoi", "75_up", "partly", TEAM, "web"))]
        await send(client, "/desk/beside", **(FORM | {"guide": "-"}))
    assert (await counted(site))[0] == ("hoa", Beside("", "75_up", "partly", TEAM, "web"))


@pytest.mark.parametrize("who", ["hoa", "minh", "admin"])
@pytest.mark.parametrize(
    "wrong", [{"guide": ""}, {"guide": "khong-co"}, {"band": ""}, {"band": "Bà Tư, 80 tuổi"}, {"outcome": "<b>"}]
)
async def test_what_is_missing_or_made_up_is_not_counted(site: Site, who: str, wrong: dict[str, str]) -> None:
    async with signed_in(site, who) as client:
        answer = await send(client, "/desk/beside", **(FORM | wrong))
        assert answer.status_code == 422
        assert "Chọn việc đã giúp" in answer.text
        assert (await send(client, "/desk/beside", "not an id", **FORM)).status_code == 404
    assert await counted(site) == []


@pytest.mark.parametrize(
    ("about", "read"),
    [
        (Beside("ihanoi", "u40", "not", "to-a", "telegram").about, Beside("ihanoi", "u40", "not", "to-a", "telegram")),
        (Beside().about, Beside()),
        ("", Beside()),
        ("ihanoi/?/?/x", Beside("ihanoi", team="x")),
    ],
)
def test_a_record_says_what_it_counts(about: str, read: Beside) -> None:
    assert read_beside(about) == read


def test_home_is_no_place() -> None:
    assert Appointment(slot=f"{HOME}to-a/2026-11-26/0900", at=NOW, team="to-a").at_home
    assert not Appointment(slot="home/2026-11-26/0900", at=NOW, team="to-a").at_home


async def test_no_log_says_where_a_resident_lives(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", logger="toso.turn"):
        await resident(site)
    assert "place=slots/right" in caplog.text
    assert ADDRESS not in caplog.text
