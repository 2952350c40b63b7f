"""Each message has one effect and one answer, however often and wherever it arrives; answers keep their order."""

import asyncio

import pytest

from tests.faults.rig import Rig, read, until_read
from tests.faults.talk import TALK, quick_messages, sequential

PEOPLE, MESSAGES = 60, 36


async def test_the_same_update_has_one_effect(rig: Rig) -> None:
    apps = await asyncio.gather(rig.sound(), rig.sound())
    person = rig.telegram.person()
    said = []
    for number, text in enumerate(["chào", "1", "bác", "1"]):
        update = rig.typed(person, text)
        where = [apps[0], apps[0]] if number % 2 else [*apps, *apps]
        await asyncio.gather(*(rig.deliver(app, update) for app in where))
        await rig.deliver(apps[1], update)
        said.append(text)
        await until_read(person, len(said))
    await asyncio.sleep(0.5)
    assert read(person) == sequential(said)
    assert 'toso_events_total{about="",name="met"} 1.0' in await rig.metrics(apps[0])


@pytest.mark.slow
async def test_quick_messages_over_two_processes_read_like_a_conversation(rig: Rig) -> None:
    talks = [quick_messages(MESSAGES, start) for start in range(len(TALK))]
    answers = [sequential(talk) for talk in talks]  # before anybody is kept waiting: Telegram is in this process
    apps = await asyncio.gather(rig.sound(), rig.sound())

    async def converse(number: int) -> tuple[list[str], list[str]]:
        person, which = rig.telegram.person(), number % len(TALK)
        for at, text in enumerate(talks[which]):
            await rig.say(apps[at % 2], person, text)
        return await until_read(person, len(answers[which])), answers[which]

    read_by_all = await asyncio.gather(*(converse(number) for number in range(PEOPLE)))
    await asyncio.sleep(0.5)
    assert [got for got, _ in read_by_all] == [expected for _, expected in read_by_all]
