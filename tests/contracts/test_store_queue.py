"""Whatever happens to requests, each is in exactly one place, and nothing that was said, called or recorded is lost."""

import asyncio
from collections import Counter, defaultdict
from contextlib import suppress
from random import Random

import pytest
from msgspec import Struct
from msgspec.structs import replace

from bot.errors import Conflict
from bot.model import Call, Chat, Escalation, Record, Said, Session, State, Turn
from bot.ports.store import Loaded, Store
from bot.store import keys
from bot.store.keys import partition_letter
from tests.contracts.stores import NOW, at_ms
from tests.patience import until

CHATS = tuple(Chat("telegram", str(number), str(number)) for number in range(8))
TEAMS = ("to-1", "to-2", "")
NEXT: dict[State, tuple[State, ...]] = {
    "waiting": ("waiting", "offered", "held", "closed"),
    "offered": ("waiting", "offered", "held", "closed"),
    "held": ("waiting", "held", "closed"),
    "closed": ("closed", "waiting"),
}


class Kept(Struct):
    """What must be there of one conversation: each request as it is now and what was said in it, and calls."""

    requests: dict[str, Escalation]
    said: defaultdict[str, list[Said]]
    calls: set[Call]

    def add(self, turn: Turn) -> None:
        """What a saved turn changes."""
        if turn.forget:
            self.requests, self.said, self.calls = {}, defaultdict(list), set()
        if turn.request:
            self.requests[turn.request.code] = turn.request
        if turn.said:
            self.said[turn.session.request] += turn.said
        self.calls.update(turn.calls)


