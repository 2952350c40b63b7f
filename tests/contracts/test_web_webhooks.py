"""`POST /webhooks/{channel}`: what a platform is answered, and that the 200 follows the saved turn."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping

import httpx
import pytest
import pytest_asyncio
from typing_extensions import override

from api.webhooks import BODY_LIMIT, Webhooks
from bot.channels.web import WebChannel
from bot.errors import NotGenuine, NotReadable, StoreDown
from bot.model import Chat, Incoming
from bot.ports.store import Channel


class PostChannel(WebChannel):
    """A channel whose body is `id text`, signed by a header; the text `nothing` is not for us."""

    name = "post"

    @override
    def decode(self, headers: Mapping[bytes, bytes], body: bytes) -> Incoming | None:
        if headers.get(b"x-signature") != b"genuine":
            raise NotGenuine("unsigned")
        number, found, text = body.decode(errors="replace").partition(" ")
        if not found:
            raise NotReadable("no text")
        return None if text == "nothing" else Incoming(number, Chat("post", "1", "1"), text=text)

    @override
    def receipt(self, incoming: Incoming) -> bytes:
        return json.dumps({"got": incoming.id}).encode() if incoming.text != "quietly" else b""


class Desk:
    """Takes turns, and fails as the store or our own bugs would."""

    def __init__(self) -> None:
        self.taken: list[Incoming] = []
        self.failure: Exception | None = None
        self.seconds = 0.0

    async def handle(self, incoming: Incoming) -> None:
        await asyncio.sleep(self.seconds)
        if self.failure:
            raise self.failure
        self.taken.append(incoming)


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest_asyncio.fixture
async def platform(desk: Desk) -> AsyncIterator[httpx.AsyncClient]:
    channels: Mapping[str, Channel] = {"post": PostChannel()}
    app = Webhooks(channels, desk.handle, lambda code: json.dumps({"error": {"code": code}}).encode())
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://ward", headers={"X-Signature": "genuine"}
    ) as client:
        yield client


def code_of(answer: httpx.Response) -> str:
    assert answer.headers["content-type"] == "application/json"
    return str(answer.json()["error"]["code"])


async def test_a_turn_is_acknowledged_after_it_is_saved(platform: httpx.AsyncClient, desk: Desk) -> None:
    answer = await platform.post("/webhooks/post", content=b"7 hello")
    assert (answer.status_code, answer.json()) == (200, {"got": "7"})
    assert [incoming.text for incoming in desk.taken] == ["hello"]


async def test_an_empty_receipt_is_an_empty_answer(platform: httpx.AsyncClient, desk: Desk) -> None:
    answer = await platform.post("/webhooks/post", content=b"8 quietly")
    assert (answer.status_code, answer.content, len(desk.taken)) == (200, b"", 1)


async def test_what_is_not_for_us_is_acknowledged(platform: httpx.AsyncClient, desk: Desk) -> None:
    answer = await platform.post("/webhooks/post", content=b"9 nothing")
    assert (answer.status_code, answer.content, desk.taken) == (200, b"", [])


@pytest.mark.parametrize(
    ("path", "body", "headers", "status", "code"),
    [
        ("/webhooks/post", b"1 x", {"x-signature": "forged"}, 401, "not_genuine"),
        ("/webhooks/post", b"unreadable", {}, 400, "not_readable"),
        ("/webhooks/nobody", b"1 x", {}, 404, "unknown_channel"),
        ("/webhooks/post/more", b"1 x", {}, 404, "unknown_channel"),
        ("/webhooks/post", b"1 " + b"x" * BODY_LIMIT, {}, 413, "too_large"),
    ],
)
async def test_refusals(
    platform: httpx.AsyncClient, desk: Desk, path: str, body: bytes, headers: dict[str, str], status: int, code: str
) -> None:
    answer = await platform.post(path, content=body, headers=headers)
    assert (answer.status_code, code_of(answer), desk.taken) == (status, code, [])


async def test_a_body_of_exactly_the_limit_is_read(platform: httpx.AsyncClient, desk: Desk) -> None:
    answer = await platform.post("/webhooks/post", content=b"1 " + b"x" * (BODY_LIMIT - 2))
    assert (answer.status_code, len(desk.taken)) == (200, 1)


async def test_a_large_body_without_its_length_is_refused(platform: httpx.AsyncClient, desk: Desk) -> None:
    async def parts() -> AsyncIterator[bytes]:
        for _ in range(BODY_LIMIT // 65_536 + 1):
            yield b"x" * 65_536

    answer = await platform.post("/webhooks/post", content=parts())
    assert (answer.status_code, code_of(answer), desk.taken) == (413, "too_large", [])


async def test_a_body_in_parts_is_put_together(platform: httpx.AsyncClient, desk: Desk) -> None:
    async def parts() -> AsyncIterator[bytes]:
        yield b"7 hel"
        yield b"lo"

    assert (await platform.post("/webhooks/post", content=parts())).status_code == 200
    assert [incoming.text for incoming in desk.taken] == ["hello"]


async def test_only_post(platform: httpx.AsyncClient) -> None:
    answer = await platform.get("/webhooks/post")
    assert (answer.status_code, code_of(answer), answer.headers["allow"]) == (405, "method_not_allowed", "POST")


async def test_a_turn_that_cannot_be_saved_is_asked_for_again(platform: httpx.AsyncClient, desk: Desk) -> None:
    desk.failure = StoreDown("the store is away")
    answer = await platform.post("/webhooks/post", content=b"7 hello")
    assert (answer.status_code, code_of(answer)) == (503, "store_down")
    assert int(answer.headers["retry-after"]) > 0


async def test_a_bug_is_answered_without_its_traceback(platform: httpx.AsyncClient, desk: Desk) -> None:
    desk.failure = RuntimeError("a secret detail")
    answer = await platform.post("/webhooks/post", content=b"7 hello")
    assert (answer.status_code, code_of(answer)) == (500, "internal")
    assert "secret" not in answer.text


async def test_what_cannot_be_saved_in_time_shall_be_sent_again(
    platform: httpx.AsyncClient, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.webhooks.ANSWER_SECONDS", 0.05)
    desk.seconds = 3600
    answer = await platform.post("/webhooks/post", content=b"1 hello")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    assert desk.taken == []
