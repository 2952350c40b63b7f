"""Two workers over one store, answers in several messages: they arrive in order, also where one worker is killed."""

import asyncio
import os
import random
import signal
from collections.abc import Sequence
from typing import Any, Literal

import pytest
from typing_extensions import override

from bot.channels.telegram.channel import TelegramChannel
from bot.engine.presenter import pieces
from bot.model import replace
from bot.simulator.player import Player
from tests.emulators.faults import Json
from tests.emulators.telegram_people import Person
from tests.faults.factories import PIECE_LENGTH
from tests.faults.rig import App, Rig, Telegram, read, until_read
from tests.faults.talk import quick_messages
from tests.patience import until
from tests.setting import setting

FIRST, SECOND = "chào", "giúp"
KILLS = 12
PEOPLE, MESSAGES = 16, 34
Moment = Literal["on its way", "taken", "answered"]
MOMENTS: Sequence[Moment] = ("on its way", "taken", "answered")
SOON_SECONDS = 0.01


class Deadly(Telegram):
    """Kills a process at the `parcel`th message from now on, counted from 1."""

    def __init__(self) -> None:
        super().__init__()
        self._parcel, self._moment, self._seconds = 0, MOMENTS[0], 0.0
        self._dying: App | None = None

    def arm(self, app: App, parcel: int, moment: Moment, seconds: float) -> None:
        """Before the platform has it, before it says so, or so many seconds after it said so."""
        self._parcel, self._moment, self._seconds = parcel, moment, seconds
        self._dying = app

    def _kill(self) -> None:
        assert self._dying
        os.kill(self._dying.process.pid, signal.SIGKILL)

    @override
    async def execute(self, method: str, values: Json, *, by_webhook: bool = False) -> Any:
        self._parcel -= method == "sendMessage"
        if method != "sendMessage" or self._parcel:
            return await super().execute(method, values, by_webhook=by_webhook)
        if self._moment == "on its way":
            self._kill()
            await asyncio.Event().wait()
        answer = await super().execute(method, values, by_webhook=by_webhook)
        if self._moment == "taken":
            self._kill()
            await asyncio.Event().wait()
        asyncio.get_running_loop().call_later(self._seconds, self._kill)
        return answer


def in_pieces(texts: Sequence[str]) -> list[str]:
    """What is read in answer to these texts, one after the other."""
    player, can = Player(setting()), replace(TelegramChannel.capabilities, text_limit=PIECE_LENGTH)
    replies = (reply for text in texts for reply in player.says(text).replies)
    return [piece.text for reply in replies for piece in pieces(reply, can)]


def with_one_twice(got: Sequence[str], expected: Sequence[str]) -> bool:
    """Whether each came, in order, and one of them perhaps again, before the next."""
    doubled = ([*expected[:at], *expected[at - 1 :]] for at in range(1, len(expected) + 1))
    return list(got) == list(expected) or list(got) in doubled


async def says(rig: Rig, app: App, other: App, person: Person, text: str) -> None:
    """A text that its app did not acknowledge goes to the other one."""
    update = rig.typed(person, text)
    if await rig.post(app, update) != 200:
        await rig.deliver(other, update)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
async def test_a_worker_killed_between_two_parcels_costs_nothing_and_at_most_one_comes_twice(
    rig: Rig, seed: int
) -> None:
    chance, expected = random.Random(seed), in_pieces([FIRST, SECOND])
    first = len(in_pieces([FIRST]))
    assert first >= 4
    async with Deadly() as telegram:
        rig.telegram = telegram
        apps = [await rig.faulty("in_pieces"), await rig.faulty("in_pieces")]
        twice = 0
        for number in range(KILLS):
            person, (dying, other) = telegram.person(), apps
            how = chance.randint(1, first), chance.choice(MOMENTS), chance.uniform(0, SOON_SECONDS)
            telegram.arm(dying, *how)
            await says(rig, dying, other, person, FIRST)
            if chance.random() < 0.5:
                await until(lambda died=dying: died.process.poll() is not None)  # type: ignore[misc]
            await says(rig, other, dying, person, SECOND)
            assert await dying.ended() == -signal.SIGKILL
            rig.passes()
            await until_read(person, len(expected))
            await rig.noted(other)
            got = read(person)
            assert with_one_twice(got, expected), (seed, number, how, got)
            twice += len(got) - len(expected)
            apps = [other, await rig.faulty("in_pieces")]
        assert 0 < twice < KILLS, "the kills came at no different points"


class Uneven(Telegram):
    """Takes as long as chance will have it over each message."""

    def __init__(self) -> None:
        super().__init__()
        self._chance = random.Random(3)

    @override
    async def execute(self, method: str, values: Json, *, by_webhook: bool = False) -> Any:
        if method == "sendMessage":
            await asyncio.sleep(self._chance.choice((0.0, 0.0, 0.002, 0.02, 0.1)))
        return await super().execute(method, values, by_webhook=by_webhook)


@pytest.mark.slow
async def test_two_busy_workers_send_each_parcel_of_quick_messages_once(rig: Rig) -> None:
    """Each person's next message goes to the other worker as soon as the one before is acknowledged."""
    texts = quick_messages(MESSAGES)
    expected = in_pieces(texts)
    async with Uneven() as telegram:
        rig.telegram = telegram
        apps = [await rig.faulty("in_pieces"), await rig.faulty("in_pieces")]
        people = [telegram.person() for _ in range(PEOPLE)]

        async def talk(person: Person, turn: int) -> None:
            for number, text in enumerate(texts):
                await rig.say(apps[(number + turn) % 2], person, text)

        await asyncio.gather(*(talk(person, number) for number, person in enumerate(people)))
        for person in people:
            await until_read(person, len(expected))
        await rig.noted(apps[0])
        for person in people:
            assert read(person) == expected
