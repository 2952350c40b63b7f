"""What is fetched is answered side by side: one that takes long holds up nobody else, and none is lost."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from bot import channel_registry as intake
from bot.background import cancel
from bot.channel_registry import Intake
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.zalo_bot.channel import ZaloBotChannel
from bot.errors import StoreDown
from bot.model import Incoming
from bot.ports.store import Platform, Store
from bot.store.memory import MemoryStore
from bot.store.memory_data import Shared
from tests.contracts.stores import in_memory
from tests.contracts.test_telegram_channel import SECRET, StoppedClock
from tests.contracts.test_zalo_bot_channel import channel_to
from tests.emulators.telegram import TOKEN, TelegramEmulator
from tests.emulators.zalo_bot import ZaloBotEmulator
from tests.patience import until

Handle = Callable[[Incoming], Awaitable[None]]


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramEmulator]:
    async with TelegramEmulator(limits=False) as running:
        yield running


@pytest.fixture
async def channel(telegram: TelegramEmulator) -> AsyncIterator[TelegramChannel]:
    made = TelegramChannel(TOKEN, SECRET, api=telegram.url, clock=StoppedClock())
    yield made
    await made.close()


@asynccontextmanager
async def fetching(platform: Platform, store: Store, handle: Handle) -> AsyncIterator[None]:
    """A worker that fetches, until the end or until it is killed."""
    task = asyncio.create_task(Intake(platform, store, StoppedClock(), handle).fetch())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_slow_download_holds_up_that_person_alone(telegram: TelegramEmulator, channel: TelegramChannel) -> None:
    store, slow, quick = in_memory().worker("one"), telegram.person(), telegram.person()
    answered: list[str] = []

    async def handle(incoming: Incoming) -> None:
        if incoming.media and await channel.fetch(incoming.media) is None:
            await asyncio.Event().wait()
        answered.append(incoming.text)

    telegram.fail_next("timeout", method="getFile")
    photo = await slow.sends_photo("ảnh")
    async with fetching(channel, store, handle):
        for text in map(str, range(30)):
            await quick.says(text)
        await until(lambda: answered == [str(number) for number in range(30)], lambda: answered)
        await until(lambda: not telegram.faults.waiting, lambda: "no download began")
        assert int(await store.recall("telegram-offset") or b"0") <= photo, "it is not done"
    answered.clear()
    async with fetching(channel, store, handle):
        await until(lambda: "ảnh" in answered, lambda: answered)
        last = await quick.says("cuối")
        await until(lambda: "cuối" in answered)
        await noted(store, last + 1)


async def test_zalo_is_asked_for_more_while_one_is_under_way() -> None:
    async with ZaloBotEmulator() as zalo:
        channel, store = channel_to(zalo.url), in_memory().worker("one")
        slow, quick = zalo.person(), zalo.person()
        answered: list[str] = []
        held = asyncio.Event()

        async def handle(incoming: Incoming) -> None:
            if incoming.chat.person == slow.id:
                await held.wait()
            answered.append(incoming.text)

        await slow.says("chờ")
        await worker_died(channel, store, handle, lambda: quick.says("nhanh"), answered)
        held.set()
        answered.clear()
        async with fetching(channel, store, handle):
            await until(lambda: answered == ["chờ"], lambda: answered)
        await channel.close()


async def worker_died(
    channel: ZaloBotChannel, store: Store, handle: Handle, then: Callable[[], Awaitable[object]], answered: list[str]
) -> None:
    """A worker answers what came `then`, and ends with the first one still under way."""
    async with fetching(channel, store, handle):
        await then()
        await until(lambda: answered == ["nhanh"], lambda: answered)


async def noted(store: Store, offset: int) -> None:
    async def there() -> bool:
        return await store.recall("telegram-offset") == str(offset).encode()

    await until(there)


async def test_a_bug_with_one_ends_none_of_the_others(telegram: TelegramEmulator, channel: TelegramChannel) -> None:
    store, person = in_memory().worker("one"), telegram.person()
    answered: list[str] = []

    async def handle(incoming: Incoming) -> None:
        if incoming.text == "nổ":
            raise KeyError("nổ")
        answered.append(incoming.text)

    async with fetching(channel, store, handle):
        for text in ("một", "nổ"):
            await person.says(text)
        last = await person.says("hai")
        await until(lambda: answered == ["một", "hai"], lambda: answered)
        await noted(store, last + 1)


async def test_an_answer_that_was_asked_for_before_it_was_done_brings_nothing_back(
    telegram: TelegramEmulator, channel: TelegramChannel
) -> None:
    store, person = in_memory().worker("one"), telegram.person()
    answered: list[str] = []

    def asked() -> int:
        return sum(call.method == "getUpdates" for call in telegram.calls)

    async def handle(incoming: Incoming) -> None:
        if incoming.text == "một":
            before = asked()
            telegram.fail_next("delay", method="getUpdates", seconds=0.3)
            await until(lambda: asked() > before)
        answered.append(incoming.text)

    await person.says("một")
    async with fetching(channel, store, handle):
        await until(lambda: "một" in answered)
        last = await person.says("hai")
        await noted(store, last + 1)
    assert answered == ["một", "hai"]


async def test_who_fetches_is_replaced_four_seconds_after_it_was_killed(
    telegram: TelegramEmulator, channel: TelegramChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And no sooner: nobody asks Telegram while it may still live. A beat more, and five seconds are over."""
    assert intake.FETCH_ROLE_MS / 1000 + intake.BEAT_SECONDS <= 5
    monkeypatch.setattr("bot.channel_registry.BEAT_SECONDS", 0.01)
    shared = Shared(clock=(clock := StoppedClock()))
    killed, other = MemoryStore("killed", shared), MemoryStore("other", shared)
    answered: list[str] = []

    async def handle(incoming: Incoming) -> None:
        answered.append(incoming.text)

    assert await killed.lead("telegram-poll", intake.FETCH_ROLE_MS)
    await telegram.person().says("chào")
    async with fetching(channel, other, handle):
        clock.ms += intake.FETCH_ROLE_MS - 100
        await asyncio.sleep(0.2)
        assert not [call for call in telegram.calls if call.method == "getUpdates"]
        clock.ms += 200
        await until(lambda: answered == ["chào"])


