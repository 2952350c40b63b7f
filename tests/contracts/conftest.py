"""The servers of the store's contract tests: started once, empty at the start of each test."""

from collections.abc import AsyncIterator, Iterator

import pytest

from bot.ports import Store
from bot.store.embedded import EmbeddedServer
from bot.store.redis import RedisStore
from tests.contracts.servers import Cluster, Server
from tests.contracts.stores import KINDS, Installation, in_memory, on_server, wipe


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


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of one test alone, to be treated badly."""
    server = Server(tmp_path_factory.mktemp("alone"))
    yield server
    server.thaw()
    server.kill()


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
    store = RedisStore(server.name, "one")
    yield store
    await store.close()
