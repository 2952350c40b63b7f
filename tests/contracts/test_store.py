"""What every store promises about one conversation: its session, its outbox, who may send, its log."""

import asyncio

import pytest

from bot.errors import Conflict, Repeated
from bot.model import Call, Chat, Event, Session, Timer, Turn
from bot.ports.store import Committed, Loaded, LogEntry, Store, Waiting
from bot.store.keys import LEASE_MS, LOG_LENGTH
from tests.contracts.stores import AN, CHANNELS, LONG, NOW, asked, at_ms, save
from tests.patience import PATIENCE, until

Workers = tuple[Store, Store]

ODD = [
    Chat("web", chat, person)
    for chat, person in [
        *(("a:b", "a:b"), ("a", "b"), ("a", "b:c"), ("a:b", "c"), ("a", ""), ("a%3Ab", "a%3Ab"), ("a%b", "a%b")),
        *(("a\nb", "a\nb"), ("{p0}", "{p0}"), ("}{", "x"), ("a/b", "a/b"), ("Tổ số 🌾", "Tổ số 🌾"), ("a b", "a b")),
        *(("\r\0", "\r\0"), ("a\n", "hold"), ("%250A", "%250A")),
    ]
]
"""Chats as no platform has them yet."""


async def is_gone(store: Store) -> bool:
    return (await store.load(LONG)).version == 0


class TestSession:
    async def test_a_conversation_nobody_saved_has_version_0(self, store: Store) -> None:
        assert await store.load(LONG) == Loaded(0, None)

    async def test_it_is_read_as_it_was_saved(self, workers: Workers) -> None:
        one, two = workers
        session = Session(you="bác", consent="yes", seen=("1", "2"), lines=("Xin chào 🙂",))
        await save(one, LONG, turn=Turn(session))
        assert await two.load(LONG) == Loaded(1, session)
        await save(two, LONG, turn=Turn(Session()))
        assert await one.load(LONG) == Loaded(2, Session())
        assert await one.load(AN) == Loaded(0, None)

    async def test_what_was_decided_on_an_old_version_is_refused_whole(self, workers: Workers) -> None:
        one, two = workers
        before = await one.load(LONG)
        await save(two, LONG, b"first", turn=Turn(Session(you="cô")))
        late = Turn(Session(you="chú"), events=(Event("step"),), timers=(Timer("hold", 1),))
        for version in (before, Loaded(2, None)):
            with pytest.raises(Conflict):
                await one.commit(LONG, version, late, [b"second"], pulled=False)
        assert await one.load(LONG) == Loaded(1, Session(you="cô"))
        assert (await one.counters(), await at_ms(NOW, one).timers_due(CHANNELS)) == ({}, [])
        assert [waiting.parcels for waiting in await at_ms(NOW + LEASE_MS, two).take_overdue(CHANNELS)] == [(b"first",)]

    async def test_of_many_at_once_one_wins(self, workers: Workers) -> None:
        before = await workers[0].load(LONG)
        tries = [
            workers[number % 2].commit(LONG, before, Turn(Session(misses=number)), [], pulled=False)
            for number in range(10)
        ]
        results = await asyncio.gather(*tries, return_exceptions=True)
        assert sum(isinstance(result, Committed) for result in results) == 1
        assert sum(isinstance(result, Conflict) for result in results) == 9

    async def test_it_goes_when_nobody_writes_for_its_time(self, store: Store) -> None:
        await save(store, LONG, turn=Turn(Session(), keep_seconds=1))
        await save(store, AN, turn=Turn(Session()))
        await until(lambda: is_gone(store))
        assert (await store.load(AN)).version == 1

    async def test_what_waits_to_be_sent_stays_and_then_the_session_goes(self, store: Store) -> None:
        await save(store, LONG, b"bye", turn=Turn(Session(), keep_seconds=1))
        await asyncio.sleep(1.2)
        (waiting,) = await at_ms(NOW + LEASE_MS, store).take_overdue(CHANNELS)
        assert waiting == Waiting(LONG, 1, (b"bye",))
        store.delivered(LONG, 1)
        await until(lambda: is_gone(store))

    async def test_whatever_a_platform_calls_people_is_theirs_alone(self, store: Store) -> None:
        """With a parcel, a timer, a request and a call each."""
        for number, chat in enumerate(ODD, start=1):
            request, timer = asked(chat, number), Timer("hold", number)
            call = Call(f"m{number}", request.code, "team:to-1", "offer")
            turn = Turn(Session(lang=f"l{number}"), request=request, timers=(timer,), calls=(call,))
            await save(store, chat, b"%d" % number, turn=turn)
        for number, chat in enumerate(ODD, start=1):
            kept = (await store.load(chat)).session
            assert kept is not None
            assert kept.lang == f"l{number}"
        overdue = await at_ms(NOW + LEASE_MS, store).take_overdue(CHANNELS)
        assert {each.chat: each.parcels for each in overdue} == {c: (b"%d" % n,) for n, c in enumerate(ODD, start=1)}
        due = await at_ms(NOW, store).timers_due(CHANNELS)
        assert {each.chat: each.at for each in due} == {c: n for n, c in enumerate(ODD, start=1)}
        calls = await store.calls_due(0)
        assert {chat: call.id for chat, call in calls} == {c: f"m{n}" for n, c in enumerate(ODD, start=1)}
        for number, chat in enumerate(ODD, start=1):
            found = await store.find(asked(chat, number).code)
            assert found is not None
            assert found.request.chat == chat


