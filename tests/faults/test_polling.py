"""Where updates are fetched: what a killed app had answered already is not answered again."""

import os
import re
import signal
from collections.abc import Sequence
from functools import partial

import pytest

from bot.cli.doctor import delivery
from bot.errors import PlatformError
from bot.model import Chat
from bot.store.keys import partition_of, role
from bot.store.redis import RedisStore
from tests.emulators.faults import Fault, Faults
from tests.emulators.telegram_people import Person
from tests.faults.rig import App, Rig, read, until_read
from tests.faults.talk import sequential
from tests.patience import until
from tests.ports import free_port

QUESTIONS = 30


async def asked(rig: Rig, app: App) -> int:
    """How often "what do you keep about me?" had an effect."""
    found = re.search(r'name="asked_what_is_kept"} (\d+)', await rig.metrics(app))
    return int(found[1]) if found else 0


def has_all(person: Person, answers: Sequence[str]) -> bool:
    return set(answers) <= set(read(person))


async def test_a_stopped_app_leaves_the_fetching_to_the_next(rig: Rig) -> None:
    person = rig.telegram.person()
    for count, text in enumerate(["chào", "1"], start=1):
        app = await rig.faulty("trapped", TOSO_PUBLIC_URL="")
        await person.says(text, wait=False)
        await until_read(person, count)
        app.send(signal.SIGTERM)
        await app.ended()
    assert read(person) == sequential(["chào", "1"])


async def test_a_batch_that_was_half_answered_has_one_effect(rig: Rig) -> None:
    person = rig.telegram.person()
    dying = await rig.faulty("trapped", FATE=f"commit:{QUESTIONS}:KILL", TOSO_PUBLIC_URL="")
    for text in ("chào", "1", "bác", *["của tôi"] * QUESTIONS):
        await person.says(text, wait=False)
    await dying.ended()
    chat = Chat("telegram", str(person.record.id), str(person.record.id))
    not_noted = rig.server.ask("LLEN", partition_of(chat.key).outbox(chat.key))
    rig.passes(3600)
    app = await rig.faulty("trapped", port=dying.port, TOSO_PUBLIC_URL="")

    async def all_answered() -> bool:
        return await asked(rig, app) >= QUESTIONS

    await until(all_answered)
    await person.says("menu", wait=False)
    await until_read(person, QUESTIONS + 4)
    assert await asked(rig, app) == QUESTIONS
    assert len(read(person)) <= QUESTIONS + 4 + not_noted, "more came twice than what nobody had noted as sent"


async def test_killed_among_many_talks_it_loses_nothing_and_answers_each_once(rig: Rig) -> None:
    people = [rig.telegram.person() for _ in range(6)]
    dying = await rig.faulty("trapped", FATE="commit:9:KILL", TOSO_PUBLIC_URL="")
    for text in ("chào", "1", "bác"):
        for person in people:
            await person.says(text, wait=False)
    await dying.ended()
    rig.passes(3600)
    await rig.faulty("trapped", port=dying.port, TOSO_PUBLIC_URL="")
    answers = sequential(["chào", "1", "bác"])
    for person in people:
        await until(partial(has_all, person, answers))
        assert list(dict.fromkeys(read(person))) == answers, "in order, whatever was sent twice"


async def test_a_press_that_telegram_takes_long_to_accept_holds_up_nobody(rig: Rig) -> None:
    hasty, other = rig.telegram.person(), rig.telegram.person()
    await rig.faulty("trapped", TOSO_PUBLIC_URL="")
    await hasty.says("chào", wait=False)
    await until_read(hasty, 1)
    rig.telegram.fail_next("timeout", method="answerCallbackQuery")
    await hasty.presses("Đồng ý", wait=False)
    await other.says("chào", wait=False)
    await until_read(other, 1)
    await until_read(hasty, 2)
    assert read(hasty) == sequential(["chào", "1"])


@pytest.mark.parametrize("who", ["worker", "app"])
async def test_who_takes_the_place_of_the_dead_fetches_at_once(rig: Rig, who: str) -> None:
    """The dead would have the fetching for an hour more."""
    person, port, env = rig.telegram.person(), free_port(), {"TOSO_PUBLIC_URL": "", "TOSO_DATA_DIR": str(rig.folder)}
    app = rig.launch(["-m", "bot.cli", "serve"], port, env)
    await person.says("chào", wait=False)
    await until_read(person, 1)
    await rig.noted(app)
    if who == "app":
        app.kill()
    else:
        app.send(signal.SIGSTOP)
        os.kill(int(re.findall(r"Started server process \[(\d+)\]", app.log)[0]), signal.SIGKILL)
    until_ms, _, holder = rig.server.ask("GET", role("telegram-poll")).decode().partition(" ")
    rig.server.ask("SET", role("telegram-poll"), f"{int(until_ms) + 3_600_000} {holder}")
    if who == "app":
        rig.launch(["-m", "bot.cli", "serve"], port, env)
    else:
        app.send(signal.SIGCONT)
    await person.says("1", wait=False)
    await until_read(person, 2)
    assert read(person) == sequential(["chào", "1"])


@pytest.mark.parametrize("fault", [401, 409, "broken"])
async def test_a_channel_that_cannot_be_fetched_from_is_named_until_it_can(rig: Rig, fault: Fault) -> None:
    person = rig.telegram.person()
    app = await rig.faulty("trapped", TOSO_PUBLIC_URL="")
    await person.says("chào", wait=False)
    await until_read(person, 1)
    rig.telegram.fail_next(fault, method="getUpdates", words="it is wrong", times=1000)
    await person.says("1", wait=False)  # ends the call that waits

    async def named() -> bool:
        async with rig.session.get(f"{app.address}/readyz") as ready:
            return ready.status == 200 and (await ready.json()).get("down") == ["telegram"]

    await until(named, lambda: app.log)
    assert 'toso_channel_up{channel="telegram"} 0.0' in await rig.metrics(app)
    store = RedisStore(rig.server.name, "doctor")
    with pytest.raises(PlatformError, match=r"nothing can be fetched from telegram since .*: nobody there is heard"):
        await delivery(store, ["telegram"])
    await store.close()
    rig.telegram.faults = Faults()
    await until_read(person, 2)

    async def up() -> bool:
        return 'toso_channel_up{channel="telegram"} 1.0' in await rig.metrics(app)

    await until(up, lambda: app.log)
    assert read(person) == sequential(["chào", "1"])
