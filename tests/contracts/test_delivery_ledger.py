"""Every store says of each message to a resident what became of it: it waits, it was sent, or it did not arrive."""

import pytest
from msgspec.structs import replace

from bot.model import Escalation, Said, Session, Turn
from bot.ports.store import DeadLetter, Delivery, Store
from bot.store.keys import LEASE_MS, LETTER_MS, LETTERS_KEPT
from tests.contracts.stores import AN, CHANNELS, LONG, NOW, asked, at_ms, keep, moved, save, says
from tests.patience import until

Workers = tuple[Store, Store]
AT = NOW // 1000
WRITTEN = Said(AT, "volunteer", "Bác bấm nút xanh", "hoa")
QUEUED, SENT = Delivery("queued"), Delivery("sent")


async def write(store: Store, request: Escalation, *parcels: bytes, said: Said = WRITTEN, pulled: bool = False) -> int:
    """Have a volunteer write to the resident: the number of the last parcel."""
    turn = Turn(Session(request=request.code), said=(said,))
    return (await save(store, request.chat, *parcels, turn=turn, pulled=pulled)).tail


async def send(store: Store, number: int) -> None:
    """Note that the parcels up to this one left the house, and wait until that is saved."""
    store.delivered(LONG, number)

    async def noted() -> bool:
        return store.noted(LONG)

    await until(noted)


async def begin(store: Store) -> Escalation:
    """A request in whose conversation something was said and sent before: the thread has one entry."""
    request = asked(LONG)
    await save(store, LONG, b"one", b"two")
    await send(store, 2)
    await keep(store, request, *says("máy bác quay"))
    return request


async def test_what_waits_is_told_from_what_was_sent(workers: Workers) -> None:
    one, two = workers
    request = await begin(one)
    assert await two.delivery(request) == {}
    await write(one, request, b"a")
    await write(two, request, b"b1", b"b2")
    assert await two.delivery(request) == {2: QUEUED, 3: QUEUED}
    await send(one, 3)
    assert await two.delivery(request) == {2: SENT, 3: QUEUED}
    await send(one, 4)
    assert await two.delivery(request) == {2: SENT, 3: QUEUED}, "half of it waits"
    await send(one, 5)
    assert await two.delivery(request) == {2: SENT, 3: SENT}
    assert [number for number, _ in await two.thread(request.code)] == [1, 2, 3]
    await keep(one, moved(request, "closed"))
    assert await two.delivery(request) == {2: SENT, 3: SENT}


@pytest.mark.parametrize("text", ["photo_asked", "step_sent"])
async def test_only_what_goes_to_the_resident_has_a_fate(workers: Workers, text: str) -> None:
    one, two = workers
    request = await begin(one)
    note, noted = Said(AT, "note", "gọi lại sau", "hoa"), Said(AT, "bot", "taken", "hoa")
    turn = Turn(Session(request=request.code), said=(note, noted, *says("dạ"), Said(AT, "bot", text, "hoa")))
    await save(one, LONG, b"a", turn=turn)
    assert await two.delivery(request) == {5: QUEUED}


async def test_what_a_device_fetches_itself_is_not_sent(workers: Workers) -> None:
    one, two = workers
    request = asked(LONG)
    await keep(one, request)
    await write(one, request, b"a", pulled=True)
    assert await two.delivery(request) == {}


async def test_what_did_not_arrive_is_named_until_it_is_sent_again(workers: Workers) -> None:
    one, two = workers
    request = await begin(one)
    number = await write(one, request, b"a1", b"a2")
    await at_ms(NOW, one).bury(DeadLetter(LONG, number - 1, "refused", "400", b"a1"))
    await send(one, number)
    assert await two.delivery(request) == {2: Delivery("refused", lost=(number - 1,))}
    changes = await two.request_changes()
    assert await two.revive(LONG, number - 1)
    assert await two.request_changes() != changes, "open pages hear of it"
    assert await two.delivery(request) == {2: QUEUED}
    await at_ms(NOW, one).bury(DeadLetter(LONG, number + 1, "unconfirmed", "TimeoutError", b"a1"))
    await send(one, number + 1)
    assert await two.delivery(request) == {2: Delivery("unconfirmed", lost=(number + 1,))}
    assert await two.revive(LONG, number + 1)
    (waiting,) = await at_ms(NOW + LEASE_MS, one).take_overdue(CHANNELS)
    assert waiting.first == number + 2
    await send(one, number + 2)
    assert await two.delivery(request) == {2: SENT}


async def test_all_that_waits_for_who_is_gone_did_not_arrive(workers: Workers) -> None:
    one, two = workers
    request = await begin(one)
    for parcel in (b"a", b"b", b"c"):
        number = await write(one, request, parcel)
    await send(one, number - 2)
    await at_ms(NOW, two).drop_outbox(LONG, "Forbidden: bot was blocked by the user")
    gone = Delivery("gone", lost=(number - 1,))
    assert await two.delivery(request) == {2: SENT, 3: gone, 4: gone}
    (letter,) = await one.dead_letters()
    assert letter == DeadLetter(
        LONG, number - 1, "gone", "Forbidden: bot was blocked by the user", b"", at_ms=NOW, last=number
    )
    await write(one, request, b"d")
    assert await two.delivery(request) == {2: SENT, 3: gone, 4: gone, 5: QUEUED}
    assert not await two.revive(LONG, number)


async def test_nothing_is_called_sent_once_nobody_can_know(workers: Workers) -> None:
    one, two = workers
    request = await begin(one)
    number = await write(one, request, b"a")
    await write(one, request, b"b", said=replace(WRITTEN, at=AT + 60))
    await at_ms(NOW + 1, one).bury(DeadLetter(LONG, number, "refused", "400", b"a"))
    await send(one, number + 1)
    assert await at_ms(NOW + LETTER_MS, two).delivery(request) == {2: Delivery("refused", lost=(number,)), 3: SENT}
    assert await at_ms(NOW + LETTER_MS + 2, two).delivery(request) == {3: SENT}
    assert await at_ms(NOW + LETTER_MS + 90_000, two).delivery(request) == {}


async def test_nothing_older_than_what_is_kept_is_called_sent(workers: Workers) -> None:
    one, two = workers
    request = await begin(one)
    number = await write(one, request, b"a")
    await at_ms(NOW, one).bury(DeadLetter(LONG, number, "refused", "400", b"a"))
    await send(one, number)
    for late in range(LETTERS_KEPT):
        await at_ms(NOW + 2000 + late, one).bury(DeadLetter(LONG, 900, "refused", str(late), b"x"))
    assert await two.delivery(request) == {}, "its letter had to make room"


async def test_it_goes_with_whoever_is_forgotten(workers: Workers) -> None:
    one, two = workers
    request = await begin(one)
    number = await write(one, request, b"a")
    await at_ms(NOW, one).bury(DeadLetter(LONG, number, "refused", "400", b"a"))
    await save(two, LONG, turn=Turn(Session(), forget=True))
    assert await one.delivery(request) == {}
    await keep(one, asked(AN), WRITTEN)
    assert await two.delivery(asked(AN)) == {}, "nothing was sent with it"
