"""How a store reaches a server: addresses, logins, scripts, clusters; and what it leaves there, and for how long."""

import asyncio

import pytest
from msgspec.structs import replace
from redis.exceptions import ResponseError

from bot.clock import SystemClock
from bot.errors import Conflict, SettingWrong, StoreDown
from bot.model import Chat, Session, Turn, encode
from bot.ports.store import Committed, Loaded, Waiting
from bot.store import keys
from bot.store.keys import CLOSED_SECONDS
from bot.store.redis import RedisStore
from tests.contracts.servers import Cluster, Server
from tests.contracts.stores import LONG, asked, keep, moved, save, says, wipe
from tests.patience import PATIENCE, eventually


class TestServer:
    async def test_one_that_forgot_the_scripts_is_told_them_again(self, lone: RedisStore, server: Server) -> None:
        await save(lone, LONG, b"a", b"b")
        server.ask("SCRIPT", "FLUSH")
        lone.delivered(LONG, 1)
        assert await asyncio.wait_for(lone.leftovers(), PATIENCE) == Waiting(LONG, 2, (b"b",))
        assert (await save(lone, LONG, b"c")).tail == 3

    async def test_requests_of_shape_1_go_on(self, lone: RedisStore, server: Server) -> None:
        part, now, old = keys.partition_of(LONG.key), asked(LONG, 1, team=""), asked(LONG, 2, team="")
        body, closed = (encode(replace(each, shape=1)).decode() for each in (now, old))
        await save(lone, LONG, turn=Turn(Session(request=now.code)))
        server.ask("HSET", part.open, now.code, body)
        server.ask("ZADD", f"{{p{keys.partition_number(LONG.key)}}}line", now.opened_at, now.code)
        server.ask("SET", part.closed(old.code), closed)
        assert await lone.escalation(old.code) == replace(old, shape=1, state="closed")
        assert await lone.open_requests() == [replace(now, shape=1)]
        assert await lone.place_in_line("", 2000, "~") == 2
        found = await lone.find(now.code)
        assert found
        await keep(lone, moved(found.request, "offered", team="to-1"))
        assert [await lone.place_in_line(team, 2000, "~") for team in ("", "to-1")] == [1, 2]

    async def test_what_was_said_stays_while_a_request_is_open_and_then_as_long_as_it_does(
        self, lone: RedisStore, server: Server
    ) -> None:
        part, now = keys.partition_of(LONG.key), asked(LONG)
        names = part.thread(now.code), part.closed(now.code)
        await keep(lone, now, *says("a"))
        assert [server.ask("TTL", name) for name in names] == [-1, -2]
        await keep(lone, now := moved(now, "closed"))
        await save(lone, LONG, turn=Turn(Session(request=now.code), said=says("b")))
        assert all(CLOSED_SECONDS - 60 < server.ask("TTL", name) <= CLOSED_SECONDS for name in names)
        await keep(lone, moved(now, "waiting"), *says("c"))
        assert [server.ask("TTL", name) for name in names] == [-1, -2]
        assert [said.text for _, said in await lone.thread(now.code)] == ["a", "b", "c"]

    async def test_a_code_given_anew_begins_with_nothing_said(self, lone: RedisStore, server: Server) -> None:
        now = asked(LONG)
        await keep(lone, now, *says("a"))
        await keep(lone, moved(now, "closed"))
        server.ask("DEL", keys.partition_of(LONG.key).closed(now.code))  # its time ran out before its thread's
        await keep(lone, now, *says("b"))
        assert [said.text for _, said in await lone.thread(now.code)] == ["b"]

    async def test_an_error_reaches_only_the_one_who_asked(self, lone: RedisStore, server: Server) -> None:
        server.ask("SET", keys.partition_of(LONG.key).chat(LONG.key), "not a hash")
        fine = Chat("web", "1", "1")
        results = await asyncio.gather(lone.load(fine), lone.load(LONG), lone.load(fine), return_exceptions=True)
        assert [type(result) for result in results] == [Loaded, ResponseError, Loaded]

    async def test_it_says_whether_it_writes_to_disk(self, lone: RedisStore, server: Server) -> None:
        assert (await lone.upkeep()).persistent
        server.ask("CONFIG", "SET", "appendonly", "no")
        assert not (await lone.upkeep()).persistent

    async def test_it_says_whom_it_forgets_and_what_time_it_is(self, lone: RedisStore, server: Server) -> None:
        before = SystemClock().now_ms()
        upkeep = await lone.upkeep()
        assert upkeep.eviction == "noeviction"
        assert before - 1 <= upkeep.time_ms <= SystemClock().now_ms() + 1
        server.ask("CONFIG", "SET", "maxmemory-policy", "allkeys-lru")
        assert (await lone.upkeep()).eviction == "allkeys-lru"

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
        task = asyncio.create_task(lone.commit(LONG, before, Turn(Session()), [b"a"], pulled=False))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        task.cancel()
        assert (await lone.load(Chat("web", "1", "1"))).version == 0
        with pytest.raises(Conflict):
            await lone.commit(LONG, before, Turn(Session()), [b"a"], pulled=False)
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
            "redis+sentinel://a,b",
            "redis+sentinel://a,b/service/x",
            "unix://a,b",
            "redis+cluster://a:1?wait_replicas=1",
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
        for failing in (save(store, LONG, b"a"), keep(store, asked(LONG))):
            with pytest.raises(StoreDown, match="TRYAGAIN"):
                await failing
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
        assert (await store.upkeep()).persistent
        await store.close()

    async def test_one_without_nodes_is_down(self) -> None:
        store = RedisStore("redis+cluster://127.0.0.1:1,127.0.0.1:2", "one")
        with pytest.raises(StoreDown, match=r"127\.0\.0\.1:1,127\.0\.0\.1:2"):
            await store.load(LONG)
        await store.close()
