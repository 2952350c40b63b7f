"""What operators and their machines ask: alive, ready, numbers, and the API's description."""

from collections.abc import AsyncIterator, Sequence

import httpx
import pytest
import pytest_asyncio
from prometheus_client.parser import text_string_to_metric_families
from typing_extensions import override

from bot.app import draw_code
from bot.errors import StoreDown
from bot.model import Chat, Escalation, Event, Session, Turn
from bot.ports.store import Away, Loaded, Unsent
from bot.store.memory import MemoryStore
from tests.contracts.web_site import Site, running

CHAT = Chat("web", "0123456789abcdef", "0123456789abcdef")


class Unreachable(MemoryStore):
    """A store that went away after the start."""

    away = False

    @override
    async def ping(self) -> Away:
        if self.away:
            raise StoreDown("The store is away.")
        return await super().ping()

    @override
    async def unsent(self) -> Sequence[Unsent]:
        if self.away:
            raise StoreDown("The store is away.")
        return await super().unsent()


@pytest_asyncio.fixture
async def site() -> AsyncIterator[Site]:
    async with running(Unreachable("operations")) as it:
        yield it


@pytest_asyncio.fixture
async def client(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    async with site.client() as it:
        yield it


async def numbers(client: httpx.AsyncClient) -> dict[tuple[str, str, str], float]:
    answer = await client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    return {
        (sample.name, sample.labels.get("name", ""), sample.labels.get("about", "")): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


@pytest.mark.parametrize(("path", "body"), [("/healthz", {"alive": True}), ("/readyz", {"ready": True})])
async def test_alive_and_ready(client: httpx.AsyncClient, path: str, body: dict[str, bool]) -> None:
    answer = await client.get(path)
    assert (answer.status_code, answer.json(), answer.headers["cache-control"]) == (200, body, "no-store")
    assert (await client.head(path)).status_code == 200


async def test_without_its_store_the_app_is_alive_but_not_ready(site: Site, client: httpx.AsyncClient) -> None:
    assert isinstance(site.parts.store, Unreachable)
    site.parts.store.away = True
    assert (await client.get("/healthz")).status_code == 200
    ready = await client.get("/readyz")
    assert (ready.status_code, ready.json()["error"]["code"]) == (503, "store_down")
    found = await numbers(client)
    assert found["toso_store_up", "", ""] == 0
    assert ("toso_requests_waiting", "", "") not in found


async def test_the_numbers_come_from_the_store(site: Site, client: httpx.AsyncClient) -> None:
    turn = Turn(
        Session(),
        events=(Event("guide_started", "vneid-may-moi"), Event("guide_started", "vneid-may-moi"), Event("greeted")),
        request=Escalation(code=draw_code(CHAT.key), chat=CHAT, opened_at=1_790_000_000),
    )
    await site.parts.store.commit(CHAT, Loaded(0, None), turn, [], pulled=True)
    found = await numbers(client)
    assert found["toso_events_total", "guide_started", "vneid-may-moi"] == 2
    assert found["toso_events_total", "greeted", ""] == 1
    assert found["toso_requests_waiting", "", ""] == 1
    assert found["toso_requests_oldest_timestamp_seconds", "", ""] == 1_790_000_000
    assert found["toso_undelivered_conversations", "", ""] == 0
    assert found["toso_oldest_unsent_seconds", "", ""] == 0
    assert found["toso_guides", "", ""] == len(site.parts.library.all()) > 0
    assert found["toso_store_up", "", ""] == 1


async def test_no_number_names_a_person(site: Site, client: httpx.AsyncClient) -> None:
    token = (await client.post("/api/chat")).json()["conversation"]
    await client.post(f"/api/chat/{token}", json={"id": "a", "text": "/start"})
    await client.post(f"/api/chat/{token}", json={"id": "b", "text": "tên tôi là Nguyễn Văn Ất"})
    text = (await client.get("/metrics")).text
    assert "Nguyễn" not in text
    assert token not in text
    assert "chat=" not in text


async def test_the_api_describes_itself(client: httpx.AsyncClient) -> None:
    description = (await client.get("/api/openapi.json")).json()
    assert set(description["paths"]) >= {"/api/chat", "/api/chat/{token}", "/api/chat/{token}/events"}
    error = description["components"]["schemas"]["ErrorBody"]
    assert set(error["properties"]) == {"error"}
    for path in description["paths"].values():
        for operation in path.values():
            for status, answer in operation["responses"].items():
                if not status.startswith("2"):
                    schema = answer["content"]["application/json"]["schema"]
                    assert schema == {"$ref": "#/components/schemas/ErrorBody"}


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json"])
async def test_there_is_no_page_that_loads_code_from_elsewhere(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 404
