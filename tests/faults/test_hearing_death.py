"""An app is killed after it heard somebody, before they read what: it is heard again, and said once."""

import asyncio
import signal

import pytest

from bot.flows.voice import AGAIN_SECONDS
from tests.contracts.spoken import HEARD, KHAI_SINH
from tests.faults.rig import Rig, read, until_read

pytestmark = [pytest.mark.hearing, pytest.mark.slow]

TALK = ("chào", "1", "bác")


@pytest.mark.parametrize("fate", ["commit:5:KILL", "committed:5:KILL"], ids=["not saved", "not sent"])
async def test_what_was_heard_is_said_once(rig: Rig, fate: str) -> None:
    app, person = await rig.faulty("trapped", FATE=fate), rig.telegram.person()
    for count, text in enumerate(TALK, start=1):
        await rig.say(app, person, text)
        await until_read(person, count)
    await rig.deliver(app, rig.spoken(person, KHAI_SINH))
    assert await app.ended() == -signal.SIGKILL
    assert len(read(person)) == len(TALK)
    rig.passes(AGAIN_SECONDS)
    app = await rig.faulty("trapped", port=app.port)
    said = await until_read(person, len(TALK) + 1)
    assert f"{HEARD}», đúng không ạ?" in said[-1]
    await asyncio.sleep(1.2)
    assert read(person) == said
    assert HEARD not in app.log
