"""What a store does when the server does not: it promises nothing that is not saved, and recovers by itself."""

import asyncio
from pathlib import Path

import pytest

from bot.errors import StoreDown
from bot.model import Call, Record, Session, Turn
from bot.ports.store import Committed, Loaded, Waiting
from bot.store.keys import LEASE_MS
from bot.store.redis import RedisStore
from tests.contracts.servers import Server
from tests.contracts.stores import CHANNELS, LONG, NOW, asked, at_ms, keep, moved, save, says
from tests.patience import PATIENCE, until

REALISTIC = Session(you="bác", consent="yes", lines=("toi doi dien thoai moi",), seen=("912345678",))


async def test_a_killed_server_is_down_and_then_as_it_was(lone: RedisStore, server: Server) -> None:
    await save(lone, LONG, b"a", turn=Turn(REALISTIC))
    server.kill()
    for _ in range(2):
        for failing in (lone.load(LONG), lone.ping(), at_ms(NOW, lone).take_overdue(CHANNELS), save(lone, LONG)):
            with pytest.raises(StoreDown):
                await failing
    server.start()
    assert await lone.load(LONG) == Loaded(1, REALISTIC)
    assert await at_ms(NOW + LEASE_MS, lone).take_overdue(CHANNELS) == [Waiting(LONG, 1, (b"a",))]


async def test_a_server_that_restarted_while_nobody_asked_was_never_down(lone: RedisStore, server: Server) -> None:
    await save(lone, LONG, b"a", turn=Turn(REALISTIC))
    server.kill()
    server.start()
    await asyncio.sleep(0)
    assert await lone.load(LONG) == Loaded(1, REALISTIC)


async def test_a_note_survives_the_outage(lone: RedisStore, server: Server) -> None:
    await save(lone, LONG, b"a", b"b")
    server.kill()
    lone.delivered(LONG, 1)
    with pytest.raises(StoreDown):
        await lone.load(LONG)
    with pytest.raises(StoreDown):
        await lone.postpone(LONG, 5)
    server.start()
    await lone.load(LONG)
    assert await at_ms(NOW + LEASE_MS, lone).take_overdue(CHANNELS) == [Waiting(LONG, 2, (b"b",))]


async def test_closing_a_store_that_is_down_says_what_was_not_saved(lone: RedisStore, server: Server) -> None:
    await save(lone, LONG, b"a")
    server.kill()
    lone.delivered(LONG, 1)
    with pytest.raises(StoreDown):
        await lone.close()
    server.start()
    await lone.close()
    assert await lone.backlog() == 0


async def test_a_server_that_says_nothing_is_down_in_good_time(lone: RedisStore, server: Server) -> None:
    """After two seconds and before three, as this loop counts them, both at once."""
    await lone.ping()
    server.freeze()
    two, three = (asyncio.create_task(asyncio.sleep(seconds)) for seconds in (1.9, 3))
    results = await asyncio.gather(lone.ping(), lone.load(LONG), return_exceptions=True)
    assert [type(result) for result in results] == [StoreDown, StoreDown]
    assert (two.done(), three.cancel()) == (True, True)
    server.thaw()
    await lone.ping()


async def test_an_address_says_how_long_its_server_may_say_nothing(server: Server) -> None:
    hasty, patient = (RedisStore(f"{server.name}?socket_timeout={seconds}", "one") for seconds in (0.05, PATIENCE))
    await asyncio.gather(hasty.ping(), patient.ping())
    server.freeze()
    waiting = asyncio.ensure_future(patient.ping())
    with pytest.raises(StoreDown):
        await hasty.ping()
    assert not waiting.done()
    server.thaw()
    await waiting
    await asyncio.gather(hasty.close(), patient.close())


async def test_parcels_of_a_turn_in_doubt_are_not_skipped(lone: RedisStore, server: Server) -> None:
    await save(lone, LONG)
    server.freeze()
    with pytest.raises(StoreDown):
        await lone.commit(LONG, Loaded(1, None), Turn(Session()), [b"a"], pulled=False)
    server.thaw()
    assert (await lone.load(LONG)).version == 2
    assert await save(lone, LONG, b"b") == Committed(2, False)
    assert await at_ms(NOW + LEASE_MS, lone).take_overdue(CHANNELS) == [Waiting(LONG, 1, (b"a", b"b"))]


