"""What is answered arrives: in order, at most twice, and after whatever a platform had against us or a picture."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio

from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.media import StepPictures as TelegramSteps
from bot.channels.zalo_bot.channel import StepPictures as ZaloBotSteps
from bot.channels.zalo_bot.channel import ZaloBotChannel
from bot.model import Chat, Drawn, Incoming, Reply, Session, Turn
from bot.ports.store import Channel
from bot.service.circuit_breaker import LONGEST_PAUSE_MS, channels_down
from bot.service.outbox import Sender
from bot.store.keys import LEASE_MS
from bot.store.memory import MemoryStore
from bot.store.memory_data import Shared
from tests.contracts.album import Album
from tests.contracts.test_zalo_bot_steps import NAME
from tests.contracts.zalo_oa_rig import MovedClock, channel_to
from tests.emulators.faults import Fault, Faults
from tests.emulators.loopback import Loopback
from tests.emulators.telegram import TOKEN, TelegramEmulator
from tests.emulators.zalo_bot import TOKEN as ZALO_TOKEN
from tests.emulators.zalo_bot import ZaloBotEmulator
from tests.emulators.zalo_oa import ZaloOaEmulator

SECRET = "a-secret-of-tests"
LATE_SECONDS = 3.0
STEP = Reply("Bước 1/3", picture=Drawn(NAME, "Nút được khoanh."))


@dataclass
class Platform:
    """A platform, our channel to it, and who is there; `fault` is what it says when it takes nothing from us at all."""

    emulator: Loopback
    channel: Channel
    clock: MovedClock
    somebody: Callable[[], Any]
    message: str
    picture: str
    fault: Fault

    def chat_of(self, person: Any) -> Chat:
        return Chat(self.channel.name, str(person.id), str(person.id))


class Workers:
    """Two of them over one store, driven by hand: time passes when a test says so."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.told: list[str] = []
        shared = Shared(clock=platform.clock)
        self.stores = [MemoryStore(name, shared) for name in ("one", "two")]
        channels = {platform.channel.name: platform.channel}
        self.senders = [Sender(store, channels, platform.clock) for store in self.stores]
        for sender in self.senders:
            sender.handle = self._hear

    async def say(self, person: Any, *replies: Reply | str) -> None:
        """Save replies, and have the first worker send them."""
        chat, store, now = self.platform.chat_of(person), self.stores[0], self.platform.clock.steady_ms()
        said = [Reply(each) if isinstance(each, str) else each for each in replies]
        parcels = [self.platform.channel.render(chat, each, "") for each in said]
        saved = await store.commit(chat, await store.load(chat), Turn(Session()), parcels, pulled=False)
        self.senders[0].send_saved(chat, saved, parcels, now)

    async def settled(self) -> None:
        """Wait until nobody is sending."""
        for sender in self.senders:
            while sender._drains:
                await asyncio.gather(*sender._drains)

    async def pass_on(self, seconds: float = LEASE_MS / 1000) -> None:
        """Let time pass, and then each worker look after what is due, the second one first."""
        self.platform.clock.passes(seconds=seconds)
        for sender in reversed(self.senders):
            await sender.look_after()
            await self.settled()

    async def until_all_is_sent(self, rounds: int = 8) -> None:
        await self.settled()
        for _ in range(rounds):
            if await self.stores[0].backlog():
                await self.pass_on()
        assert not await self.stores[0].backlog()

    async def _hear(self, incoming: Incoming) -> None:
        self.told.append(incoming.kind)


@pytest_asyncio.fixture(params=["telegram", "zalo-bot", "zalo-oa"])
async def platform(request: pytest.FixtureRequest) -> AsyncIterator[Platform]:
    opened: dict[str, Callable[[], AsyncIterator[Platform]]] = {
        "telegram": _telegram,
        "zalo-bot": _zalo_bot,
        "zalo-oa": _zalo_oa,
    }
    async for it in opened[request.param]():
        yield it


