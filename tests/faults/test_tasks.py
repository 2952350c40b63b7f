"""Background tasks that end are started again and counted; where that does not help, the worker ends with a failure."""

import re

from bot.background import FAILURES, GAVE_UP
from tests.faults.rig import App, Rig, until_read
from tests.faults.talk import sequential
from tests.patience import until

TALK = ("chào", "1", "bác")


async def restarts(rig: Rig, app: App, task: str) -> int:
    """How often a task was started again."""
    found = re.search(rf'toso_task_restarts_total{{task="{task}"}} (\d+)', await rig.metrics(app))
    return int(found[1]) if found else 0


async def test_a_task_that_ends_is_started_again_and_counted(rig: Rig) -> None:
    app, person = await rig.faulty("failing_task", FAILS="3"), rig.telegram.person()

    async def started_again() -> bool:
        return await restarts(rig, app, "leftovers") == 3

    await until(started_again, lambda: app.log)
    assert app.log.count("the task leftovers failed\n") == 3
    assert "KeyError" in app.log
    rig.telegram.delay = 0.3  # the second reply is saved while the first is on its way: it is left over
    for text in TALK:
        await rig.say(app, person, text)
    assert await until_read(person, len(TALK)) == sequential(TALK)
    await rig.noted(app)


async def test_a_task_that_keeps_failing_ends_the_worker_with_a_failure(rig: Rig) -> None:
    app = await rig.faulty("failing_task", FAILS="1000")
    assert await app.ended() == GAVE_UP
    assert f"the task leftovers failed {FAILURES} times in a row: this worker ends" in app.log


async def test_an_outage_of_the_store_is_not_held_against_a_task(rig: Rig) -> None:
    outages = 3 * FAILURES
    app, person = await rig.faulty("failing_task", FAILS=str(outages), DOWN=""), rig.telegram.person()

    async def all_over() -> bool:
        return await restarts(rig, app, "leftovers") == outages

    await until(all_over, lambda: app.log)
    await rig.say(app, person, TALK[0])
    assert await until_read(person, 1) == sequential(TALK[:1])
