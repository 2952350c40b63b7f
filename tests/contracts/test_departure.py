"""Somebody leaves, the ward or a team: what they held goes back, residents are told, and whoever decides is asked."""

import html
import re
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from bot.model import Chat, Incoming, Session, Turn
from tests.contracts.desk_site import (
    ASK,
    OTHER_TEAM,
    TEAM,
    StoppedClock,
    do,
    request_of,
    say,
    send,
    signed_in,
)
from tests.contracts.test_desk import request
from tests.contracts.test_desk_request import heard
from tests.contracts.test_visit_pages import hears, resident
from tests.contracts.web_site import Site

MET = ("/start", "1", "1")
LEAVES = "/desk/people/hoa/leave"
OUT_OF_THE_TEAM = f"/desk/teams/{TEAM}/members"
CHANGED = {"name": "Hoa", "you": "", "role": "volunteer", "team": OTHER_TEAM}
WAYS: list[tuple[str, str, dict[str, str]]] = [
    ("admin", LEAVES, {}),
    ("minh", OUT_OF_THE_TEAM, {"remove": "hoa"}),
    ("admin", "/desk/people/hoa", CHANGED),
]


@pytest_asyncio.fixture
async def talked(site: Site) -> str:
    """A request in which Hoa has said something, behind one that waits longer; returns its code."""
    code = await say(site, (*MET, *ASK))
    await do(site, "take", code, "hoa")
    await do(site, "reply", code, "hoa", "Câu của Hoa.")
    return code


@pytest_asyncio.fixture
async def admin(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    async with signed_in(site) as it:
        yield it


@pytest.mark.parametrize(("by", "path", "fields"), WAYS, ids=["leaves", "out of the team", "other teams"])
async def test_what_they_held_goes_back_once_whoever_decides_knows(
    site: Site, talked: str, by: str, path: str, fields: dict[str, str]
) -> None:
    token, visit = await resident(site)
    assert (await site.parts.caller.visits.do(visit, "hoa", "take")).name == "done"
    before = await request_of(site, talked)
    async with signed_in(site, by) as decides:
        asked = html.unescape((await send(decides, path, **fields)).text)
        assert "Hoa đang giữ 1 yêu cầu và 1 hẹn đến nhà" in asked
        assert f"{talked}, {visit}" in asked
        assert (await request_of(site, talked)).holder == "hoa", "nothing yet"
        assert (await send(decides, path, **_filled_in(asked))).status_code == 303
    after = await request_of(site, talked)
    assert (after.state, after.holder, after.opened_at) == ("waiting", "", before.opened_at)
    assert "hoa" in after.passed
    assert any("người đang giúp phải dừng giữa chừng" in text for _, text in await heard(site, talked))
    left = next(each for each in await site.parts.caller.visits.kept() if each.code == visit)
    assert (left.helper, left.state, left.door) == ("", "booked", "")
    await hears(site, token, "Ai đọc mã cũ thì bác đừng mở cửa.")
    noted = {(record.act, record.code) for _, record in await site.parts.store.records(50, "")}
    assert {("leave", talked), ("home_left", visit)} <= noted
    async with signed_in(site) as reads:
        page = re.sub(r"<[^>]+>", "", html.unescape((await reads.get("/desk/record")).text))
    assert f"Hoa không giúp {talked} nữa, yêu cầu về lại hàng chờ." in page
    assert "rời chat" not in page, "they never had one"


@pytest.mark.parametrize(("by", "path", "fields"), WAYS, ids=["leaves", "out of the team", "other teams"])
async def test_what_they_took_since_the_question_is_named_too(
    site: Site, talked: str, by: str, path: str, fields: dict[str, str]
) -> None:
    async with signed_in(site, by) as decides:
        asked = html.unescape((await send(decides, path, **fields)).text)
        since = await say(site, (*MET, *ASK))
        await do(site, "take", since, "hoa")
        named = await send(decides, path, **_filled_in(asked))
        text = html.unescape(named.text)
        assert f"{talked}, {since}" in text or f"{since}, {talked}" in text, "both were opened at the same moment"
        assert (await request_of(site, since)).holder == (await request_of(site, talked)).holder == "hoa"
        assert (await send(decides, path, **_filled_in(text))).status_code == 303
    assert (await request_of(site, since)).state == (await request_of(site, talked)).state == "waiting"


def _filled_in(page: str) -> dict[str, str]:
    """What the form of the question holds, without the proof, which is added to each form."""
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))
    fields.pop("proof")
    return fields


async def test_who_holds_nothing_goes_without_a_question(site: Site, admin: httpx.AsyncClient) -> None:
    assert (await send(admin, LEAVES)).headers["location"].startswith("/desk/people/hoa")
    person = site.parts.people.roster.person("hoa")
    assert person
    assert not person.active


async def test_what_other_teams_gave_them_stays_when_one_team_lets_them_go(site: Site, talked: str) -> None:
    await do(site, "transfer", talked, "admin", to=f"team:{OTHER_TEAM}")
    async with signed_in(site) as admin:
        await send(admin, f"/desk/teams/{OTHER_TEAM}/members", add="hoa")
        await do(site, "assign", talked, to="hoa")
        assert (await send(admin, OUT_OF_THE_TEAM, remove="hoa")).status_code == 303
    assert (await request_of(site, talked)).holder == "hoa"


async def test_a_lead_who_may_not_decide_is_not_asked(site: Site, talked: str) -> None:
    async with signed_in(site, "lan") as lan:
        assert (await send(lan, OUT_OF_THE_TEAM, remove="hoa")).status_code == 404
    assert (await request_of(site, talked)).holder == "hoa"


async def test_what_nobody_took_from_who_left_goes_back_when_it_is_due(site: Site, talked: str) -> None:
    await site.parts.people.retire("hoa", "admin")  # and the app dies, before it gives anything back
    chat = (await request_of(site, talked)).chat
    await site.parts.handle(Incoming("due", chat, "timer", "talk"))
    assert (await request_of(site, talked)).state == "waiting"
    assert any("người đang giúp phải dừng" in text for _, text in await heard(site, talked))


async def test_residents_of_a_channel_that_is_off_are_said_to_be_untold(site: Site, admin: httpx.AsyncClient) -> None:
    opened = request(StoppedClock(), Chat("telegram", "7", "7"), state="held", holder="hoa", team=TEAM)
    store = site.parts.store
    turn = Turn(Session(request=opened.code, helper="hoa"), request=opened)
    await store.commit(opened.chat, await store.load(opened.chat), turn, (), pulled=False)
    asked = html.unescape((await send(admin, LEAVES)).text)
    assert f"{opened.code}: kênh nhắn tin của người nhờ đang tắt" in asked
    await send(admin, LEAVES, sure=opened.code)
    assert f"{opened.code}: kênh nhắn tin của người nhờ đang tắt" in (await admin.get("/desk/people/hoa")).text
