"""What a worker is given of what waits: so much at once, of the channels that it has, and how often it was tried."""

import asyncio
from collections.abc import Sequence

from bot.model import Chat, Session, Timer, Turn
from bot.ports.store import Committed, Due, Store, Unsent, Waiting
from bot.store.keys import LEASE_MS, WAITING_LENGTH, partition_letter
from tests.contracts.stores import CHANNELS, LONG, NOW, Installation, at_ms, save
from tests.patience import PATIENCE, until

MANY = 3 * WAITING_LENGTH + 1


def numbered(first: int, last: int) -> tuple[bytes, ...]:
    return tuple(b"%d" % number for number in range(first, last + 1))


def chats(channel: str, count: int) -> Sequence[Chat]:
    return [Chat(channel, str(number), str(number)) for number in range(count)]


async def test_a_note_brings_no_more_than_the_next_few(workers: tuple[Store, Store]) -> None:
    one, two = workers
    await save(one, LONG, b"1")
    assert await save(two, LONG, *numbered(2, MANY)) == Committed(MANY, False)
    got = [1]
    while got[-1] < MANY:
        one.delivered(LONG, got[-1])
        waiting = await asyncio.wait_for(one.leftovers(), PATIENCE)
        assert waiting.first == got[-1] + 1
        assert len(waiting.parcels) == min(WAITING_LENGTH, MANY - got[-1])
        got += map(int, waiting.parcels)
    assert got == [*range(1, MANY + 1)]


async def test_who_takes_over_is_given_the_first_few(workers: tuple[Store, Store]) -> None:
    one, two = workers
    await save(one, LONG, *numbered(1, MANY))
    assert await at_ms(NOW + LEASE_MS, two).take_overdue(CHANNELS) == [Waiting(LONG, 1, numbered(1, WAITING_LENGTH))]
    two.delivered(LONG, WAITING_LENGTH)
    rest = await asyncio.wait_for(two.leftovers(), PATIENCE)
    assert rest == Waiting(LONG, WAITING_LENGTH + 1, numbered(WAITING_LENGTH + 1, 2 * WAITING_LENGTH))


async def test_how_often_the_first_was_tried_outlasts_the_worker(workers: tuple[Store, Store]) -> None:
    one, two = workers
    await save(one, LONG, b"a", b"b")
    await at_ms(NOW, one).postpone(LONG, 0, fails=3, doubts=1)
    assert await at_ms(NOW, two).take_overdue(CHANNELS) == [Waiting(LONG, 1, (b"a", b"b"), fails=3, doubts=1)]
    two.delivered(LONG, 1)
    await at_ms(NOW, two).postpone(LONG, 1)
    assert await at_ms(NOW + 1, one).take_overdue(CHANNELS) == [Waiting(LONG, 2, (b"b",))]


async def test_a_channel_that_is_off_holds_nobody_up(workers: tuple[Store, Store]) -> None:
    one, two = workers
    for number, chat in enumerate(chats("telegram", 30)):
        await save(one, chat, b"a", turn=Turn(Session(), timers=(Timer("hold", number + 1),)))
    on = Chat("zalo_bot", "1", "1")
    await save(one, on, b"b", turn=Turn(Session(), timers=(Timer("hold", 99),)), now_ms=NOW + 1)
    late = NOW + LEASE_MS + 1
    assert await at_ms(late, two).timers_due({"zalo_bot"}, limit=10) == [Due(on, "hold", 99)]
    assert await at_ms(late, two).take_overdue({"zalo_bot"}, limit=10) == [Waiting(on, 1, (b"b",))]
    assert (await at_ms(late, two).take_overdue(()), await at_ms(late, two).timers_due(())) == ([], [])
    assert len(await at_ms(late, two).take_overdue(CHANNELS)) == 30, "there they still are"
    assert len(await at_ms(late, two).timers_due(CHANNELS)) == 31


