"""What every store promises about a whole ward: requests for a person, timers, counters, guides, roles."""

import asyncio
from datetime import date

import pytest
from msgspec.structs import replace

from bot.content.guide import Checked, Guide, Step, StepWords, Words
from bot.errors import Conflict, ContentWrong
from bot.model import Chat, Escalation, Event, Session, Timer, Turn
from bot.ports import Due, Loaded, Store
from bot.store.keys import partition_letter
from tests.contracts.stores import AN, LONG, NOW, save

Workers = tuple[Store, Store]


def request(chat: Chat, number: int = 1, opened_at: int = 100) -> Escalation:
    code = f"{partition_letter(chat.key)}{number:04}"
    return Escalation(code=code, chat=chat, opened_at=opened_at, topic="vneid", tried=("nfc",), lines=("Cháu ơi",))


async def opened(store: Store, escalation: Escalation) -> None:
    await save(store, escalation.chat, turn=Turn(Session(request=escalation.code), opened=escalation))


async def closed(store: Store, escalation: Escalation) -> None:
    await save(store, escalation.chat, turn=Turn(Session(), closed=escalation.code))


class TestRequests:
    async def test_an_open_one_waits_and_a_closed_one_can_be_looked_up(self, workers: Workers) -> None:
        one, two = workers
        wanted = request(LONG)
        await opened(one, wanted)
        assert await two.waiting() == [wanted]
        assert await two.escalation(wanted.code) == wanted
        await closed(two, wanted)
        assert await one.waiting() == []
        assert await one.escalation(wanted.code) == replace(wanted, state="closed")
        await closed(one, wanted)
        assert await one.escalation(wanted.code) == replace(wanted, state="closed")
        for code in ("A0000", "Z1", "?", ""):
            assert await one.escalation(code) is None

    async def test_the_line_is_in_the_order_of_opening_across_partitions(self, store: Store) -> None:
        chats = [Chat("telegram", str(number), str(number)) for number in range(12)]
        requests = [request(chat, number, 1000 - number // 2) for number, chat in enumerate(chats)]
        for each in requests:
            await opened(store, each)
        line = sorted(requests, key=lambda each: (each.opened_at, each.code))
        assert await store.waiting() == line
        places = [await store.place_in_line(each.opened_at, each.code) for each in line]
        assert places == list(range(1, 13))
        assert await store.place_in_line(2000, "~") == 13
        assert await store.place_in_line(1, "~") == 1

    @pytest.mark.parametrize("state", ["open", "closed"])
    async def test_a_code_that_was_given_is_refused_with_the_whole_turn(self, store: Store, state: str) -> None:
        first = request(LONG)
        await opened(store, first)
        if state == "closed":
            await closed(store, first)
        again = Turn(Session(you="cô"), opened=request(LONG, opened_at=200), events=(Event("asked"),))
        before = await store.load(LONG)
        with pytest.raises(Conflict):
            await store.commit(LONG, before, again, [b"a"], pulled=False, now_ms=NOW)
        assert await store.load(LONG) == before
        assert (await store.counters(), await store.backlog()) == ({}, 0)
        found = await store.escalation(first.code)
        assert found is not None
        assert found.opened_at == 100

    async def test_two_that_draw_the_same_code_do_not_share_it(self, workers: Workers) -> None:
        other = next(
            chat
            for chat in (Chat("web", str(number), str(number)) for number in range(999))
            if partition_letter(chat.key) == partition_letter(LONG.key)
        )
        pair = zip(workers, (request(LONG), request(other)), strict=True)
        results = await asyncio.gather(*(opened(worker, each) for worker, each in pair), return_exceptions=True)
        assert [type(result) for result in results].count(Conflict) == 1
        assert len(await workers[0].waiting()) == 1

    async def test_a_code_says_where_it_lives(self, store: Store) -> None:
        wrong = replace(request(LONG), code="?0001")
        with pytest.raises(ValueError, match="letter"):
            await opened(store, wrong)
        assert (await store.load(LONG)).version == 0


class TestForgetting:
    async def test_all_that_was_kept_about_a_person_goes(self, store: Store) -> None:
        old, now, others = request(LONG, 1), request(LONG, 2), request(AN, 3)
        await opened(store, old)
        await closed(store, old)
        await opened(store, others)
        await save(store, AN, turn=Turn(Session(), timers=(Timer("nudge", 1),)))
        log = Turn(Session(), opened=now, timers=(Timer("nudge", 1), Timer("hold", 2)))
        await save(store, LONG, b"a", b"b", turn=log, pulled=True)
        await save(store, LONG, b"gone", turn=Turn(Session(), closed=now.code, forget=True), pulled=True)
        assert [entry.parcel for entry in await store.read_log(LONG, 0)] == [b"gone"]
        assert [await store.escalation(code) for code in (old.code, now.code)] == [None, None]
        assert await store.waiting() == [others]
        assert await store.timers_due(NOW) == [Due(AN, "nudge", 1)]

    async def test_parcels_that_wait_are_still_sent(self, store: Store) -> None:
        await save(store, LONG, b"a")
        assert (await save(store, LONG, b"b", turn=Turn(Session(), forget=True))).tail == 2
        assert await store.backlog() == 1


class TestTimers:
    async def test_one_stays_until_a_commit_removes_it(self, workers: Workers) -> None:
        one, two = workers
        at = NOW // 1000 + 60
        await save(one, LONG, turn=Turn(Session(), timers=(Timer("hold", at),)))
        assert await two.timers_due(at * 1000 - 1) == []
        for worker in workers:
            assert await worker.timers_due(at * 1000) == [Due(LONG, "hold", at)]
        await save(two, LONG, turn=Turn(Session(), timers=(Timer("hold", 0), Timer("never was", 0))))
        assert await one.timers_due(at * 1000) == []

    async def test_setting_it_again_moves_it(self, store: Store) -> None:
        for at in (10, 30):
            await save(store, LONG, turn=Turn(Session(), timers=(Timer("hold", at), Timer("remind", 20))))
        assert await store.timers_due(29_999) == [Due(LONG, "remind", 20)]
        assert await store.timers_due(30_000) == [Due(LONG, "remind", 20), Due(LONG, "hold", 30)]

    async def test_no_more_than_asked_for_the_oldest_first(self, store: Store) -> None:
        for number in range(8):
            chat = Chat("web", str(number), str(number))
            await save(store, chat, turn=Turn(Session(), timers=(Timer("t", 50 - number),)))
        assert [due.at for due in await store.timers_due(NOW, limit=3)] == [43, 44, 45]


async def test_events_are_counted(workers: Workers) -> None:
    events = (Event("step", "vneid/a"), Event("step", "vneid/a"), Event("greeted"))
    for worker, chat in zip(workers, (LONG, AN), strict=True):
        await save(worker, chat, turn=Turn(Session(), events=events))
    assert await workers[0].counters() == {"step vneid/a": 4, "greeted": 2}


def guide(name: str = "vneid", version: int = 1, text: str = "Mở VNeID.") -> Guide:
    words = Words("VNeID", {"open": StepWords(text)})
    day = date(2026, 11, 24)
    checked = Checked("demo", day)
    return Guide(
        id=name,
        version=version,
        topic="vneid",
        start="open",
        steps={"open": Step(end="done")},
        words={"vi": words},
        checked=checked,
        review_by=day,
    )


class TestGuides:
    async def test_every_version_stays_and_the_last_is_current(self, workers: Workers) -> None:
        one, two = workers
        assert await one.published() == (0, [], {})
        assert await one.publish(guide())
        assert await two.publish(guide(version=2, text="Mở ứng dụng VNeID."))
        assert await two.publish(guide("bhyt"))
        revision, guides, current = await one.published()
        assert revision == await two.revision() == 3
        assert {(each.id, each.version) for each in guides} == {("vneid", 1), ("vneid", 2), ("bhyt", 1)}
        assert guide(version=2, text="Mở ứng dụng VNeID.") in guides
        assert current == {"vneid": 2, "bhyt": 1}

    async def test_publishing_the_same_again_changes_nothing(self, workers: Workers) -> None:
        one, two = workers
        results = await asyncio.gather(*(worker.publish(guide()) for worker in (one, two, one)))
        assert sorted(results) == [False, False, True]
        await one.publish(guide(version=2))
        assert not await two.publish(guide())
        assert await one.revision() == 2
        assert (await one.published())[2] == {"vneid": 2}

    async def test_a_published_version_never_changes(self, store: Store) -> None:
        await store.publish(guide())
        with pytest.raises(ContentWrong, match="vneid version 1"):
            await store.publish(guide(text="Khác."))
        assert await store.published() == (1, [guide()], {"vneid": 1})


class TestInstallation:
    async def test_small_values(self, workers: Workers) -> None:
        one, two = workers
        assert await one.recall("offset") is None
        await one.remember("offset", b"1\x00\xff")
        await two.remember("offset", b"2\x00\xff")
        assert await one.recall("offset") == b"2\x00\xff"

    async def test_a_role_has_one_holder_at_a_time(self, workers: Workers) -> None:
        one, two = workers
        assert await one.lead("poll", NOW, 1000)
        assert not await two.lead("poll", NOW + 999, 1000)
        assert await two.lead("sweep", NOW, 1000)
        assert await one.lead("poll", NOW + 900, 1000)
        assert not await two.lead("poll", NOW + 1899, 1000)
        assert await two.lead("poll", NOW + 1900, 1000)
        assert not await one.lead("poll", NOW + 1901, 1000)

    async def test_it_can_save(self, store: Store) -> None:
        await store.ping()
        assert await store.load(LONG) == Loaded(0, None)
