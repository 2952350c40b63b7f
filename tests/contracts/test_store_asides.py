"""What every store promises about things that are set aside for a moment."""

from bot.ports.store import Store
from tests.patience import until


async def test_something_set_aside_is_there_for_every_worker_until_it_is_dropped(workers: tuple[Store, Store]) -> None:
    one, two = workers
    assert await one.aside("a") is None
    await one.set_aside("a", b"\x00 spoken \xff", 60)
    await one.set_aside("b", b"other", 60)
    assert await two.aside("a") == b"\x00 spoken \xff"
    await two.set_aside("a", b"newer", 60)
    await two.drop_aside("b")
    await two.drop_aside("b")
    assert [await one.aside(name) for name in ("a", "b")] == [b"newer", None]


async def test_it_goes_by_itself(store: Store) -> None:
    await store.set_aside("a", b"spoken", 1)
    await store.set_aside("b", b"spoken", 60)

    async def gone() -> bool:
        return await store.aside("a") is None

    await until(gone)
    assert await store.aside("b") == b"spoken"
