"""Whatever happens to requests, each is in exactly one place: waiting, or closed, and nowhere twice."""

import asyncio
from random import Random

import pytest

from bot.errors import Conflict
from bot.model import Chat, Escalation, Session, Turn
from bot.ports import Store
from bot.store.keys import partition_letter
from tests.contracts.stores import NOW, save

CHATS = tuple(Chat("telegram", str(number), str(number)) for number in range(8))


class Ward:
    """Random residents who open and close requests, and what must be true of the queue meanwhile."""

    def __init__(self, chance: Random, workers: tuple[Store, Store]) -> None:
        self.chance = chance
        self.workers = workers
        self.given: dict[str, Escalation] = {}
        self.closed: set[str] = set()
        self.refused = 0

    async def step(self, number: int) -> None:
        """One resident opens a request, closes their last, both at once, or only writes; maybe too late."""
        chat = self.chance.choice(CHATS)
        worker = self.chance.choice(self.workers)
        before = await worker.load(chat)
        meddled = self.chance.random() < 0.2
        current = before.session.request if before.session else ""
        opened = self._request(chat, number) if self.chance.random() < 0.5 else None
        closed = current if self.chance.random() < 0.5 else ""
        turn = Turn(Session(request=opened.code if opened else current), opened=opened, closed=closed)
        try:
            if meddled:
                await save(self.chance.choice(self.workers), chat, turn=Turn(before.session or Session()))
            await worker.commit(chat, before, turn, [], pulled=False, now_ms=NOW + number)
        except Conflict:
            self.refused += 1
            return
        if opened:
            assert opened.code not in self.given
            self.given[opened.code] = opened
        if closed:
            self.closed.add(closed)

    async def check(self) -> None:
        """Every code given is in the line in its place, or closed."""
        line = await self.workers[0].waiting()
        codes = [each.code for each in line]
        assert len(set(codes)) == len(codes)
        assert set(codes) == set(self.given) - self.closed
        assert line == sorted(line, key=lambda each: (each.opened_at, each.code))
        for place, each in enumerate(line, start=1):
            assert each == self.given[each.code]
            assert await self.workers[1].place_in_line(each.opened_at, each.code) == place
        for code in self.given:
            found = await self.workers[1].escalation(code)
            assert found is not None
            assert found.state == ("closed" if code in self.closed else "waiting")

    def _request(self, chat: Chat, number: int) -> Escalation:
        code = f"{partition_letter(chat.key)}{self.chance.randrange(30):04}"
        return Escalation(code=code, chat=chat, opened_at=1000 + number // 3)


@pytest.mark.parametrize("seed", range(3))
async def test_each_request_is_in_exactly_one_place(workers: tuple[Store, Store], seed: int) -> None:
    ward = Ward(Random(seed), workers)
    for number in range(120):
        await ward.step(number)
        if number % 20 == 19:
            await ward.check()
    assert ward.closed
    assert ward.refused


async def test_it_holds_when_all_happens_at_once(workers: tuple[Store, Store]) -> None:
    ward = Ward(Random(7), workers)
    for start in range(0, 120, 12):
        await asyncio.gather(*(ward.step(number) for number in range(start, start + 12)))
    await ward.check()
    assert ward.given
