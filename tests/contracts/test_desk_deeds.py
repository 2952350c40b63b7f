"""What a volunteer does with a request from its page: one effect however often it is sent, and words when not."""

import html
import re
from secrets import token_hex

import httpx
import pytest

from bot.desk.phrases import TABLE, decode_suggestion
from bot.desk.request_summary import canned
from bot.model import Incoming, Place
from tests.contracts.desk_site import (
    GUIDE,
    OTHER_TEAM,
    do,
    request_of,
    send,
    session_of,
    signed_in,
)
from tests.contracts.picture_desk import proof
from tests.contracts.test_desk import words
from tests.contracts.test_desk_request import heard, read, thread
from tests.contracts.web_site import Site


async def test_a_whole_talk(site: Site, held: str, hoa: httpx.AsyncClient) -> None:
    chat = (await request_of(site, held)).chat
    path = f"/desk/requests/{held}"
    assert (await send(hoa, f"{path}/reply", text="Bác thấy nút nào?")).status_code == 303
    await site.parts.handle(Incoming("r1", chat, text="nut xanh"))
    assert (await send(hoa, f"{path}/step")).status_code == 303
    assert (await send(hoa, f"{path}/photo")).status_code == 303
    assert (await send(hoa, f"{path}/note", text="Bác nghe kém.")).status_code == 303
    entries = thread((await hoa.get(path)).text)
    assert [kind for kind, _ in entries] == ["bot", "volunteer", "resident", "bot", "bot", "note"]
    assert entries[1][1].startswith("Hoa (bạn) Bác thấy nút nào?")
    assert entries[2][1].startswith("Bác nut xanh")
    assert "chỉ tình nguyện viên đọc được Bác nghe kém." in entries[5][1]
    assert ("Hoa, tình nguyện viên của tổ", "Bác thấy nút nào?") in await heard(site, held)
    assert not any("nghe kém" in text for _, text in await heard(site, held))
    closed = await send(hoa, f"{path}/close")
    assert closed.headers["location"].startswith(path)
    assert (await request_of(site, held)).state == "closed"
    assert "Đã đóng" in await read(hoa, held)


async def test_done_can_lead_back_to_another_step(site: Site, held: str, hoa: httpx.AsyncClient) -> None:
    page = (await hoa.get(f"/desk/requests/{held}")).text
    steps = re.findall(r'<option value="(\w+)" lang="vi">', page)
    here = (await session_of(site, held)).run
    assert here
    assert here.step not in steps
    chat = (await request_of(site, held)).chat
    assert (await send(hoa, f"/desk/requests/{held}/close", to=steps[-1])).status_code == 303
    session = (await site.parts.store.load(chat)).session
    assert session
    assert session.run
    assert session.run.step == steps[-1]
    assert session.place == Place("talk", f"score/{held}")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("gửi mã OTP cho cháu nhé", "Bà con dễ nhầm với kẻ lừa đảo"),
        ("mã là 482913", "giống mã OTP"),
        ("4111 1111 1111 1111", "giống số thẻ"),
        ("001085012345", "giống số căn cước"),
        ("mật khẩu là Abc12345", "có mật khẩu"),
        ("mã là bốn tám hai chín một ba", "giống mã OTP"),
        ("stk 19034567890123", "giống số tài khoản"),
        ("a" * 1001, "Ô này có 1001 ký tự, nhiều nhất 1000"),
        ("  ", "Chưa có chữ nào để gửi"),
    ],
)
async def test_what_is_held_back_says_why_and_stays_in_the_box(
    site: Site, held: str, hoa: httpx.AsyncClient, text: str, says: str
) -> None:
    before = await heard(site, held)
    page = await send(hoa, f"/desk/requests/{held}/reply", text=text)
    assert page.status_code == 422
    assert says in words(page.text)
    assert f">{html.escape(text.strip())}</textarea>" in page.text
    assert await heard(site, held) == before


