"""The store goes away, Telegram misbehaves, the app is asked to stop: every message is answered, in order."""

import asyncio
import itertools
import signal
from functools import partial

import pytest

from bot.service.circuit_breaker import LONGEST_PAUSE_MS
from tests.emulators.faults import Fault, Json
from tests.emulators.telegram import TOKEN
from tests.emulators.telegram_people import Person
from tests.faults.rig import App, Rig, read, until_read
from tests.faults.talk import quick_messages, sequential
from tests.patience import until

TALK = ("chào", "1", "bác", "1", "menu", "2", "giúp")


def without_repeats(texts: list[str]) -> list[str]:
    """Where the same message came twice in a row, once."""
    return [text for text, _ in itertools.groupby(texts)]


def has_read(person: Person, expected: list[str]) -> bool:
    return without_repeats(read(person)) == expected


async def named(rig: Rig, app: App) -> bool:
    """Whether operators are told that Telegram takes nothing."""
    async with rig.session.get(f"{app.address}/readyz") as answer:
        said = await answer.json()
        return (answer.status, said["ready"], said.get("down")) == (200, True, ["telegram"])


async def test_while_the_store_is_down_nothing_is_promised(rig: Rig) -> None:
    app, person = await rig.sound(), rig.telegram.person()
    hook = rig.telegram.delivery
    await until(rig.registered)
    await person.says(TALK[0])
    await until_read(person, 1)
    await rig.noted(app)
    rig.server.kill()
    assert await app.status(rig.session, "/readyz") == 503
    assert await app.status(rig.session, "/healthz") == 200
    hook.attempts.clear()
    update_id = await person.says(TALK[1], wait=False)
    await until(lambda: len(hook.attempts) > 3)
    assert {(attempt.update_id, attempt.status) for attempt in hook.attempts} == {(update_id, 503)}
    assert len(read(person)) == 1
    rig.server.start()
    await until_read(person, 2)
    await app.ready(rig.session)
    await person.says(TALK[2])
    await until_read(person, 3)
    await asyncio.sleep(1.2)
    assert read(person) == sequential(TALK[:3])
    assert app.process.poll() is None


@pytest.mark.parametrize("how", ["dead", "frozen"])
async def test_the_log_says_once_that_the_store_is_gone_and_once_that_it_is_back(rig: Rig, how: str) -> None:
    """However many find out: those who write, what is sent, due or looked after, and what is read anew."""
    app, person = await rig.serve("--workers", "1"), rig.telegram.person()
    await rig.say(app, person, TALK[0])
    await until_read(person, 1)
    before = len(app.log)
    rig.server.kill() if how == "dead" else rig.server.freeze()
    update = rig.typed(person, TALK[1])
    for _ in range(8):
        assert await rig.post(app, update) == 503
        await asyncio.sleep(1.0)
    assert "toso_unsaved_messages 1.0" in await rig.metrics(app)
    rig.server.start() if how == "dead" else rig.server.thaw()
    await rig.deliver(app, update)
    await until_read(person, 2)
    await until(lambda: "the store is back" in app.log, lambda: app.log[before:], 20)
    grave = [line for line in app.log[before:].splitlines() if " WARNING " in line or " ERROR " in line]
    assert ["is gone, for 0 s" in grave[0], "is back, after" in grave[-1], len(grave)] == [True, True, 2], grave


async def test_a_turn_saved_in_doubt_is_told_once(rig: Rig) -> None:
    """The store took the turn, but its answer came too late: the platform is told to try again."""
    app, person = await rig.faulty("trapped"), rig.telegram.person()
    await rig.say(app, person, TALK[0])
    await until_read(person, 1)
    await rig.noted(app)
    update = rig.typed(person, TALK[1])
    rig.server.freeze()
    assert await rig.post(app, update) == 503
    rig.server.thaw()
    await rig.deliver(app, update)
    await rig.say(app, person, TALK[2])
    await until_read(person, 3)
    await asyncio.sleep(1.2)
    assert read(person) == sequential(TALK[:3])