class Ward:
    """Random turns about requests by two workers that meet conflicts and lose answers.

    A session's `seen` names all turns of its conversation that were saved, in order: what is there can be told from it.
    """

    def __init__(self, chance: Random, workers: tuple[Store, Store]) -> None:
        self.chance = chance
        self.workers = workers
        self.turns: dict[str, Turn] = {}
        self.saved: set[str] = set()
        self.refused: set[str] = set()
        self.told: set[Call] = set()
        self.lost = 0

    async def step(self, number: int) -> None:
        """One turn: saved, too late, or with a lost answer and tried again; and sometimes a call is delivered."""
        chat, worker, name = self.chance.choice(CHATS), self.chance.choice(self.workers), str(number)
        before = await worker.load(chat)
        if self.chance.random() < 0.2:
            with suppress(Conflict):
                meddler = self.chance.choice(self.workers)
                await self._commit(meddler, chat, before, f"{name} meddles")
        try:
            if self.chance.random() < 0.25:
                await self._lose_the_answer(worker, chat, before, name)
                before = await worker.load(chat)
                if before.session and name in before.session.seen:
                    return
                name = f"{name} again"  # what is on its way may yet arrive
            await self._commit(worker, chat, before, name)
        except Conflict:
            return
        finally:
            await self._deliver(worker)

    async def _commit(self, worker: Store, chat: Chat, before: Loaded, name: str) -> None:
        turn = self.turns[name] = self._turn(chat, before.session or Session(), name)
        try:
            await worker.commit(chat, before, turn, [], pulled=False)
        except Conflict:
            self.refused.add(name)
            raise
        self.saved.add(name)

    async def _lose_the_answer(self, worker: Store, chat: Chat, before: Loaded, name: str) -> None:
        """Save, or not, and never know: the caller is gone after some turns of the loop."""
        turn = self.turns[name] = self._turn(chat, before.session or Session(), name)
        task = asyncio.create_task(worker.commit(chat, before, turn, [], pulled=False))
        for _ in range(self.chance.randrange(12)):
            await asyncio.sleep(0)
        task.cancel()
        with suppress(asyncio.CancelledError, Conflict):
            await task
        self.lost += 1

    async def _deliver(self, worker: Store) -> None:
        due = await at_ms(NOW, worker).calls_due(0)
        if due and self.chance.random() < 0.3:
            chat, call = self.chance.choice(due)
            worker.called(chat, call)
            self.told.add(call)

    def _turn(self, chat: Chat, session: Session, name: str) -> Turn:
        seen = (*session.seen, name)
        if self.chance.random() < 0.04:
            return Turn(Session(seen=seen), forget=True)
        last = self._last(session)
        draw = self.chance.random()
        request = None
        if last and draw < 0.6:
            state = self.chance.choice(NEXT[last.state])
            request = replace(last, state=state, team=self.chance.choice(TEAMS), rev=last.rev + 1)
        elif draw < 0.8 and (not last or last.state == "closed"):
            code = f"{partition_letter(chat.key)}{self.chance.randrange(30):04}"
            request = Escalation(code=code, chat=chat, opened_at=1000 + len(self.turns) // 3, team="to-1")
        code = request.code if request else session.request
        return Turn(
            replace(session, request=code, seen=seen),
            request=request,
            said=tuple(
                Said(1, "resident", f"{name}.{each}") for each in range(self.chance.randrange(3) if code else 0)
            ),
            calls=(Call(name, code, "team:to-1", "offer"),) if request else (),
            records=(Record(1, "did", about=name),),
        )

    def _last(self, session: Session) -> Escalation | None:
        """The request that this conversation was about last, as the last saved turn left it."""
        turns = (self.turns[name] for name in reversed(session.seen))
        return next((turn.request for turn in turns if turn.request), None) if session.request else None

    async def check(self) -> None:
        """Everything saved is there, whole and once; nothing else is."""
        applied: list[str] = []
        requests: dict[str, Escalation] = {}
        calls: set[Call] = set()
        for chat in CHATS:
            it = await self.workers[0].load(chat)
            seen = it.session.seen if it.session else ()
            assert it.version == len(seen)
            kept = Kept({}, defaultdict(list), set())
            for name in seen:
                kept.add(self.turns[name])
            assert not requests.keys() & kept.requests.keys()
            requests |= kept.requests
            calls |= kept.calls
            applied += seen
            for code in kept.requests:
                thread = await self.workers[1].thread(code)
                assert thread == [*enumerate(kept.said[code], start=1)]
        assert self.saved <= set(applied)
        assert not self.refused & set(applied)
        assert len(set(applied)) == len(applied)
        await self._check_places(requests)
        due = {call for _, call in await at_ms(NOW, self.workers[1]).calls_due(0, limit=10_000)}
        assert calls - self.told <= due <= calls
        records = Counter(record.about for _, record in await self.workers[0].records(10_000))
        assert records == Counter(record.about for name in applied for record in self.turns[name].records)

    async def _check_places(self, requests: dict[str, Escalation]) -> None:
        one, two = self.workers
        there = sorted((each for each in requests.values() if each.state != "closed"), key=_order)
        assert await one.open_requests() == there
        parts = [await two.requests_in(number) for number in range(len(keys.PARTITIONS))]
        assert sorted((each for part in parts for each in part), key=_order) == there
        for code, each in requests.items():
            assert await two.escalation(code) == each
            found = await one.find(code)
            assert (found.request if found else None) == (None if each.state == "closed" else each)
        for team in TEAMS:
            line = [each for each in there if each.team == team and each.state in ("waiting", "offered")]
            places = [await two.place_in_line(team, *_order(each)) for each in line]
            assert places == list(range(1, len(line) + 1))
            assert await one.place_in_line(team, 10**9, "~") == len(line) + 1


def _order(request: Escalation) -> tuple[int, str]:
    return request.opened_at, request.code


@pytest.mark.parametrize("seed", range(3))
async def test_each_request_is_in_exactly_one_place(workers: tuple[Store, Store], seed: int) -> None:
    ward = Ward(Random(seed), workers)
    for number in range(150):
        await ward.step(number)
        if number % 30 == 29:
            await ward.check()
    assert ward.saved
    assert ward.refused
    assert ward.lost


async def test_it_holds_when_all_happens_at_once(workers: tuple[Store, Store]) -> None:
    ward = Ward(Random(7), workers)
    for start in range(0, 180, 12):
        await asyncio.gather(*(ward.step(number) for number in range(start, start + 12)))

    async def noted() -> bool:
        return ward.told.isdisjoint(call for _, call in await at_ms(NOW, workers[0]).calls_due(0, limit=10_000))

    await until(noted)
    await ward.check()
    assert ward.refused
