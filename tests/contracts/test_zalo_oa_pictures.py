"""Pictures and spoken words through the Official Account: as pictures where that can be, else by their address."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.channels.zalo_pictures import LIMIT_BYTES
from bot.model import Choice, Reply
from bot.ports import Refused, Sent
from bot.present import pieces
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


def _with_picture(url: str) -> Reply:
    return Reply("Bác xem ảnh này", sender="Lan", media=f"photo:{url}")


async def test_a_picture_goes_by_its_address_with_its_words(rig: Rig) -> None:
    person = rig.zalo.person()
    assert await rig.send(private(person.id), _with_picture(rig.zalo.media("x.jpg"))) == Sent()
    assert [(seen.text, seen.photo) for seen in person.sees] == [("Lan: Bác xem ảnh này", True)]
    assert rig.sent()[0]["message"]["attachment"] == {
        "type": "template",
        "payload": {
            "template_type": "media",
            "elements": [{"media_type": "image", "url": rig.zalo.media("x.jpg")}],
        },
    }


async def test_a_picture_that_zalo_cannot_fetch_is_uploaded(rig: Rig) -> None:
    person = rig.zalo.person()
    rig.zalo.fail_next(-201, method="message/cs", words="url is invalid!")
    assert await rig.send(private(person.id), _with_picture(rig.zalo.media("x.jpg"))) == Sent()
    assert [(seen.text, seen.photo) for seen in person.sees] == [("Lan: Bác xem ảnh này", True)]
    assert [call.method.rpartition("/")[2] for call in rig.zalo.calls] == ["message", "image", "cs"]
    assert "attachment_id" in rig.sent()[-1]["message"]["attachment"]["payload"]["elements"][0]


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
    rig.zalo.fail_next(-201, method="message/cs")
    result = await rig.send(private(rig.zalo.person().id), _with_picture(url))
    assert isinstance(result, Refused)
    assert "not on a server of Zalo" in result.why
    assert [call.method for call in rig.zalo.calls if "upload" in call.method] == []


@pytest.mark.parametrize("name", ["huge", "hangs", "webp", "gone"])
async def test_a_picture_that_cannot_be_shown_goes_as_its_address_below_the_words(
    rig: Rig, servers: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.zalo_pictures.FETCH_SECONDS", 0.3)
    person, url = rig.zalo.person(), f"{servers}{name}"
    rig.zalo.fail_next(-201, method="message/cs", words="url is invalid!")
    assert await rig.send(private(person.id), _with_picture(url)) == Sent()
    assert [(seen.text, seen.photo) for seen in person.sees] == [(f"Lan: Bác xem ảnh này\n{url}", False)]


async def test_a_picture_whose_upload_is_refused_goes_as_its_address_too(rig: Rig) -> None:
    person, url = rig.zalo.person(), rig.zalo.media("x.jpg")
    rig.zalo.fail_next(-201, method="message/cs")
    rig.zalo.fail_next(-210, method="upload/image")
    assert await rig.send(private(person.id), Reply("", media=f"photo:{url}")) == Sent()
    assert person.sees[-1].text == url


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