async def test_a_token_that_was_changed_loses_no_answer(rig: Rig) -> None:
    """Two apps at work: what is said meanwhile waits, operators are told, and all of it comes in order."""
    telegram, people = rig.telegram, [rig.telegram.person() for _ in range(50)]
    apps = [await rig.sound(), await rig.sound()]
    telegram.token = "1:another"
    for number, person in enumerate(people):
        for text in TALK[:2]:
            await rig.say(apps[number % 2], person, text)

    for app in apps:
        await until(partial(named, rig, app))
        numbers = await rig.metrics(app)
        assert "toso_undelivered_conversations 50.0" in numbers
        assert 'toso_channel_up{channel="telegram"} 0.0' in numbers
        oldest = next(line for line in numbers.splitlines() if line.startswith("toso_oldest_unsent_seconds "))
        assert float(oldest.split()[1]) > 0
    looked = rig.launch(["-m", "bot.cli", "doctor"], apps[0].port, {})
    assert await looked.ended() == 1
    said = next(line for line in looked.log.splitlines() if " delivery: " in line)
    assert said.startswith("BROKEN delivery: telegram takes nothing from us since ")
    assert "it does not know this TELEGRAM_TOKEN). 50 conversations wait" in said
    telegram.token = TOKEN
    rig.passes(LONGEST_PAUSE_MS / 1000)
    for person in people:
        await until(partial(has_read, person, sequential(TALK[:2])))
    await rig.noted(apps[0])

    async def up() -> bool:
        return all(['toso_channel_up{channel="telegram"} 1.0' in await rig.metrics(app) for app in apps])

    await until(up)
    assert [read(person) for person in people] == [sequential(TALK[:2])] * 50


async def test_three_people_who_blocked_the_bot_keep_nobody_waiting(rig: Rig) -> None:
    app, telegram = await rig.sound(), rig.telegram
    for person in [telegram.person() for _ in range(3)]:
        await person.blocks(wait=False)
        for text in TALK[:3]:
            await rig.say(app, person, text)
    await until(partial(named, rig, app))
    numbers = await rig.metrics(app)
    assert 'toso_channel_up{channel="telegram"} 1.0' in numbers
    assert 'toso_channel_refusing{channel="telegram"} 1.0' in numbers
    somebody = telegram.person()
    async with asyncio.timeout(5.0):
        for text in TALK[:3]:
            await rig.say(app, somebody, text)
        await until_read(somebody, 3)
    assert read(somebody) == sequential(TALK[:3])


@pytest.mark.slow
async def test_replies_outlast_what_telegram_does(rig: Rig) -> None:
    """Slow, busy, broken, cut off after taking the message, silent: two quick messages for each."""
    app, person, telegram = await rig.sound(), rig.telegram.person(), rig.telegram
    faults: list[Fault] = [500, 429, "broken", "drop", "timeout"]
    said = ["chào", "1", "bác"]
    for text in said:
        await rig.say(app, person, text)
    await until_read(person, len(said))
    for fault, texts in zip(faults, [("1", "menu"), ("2", "0"), ("giúp", "1"), ("9", "1"), ("menu", "2")], strict=True):
        telegram.delay = 2.0 if fault == "broken" else 0.0
        telegram.fail_next(fault, method="sendMessage", retry_after=1)
        for text in texts:
            await rig.say(app, person, text)
        said += texts
        await until(partial(has_read, person, without_repeats(sequential(said))))
    assert len(read(person)) == len(sequential(said)) + 1
    await rig.noted(app)


@pytest.mark.slow
async def test_a_stop_under_load_loses_nothing(rig: Rig) -> None:
    app, people = await rig.serve("--workers", "2"), [rig.telegram.person() for _ in range(200)]
    rig.telegram.delay = 0.3
    said: dict[int, list[str]] = {person.id: [] for person in people}
    unanswered: list[Json] = []

    async def talk(person: Person) -> None:
        for text in quick_messages(300):
            update = rig.typed(person, text)
            said[person.id].append(text)
            if await rig.post(app, update) != 200:
                unanswered.append(update)
                return

    talks = [asyncio.create_task(talk(person)) for person in people]
    await until(lambda: sum(map(len, said.values())) - len(people) > 60)
    app.send(signal.SIGTERM)
    await asyncio.gather(*talks)
    assert await app.ended() == 0
    assert unanswered, "it was not stopped under load"
    rig.telegram.delay = 0
    app = await rig.serve("--workers", "2", port=app.port)
    for update in unanswered:
        await rig.deliver(app, update)
    for person in people:
        expected = sequential(said[person.id])
        await until_read(person, len(expected))
        assert read(person) == expected
