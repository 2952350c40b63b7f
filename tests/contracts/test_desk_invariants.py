"""Residents, volunteers and due times do whatever chance finds, on two workers that die at any moment.

Afterwards every request is in exactly one place, and the session, the queue and the thread tell the same story.
"""

import asyncio
from collections.abc import Callable, Coroutine
from itertools import count
from random import Random
from typing import Any, get_args

import pytest

from bot.app import wire
from bot.channels.web import WebChannel, read_parcel
from bot.desk.people import People
from bot.desk.roster import Role, Volunteer
from bot.model import Act, Chat, Deed, Escalation, Incoming, Place, Session, Turn, Verdict, encode, replace
from bot.ports.store import Store
from bot.service.handler import Handler
from bot.service.outbox import LogGrowth
from bot.store.keys import partition_letter
from tests.contracts.stores import at_ms
from tests.setting import content, setting

MONDAY = 1_795_401_000
"""2026-11-23 09:30 in Việt Nam: everybody is on duty."""
TEAMS = ("to-mau-a", "to-mau-b")
RESIDENTS, VOLUNTEERS = 6, 5
WANTED = {"take", "reply", "note", "release", "close"}
"""What must have happened before it is enough."""
ACTS: tuple[Act, ...] = get_args(Act)


class Clock:
    """A clock that the test moves on."""

    seconds = MONDAY

    def now_ms(self) -> int:
        return self.seconds * 1000

    def steady_ms(self) -> int:
        return self.now_ms()