async def test_what_cannot_be_saved_is_fetched_again(
    telegram: TelegramEmulator, channel: TelegramChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channel_registry.BEAT_SECONDS", 0.01)
    store, person = in_memory().worker("one"), telegram.person()
    answered: list[str] = []
    down = iter([True, True, False])

    async def handle(incoming: Incoming) -> None:
        if incoming.text == "một" and next(down):
            raise StoreDown("down")
        answered.append(incoming.text)

    await person.says("một")
    async with fetching(channel, store, handle):
        await until(lambda: "một" in answered)


async def test_only_so_many_are_answered_at_once(telegram: TelegramEmulator, channel: TelegramChannel) -> None:
    store, held = in_memory().worker("one"), asyncio.Event()
    under_way = 0
    most = 0

    async def handle(_incoming: Incoming) -> None:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await held.wait()
        under_way -= 1

    people = [telegram.person() for _ in range(130)]
    for person in people:
        await person.says("chào")
    async with fetching(channel, store, handle):
        await until(lambda: under_way == 100, lambda: under_way)
        held.set()
        last = await people[0].says("nữa")
        await noted(store, last + 1)
    assert most == 100


async def test_a_worker_stops_though_the_store_fails_as_it_is_told(
    telegram: TelegramEmulator, channel: TelegramChannel
) -> None:
    store, waits = in_memory().worker("one"), asyncio.Event()

    async def handle(_incoming: Incoming) -> None:
        waits.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            raise StoreDown("frozen") from None

    await telegram.person().says("một")
    task = asyncio.create_task(Intake(channel, store, StoppedClock(), handle).fetch())
    await waits.wait()
    await asyncio.wait_for(cancel([task]), 5)
    assert task.cancelled()