class TestOutbox:
    async def test_parcels_are_numbered_from_1_and_ours_to_send(self, store: Store) -> None:
        assert await save(store, LONG, b"a", b"b") == Committed(2, True)
        assert await save(store, LONG, b"c") == Committed(3, False)
        assert await save(store, LONG) == Committed(3, False)
        assert await store.backlog() == 1

    async def test_another_worker_does_not_send_while_parcels_wait(self, workers: Workers) -> None:
        one, two = workers
        await save(one, LONG, b"a")
        assert await save(two, LONG, b"b") == Committed(2, False)
        one.delivered(LONG, 1)
        assert await asyncio.wait_for(one.leftovers(), PATIENCE) == Waiting(LONG, 2, (b"b",))
        one.delivered(LONG, 2)
        assert await one.backlog() == 0
        assert await save(two, LONG, b"c") == Committed(3, True)

    async def test_a_late_note_takes_nothing_away(self, workers: Workers) -> None:
        one, two = workers
        await save(one, LONG, b"a", b"b", b"c")
        one.delivered(LONG, 2)
        await one.load(LONG)
        two.delivered(LONG, 1)
        await two.load(LONG)
        assert await at_ms(NOW + LEASE_MS, two).take_overdue(CHANNELS) == [Waiting(LONG, 3, (b"c",))]

    async def test_a_lease_that_ran_out_is_taken_over_once(self, workers: Workers) -> None:
        one, two = workers
        await save(one, LONG, b"a")
        await save(one, AN, b"b", now_ms=NOW + 1)
        assert await at_ms(NOW + LEASE_MS - 1, two).take_overdue(CHANNELS) == []
        assert await at_ms(NOW + LEASE_MS + 1, two).take_overdue(CHANNELS) == [
            Waiting(LONG, 1, (b"a",)),
            Waiting(AN, 1, (b"b",)),
        ]
        assert await at_ms(NOW + LEASE_MS + 2, one).take_overdue(CHANNELS) == []
        assert len(await at_ms(NOW + 2 * LEASE_MS + 1, one).take_overdue(CHANNELS)) == 2

    async def test_two_that_look_at_once_do_not_take_the_same(self, workers: Workers) -> None:
        for number in range(20):
            await save(workers[0], Chat("telegram", str(number), str(number)), b"a")
        looks = await asyncio.gather(*(at_ms(NOW + LEASE_MS, worker).take_overdue(CHANNELS) for worker in workers * 2))
        assert sorted(waiting.chat.chat for look in looks for waiting in look) == sorted(map(str, range(20)))

    async def test_order_holds_after_a_worker_died(self, workers: Workers) -> None:
        one, two = workers
        await save(one, LONG, b"a")
        assert not (await save(two, LONG, b"b", now_ms=NOW + LEASE_MS + 1)).ours
        assert await at_ms(NOW + LEASE_MS + 2, two).take_overdue(CHANNELS) == [Waiting(LONG, 1, (b"a", b"b"))]

    async def test_a_worker_frozen_past_its_lease_cannot_write_nor_keep_it(self, workers: Workers) -> None:
        one, two = workers
        before = await one.load(LONG)
        await save(one, LONG, b"a")
        await at_ms(NOW + LEASE_MS, two).take_overdue(CHANNELS)
        await save(two, LONG, b"b", now_ms=NOW + LEASE_MS)
        with pytest.raises(Conflict):
            await at_ms(NOW + LEASE_MS, one).commit(LONG, before, Turn(Session()), [b"c"], pulled=False)
        assert not (await save(one, LONG, b"c", now_ms=NOW + LEASE_MS)).ours
        await at_ms(NOW, one).postpone(LONG, 10 * LEASE_MS)
        assert await at_ms(NOW + 2 * LEASE_MS, one).take_overdue(CHANNELS) == [Waiting(LONG, 1, (b"a", b"b", b"c"))]

    async def test_a_note_renews_the_lease(self, workers: Workers) -> None:
        one, two = workers
        await save(one, LONG, b"a", b"b")
        await at_ms(NOW + 10_000, one).take_overdue(CHANNELS)
        one.delivered(LONG, 1)
        await one.load(LONG)
        assert await at_ms(NOW + 10_000 + LEASE_MS - 1, two).take_overdue(CHANNELS) == []
        assert await at_ms(NOW + 10_000 + LEASE_MS, two).take_overdue(CHANNELS) == [Waiting(LONG, 2, (b"b",))]

    async def test_a_note_is_saved_even_if_nothing_follows(self, workers: Workers) -> None:
        one, two = workers
        await save(one, LONG, b"a")
        one.delivered(LONG, 1)

        async def saved() -> bool:
            return await two.backlog() == 0

        await until(saved)

    async def test_closing_saves_what_was_noted(self, workers: Workers) -> None:
        one, two = workers
        await save(one, LONG, b"a")
        one.delivered(LONG, 1)
        await one.close()
        assert await two.backlog() == 0

    async def test_closing_leaves_what_others_added_to_them(self, workers: Workers) -> None:
        one, two = workers
        await save(one, LONG, b"a")
        await save(two, LONG, b"b")
        one.delivered(LONG, 1)
        await one.close()
        (waiting,) = await at_ms(NOW, two).take_overdue(CHANNELS)
        assert (waiting.first, waiting.parcels) == (2, (b"b",))

    async def test_what_we_sent_meanwhile_does_not_come_back(self, store: Store) -> None:
        await save(store, LONG, b"a", b"b")
        store.delivered(LONG, 1)
        await store.load(LONG)
        store.delivered(LONG, 2)
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(store.leftovers(), 0.3)

    async def test_nobody_sends_before_the_time_it_was_put_off_to(self, workers: Workers) -> None:
        one, two = workers
        await save(one, LONG, b"a", b"b")
        one.delivered(LONG, 1)
        await at_ms(NOW, one).postpone(LONG, 60_000, fails=1)
        for worker in workers:
            assert not (await save(worker, LONG, b"c")).ours
        assert await at_ms(NOW + 59_999, two).take_overdue(CHANNELS) == []
        assert await at_ms(NOW + 60_000, two).take_overdue(CHANNELS) == [Waiting(LONG, 2, (b"b", b"c", b"c"), fails=1)]

    async def test_failures_in_a_row_are_kept_until_one_gets_out(self, store: Store) -> None:
        await save(store, LONG, b"a", b"b")
        for fails in range(3):
            await at_ms(NOW, store).postpone(LONG, fails, fails + 1)
            (waiting,) = await at_ms(NOW + fails, store).take_overdue(CHANNELS)
            assert waiting.fails == fails + 1
        store.delivered(LONG, 1)
        await at_ms(NOW, store).postpone(LONG, 10, 1)
        assert await at_ms(NOW + 10, store).take_overdue(CHANNELS) == [Waiting(LONG, 2, (b"b",), fails=1)]

    async def test_putting_off_what_is_all_sent_leaves_nothing(self, store: Store) -> None:
        await save(store, LONG, b"a")
        store.delivered(LONG, 1)
        await at_ms(NOW, store).postpone(LONG, 1)
        assert await store.backlog() == 0
        assert await at_ms(NOW + LEASE_MS, store).take_overdue(CHANNELS) == []

    async def test_dropped_parcels_are_gone_and_numbers_go_on(self, workers: Workers) -> None:
        one, two = workers
        await save(one, LONG, b"a", b"b")
        await two.drop_outbox(LONG, "blocked")
        assert await one.backlog() == 0
        assert await at_ms(NOW + LEASE_MS, two).take_overdue(CHANNELS) == []
        assert await save(two, LONG, b"c") == Committed(3, True)

    async def test_no_more_than_asked_for_are_taken_the_oldest_first(self, store: Store) -> None:
        chats = [Chat("telegram", str(number), str(number)) for number in range(6)]
        for number, chat in enumerate(chats):
            await save(store, chat, b"a", now_ms=NOW + number)
        taken = await at_ms(NOW + LEASE_MS + 10, store).take_overdue(CHANNELS, limit=4)
        assert [waiting.chat for waiting in taken] == chats[:4]
        assert [waiting.chat for waiting in await at_ms(NOW + LEASE_MS + 10, store).take_overdue(CHANNELS)] == chats[4:]


