"""What every store promises about requests for a person: where each stands, what was said, who hears of it."""

import asyncio

import pytest
from msgspec.structs import replace

from bot.errors import Conflict
from bot.model import Call, Chat, Escalation, Event, Record, Said, Session, State, Timer, Turn
from bot.ports import Due, Found, Loaded, Store
from bot.store import keys
from bot.store.keys import partition_letter, partition_number
from bot.store.limits import THREAD_LENGTH
from tests.contracts.stores import AN, LONG, NOW, save

Workers = tuple[Store, Store]


def request(chat: Chat, number: int = 1, opened_at: int = 100, team: str = "to-1") -> Escalation:
    code = f"{partition_letter(chat.key)}{number:04}"
    return Escalation(code=code, chat=chat, opened_at=opened_at, topic="vneid", tried=("nfc",), team=team)


async def keep(store: Store, escalation: Escalation, *said: Said, calls: tuple[Call, ...] = ()) -> None:
    """Have the request's conversation keep it as it is, open or closed."""
    session = Session(request="" if escalation.state == "closed" else escalation.code)
    await save(store, escalation.chat, turn=Turn(session, request=escalation, said=said, calls=calls))


def moved(escalation: Escalation, state: State, **changes: str) -> Escalation:
    """The request after its next change."""
    return replace(escalation, state=state, rev=escalation.rev + 1, **changes)


def line(*texts: str) -> tuple[Said, ...]:
    return tuple(Said(100 + place, "resident", text) for place, text in enumerate(texts))