class Ward:
    """What everybody did, and what has to be true of it."""

    def __init__(self, chance: Random, stores: tuple[Store, Store]) -> None:
        self._chance = chance
        self._stores = stores
        self._clock = Clock()
        self._ids = count(1)
        self._codes = count(1)
        self._workers: list[Handler] = []
        self._chats = [Chat("web", f"r{number}", f"r{number}") for number in range(RESIDENTS)]
        self._people = [f"nguoi-{number}" for number in range(VOLUNTEERS)]
        self.given: set[str] = set()
        self.written: dict[str, Chat] = {}
        self.answered: dict[str, str] = {}
        self.done: dict[str, int] = dict.fromkeys(ACTS, 0)
        self.died = 0

    async def open(self) -> None:
        """Volunteers join, residents are known."""
        for number, name in enumerate(self._people):
            role: Role = "lead" if number == 0 else "volunteer"
            teams = TEAMS if number < 2 else (TEAMS[number % 2],)
            await self._stores[0].put("people", name, None, encode(Volunteer(name, f"Người {number}", "", role, teams)))
        for chat in self._chats:
            session = Session(you="bac", consent="yes", group="-", place=Place("menu"))
            await self._stores[0].commit(chat, await self._stores[0].load(chat), Turn(session), [], pulled=True)
        for store in self._stores:
            people = People(store, content().ward, self._clock)
            await people.refresh()
            handle, _, _ = wire(
                replace(setting(), roster=people.roster),
                store,
                {"web": WebChannel()},
                people,
                LogGrowth(),
                self._clock,
                draw_code=lambda key, tries: f"{partition_letter(key)}{next(self._codes):04}",
                alias=str,
            )
            self._workers.append(handle)

    async def step(self) -> None:
        """One thing that somebody does, or that comes by itself."""
        self._clock.seconds += self._chance.choice((1, 20, 400))
        draw = self._chance.random()
        if draw < 0.35:
            await self._resident()
        elif draw < 0.9:
            await self._volunteer()
        else:
            await self._time()

    async def _resident(self) -> None:
        chat, id_ = self._chance.choice(self._chats), f"m{next(self._ids)}"
        text = self._chance.choice(("gặp người", "gặp người", "menu", "1", "2", "3", f"máy bác báo {id_} là sao"))
        if id_ in text:
            self.written[text] = chat
        await self._until_done(lambda worker: worker(Incoming(id_, chat, text=text)))

    async def _volunteer(self) -> None:
        who, id_ = self._chance.choice(self._people), f"d{next(self._ids)}"
        holders = {each.code: each.holder for each in await self._stores[0].open_requests()}
        self.given |= holders.keys()
        holders["A9999"] = ""
        code = self._chance.choice(list(holders))
        if self._chance.random() < 0.7:
            who = holders[code] or who
        act = self._chance.choice(ACTS if holders[code] else ("take", "take", "take", *ACTS))
        to = {
            "assign": self._chance.choice(self._people),
            "transfer": self._chance.choice([*self._people, *(f"team:{team}" for team in TEAMS)]),
        }.get(act, "")
        text = f"Bác thử lại giúp cháu {id_} nhé" if act in ("reply", "note", "transfer") else ""
        verdict = await self._until_done(lambda worker: worker.do(id_, Deed(act, code, who, text, to)))
        if verdict.name == "done":
            self.done[act] += 1
            if act == "reply":
                self.answered[text] = code

    async def _time(self) -> None:
        self._clock.seconds += 1800
        for due in await at_ms(self._clock.now_ms(), self._stores[0]).timers_due({"web"}):
            ring = Incoming(f"timer:{due.name}:{due.at}", due.chat, "timer", due.name)
            await self._until_done(lambda worker, ring=ring: worker(ring))  # type: ignore[misc]

    async def _until_done(self, act: Callable[[Handler], Coroutine[Any, Any, Any]]) -> Any:
        """The same thing again and again, on either worker, while the one that does it dies."""
        while True:
            task = asyncio.create_task(act(self._chance.choice(self._workers)))
            if self._chance.random() < 0.7:
                return await task
            for _ in range(self._chance.randrange(12)):
                await asyncio.sleep(0)
            if task.done():
                return await task
            task.cancel()
            self.died += 1
            await asyncio.gather(task, return_exceptions=True)

    def done_once(self) -> set[str]:
        """What somebody did at least once."""
        return {act for act, times in self.done.items() if times}

    async def take(self, code: str) -> Verdict:
        """A lead of all teams takes it."""
        return await self._workers[0].do("take", Deed("take", code, self._people[0]))

    async def check(self) -> None:
        """One place for each request; session, queue, thread and log agree."""
        store = self._stores[1]
        found = await store.open_requests()
        requests = {each.code: each for each in found}
        assert len(requests) == len(found)
        assert found == sorted(found, key=lambda each: (each.opened_at, each.code))
        self.given |= requests.keys()
        for code in self.given:
            request = await store.escalation(code)
            assert request is not None, f"{code} is in no place"
            assert (request.state != "closed") == (code in requests)
        for chat in self._chats:
            await self._check_session(store, chat, [each for each in found if each.chat == chat])
        for team in TEAMS:
            line = [each for each in found if each.team == team and each.state in ("waiting", "offered")]
            for place, each in enumerate(line, start=1):
                assert await store.place_in_line(team, each.opened_at, each.code) == place
            assert await store.place_in_line(team, 2**40, "~") == len(line) + 1
        await self._check_words(store)

    async def _check_session(self, store: Store, chat: Chat, mine: list[Escalation]) -> None:
        session = (await store.load(chat)).session
        assert session is not None
        assert [each.code for each in mine] == ([session.request] if session.request else [])
        assert session.helper == (mine[0].holder if mine and mine[0].state == "held" else "")
        if mine:
            assert bool(mine[0].holder) == (mine[0].state in ("offered", "held"))

    async def _check_words(self, store: Store) -> None:
        """What was said is there once: a line in a thread or nowhere, an answer in its thread and in the chat."""
        threads = {code: [said.text for _, said in await store.thread(code)] for code in self.given}
        everything = [text for texts in threads.values() for text in texts]
        for text in self.written:
            assert everything.count(text) <= 1
        for text, code in self.answered.items():
            assert threads[code].count(text) == 1
        for chat in self._chats:
            shown = [bytes(read_parcel(entry.parcel).reply).decode() for entry in await store.read_log(chat, 0)]
            for text in self.answered:
                assert sum(text in each for each in shown) <= 1


@pytest.mark.parametrize("seed", range(4))
async def test_whatever_happens_every_request_is_in_one_place(workers: tuple[Store, Store], seed: int) -> None:
    ward = Ward(Random(seed), workers)
    await ward.open()
    for number in range(60):
        for _ in range(80):
            await ward.step()
        await ward.check()
        if number >= 7 and ward.done_once() >= WANTED:
            break
    assert ward.given
    assert ward.died
    assert ward.done_once() >= WANTED


async def test_it_holds_when_all_happens_at_once(workers: tuple[Store, Store]) -> None:
    ward = Ward(Random(9), workers)
    await ward.open()
    for _ in range(20):
        await asyncio.gather(*(ward.step() for _ in range(12)))
        await ward.check()
    assert ward.done["take"]
    assert ward.died


async def test_who_cannot_be_reached_is_left_in_line(workers: tuple[Store, Store]) -> None:
    """The channel somebody asked on was switched off since."""
    ward = Ward(Random(1), workers)
    await ward.open()
    chat = Chat("telegram", "7", "7")
    request = Escalation(code=f"{partition_letter(chat.key)}0007", chat=chat, opened_at=MONDAY, team=TEAMS[0])
    turn = Turn(Session(request=request.code), request=request)
    await workers[0].commit(chat, await workers[0].load(chat), turn, [], pulled=False)
    verdict = await ward.take(request.code)
    assert verdict.name == "unreachable"
    assert await workers[1].escalation(request.code) == request
