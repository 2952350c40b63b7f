"""What a scammer would write: nobody gets it, the volunteer is told why, whoever leads the team that it was so."""

import html

import httpx
import pytest

from tests.contracts.desk_site import do, send, session_of, signed_in
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
