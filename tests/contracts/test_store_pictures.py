"""What every store promises about pictures that were sent in a request."""

from bot.model import Session, Turn
from bot.ports.store import Store
from bot.store.keys import PICTURE_SECONDS, PICTURES_KEPT, partition_of
from bot.store.redis import RedisStore
from tests.contracts.servers import Server
from tests.contracts.stores import AN, LONG, asked, keep, moved, save

JPEG = b"\xff\xd8\x00 a picture \xff\xd9"


async def test_one_is_kept_while_its_request_is_open_and_shortly_after(workers: tuple[Store, Store]) -> None:
    one, two = workers
    first = asked(LONG)
    await keep(one, first)
    assert await one.keep_picture(first.code, "a", JPEG)
    assert await two.keep_picture(first.code, "b", b"another")
    await keep(one, moved(first, "closed"))
    assert [await two.picture(first.code, name) for name in ("a", "b", "c")] == [JPEG, b"another", None]
    await keep(one, moved(moved(first, "closed"), "waiting"))
    assert await two.picture(first.code, "a") == JPEG


async def test_none_is_kept_for_what_is_not_open(store: Store) -> None:
    first = asked(LONG)
    for code in (first.code, "A0000", "?", ""):
        assert not await store.keep_picture(code, "a", JPEG)
        assert await store.picture(code, "a") is None
    await keep(store, first)
    await keep(store, moved(first, "closed"))
    assert not await store.keep_picture(first.code, "a", JPEG)
    assert await store.picture(first.code, "a") is None


async def test_a_request_has_only_so_many_and_the_same_one_again_is_no_other(store: Store) -> None:
    first = asked(LONG)
    await keep(store, first)
    kept = [await store.keep_picture(first.code, str(number), JPEG) for number in range(PICTURES_KEPT + 2)]
    assert kept == [True] * PICTURES_KEPT + [False] * 2
    assert await store.keep_picture(first.code, "0", b"newer")
    assert await store.picture(first.code, "0") == b"newer"
    assert await store.picture(first.code, str(PICTURES_KEPT)) is None


async def test_they_go_with_whoever_is_forgotten(store: Store) -> None:
    old, now, others = asked(LONG, 1), asked(LONG, 2), asked(AN, 3)
    for each in (old, now, others):
        await keep(store, each)
        assert await store.keep_picture(each.code, "a", JPEG)
        if each is old:
            await keep(store, moved(old, "closed"))
    await save(store, LONG, turn=Turn(Session(), request=moved(now, "closed"), forget=True))
    assert [await store.picture(each.code, "a") for each in (old, now, others)] == [None, None, JPEG]
    await keep(store, now)
    assert await store.picture(now.code, "a") is None


async def test_their_time_runs_from_the_end_of_the_request(lone: RedisStore, server: Server) -> None:
    first = asked(LONG)
    pictures = partition_of(LONG.key).pictures(first.code)
    await keep(lone, first)
    assert await lone.keep_picture(first.code, "a", JPEG)
    assert server.ask("TTL", pictures) == -1
    await keep(lone, moved(first, "closed"))
    assert PICTURE_SECONDS - 60 < server.ask("TTL", pictures) <= PICTURE_SECONDS
    await keep(lone, moved(moved(first, "closed"), "waiting"))
    assert server.ask("TTL", pictures) == -1