async def test_more_than_are_looked_at_once_may_stand_before_it(workers: tuple[Store, Store]) -> None:
    one, two = workers
    off = [Timer(f"t{number}", number) for number in range(1, 1203)]
    await save(one, LONG, turn=Turn(Session(), timers=tuple(off)))
    same_partition = next(
        chat for chat in chats("zalo_bot", 1000) if partition_letter(chat.key) == partition_letter(LONG.key)
    )
    await save(one, same_partition, turn=Turn(Session(), timers=(Timer("hold", 5000),)))
    assert await at_ms(NOW, two).timers_due({"zalo_bot"}) == [Due(same_partition, "hold", 5000)]


async def test_what_waits_is_counted_by_channel_and_how_long_it_does(workers: tuple[Store, Store]) -> None:
    one, two = workers
    assert await two.unsent() == []
    for number, chat in enumerate(chats("telegram", 20)):
        await save(one, chat, b"a", now_ms=NOW + number)
    await save(one, LONG, b"a", now_ms=NOW + 50)
    await save(one, Chat("zalo_bot", "1", "1"), b"a", now_ms=NOW + 7)
    await save(one, Chat("zalo_bot", "1", "1"), b"b", now_ms=NOW + 90)
    found = sorted(await two.unsent(), key=lambda each: each.channel)
    assert found == [Unsent("telegram", 21, NOW, 21), Unsent("zalo_bot", 1, NOW + 7, 2)]
    one.delivered(Chat("zalo_bot", "1", "1"), 2)

    async def noted() -> bool:
        return [each.channel for each in await two.unsent()] == ["telegram"]

    await until(noted)
    await save(one, Chat("zalo_bot", "1", "1"), b"c", now_ms=NOW + 99)
    assert Unsent("zalo_bot", 1, NOW + 99, 1) in await two.unsent()


async def test_what_the_dead_had_on_lease_is_free_at_once_and_nothing_else(installation: Installation) -> None:
    dead, living, other = (installation.worker(name) for name in ("host-1", "host-11", "host-2"))
    left, held, waits = (Chat("telegram", str(number), str(number)) for number in (1, 2, 3))
    await save(dead, left, b"a")
    await save(living, held, b"b")
    await save(dead, waits, b"c")
    await at_ms(NOW, dead).postpone(waits, 1_000)
    assert await other.free("host-1/") == 1
    assert await at_ms(NOW, other).take_overdue(CHANNELS) == [Waiting(left, 1, (b"a",))]
    assert await dead.free("") == 2, "what waits for its time goes on waiting"
    taken = await at_ms(NOW, dead).take_overdue(CHANNELS)
    assert sorted(each.chat.chat for each in taken) == ["1", "2"]
    await installation.close()


async def test_roles_of_the_dead_are_for_who_knows_that_they_are_dead(installation: Installation) -> None:
    dead, living, other, late = (installation.worker(name) for name in ("host-1", "host-11", "host-2", "host-3"))
    for holder, role in ((dead, "poll"), (dead, "sweep"), (living, "look")):
        assert await at_ms(NOW, holder).lead(role, 10_000)
    await late.free("host-9/")
    assert not await at_ms(NOW, late).lead("poll", 10_000)
    await other.free("host-1/")
    assert await at_ms(NOW, other).lead("poll", 10_000)
    assert not await at_ms(NOW, other).lead("look", 10_000)
    assert not await at_ms(NOW, late).lead("poll", 10_000)
    assert not await at_ms(NOW, late).lead("sweep", 10_000), "it was told of nobody's death"
    await late.free("")
    assert await at_ms(NOW, late).lead("look", 10_000)
    await installation.close()


async def test_only_those_are_taken_of_which_nothing_may_have_arrived(workers: tuple[Store, Store]) -> None:
    one, two = workers
    perhaps, surely = Chat("telegram", "1", "1"), Chat("telegram", "2", "2")
    await save(one, perhaps, b"a")
    await save(one, surely, b"b", now_ms=NOW + 1)
    await at_ms(NOW, one).postpone(perhaps, 0, doubts=1)
    late = NOW + LEASE_MS + 1
    assert await at_ms(late, two).take_overdue(CHANNELS, certain=True) == [Waiting(surely, 1, (b"b",))]
    assert await at_ms(late, two).take_overdue(CHANNELS, certain=True) == []
    assert await at_ms(late, two).take_overdue(CHANNELS) == [Waiting(perhaps, 1, (b"a",), doubts=1)]