class TestLog:
    async def test_a_pulled_channel_has_a_log_and_no_outbox(self, workers: Workers) -> None:
        one, two = workers
        assert await save(one, LONG, b"a", b"b", pulled=True) == Committed(2, False)
        assert await save(two, LONG, b"c", pulled=True) == Committed(3, False)
        assert await two.read_log(LONG, 1) == [LogEntry(2, b"b"), LogEntry(3, b"c")]
        assert await one.read_log(LONG, 3) == await one.read_log(AN, 0) == []
        assert await one.backlog() == 0
        assert await at_ms(NOW + LEASE_MS, one).take_overdue(CHANNELS) == []

    async def test_the_last_are_kept(self, store: Store) -> None:
        for start in range(0, LOG_LENGTH + 60, 10):
            await save(store, LONG, *(b"%d" % number for number in range(start + 1, start + 11)), pulled=True)
        log = await store.read_log(LONG, 0)
        assert [entry.number for entry in log] == list(range(61, LOG_LENGTH + 61))
        assert log[0] == LogEntry(61, b"61")

    async def test_it_goes_with_the_session(self, store: Store) -> None:
        await save(store, LONG, b"a", turn=Turn(Session(), keep_seconds=1), pulled=True)

        async def gone() -> bool:
            return await store.read_log(LONG, 0) == []

        await until(gone)


