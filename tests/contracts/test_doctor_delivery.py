"""`toso doctor` says for each channel how many messages wait, for how long, and how many did not arrive."""

import pytest

from bot.cli.doctor import LATE_MS, delivery
from bot.errors import PlatformError
from bot.model import Chat, encode
from bot.ports.store import DeadLetter, Lost, Store
from bot.service.circuit_breaker import Down
from tests.contracts.stores import LONG, NOW, TIME, at_ms, save

AN = Chat("zalo-oa", "1", "1")
CHANNELS = ("telegram", "zalo-oa")


async def says(store: Store, later_ms: int = 0) -> str:
    at_ms(NOW + later_ms, store)
    return await delivery(store, CHANNELS, TIME)


async def test_all_is_sent(store: Store) -> None:
    assert await says(store) == "all that was answered is sent"


async def test_what_waits_and_what_did_not_arrive_is_told_by_channel(store: Store) -> None:
    await save(store, LONG, b"a", b"b")
    await save(store, Chat("telegram", "5", "5"), b"a", now_ms=NOW + 3000)
    await save(store, AN, b"a")
    states: tuple[Lost, ...] = ("refused", "unconfirmed", "refused")
    for number, state in enumerate(states, start=1):
        await at_ms(NOW, store).bury(DeadLetter(LONG, number, state, "why", b"a"))
    await at_ms(NOW + 1, store).bury(DeadLetter(AN, 1, "unconfirmed", "TimeoutError", b"a"))
    said = (await says(store, 12_000)).split("; ")
    assert sorted(said[:2]) == [
        "telegram: 3 messages of 2 conversations wait, the oldest for 12 s",
        "zalo-oa: 1 messages of 1 conversations wait, the oldest for 12 s",
    ]
    assert said[2] == (
        "did not arrive in the last two days, or perhaps did not (/desk/undelivered): "
        "telegram 2 refused, telegram 1 unconfirmed, zalo-oa 1 unconfirmed"
    )
    assert said[3].endswith("on zalo-oa: unconfirmed, TimeoutError")


async def test_what_waits_too_long_is_broken(store: Store) -> None:
    await save(store, AN, b"a", b"b")
    with pytest.raises(PlatformError, match="zalo-oa: 2 messages of 1 conversations wait, the oldest for 10 min: look"):
        await says(store, LATE_MS)


async def test_a_channel_that_takes_nothing_is_named_with_what_waits(store: Store) -> None:
    await save(store, LONG, b"a", b"b")
    await store.set_aside("down:telegram", encode(Down("401", NOW)), 30)
    with pytest.raises(PlatformError, match=r"takes nothing .* \(401\)\. 1 conversations wait with 2 messages, and"):
        await says(store)
    await store.set_aside("down:telegram", encode(Down("blocked", NOW, refusing=True)), 30)
    with pytest.raises(PlatformError, match=r"telegram turned several down in a row .* \(blocked\)\."):
        await says(store)
