"""The desk's list of what did not arrive: who sees what of it, why it did not, and sending it again."""

import re

import httpx
import pytest
from msgspec.structs import replace

from bot.model import Chat, Session, Turn
from bot.ports.store import DeadLetter, Loaded
from tests.contracts.desk_site import request_of, send, signed_in
from tests.contracts.web_site import Site

PATH = "/desk/undelivered"
WORDS = "mật khẩu của bác"
SOMEBODY = Chat("telegram", "7000000001", "7000000001")


@pytest.fixture
async def letters(site: Site, code: str) -> list[DeadLetter]:
    """One for the resident of the request, one for somebody without any, one for who is gone."""
    resident = (await request_of(site, code)).chat
    found = [
        DeadLetter(resident, 3, "refused", "BUTTON_DATA_INVALID", WORDS.encode()),
        DeadLetter(SOMEBODY, 1, "unconfirmed", "TimeoutError", WORDS.encode(), call=True),
        DeadLetter(SOMEBODY, 2, "gone", "bot was blocked", b""),
    ]
    await site.parts.store.commit(SOMEBODY, Loaded(0, None), Turn(Session()), (), pulled=False)
    for letter in found:
        await site.parts.store.bury(letter)
    return found


def named(page: str) -> list[str]:
    return re.findall(r'name="letter" value="([^"]+)"', page)


async def shown(client: httpx.AsyncClient, path: str = PATH) -> str:
    page = await client.get(path)
    assert page.status_code == 200
    assert WORDS not in page.text
    return page.text


async def test_an_admin_sees_all_of_it_and_why(site: Site, code: str, letters: list[DeadLetter]) -> None:
    async with signed_in(site) as admin:
        page = await shown(admin)
    assert f'href="/desk/requests/{code}?lang=vi">{code}</a></b> · tin trả lời · Ứng dụng không nhận tin này.' in page
    assert "Một người trên Telegram</b> · tin báo · Đã gửi, nhưng không rõ đã tới chưa." in page
    assert "Người nhận đã chặn Tổ Số, hoặc đã xóa chat." in page
    assert len(named(page)) == 2, "who is gone gets nothing again"
    assert SOMEBODY.person not in page
    assert not any(letter.chat.chat in page for letter in letters), "nothing says whose account it is"


async def test_a_lead_sees_what_was_for_their_team_and_a_volunteer_nothing(
    site: Site, code: str, letters: list[DeadLetter], hoa: httpx.AsyncClient
) -> None:
    assert (await hoa.get(PATH)).status_code == 404
    assert PATH not in (await hoa.get("/desk")).text
    async with signed_in(site, "minh") as lead:
        page = await shown(lead)
        assert (code in page, "Telegram" in page) == (True, False)
        await site.parts.people.change("hoa", "admin", lambda who: replace(who, chats=(SOMEBODY,)))
        page = await shown(lead)
        assert "<b>Hoa</b> · tin báo" in page


async def test_who_holds_a_request_reads_on_its_page_what_did_not_arrive(
    site: Site, held: str, letters: list[DeadLetter], hoa: httpx.AsyncClient
) -> None:
    page = await shown(hoa, f"/desk/requests/{held}")
    assert "1 tin không tới người nhờ, hoặc không rõ đã tới chưa:" in page
    assert "Ứng dụng không nhận tin này." in page
    assert PATH not in page
    async with signed_in(site, "minh") as lead:
        assert PATH in await shown(lead, f"/desk/requests/{held}")


async def test_it_is_sent_again_once(site: Site, letters: list[DeadLetter]) -> None:
    async with signed_in(site) as admin:
        call = next(line for line in (await shown(admin)).split("<li>") if "tin báo" in line)
        (letter,) = named(call)
        answer = await send(admin, PATH, letter=letter)
        assert (answer.status_code, answer.headers["location"]) == (303, f"{PATH}?lang=vi&done=again")
        assert "Tin đang được gửi lại." in await shown(admin, answer.headers["location"])
        again = await send(admin, PATH, letter=letter)
        assert (again.status_code, "không gửi lại được nữa" in again.text) == (409, True)
        assert again.text.count('role="alert"') == 1, "and nothing else that is wrong"
    (waiting,) = await site.parts.store.take_overdue({"telegram"})
    assert (waiting.chat, waiting.parcels) == (SOMEBODY, (WORDS.encode(),))


@pytest.mark.parametrize("letter", ["", "9 telegram:1", "x", "3 nobody"])
async def test_what_is_not_on_the_list_is_refused(site: Site, letters: list[DeadLetter], letter: str) -> None:
    async with signed_in(site) as admin:
        assert (await send(admin, PATH, letter=letter)).status_code == 409
    async with signed_in(site, "minh") as lead:
        assert (await send(lead, PATH, letter=f"1 {SOMEBODY.key}")).status_code == 409, "it is none of theirs"
    assert len(await site.parts.store.dead_letters()) == len(letters)
