"""What a month's messages are counted by, over several workers, and where the counts are seen."""

from collections.abc import Sequence

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.background import MonthlyCount
from bot.errors import StoreDown
from bot.model import Record
from bot.ports.store import Beside
from bot.settings import Settings
from bot.store.memory import MemoryStore
from bot.store.memory_data import Shared
from tests.contracts.desk_site import StoppedClock, running_desk

NOBODY = "http://127.0.0.1:9"


class Flaky(MemoryStore):
    """A store that is away for a while."""

    away = False

    def __init__(self) -> None:
        super().__init__("flaky")
        self._put, self.put = self.put, self._put_or_not

    async def _put_or_not(
        self,
        table: str,
        row: str,
        before: bytes | None,
        after: bytes | None,
        record: Record | None = None,
        beside: Sequence[Beside] = (),
    ) -> bool:
        if self.away:
            raise StoreDown("The store is away.")
        return await self._put(table, row, before, after, record, beside)


async def test_workers_add_to_one_count_whoever_saves_first() -> None:
    shared, clock = Shared(), StoppedClock()
    one, two = (MonthlyCount("zalo-bot", MemoryStore(name, shared), clock) for name in ("one", "two"))
    for _ in range(3):
        one.add("sent")
    two.add("sent")
    two.add("refused")
    await two.save()
    assert await one.this_month() == {"sent": 4, "refused": 1}
    await one.save()
    await one.save()
    assert await two.this_month() == {"sent": 4, "refused": 1}


async def test_a_month_ends_at_midnight_in_vietnam() -> None:
    clock = StoppedClock()
    count = MonthlyCount("zalo-bot", MemoryStore("one"), clock)
    count.add("sent")
    clock.move(5 * 86400 + 15 * 3600 - 1)  # 30 November, a second before midnight
    count.add("sent")
    assert await count.this_month() == {"sent": 2}
    clock.move(1)
    count.add("sent")
    await count.save()
    assert await count.this_month() == {"sent": 1}
    clock.move(-1)
    assert await count.this_month() == {"sent": 2}


async def test_what_cannot_be_saved_is_still_counted() -> None:
    store = Flaky()
    count = MonthlyCount("zalo-bot", store, StoppedClock())
    count.add("sent")
    store.away = True
    with pytest.raises(StoreDown):
        await count.save()
    store.away = False
    assert await count.this_month() == {"sent": 1}
    await count.save()
    assert await MonthlyCount("zalo-bot", store, StoppedClock()).this_month() == {"sent": 1}


async def test_metrics_show_what_is_used_and_what_there_is() -> None:
    clock = StoppedClock()
    settings = Settings(zalo_bot_token="1:abc", zalo_bot_secret="a-secret", zalo_bot_api=NOBODY, zalo_bot_quota=50)
    async with running_desk(clock, settings) as site:
        other = MonthlyCount("zalo-bot", site.parts.store, clock)
        other.add("sent")
        other.add("refused")
        await other.save()
        async with site.client() as client:
            metrics = (await client.get("/metrics")).text
    found = {
        sample.name: (sample.labels, sample.value)
        for family in text_string_to_metric_families(metrics)
        for sample in family.samples
        if sample.name.startswith("toso_allowance")
    }
    labels = {"channel": "zalo-bot", "what": "messages this month"}
    assert found == {
        "toso_allowance_used": (labels, 1),
        "toso_allowance_limit": (labels, 50),
        "toso_allowance_refused": (labels, 1),
    }