async def _telegram() -> AsyncIterator[Platform]:
    clock = MovedClock()
    async with TelegramEmulator(limits=False) as emulator:
        steps = TelegramSteps("4242424242", Album(), MemoryStore("notes"), clock)
        channel = TelegramChannel(
            TOKEN, SECRET, clock=clock, api=emulator.url, rate=0, chat_rate=0, group_rate=0, pictures=steps
        )
        yield Platform(emulator, channel, clock, emulator.person, "sendMessage", "sendPhoto", 401)
        await channel.close()


async def _zalo_bot() -> AsyncIterator[Platform]:
    clock = MovedClock()
    async with ZaloBotEmulator() as emulator:
        steps = ZaloBotSteps(Album(), lambda name: f"http://127.0.0.1:9/{name}", clock)
        channel = ZaloBotChannel(ZALO_TOKEN, SECRET, clock=clock, api=emulator.url, rate=0, chat_rate=0, pictures=steps)
        yield Platform(emulator, channel, clock, emulator.person, "sendMessage", "sendPhoto", 401)
        await channel.close()


async def _zalo_oa() -> AsyncIterator[Platform]:
    clock = MovedClock()
    async with ZaloOaEmulator(clock=clock.seconds) as emulator:
        channel = channel_to(emulator, MemoryStore("notes"), clock, drawn=Album(), may_cost=True)
        yield Platform(emulator, channel, clock, emulator.person, "message/cs", "message/cs", -219)
        await channel.close()


