"""Residents and volunteers on Telegram, over the real handler: link, take, answer by quoting, send pictures, block."""

from collections.abc import AsyncIterator

import pytest

from bot.model import Chat, replace
from tests.contracts.telegram_ward import Ward, read_in, ward_on_telegram


@pytest.fixture
async def ward() -> AsyncIterator[Ward]:
    async with ward_on_telegram() as running:
        yield running


async def test_a_volunteer_takes_and_answers_from_their_own_chat(ward: Ward) -> None:
    resident, hoa = await ward.resident(), await ward.volunteer("Hoa")
    await resident.says("gặp người")
    code = (await ward.request()).code
    assert (await resident.next_message()).text.count(code) == 1
    assert (await hoa.next_message()).text.startswith(f"{code} · bác cần người giúp")
    await hoa.presses("Nhận")
    assert (await resident.next_message()).text.startswith("Hoa, tình nguyện viên của tổ, đã nhận giúp bác.")
    brief = await hoa.next_message()
    assert brief.text.startswith(f"{code} · bác\n")
    assert "5. Chuyển cho người khác" in brief.labels

    await resident.says("máy bác quay vòng vòng")
    line = await hoa.next_message()
    assert line.text == f"{code} · bác: máy bác quay vòng vòng"
    await hoa.says("0")
    await hoa.next_message()
    await hoa.says("Bác tắt đi mở lại nhé", reply_to=line)
    assert (await resident.next_message()).text == "Hoa, tình nguyện viên của tổ: Bác tắt đi mở lại nhé"
    assert (await hoa.next_message()).text == f"{code} · bác: đã gửi câu vừa rồi."

    await hoa.says("mật khẩu của bác là gì")
    assert "chưa gửi" in (await hoa.next_message()).text
    await resident.says("được rồi cháu")
    assert (await hoa.next_message()).text == f"{code} · bác: được rồi cháu"
    assert len(resident.sees) == 3, "what was held back reached nobody"
    assert str(resident.id) not in "".join(seen.text for seen in hoa.sees)
    assert str(hoa.id) not in "".join(seen.text for seen in resident.sees)


async def test_pictures_and_voices_go_both_ways(ward: Ward) -> None:
    resident, hoa = await ward.resident(), await ward.volunteer("Hoa")
    await resident.says("gặp người")
    code = (await ward.request()).code
    await resident.next_message()
    await hoa.next_message()
    await hoa.presses("Nhận")
    await resident.next_message()
    await hoa.next_message()
    await hoa.says("3")
    assert "chụp màn hình" in (await resident.next_message()).text
    await hoa.next_message()

    await resident.sends_photo("đây cháu")
    shown = await hoa.next_message()
    assert (shown.photo, shown.text) == (True, f"{code} · bác: đây cháu")
    await resident.next_message()
    await resident.sends_voice()
    spoken = await hoa.next_message()
    assert spoken.text == f"{code} · bác: (tin thoại)"
    assert ward.telegram.world.files[spoken.file] == b"voice"

    await hoa.sends_photo("Bác bấm nút này", reply_to=shown)
    answer = await resident.next_message()
    assert (answer.photo, answer.text) == (True, "Hoa, tình nguyện viên của tổ: Bác bấm nút này")
    await hoa.sends_voice()
    assert (await hoa.next_message()).text.startswith("Em chỉ chuyển được chữ và ảnh.")


async def test_who_blocks_the_bot_holds_nothing_any_more(ward: Ward) -> None:
    resident, hoa = await ward.resident(), await ward.volunteer("Hoa")
    await resident.says("gặp người")
    before = await ward.request()
    await hoa.next_message()
    await hoa.presses("Nhận")
    await resident.next_message()
    await resident.next_message()
    await hoa.blocks()
    assert "người đang giúp phải dừng" in (await resident.next_message()).text
    after = await ward.request()
    assert (after.state, after.holder, after.opened_at) == ("waiting", "", before.opened_at)
    left = ward.people.roster.person("hoa")
    assert left is not None
    assert left.chats == ()


async def test_a_blocked_bot_is_also_found_out_when_it_writes(ward: Ward) -> None:
    resident, hoa = await ward.resident(), await ward.volunteer("Hoa")
    await resident.says("gặp người")
    await hoa.next_message()
    await hoa.presses("Nhận")
    await resident.next_message()
    await resident.next_message()
    hoa.deletes_account()
    await resident.says("cháu ơi")
    assert "người đang giúp phải dừng" in (await resident.next_message()).text
    assert (await ward.request()).state == "waiting"


