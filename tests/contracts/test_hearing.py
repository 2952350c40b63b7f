"""Spoken words on every channel, with the real machine that hears: said back, taken as typed, and nothing kept."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import msgspec
import pytest
import pytest_asyncio

from api.app import create_app
from api.chat.uploads import VOICE_LIMIT, VOICES_PER_MINUTE
from bot.channels.web import chat_of, read_parcel
from bot.flows.voice import AGAIN_SECONDS
from bot.flows.voice import WAITING as MOST_IN_A_CHAT
from bot.model import Session
from bot.settings import Settings
from bot.store.memory import MemoryStore
from bot.store.memory_data import Shared
from tests.contracts.desk_site import StoppedClock
from tests.contracts.recordings import hum, narrow_noise
from tests.contracts.spoken import HEARD, KHAI_SINH
from tests.contracts.web_site import DATA, Site, serving
from tests.patience import until
from tests.setting import content, parts_of

pytestmark = pytest.mark.hearing

ASKED = f"{HEARD}», đúng không ạ?"


class Resident:
    """Somebody at the web chat, who agreed."""

    def __init__(self, site: Site, client: httpx.AsyncClient, token: str) -> None:
        self.site = site
        self.client = client
        self.token = token

    async def types(self, *texts: str) -> None:
        for text in texts:
            message = {"id": f"t{len(await self.reads())}", "text": text}
            assert (await self.client.post(f"/api/chat/{self.token}", json=message)).status_code == 200

    async def speaks(self, recording: bytes, id_: str = "v1") -> httpx.Response:
        headers = {"content-type": "audio/webm"}
        return await self.client.put(f"/api/chat/{self.token}/voices/{id_}", content=recording, headers=headers)

    async def reads(self) -> list[str]:
        log = await self.site.parts.store.read_log(chat_of(self.token), 0)
        shown = [msgspec.json.decode(read_parcel(entry.parcel).reply) for entry in log]
        return ["\n".join([each["text"], *(choice["label"] for choice in each["choices"])]) for each in shown]

    async def reads_next(self, before: int) -> str:
        """The message after so many; waits for it."""

        async def more() -> bool:
            return len(await self.reads()) > before

        await until(more)
        return (await self.reads())[-1]

    @property
    async def session(self) -> Session:
        return (await self.site.parts.store.load(chat_of(self.token))).session or Session()


@pytest.fixture
def shared() -> Shared:
    return Shared()


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@asynccontextmanager
async def site_over(shared: Shared, clock: StoppedClock) -> AsyncIterator[Site]:
    """One start of the app over a store that others used before."""
    parts = parts_of(Settings(data_dir=DATA), MemoryStore(f"at {clock.ms}", shared), content(), clock)
    async with serving(create_app(parts)) as (address, server):
        yield Site(address, parts, server)


@asynccontextmanager
async def at_the_chat(site: Site) -> AsyncIterator[Resident]:
    async with site.client() as client:
        it = Resident(site, client, (await client.post("/api/chat")).json()["conversation"])
        await it.types("xin chào", "1", "1")
        yield it


@pytest_asyncio.fixture
async def resident(shared: Shared, clock: StoppedClock) -> AsyncIterator[Resident]:
    async with site_over(shared, clock) as site, at_the_chat(site) as it:
        yield it


async def test_what_was_said_is_said_back_and_counts_once_it_is_right(
    resident: Resident, shared: Shared, caplog: pytest.LogCaptureFixture
) -> None:
    before = len(await resident.reads())
    with caplog.at_level("DEBUG"):
        answer = await resident.speaks(KHAI_SINH)
        assert (answer.status_code, answer.json()) == (200, {"replies": []})
        assert ASKED in await resident.reads_next(before)
    assert HEARD not in caplog.text
    assert not shared.asides
    assert (await resident.speaks(KHAI_SINH)).status_code == 200  # the same once more
    await until(lambda: not shared.asides)
    assert len(await resident.reads()) == before + 1
    await resident.types("đúng rồi")
    assert "Khai sinh cho trẻ" in (await resident.reads())[-1]
    session = await resident.session
    assert (session.echo, session.spoken) == (None, ())


@pytest.mark.parametrize(
    ("recording", "says"),
    [
        (hum(1.0, loud=0), "không nghe thấy tiếng nói"),
        (hum(2.0), "không nghe thấy tiếng nói"),
        (narrow_noise(600), "dài quá"),
        (KHAI_SINH[:1000], "không mở được tin thoại"),
        (b"OggS" + bytes(2000), "không mở được tin thoại"),
        (b"\xff\xd8\xff\xe0 a picture", "không mở được tin thoại"),
        (b"", "không mở được tin thoại"),
    ],
    ids=["silent", "a tone", "ten minutes", "cut off", "damaged", "a picture", "nothing"],
)
async def test_what_cannot_be_heard_gets_a_kind_sentence(
    resident: Resident, shared: Shared, recording: bytes, says: str
) -> None:
    before = len(await resident.reads())
    assert (await resident.speaks(recording)).status_code == 200
    assert says in await resident.reads_next(before)
    assert not shared.asides
    assert not (await resident.session).spoken


async def test_a_huge_one_and_too_many_are_refused(resident: Resident, monkeypatch: pytest.MonkeyPatch) -> None:
    large = await resident.speaks(bytes(VOICE_LIMIT + 1))
    assert (large.status_code, large.json()["error"]["code"]) == (413, "voice_too_large")
    assert "một phút" in large.json()["error"]["message"]
    monkeypatch.setattr("api.rate_limit._is_this_machine", lambda address: False)
    answers = [await resident.speaks(b"", "same") for _ in range(VOICES_PER_MINUTE + 1)]
    assert answers[-1].status_code == 429
    strange = await resident.client.put(f"/api/chat/{'x' * 43}/voices/1", content=b"")
    assert strange.status_code in (404, 429)


async def test_where_many_wait_others_are_asked_to_try_later(
    resident: Resident, shared: Shared, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.audio.transcriber.WAITING", 0)
    before = len(await resident.reads())
    await resident.speaks(KHAI_SINH)
    assert "Đang có nhiều tin thoại quá" in await resident.reads_next(before)
    assert not shared.asides


async def test_what_nobody_will_hear_is_not_kept(
    resident: Resident, shared: Shared, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resident.site.parts.hearing, "begin", lambda chat, spoken: None)
    for number in range(MOST_IN_A_CHAT + 2):
        await resident.speaks(KHAI_SINH, f"v{number}")
    assert len(shared.asides) == len((await resident.session).spoken) == MOST_IN_A_CHAT


async def test_what_a_worker_left_is_heard_by_the_next_and_answered_once(
    shared: Shared, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with site_over(shared, clock) as site, at_the_chat(site) as resident:
        before = len(await resident.reads())
        monkeypatch.setattr(site.parts.hearing, "begin", lambda chat, spoken: None)  # it is killed just then
        await resident.speaks(KHAI_SINH)
        assert (await resident.session).spoken
    clock.move(AGAIN_SECONDS + 1)
    async with site_over(shared, clock) as resident.site:
        assert ASKED in await resident.reads_next(before)
        clock.move(5 * AGAIN_SECONDS)
        await resident.site.parts.sender.ring()
        assert len(await resident.reads()) == before + 1
        assert not (await resident.session).spoken
    assert not shared.asides
