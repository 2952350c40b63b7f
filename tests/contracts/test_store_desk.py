"""What every store promises about requests for a person: where each stands, and that it can be forgotten."""

import asyncio
import time

import pytest
from msgspec.structs import replace

from bot.errors import Conflict
from bot.model import Call, Chat, Event, Record, Session, State, Timer, Turn
from bot.ports.store import Due, Found, Loaded, Store
from bot.store import keys
from bot.store.keys import THREAD_LENGTH, partition_letter, partition_number
from tests.contracts.stores import AN, CHANNELS, LONG, NOW, asked, at_ms, keep, moved, save, says

Workers = tuple[Store, Store]


class TestRequests:
    @pytest.mark.parametrize("state", ["waiting", "offered", "held"])
    async def test_an_open_one_is_found_with_its_conversation(self, workers: Workers, state: State) -> None:
        one, two = workers
        first = asked(LONG)
        await keep(one, first)
        now = moved(first, state, holder="hoa")
        await keep(two, now)
        assert await one.open_requests() == await one.requests_in(partition_number(LONG.key)) == [now]
        assert await one.escalation(now.code) == now
        assert await one.find(now.code) == Found(now, Loaded(2, Session(request=now.code)))

    async def test_one_of_somebody_in_a_group_is_found_too(self, store: Store) -> None:
        wanted = asked(AN)
        await keep(store, wanted)
        assert await store.find(wanted.code) == Found(wanted, await store.load(AN))

    async def test_a_closed_one_can_be_looked_up_and_not_found(self, workers: Workers) -> None:
        one, two = workers
        wanted = asked(LONG)
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

    async def test_what_was_said_is_covered_where_it_stands(self, workers: Workers) -> None:
        one, two = workers
        wanted = asked(LONG)
        first, piece, last = says("chào cháu", "482", "đợi bác chút")
        await keep(one, wanted, first, piece, last)
        before, session = await two.request_changes(), Session(request=wanted.code)
        covered, rest = replace(piece, text="•••"), says("•••")
        await save(two, LONG, turn=Turn(session, said=rest, covered=((2, covered), (7, covered))))
        assert await one.thread(wanted.code) == [(1, first), (2, covered), (3, last), (4, *rest)]
        assert await one.request_changes() != before
        await keep(one, moved(wanted, "held"), *(last for _ in range(THREAD_LENGTH - 2)))
        await save(two, LONG, turn=Turn(session, covered=((2, piece), (3, covered))))
        assert (await one.thread(wanted.code))[:2] == [(3, covered), (4, *rest)], "what was cut off stays away"

    async def test_a_closed_one_can_go_back_to_its_place(self, store: Store) -> None:
        first, second = asked(LONG, 1, 100), asked(AN, 2, 200)
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
        requests = [asked(chat, number, 1000 - number // 2) for number, chat in enumerate(chats)]
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
            return [await store.place_in_line(team, 2000, "~") - 1 for team in ("to-1", "tổ 2", "")]

        now = asked(LONG)
        await keep(store, now)
        assert await lines() == [1, 0, 0]
        steps: tuple[tuple[State, str, list[int]], ...] = (
            ("offered", "to-1", [1, 0, 0]),
            ("held", "to-1", [0, 0, 0]),
            ("waiting", "tổ 2", [0, 1, 0]),
            ("waiting", "", [0, 0, 1]),
            ("offered", "tổ 2", [0, 1, 0]),
            ("closed", "to-1", [0, 0, 0]),
        )
        for state, team, expected in steps:
            now = moved(now, state, team=team)
            await keep(store, now)
            assert (state, team, await lines()) == (state, team, expected)

    @pytest.mark.parametrize("state", ["waiting", "held", "closed"])
    async def test_a_code_that_was_given_is_refused_with_the_whole_turn(self, store: Store, state: State) -> None:
        first = asked(LONG)
        await keep(store, first)
        now = moved(first, state)
        await keep(store, now)
        again = Turn(
            Session(you="cô"),
            request=asked(LONG, opened_at=200),
            said=says("Alo"),
            calls=(Call("1", first.code, "team:to-1", "offer"),),
            records=(Record(1, "open"),),
            events=(Event("asked"),),
        )
        before, changes = await store.load(LONG), await store.request_changes()
        with pytest.raises(Conflict):
            await store.commit(LONG, before, again, [b"a"], pulled=False)
        assert (await store.load(LONG), await store.request_changes()) == (before, changes)
        assert (await store.counters(), await store.backlog(), await store.records(9)) == ({}, 0, [])
        assert (await store.thread(first.code), await at_ms(NOW, store).calls_due(0)) == ([], [])
        assert await store.escalation(first.code) == now

    async def test_two_that_draw_the_same_code_do_not_share_it(self, workers: Workers) -> None:
        other = next(
            chat
            for chat in (Chat("web", str(number), str(number)) for number in range(999))
            if partition_letter(chat.key) == partition_letter(LONG.key)
        )
        pair = zip(workers, (asked(LONG), asked(other)), strict=True)
        results = await asyncio.gather(*(keep(worker, each) for worker, each in pair), return_exceptions=True)
        assert [type(result) for result in results].count(Conflict) == 1
        assert len(await workers[0].open_requests()) == 1

    async def test_of_many_who_take_one_wins(self, workers: Workers) -> None:
        first = asked(LONG)
        await keep(workers[0], first)

        seen = [await workers[number % 2].find(first.code) for number in range(10)]

        async def take(number: int, found: Found | None) -> str:
            assert found
            held = moved(found.request, "held", holder=f"v{number}")
            turn = Turn(Session(request=first.code, helper=held.holder), request=held)
            await workers[number % 2].commit(LONG, found.conversation, turn, [], pulled=False)
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
                await keep(store, replace(asked(LONG), code=code))
        assert (await store.load(LONG)).version == 0

    async def test_a_request_is_kept_by_no_conversation_but_its_own(self, store: Store) -> None:
        with pytest.raises(ValueError, match="another"):
            await save(store, AN, turn=Turn(Session(), request=asked(LONG)))

    async def test_each_change_shows_in_the_number_of_its_partition_alone(self, store: Store) -> None:
        place, first = partition_number(LONG.key), asked(LONG)

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
        await save(store, LONG, turn=Turn(Session(request=first.code), said=says("Cháu ơi")))
        assert await grown() > 0
        await keep(store, moved(first, "closed"))
        assert await grown() > 0
        await save(store, LONG, turn=Turn(Session(), forget=True))
        assert await grown() > 0


class TestForgetting:
    async def test_all_that_was_kept_about_a_person_goes(self, store: Store) -> None:
        old, now, others = asked(LONG, 1), asked(LONG, 2), asked(AN, 3)
        about = [Call("1", each.code, "team:to-1", "offer") for each in (now, others)]
        await keep(store, old, *says("a"))
        await keep(store, moved(old, "closed"))
        await keep(store, others, *says("b"), calls=(about[1],))
        await save(store, AN, turn=Turn(Session(request=others.code), timers=(Timer("nudge", 1),)))
        log = Turn(
            Session(request=now.code),
            request=now,
            said=says("c"),
            calls=(about[0],),
            timers=(Timer("nudge", 1), Timer("hold", 2)),
            records=(Record(1, "open", now.code),),
        )
        await save(store, LONG, b"a", b"b", turn=log, pulled=True)
        over = Call("2", now.code, "volunteer:hoa", "over")
        gone = Turn(Session(), request=moved(now, "closed"), said=says("d"), calls=(over,), forget=True)
        await save(store, LONG, b"gone", turn=gone, pulled=True)
        assert [entry.parcel for entry in await store.read_log(LONG, 0)] == [b"gone"]
        for code in (old.code, now.code):
            assert (await store.escalation(code), await store.find(code), await store.thread(code)) == (None, None, [])
        assert await store.open_requests() == [others]
        assert await store.place_in_line("to-1", 2000, "~") == 2
        assert [said.text for _, said in await store.thread(others.code)] == ["b"]
        assert sorted(call.id for _, call in await at_ms(NOW, store).calls_due(0)) == ["1", "2"]
        assert await at_ms(NOW, store).timers_due(CHANNELS) == [Due(AN, "nudge", 1)]
        assert [record.act for _, record in await store.records(9)] == ["open"]

    async def test_records_have_an_age_and_keep_their_places(self, store: Store) -> None:
        """The server's clock says how old one is, and in memory the record itself: here both say the same."""
        opened = Record(int(time.time()), "opened", "A0001")
        await save(store, LONG, turn=Turn(Session(), records=(opened,)))
        await store.record(opened)
        await asyncio.sleep(1.1)
        cut_ms = int(time.time()) * 1000
        await asyncio.sleep(max(0.0, cut_ms / 1000 + 0.01 - time.time()))
        for act in ("taken", "closed"):
            await store.record(Record(int(time.time()), act, "A0001"))
        ((last, _),) = await store.records(1)
        await store.forget_records(cut_ms - 86_400_000)
        assert len(await store.records(9)) == 4
        await store.forget_records(cut_ms)
        assert [record.act for _, record in await store.records(9)] == ["closed", "taken"]
        assert [record.act for _, record in await store.records(9, last)] == ["taken"]
        await store.record(opened)
        assert [record.act for _, record in await store.records(9)] == ["opened", "closed", "taken"]

    async def test_a_code_that_was_forgotten_brings_nothing_back(self, store: Store) -> None:
        first = asked(LONG)
        await keep(store, first, *says("a", "b"))
        await save(store, LONG, turn=Turn(Session(), forget=True))
        await keep(store, first, *says("c"))
        assert await store.thread(first.code) == [(1, says("c")[0])]

    async def test_parcels_that_wait_are_still_sent(self, store: Store) -> None:
        await save(store, LONG, b"a")
        assert (await save(store, LONG, b"b", turn=Turn(Session(), forget=True))).tail == 2
        assert await store.backlog() == 1