class TestRequests:
    @pytest.mark.parametrize("state", ["waiting", "offered", "held"])
    async def test_an_open_one_is_found_with_its_conversation(self, workers: Workers, state: State) -> None:
        one, two = workers
        first = request(LONG)
        await keep(one, first)
        now = moved(first, state, holder="hoa")
        await keep(two, now)
        assert await one.open_requests() == await one.requests_in(partition_number(LONG.key)) == [now]
        assert await one.escalation(now.code) == now
        assert await one.find(now.code) == Found(now, Loaded(2, Session(request=now.code)))

    async def test_one_of_somebody_in_a_group_is_found_too(self, store: Store) -> None:
        wanted = request(AN)
        await keep(store, wanted)
        assert await store.find(wanted.code) == Found(wanted, await store.load(AN))

    async def test_a_closed_one_can_be_looked_up_and_not_found(self, workers: Workers) -> None:
        one, two = workers
        wanted = request(LONG)
        await keep(one, wanted)
        done = moved(wanted, "closed")
        await keep(two, done)
        assert (await one.open_requests(), await one.find(done.code)) == ([], None)
        assert await one.escalation(done.code) == done
        scored = replace(moved(done, "closed"), score=1)
        await keep(one, scored)
        assert await two.escalation(done.code) == scored
        for code in ("A0000", "Z1", "?", ""):
            assert (await one.escalation(code), await one.find(code), await one.thread(code)) == (None, None, [])

    async def test_a_closed_one_can_go_back_to_its_place(self, store: Store) -> None:
        first, second = request(LONG, 1, 100), request(AN, 2, 200)
        for each in (first, second, moved(first, "closed")):
            await keep(store, each)
        assert await store.place_in_line("to-1", 200, second.code) == 1
        again = moved(moved(first, "closed"), "waiting")
        await keep(store, again)
        assert await store.place_in_line("to-1", 200, second.code) == 2
        assert await store.open_requests() == [again, second]
        await keep(store, moved(again, "closed"))
        assert await store.open_requests() == [second]

    async def test_the_line_is_in_the_order_of_opening_across_partitions(self, store: Store) -> None:
        chats = [Chat("telegram", str(number), str(number)) for number in range(12)]
        requests = [request(chat, number, 1000 - number // 2) for number, chat in enumerate(chats)]
        for each in requests:
            await keep(store, each)
        in_order = sorted(requests, key=lambda each: (each.opened_at, each.code))
        assert await store.open_requests() == in_order
        places = [await store.place_in_line("to-1", each.opened_at, each.code) for each in in_order]
        assert places == list(range(1, 13))
        assert await store.place_in_line("to-1", 2000, "~") == 13
        assert await store.place_in_line("to-1", 1, "~") == 1

    async def test_each_team_has_a_line_that_only_those_who_wait_stand_in(self, store: Store) -> None:
        async def lines() -> list[int]:
            return [await store.place_in_line(team, 2000, "~") - 1 for team in ("to-1", "to-2", "")]

        now = request(LONG)
        await keep(store, now)
        assert await lines() == [1, 0, 0]
        steps: tuple[tuple[State, str, list[int]], ...] = (
            ("offered", "to-1", [1, 0, 0]),
            ("held", "to-1", [0, 0, 0]),
            ("waiting", "to-2", [0, 1, 0]),
            ("waiting", "", [0, 0, 1]),
            ("offered", "to-2", [0, 1, 0]),
            ("closed", "to-1", [0, 0, 0]),
        )
        for state, team, expected in steps:
            now = moved(now, state, team=team)
            await keep(store, now)
            assert (state, team, await lines()) == (state, team, expected)

    @pytest.mark.parametrize("state", ["waiting", "held", "closed"])
    async def test_a_code_that_was_given_is_refused_with_the_whole_turn(self, store: Store, state: State) -> None:
        first = request(LONG)
        await keep(store, first)
        now = moved(first, state)
        await keep(store, now)
        again = Turn(
            Session(you="cô"),
            request=request(LONG, opened_at=200),
            said=line("Alo"),
            calls=(Call("1", first.code, "team:to-1", "offer"),),
            records=(Record(1, "open"),),
            events=(Event("asked"),),
        )
        before, changes = await store.load(LONG), await store.request_changes()
        with pytest.raises(Conflict):
            await store.commit(LONG, before, again, [b"a"], pulled=False, now_ms=NOW)
        assert (await store.load(LONG), await store.request_changes()) == (before, changes)
        assert (await store.counters(), await store.backlog(), await store.records(9)) == ({}, 0, [])
        assert (await store.thread(first.code), await store.calls_due(NOW + 1)) == ([], [])
        assert await store.escalation(first.code) == now

    async def test_two_that_draw_the_same_code_do_not_share_it(self, workers: Workers) -> None:
        other = next(
            chat
            for chat in (Chat("web", str(number), str(number)) for number in range(999))
            if partition_letter(chat.key) == partition_letter(LONG.key)
        )
        pair = zip(workers, (request(LONG), request(other)), strict=True)
        results = await asyncio.gather(*(keep(worker, each) for worker, each in pair), return_exceptions=True)
        assert [type(result) for result in results].count(Conflict) == 1
        assert len(await workers[0].open_requests()) == 1

    async def test_of_many_who_take_one_wins(self, workers: Workers) -> None:
        first = request(LONG)
        await keep(workers[0], first)

        seen = [await workers[number % 2].find(first.code) for number in range(10)]

        async def take(number: int, found: Found | None) -> str:
            assert found
            held = moved(found.request, "held", holder=f"v{number}")
            turn = Turn(Session(request=first.code, helper=held.holder), request=held)
            await workers[number % 2].commit(LONG, found.conversation, turn, [], pulled=False, now_ms=NOW)
            return held.holder

        results = await asyncio.gather(*(take(*each) for each in enumerate(seen)), return_exceptions=True)
        (winner,) = (result for result in results if isinstance(result, str))
        assert sum(isinstance(result, Conflict) for result in results) == 9
        now = await workers[0].find(first.code)
        assert now
        assert (now.request.holder, now.request.rev) == (winner, 2)
        assert await workers[1].place_in_line("to-1", 2000, "~") == 1

    async def test_a_code_says_where_it_lives(self, store: Store) -> None:
        strangers = next(letter for letter in keys.LETTERS if letter != partition_letter(LONG.key))
        for code in ("?0001", f"{strangers}0001"):
            with pytest.raises(ValueError, match="letter"):
                await keep(store, replace(request(LONG), code=code))
        assert (await store.load(LONG)).version == 0

    async def test_a_request_is_kept_by_no_conversation_but_its_own(self, store: Store) -> None:
        with pytest.raises(ValueError, match="another"):
            await save(store, AN, turn=Turn(Session(), request=request(LONG)))

    async def test_each_change_shows_in_the_number_of_its_partition_alone(self, store: Store) -> None:
        place, first = partition_number(LONG.key), request(LONG)

        async def grown() -> int:
            before, now = seen[-1], await store.request_changes()
            seen.append(now)
            assert len(now) == len(before) == len(keys.PARTITIONS)
            assert all(
                was == is_now for number, (was, is_now) in enumerate(zip(before, now, strict=True)) if number != place
            )
            return now[place] - before[place]

        seen = [await store.request_changes()]
        await save(store, LONG, b"a", turn=Turn(Session(), events=(Event("step"),), records=(Record(1, "x"),)))
        assert await grown() == 0
        await keep(store, first)
        assert await grown() > 0
        await save(store, LONG, turn=Turn(Session(request=first.code), said=line("Cháu ơi")))
        assert await grown() > 0
        await keep(store, moved(first, "closed"))
        assert await grown() > 0
        await save(store, LONG, turn=Turn(Session(), forget=True))
        assert await grown() > 0


class TestThread:
    async def test_it_is_numbered_and_read_from_a_number_on(self, workers: Workers) -> None:
        one, two = workers
        first = request(LONG)
        await keep(one, first, *line("a"))
        await save(two, LONG, turn=Turn(Session(request=first.code), said=line("b", "c")))
        helped = Said(200, "volunteer", "Bác bấm số 2 ạ", "hoa", "photo-1")
        await keep(one, moved(first, "closed"), helped)
        thread = [*enumerate((*line("a"), *line("b", "c"), helped), start=1)]
        for after in range(6):
            assert await two.thread(first.code, after) == thread[after:]

    async def test_what_is_said_as_the_session_lets_go_of_it_is_kept(self, store: Store) -> None:
        first = request(LONG)
        await keep(store, first)
        await save(store, LONG, turn=Turn(Session(), said=line("Cảm ơn cháu")))
        assert [said.text for _, said in await store.thread(first.code)] == ["Cảm ơn cháu"]

    async def test_the_last_are_kept_and_numbers_go_on(self, store: Store) -> None:
        first = request(LONG)
        await keep(store, first)
        for start in range(0, THREAD_LENGTH + 40, 20):
            said = line(*(str(number) for number in range(start + 1, start + 21)))
            await save(store, LONG, turn=Turn(Session(request=first.code), said=said))
        thread = await store.thread(first.code)
        assert [(number, said.text) for number, said in thread] == [(n, str(n)) for n in range(41, THREAD_LENGTH + 41)]
        assert await store.thread(first.code, 12) == thread
        assert await store.thread(first.code, THREAD_LENGTH + 39) == thread[-1:]

    async def test_nothing_is_said_in_no_request(self, store: Store) -> None:
        with pytest.raises(ValueError, match="none"):
            await save(store, LONG, turn=Turn(Session(), said=line("Alo")))
        assert (await store.load(LONG)).version == 0


class TestCalls:
    async def test_one_stays_until_it_was_delivered(self, workers: Workers) -> None:
        one, two = workers
        mine, theirs = request(LONG), request(AN)
        offer = Call("1", mine.code, "team:to-1", "offer")
        news = Call("7.1", theirs.code, "volunteer:hoa", "news")
        before = await one.load(AN)
        await keep(one, mine, calls=(offer,))
        turn = Turn(Session(request=theirs.code), request=theirs, calls=(news,))
        await one.commit(AN, before, turn, [], pulled=False, now_ms=NOW - 1)
        assert await two.calls_due(NOW - 1) == []
        assert await two.calls_due(NOW) == [(AN, news)]
        assert await two.calls_due(NOW + 1) == [(AN, news), (LONG, offer)]
        assert await two.calls_due(NOW + 1, limit=1) == [(AN, news)]
        two.called(AN, news)
        two.called(LONG, replace(offer, id="2"))
        await asyncio.sleep(0.4)
        assert await one.calls_due(NOW + 1) == [(LONG, offer)]
        one.called(LONG, offer)
        await one.close()
        assert await two.calls_due(NOW + 1) == []

    async def test_a_turn_can_call_without_a_request(self, store: Store) -> None:
        over = Call("1", "A0001", "volunteer:hoa", "over")
        await save(store, LONG, turn=Turn(Session(), calls=(over,)))
        assert await store.calls_due(NOW + 1) == [(LONG, over)]


class TestRecords:
    async def test_the_newest_come_first_page_by_page(self, workers: Workers) -> None:
        one, two = workers
        kept: list[Record] = []
        for number in range(24):
            record = Record(number, "take", f"A{number:04}", by="hoa")
            kept.insert(0, record)
            if number % 5:
                chat = Chat("telegram", str(number), str(number))
                await save(workers[number % 2], chat, turn=Turn(Session(), records=(record,)))
            else:
                await one.record(record)
            await asyncio.sleep(0.002)  # a record's place is the server's time: in one millisecond any order is right
        assert [record for _, record in await two.records(100)] == kept
        paged: list[Record] = []
        before = ""
        while page := await two.records(7, before):
            paged += (record for _, record in page)
            before = page[-1][0]
        assert paged == kept

    async def test_none_is_skipped_or_shown_twice_within_a_millisecond(self, store: Store) -> None:
        records = [Record(number, "take") for number in range(60)]
        turns = (
            save(store, Chat("web", str(record.at), str(record.at)), turn=Turn(Session(), records=(record,)))
            for record in records
        )
        await asyncio.gather(*turns)
        paged: list[Record] = []
        before = ""
        while page := await store.records(1, before):
            paged += (record for _, record in page)
            before = page[-1][0]
        assert sorted(paged, key=lambda record: record.at) == records

    async def test_what_is_no_place_has_nothing_before_it(self, store: Store) -> None:
        await store.record(Record(1, "shift"))
        for before in ("x", "-1", "1-1", "٣", f"{'9' * 40}-0.1", "0-0.0"):
            assert await store.records(5, before) == []


class TestForgetting:
    async def test_all_that_was_kept_about_a_person_goes(self, store: Store) -> None:
        old, now, others = request(LONG, 1), request(LONG, 2), request(AN, 3)
        about = [Call("1", each.code, "team:to-1", "offer") for each in (now, others)]
        await keep(store, old, *line("a"))
        await keep(store, moved(old, "closed"))
        await keep(store, others, *line("b"), calls=(about[1],))
        await save(store, AN, turn=Turn(Session(request=others.code), timers=(Timer("nudge", 1),)))
        log = Turn(
            Session(request=now.code),
            request=now,
            said=line("c"),
            calls=(about[0],),
            timers=(Timer("nudge", 1), Timer("hold", 2)),
            records=(Record(1, "open", now.code),),
        )
        await save(store, LONG, b"a", b"b", turn=log, pulled=True)
        over = Call("2", now.code, "volunteer:hoa", "over")
        gone = Turn(Session(), request=moved(now, "closed"), said=line("d"), calls=(over,), forget=True)
        await save(store, LONG, b"gone", turn=gone, pulled=True)
        assert [entry.parcel for entry in await store.read_log(LONG, 0)] == [b"gone"]
        for code in (old.code, now.code):
            assert (await store.escalation(code), await store.find(code), await store.thread(code)) == (None, None, [])
        assert await store.open_requests() == [others]
        assert await store.place_in_line("to-1", 2000, "~") == 2
        assert [said.text for _, said in await store.thread(others.code)] == ["b"]
        assert sorted(call.id for _, call in await store.calls_due(NOW + 1)) == ["1", "2"]
        assert await store.timers_due(NOW) == [Due(AN, "nudge", 1)]
        assert [record.act for _, record in await store.records(9)] == ["open"]

    async def test_a_code_that_was_forgotten_brings_nothing_back(self, store: Store) -> None:
        first = request(LONG)
        await keep(store, first, *line("a", "b"))
        await save(store, LONG, turn=Turn(Session(), forget=True))
        await keep(store, first, *line("c"))
        assert await store.thread(first.code) == [(1, line("c")[0])]

    async def test_parcels_that_wait_are_still_sent(self, store: Store) -> None:
        await save(store, LONG, b"a")
        assert (await save(store, LONG, b"b", turn=Turn(Session(), forget=True))).tail == 2
        assert await store.backlog() == 1
