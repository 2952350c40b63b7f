"""Pictures at Zalo: fetched from its own servers alone, never for long, never much, never from our own network."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.channels.zalo_oa.media import LIMIT_BYTES, PictureWrong, PublicOnly, ZaloPictures
from tests.cameras import ON_ITS_SIDE, pixels, taken, tells, turned
from tests.patience import PATIENCE

JPEG = taken("JPEG")


@pytest.fixture
async def address() -> AsyncIterator[str]:
    async def answer(request: web.Request) -> web.StreamResponse:
        match request.match_info["name"]:
            case "good":
                return web.Response(body=JPEG)
            case "huge":
                return web.Response(body=b"x" * 10 * LIMIT_BYTES)
            case "slow":
                await asyncio.sleep(30)
            case "moved":
                raise web.HTTPFound("/good")
        return web.Response(status=404)

    app = web.Application()
    app.router.add_get("/{name}", answer)
    async with TestServer(app) as server:
        yield str(server.make_url("/"))


async def test_a_picture_is_fetched_without_where_it_was_taken(address: str) -> None:
    picture = await ZaloPictures(("127.0.0.1",)).fetch(f"{address}good")
    assert tells(JPEG)
    assert (tells(picture), turned(picture), pixels(picture)) == ([], ON_ITS_SIDE, pixels(JPEG))


@pytest.mark.parametrize(
    ("name", "why"), [("huge", "over 1 MB"), ("slow", "TimeoutError"), ("moved", "HTTP 302"), ("gone", "HTTP 404")]
)
async def test_what_cannot_be_had_is_said_in_a_sentence(
    address: str, name: str, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.zalo_oa.media.FETCH_SECONDS", 0.3 if name == "slow" else PATIENCE)
    with pytest.raises(PictureWrong, match=why):
        await ZaloPictures(("127.0.0.1",)).fetch(f"{address}{name}")


async def test_no_other_server_is_asked(address: str) -> None:
    with pytest.raises(PictureWrong, match="not on a server of Zalo"):
        await ZaloPictures().fetch(f"{address}good")


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1"])
async def test_a_name_that_leads_into_our_own_network_is_not_followed(name: str) -> None:
    resolver = PublicOnly()
    with pytest.raises(OSError, match="not a public address"):
        await resolver.resolve(name, 80)
    await resolver.close()
