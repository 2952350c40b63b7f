"""What a store costs a server, and how it reaches one: addresses, logins, scripts, clusters."""

import asyncio

import pytest
from msgspec.structs import replace
from redis.exceptions import ResponseError

from bot.errors import Conflict, SettingWrong, StoreDown
from bot.model import Call, Chat, Choice, Place, Record, Run, Said, Session, Turn, encode
from bot.ports import Committed, Loaded, Waiting
from bot.store import keys
from bot.store.redis import RedisStore
from tests.contracts.servers import Cluster, Server, eventually
from tests.contracts.stores import LONG, NOW, asked, keep, moved, save, wipe

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

TALK = (
    ("cháu ơi bác không thấy nút đỏ đâu cả", "Dạ cháu chào bác. Màn hình bác đang hiện chữ gì ạ?"),
    ("no bao sai mat khau chau a", "Bác thử nhập lại thật chậm, chữ đầu viết hoa bác nhé."),
    ("ừ để bác thử lại xem sao", "Vâng, bác cứ làm từ từ, cháu vẫn ở đây ạ."),
    ("da bac bam roi", "Bác mở ứng dụng VNeID, bấm nút đỏ ở dưới cùng giúp cháu nhé."),
    ("được rồi cháu ạ, cảm ơn cháu nhiều", "Dạ không có gì ạ, bác cần gì cứ nhắn cháu."),
)
"""What a resident and a volunteer write each other, as long as it mostly is."""


def _used(server: Server) -> int:
    """How many bytes all keys of a server take."""
    return sum(int(server.ask("MEMORY", "USAGE", key, "SAMPLES", 0)) for key in server.ask("KEYS", "*"))


async def _helped(store: RedisStore, number: int) -> None:
    """A resident asks for a person, a volunteer takes it, and they write each other twenty lines."""
    chat = Chat("telegram", str(7_000_000_000 + number), str(7_000_000_000 + number))
    first = replace(
        asked(chat, number, 1_764_000_000 + number, "to-dan-pho-5"),
        guide="vneid-may-moi",
        version=3,
        step="approve",
        tried=("old_phone/khac_man_hinh", "approve/khong_thay_nut"),
        you="bac",
        lines=REALISTIC.lines,
        group="to-dan-pho-5",
    )
    call = Call("912345684", first.code, "team:to-dan-pho-5", "offer")
    turn = Turn(replace(REALISTIC, request=first.code), request=first, calls=(call,))
    await save(store, chat, turn=replace(turn, records=(Record(first.opened_at, "open", first.code),)))
    store.called(chat, call)
    session = replace(REALISTIC, request=first.code, helper="hoa")
    taken = moved(first, "held", holder="hoa")
    await save(store, chat, turn=Turn(session, request=taken, records=(Record(1, "take", first.code, "hoa"),)))
    for at, (resident, volunteer) in enumerate(TALK * 2):
        said = (Said(1_764_000_000 + at, "resident", resident), Said(1_764_000_030 + at, "volunteer", volunteer, "hoa"))
        record = Record(1_764_000_030 + at, "reply", first.code, "hoa")
        await save(store, chat, turn=Turn(session, said=said, records=(record,)))
    news = Call("912345699", first.code, "volunteer:hoa", "news")
    await save(store, chat, turn=Turn(session, calls=(news,)))


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

    async def test_taking_a_request_is_two_round_trips_and_the_news_of_it_none(
        self, lone: RedisStore, server: Server
    ) -> None:
        first = asked(LONG)
        await keep(lone, first)
        await lone.find(first.code)
        before = lone.round_trips
        found = await lone.find(first.code)
        assert found
        call = Call("1", first.code, "volunteer:hoa", "given")
        turn = Turn(
            Session(request=first.code, helper="hoa"),
            request=moved(first, "held", holder="hoa"),
            said=(Said(1, "bot", "taken", "hoa"),),
            calls=(call,),
            records=(Record(1, "take", first.code, "hoa"),),
        )
        await lone.commit(LONG, found.conversation, turn, [b"a"], pulled=False, now_ms=NOW)
        lone.called(LONG, call)
        assert lone.round_trips == before + 2
        assert await lone.calls_due(NOW + 1) == []
        assert lone.round_trips == before + 3

    async def test_what_a_desk_reads_at_once_shares_a_round_trip(self, lone: RedisStore, server: Server) -> None:
        code = asked(LONG).code
        await lone.thread(code)
        before = lone.round_trips
        await asyncio.gather(lone.request_changes(), lone.open_requests(), lone.records(20), lone.thread(code))
        assert lone.round_trips == before + 1

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

    async def test_a_request_with_all_that_was_said_takes_less_than_4096_bytes(
        self, lone: RedisStore, server: Server
    ) -> None:
        count = 200
        for number in range(count):
            chat = Chat("telegram", str(7_000_000_000 + number), str(7_000_000_000 + number))
            await save(lone, chat, turn=Turn(REALISTIC))
        empty = _used(server)
        for number in range(count):
            await _helped(lone, number)
        await lone.close()
        assert (_used(server) - empty) / count < 4096


class TestServer:
    async def test_one_that_forgot_the_scripts_is_told_them_again(self, lone: RedisStore, server: Server) -> None:
        await save(lone, LONG, b"a", b"b")
        server.ask("SCRIPT", "FLUSH")
        lone.delivered(LONG, 1)
        assert await asyncio.wait_for(lone.leftovers(), 2) == Waiting(LONG, 2, (b"b",))
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
        assert await store.persistent()
        await store.close()

    async def test_one_without_nodes_is_down(self) -> None:
        store = RedisStore("redis+cluster://127.0.0.1:1,127.0.0.1:2", "one")
        with pytest.raises(StoreDown, match=r"127\.0\.0\.1:1,127\.0\.0\.1:2"):
            await store.load(LONG)
        await store.close()
