"""Whoever sends slowly, or without end, is ended by the server itself; everybody else is answered meanwhile."""

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import uvicorn

from api.app import create_app
from bot.cli.serve_worker import configured
from bot.settings import Settings
from bot.store.memory import MemoryStore
from tests.contracts.web_site import DATA
from tests.patience import PATIENCE, until
from tests.setting import content, parts_of

SECONDS = 0.5
"""How long heads and bodies may take here."""
HEAD = b"POST /desk/sign-in HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\n"
ENDLESS = HEAD + b"transfer-encoding: chunked\r\n\r\n"
MEGABYTE = 1024 * 1024

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass
class Served:
    port: int

    async def connect(self) -> Connection:
        return await asyncio.open_connection("127.0.0.1", self.port)

    async def is_answering(self) -> bool:
        async with httpx.AsyncClient(timeout=PATIENCE) as client:
            return (await client.get(f"http://127.0.0.1:{self.port}/healthz")).status_code == 200


@pytest.fixture
async def served(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Served]:
    """The app as `toso serve` serves it."""
    for name in ("HEAD_SECONDS", "BODY_SECONDS", "_LOOK_SECONDS"):
        monkeypatch.setattr(f"api.webhooks.{name}", SECONDS / 10 if name == "_LOOK_SECONDS" else SECONDS)
    parts = parts_of(Settings(data_dir=DATA), MemoryStore("receiving"), content())
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(configured(lambda: create_app(parts), "127.0.0.1"))
        running = asyncio.create_task(server.serve([listener]))
        await until(lambda: server.started)
        yield Served(listener.getsockname()[1])
        server.should_exit = True
        await running


async def answered(reader: asyncio.StreamReader) -> bytes:
    """All that comes until the other side closes."""
    with contextlib.suppress(ConnectionError):
        return await asyncio.wait_for(reader.read(), PATIENCE)
    return b""


async def trickle(writer: asyncio.StreamWriter, begin: bytes, more: bytes) -> None:
    """Send a byte every now and then, until nobody takes it any more."""
    writer.write(begin)
    with contextlib.suppress(ConnectionError):
        while not writer.is_closing():
            writer.write(more)
            await writer.drain()
            await asyncio.sleep(SECONDS / 20)


TRICKLES = {
    "nothing": (b"", b""),
    "line-ends": (b"", b"\r\n"),
    "head": (HEAD, b"x"),
    "body": (HEAD + b"content-length: 10000\r\n\r\n", b"x"),
    "chunks": (ENDLESS, b"1\r\nx\r\n"),
}


@pytest.mark.parametrize("name", TRICKLES)
async def test_whoever_sends_a_byte_now_and_then_is_ended(served: Served, name: str) -> None:
    reader, writer = await served.connect()
    sending = asyncio.create_task(trickle(writer, *TRICKLES[name]))
    assert await served.is_answering()
    assert (await answered(reader))[:12] in (b"HTTP/1.1 408", b"")
    writer.close()
    await sending