async def test_a_turn_in_doubt_is_saved_with_all_its_parts(lone: RedisStore, server: Server) -> None:
    first = asked(LONG)
    await keep(lone, first)
    taken = moved(first, "held", holder="hoa")
    call, record = Call("1", first.code, "volunteer:hoa", "given"), Record(1, "take", first.code, "hoa")
    found = await lone.find(first.code)
    assert found
    turn = Turn(Session(request=first.code), request=taken, said=says("a"), calls=(call,), records=(record,))
    server.freeze()
    with pytest.raises(StoreDown):
        await lone.commit(LONG, found.conversation, turn, [], pulled=False)
    server.thaw()
    assert (await lone.load(LONG)).version == 2
    assert await lone.open_requests() == [taken]
    assert [said.text for _, said in await lone.thread(first.code)] == ["a"]
    assert await at_ms(NOW, lone).calls_due(0) == [(LONG, call)]
    assert [kept for _, kept in await lone.records(9)] == [record]
    assert await lone.place_in_line("to-1", 2000, "~") == 1


async def test_that_a_call_was_delivered_is_noted_after_the_outage(lone: RedisStore, server: Server) -> None:
    call = Call("1", "A0001", "team:to-1", "offer")
    await save(lone, LONG, turn=Turn(Session(), calls=(call,)))
    server.kill()
    lone.called(LONG, call)
    with pytest.raises(StoreDown):
        await lone.load(LONG)
    server.start()
    await lone.load(LONG)
    assert await at_ms(NOW, lone).calls_due(0) == []


@pytest.mark.parametrize("setting", [("maxmemory", "1"), ("min-replicas-to-write", "1")])
async def test_a_server_that_cannot_save_is_down(lone: RedisStore, server: Server, setting: tuple[str, str]) -> None:
    await save(lone, LONG, turn=Turn(REALISTIC))
    server.ask("CONFIG", "SET", *setting)
    for failing in (lone.ping(), save(lone, LONG), lone.remember("a", b"b")):
        with pytest.raises(StoreDown):
            await failing
    assert await lone.load(LONG) == Loaded(1, REALISTIC)
    server.ask("CONFIG", "SET", setting[0], "0")
    await lone.ping()


async def test_a_replica_is_down(lone: RedisStore, server: Server) -> None:
    server.ask("REPLICAOF", "127.0.0.1", server.port)
    for failing in (lone.ping(), save(lone, LONG)):
        with pytest.raises(StoreDown, match=r"READONLY.*: set the address of the primary in REDIS_URL|MASTERDOWN"):
            await failing


@pytest.mark.parametrize("login", ["", ":wrong@"])
async def test_a_password_that_is_missing_or_wrong_is_said(lone: RedisStore, server: Server, login: str) -> None:
    await lone.ping()
    server.ask("CONFIG", "SET", "requirepass", "right")
    store = RedisStore(f"redis://{login}127.0.0.1:{server.port}/0", "stranger")
    try:
        with pytest.raises(StoreDown, match="password in REDIS_URL"):
            await store.ping()
    finally:
        await lone._reach.call("CONFIG", "SET", "requirepass", "")
        await store.close()


async def test_a_store_that_loads_what_it_saved_is_said_to_load(tmp_path: Path) -> None:
    server = Server(tmp_path, "--key-load-delay", "100000")
    store = RedisStore(server.name, "one")
    try:
        for number in range(50):
            server.ask("SET", f"key{number}", "a" * 100)
        server.ask("BGREWRITEAOF")
        await until(lambda: b"aof_rewrite_in_progress:0" in server.ask("INFO", "persistence"))
        server.kill()
        server.launch()
        said = set()

        async def there() -> bool:
            try:
                return (await store.upkeep()).persistent
            except StoreDown as down:
                said.add(str(down))
                return False

        await until(there)
        assert any("loads what it saved" in each for each in said), said
    finally:
        await store.close()
        server.kill()
