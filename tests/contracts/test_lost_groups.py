"""A team whose group chat moves away, or throws the bot out, goes on hearing of requests."""

from collections.abc import AsyncIterator

import pytest

from bot.model import Chat
from tests.contracts.telegram_ward import Ward, read_in, ward_on_telegram
from tests.emulators.telegram_people import Group, Person
from tests.emulators.telegram_world import ApiError
from tests.patience import until

TEAM = "to-mau-b"


@pytest.fixture
async def ward() -> AsyncIterator[Ward]:
    async with ward_on_telegram() as running:
        yield running


async def linked(ward: Ward, by: Person, group: Group, topic: int = 0) -> None:
    """Make this group the team's own."""
    await by.says(f"/link {await ward.people.group_code(TEAM)}", chat=group, topic=topic)
    await read_in(group, "Từ giờ nhóm này nhận tin")


async def asked(ward: Ward) -> str:
    """Somebody asks for a person: the code."""
    resident = await ward.resident()
    before = {each.code for each in await ward.store.open_requests()}
    await resident.says("gặp người")
    return next(each.code for each in await ward.store.open_requests() if each.code not in before)


def offered(person: Person, code: str) -> bool:
    return any(seen.text.startswith(f"{code} · bác cần người giúp") for seen in person.sees)


def group_of(ward: Ward) -> Chat | None:
    return ward.people.roster.group_of(TEAM)


async def test_an_offer_in_flight_goes_to_where_the_group_is_now(ward: Ward) -> None:
    hoa, group = await ward.volunteer("Hoa"), ward.telegram.group(type="group")
    await linked(ward, hoa, group)
    after = group.upgraded()
    code = await asked(ward)
    await read_in(after, f"{code} · bác cần người giúp")
    await until(lambda: group_of(ward) == Chat("telegram", str(after.id), str(after.id)))
    second = await asked(ward)
    await read_in(after, f"{second} · bác cần người giúp")
    assert len(group.sees) == 1, "nothing but the linking was ever written to the old id"
    await hoa.presses("Nhận", chat=after)
    await read_in(after, f"{second}: Hoa đã nhận.")


@pytest.mark.parametrize("new_first", [False, True], ids=["old-first", "new-first"])
async def test_both_groups_say_that_it_moved_in_any_order(ward: Ward, new_first: bool) -> None:
    hoa, group = await ward.volunteer("Hoa"), ward.telegram.group(type="group")
    await linked(ward, hoa, group)
    after = group.upgraded()
    await group.says_it_moved(after, hoa, new_first=new_first)
    assert group_of(ward) == Chat("telegram", str(after.id), str(after.id))
    code = await asked(ward)
    await read_in(after, f"{code} · bác cần người giúp")
    acts = [record.act for _, record in await ward.store.records(20)]
    assert acts.count("group_moved") == 1


async def test_a_group_that_was_left_before_it_moved_is_found_again(ward: Ward) -> None:
    hoa, group = await ward.volunteer("Hoa"), ward.telegram.group(type="group")
    await linked(ward, hoa, group)
    await group.removes_bot(tells=True, left=True)
    assert group_of(ward) is None
    after = group.upgraded()
    await group.says_it_moved(after, hoa)
    assert group_of(ward) == Chat("telegram", str(after.id), str(after.id))


@pytest.mark.parametrize("tells", [False, True], ids=["found-out", "told"])
async def test_who_waits_is_offered_to_each_alone_once_the_group_is_lost(ward: Ward, tells: bool) -> None:
    hoa, minh = await ward.volunteer("Hoa"), await ward.volunteer("Minh")
    group = ward.telegram.group()
    await linked(ward, hoa, group)
    before = await asked(ward)
    await read_in(group, f"{before} · bác cần người giúp")
    await group.removes_bot(tells=tells)
    code = await asked(ward)
    await until(lambda: offered(hoa, code) and offered(minh, code), lambda: f"{hoa.sees}\n{minh.sees}")
    assert offered(hoa, before)
    assert offered(minh, before)
    team = ward.people.roster.team(TEAM)
    assert (team.lost, group_of(ward)) == (True, None)
    acts = [record.act for _, record in await ward.store.records(20)]
    assert acts.count("group_lost") == 1
    await minh.says(f"nhận {code}")
    (taken,) = [each for each in await ward.store.open_requests() if each.code == code]
    assert taken.holder == "minh"


async def test_a_group_that_does_not_let_the_bot_write_is_lost_too(ward: Ward) -> None:
    hoa, group = await ward.volunteer("Hoa"), ward.telegram.group()
    await linked(ward, hoa, group)
    words = "Bad Request: not enough rights to send text messages to the chat"
    group.record.refusal = ApiError(400, words)
    code = await asked(ward)
    await until(lambda: offered(hoa, code))
    assert group_of(ward) is None


async def test_a_group_that_takes_the_bot_back_is_the_teams_again(ward: Ward) -> None:
    hoa, group = await ward.volunteer("Hoa"), ward.telegram.group()
    await linked(ward, hoa, group)
    await group.removes_bot(tells=True)
    assert group_of(ward) is None
    await group.lets_bot_in()
    assert group_of(ward) == Chat("telegram", str(group.id), str(group.id))
    code = await asked(ward)
    await read_in(group, f"{code} · bác cần người giúp")


async def test_whoever_speaks_to_us_in_a_lost_group_brings_it_back(ward: Ward) -> None:
    hoa, group = await ward.volunteer("Hoa"), ward.telegram.group()
    await linked(ward, hoa, group)
    await group.removes_bot(tells=True)
    group.record.refusal = None
    await hoa.says("/help", chat=group)
    assert group_of(ward) == Chat("telegram", str(group.id), str(group.id))


async def test_what_happens_in_other_groups_concerns_no_team(ward: Ward) -> None:
    hoa, group, other = await ward.volunteer("Hoa"), ward.telegram.group(), ward.telegram.group()
    await linked(ward, hoa, group)
    await other.removes_bot(tells=True)
    other.record.refusal = None
    await other.lets_bot_in()
    await other.says_it_moved(other.upgraded(), hoa)
    assert group_of(ward) == Chat("telegram", str(group.id), str(group.id))
