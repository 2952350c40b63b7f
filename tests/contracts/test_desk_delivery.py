"""The thread of a request says of each message to the resident whether it waits, was sent, or did not arrive."""

import re

import httpx
import pytest

from bot.model import Chat, Escalation, Said, Session, Turn, replace
from bot.ports.store import DeadLetter, Lost
from tests.contracts.desk_site import TEAM, StoppedClock, send, signed_in
from tests.contracts.stores import asked, moved
from tests.contracts.test_desk_events import following, mark_on_page
from tests.contracts.web_site import Site

CHAT = Chat("telegram", "7000000001", "7000000001")
"""On a channel that is off here: what waits for them goes on waiting until a test says that it was sent."""
WORDS = "Bác bấm nút xanh nhé"
QUEUED, SENT = "· Đang chờ gửi", "· Đã gửi"
WHY = {"refused": "Ứng dụng không nhận tin này.", "unconfirmed": "Đã gửi, nhưng không rõ đã tới chưa."}


@pytest.fixture
async def request_(site: Site, clock: StoppedClock) -> Escalation:
    return await written_to(site, clock)


async def written_to(site: Site, clock: StoppedClock) -> Escalation:
    """A request that Hoa holds; she wrote to its resident: parcel 1, which waits."""
    at = clock.now_ms() // 1000
    new = replace(asked(CHAT, opened_at=at, team=TEAM), you="bac")
    await save(site, new)
    await save(site, held := moved(new, "held", holder="hoa"))
    await save(site, held, Said(at, "volunteer", WORDS, "hoa"), parcels=(b"a",))
    return held


async def save(site: Site, request: Escalation, *said: Said, parcels: tuple[bytes, ...] = ()) -> None:
    store = site.parts.store
    turn = Turn(Session(request=request.code), request=None if said else request, said=said)
    await store.commit(CHAT, await store.load(CHAT), turn, parcels, pulled=False)


async def give_up(site: Site, state: Lost) -> None:
    """The platform took nothing of the first parcel, or perhaps did."""
    await site.parts.store.bury(DeadLetter(CHAT, 1, state, "why", b"a"))
    site.parts.store.delivered(CHAT, 1)


async def entry(client: httpx.AsyncClient, request: Escalation) -> str:
    """The one entry of the thread, as it is read."""
    page = await client.get(f"/desk/requests/{request.code}")
    assert page.status_code == 200
    (found,) = re.findall(r'<li id="e1" class="volunteer">(.*?)</li>', page.text, re.DOTALL)
    return str(re.sub(r"<[^>]+>", "", found))


async def test_it_waits_and_then_it_was_sent(site: Site, request_: Escalation, hoa: httpx.AsyncClient) -> None:
    said = await entry(hoa, request_)
    assert (WORDS in said, QUEUED in said, SENT in said) == (True, True, False)
    site.parts.store.delivered(CHAT, 1)
    said = await entry(hoa, request_)
    assert (QUEUED in said, SENT in said) == (False, True)


async def test_an_open_page_hears_that_it_was_sent(site: Site, request_: Escalation, hoa: httpx.AsyncClient) -> None:
    async with following(hoa, request_.code) as stream:
        waiting = (await stream.next())["request"]
        assert waiting == await mark_on_page(hoa, f"/desk/requests/{request_.code}")
        site.parts.store.delivered(CHAT, 1)
        sent = (await stream.next())["request"]
        assert sent != waiting
        assert sent == await mark_on_page(hoa, f"/desk/requests/{request_.code}")


@pytest.mark.parametrize("state", ["refused", "unconfirmed"])
async def test_whoever_holds_it_sends_again_what_did_not_arrive_once(
    site: Site, request_: Escalation, hoa: httpx.AsyncClient, state: Lost
) -> None:
    await give_up(site, state)
    said = await entry(hoa, request_)
    assert (WHY[state] in said, "Gửi lại" in said) == (True, True)
    path = f"/desk/requests/{request_.code}/again"
    answer = await send(hoa, path, entry="1")
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        f"/desk/requests/{request_.code}?lang=vi&done=again",
    )
    assert "Tin đang được gửi lại." in (await hoa.get(answer.headers["location"])).text
    said = await entry(hoa, request_)
    assert (QUEUED in said, "Gửi lại" in said) == (True, False)
    again = await send(hoa, path, entry="1")
    assert (again.status_code, "không gửi lại được nữa" in again.text) == (409, True)
    assert [each.parcels for each in await site.parts.store.unsent()] == [1]


async def test_who_is_gone_gets_nothing_again(site: Site, request_: Escalation, hoa: httpx.AsyncClient) -> None:
    await site.parts.store.drop_outbox(CHAT, "blocked")
    said = await entry(hoa, request_)
    assert ("Người nhận đã chặn Tổ Số" in said, "Gửi lại" in said) == (True, False)
    page = (await hoa.get(f"/desk/requests/{request_.code}")).text
    assert 'id="lost"' not in page, "it is said once"


async def test_a_lead_may_send_it_again_and_nobody_else(site: Site, request_: Escalation) -> None:
    await give_up(site, "refused")
    path = f"/desk/requests/{request_.code}/again"
    async with signed_in(site, "lan") as lan:
        assert (await send(lan, path, entry="1")).status_code == 404
    async with signed_in(site, "minh") as minh:
        assert "Gửi lại" in await entry(minh, request_)
        for wrong in ("", "2", "x"):
            assert (await send(minh, path, entry=wrong)).status_code == 409
        assert (await send(minh, path, entry="1")).status_code == 303