async def test_a_note_with_a_secret_is_kept_without_it_which_is_said(
    site: Site, held: str, hoa: httpx.AsyncClient
) -> None:
    path = f"/desk/requests/{held}"
    answer = await send(hoa, f"{path}/note", text="Bác ấy đọc mã ④⑧②⑨①③ cho tôi.")
    page = words((await hoa.get(answer.headers["location"])).text)
    assert "Chỗ giống mã bí mật, số điện thoại hay số giấy tờ đã được che" in page
    assert "Bác ấy đọc mã […] cho tôi." in page
    answer = await send(hoa, f"{path}/note", text="Bác ấy báo lỗi 1009.")
    assert "đã được che" not in words((await hoa.get(answer.headers["location"])).text)


async def test_every_ready_made_reply_can_be_sent(site: Site, held: str, hoa: httpx.AsyncClient) -> None:
    path, shows = f"/desk/requests/{held}/reply", await proof(hoa)
    for topic in [each.id for each in site.parts.content.topics]:
        for lang in site.parts.words.languages:
            for name, text in canned(topic, site.parts.words.voice(lang, "bac")):
                answer = await hoa.post(path, data={"proof": shows, "id": token_hex(8), "text": text})
                assert answer.status_code == 303, (lang, name)


async def test_sent_twice_has_one_effect(site: Site, held: str, hoa: httpx.AsyncClient) -> None:
    for _ in range(2):
        answer = await send(hoa, f"/desk/requests/{held}/reply", "00112233aabbccdd", text="Bác chờ cháu nhé.")
        assert answer.status_code == 303
    said = [text for who, text in await heard(site, held) if who.startswith("Hoa")]
    assert said == ["Bác chờ cháu nhé."]


async def test_other_words_on_a_page_gone_back_to_are_sent_too(site: Site, held: str, hoa: httpx.AsyncClient) -> None:
    for text in ("Bác chờ cháu nhé.", "Bác bấm nút xanh ạ."):
        await send(hoa, f"/desk/requests/{held}/reply", "00112233aabbccdd", text=text)
    said = [text for who, text in await heard(site, held) if who.startswith("Hoa")]
    assert said == ["Bác chờ cháu nhé.", "Bác bấm nút xanh ạ."]


async def test_the_loser_of_a_race_is_told_who_has_it(site: Site, held: str) -> None:
    async with signed_in(site, "lan") as lan:
        page = await send(lan, f"/desk/requests/{held}/take")
        assert page.status_code == 409
        assert f"Hoa đã nhận {held} rồi." in words(page.text)


async def test_what_is_not_theirs_any_more_sends_nothing(site: Site, held: str, hoa: httpx.AsyncClient) -> None:
    await do(site, "transfer", held, "minh", to="lan")
    before = await heard(site, held)
    page = await send(hoa, f"/desk/requests/{held}/reply", text="Bác ơi")
    assert (page.status_code, f"{held} không còn ở bạn, Lan đang giữ." in words(page.text)) == (409, True)
    assert await heard(site, held) == before
    await do(site, "close", held, "lan")
    async with signed_in(site, "lan") as lan:
        closed = await send(lan, f"/desk/requests/{held}/reply", text="Bác ơi")
        assert (closed.status_code, "Chưa gửi gì cả." in words(closed.text)) == (409, True)


async def test_it_goes_back_and_is_passed_on(site: Site, held: str, hoa: httpx.AsyncClient) -> None:
    opened = (await request_of(site, held)).opened_at
    released = await send(hoa, f"/desk/requests/{held}/release")
    assert released.headers["location"].startswith("/desk?")
    assert "Đã trả về chỗ cũ trong hàng." in (await hoa.get(released.headers["location"])).text
    back = await request_of(site, held)
    assert (back.state, back.holder, back.opened_at) == ("waiting", "", opened)
    await send(hoa, f"/desk/requests/{held}/take")
    await send(hoa, f"/desk/requests/{held}/transfer", to=f"team:{OTHER_TEAM}", text="Bác cần người nói to.")
    passed = await request_of(site, held)
    assert (passed.team, passed.opened_at) == (OTHER_TEAM, opened)
    async with signed_in(site, "tam") as tam:
        assert "Bác cần người nói to." in await read(tam, held)


