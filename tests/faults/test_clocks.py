"""Hosts whose clocks are wrong, as processes of their own over one store: everybody is answered once."""

import asyncio

import pytest

from tests.faults.rig import Rig, read, until_read
from tests.faults.talk import sequential

PEOPLE = 60


@pytest.mark.parametrize("ahead", ["20", "3600", "-3600"])
async def test_two_hosts_whose_clocks_differ_answer_everybody_once(rig: Rig, ahead: str) -> None:
    """Telegram takes its time, so the other host looks after what is due while everything is on its way."""
    one, _ = await asyncio.gather(rig.sound(), rig.faulty("on_another_host", AHEAD=ahead))
    people = [rig.telegram.person() for _ in range(PEOPLE)]
    rig.telegram.delay = 2.5
    await asyncio.gather(*(rig.say(one, person, "chào") for person in people))
    for person in people:
        await until_read(person, 1)
    await rig.noted(one)
    assert [read(person) for person in people] == [sequential(["chào"])] * PEOPLE
