"""A ward where many volunteers press *take* at once: two workers over one store, and no channel that costs time."""

import asyncio
from collections.abc import Sequence
from random import Random

from bot.app import wire
from bot.channels.web import WebChannel
from bot.clock import SystemClock
from bot.desk.people import People
from bot.desk.roster import Volunteer
from bot.model import Chat, Deed, Escalation, Place, Session, Turn, Verdict, encode, replace
from bot.ports.store import Store
from bot.service.handler import Handler
from bot.service.outbox import LogGrowth
from bot.store.keys import partition_letter
from tests.setting import content, setting

TEAM = "to-mau-b"


class Ward:
    """`volunteers` of one team, each at one of the workers, and residents who wait."""

    def __init__(self, stores: Sequence[Store], volunteers: int) -> None:
        self._stores = stores
        self.people = [f"nguoi-{number}" for number in range(volunteers)]
        self._workers: list[Handler] = []

    async def join(self) -> None:
        """Everybody becomes a volunteer."""
        for name in self.people:
            row = encode(Volunteer(name, f"Người {name[6:]}", teams=(TEAM,)))
            await self._stores[0].put("people", name, None, row)

    async def open(self) -> None:
        """The workers begin."""
        clock = SystemClock()
        for store in self._stores:
            people = People(store, content().ward, clock)
            await people.refresh()
            handle, _, _ = wire(
                replace(setting(), roster=people.roster),
                store,
                {"web": WebChannel()},
                people,
                LogGrowth(),
                clock,
                draw_code=lambda key, tries: "",
                alias=str,
            )
            self._workers.append(handle)

    async def requests(self, count: int, first: int) -> list[str]:
        """So many residents ask for a person; their codes."""
        return list(await asyncio.gather(*(self._ask(number) for number in range(first, first + count))))

    async def take_all(
        self, codes: Sequence[str], who: Sequence[str], chance: Random
    ) -> dict[str, list[tuple[str, Verdict]]]:
        """They press *take* for every request, all at once and in any order; what each was told."""
        presses = [(code, each) for code in codes for each in who]
        chance.shuffle(presses)
        verdicts = await asyncio.gather(*(self._take(code, who) for code, who in presses))
        told: dict[str, list[tuple[str, Verdict]]] = {code: [] for code in codes}
        for (code, who), verdict in zip(presses, verdicts, strict=True):
            told[code].append((who, verdict))
        return told

    def codes(self, count: int, first: int) -> list[str]:
        """The codes of `requests`."""
        return [_code(number) for number in range(first, first + count)]

    async def check(self, told: dict[str, list[tuple[str, Verdict]]]) -> None:
        """Exactly one winner a request, whom the store names too; everybody else was told who has it."""
        held = {each.code: each for each in await self._stores[-1].open_requests()}
        for code, verdicts in told.items():
            winners = [who for who, verdict in verdicts if verdict.name == "done"]
            assert len(winners) == 1, f"{code}: {winners}"
            assert held[code].state == "held"
            assert held[code].holder == winners[0]
            losers = [verdict for who, verdict in verdicts if who != winners[0]]
            assert {(verdict.name, verdict.about) for verdict in losers} == {("taken", winners[0])}

    async def _ask(self, number: int) -> str:
        chat, code = _chat(number), _code(number)
        request = Escalation(code=code, chat=chat, opened_at=1_790_000_000 + number, team=TEAM)
        store = self._stores[number % len(self._stores)]
        session = Session(you="bac", consent="yes", place=Place("person"), request=code)
        before = await store.load(chat)
        await store.commit(chat, before, Turn(session, request=request), [], pulled=True)
        return code

    async def _take(self, code: str, who: str) -> Verdict:
        worker = self._workers[hash((code, who)) % len(self._workers)]
        return await worker.do(f"{who}:take:{code}", Deed("take", code, who))


def _chat(number: int) -> Chat:
    return Chat("web", f"r{number}", f"r{number}")


def _code(number: int) -> str:
    return f"{partition_letter(_chat(number).key)}{number:06}"
