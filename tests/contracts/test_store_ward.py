"""What every store promises about a whole ward: timers, counters, guides, small tables, roles."""

import asyncio
from datetime import date

import pytest

from bot.content.guide import Checked, Guide, Step, StepWords, Words
from bot.errors import ContentWrong
from bot.model import Chat, Event, Record, Session, Timer, Turn
from bot.ports.store import Beside, Due, Loaded, Store
from tests.contracts.stores import AN, CHANNELS, LONG, NOW, at_ms, save

Workers = tuple[Store, Store]


class TestTimers:
    async def test_one_stays_until_a_commit_removes_it(self, workers: Workers) -> None:
        one, two = workers
        at = NOW // 1000 + 60
        await save(one, LONG, turn=Turn(Session(), timers=(Timer("hold", at),)))
        assert await at_ms(at * 1000 - 1, two).timers_due(CHANNELS) == []
        for worker in workers:
            assert await at_ms(at * 1000, worker).timers_due(CHANNELS) == [Due(LONG, "hold", at)]
        await save(two, LONG, turn=Turn(Session(), timers=(Timer("hold", 0), Timer("never was", 0))))
        assert await at_ms(at * 1000, one).timers_due(CHANNELS) == []

    async def test_setting_it_again_moves_it(self, store: Store) -> None:
        for at in (10, 30):
            await save(store, LONG, turn=Turn(Session(), timers=(Timer("hold", at), Timer("remind", 20))))
        assert await at_ms(29_999, store).timers_due(CHANNELS) == [Due(LONG, "remind", 20)]
        assert await at_ms(30_000, store).timers_due(CHANNELS) == [Due(LONG, "remind", 20), Due(LONG, "hold", 30)]

    async def test_no_more_than_asked_for_the_oldest_first(self, store: Store) -> None:
        for number in range(8):
            chat = Chat("web", str(number), str(number))
            await save(store, chat, turn=Turn(Session(), timers=(Timer("t", 50 - number),)))
        assert [due.at for due in await at_ms(NOW, store).timers_due(CHANNELS, limit=3)] == [43, 44, 45]


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


class TestTables:
    async def test_a_row_is_replaced_only_as_it_was_read(self, workers: Workers) -> None:
        one, two = workers
        assert await one.rows("people") == (0, {})
        assert await one.put("people", "hoa", None, b"1\x00\xff")
        assert await two.put("people", "lan", None, b"")
        assert not await two.put("people", "hoa", None, b"2")
        assert not await two.put("people", "hoa", b"", b"2")
        assert not await two.put("people", "nobody", b"", b"2")
        assert await two.rows("people") == (2, {"hoa": b"1\x00\xff", "lan": b""})
        assert await two.put("people", "hoa", b"1\x00\xff", b"2")
        assert await one.rows("people") == (3, {"hoa": b"2", "lan": b""})

    async def test_one_row_is_read_alone(self, workers: Workers) -> None:
        one, two = workers
        assert await one.row("people", "hoa") is None
        await one.put("people", "hoa", None, b"1\x00\xff")
        assert await two.row("people", "hoa") == b"1\x00\xff"
        assert await two.row("people", "") is None
        assert await two.row("teams", "hoa") is None

    async def test_a_row_can_go_and_come_again(self, store: Store) -> None:
        await store.put("teams", "to-1", None, b"a")
        assert not await store.put("teams", "to-1", b"b", None)
        assert await store.put("teams", "to-1", b"a", None)
        assert await store.rows("teams") == (2, {})
        assert await store.put("teams", "to-1", None, b"c")
        assert await store.table_revision("teams") == 3

    async def test_what_is_recorded_of_a_change_is_saved_with_it_or_not_at_all(self, workers: Workers) -> None:
        one, two = workers
        added, lost = Record(1, "person_added", by="admin", about="hoa"), Record(2, "person_changed", by="lan")
        assert await one.put("people", "hoa", None, b"1", added)
        assert not await two.put("people", "hoa", None, b"2", lost)
        assert [record for _, record in await two.records(10)] == [added]

    async def test_rows_beside_are_set_in_the_same_step_or_not_at_all(self, workers: Workers) -> None:
        one, two = workers
        new, old = Beside("sounds", "new", b"\x00\xff"), Beside("sounds", "old", b"o")
        assert await one.put("notes", "a", None, b"old", beside=(old,))
        assert not await two.put("notes", "a", None, b"new", beside=(Beside("sounds", "old", None), new))
        assert (await one.rows("sounds"))[1] == {"old": b"o"}
        assert await two.put("notes", "a", b"old", b"new", beside=(Beside("sounds", "old", None), new))
        assert (await one.rows("sounds"))[1] == {"new": b"\x00\xff"}
        assert await one.put("notes", "a", b"new", b"newer", beside=(Beside("sounds", "new", None), new))
        assert await two.rows("sounds") == (5, {"new": b"\x00\xff"})

    async def test_tables_know_nothing_of_each_other(self, store: Store) -> None:
        await store.put("teams", "to-1", None, b"a")
        assert (await store.table_revision("teams"), await store.table_revision("people")) == (1, 0)
        assert await store.rows("people") == (0, {})

    async def test_of_many_at_once_one_wins(self, workers: Workers) -> None:
        tries = (workers[number % 2].put("people", "hoa", None, b"%d" % number) for number in range(10))
        assert sorted(await asyncio.gather(*tries)) == [False] * 9 + [True]
        assert await workers[0].table_revision("people") == 1

    async def test_a_row_without_an_id_is_refused(self, store: Store) -> None:
        with pytest.raises(ValueError, match="id"):
            await store.put("people", "", None, b"a")


class TestInstallation:
    async def test_small_values(self, workers: Workers) -> None:
        one, two = workers
        assert await one.recall("offset") is None
        await one.remember("offset", b"1\x00\xff")
        await two.remember("offset", b"2\x00\xff")
        assert await one.recall("offset") == b"2\x00\xff"

    async def test_of_many_secret_keys_that_are_made_at_once_all_use_one(self, workers: Workers) -> None:
        made = await asyncio.gather(*(workers[number % 2].secret("salt", b"%d" % number) for number in range(10)))
        assert len(set(made)) == 1
        assert await workers[1].secret("salt", b"late") == made[0]
        assert await workers[1].secret("other", b"first") == b"first"

    async def test_a_role_has_one_holder_at_a_time(self, workers: Workers) -> None:
        one, two = workers
        assert await at_ms(NOW, one).lead("poll", 1000)
        assert not await at_ms(NOW + 999, two).lead("poll", 1000)
        assert await at_ms(NOW, two).lead("sweep", 1000)
        assert await at_ms(NOW + 900, one).lead("poll", 1000)
        assert not await at_ms(NOW + 1899, two).lead("poll", 1000)
        assert await at_ms(NOW + 1900, two).lead("poll", 1000)
        assert not await at_ms(NOW + 1901, one).lead("poll", 1000)

    async def test_it_can_save(self, store: Store) -> None:
        await store.ping()
        assert await store.load(LONG) == Loaded(0, None)
