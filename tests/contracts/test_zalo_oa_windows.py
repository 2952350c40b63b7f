"""What is free, what would cost something, and what a human's own words do to the bot."""

from collections.abc import AsyncIterator

import pytest

from bot.channels.zalo_oa.channel import Quiet
from bot.channels.zalo_oa.quota import FREE, OPEN_MS
from bot.model import Chat, Reply, Session, Turn
from bot.ports.store import Later, Refused, Sent
from bot.store.memory import MemoryStore
from bot.store.memory_data import Shared
from tests.contracts.zalo_oa_rig import CHOICES, MovedClock, Rig, channel_to, in_group, private, zalo_rig
from tests.emulators.faults import Fault
from tests.emulators.zalo_oa_people import Person

CLOSING = Sent(closing=True)
HELD_BACK = Refused("it would cost something, and ZALO_OA_MAY_COST does not allow it", closed=True)


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    async with zalo_rig() as made:
        yield made


async def spoke(rig: Rig, person: Person) -> Chat:
    """The person says something, and their conversation is saved as the app would."""
    await person.says("chào")
    chat = private(person.id)
    before = await rig.store.load(chat)
    turn = Turn(Session(heard_at=rig.clock.ms // 1000))
    await rig.store.commit(chat, before, turn, (), pulled=False)
    return chat


def cost(rig: Rig) -> int:
    """How many messages were not free."""
    return sum(count for kind, count in rig.zalo.world.spent.items() if kind != "reply")


def asked(rig: Rig) -> int:
    """How often Zalo was asked about quotas."""
    return sum(call.method.endswith("quota/message") for call in rig.zalo.calls)


async def test_eight_messages_are_free_and_the_ninth_is_held_back(rig: Rig) -> None:
    person = rig.zalo.person()
    chat = await spoke(rig, person)
    answering = rig.heard[-1].id
    results = [await rig.send(chat, "một", answering)] + [await rig.send(chat, "nữa") for _ in range(FREE)]
    assert results == [Sent()] * 5 + [CLOSING, Sent(), Sent(), HELD_BACK]
    assert len(person.sees) == FREE
    assert cost(rig) == 0
    assert rig.spent == {"reply": FREE, "held_back": 1}
    assert asked(rig) == 1
    await spoke(rig, person)
    assert await rig.send(chat, "lại được") == Sent()


async def test_a_step_a_message_needs_no_counting(rig: Rig) -> None:
    person = rig.zalo.person()
    for _ in range(30):
        await person.says("1")
        assert await rig.send(private(person.id), Reply("Bước", CHOICES, "m"), rig.heard[-1].id) == Sent()
        rig.clock.passes(seconds=20)
    assert rig.spent == {"reply": 30}
    assert asked(rig) == 0


async def test_two_workers_count_together(rig: Rig) -> None:
    shared = Shared()
    one, two = (channel_to(rig.zalo, MemoryStore(name, shared), rig.clock) for name in ("one", "two"))
    person = rig.zalo.person()
    await person.says("chào")
    chat = private(person.id)
    results = [await one.send(chat, one.render(chat, Reply("một"), rig.heard[-1].id))]
    results += [await each.send(chat, each.render(chat, Reply("nữa"), "")) for each in (two, one) * 4]
    assert results == [Sent()] * 5 + [CLOSING, Sent(), Sent(), HELD_BACK]
    assert asked(rig) == 2
    await one.close()
    await two.close()


@pytest.mark.parametrize(
    ("hours", "result"), [(43.9, Sent()), (44.1, CLOSING), (47.9, CLOSING), (48.1, HELD_BACK), (24 * 8, HELD_BACK)]
)
async def test_nothing_is_free_after_48_hours(rig: Rig, hours: float, result: object) -> None:
    person = rig.zalo.person()
    chat = await spoke(rig, person)
    rig.clock.passes(hours=hours)
    assert await rig.send(chat) == result
    assert cost(rig) == 0


async def test_what_only_zalo_knows_opens_the_window_again(rig: Rig) -> None:
    person = rig.zalo.person()
    chat = await spoke(rig, person)
    rig.clock.passes(hours=50)
    rig.zalo.world.interacts(person.record)  # they called, or tapped a menu
    assert await rig.send(chat) == Sent()
    assert cost(rig) == 0


async def test_where_zalo_does_not_say_what_is_left_a_message_waits(rig: Rig) -> None:
    chat = await spoke(rig, rig.zalo.person())
    rig.clock.passes(hours=50)
    faults: dict[Fault, str] = {-32: "-32", -212: "toso zalo consent", "html": "HTTP 502"}
    for fault, why in faults.items():
        rig.zalo.fail_next(fault, method="quota/message")
        result = await rig.send(chat)
        assert isinstance(result, Later)
        assert why in result.why
    assert await rig.send(chat) == HELD_BACK


async def test_with_leave_messages_use_the_allowance_and_then_cost_money() -> None:
    async with zalo_rig(may_cost=True) as rig:
        rig.zalo.world.sub_quota, rig.zalo.world.zalo_cloud = 1, "pays"
        person = rig.zalo.person()
        chat = await spoke(rig, person)
        rig.clock.passes(hours=49)
        assert [await rig.send(chat) for _ in range(3)] == [Sent()] * 3
        assert rig.spent == {"sub_quota": 1, "paid": 2}
        rig.zalo.world.zalo_cloud = "empty"
        result = await rig.send(chat)
        assert isinstance(result, Refused)
        assert result.why.startswith("-321")


async def test_after_a_week_only_the_person_can_write_also_with_leave() -> None:
    async with zalo_rig(may_cost=True) as rig:
        chat = await spoke(rig, rig.zalo.person())
        rig.clock.passes(hours=24 * 7 + 1)
        result = await rig.send(chat)
        assert isinstance(result, Refused)
        assert "has not written for 7 days" in result.why


async def test_groups_have_no_window(rig: Rig) -> None:
    group = rig.zalo.group()
    rig.clock.passes(hours=24 * 30)
    assert [await rig.send(in_group(group.id)) for _ in range(12)] == [Sent()] * 12
    assert rig.spent == {}


async def test_old_windows_are_cleared_away_and_a_person_is_forgotten(rig: Rig) -> None:
    store, windows = rig.store, rig.channel.windows

    async def kept() -> int:
        return sum([len((await store.rows(f"zalo-oa-window-{n:02x}"))[1]) for n in range(256)])

    people = [rig.zalo.person() for _ in range(20)]
    for person in people:
        chat = await spoke(rig, person)
        await rig.send(chat, "một", rig.heard[-1].id)
        assert await rig.send(chat, "hai") == Sent()
    assert await kept() == 20
    await windows.forget(people[0].id)
    assert await kept() == 19
    await people[1].withdraws()
    await rig.channel.settle()
    assert await kept() == 18
    rig.clock.ms += OPEN_MS + 1
    await spoke(rig, people[2])
    await rig.send(private(people[2].id), "một", rig.heard[-1].id)
    await rig.send(private(people[2].id), "hai")
    await windows.clear()
    assert await kept() == 1


# A human took over


async def test_where_a_human_answers_the_bot_is_silent_for_a_while() -> None:
    async with zalo_rig(quiet_ms=1_800_000) as rig:
        person, other = rig.zalo.person(), rig.zalo.person()
        await person.says("chào")
        await rig.send(private(person.id), Reply("Chọn", CHOICES, "m"), rig.heard[-1].id)
        await rig.zalo.admin_writes(person, "Bác chờ cháu nhé")
        await person.says("vâng")
        await other.says("chào")
        assert [one.text for one in rig.heard] == ["chào", "chào"]
        await person.sends_photo()
        # Whoever presses one of our buttons wants the bot.
        with_buttons = person.record.messages
        with_buttons.append(with_buttons.pop(next(i for i, m in enumerate(with_buttons) if m.get("buttons"))))
        await person.presses("Còn mở được")
        assert [one.choice for one in rig.heard[2:]] == ["m:yes"]
        rig.clock.passes(hours=0.5, seconds=1)
        await person.says("còn đó không")
        assert rig.heard[-1].text == "còn đó không"


async def test_our_own_echo_is_no_human(rig: Rig) -> None:
    person = rig.zalo.person()
    chat = await spoke(rig, person)
    await rig.send(chat)
    await rig.zalo.delivery.settled()
    await person.says("cảm ơn")
    assert rig.heard[-1].text == "cảm ơn"


async def test_the_other_workers_hear_of_it() -> None:
    shared, clock = Shared(), MovedClock()
    one, two = (Quiet(MemoryStore(name, shared), clock, 60_000) for name in ("one", "two"))
    one.begin("7")
    assert one.holds("7")
    assert not two.holds("7")
    await one.sync()
    await two.sync()
    assert two.holds("7")
    clock.ms += 30_000
    two.begin("7")
    await two.sync()
    await one.sync()
    clock.ms += 59_000
    assert one.holds("7")
    assert two.holds("7")
    clock.ms += 2_000
    assert not one.holds("7")
    two.begin("8")
    await two.sync()
    await one.sync()
    assert set((await MemoryStore("three", shared).rows("zalo-oa-human"))[1]) == {"8"}


async def test_it_can_be_switched_off() -> None:
    quiet = Quiet(MemoryStore("one"), MovedClock(), 0)
    quiet.begin("7")
    assert not quiet.holds("7")
