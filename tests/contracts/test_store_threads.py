"""What every store promises about what happens in requests: what was said, who has to hear of it, who did what."""

import asyncio

import pytest
from msgspec.structs import replace

from bot.model import Call, Chat, Record, Said, Session, Turn
from bot.ports.store import Store
from bot.store.keys import THREAD_LENGTH
from tests.contracts.stores import AN, LONG, NOW, asked, at_ms, keep, moved, save, says
from tests.patience import until

Workers = tuple[Store, Store]


class TestThread:
    async def test_it_is_numbered_and_read_from_a_number_on(self, workers: Workers) -> None:
        one, two = workers
        first = asked(LONG)
        await keep(one, first, *says("a"))
        await save(two, LONG, turn=Turn(Session(request=first.code), said=says("b", "c")))
        helped = Said(200, "volunteer", "Bác bấm số 2 ạ", "hoa", "photo-1")
        await keep(one, moved(first, "closed"), helped)
        thread = [*enumerate((*says("a"), *says("b", "c"), helped), start=1)]
        for after in range(6):
            assert await two.thread(first.code, after) == thread[after:]

    async def test_what_is_said_as_the_session_lets_go_of_it_is_kept(self, store: Store) -> None:
        first = asked(LONG)
        await keep(store, first)
        await save(store, LONG, turn=Turn(Session(), said=says("Cảm ơn cháu")))
        assert [said.text for _, said in await store.thread(first.code)] == ["Cảm ơn cháu"]

    async def test_the_last_are_kept_and_numbers_go_on(self, store: Store) -> None:
        first = asked(LONG)
        await keep(store, first)
        for start in range(0, THREAD_LENGTH + 40, 80):
            said = says(*(str(number) for number in range(start + 1, start + 81)))
            await save(store, LONG, turn=Turn(Session(request=first.code), said=said))
        thread = await store.thread(first.code)
        assert [(number, said.text) for number, said in thread] == [(n, str(n)) for n in range(41, THREAD_LENGTH + 41)]
        assert await store.thread(first.code, 12) == thread
        assert await store.thread(first.code, THREAD_LENGTH + 39) == thread[-1:]

    async def test_nothing_is_said_in_no_request(self, store: Store) -> None:
        with pytest.raises(ValueError, match="none"):
            await save(store, LONG, turn=Turn(Session(), said=says("Alo")))
        assert (await store.load(LONG)).version == 0


class TestCalls:
    async def test_one_stays_until_it_was_delivered(self, workers: Workers) -> None:
        one, two = workers
        mine, theirs = asked(LONG), asked(AN)
        offer = Call("1", mine.code, "team:to-1", "offer")
        news = Call("7.1", theirs.code, "volunteer:hoa", "news")
        before = await one.load(AN)
        await keep(one, mine, calls=(offer,))
        turn = Turn(Session(request=theirs.code), request=theirs, calls=(news,))
        await at_ms(NOW - 1, one).commit(AN, before, turn, [], pulled=False)
        assert await at_ms(NOW - 2, two).calls_due(0) == []
        assert await at_ms(NOW - 1, two).calls_due(0) == [(AN, news)]
        assert await at_ms(NOW, two).calls_due(0) == [(AN, news), (LONG, offer)]
        assert await at_ms(NOW, two).calls_due(0, limit=1) == [(AN, news)]
        two.called(AN, news)
        two.called(LONG, replace(offer, id="2"))

        async def noted() -> bool:
            return await at_ms(NOW, one).calls_due(0) == [(LONG, offer)]

        await until(noted)
        one.called(LONG, offer)
        await one.close()
        assert await at_ms(NOW, two).calls_due(0) == []

    async def test_a_turn_can_call_without_a_request(self, store: Store) -> None:
        over = Call("1", "A0001", "volunteer:hoa", "over")
        await save(store, LONG, turn=Turn(Session(), calls=(over,)))
        assert await at_ms(NOW, store).calls_due(0) == [(LONG, over)]


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
