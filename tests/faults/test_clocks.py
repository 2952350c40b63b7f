"""Hosts whose clocks are wrong, as processes of their own over one store: everybody is answered once."""

import asyncio
import re

import pytest

from tests.faults.rig import Rig, read, until_read
from tests.faults.talk import sequential

PEOPLE = 60


@pytest.mark.parametrize("ahead", ["20", "3600", "-3600", "90000"])
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


@pytest.mark.parametrize(("ahead", "how"), [(90_000, "ahead of"), (-90_000, "behind")])
async def test_a_host_whose_clock_is_a_day_off_answers_what_was_sent_just_now_and_says_so(
    rig: Rig, ahead: int, how: str
) -> None:
    app, person = await rig.faulty("on_another_host", AHEAD=str(ahead)), rig.telegram.person()
    for text in ("chào", "1"):
        await rig.say(app, person, text)
    assert await until_read(person, 2) == sequential(["chào", "1"])
    async with rig.session.get(f"{app.address}/readyz") as ready:
        assert abs((await ready.json())["clock_off_seconds"] - ahead) <= 1
    (off,) = (line for line in (await rig.metrics(app)).splitlines() if line.startswith("toso_clock_off_seconds "))
    assert abs(float(off.split()[1]) - ahead) <= 1
    (told,) = re.findall(rf"this host's clock is (\d+) s {how} the store's, which is used instead", app.log)
    assert abs(int(told) - abs(ahead)) <= 1