@pytest.fixture
def workers(platform: Platform) -> Workers:
    return Workers(platform)


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Calls are given up before a late answer comes."""
    monkeypatch.setattr(TelegramChannel._call, "__defaults__", (LATE_SECONDS / 3,))
    monkeypatch.setattr("bot.channels.zalo_bot.client.ZaloBotApi.call.__defaults__", (b"{}", LATE_SECONDS / 3))
    monkeypatch.setattr("bot.channels.zalo_oa.client.TIMEOUT_SECONDS", LATE_SECONDS / 3)


def texts(person: Any) -> Sequence[str]:
    return [each.text for each in person.sees]


async def test_while_a_platform_takes_nothing_from_us_everything_waits_and_then_comes_in_order(
    platform: Platform, workers: Workers
) -> None:
    people, emulator = [platform.somebody() for _ in range(50)], platform.emulator
    emulator.fail_next(platform.fault, method=platform.message, times=1000)
    for person in people:
        await workers.say(person, "một", "hai")
    await workers.settled()
    store = workers.stores[1]
    assert await store.backlog() == len(people)
    tries = 1000 - emulator.faults.waiting
    for _ in range(20):
        await workers.pass_on(3.0)
    assert await store.backlog() == len(people), "nothing is given up"
    probes = 1000 - emulator.faults.waiting - tries
    assert 3 <= probes <= 14, "a minute brings few tries, of all fifty and both workers together"
    await workers.say(people[0], "ba")
    await workers.settled()
    emulator.faults = Faults()
    await workers.pass_on(LONGEST_PAUSE_MS / 1000)
    await workers.until_all_is_sent()
    assert [texts(person) for person in people] == [["một", "hai", "ba"], *[["một", "hai"]] * 49]
    assert workers.told == []


async def test_a_channel_that_is_down_is_known_to_all_until_it_is_up_again(
    platform: Platform, workers: Workers
) -> None:
    person, emulator, name = platform.somebody(), platform.emulator, platform.channel.name
    emulator.fail_next(platform.fault, method=platform.message)
    since = platform.clock.now_ms()
    await workers.say(person, "một")
    await workers.settled()
    (down,) = (await channels_down(workers.stores[1], [name])).values()
    assert (down.since_ms, re.search("TOKEN|-219", down.why) is not None) == (since, True)
    await workers.until_all_is_sent()
    await workers.senders[0].look_after()
    assert await channels_down(workers.stores[1], [name]) == {}
    assert texts(person) == ["một"]


async def test_what_is_answered_late_comes_twice_at_most(platform: Platform, workers: Workers, hasty: None) -> None:
    """Every single answer comes too late, and whoever tries again is another worker."""
    person = platform.somebody()
    await workers.say(person, "chào")
    await workers.until_all_is_sent()
    platform.emulator.fail_next("delay", method=platform.message, seconds=LATE_SECONDS, times=99)
    await workers.say(person, "một", "hai", "ba")
    await workers.until_all_is_sent()
    assert [text for number, text in enumerate(texts(person)) if text not in texts(person)[:number]] == [
        "chào",
        "một",
        "hai",
        "ba",
    ]
    assert max(texts(person).count(text) for text in ("một", "hai", "ba")) == 2
    letters = await workers.stores[0].dead_letters(platform.chat_of(person))
    assert [(each.number, each.state) for each in letters] == [
        (4, "unconfirmed"),
        (3, "unconfirmed"),
        (2, "unconfirmed"),
    ]


@pytest.mark.parametrize("fault", [500, "html", "delay", "timeout"])
async def test_a_picture_that_comes_to_nothing_costs_one_try(
    platform: Platform, workers: Workers, fault: Fault, hasty: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.zalo_bot.channel.PHOTO_SECONDS", LATE_SECONDS / 3)
    monkeypatch.setattr("bot.channels.telegram.channel._FILE_SECONDS", LATE_SECONDS / 3)
    person = platform.somebody()
    if platform.picture == platform.message:
        await workers.say(person, STEP)
        await workers.until_all_is_sent()
    before = len(texts(person))
    times = 1 if platform.picture == platform.message else 99
    platform.emulator.fail_next(fault, method=platform.picture, seconds=LATE_SECONDS, times=times)
    await workers.say(person, STEP, "một", "hai")
    await workers.settled()
    await workers.pass_on(1.0)
    words = [text.splitlines()[0] for text in texts(person)[before:]]
    assert words[-3:] == ["Bước 1/3", "một", "hai"], "one pause was enough"
    assert len(words) <= 4
    assert not person.sees[-3].photo
    assert await workers.stores[0].backlog() == 0


async def test_a_recording_that_a_platform_fails_at_is_given_up_and_its_sender_told(
    platform: Platform, workers: Workers
) -> None:
    media = {"telegram": "photo:AAA", "zalo-bot": "photo:https://photo-stal-1.zdn.vn/x.jpg"}
    reply = Reply("ảnh đây", media=media.get(platform.channel.name, "photo:https://f1.zdn.vn/x.jpg"))
    person = platform.somebody()
    platform.emulator.fail_next("html", method=platform.picture, times=4)
    await workers.say(person, reply, "một")
    await workers.until_all_is_sent()
    assert texts(person)[-1:] == ["một"]
    assert workers.told == ["undelivered"]
    (letter,) = await workers.stores[1].dead_letters()
    assert (letter.chat, letter.number, letter.state) == (platform.chat_of(person), 1, "refused")
    assert await workers.stores[1].revive(letter.chat, letter.number)
    await workers.until_all_is_sent()
    assert await workers.stores[1].dead_letters() == [] or texts(person)[-1] == "một"


async def test_a_try_that_a_stop_cut_off_counts(platform: Platform, workers: Workers, hasty: None) -> None:
    person = platform.somebody()
    await workers.say(person, "chào")
    await workers.until_all_is_sent()
    chat, (one, two) = platform.chat_of(person), workers.stores
    await workers.say(person, "một")
    await workers.settled()
    parcel = platform.channel.render(chat, Reply("hai"), "")
    await one.commit(chat, await one.load(chat), Turn(Session()), [parcel], pulled=False)
    await one.postpone(chat, 0, doubts=2)
    await workers.until_all_is_sent()
    assert texts(person) == ["chào", "một"], "both copies may have arrived"
    assert await two.backlog() == 0


async def test_what_our_own_limit_holds_up_is_not_said_of_the_platform(
    platform: Platform, workers: Workers, caplog: pytest.LogCaptureFixture
) -> None:
    """Also where the store, which is away, would have to say how many messages are ours to send."""
    person = platform.somebody()
    platform.channel.limiter.set_share(0.0, 0.0)  # type: ignore[attr-defined]  # each platform's has one
    await workers.say(person, "một")
    await workers.settled()
    assert await workers.stores[0].backlog() == 1
    assert "takes nothing" not in caplog.text