async def test_a_lead_assigns_and_closes(site: Site, code: str) -> None:
    async with signed_in(site, "minh") as minh:
        assert '<option value="lan">Lan</option>' in (await minh.get(f"/desk/requests/{code}")).text
        assert (await send(minh, f"/desk/requests/{code}/assign", to="lan")).status_code == 303
        assert (await request_of(site, code)).holder == "lan"
        page = await minh.get("/desk")
        assert "Lan đang giúp." in words(page.text)
        assert (await send(minh, f"/desk/requests/{code}/close")).status_code == 303
    assert (await request_of(site, code)).state == "closed"


async def test_who_helped_in_vain_is_not_offered_it_and_cannot_take_it(
    site: Site, held: str, hoa: httpx.AsyncClient
) -> None:
    path, chat = f"/desk/requests/{held}", (await request_of(site, held)).chat
    await send(hoa, f"{path}/close")
    await site.parts.handle(Incoming("r1", chat, text="3"))
    assert (await request_of(site, held)).state == "waiting"
    for page in ("/desk", path):
        shown = (await hoa.get(page)).text
        assert "Hoa đã giúp mà chưa được, cần người khác." in words(shown)
        assert f"{path}/take" not in shown
    refused = await send(hoa, f"{path}/take")
    assert (refused.status_code, f"{held} cần người khác." in words(refused.text)) == (403, True)
    async with signed_in(site, "lan") as lan:
        assert f"{path}/take" in (await lan.get("/desk")).text
        assert (await send(lan, f"{path}/take")).status_code == 303
        assert '<option value="hoa">' not in (await lan.get(path)).text
        assert (await send(lan, f"{path}/transfer", to="hoa")).status_code == 422
    async with signed_in(site, "minh") as minh:
        assert '<option value="hoa">' in (await minh.get(path)).text
        assert (await send(minh, f"{path}/assign", to="hoa")).status_code == 303
    assert (await request_of(site, held)).holder == "hoa"


async def test_a_closed_request_feeds_the_guide(site: Site, held: str, hoa: httpx.AsyncClient) -> None:
    path = f"/desk/requests/{held}"
    assert (await send(hoa, f"{path}/suggest", text="Nên nói nút màu gì.")).status_code == 404  # still open
    await send(hoa, f"{path}/close")
    for _ in range(2):
        answer = await send(hoa, f"{path}/suggest", "0123456789abcdef", text="Nói nút màu gì. Mã 482913.")
        assert answer.status_code == 303
    assert (await send(hoa, f"{path}/suggest", text=" ")).status_code == 422
    _, rows = await site.parts.store.rows(TABLE)
    (kept,) = map(decode_suggestion, rows.values())
    assert (kept.guide, kept.code, kept.by) == (GUIDE, held, "hoa")
    assert kept.text == "Nói nút màu gì. Mã […]."
    acts = [record.act for _, record in await site.parts.store.records(9)]
    assert (acts.count("suggested"), acts[0]) == (1, "looked")  # what was empty came back with the page


@pytest.mark.parametrize("act", ["leave", "nhan", "../take", "TAKE"])
async def test_there_is_nothing_else_to_do(held: str, hoa: httpx.AsyncClient, act: str) -> None:
    assert (await send(hoa, f"/desk/requests/{held}/{act}")).status_code in (404, 405)


async def test_a_form_without_its_own_id_is_none_of_ours(site: Site, held: str, hoa: httpx.AsyncClient) -> None:
    before = await heard(site, held)
    for id_ in ("x", "g" * 16, "0" * 17):
        assert (await send(hoa, f"/desk/requests/{held}/reply", id_, text="Bác ơi")).status_code == 404
    assert await heard(site, held) == before