async def test_a_second_request_on_a_connection_is_timed_like_the_first(served: Served) -> None:
    reader, writer = await served.connect()
    writer.write(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n")
    assert (await reader.readuntil(b"\r\n")).endswith(b"200 OK\r\n")
    sending = asyncio.create_task(trickle(writer, HEAD, b"x"))
    await answered(reader)
    writer.close()
    await sending


@pytest.mark.parametrize("at_once", [False, True], ids=["one-line", "many-lines"])
async def test_a_head_of_five_megabytes_is_refused(served: Served, at_once: bool) -> None:
    before = memory()
    reader, writer = await served.connect()
    line = b"a: " + b"x" * 60 + b"\r\n"
    huge = HEAD + (line * (5 * MEGABYTE // len(line)) if at_once else b"a: " + b"x" * 5 * MEGABYTE) + b"\r\n\r\n"
    with contextlib.suppress(ConnectionError):
        writer.write(huge)
        await writer.drain()
    assert (await answered(reader))[:12] in (b"HTTP/1.1 431", b"")
    writer.close()
    del huge
    assert memory() - before < 16 * MEGABYTE
    assert await served.is_answering()


async def test_a_head_just_too_large_reads_why(served: Served) -> None:
    reader, writer = await served.connect()
    writer.write(HEAD + b"a: " + b"x" * 70_000 + b"\r\n\r\n")
    assert (await answered(reader)).startswith(b"HTTP/1.1 431")
    writer.close()


@pytest.mark.parametrize("path", [b"/desk/sign-in", b"/api/chat", b"/webhooks/none"])
async def test_a_body_that_never_ends_is_ended_and_takes_no_memory(
    served: Served, path: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.webhooks.BODY_BYTES", 8 * MEGABYTE)
    before = memory()
    reader, writer = await served.connect()
    writer.write(ENDLESS.replace(b"/desk/sign-in", path))
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"

    async def pour() -> None:
        with contextlib.suppress(ConnectionError):
            while not writer.is_closing():
                writer.write(chunk)
                await writer.drain()

    pouring = asyncio.create_task(pour())
    await answered(reader)
    assert memory() - before < 32 * MEGABYTE
    assert await served.is_answering()
    writer.close()
    await pouring


POST = b"POST /webhooks/none HTTP/1.1\r\nhost: x\r\n"
CHUNKED = POST + b"transfer-encoding: chunked\r\n\r\n"
FLOODS = {
    "trailers": (CHUNKED + b"2\r\n{}\r\n0\r\n", b"X-A: " + b"y" * 4096 + b"\r\n"),
    "one-trailer": (CHUNKED + b"2\r\n{}\r\n0\r\nX-A: ", b"y" * 4096),
    "trailers-of-the-second": (
        CHUNKED + b"2\r\n{}\r\n0\r\n\r\n" + CHUNKED + b"2\r\n{}\r\n0\r\n",
        b"X-A: " + b"y" * 4096 + b"\r\n",
    ),
    "chunk-extension": (CHUNKED + b"2;ext=", b"y" * 4096),
    "chunk-extensions": (CHUNKED, b"1;ext=" + b"y" * 4096 + b"\r\nx\r\n"),
    "chunk-size": (CHUNKED, b"0" * 4096),
    "requests": (b"", b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n" * 100),
}
"""What may come without end where no body is: how it begins, and what comes again and again."""


@pytest.mark.parametrize("path", [b"/webhooks/none", b"/api/chat", b"/desk/sign-in"])
@pytest.mark.parametrize("name", FLOODS)
async def test_lines_without_end_are_ended_and_take_no_memory(
    served: Served, name: str, path: bytes, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for limit in ("HEAD_SECONDS", "BODY_SECONDS"):
        monkeypatch.setattr(f"api.webhooks.{limit}", PATIENCE)  # it is their size that ends them
    begin, more = FLOODS[name]
    before = memory()
    reader, writer = await served.connect()
    writer.write(begin.replace(b"/webhooks/none", path))
    sent = await pour(writer, more)
    await answered(reader)
    assert sent < 8 * MEGABYTE
    assert memory() - before < 24 * MEGABYTE
    assert "Exception" not in caplog.text
    assert await served.is_answering()
    writer.close()


async def test_trailers_are_no_part_of_the_request(served: Served) -> None:
    """With this header among those of its head it would get a page for people."""
    reader, writer = await served.connect()
    head = b"POST /nothing HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n"
    writer.write(head + b"2\r\n{}\r\n0\r\naccept: text/html\r\n\r\n")
    answer = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE)
    assert b"application/json" in answer
    writer.close()


async def test_a_few_requests_at_once_are_answered_each(served: Served) -> None:
    reader, writer = await served.connect()
    writer.write(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n" * 5)
    for _ in range(5):
        assert b" 200 OK" in await asyncio.wait_for(reader.readuntil(b"\r\n"), PATIENCE)
        await asyncio.wait_for(reader.readuntil(b"}"), PATIENCE)
    writer.close()


async def pour(writer: asyncio.StreamWriter, more: bytes) -> int:
    """Send it until nobody takes it any more, or 64 MB went: how many bytes that were."""
    sent = 0
    with contextlib.suppress(ConnectionError):
        while sent < 64 * MEGABYTE and not writer.is_closing():
            writer.write(more)
            await writer.drain()
            sent += len(more)
    return sent


async def test_an_answer_may_take_as_long_as_it_likes(served: Served) -> None:
    """Server-sent events go on while nothing is sent to us."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{served.port}", timeout=PATIENCE) as client:
        token = (await client.post("/api/chat")).json()["conversation"]
        async with client.stream("GET", f"/api/chat/{token}/events") as events:
            lines = events.aiter_lines()
            await asyncio.sleep(3 * SECONDS)
            await client.post(f"/api/chat/{token}", json={"id": "1", "text": "chào"})
            async for line in lines:
                if line.startswith("data:"):
                    break
            else:
                raise AssertionError("the stream ended")


async def test_a_body_on_its_way_is_waited_for(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes longer than a body may that stands still, and goes on fast enough, also where the machine stops."""
    monkeypatch.setattr("api.webhooks.BODY_SECONDS", 4 * SECONDS)
    reader, writer = await served.connect()
    body = b'{"id": "1", "text": "' + b"a" * 3000 + b'"}'
    writer.write(b"POST /api/chat HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\n\r\n" % len(body))
    for at in range(0, len(body), 150):
        writer.write(body[at : at + 150])
        await writer.drain()
        await asyncio.sleep(SECONDS / 4)
    assert b" 200 OK" in await reader.readuntil(b"\r\n")
    writer.close()


def memory() -> int:
    """Bytes that this process has in memory."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
