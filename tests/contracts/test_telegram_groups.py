"""In a Telegram group: topics keep their thread, who speaks as a chat is answered, and no kind meets with silence."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.model import Chat
from tests.contracts.telegram_ward import Ward, read_in, ward_on_telegram
from tests.contracts.test_lost_groups import TEAM, asked, linked
from tests.emulators.telegram_people import Group
from tests.patience import until

TOPIC = 45
POINTER = "Ở đây đông người"


@pytest.fixture
async def ward() -> AsyncIterator[Ward]:
    async with ward_on_telegram() as running:
        yield running


@pytest.fixture
def forum(ward: Ward) -> Group:
    group = ward.telegram.group()
    group.record.topics.add(TOPIC)
    return group


async def test_an_answer_stays_in_the_topic_it_was_asked_in(ward: Ward, forum: Group) -> None:
    person = ward.telegram.person()
    await person.says("/help", chat=forum, topic=TOPIC)
    await until(lambda: [seen.topic for seen in forum.sees] == [TOPIC])
    await person.says("/help", chat=forum)
    await until(lambda: [seen.topic for seen in forum.sees] == [TOPIC, 0], lambda: str(forum.sees))


async def test_offers_come_to_the_topic_that_was_linked_and_are_taken_there(ward: Ward, forum: Group) -> None:
    hoa = await ward.volunteer("Hoa")
    await linked(ward, hoa, forum, TOPIC)
    code = await asked(ward)
    offer = await read_in(forum, f"{code} · bác cần người giúp")
    assert offer.topic == TOPIC
    await hoa.presses("Nhận", chat=forum)
    assert (await read_in(forum, f"{code}: Hoa đã nhận.")).topic == TOPIC


async def test_where_a_topic_was_deleted_its_group_gets_what_was_meant_for_it(ward: Ward, forum: Group) -> None:
    hoa = await ward.volunteer("Hoa")
    await linked(ward, hoa, forum, TOPIC)
    forum.record.topics.clear()
    code = await asked(ward)
    assert (await read_in(forum, f"{code} · bác cần người giúp")).topic == 0


async def test_a_team_that_listens_in_a_topic_loses_it_with_the_group(ward: Ward, forum: Group) -> None:
    hoa = await ward.volunteer("Hoa")
    await linked(ward, hoa, forum, TOPIC)
    await forum.removes_bot(tells=True)
    assert ward.people.roster.team(TEAM).lost
    await forum.lets_bot_in()
    assert ward.people.roster.group_of(TEAM) == Chat("telegram", f"{forum.id}/{TOPIC}", f"{forum.id}/{TOPIC}")


async def test_an_anonymous_admin_is_answered_in_the_group_alone(ward: Ward) -> None:
    group = ward.telegram.group()
    await group.admin_says("nhờ @to_so_bot chỉ cách cài VNeID")
    await until(lambda: len(group.sees) == 1)
    kept = await ward.store.load(Chat("telegram", str(group.id), str(group.id)))
    assert kept.session is not None
    assert kept.session.place is not None
    assert (kept.session.place.flow, kept.session.lines, kept.session.run) == ("group", (), None)
    assert kept.session.consent == ""
    await group.admin_says("@to_so_bot gặp người")
    await group.admin_says("@to_so_bot xóa")
    assert not await ward.store.open_requests()
    assert len(group.sees) == 1, "whoever of them speaks: the pointer comes once an hour"


async def test_an_anonymous_admin_links_the_group(ward: Ward) -> None:
    group = ward.telegram.group()
    await group.admin_says(f"/link {await ward.people.group_code(TEAM)}")
    await read_in(group, "Từ giờ nhóm này nhận tin")
    assert ward.people.roster.group_of(TEAM) == Chat("telegram", str(group.id), str(group.id))


KINDS: dict[str, dict[str, Any]] = {
    "dice": {"dice": {"emoji": "🎲", "value": 4}},
    "poll": {"poll": {"id": "1", "question": "Họp khi nào?", "options": []}},
    "story": {"story": {"chat": {"id": -100, "type": "channel"}, "id": 7}},
    "game": {"game": {"title": "Cờ", "description": "Cờ", "photo": []}},
    "contact": {"contact": {"phone_number": "0900000000", "first_name": "Tư"}},
    "location": {"location": {"latitude": 21.05, "longitude": 105.9}},
    "venue": {"venue": {"title": "Phường", "address": "Số 1", "location": {"latitude": 21.0, "longitude": 105.9}}},
    "video_note": {"video_note": {"file_id": "x", "length": 1, "duration": 1}},
    "document": {"document": {"file_id": "x"}},
    "invoice": {"invoice": {"title": "Phí", "currency": "VND", "total_amount": 1}},
    "giveaway": {"giveaway": {"chats": [], "winner_count": 1}},
    "sticker": {"sticker": {"file_id": "x"}},
    "hologram": {"hologram": {"depth": 3}},
}


@pytest.mark.parametrize("name", KINDS)
async def test_no_kind_of_message_meets_with_silence(ward: Ward, name: str) -> None:
    resident, group = await ward.resident(), ward.telegram.group()
    await resident.sends(KINDS[name])
    answer = await resident.next_message()
    assert "\n" in answer.text, "a kind sentence, and what was asked before"
    await resident.says("/help", chat=group)
    await until(lambda: len(group.sees) == 1)
    other = ward.telegram.person()
    await other.sends(KINDS[name], chat=group, reply_to=group.sees[0])
    await until(lambda: len(group.sees) == 2)


async def test_a_place_that_moves_is_answered_once(ward: Ward) -> None:
    resident = await ward.resident()
    await resident.sends(KINDS["location"])
    await resident.next_message()
    await resident.edits_into({"location": {"latitude": 21.1, "longitude": 105.9}})
    await resident.says("chào")
    assert len(await resident.has(2)) == 2


async def test_new_words_for_old_ones_are_asked_for_anew(ward: Ward) -> None:
    resident = await ward.resident()
    await resident.says("xin giay")
    await resident.next_message()
    await resident.edits("xin giấy khai sinh")
    assert "vừa sửa một tin nhắn cũ" in (await resident.next_message()).text
