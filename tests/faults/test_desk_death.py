"""An app is killed after every single answer of the store while a volunteer takes, replies, passes on or closes.

Telegram sends again what was not acknowledged, another app takes over what was. No request is lost, no word is lost,
and nothing comes more than twice.
"""

import asyncio
import itertools
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.desk.people import People
from bot.desk.roster import Volunteer
from bot.model import Chat, Escalation, encode
from bot.store.redis import RedisStore
from tests.emulators.telegram_people import Person
from tests.faults.factories import content
from tests.faults.rig import App, Rig, read
from tests.patience import until

TEAM = "to-mau-b"
HELP = "Bác bấm vào chữ Quên mật khẩu giúp cháu, lần"
FEWEST_ANSWERS = 3
"""So many answers of the store are in the shortest of these acts: load, find, commit."""


class Desk:
    """Two volunteers in Telegram, residents who ask, one app that dies again and again and one that does not."""

    def __init__(self, rig: Rig, store: RedisStore, armed: Path) -> None:
        self.rig = rig
        self.store = store
        self.hoa, self.minh = rig.telegram.person(), rig.telegram.person()
        self.killed = 0
        self._armed = armed
        self._numbers = itertools.count(1)
        self.dying: App
        self.other: App

    async def open(self) -> None:
        """Hoa and Minh join, and open the desk in their chats."""
        for name, person in (("Hoa", self.hoa), ("Minh", self.minh)):
            id_ = str(person.record.id)
            joins = Volunteer(name.lower(), name, "ban", teams=(TEAM,), chats=(Chat("telegram", id_, id_),))
            assert await self.store.put("people", joins.id, None, encode(joins))
        self.dying, self.other = await asyncio.gather(self._start(), self._start(spared=True))
        for person in (self.hoa, self.minh):
            await self.rig.say(self.other, person, "trực")

    async def asks(self) -> tuple[Person, str]:
        """Somebody new asks for a person; their request's code."""
        resident = self.rig.telegram.person()
        known = {each.code for each in await self.store.open_requests()}
        for text in ("/start vneid-may-moi", "1", "bác", "gặp người", "không rõ"):
            await self.rig.say(self.other, resident, text)
        (code,) = {each.code for each in await self.store.open_requests()} - known
        return resident, code

    async def writes(self, who: Person, text: str, number: int) -> bool:
        """They write to an app that dies after so many answers; whether it died. What it left is done all the same."""
        update = self.rig.typed(who, text)
        self._armed.write_text(str(number))
        taken = await self.rig.post(self.dying, update)
        died = await self._dies() if taken != 200 or await self._soon_dead() else False
        self._armed.unlink()
        self.rig.passes()
        if taken != 200:
            await self.rig.deliver(self.other, update)
        if died:
            self.killed += 1
            self.dying = await self._start()
        return died

    async def request(self, code: str) -> Escalation:
        found = await self.store.escalation(code)
        assert found is not None
        return found

    async def _soon_dead(self) -> bool:
        """It may die of what it does after it acknowledged."""
        await asyncio.sleep(0.4)
        return self.dying.process.poll() is not None

    async def _dies(self) -> bool:
        return await self.dying.ended() == -signal.SIGKILL

    async def _start(self, *, spared: bool = False) -> App:
        armed = self._armed.with_name("never") if spared else self._armed
        return await self.rig.faulty("trapped_at_calls", ARMED=str(armed))


@pytest.fixture
async def desk(rig: Rig, tmp_path: Path) -> AsyncIterator[Desk]:
    store = RedisStore(rig.server.name, "the-test")
    people = People(store, content(rig.ward).ward, SystemClock())
    await people.refresh()
    desk = Desk(rig, store, tmp_path / "armed")
    await desk.open()
    yield desk
    await store.close()


async def got(person: Person, words: str, *, most: int = 2) -> None:
    """Somebody reads this, once or as often as is allowed."""
    await until(lambda: any(words in text for text in read(person)), lambda: read(person))
    await asyncio.sleep(0.1)
    assert sum(words in text for text in read(person)) <= most


async def test_a_take_is_never_lost(desk: Desk) -> None:
    for number in itertools.count(1):
        resident, code = await desk.asks()
        died = await desk.writes(desk.hoa, f"nhận {code}", number)
        request = await desk.request(code)
        assert (request.state, request.holder) == ("held", "hoa")
        await got(resident, "Hoa, tình nguyện viên của tổ, đã nhận giúp bác")
        await got(desk.hoa, f"{code} · bác\nGọi bác", most=3)
        if not died:
            break
    assert desk.killed >= FEWEST_ANSWERS


async def test_a_reply_is_never_lost(desk: Desk) -> None:
    resident, code = await desk.asks()
    await desk.rig.say(desk.other, desk.hoa, f"nhận {code}")
    for number in itertools.count(1):
        died = await desk.writes(desk.hoa, f"{HELP} {number}.", number)
        await got(resident, f"{HELP} {number}.")
        thread = [said.text for _, said in await desk.store.thread(code)]
        assert thread.count(f"{HELP} {number}.") == 1
        if not died:
            break
    assert desk.killed >= FEWEST_ANSWERS


async def test_what_a_resident_writes_is_never_lost(desk: Desk) -> None:
    resident, code = await desk.asks()
    await desk.rig.say(desk.other, desk.hoa, f"nhận {code}")
    for number in itertools.count(1):
        died = await desk.writes(resident, f"máy bác vẫn quay, lần {number}.", number)
        await got(desk.hoa, f"máy bác vẫn quay, lần {number}.")
        if not died:
            break
    assert desk.killed >= FEWEST_ANSWERS


@pytest.mark.slow
async def test_passing_on_is_never_lost(desk: Desk) -> None:
    for number in itertools.count(1):
        resident, code = await desk.asks()
        for text in (f"nhận {code}", "5", "minh"):
            await desk.rig.say(desk.other, desk.hoa, text)
        died = await desk.writes(desk.hoa, f"Minh xem giúp bác, lần {number}.", number)
        request = await desk.request(code)
        assert (request.state, request.holder) == ("held", "minh")
        await got(resident, "Từ giờ Minh, tình nguyện viên của tổ, giúp bác tiếp ạ")
        await got(desk.minh, code, most=6)
        notes = [said.text for _, said in await desk.store.thread(code) if said.who == "note"]
        assert notes == [f"Minh xem giúp bác, lần {number}."]
        if not died:
            break
    assert desk.killed >= FEWEST_ANSWERS


async def test_a_close_is_never_lost(desk: Desk) -> None:
    for number in itertools.count(1):
        resident, code = await desk.asks()
        await desk.rig.say(desk.other, desk.hoa, f"nhận {code}")
        died = await desk.writes(desk.hoa, "7", number)
        assert (await desk.request(code)).state == "closed"
        await got(resident, "Hoa xin dừng cuộc nói chuyện ở đây")
        if not died:
            break
    assert desk.killed >= FEWEST_ANSWERS
