"""Every route and every bad input: one shape, a kind sentence, never a traceback."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import httpx
import pytest
import pytest_asyncio
from typing_extensions import override

from bot.channels.web import WebChannel
from bot.errors import NotReadable, StoreDown
from bot.model import Chat
from bot.ports.store import Away, LogEntry
from bot.store.memory import MemoryStore
from tests.contracts.web_site import Site, running


class BrokenStore(MemoryStore):
    """A store that can be told to fail, as a real one does when its server goes away, or as ours would with a bug."""

    failure: Exception | None = None

    @override
    async def read_log(self, chat: Chat, after: int) -> list[LogEntry]:
        self._fail()
        return list(await super().read_log(chat, after))

    @override
    async def answered(self, chat: Chat, message_id: str) -> Sequence[LogEntry] | None:
        self._fail()
        return await super().answered(chat, message_id)

    @override
    async def ping(self) -> Away:
        self._fail()
        return await super().ping()

    @override
    async def counters(self) -> Mapping[str, int]:
        self._fail()
        return await super().counters()

    def _fail(self) -> None:
        if self.failure:
            raise self.failure


@pytest_asyncio.fixture
async def site() -> AsyncIterator[Site]:
    async with running(BrokenStore("broken")) as it:
        yield it


@pytest_asyncio.fixture
async def client(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    async with site.client() as it:
        yield it


@pytest_asyncio.fixture
async def token(client: httpx.AsyncClient) -> str:
    return str((await client.post("/api/chat")).json()["conversation"])


def error_of(answer: httpx.Response) -> dict[str, Any]:
    assert answer.headers["content-type"] == "application/json"
    body = answer.json()
    assert set(body) == {"error"}
    assert set(body["error"]) == {"code", "message", "field"}
    assert body["error"]["message"]
    assert "Traceback" not in answer.text
    assert answer.headers.get("x-content-type-options", "nosniff") == "nosniff"
    return dict(body["error"])


FORGED = "A" * 43
NOT_THERE = [
    ("GET", "/nothing", 404, "not_found"),
    ("GET", "/static/0/nothing.js", 404, "not_found"),
    ("GET", "/static/0/..%2Fapp.py", 404, "not_found"),
    ("GET", "/api/nothing", 404, "not_found"),
    ("POST", "/", 405, "method_not_allowed"),
    ("DELETE", "/api/chat", 405, "method_not_allowed"),
    ("GET", "/api/chat", 405, "method_not_allowed"),
    ("GET", f"/api/chat/{FORGED}", 405, "method_not_allowed"),
    ("POST", "/healthz", 405, "method_not_allowed"),
    ("POST", "/readyz", 405, "method_not_allowed"),
    ("POST", "/metrics", 405, "method_not_allowed"),
    ("GET", "/webhooks/web", 405, "method_not_allowed"),
    ("POST", "/webhooks/web", 400, "not_readable"),
    ("POST", "/webhooks/nobody", 404, "unknown_channel"),
    ("POST", "/webhooks/", 404, "unknown_channel"),
    ("GET", f"/api/chat/{FORGED}/events", 404, "unknown_conversation"),
    ("GET", "/api/chat/short/events", 404, "unknown_conversation"),
    ("GET", f"/api/chat/{'ă' * 43}/events", 404, "unknown_conversation"),
    ("GET", f"/api/chat/{FORGED}/events?after=x", 422, "invalid"),
    ("GET", f"/api/chat/{FORGED}/events?after=-1", 422, "invalid"),
]


@pytest.mark.parametrize(("method", "path", "status", "code"), NOT_THERE)
async def test_what_is_not_there(client: httpx.AsyncClient, method: str, path: str, status: int, code: str) -> None:
    answer = await client.request(method, path)
    assert (answer.status_code, error_of(answer)["code"]) == (status, code)


BAD_MESSAGES: list[tuple[bytes, int, str, str | None]] = [
    (b"", 422, "missing", None),
    (b"not json", 400, "not_readable", None),
    (b"\xff\xfe", 400, "not_readable", None),
    (b"[" * 5_000, 400, "not_readable", None),
    (b"[]", 422, "invalid", None),
    (b"null", 422, "invalid", None),
    (b"{}", 422, "missing", "id"),
    (b'{"id": "a"}', 422, "text_or_choice", "text"),
    (b'{"id": "a", "text": ""}', 422, "missing", "text"),
    (b'{"id": "a", "text": 7}', 422, "invalid", "text"),
    (b'{"id": "a", "text": "\\ud800"}', 422, "invalid", "text"),
    (b'{"id": "a", "text": "x", "choice": "y"}', 422, "text_or_choice", "text"),
    (b'{"id": "a", "choice": "' + b"x" * 101 + b'"}', 422, "too_long", "choice"),
    (b'{"id": "", "text": "x"}', 422, "missing", "id"),
    (b'{"id": 5, "text": "x"}', 422, "invalid", "id"),
    (b'{"id": "' + b"i" * 65 + b'", "text": "x"}', 422, "too_long", "id"),
    (b'{"id": "a", "text": "' + b"x" * 70_000 + b'"}', 413, "too_large", None),
]


@pytest.mark.parametrize(("body", "status", "code", "field"), BAD_MESSAGES, ids=range(len(BAD_MESSAGES)))
async def test_messages_that_cannot_be_taken(
    client: httpx.AsyncClient, token: str, body: bytes, status: int, code: str, field: str | None
) -> None:
    answer = await client.post(f"/api/chat/{token}", content=body, headers={"content-type": "application/json"})
    error = error_of(answer)
    assert (answer.status_code, error["code"], error["field"]) == (status, code, field)


@pytest.mark.parametrize("path", ["/desk/people/", "/desk/", "/g/vneid-may-moi/"])
async def test_no_answer_leads_where_the_host_header_says(path: str) -> None:
    async with running() as site, site.client(host="evil.example") as client:
        answer = await client.get(path)
        assert (answer.status_code, "evil.example" in answer.headers.get("location", "")) == (404, False)


async def test_a_large_body_without_its_length_is_refused(client: httpx.AsyncClient, token: str) -> None:
    async def parts() -> AsyncIterator[bytes]:
        yield b'{"id": "a", "text": "'
        for _ in range(20):
            yield b"x" * 5_000

    answer = await client.post(f"/api/chat/{token}", content=parts(), headers={"content-type": "application/json"})
    assert (answer.status_code, error_of(answer)["code"]) == (413, "too_large")


async def test_a_message_in_a_forged_conversation_is_refused(client: httpx.AsyncClient, token: str) -> None:
    other = token[:-1] + ("A" if token[-1] != "A" else "B")
    answer = await client.post(f"/api/chat/{other}", json={"id": "a", "text": "x"})
    assert (answer.status_code, error_of(answer)["code"]) == (404, "unknown_conversation")


@pytest.mark.parametrize(
    ("failure", "status", "code"), [(StoreDown("gone"), 503, "store_down"), (RuntimeError("a bug"), 500, "internal")]
)
async def test_failures_of_ours(
    site: Site, client: httpx.AsyncClient, token: str, failure: Exception, status: int, code: str
) -> None:
    assert isinstance(site.parts.store, BrokenStore)
    site.parts.store.failure = failure
    try:
        for answer in (
            await client.post(f"/api/chat/{token}", json={"id": "a", "text": "/start"}),
            await client.get(f"/api/chat/{token}/events"),
            await client.get("/readyz"),
        ):
            assert (answer.status_code, error_of(answer)["code"]) == (status, code)
            assert ("retry-after" in answer.headers) == (status == 503)
    finally:
        site.parts.store.failure = None


async def test_a_browser_gets_a_page_in_its_language(client: httpx.AsyncClient) -> None:
    for path, lang, words in (
        ("/nothing", "vi", "Không có trang này."),
        ("/g/nothing?lang=en", "en", "There is no such guide."),
    ):
        answer = await client.get(path, headers={"accept": "text/html,*/*"})
        assert answer.status_code == 404
        assert f'<html lang="{lang}">' in answer.text
        assert words in answer.text
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


async def test_who_works_at_the_desk_is_led_back_to_it(client: httpx.AsyncClient) -> None:
    for path, leads in (("/desk/requests/Z0000/take", 'href="/desk?lang=en"'), ("/nothing", 'href="/?lang=en"')):
        answer = await client.post(f"{path}?lang=en", headers={"accept": "text/html,*/*"})
        assert (answer.status_code, leads in answer.text) == (401 if "desk" in path else 404, True)


async def test_error_words_follow_the_page_language(client: httpx.AsyncClient) -> None:
    vietnamese = error_of(await client.get("/api/nothing"))
    english = error_of(await client.get("/api/nothing?lang=en"))
    assert vietnamese["code"] == english["code"]
    assert vietnamese["message"] != english["message"]


async def test_too_many_messages_are_answered_kindly(site: Site) -> None:
    async with site.client(**{"x-forwarded-for": "203.0.113.9"}) as far:
        for _ in range(int(site.parts.settings.chat_rate)):
            answer = await far.post("/api/chat")
            if answer.status_code != 200:
                break
    assert (answer.status_code, error_of(answer)["code"]) == (429, "too_many")
    assert int(answer.headers["retry-after"]) >= 1


def test_the_web_channel_has_no_webhook() -> None:
    with pytest.raises(NotReadable):
        WebChannel().decode({}, json.dumps({}).encode())