class TestRepeats:
    async def test_a_message_has_one_effect_however_much_came_between(self, workers: Workers) -> None:
        one, two = workers
        await save(one, LONG, b"first", turn=Turn(Session(you="bác"), answers="m0"))
        for number in range(1, 301):
            await save(workers[number % 2], LONG, turn=Turn(Session(you="bác"), answers=f"m{number}"))
        before = await two.load(LONG)
        for message_id in ("m0", "m150", "m300"):
            again = Turn(Session(you="cô"), answers=message_id, events=(Event("step"),), timers=(Timer("hold", 1),))
            with pytest.raises(Repeated):
                await two.commit(LONG, before, again, [b"again"], pulled=False)
        assert await one.load(LONG) == before
        assert (await one.counters(), await at_ms(NOW, one).timers_due(CHANNELS)) == ({}, [])
        assert [waiting.parcels for waiting in await at_ms(NOW + LEASE_MS, two).take_overdue(CHANNELS)] == [(b"first",)]

    async def test_the_same_id_in_another_conversation_is_another_message(self, store: Store) -> None:
        for chat in (LONG, AN):
            await save(store, chat, turn=Turn(Session(), answers="m1"))
        assert await store.answered(LONG, "m1") == await store.answered(AN, "m1") == []
        assert await store.answered(AN, "m2") is None

    async def test_of_the_same_message_at_once_one_has_its_effect(self, workers: Workers) -> None:
        await save(workers[0], LONG)
        before = await workers[0].load(LONG)
        turn = Turn(Session(), answers="m1")
        tries = (workers[at % 2].commit(LONG, before, turn, [], pulled=False) for at in range(6))
        results = await asyncio.gather(*tries, return_exceptions=True)
        assert sum(isinstance(result, Committed) for result in results) == 1
        with pytest.raises(Repeated):
            await save(workers[1], LONG, turn=turn)

    async def test_what_was_refused_had_no_effect_and_may_come_again(self, store: Store) -> None:
        await save(store, LONG)
        turn = Turn(Session(), answers="m1")
        with pytest.raises(Conflict):
            await store.commit(LONG, Loaded(0, None), turn, [], pulled=False)
        assert await store.answered(LONG, "m1") is None
        assert (await save(store, LONG, b"a", turn=turn)).tail == 1

    async def test_a_pulled_channel_has_the_same_answer_for_a_day(self, workers: Workers) -> None:
        one, two = workers
        for number in range(200):
            turn = Turn(Session(), answers=f"m{number}")
            await save(one, LONG, b"%d" % number, b"%d more" % number, turn=turn, pulled=True)
        for number in (0, 99, 199):
            first = 2 * number + 1
            entries = [LogEntry(first, b"%d" % number), LogEntry(first + 1, b"%d more" % number)]
            assert await two.answered(LONG, f"m{number}") == entries
        assert len(await two.read_log(LONG, 0)) == LOG_LENGTH

    async def test_who_is_forgotten_leaves_no_answer(self, store: Store) -> None:
        await save(store, LONG, b"a", turn=Turn(Session(), answers="m1"), pulled=True)
        await save(store, LONG, b"bye", turn=Turn(Session(), answers="m2", forget=True), pulled=True)
        assert await store.answered(LONG, "m1") == []
        assert await store.answered(LONG, "m2") == [LogEntry(2, b"bye")]