async def test_a_group_hears_of_a_request_and_its_members_take_it(ward: Ward) -> None:
    resident, hoa, minh = await ward.resident(), await ward.volunteer("Hoa"), await ward.volunteer("Minh")
    group, outsider = ward.telegram.group(), ward.telegram.person(name="Khách")
    await hoa.says(f"/link {await ward.people.group_code('to-mau-b')}", chat=group)
    await read_in(group, "Từ giờ nhóm này nhận tin")

    await resident.says("máy bác bị hỏng")
    await resident.says("gặp người")
    code = (await ward.request()).code
    assert (await read_in(group, f"{code} · bác cần người giúp")).labels == ("Nhận",)
    await outsider.presses("Nhận", chat=group)
    await read_in(group, "Nhận giúp là việc của tình nguyện viên")
    await hoa.presses("Nhận", chat=group)
    await minh.presses("Nhận", chat=group)
    assert (await hoa.next_message()).text.startswith(f"{code} · bác: việc này giờ do chị giúp.")
    assert (await minh.next_message()).text == f"{code} · bác: Hoa đã nhận rồi."
    assert (await ward.request()).holder == "hoa"
    await read_in(group, f"{code}: Hoa đã nhận.")
    assert len(group.sees) == 4
    assert not any("máy bác bị hỏng" in seen.text for seen in group.sees)


async def test_a_chat_that_the_desk_unlinked_is_a_residents_again(ward: Ward) -> None:
    resident, hoa = await ward.resident(), await ward.volunteer("Hoa")
    await resident.says("gặp người")
    await hoa.next_message()
    await hoa.presses("Nhận")
    await hoa.next_message()
    await ward.people.unlink("hoa", Chat("telegram", str(hoa.id), str(hoa.id)), "admin")
    await hoa.says("bác ơi")
    assert (await hoa.next_message()).text.startswith("Cuộc trò chuyện này không còn nối với bàn trực.")
    assert not any("bác ơi" in seen.text for seen in resident.sees)


async def test_a_volunteer_whose_session_is_over_is_still_called_and_comes_back(ward: Ward) -> None:
    resident, hoa = await ward.resident(), await ward.volunteer("Hoa", linked=False)
    chat = Chat("telegram", str(hoa.id), str(hoa.id))
    await ward.people.change("hoa", "admin", lambda who: replace(who, chats=(chat,)))
    await hoa.says("trực")
    assert (await hoa.next_message()).text.startswith("Chào chị Hoa!")
    minh = await ward.volunteer("Minh", linked=False)
    chat = Chat("telegram", str(minh.id), str(minh.id))
    await ward.people.change("minh", "admin", lambda who: replace(who, chats=(chat,)))
    await resident.says("gặp người")
    assert "cần người giúp" in (await minh.next_message()).text
    await minh.says("1")
    assert (await ward.request()).holder == "minh"


async def test_nobody_takes_their_own_request(ward: Ward) -> None:
    hoa = await ward.volunteer("Hoa")
    await hoa.says("gặp người")
    assert "Đồng ý" in str((await hoa.next_message()).labels)
    await hoa.says("1")
    await hoa.next_message()
    await hoa.says("5")
    code = (await ward.request()).code
    assert (await hoa.next_message()).text.count(code) == 1
    await hoa.says(f"nhận {code}")
    assert (await hoa.next_message()).text == f"{code} là yêu cầu của chính chị, để người khác giúp nhé."
    assert (await ward.request()).state == "waiting"


async def test_what_a_volunteer_writes_is_kept_in_the_request_alone(ward: Ward) -> None:
    resident, hoa = await ward.resident(), await ward.volunteer("Hoa")
    await resident.says("gặp người")
    code = (await ward.request()).code
    await hoa.next_message()
    await hoa.presses("Nhận")
    await hoa.next_message()
    await hoa.says("Bác đọc mã OTP cho cháu")
    await hoa.says("Bác bấm nút xanh nhé")
    kept = (await ward.store.load(Chat("telegram", str(hoa.id), str(hoa.id)))).session
    assert kept is not None
    assert kept.lines == ()
    assert [said.text for _, said in await ward.store.thread(code)] == ["taken", "Bác bấm nút xanh nhé"]
