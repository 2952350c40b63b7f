"""«Xóa» takes everything: what nobody understood, suggestions, and what the store's files still hold of it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from api.app import create_app
from bot.desk.erasing import SETTLED_MS
from bot.model import Missed
from bot.settings import Settings
from bot.store.embedded import EmbeddedServer
from bot.store.memory import MemoryStore
from bot.store.memory_data import Shared
from bot.store.redis import RedisStore
from tests.contracts.desk_site import ASK, TO_STUCK, StoppedClock, do, join, running_desk, say, send, signed_in
from tests.contracts.web_site import Site, serving
from tests.patience import until
from tests.setting import content, parts_of

MARKER = "quatcayzurichkeucotket"
OTHERS = "manhinhtivinhapnhay"
HELLO = ("/start", "1", "1")


async def chat(site: Site, token: str, number: int, text: str) -> list[dict[str, object]]:
    async with site.client() as client:
        answer = await client.post(f"/api/chat/{token}", json={"id": f"n{number}", "text": text})
        assert answer.status_code == 200, answer.text
        replies: list[dict[str, object]] = answer.json()["replies"]
        return replies


async def begin(site: Site, *texts: str) -> str:
    async with site.client() as client:
        token: str = (await client.post("/api/chat")).json()["conversation"]
    for number, text in enumerate([*HELLO, *texts]):
        await chat(site, token, number, text)
    return token


async def erase(site: Site, token: str) -> None:
    await chat(site, token, 100, "xóa dữ liệu của tôi")
    (erased,) = await chat(site, token, 101, "1")
    assert erased["erased"] is True


def raw(folder: Path) -> bytes:
    """Everything that is in the store's files."""
    return b"".join(path.read_bytes() for path in (folder / "appendonlydir").iterdir() if path.is_file())


@pytest_asyncio.fixture
async def kept(tmp_path: Path, clock: StoppedClock) -> AsyncIterator[Site]:
    """The app over an embedded store in `tmp_path`."""
    with EmbeddedServer(tmp_path) as server:
        store = RedisStore(server.url, "one", clock=clock)
        await store._reach.call("CONFIG", "SET", "rdbcompression", "no")  # or a word in the files may not look like it
        parts = parts_of(Settings(data_dir=tmp_path), store, content(), clock)
        async with serving(create_app(parts)) as (address, running):
            yield Site(address, parts, running)


async def test_what_was_erased_leaves_the_disk(kept: Site, tmp_path: Path, clock: StoppedClock) -> None:
    token = await begin(kept, MARKER, "gap nguoi", "4", f"{MARKER} nữa")
    await begin(kept, OTHERS)
    await kept.parts.not_understood.save()
    assert MARKER.encode() in raw(tmp_path)
    await erase(kept, token)
    assert not await kept.parts.erasing.rewrite(), "the turn that erases may be on its way"
    clock.move(SETTLED_MS / 1000)
    assert await kept.parts.erasing.rewrite()
    await until(lambda: MARKER.encode() not in raw(tmp_path))
    assert OTHERS.encode() in raw(tmp_path)
    assert not await kept.parts.erasing.rewrite(), "once is enough"


PIECES = ("8274", "9163")


async def test_the_first_part_of_a_code_leaves_the_disk_and_the_desk(
    kept: Site, tmp_path: Path, clock: StoppedClock
) -> None:
    await join(kept, "hoa", "Hoa", "to-mau-b")
    token = await begin(kept, *TO_STUCK[3:], *ASK)
    (request,) = await kept.parts.store.open_requests()
    assert (await do(kept, "take", request.code, "hoa")).name == "done"
    async with signed_in(kept, "hoa") as hoa:
        clock.move(2)
        await chat(kept, token, 100, PIECES[0])
        assert PIECES[0] in (await hoa.get(f"/desk/requests/{request.code}")).text, "it may be the number of a house"
        clock.move(2)
        await chat(kept, token, 101, PIECES[1])
        page = (await hoa.get(f"/desk/requests/{request.code}")).text
    assert [piece for piece in PIECES if piece in page] == []
    clock.move(SETTLED_MS / 1000)
    assert await kept.parts.erasing.rewrite()
    await until(lambda: not any(piece.encode() in raw(tmp_path) for piece in PIECES))


async def test_a_text_goes_with_the_last_one_who_wrote_it(clock: StoppedClock) -> None:
    async with running_desk(clock) as site:
        missed = site.parts.not_understood
        one, two = await begin(site, MARKER), await begin(site, MARKER, OTHERS)
        assert {each.text for each in (await missed.rows()).values()} == {MARKER, OTHERS}
        await erase(site, two)
        assert {each.text for each in (await missed.rows()).values()} == {MARKER}
        await erase(site, one)
        assert not await missed.rows()


async def test_no_chat_is_named_beside_a_text(clock: StoppedClock) -> None:
    store = MemoryStore("one", Shared())
    async with running_desk(clock, store=store) as site:
        site.parts.not_understood.note(Missed(MARKER), "telegram:5010203040:5010203040")
        (missed,) = (await site.parts.not_understood.rows()).values()
        assert missed.by
        assert "5010203040" not in repr(await store.rows("not-understood"))


async def test_suggestions_about_their_requests_go_too(clock: StoppedClock) -> None:
    async with running_desk(clock) as site:
        await join(site, "hoa", "Hoa", "to-mau-b")
        codes = [await say(site, [*TO_STUCK, *ASK]) for _ in range(2)]
        async with signed_in(site) as admin:
            for code in codes:
                await do(site, "take", code)
                await do(site, "close", code)
                assert (await send(admin, f"/desk/requests/{code}/suggest", text=f"Lời của {code}")).status_code == 303
        request = await site.parts.store.escalation(codes[0])
        assert request
        await site.parts.erasing.forget(request.chat, "")
        left = repr(await site.parts.store.rows("suggestions"))
        assert codes[0] not in left
        assert codes[1] in left
        await site.parts.erasing.forget(request.chat, "admin")
        assert not (await site.parts.store.rows("suggestions"))[1]


async def test_any_worker_does_what_a_killed_one_left(clock: StoppedClock) -> None:
    shared = Shared()
    async with running_desk(clock, store=MemoryStore("one", shared)) as site:
        await erase(site, await begin(site))
    clock.move(SETTLED_MS / 1000)
    async with running_desk(clock, store=MemoryStore("two", shared)) as site:
        assert await site.parts.erasing.rewrite()
