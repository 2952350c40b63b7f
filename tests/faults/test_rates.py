"""A large team is called: residents are answered meanwhile, and two workers together keep the platform's limit."""

import asyncio
import sys
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest
from typing_extensions import override

from bot.desk.roster import Volunteer
from bot.model import Chat, encode
from bot.store.redis import RedisStore
from tests.contracts.desk_site import ASK, TO_STUCK
from tests.emulators.faults import Json
from tests.emulators.telegram_people import Person
from tests.faults.rig import Rig, Telegram, until_read
from tests.patience import until
from tests.ports import free_port

VOLUNTEERS, RESIDENTS, RATE = 600, 20, 30
TEAM = "to-mau-b"


class Watched(Telegram):
    """Notes when each chat was sent something."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[tuple[float, int]] = []

    @override
    async def execute(self, method: str, values: Json, *, by_webhook: bool = False) -> Any:
        if method == "sendMessage":
            self.sent.append((time.monotonic(), int(values["chat_id"])))
        return await super().execute(method, values, by_webhook=by_webhook)


def most_in_a_second(times: Sequence[float]) -> int:
    times = sorted(times)
    return max(number + 1 - bisect_left(times, at - 1.0 + 1e-9) for number, at in enumerate(times))


def note(figures: str) -> None:
    """What was measured, with `pytest -s`."""
    sys.stdout.write(f"\n{figures}\n")


async def join(rig: Rig, people: Sequence[Person]) -> None:
    """All of them are volunteers of one team, with a private chat."""
    store = RedisStore(rig.server.name, "joining")
    for number, person in enumerate(people):
        chat = Chat("telegram", str(person.id), str(person.id))
        who = Volunteer(f"v{number}", f"Hoa {number}", teams=(TEAM,), chats=(chat,))
        assert await store.put("people", who.id, None, encode(who))
    await store.close()


@pytest.mark.slow
async def test_replies_go_before_the_calls_to_a_large_team(rig: Rig) -> None:
    telegram = Watched()
    async with telegram:
        rig.telegram = telegram
        volunteers = [telegram.person() for _ in range(VOLUNTEERS)]
        residents, asking = [telegram.person() for _ in range(RESIDENTS)], telegram.person()
        await join(rig, volunteers)
        port = free_port()
        rates = {"TELEGRAM_RATE": str(RATE), "TELEGRAM_CHAT_RATE": "1"}
        app = rig.launch(["-m", "bot.cli", "serve", "--workers", "2"], port, rates)
        await app.ready(rig.session)
        for person in residents:
            await rig.say(app, person, "chào")
            await until_read(person, 1)
        for text in (*TO_STUCK, *ASK):
            before = len(asking.sees)
            await rig.say(app, asking, text)
            await until_read(asking, before + 1)
        ids = {person.id for person in volunteers}

        def calls() -> int:
            return sum(chat in ids for _, chat in telegram.sent)

        waits, gone_before = list[float](), list[int]()

        async def talks(person: Person) -> None:
            while calls() < VOLUNTEERS:
                count, called, began = len(person.sees), calls(), time.monotonic()
                await rig.say(app, person, "menu")
                await until_read(person, count + 1)
                waits.append(time.monotonic() - began)
                gone_before.append(calls() - called)
                await asyncio.sleep(1.5)

        await until(lambda: calls() > 0)
        await asyncio.gather(*map(talks, residents))
        await until(lambda: calls() >= VOLUNTEERS)
        times = [at for at, _ in telegram.sent]
        waits.sort()
        called = [at for at, chat in telegram.sent if chat in ids]
        note(
            f"{len(waits)} replies: median {waits[len(waits) // 2]:.2f} s, p95 {waits[int(len(waits) * 0.95)]:.2f} s, "
            f"longest {waits[-1]:.2f} s; at most {max(gone_before)} calls went before one; {most_in_a_second(times)} "
            f"messages in the fullest second; {VOLUNTEERS} calls took {max(called) - min(called):.1f} s"
        )
        assert max(Counter(chat for _, chat in telegram.sent if chat in ids).values()) == 1, "each is called once"
        assert max(gone_before) <= 2 * RATE, "a reply stands behind no queue of calls"
        assert app.process.poll() is None
