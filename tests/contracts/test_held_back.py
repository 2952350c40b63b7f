"""What a scammer would write: nobody gets it, the volunteer is told why, whoever leads the team that it was so."""

import html

import httpx
import pytest

from bot.model import Incoming
from tests.contracts.desk_site import do, request_of, send, session_of, signed_in
from tests.contracts.test_desk_request import heard
from tests.contracts.web_site import Site

WORDS = {
    "asks": "Bác đọc giúp em 6 số vừa về máy",
    "money": "Bác chuyển khoản cho cháu 50k tiền công",
    "threat": "Cháu bên công an, bác không làm là khóa tài khoản",
    "link": "Bác vào bit.ly/vneid-moi nhé",
    "line": "Bác gọi riêng cho cháu số 0912 345 678",
}
SAYS = {
    "asks": "xin mã",
    "money": "nhắc tới tiền",
    "threat": "có vẻ dọa",
    "link": "đường dẫn",
    "line": "số điện thoại",
}


@pytest.mark.parametrize("reason", WORDS)
async def test_they_go_to_nobody_and_the_lead_reads_why(
    site: Site, held: str, hoa: httpx.AsyncClient, reason: str
) -> None:
    before = await heard(site, held)
    answer = await send(hoa, f"/desk/requests/{held}/reply", text=WORDS[reason])
    assert answer.status_code == 422
    page = html.unescape(answer.text)
    assert "Chưa gửi" in page
    assert WORDS[reason] in page  # to be written anew, by the one who wrote it
    assert await heard(site, held) == before
    assert not [said for _, said in await site.parts.store.thread(held) if said.text == WORDS[reason]]
    async with signed_in(site, "minh") as minh:
        record = html.unescape((await minh.get("/desk/record")).text)
    line = next(line for line in record.splitlines() if "một tin của Hoa chưa được gửi" in line)
    assert SAYS[reason] in line
    assert WORDS[reason] not in record


async def test_what_was_only_too_long_is_no_matter_for_the_lead(site: Site, held: str, hoa: httpx.AsyncClient) -> None:
    assert (await do(site, "reply", held, "hoa", "a" * 1001)).about == "long"
    assert "held_back" not in {record.act for _, record in await site.parts.store.records(50, "")}


async def test_what_is_said_in_pieces_stops_at_the_last_and_says_why(
    site: Site, held: str, hoa: httpx.AsyncClient
) -> None:
    first = await send(hoa, f"/desk/requests/{held}/reply", text="bác đọc")
    assert first.status_code != 422
    before = await heard(site, held)
    answer = await send(hoa, f"/desk/requests/{held}/reply", text="mã otp trên máy")
    assert answer.status_code == 422
    assert "có vẻ hỏi mã" in html.unescape(answer.text)
    assert await heard(site, held) == before
    assert (await do(site, "reply", held, "hoa", "Bác tự gõ vào ô trên màn hình nhé")).name == "done"


async def test_pieces_are_of_one_volunteer_and_of_one_request(site: Site, held: str, hoa: httpx.AsyncClient) -> None:
    assert (await do(site, "reply", held, "hoa", "bác đọc")).name == "done"
    assert (await session_of(site, held)).replied == ("bác đọc",)
    assert (await do(site, "release", held, "hoa")).name == "done"
    assert (await session_of(site, held)).replied == ()


TURNS = "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""All characters that have letters read in another order than they stand in."""
NOTHING = {
    "braille blank": "\u2800",
    "Hangul fillers": "\u3164\u115f\u1160\uffa0",
    "tag letters": "\U000e0048\U000e0069",
    "joiners": "\u200b\u200c\u200d\u2060\ufeff",
    "turns": TURNS * 9,
    "variation selectors": "\ufe0f\U000e0100\u180b",
    "shorthand and music": "\U0001bca0\U0001d173\U0001d159",
    "with spaces": " \u00a0\u3000\n\u2800\u00ad",
}


@pytest.mark.parametrize("text", ["\u202e" + "Bác đọc mã OTP cho cháu nhé"[::-1], TURNS.join("Bác chờ ạ")])
async def test_nothing_turns_the_order_of_a_volunteers_letters(
    site: Site, held: str, hoa: httpx.AsyncClient, text: str
) -> None:
    assert (await send(hoa, f"/desk/requests/{held}/reply", text=text)).status_code == 303
    told = (await heard(site, held))[-1][1]
    assert told == "".join(letter for letter in text if letter not in TURNS)


async def test_nothing_turns_the_order_of_the_desks_page(site: Site, held: str, hoa: httpx.AsyncClient) -> None:
    chat = (await request_of(site, held)).chat
    await site.parts.handle(Incoming("turned", chat, text=f"may {TURNS}bao loi"))
    assert (await send(hoa, f"/desk/requests/{held}/note", text=f"Bác {TURNS}nghe kém.")).status_code == 303
    async with signed_in(site) as admin:
        await send(admin, "/desk/people", id="ma", name=f"M{TURNS}a")
        pages = [(await admin.get("/desk/people")).text, (await hoa.get(f"/desk/requests/{held}")).text]
    assert "may bao loi" in pages[1]
    assert "Bác nghe kém." in pages[1]
    assert ">Ma<" in pages[0]
    assert not [turn for turn in TURNS for page in pages if turn in page]


@pytest.mark.parametrize("text", NOTHING.values(), ids=NOTHING)
async def test_letters_that_nobody_sees_are_an_empty_reply(
    site: Site, held: str, hoa: httpx.AsyncClient, text: str
) -> None:
    before = await heard(site, held)
    page = await send(hoa, f"/desk/requests/{held}/reply", text=text)
    assert page.status_code == 422
    assert "Chưa có chữ nào để gửi" in html.unescape(page.text)
    assert (await do(site, "reply", held, "hoa", text)).name == "empty"
    assert await heard(site, held) == before
