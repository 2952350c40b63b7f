"""A lead closes several requests that nobody needs help with: told why, each by itself, and only what they saw."""

import html
import re
from collections.abc import AsyncIterator, Sequence

import httpx
import pytest

from bot.desk.dismissal import MOST
from bot.model import Chat, Reason, Record, replace
from bot.ports.store import DeadLetter
from tests.contracts.desk_site import (
    ASK,
    OTHER_TEAM,
    TEAM,
    StoppedClock,
    do,
    join,
    request_of,
    say,
    send,
    signed_in,
)
from tests.contracts.test_desk import put, request, words
from tests.contracts.test_desk_request import heard
from tests.contracts.web_site import Site

ENGLISH = ("/start", "english", "1", "1", "person", "4")
ASKS = ("/start", "1", "1", *ASK)
ID = "00112233aabbccdd"
TOLD = {
    "in_person": "Tổ ghi là đã giúp bác trực tiếp rồi",
    "no_contact": "Tổ chưa liên lạc được với bác",
    "asked_twice": "trùng với một yêu cầu khác của bác",
    "not_ward": "không thuộc phường, nên tổ không giúp được",
}


@pytest.fixture
async def minh(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    """The lead of TEAM."""
    async with signed_in(site, "minh") as it:
        yield it


async def waiting(site: Site, count: int = 1) -> list[str]:
    """Residents who ask for somebody; the codes of their requests."""
    return [await say(site, ASKS) for _ in range(count)]


def picks_on(page: str, *, chosen: bool = False) -> list[str]:
    """What can be chosen on a page, or is."""
    return re.findall(rf'name="pick" value="([\w.]+)"{" checked" if chosen else ""}', page)


async def picks(client: httpx.AsyncClient, codes: Sequence[str]) -> list[str]:
    """The boxes of these requests, as the desk shows them now."""
    shown = picks_on((await client.get("/desk", params={"choose": "some"})).text)
    return [pick for pick in shown if pick.partition(".")[0] in codes]


async def ask(client: httpx.AsyncClient, chosen: list[str], reason: str = "in_person") -> httpx.Response:
    """What was chosen is looked at again."""
    return await send(client, "/desk/dismiss", reason=reason, pick=chosen)  # type: ignore[arg-type]


async def agree(
    client: httpx.AsyncClient, chosen: list[str], reason: str = "in_person", id_: str = ""
) -> httpx.Response:
    """They are closed."""
    return await send(client, "/desk/dismiss/sure", id_, reason=reason, pick=chosen)  # type: ignore[arg-type]


async def records(site: Site) -> list[Record]:
    """What was recorded about requests that were closed so."""
    return [record for _, record in await site.parts.store.records(50) if record.act == "dismiss"]


def section(page: str, name: str) -> str:
    """The words of a section of a page."""
    found = re.search(rf'<section id="{name}".*?</section>', page, re.S)
    return words(found[0]) if found else ""


async def test_several_are_closed_and_each_resident_is_told_why(site: Site, minh: httpx.AsyncClient) -> None:
    codes = [*await waiting(site, 2), await say(site, ENGLISH)]
    kept = (await waiting(site))[0]
    chosen = await picks(minh, codes)
    page = await ask(minh, chosen)
    assert page.status_code == 200
    assert "Đóng 3 yêu cầu?" in section(page.text, "chosen")
    assert "Tổ Số sẽ nhắn lý do cho 3 người nhờ." in section(page.text, "chosen")
    assert all(code in section(page.text, "chosen") for code in codes)
    assert [(await request_of(site, code)).state for code in codes] == ["waiting"] * 3
    assert picks_on(page.text) == chosen

    done = await agree(minh, picks_on(page.text))
    assert done.status_code == 200
    assert "Đã đóng 3 yêu cầu." in section(done.text, "chosen")
    assert [(await request_of(site, code)).state for code in codes] == ["closed"] * 3
    assert (await request_of(site, kept)).state == "waiting"
    assert TOLD["in_person"] in (await heard(site, codes[0]))[-1][1]
    assert "you were helped in person" in (await heard(site, codes[2]))[-1][1]
    assert {(record.code, record.by, record.about) for record in await records(site)} == {
        (code, "minh", "in_person") for code in codes
    }
    record = words((await minh.get("/desk/record")).text)
    assert f"Minh đóng {codes[0]} khi chưa ai nhận, vì đã giúp ngoài đời." in record
    assert "Minh đóng yêu cầu: đã giúp ngoài đời." in words((await minh.get(f"/desk/requests/{codes[0]}")).text)


@pytest.mark.parametrize("reason", TOLD)
async def test_each_reason_has_its_own_words(site: Site, minh: httpx.AsyncClient, reason: Reason) -> None:
    codes = await waiting(site)
    await agree(minh, await picks(minh, codes), reason)
    assert TOLD[reason] in (await heard(site, codes[0]))[-1][1]


async def test_what_was_taken_meanwhile_is_left_alone(site: Site, minh: httpx.AsyncClient) -> None:
    codes = await waiting(site, 2)
    page = await ask(minh, await picks(minh, codes))
    await do(site, "take", codes[0], "hoa")
    before = await request_of(site, codes[0])
    done = (await agree(minh, picks_on(page.text))).text
    assert "Đã đóng 1 yêu cầu." in section(done, "chosen")
    assert codes[0] not in section(done, "chosen")
    assert f"{codes[0]} : Hoa đã nhận." in section(done, "left")
    assert await request_of(site, codes[0]) == before
    assert not any(TOLD["in_person"] in text for _, text in await heard(site, codes[0]))


async def test_what_changed_since_is_left_alone(site: Site, minh: httpx.AsyncClient) -> None:
    codes = await waiting(site, 2)
    page = await ask(minh, await picks(minh, codes))
    await do(site, "take", codes[0], "hoa")
    await do(site, "release", codes[0], "hoa")
    for again in (await agree(minh, picks_on(page.text)), await ask(minh, picks_on(page.text))):
        assert f"{codes[0]} : Vừa thay đổi từ lúc bạn chọn." in section(again.text, "left")
    assert (await request_of(site, codes[0])).state == "waiting"
    assert (await request_of(site, codes[1])).state == "closed"


async def test_twice_the_same_form_says_and_does_the_same(site: Site, minh: httpx.AsyncClient) -> None:
    codes = await waiting(site, 2)
    chosen = await picks(minh, codes)
    first, second = [section((await agree(minh, chosen, id_=ID)).text, "chosen") for _ in range(2)]
    assert first == second
    assert len(await records(site)) == 2
    assert sum(TOLD["in_person"] in text for _, text in await heard(site, codes[0])) == 1
    other = await agree(minh, chosen, "not_ward")
    assert "Không có yêu cầu nào để đóng." in section(other.text, "chosen")
    assert f"{codes[0]} : Đã đóng rồi." in section(other.text, "left")


async def test_a_form_that_was_cut_short_goes_on_when_it_is_sent_again(site: Site, minh: httpx.AsyncClient) -> None:
    chosen = await picks(minh, await waiting(site, 3))
    await agree(minh, chosen[:1], id_=ID)
    assert "Đã đóng 3 yêu cầu." in section((await agree(minh, chosen, id_=ID)).text, "chosen")
    assert len(await records(site)) == 3


async def test_who_was_offered_one_hears_that_it_is_over(site: Site) -> None:
    await site.parts.people.change_team(TEAM, "admin", lambda team: replace(team, offer="turn"))
    codes = await waiting(site)
    offered = await request_of(site, codes[0])
    assert offered.state == "offered"
    chat, holder = Chat("web", "a-chat", "a-chat"), offered.holder
    assert await site.parts.people.link(await site.parts.people.chat_code(holder), chat, group=False) == holder
    async with signed_in(site) as admin:
        await agree(admin, await picks(admin, codes))
    await site.parts.caller.stop()
    told = b"".join(entry.parcel for entry in await site.parts.store.read_log(chat, 0)).decode()
    assert (await request_of(site, codes[0])).state == "closed"
    assert codes[0] in told
    assert "việc này đã có người đóng lại." in told


async def test_a_volunteer_may_not(site: Site, hoa: httpx.AsyncClient, minh: httpx.AsyncClient) -> None:
    chosen = await picks(minh, await waiting(site))
    assert picks_on((await hoa.get("/desk?choose=all")).text) == []
    for answer in (await ask(hoa, chosen), await agree(hoa, chosen)):
        assert answer.status_code == 403
        assert "Việc này cần người phụ trách tổ hoặc người quản trị." in html.unescape(answer.text)
    verdict = await do(site, "dismiss", chosen[0].partition(".")[0], "hoa", to="in_person")
    assert verdict.name == "not_allowed"
    assert not await records(site)


async def test_only_of_teams_they_lead(site: Site, minh: httpx.AsyncClient, clock: StoppedClock) -> None:
    theirs = await put(site, request(clock, Chat("web", "x", "x"), team=OTHER_TEAM))
    for page in (await ask(minh, [f"{theirs}.1", "A0000.1"]), await agree(minh, [f"{theirs}.1", "A0000.1"])):
        assert "Không có yêu cầu nào để đóng." in section(page.text, "chosen")
        for code in (theirs, "A0000"):
            assert f"{code} : Không có trong hàng chờ của tổ bạn phụ trách." in section(page.text, "left")
    assert (await request_of(site, theirs)).state == "waiting"
    async with signed_in(site) as admin:
        await agree(admin, [f"{theirs}.1"])
    assert (await request_of(site, theirs)).state == "closed"


async def test_who_cannot_be_told_is_not_closed(site: Site, minh: httpx.AsyncClient, clock: StoppedClock) -> None:
    """Their channel is switched off."""
    off = await put(site, request(clock, Chat("telegram", "77", "77")))
    codes = await waiting(site)
    chosen = await picks(minh, [off, *codes])
    assert len(chosen) == 2
    asked, done = await ask(minh, chosen), await agree(minh, chosen)
    assert "Tổ Số sẽ nhắn lý do cho 1 người nhờ." in section(asked.text, "chosen")
    for page in (asked, done):
        assert off not in section(page.text, "chosen")
        assert f"{off} : Kênh nhắn tin của người này đang tắt" in section(page.text, "left")
    assert (await request_of(site, off)).state == "waiting"


async def test_who_may_not_get_it_is_not_counted_as_told(site: Site, minh: httpx.AsyncClient) -> None:
    """Something did not arrive there: then, or only after the request was closed."""
    codes = await waiting(site, 3)
    chats = [(await request_of(site, code)).chat for code in codes]
    await site.parts.store.bury(DeadLetter(chats[0], 3, "gone", "bot was blocked", b""))
    asked = await ask(minh, await picks(minh, codes))
    done = await agree(minh, picks_on(asked.text))
    assert "Tổ Số sẽ nhắn lý do cho 2 người nhờ." in section(asked.text, "chosen")
    assert "Tổ Số đang nhắn lý do cho 2 người nhờ. Tin đi rồi chưa chắc đã tới" in section(done.text, "chosen")
    for page in (asked, done):
        assert re.search(rf"cũng có thể không tới: {codes[0]}$", section(page.text, "chosen"))
    assert (await request_of(site, codes[0])).state == "closed"
    await site.parts.store.bury(DeadLetter(chats[1], 9, "refused", "REFUSED", b"x"))
    undelivered = words((await minh.get("/desk/undelivered")).text)
    assert [code in undelivered for code in codes] == [True, True, False]


async def test_own_request_is_left_for_others(site: Site, minh: httpx.AsyncClient) -> None:
    codes = await waiting(site)
    own = (await request_of(site, codes[0])).chat
    await join(site, "binh", "Bình", TEAM, role="lead", password="")
    await site.parts.people.link(await site.parts.people.chat_code("binh"), own, group=False)
    async with signed_in(site, "binh") as binh:
        page = await agree(binh, await picks(binh, codes))
    assert f"{codes[0]} : Đây là yêu cầu của chính bạn." in section(page.text, "left")
    assert (await request_of(site, codes[0])).state == "waiting"


async def test_a_form_that_is_not_whole_says_what_is_missing(site: Site, minh: httpx.AsyncClient) -> None:
    codes = await waiting(site, 2)
    chosen = await picks(minh, codes[:1])
    many = [f"A{number:04}.1" for number in range(MOST + 1)]
    for path in ("/desk/dismiss", "/desk/dismiss/sure"):
        for picked, reason, says in (
            ([], "in_person", "Bạn chưa chọn yêu cầu nào."),
            (["x", "A0001", "A1.-1"], "in_person", "Bạn chưa chọn yêu cầu nào."),
            (chosen, "", "Bạn chưa chọn lý do."),
            (chosen, "vì tôi thích", "Bạn chưa chọn lý do."),
            (many, "in_person", f"Mỗi lần đóng được nhiều nhất {MOST} yêu cầu."),
        ):
            page = await send(minh, path, reason=reason, pick=picked)  # type: ignore[arg-type]
            assert (page.status_code, says in words(page.text)) == (422, True), says
            assert picks_on(page.text, chosen=True) == [pick for pick in picked if pick in chosen]
            assert ('value="in_person" required checked' in page.text) == (reason == "in_person")
    assert not await records(site)


async def test_all_on_the_page_can_be_chosen(site: Site, minh: httpx.AsyncClient) -> None:
    codes = await waiting(site, 3)
    page = (await minh.get("/desk")).text
    assert picks_on(page) == []
    assert "choose=some" in page
    everything = (await minh.get("/desk?choose=all")).text
    assert {pick.partition(".")[0] for pick in picks_on(everything, chosen=True)} == {*codes}
    assert "/take?" not in everything


async def test_a_form_of_another_visit_is_refused(site: Site, minh: httpx.AsyncClient) -> None:
    chosen = await picks(minh, await waiting(site))
    for path in ("/desk/dismiss", "/desk/dismiss/sure"):
        form = {"proof": "0" * 64, "id": ID, "reason": "in_person", "pick": chosen}
        assert (await minh.post(path, data=form)).status_code == 403
    assert not await records(site)
