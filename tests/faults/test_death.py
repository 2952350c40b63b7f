"""Processes that are killed or frozen at the worst moments: no reply is lost, none comes more than twice."""

import asyncio
import signal

import pytest

from tests.emulators.telegram_people import Person
from tests.faults.rig import App, Rig, read, until_read
from tests.faults.talk import sequential

FIRST, SECOND, THIRD = TALK = ["chào", "1", "bác"]


async def begin(rig: Rig, app: App, person: Person) -> None:
    """Say the first message and wait until nothing of it is left to be noted."""
    await rig.say(app, person, FIRST)
    await until_read(person, 1)
    await rig.noted(app)


def once_or_twice(got: list[str], expected: list[str], twice: int) -> bool:
    """Each as expected, in order; the one at `twice` may have come again."""
    return got in (expected, [*expected[: twice + 1], *expected[twice:]])


@pytest.mark.parametrize("fate", ["commit:2:KILL", "committed:2:KILL", "delivered:2:KILL"])
async def test_a_reply_survives_a_killed_app(rig: Rig, fate: str) -> None:
    """Alone: the app is started again. What was not acknowledged, the platform sends again."""
    app, person = await rig.faulty("trapped", FATE=fate), rig.telegram.person()
    await begin(rig, app, person)
    update = rig.typed(person, SECOND)
    taken = await rig.post(app, update)
    assert await app.ended() == -signal.SIGKILL
    rig.passes()
    app = await rig.faulty("trapped", port=app.port)
    if taken != 200:
        await rig.deliver(app, update)
    await until_read(person, 2)
    await rig.say(app, person, THIRD)
    await until_read(person, 3)
    await asyncio.sleep(1.2)
    assert once_or_twice(read(person), sequential(TALK), twice=1)
    assert read(person) == sequential(TALK) or fate.startswith("delivered")


async def test_another_app_takes_over_what_was_acknowledged(rig: Rig) -> None:
    """The 200 went out, the reply did not: Telegram held it when the app died."""
    dying, other = await asyncio.gather(rig.faulty("trapped"), rig.faulty("trapped"))
    person = rig.telegram.person()
    await begin(rig, dying, person)
    rig.telegram.delay = 60
    rig.telegram.asked.clear()
    await rig.say(dying, person, SECOND)
    await rig.telegram.asked.wait()
    dying.kill()
    rig.passes()
    rig.telegram.delay = 0
    await rig.say(other, person, THIRD)
    await until_read(person, 3)
    await asyncio.sleep(1.2)
    assert read(person) == sequential(TALK)


@pytest.mark.parametrize("fate", ["commit:2:STOP", "committed:2:STOP", "delivered:2:STOP"])
async def test_a_frozen_app_comes_too_late(rig: Rig, fate: str) -> None:
    """Another app serves the same person meanwhile; when the frozen one goes on, its lease is long over."""
    frozen, other = await asyncio.gather(rig.faulty("trapped", FATE=fate), rig.faulty("trapped"))
    person = rig.telegram.person()
    await begin(rig, frozen, person)
    update = rig.typed(person, SECOND)
    late = asyncio.create_task(rig.post(frozen, update))
    await frozen.frozen()
    rig.passes()
    await rig.deliver(other, update)
    await rig.say(other, person, THIRD)
    await until_read(person, 3)
    frozen.send(signal.SIGCONT)
    if await late != 200:
        await rig.deliver(frozen, update)  # it woke too late for the platform, which sends it again
    await rig.say(frozen, person, "menu")
    await until_read(person, 4)
    await asyncio.sleep(1.2)
    expected = sequential([*TALK, "menu"])
    assert once_or_twice(read(person), expected, twice=1)
    assert read(person) == expected or fate.startswith("delivered")
