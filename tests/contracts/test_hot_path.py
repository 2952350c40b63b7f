"""What one message costs: store round trips, calls to Telegram, and where a press is answered."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio
from fastapi import FastAPI

from api.app import App
from api.webhooks import Webhooks
from bot.app import wire
from bot.channels.telegram.channel import TelegramChannel
from bot.clock import SystemClock
from bot.desk.people import People
from bot.ports.store import Channel
from bot.service.outbox import LogGrowth
from bot.store.redis import RedisStore
from tests.contracts.servers import Server
from tests.contracts.web_site import serving
from tests.emulators.telegram import TOKEN, TelegramEmulator
from tests.emulators.telegram_people import Person
from tests.patience import PATIENCE, until
from tests.setting import content, setting


class Line:
    """One resident, the app without what it does by the clock, and the bill for what happens since `begin`."""

    def __init__(self, store: RedisStore, telegram: TelegramEmulator) -> None:
        self._store = store
        self._telegram = telegram
        self.person: Person = telegram.person()
        self.begin()

    def begin(self) -> None:
        """Count from now on."""
        self._trips, self._calls = self._store.round_trips, len(self._telegram.calls)

    async def all_noted(self) -> bool:
        """Whether the store knows that all messages were sent."""
        return await self._store.backlog() == 0

    @property
    def trips(self) -> int:
        """Round trips to the store."""
        return self._store.round_trips - self._trips

    @property
    def calls(self) -> list[tuple[str, bool]]:
        """Each call's method, and whether it came inside the answer to a webhook call."""
        return [(call.method, call.by_webhook) for call in self._telegram.calls[self._calls :]]


@pytest_asyncio.fixture
async def line(server: Server, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Line]:
    """Nobody waits for company so long that notes of what was sent travel alone."""
    monkeypatch.setattr("bot.store.redis.ALONE_DELAY", PATIENCE)
    async with TelegramEmulator(limits=False) as telegram:
        store, clock = RedisStore(server.name, "hot-path"), SystemClock()
        channel = TelegramChannel(TOKEN, "secret", clock=clock, api=telegram.url, rate=0, chat_rate=0)
        async with serving(_app(store, channel, clock)) as (address, _):
            await channel.set_webhook(address)
            line = Line(store, telegram)
            await line.person.says("chào")
            await line.person.next_message()
            await until(line.all_noted)
            line.begin()
            yield line
        await channel.close()
        await store.close()


def _app(store: RedisStore, channel: TelegramChannel, clock: SystemClock) -> FastAPI:
    channels: Mapping[str, Channel] = {channel.name: channel}
    handler, _, _ = wire(
        setting(),
        store,
        channels,
        People(store, content().ward, clock),
        LogGrowth(),
        clock,
        draw_code=lambda key, tries: "A0001",
        alias=lambda key: "somebody",
    )
    webhooks = Webhooks(channels, handler, str.encode)
    return App(webhooks, lambda: True, webhooks, https=False, title="", openapi_url="", lifespan=_bare)


@asynccontextmanager
async def _bare(app: FastAPI) -> AsyncIterator[None]:
    yield


async def test_a_message_is_two_round_trips_and_one_call(line: Line) -> None:
    await line.person.says("1")
    await line.person.next_message()
    assert line.trips == 2
    assert line.calls == [("sendMessage", False)]


async def test_a_press_is_answered_in_the_webhooks_own_answer(line: Line) -> None:
    await line.person.presses("Đồng ý")
    await line.person.next_message()
    assert line.trips == 2
    assert sorted(line.calls) == [("answerCallbackQuery", True), ("sendMessage", False)]


async def test_notes_of_what_was_sent_ride_along(line: Line) -> None:
    costs = []
    for text in ("1", "bác", *("menu", "giúp") * 10):
        line.begin()
        await line.person.says(text)
        await line.person.next_message()
        costs.append(line.trips)
        assert line.calls == [("sendMessage", False)]
    assert costs == [2] * len(costs)
