"""What contract tests begin with: servers, started once and empty at the start of each test; a desk with its people."""

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from bot.ports.store import Store
from bot.store.embedded import EmbeddedServer
from bot.store.redis import RedisStore
from tests.contracts.desk_site import (
    ASK,
    OTHER_TEAM,
    TEAM,
    TO_STUCK,
    StoppedClock,
    join,
    running_desk,
    say,
    send,
    signed_in,
)
from tests.contracts.servers import Cluster, Server
from tests.contracts.stores import KINDS, NOW, TIME, Installation, in_memory, on_server, wipe
from tests.contracts.web_site import Site
from tests.emulators.telegram import TelegramEmulator


@pytest.fixture(scope="session")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServer]:
    with EmbeddedServer(tmp_path_factory.mktemp("embedded")) as server:
        yield server


@pytest.fixture(scope="session")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("server"))
    yield server
    server.kill()


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    cluster = Cluster(tmp_path_factory.mktemp("cluster"))
    yield cluster
    cluster.kill()


@pytest.fixture(scope="module")
def halves(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A cluster as operators are told to set it up: what a dead node holds is missing, and nothing else."""
    cluster = Cluster(tmp_path_factory.mktemp("halves"), "--cluster-require-full-coverage", "no")
    yield cluster
    cluster.kill()


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of one test alone, to be treated badly."""
    server = Server(tmp_path_factory.mktemp("alone"))
    yield server
    server.thaw()
    server.kill()


@pytest.fixture(autouse=True)
def _stores_begin_at_the_same_time() -> None:
    """No test begins at the time that the one before it left."""
    TIME.ms = NOW


@pytest.fixture(params=KINDS)
def installation(request: pytest.FixtureRequest) -> Installation:
    if request.param == "memory":
        return in_memory()
    if request.param == "embedded":
        url = request.getfixturevalue("embedded").url
    elif request.param == "server":
        url = request.getfixturevalue("shared_server").name
    else:
        url = request.getfixturevalue("cluster").url
    wipe(url)
    return on_server(url)


@pytest.fixture
async def workers(installation: Installation) -> AsyncIterator[tuple[Store, Store]]:
    """Two workers of one installation."""
    yield installation.worker("one"), installation.worker("two")
    await installation.close()


@pytest.fixture
def store(workers: tuple[Store, Store]) -> Store:
    """The first of the workers."""
    return workers[0]


@pytest.fixture
async def lone(server: Server) -> AsyncIterator[RedisStore]:
    """A store on a server of this test alone."""
    store = RedisStore(server.name, "one", clock=TIME)
    yield store
    await store.close()


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
async def site(clock: StoppedClock) -> AsyncIterator[Site]:
    """A desk: Hoa and Lan of TEAM, Minh who leads it, and Tâm of OTHER_TEAM. Tests that need others have their own."""
    async with running_desk(clock) as it:
        for id_, name in (("hoa", "Hoa"), ("lan", "Lan")):
            await join(it, id_, name, TEAM, password="")
        await join(it, "minh", "Minh", TEAM, role="lead", password="")
        await join(it, "tam", "Tâm", OTHER_TEAM, password="")
        yield it


@pytest.fixture
async def hoa(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    async with signed_in(site, "hoa") as it:
        yield it


@pytest.fixture
async def code(site: Site) -> str:
    """A request of a resident who is stuck on the second step of the guide."""
    return await say(site, (*TO_STUCK, "toi khong thay nut", *ASK))


@pytest.fixture
async def held(code: str, hoa: httpx.AsyncClient) -> str:
    """The same, taken by Hoa."""
    assert (await send(hoa, f"/desk/requests/{code}/take")).status_code == 303
    return code


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramEmulator]:
    """A Telegram without limits of its own."""
    async with TelegramEmulator(limits=False) as it:
        yield it
