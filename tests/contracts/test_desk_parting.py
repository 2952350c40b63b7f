"""What somebody still reads of a request that left their hands: what was said until then, and how it stands now."""

from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from bot.desk.roster import Roster, Volunteer
from bot.desk.visibility import readable
from bot.model import Act, Chat, Said, Session, Turn, replace
from tests.cameras import taken
from tests.contracts.desk_site import (
    ASK,
    OTHER_TEAM,
    TEAM,
    StoppedClock,
    do,
    join,
    on_telegram,
    request_of,
    running_desk,
    say,
    send,
    signed_in,
)
from tests.contracts.test_desk import request
from tests.contracts.test_people import WARD
from tests.contracts.web_site import Site
from tests.emulators.telegram import TelegramEmulator

MET = ("/start", "1", "1")


@pytest_asyncio.fixture
async def site(telegram: TelegramEmulator) -> AsyncIterator[Site]:
    """Hoa, Lan and the lead Minh are of one team, Tâm is of another."""
    async with running_desk(StoppedClock(), on_telegram(telegram)) as it:
        for id_, name, team in (("hoa", "Hoa", TEAM), ("lan", "Lan", TEAM), ("tam", "Tâm", OTHER_TEAM)):
            await join(it, id_, name, team, password="")
        await join(it, "minh", "Minh", TEAM, role="lead", password="")
        yield it


@pytest_asyncio.fixture
async def hoa(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    async with signed_in(site, "hoa") as it:
        yield it


async def helped_by_hoa(site: Site) -> str:
    """A request in which Hoa has said something; returns its code."""
    code = await say(site, (*MET, *ASK))
    await do(site, "take", code, "hoa")
    await do(site, "reply", code, "hoa", "Câu của Hoa.")
    return code


WAYS: list[tuple[Act, str, str, str]] = [
    ("transfer", "hoa", "lan", "lan"),
    ("transfer", "hoa", f"team:{OTHER_TEAM}", "tam"),
    ("release", "hoa", "", "lan"),
    ("assign", "minh", "lan", "lan"),
]


@pytest.mark.parametrize(("act", "by", "to", "then"), WAYS, ids=["to a colleague", "to a team", "back", "by the lead"])
async def test_who_had_it_reads_what_was_said_until_then(
    site: Site, hoa: httpx.AsyncClient, act: Act, by: str, to: str, then: str
) -> None:
    code = await helped_by_hoa(site)
    assert (await do(site, act, code, by, "Ghi chú khi chuyển." if act == "transfer" else "", to)).name == "done"
    await do(site, "take", code, then)
    await do(site, "reply", code, then, "Chuyện về sau.")
    page = await hoa.get(f"/desk/requests/{code}")
    assert page.status_code == 200
    assert "Câu của Hoa." in page.text
    assert "Chuyện về sau." not in page.text
    assert ("Ghi chú khi chuyển." in page.text) == (act == "transfer")
    async with signed_in(site, then) as other:
        assert "Chuyện về sau." in (await other.get(f"/desk/requests/{code}")).text


@pytest.mark.parametrize("to", ["lan", f"team:{OTHER_TEAM}"])
async def test_who_is_put_out_of_the_team_reads_nothing_any_more(site: Site, hoa: httpx.AsyncClient, to: str) -> None:
    code = await helped_by_hoa(site)
    await do(site, "transfer", code, "hoa", to=to)
    assert (await hoa.get(f"/desk/requests/{code}")).status_code == 200
    await site.parts.people.change("hoa", "admin", lambda who: replace(who, teams=()))
    page = await hoa.get(f"/desk/requests/{code}")
    assert (page.status_code, "Câu của Hoa." in page.text) == (404, False)
    assert (await do(site, "note", code, "hoa", "Hoa quên ghi.")).name == "not_allowed"


async def test_they_can_add_a_note_and_nothing_else(site: Site, hoa: httpx.AsyncClient) -> None:
    code = await helped_by_hoa(site)
    await do(site, "transfer", code, "hoa", to=f"team:{OTHER_TEAM}")
    await do(site, "take", code, "tam")
    assert (await send(hoa, f"/desk/requests/{code}/note", text="Hoa quên ghi.")).status_code == 303
    assert "Hoa quên ghi." in (await hoa.get(f"/desk/requests/{code}")).text
    for act in ("take", "reply", "photo", "step", "release", "close", "assign", "transfer"):
        answer = await send(hoa, f"/desk/requests/{code}/{act}", text="Bác ơi", to="lan")
        assert answer.status_code in (403, 409, 422), act
    assert (await request_of(site, code)).holder == "tam"


async def test_a_lead_who_moved_it_knows_where_it_is(site: Site) -> None:
    code = await say(site, (*MET, *ASK))
    await do(site, "transfer", code, "minh", to=f"team:{OTHER_TEAM}")
    await do(site, "take", code, "tam")
    await do(site, "reply", code, "tam", "Chuyện về sau.")
    async with signed_in(site, "minh") as minh:
        page = await minh.get(f"/desk/requests/{code}")
        assert (page.status_code, "Chuyện về sau." in page.text) == (200, False)


async def test_who_only_declined_it_reads_nothing_of_it(site: Site, hoa: httpx.AsyncClient) -> None:
    parts = site.parts
    opened = request(StoppedClock(), Chat("web", "d", "d"), state="offered", holder="hoa", team=TEAM)
    turn = Turn(Session(request=opened.code), request=opened, said=(Said(1, "resident", "chuyện riêng"),))
    await parts.store.commit(opened.chat, await parts.store.load(opened.chat), turn, (), pulled=True)
    await do(site, "decline", opened.code, "hoa")
    await do(site, "take", opened.code, "lan")
    assert (await hoa.get(f"/desk/requests/{opened.code}")).status_code == 404


async def test_a_picture_sent_later_is_not_theirs(
    site: Site, telegram: TelegramEmulator, hoa: httpx.AsyncClient
) -> None:
    telegram.world.files["later"] = taken("JPEG")
    chat, parts = Chat("telegram", "77", "77"), site.parts
    opened = request(StoppedClock(), chat, state="held", holder="lan", had=("hoa",))
    thread = (
        Said(1, "bot", "taken", "hoa"),
        Said(2, "resident", "", media="photo:later"),
        Said(3, "bot", "released", "hoa"),
        Said(4, "bot", "taken", "lan"),
        Said(5, "resident", "", media="photo:later"),
    )
    turn = Turn(Session(request=opened.code, helper="lan"), request=opened, said=thread)
    await parts.store.commit(chat, await parts.store.load(chat), turn, (), pulled=False)
    for number, status in ((2, 200), (5, 404)):
        assert (await hoa.get(f"/desk/requests/{opened.code}/pictures/{number}")).status_code == status


def test_who_had_it_twice_reads_up_to_the_second_time() -> None:
    said = [("taken", "hoa"), ("", ""), ("released", "hoa"), ("taken", "lan"), ("silent", "lan"), ("taken", "hoa")]
    said += [("photo_asked", "hoa"), ("", ""), ("silent", "hoa"), ("", ""), ("taken", "lan"), ("", "")]
    thread = [
        (number, Said(number, "bot" if what else "resident", what, by)) for number, (what, by) in enumerate(said, 1)
    ]
    opened = request(StoppedClock(), Chat("web", "e", "e"), state="held", holder="lan", had=("hoa",))
    me = Volunteer("hoa", "Hoa", teams=(TEAM,))
    assert [number for number, _ in readable(Roster(WARD), me, opened, thread)] == list(range(1, 10))
