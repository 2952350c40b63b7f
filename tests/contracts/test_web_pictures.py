"""A resident sends a picture through the web chat when a volunteer asks for one, and at no other time."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from api.chat.uploads import PICTURE_LIMIT, PICTURES_PER_MINUTE
from bot.channels.web import chat_of, read_parcel
from bot.store.keys import PICTURES_KEPT
from tests.contracts.desk_site import ASK, TEAM, TO_STUCK, StoppedClock, close, do, join, running_desk, signed_in
from tests.contracts.jpegs import PLACE, TOLD, jpeg
from tests.contracts.web_site import Site


class Resident:
    """Somebody at the web chat whose request Hoa holds."""

    def __init__(self, client: httpx.AsyncClient, token: str) -> None:
        self.client = client
        self.token = token
        self.code = ""
        self._said = 0

    async def say(self, text: str) -> list[dict[str, Any]]:
        self._said += 1
        message = {"id": f"m{self._said}", "text": text}
        return replies(await self.client.post(f"/api/chat/{self.token}", json=message))

    async def send(self, id_: str = "p1", content: bytes | None = None, **headers: str) -> httpx.Response:
        content = jpeg(beside=TOLD) if content is None else content
        path = f"/api/chat/{self.token}/pictures/{id_}"
        return await self.client.put(path, content=content, headers={"content-type": "image/jpeg", **headers})


def replies(answer: httpx.Response) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.text
    said: list[dict[str, Any]] = answer.json()["replies"]
    return said


def refused(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


@pytest_asyncio.fixture
async def site() -> AsyncIterator[Site]:
    async with running_desk(StoppedClock()) as it:
        await join(it, "hoa", "Hoa", TEAM, password="")
        yield it


@pytest_asyncio.fixture
async def resident(site: Site) -> AsyncIterator[Resident]:
    async with site.client() as client:
        it = Resident(client, (await client.post("/api/chat")).json()["conversation"])
        for text in (*TO_STUCK, *ASK):
            await it.say(text)
        (request,) = await site.parts.store.open_requests()
        it.code = request.code
        assert (await do(site, "take", it.code, by="hoa")).name == "done"
        yield it


async def newest(site: Site, resident: Resident) -> dict[str, Any]:
    """The newest reply, read as a page that was just opened reads it."""
    log = await site.parts.store.read_log(chat_of(resident.token), 0)
    shown: dict[str, Any] = json.loads(bytes(read_parcel(log[-1].parcel).reply))
    return shown


async def test_the_one_who_asked_sees_it(site: Site, resident: Resident) -> None:
    assert (await do(site, "photo", resident.code, by="hoa")).name == "done"
    (answer,) = replies(await resident.send())
    assert "đã chuyển ảnh cho Hoa" in answer["text"]
    thread = await site.parts.store.thread(resident.code)
    number = thread[-1][0]
    async with signed_in(site, "hoa") as hoa:
        page = (await hoa.get(f"/desk/requests/{resident.code}")).text
        assert f'<img src="/desk/requests/{resident.code}/pictures/{number}"' in page
        picture = await hoa.get(f"/desk/requests/{resident.code}/pictures/{number}")
    assert (picture.headers["content-type"], picture.content) == ("image/jpeg", jpeg())
    assert PLACE not in picture.content
    assert picture.headers["cache-control"] == "no-store", "nobody finds it in the browser after a sign-out"
    assert picture.headers["x-content-type-options"] == "nosniff"
    async with site.client() as nobody:
        assert jpeg() not in (await nobody.get(f"/desk/requests/{resident.code}/pictures/{number}")).content


async def test_the_page_knows_as_long_as_one_is_asked_for(site: Site, resident: Resident) -> None:
    assert "asks" not in await newest(site, resident)
    await do(site, "photo", resident.code, by="hoa")
    assert (await newest(site, resident))["asks"] == "picture"
    await do(site, "reply", resident.code, by="hoa", text="Bác cứ từ từ ạ")
    assert (await newest(site, resident))["asks"] == "picture"
    assert await resident.say("để bác chụp") == []
    await resident.send()
    assert "asks" not in await newest(site, resident)
    await do(site, "photo", resident.code, by="hoa")
    await close(site, resident.code)
    assert "asks" not in await newest(site, resident)


async def test_nobody_asked(site: Site, resident: Resident) -> None:
    assert refused(await resident.send()) == (409, "picture_not_asked")
    async with site.client() as client:
        other = Resident(client, (await client.post("/api/chat")).json()["conversation"])
        assert refused(await other.send()) == (409, "picture_not_asked")
        other.token = "A" * 43
        assert refused(await other.send()) == (404, "unknown_conversation")
    await do(site, "photo", resident.code, by="hoa")
    await close(site, resident.code)
    assert refused(await resident.send()) == (409, "picture_not_asked")


async def test_the_same_picture_again_is_sent_once_and_gets_the_same_answer(site: Site, resident: Resident) -> None:
    await do(site, "photo", resident.code, by="hoa")
    once, twice = await resident.send("p1"), await resident.send("p1")
    assert replies(once) == replies(twice) != []
    assert twice.headers["log-numbers"] == once.headers["log-numbers"]
    sent = [said for _, said in await site.parts.store.thread(resident.code) if said.media]
    assert len(sent) == 1


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 415, "not_a_picture"),
        (b"\x89PNG\r\n\x1a\n a picture", 415, "not_a_picture"),
        (b"<html><script>alert(1)</script>", 415, "not_a_picture"),
        (jpeg(5000, 100), 415, "not_a_picture"),
        (jpeg() + b"." * PICTURE_LIMIT, 413, "picture_too_large"),
    ],
)
async def test_what_cannot_be_shown_is_refused_in_their_language(
    site: Site, resident: Resident, content: bytes, status: int, code: str
) -> None:
    await do(site, "photo", resident.code, by="hoa")
    answer = await resident.send(content=content)
    assert refused(answer) == (status, code)
    assert answer.json()["error"]["message"] == site.parts.words.voice("vi").say(f"web.error.{code}")
    assert (await newest(site, resident))["asks"] == "picture"
    assert not [said for _, said in await site.parts.store.thread(resident.code) if said.media]


async def test_a_request_has_only_so_many(site: Site, resident: Resident) -> None:
    for number in range(PICTURES_KEPT):
        await do(site, "photo", resident.code, by="hoa")
        assert replies(await resident.send(f"p{number}"))
    await do(site, "photo", resident.code, by="hoa")
    assert refused(await resident.send("one-more")) == (409, "picture_too_many")


async def test_one_address_sends_only_so_many_a_minute(resident: Resident) -> None:
    far = {"x-forwarded-for": "203.0.113.9"}
    codes = [refused(await resident.send("p", None, **far))[1] for _ in range(PICTURES_PER_MINUTE + 1)]
    assert codes == ["picture_not_asked"] * PICTURES_PER_MINUTE + ["too_many"]


async def test_delete_it_deletes_it(site: Site, resident: Resident) -> None:
    await do(site, "photo", resident.code, by="hoa")
    await resident.send()
    media = next(said.media for _, said in await site.parts.store.thread(resident.code) if said.media)
    name = media.partition("/")[2]
    assert await site.parts.store.picture(resident.code, name) == jpeg()
    await resident.say("xóa")
    await resident.say("1")
    assert await site.parts.store.escalation(resident.code) is None
    assert await site.parts.store.picture(resident.code, name) is None
