"""What a store costs a server, and how it reaches one: addresses, logins, scripts, clusters."""

import asyncio

import pytest
from redis.exceptions import ResponseError

from bot.errors import Conflict, SettingWrong, StoreDown
from bot.model import Chat, Choice, Place, Run, Session, Turn
from bot.ports import Committed, Loaded, Waiting
from bot.store import keys
from bot.store.redis import RedisStore
from tests.contracts.servers import Cluster, Server, eventually
from tests.contracts.stores import LONG, NOW, save, wipe

REALISTIC = Session(
    you="bác",
    consent="yes",
    consent_at=1_764_000_000,
    place=Place("guide", "step", "menu"),
    offered=(Choice("yes", "Còn mở được", "1"), Choice("no", "Mất hoặc hỏng", "2"), Choice("help", "Gặp người", "3")),
    run=Run("vneid-may-moi", 3, "approve", ("old_phone", "approve"), ("khac_man_hinh",)),
    done=("vneid-may-moi", "bhyt-tren-vneid"),
    lines=("toi doi dien thoai moi", "khong vao duoc vneid", "no bao sai mat khau"),
    seen=("912345678", "912345679", "912345680", "912345681", "912345682"),
    heard_at=1_764_000_000,
)


class TestCost:
    async def test_a_message_is_two_round_trips_and_its_acknowledgement_none(
        self, lone: RedisStore, server: Server
    ) -> None:
        await save(lone, LONG, b"a")
        lone.delivered(LONG, 1)
        await lone.load(LONG)
        before = lone.round_trips
        assert await save(lone, LONG, b"b", turn=Turn(REALISTIC)) == Committed(2, True)
        lone.delivered(LONG, 2)
        assert lone.round_trips == before + 2
        await lone.load(LONG)
        assert await lone.backlog() == 0
        assert lone.round_trips == before + 4

    async def test_what_is_asked_at_once_shares_a_round_trip(self, lone: RedisStore, server: Server) -> None:
        await lone.ping()
        before = lone.round_trips
        await asyncio.gather(*(lone.load(Chat("web", str(number), str(number))) for number in range(200)))
        assert lone.round_trips == before + 1

    async def test_an_idle_conversation_takes_less_than_1500_bytes(self, lone: RedisStore, server: Server) -> None:
        count = 200
        for number in range(count):
            chat = Chat("telegram", str(7_000_000_000 + number), str(7_000_000_000 + number))
            await save(lone, chat, b"x" * 300, turn=Turn(REALISTIC))
            lone.delivered(chat, 1)
        await lone.close()
        kept = server.ask("KEYS", "*")
        assert len(kept) == count
        assert sum(server.ask("MEMORY", "USAGE", key, "SAMPLES", 0) for key in kept) / count < 1500


class TestServer:
    async def test_one_that_forgot_the_scripts_is_told_them_again(self, lone: RedisStore, server: Server) -> None:
        await save(lone, LONG, b"a", b"b")
        server.ask("SCRIPT", "FLUSH")
        lone.delivered(LONG, 1)
        assert await asyncio.wait_for(lone.leftovers(), 2) == Waiting(LONG, 2, (b"b",))
        assert (await save(lone, LONG, b"c")).tail == 3

    async def test_an_error_reaches_only_the_one_who_asked(self, lone: RedisStore, server: Server) -> None:
        server.ask("SET", keys.partition_of(LONG.key).chat(LONG.key), "not a hash")
        fine = Chat("web", "1", "1")
        results = await asyncio.gather(lone.load(fine), lone.load(LONG), lone.load(fine), return_exceptions=True)
        assert [type(result) for result in results] == [Loaded, ResponseError, Loaded]

    async def test_it_says_whether_it_writes_to_disk(self, lone: RedisStore, server: Server) -> None:
        assert await lone.persistent()
        server.ask("CONFIG", "SET", "appendonly", "no")
        assert not await lone.persistent()

    async def test_login_and_database(self, lone: RedisStore, server: Server) -> None:
        server.ask("ACL", "SETUSER", "ward", "on", ">p@ss:/#", "~*", "+@all")
        ward = RedisStore(f"redis://ward:p%40ss%3A%2F%23@127.0.0.1:{server.port}/3?protocol=3", "one")
        await save(ward, LONG)
        assert (await ward.load(LONG)).version == 1
        assert (await lone.load(LONG)).version == 0
        assert await ward.counters() == {}
        await ward.close()

    async def test_one_who_gives_up_waiting_disturbs_nobody(self, lone: RedisStore, server: Server) -> None:
        await save(lone, LONG)
        before = await lone.load(LONG)
        task = asyncio.create_task(lone.commit(LONG, before, Turn(Session()), [b"a"], pulled=False, now_ms=NOW))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        task.cancel()
        assert (await lone.load(Chat("web", "1", "1"))).version == 0
        with pytest.raises(Conflict):
            await lone.commit(LONG, before, Turn(Session()), [b"a"], pulled=False, now_ms=NOW)
        assert not (await save(lone, LONG, b"b")).ours


