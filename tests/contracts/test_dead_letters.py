"""What was given up is kept for two days: why, and the parcel itself, to be sent again."""

import pytest
from msgspec.structs import replace

from bot.model import Session, Turn
from bot.ports.store import DeadLetter, Store, Waiting
from bot.store.keys import LEASE_MS, LETTER_MS, LETTERS_KEPT
from tests.contracts.stores import AN, CHANNELS, LONG, NOW, at_ms, save

Workers = tuple[Store, Store]
LETTER = DeadLetter(LONG, 1, "refused", "BUTTON_DATA_INVALID", b'sendMessage\n{"text": "hai\\nba"}\n\x00\xff')


async def buried(store: Store, letter: DeadLetter, ms: int = NOW) -> DeadLetter:
    await at_ms(ms, store).bury(letter)
    return replace(letter, at_ms=ms)


async def test_the_newest_come_first_of_all_or_of_one_conversation(workers: Workers) -> None:
    one, two = workers
    assert await two.dead_letters() == []
    first = await buried(one, LETTER)
    second = await buried(one, DeadLetter(AN, 7, "unconfirmed", "TimeoutError", b"x", call=True), NOW + 1)
    third = await buried(two, DeadLetter(LONG, 2, "gone", "blocked", b""), NOW + 2)
    assert await two.dead_letters() == [third, second, first]
    assert await one.dead_letters(LONG) == [third, first]
    assert await one.dead_letters(AN) == [second]


async def test_they_are_kept_for_two_days_and_not_without_end(workers: Workers) -> None:
    one, two = workers
    for number in range(LETTERS_KEPT + 5):
        await buried(one, replace(LETTER, number=number + 1), NOW + number)
    letters = await two.dead_letters()
    assert [each.number for each in letters] == [*range(LETTERS_KEPT + 5, 5, -1)]
    late = await at_ms(NOW + LETTER_MS + 100, two).dead_letters()
    assert min(each.at_ms for each in late) == NOW + 101
    assert await at_ms(NOW + 2 * LETTER_MS, two).dead_letters() == []


@pytest.mark.parametrize("waits", [False, True])
async def test_one_is_sent_again_behind_what_waits(workers: Workers, waits: bool) -> None:
    one, two = workers
    await save(at_ms(NOW, one), LONG, b"first")
    if not waits:
        one.delivered(LONG, 1)
        await one.load(LONG)
    await buried(one, LETTER)
    assert await at_ms(NOW + LEASE_MS, two).revive(LONG, 1)
    assert await two.dead_letters() == []
    (waiting,) = await two.take_overdue(CHANNELS)
    parcels = (b"first", LETTER.parcel) if waits else (LETTER.parcel,)
    assert waiting == Waiting(LONG, 1 if waits else 2, parcels)
    assert not await two.revive(LONG, 1), "once"
    two.delivered(LONG, 2)
    await two.load(LONG)
    assert await two.backlog() == 0


async def test_what_is_of_nobody_or_holds_nothing_is_not_sent(workers: Workers) -> None:
    one, two = workers
    assert not await two.revive(LONG, 1)
    await buried(one, LETTER)
    assert not await two.revive(LONG, 1), "there is no such conversation any more"
    await save(one, AN)
    await buried(one, DeadLetter(AN, 3, "gone", "blocked", b""))
    assert not await two.revive(AN, 3)
    assert await two.backlog() == 0


async def test_they_go_with_whoever_is_forgotten(workers: Workers) -> None:
    one, two = workers
    await save(one, LONG)
    await save(one, AN)
    await buried(one, LETTER)
    kept = await buried(one, DeadLetter(AN, 7, "unconfirmed", "TimeoutError", b"x"))
    await save(two, LONG, turn=Turn(Session(), forget=True))
    assert await two.dead_letters() == [kept]


@pytest.mark.parametrize("waits", [False, True])
async def test_one_goes_back_to_where_it_was(workers: Workers, waits: bool) -> None:
    one, two = workers
    await save(at_ms(NOW, one), LONG, b"first", LETTER.parcel, *([b"last"] if waits else []))
    await buried(one, replace(LETTER, number=1, parcel=b"first"))
    await buried(one, replace(LETTER, number=2))
    one.delivered(LONG, 2)
    await one.load(LONG)
    assert not (waits and await two.restore(LONG, 2)), "it is being sent there"
    await at_ms(NOW, one).postpone(LONG, 0)
    assert await two.restore(LONG, 2)
    assert await two.restore(LONG, 1)
    assert await two.dead_letters() == []
    parcels = (b"first", LETTER.parcel, *([b"last"] if waits else []))
    assert await at_ms(NOW, two).take_overdue(CHANNELS) == [Waiting(LONG, 1, parcels, fails=1)]
    two.delivered(LONG, len(parcels))
    await two.load(LONG)
    assert await two.backlog() == 0


async def test_none_goes_back_behind_what_left_after_it(workers: Workers) -> None:
    one, two = workers
    await save(at_ms(NOW, one), LONG, b"first", b"second", b"third")
    kept = await buried(one, replace(LETTER, number=1))
    one.delivered(LONG, 2)
    await one.load(LONG)
    await at_ms(NOW, one).postpone(LONG, 0)
    assert await two.restore(LONG, 1)
    assert await two.restore(LONG, 7), "there is no such letter"
    assert await two.dead_letters() == [kept]
    assert await at_ms(NOW, two).take_overdue(CHANNELS) == [Waiting(LONG, 3, (b"third",))]


async def test_none_goes_back_before_its_loss_is_known_or_before_what_may_have_arrived(workers: Workers) -> None:
    one, two = workers
    await save(at_ms(NOW, one), LONG, b"first", b"second")
    await buried(one, LETTER)
    assert not await two.restore(LONG, 1), "it is still in the outbox"
    one.delivered(LONG, 1)
    await one.load(LONG)
    await at_ms(NOW, one).postpone(LONG, 0, doubts=1)
    assert await two.restore(LONG, 1)
    assert len(await two.dead_letters()) == 1
    assert await at_ms(NOW, two).take_overdue(CHANNELS) == [Waiting(LONG, 2, (b"second",), doubts=1)]
