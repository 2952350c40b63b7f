"""Pictures through the Official Account go as copies, spoken words by their address."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.channels.images import MEDIA_TRIES
from bot.channels.zalo_oa.media import LIMIT_BYTES
from bot.engine.presenter import pieces
from bot.model import Choice, Reply
from bot.ports.store import Later, Refused, Sent
from tests.cameras import tells
from tests.contracts.zalo_oa_rig import Rig, buttons, in_group, private, zalo_rig

PHONE_PICTURE = 10 * LIMIT_BYTES


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    async with zalo_rig() as made:
        yield made


@pytest.fixture
async def servers() -> AsyncIterator[str]:
    """A server of pictures, as Zalo's own may be."""

    async def answer(request: web.Request) -> web.StreamResponse:
        match request.match_info["name"]:
            case "huge":
                return web.Response(body=b"\xff\xd8\xff" + b"x" * PHONE_PICTURE)
            case "hangs":
                await asyncio.sleep(30)
            case "webp":
                return web.Response(body=b"RIFF0000WEBP")
        return web.Response(status=404)

    app = web.Application()
    app.router.add_get("/{name}", answer)
    async with TestServer(app) as server:
        yield str(server.make_url("/"))


def _with_picture(url: str, instead: str = "") -> Reply:
    return Reply("Bác xem ảnh này", sender="Lan", media=f"photo:{url}", instead=instead)


async def test_a_picture_goes_as_a_copy_with_its_words(rig: Rig) -> None:
    person = rig.zalo.person()
    assert await rig.send(private(person.id), _with_picture(rig.zalo.media("x.jpg"), "(ảnh)")) == Sent()
    assert [(seen.text, seen.photo) for seen in person.sees] == [("Lan: Bác xem ảnh này", True)]
    (element,) = rig.sent()[0]["message"]["attachment"]["payload"]["elements"]
    assert (element["media_type"], list(element)) == ("image", ["media_type", "attachment_id"])
    assert [tells(picture) for picture in person.pictures] == [[]]


@pytest.mark.parametrize(
    "url",
    [
        "http://192.168.1.1/x.jpg",
        "http://localhost/x.jpg",
        "http://zdn.vn.example.com/x.jpg",
        "http://user@10.0.0.1/.zdn.vn/x.jpg",
        "file:///etc/passwd#.zdn.vn",
        "ftp://f.zdn.vn/x.jpg",
        "http://[::1/x.zdn.vn",
        "",
    ],
)
async def test_no_other_address_is_ever_fetched(rig: Rig, url: str) -> None:
    result = await rig.send(private(rig.zalo.person().id), _with_picture(url))
    assert isinstance(result, Refused)
    assert "not on a server of Zalo" in result.why
    assert [call.method for call in rig.zalo.calls if "upload" in call.method] == []


@pytest.mark.parametrize("name", ["huge", "hangs", "webp", "gone"])
async def test_what_is_said_instead_of_a_picture_that_cannot_be_shown_stands_below_the_words(
    rig: Rig, servers: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.zalo_oa.media.FETCH_SECONDS", 0.3)
    person = rig.zalo.person()
    assert await rig.send(private(person.id), _with_picture(f"{servers}{name}", "(có ảnh)")) == Sent()
    assert [(seen.text, seen.photo) for seen in person.sees] == [("Lan: Bác xem ảnh này\n(có ảnh)", False)]
    assert isinstance(await rig.send(private(person.id), _with_picture(f"{servers}{name}")), Refused)


@pytest.mark.parametrize(
    ("method", "code"), [("upload/image", -210), ("upload/image", -211), ("message/cs", -201), ("message/cs", -100)]
)
async def test_a_picture_that_zalo_refuses_is_spoken_of_too(rig: Rig, method: str, code: int) -> None:
    person = rig.zalo.person()
    rig.zalo.fail_next(code, method=method)
    reply = Reply("", media=f"photo:{rig.zalo.media('x.jpg')}", instead="(có ảnh)")
    assert await rig.send(private(person.id), reply) == Sent()
    assert [(seen.text, seen.photo) for seen in person.sees] == [("(có ảnh)", False)]


async def test_an_upload_that_zalo_never_answers_is_given_up_after_some_tries(rig: Rig) -> None:
    rig.zalo.fail_next("drop", method="upload/image")
    result = await rig.send(private(rig.zalo.person().id), _with_picture(rig.zalo.media("x.jpg"), "(có ảnh)"))
    assert isinstance(result, Later)
    assert result.tries == MEDIA_TRIES


async def test_what_somebody_said_aloud_is_passed_on_by_its_address(rig: Rig) -> None:
    lan, hoa = rig.zalo.person(), rig.zalo.person()
    await lan.sends_voice()
    media = rig.heard[-1].media
    assert media.startswith(f"voice:{rig.zalo.url}/media/")
    assert await rig.send(private(hoa.id), Reply("A0001 · bác: (tin thoại)", media=media)) == Sent()
    assert hoa.sees[-1].text == f"A0001 · bác: (tin thoại)\n{media.removeprefix('voice:')}"
    assert await rig.channel.fetch(media)
    group = rig.zalo.group("Tổ 5", hoa)
    assert await rig.send(in_group(group.id), Reply("", media=media)) == Sent()
    assert group.sees[-1].text == media.removeprefix("voice:")


async def test_with_a_picture_choices_are_digits(rig: Rig) -> None:
    person = rig.zalo.person()
    reply = Reply("Có thấy không?", (Choice("yes", "Có", "1"),), "m", media=f"photo:{rig.zalo.media('x.jpg')}")
    assert await rig.send(private(person.id), reply) == Sent()
    assert (person.sees[-1].text, buttons(person)) == ("Có thấy không?\n\n1. Có", [])


async def test_however_long_the_words_are_the_address_has_room(rig: Rig) -> None:
    person = rig.zalo.person()
    url = rig.zalo.media("x.amr?" + "y" * 400)
    long = Reply("Bác nói dài lắm. " * 110, sender="Lan", media=f"voice:{url}")
    for piece in pieces(long, rig.channel.capabilities):
        assert await rig.send(private(person.id), piece) == Sent()
    assert sum(url in seen.text for seen in person.sees) == 1
    assert sum(seen.text.count("Bác nói dài lắm.") for seen in person.sees) == 110