class TestAddress:
    @pytest.mark.parametrize("password", ["wrong", "p%40ss"])
    async def test_a_password_is_never_shown(self, server: Server, password: str) -> None:
        server.ask("CONFIG", "SET", "requirepass", "s3cret")
        for url in (f"redis://:{password}@127.0.0.1:{server.port}", f"redis+cluster://:{password}@127.0.0.1:1"):
            store = RedisStore(url, "one")
            with pytest.raises(StoreDown) as caught:
                await store.ping()
            assert "127.0.0.1" in str(caught.value)
            error: BaseException | None = caught.value
            while error:
                assert not any(word in repr(error) for word in (password, "p@ss"))
                error = error.__cause__ or error.__context__
            await store.close()

    async def test_a_database_that_is_not_there_is_named(self, server: Server) -> None:
        store = RedisStore(f"{server.name}/99", "one")
        with pytest.raises(StoreDown, match="/99 does not take what we save: DB index is out of range"):
            await store.ping()
        await store.close()

    @pytest.mark.parametrize(
        "url",
        [
            "http://s3cret@host",
            "redis://:s3cret/x@host:6379",
            "redis://:s3cret@host:port",
            "unix://",
            "redis://a,b",
            "redis://ward:123/s3cret@host",
            "redis://:s3cret@host?nosuch=1",
            "redis+cluster://:s3cret@a:1,b:2/3",
            "",
        ],
    )
    def test_one_that_cannot_be_read_is_explained_without_it(self, url: str) -> None:
        with pytest.raises(SettingWrong, match="REDIS_URL") as caught:
            RedisStore(url, "one")
        assert "s3cret" not in repr(caught.value)
        assert caught.value.__cause__ is None


class TestCluster:
    async def test_a_slot_that_moved_is_followed(self, cluster: Cluster) -> None:
        wipe(cluster.url)
        store = RedisStore(cluster.url, "one")
        key = keys.partition_of(LONG.key).chat(LONG.key)
        assert (await store.load(LONG)).version == 0
        slot = cluster.nodes[0].ask("CLUSTER", "KEYSLOT", key)
        old = cluster.holder(key)
        new = next(node for node in cluster.nodes if node is not old)
        names = {node.port: node.ask("CLUSTER", "MYID").decode() for node in cluster.nodes}
        new.ask("CLUSTER", "SETSLOT", slot, "IMPORTING", names[old.port])
        old.ask("CLUSTER", "SETSLOT", slot, "MIGRATING", names[new.port])
        assert (await store.load(LONG)).version == 0
        with pytest.raises(StoreDown, match="TRYAGAIN"):
            await save(store, LONG, b"a")
        for node in (new, old):
            node.ask("CLUSTER", "SETSLOT", slot, "NODE", names[new.port])
        assert await save(store, LONG, b"b") == Committed(1, True)
        assert new.ask("EXISTS", key) == 1
        await store.close()

    async def test_a_node_that_restarts_is_down_and_found_again(self, cluster: Cluster) -> None:
        wipe(cluster.url)
        store = RedisStore(cluster.url, "one")
        await save(store, LONG, b"a")
        node = cluster.holder(keys.partition_of(LONG.key).chat(LONG.key))
        node.kill()
        for _ in range(2):
            with pytest.raises(StoreDown):
                await store.load(LONG)
        await store.close()
        node.start()
        eventually(cluster.works)
        assert (await store.load(LONG)).version == 1
        assert await save(store, LONG, b"b") == Committed(2, False)
        await store.close()

    async def test_more_at_once_than_connections(self, cluster: Cluster) -> None:
        wipe(cluster.url)
        store = RedisStore(cluster.url, "one")
        chats = [Chat("web", str(number), str(number)) for number in range(300)]
        assert {saved.tail for saved in await asyncio.gather(*(save(store, chat, b"a") for chat in chats))} == {1}
        assert await store.backlog() == len(chats)
        assert await store.persistent()
        await store.close()

    async def test_one_without_nodes_is_down(self) -> None:
        store = RedisStore("redis+cluster://127.0.0.1:1,127.0.0.1:2", "one")
        with pytest.raises(StoreDown, match=r"127\.0\.0\.1:1,127\.0\.0\.1:2"):
            await store.load(LONG)
        await store.close()
