"""A store without memory for more: nobody is met with silence, nothing is half saved, and with room all goes on."""

from pathlib import Path

from api.app import create_app
from bot.settings import Settings
from bot.store.embedded import EmbeddedServer, store_bytes
from bot.store.redis import RedisStore
from tests.contracts.web_site import Site, serving
from tests.setting import content, parts_of


async def test_who_writes_meanwhile_is_told_and_with_room_all_goes_on(tmp_path: Path) -> None:
    with EmbeddedServer(tmp_path) as server:
        store = RedisStore(server.url, "one")
        parts = parts_of(Settings(data_dir=tmp_path), store, content())
        async with serving(create_app(parts)) as (address, running), Site(address, parts, running).client() as client:
            token = (await client.post("/api/chat")).json()["conversation"]
            hello, path = {"id": "1", "text": "xin chào"}, f"/api/chat/{token}"
            before = await store._reach.call("CONFIG", "GET", "maxmemory")
            await store._reach.call("CONFIG", "SET", "maxmemory", "1mb")
            refused = await client.post(path, json=hello)
            assert refused.status_code == 503
            assert int(refused.headers["retry-after"]) > 0
            assert "thử lại" in refused.json()["error"]["message"]
            form = {"username": "admin", "password": "x"}
            desk = await client.post("/desk/sign-in", data=form, headers={"accept": "text/html"})
            assert desk.status_code == 503
            assert "Bộ nhớ của máy chủ đã đầy" in desk.text
            await store._reach.call("CONFIG", "SET", "maxmemory", before[1])
            assert (await client.post(path, json=hello)).json()["replies"]


async def test_the_embedded_store_leaves_room_for_the_rest(tmp_path: Path) -> None:
    with EmbeddedServer(tmp_path) as server:
        store = RedisStore(server.url, "one")
        assert await store._reach.call("CONFIG", "GET", "maxmemory") == [b"maxmemory", str(store_bytes()).encode()]
        assert await store._reach.call("CONFIG", "GET", "maxmemory-policy") == [b"maxmemory-policy", b"noeviction"]
        await store.close()


def test_a_container_s_limit_counts(tmp_path: Path) -> None:
    limit = tmp_path / "memory.max"
    limit.write_text("1073741824\n")
    assert store_bytes(limit) == 268435456
    limit.write_text("max\n")
    assert store_bytes(limit) == store_bytes(tmp_path / "none")
    limit.write_text("1000\n")
    assert store_bytes(limit) == 128 * 1024 * 1024
