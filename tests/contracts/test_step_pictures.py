"""Pictures of steps, as a device fetches them."""

import asyncio
import os
import re
import signal
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from PIL import Image

from bot.background import cancel
from tests.contracts.test_web_chat import Device
from tests.contracts.web_site import Site, running
from tests.patience import until

PNG = b"\x89PNG\r\n\x1a\n"
GUIDE = "vneid-quen-mat-khau"
TO_PICTURE = (f"/start {GUIDE}", "1", "1", "1", "1")
"""Agree, take the password, have the SIM: the third step has a picture."""


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with running(data=tmp_path) as it:
        yield it


@pytest.fixture
async def client(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    async with site.client() as client:
        yield client


async def shown(client: httpx.AsyncClient, lang: str = "") -> dict[str, str]:
    """The step with a picture, as a newcomer gets it."""
    device = Device(client, (await client.post("/api/chat")).json()["conversation"])
    replies = [reply for said in (*([lang] if lang else []), *TO_PICTURE) for reply in await device.say(said)]
    found: dict[str, str] = next(reply for reply in replies if reply["picture"])
    return found


async def test_a_step_carries_its_picture_and_what_it_shows(site: Site, client: httpx.AsyncClient) -> None:
    step = await shown(client)
    assert step["alt"] == "Hình minh họa: Màn hình đăng nhập VNeID, ngón tay bấm dòng Quên mật khẩu."
    assert step["text"].startswith("Bước 3\n")
    assert step["picture"].endswith("/3/vi.png")
    got = await client.get(step["picture"])
    assert (got.status_code, got.headers["content-type"]) == (200, "image/png")
    assert got.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert got.content.startswith(PNG)
    assert len(got.content) < 80_000


async def test_english_readers_get_another_picture_with_words_in_english(client: httpx.AsyncClient) -> None:
    step = await shown(client, "english")
    assert step["alt"] == "Illustration: VNeID log-in screen with a finger on Quên mật khẩu."
    assert (await client.get(step["picture"])).content != (await client.get((await shown(client))["picture"])).content


async def test_a_picture_is_drawn_once(site: Site, client: httpx.AsyncClient, tmp_path: Path) -> None:
    address = (await shown(client))["picture"]
    first, *others = await asyncio.gather(*(client.get(address) for _ in range(4)))
    assert {got.content for got in others} == {first.content}
    (kept,) = (tmp_path / "pictures").iterdir()
    before = kept.stat().st_mtime_ns
    await client.get(address)
    assert kept.stat().st_mtime_ns == before
    kept.write_bytes(PNG + b"kept")
    assert (await client.get(address)).content == PNG + b"kept"


async def test_only_what_a_guide_shows_can_be_had(client: httpx.AsyncClient, tmp_path: Path) -> None:
    address = (await shown(client))["picture"]
    digest, *rest = address.removeprefix("/pictures/").split("/")
    others = [
        "/".join([digest[::-1], *rest]),
        "/".join([digest, *rest]).replace("/3/vi", "/4/vi"),
        "/".join([digest, *rest]).replace("/vi.png", "/en.png"),
        "/".join([digest, "khong-co", *rest[1:]]),
        "..%2f..%2fetc%2fpasswd/a/1/b/1/vi.png",
        f"{digest}.png",
    ]
    for other in others:
        assert (await client.get(f"/pictures/{other}")).status_code == 404, other
    assert not (tmp_path / "pictures").exists()


async def test_a_picture_from_before_an_update_is_still_had(client: httpx.AsyncClient, tmp_path: Path) -> None:
    address = "/pictures/0123456789abcdef/vneid-da-bo/1/gone/1/vi.png"
    assert (await client.get(address)).status_code == 404
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "0123456789abcdef.png").write_bytes(PNG)
    assert (await client.get(address)).content == PNG


async def test_the_next_picture_is_drawn_though_what_drew_the_last_one_died(
    site: Site, client: httpx.AsyncClient
) -> None:
    page = (await client.get(f"/g/{GUIDE}")).text
    first, second = re.findall(r'src="(/pictures/[^"]+)"', page)[:2]
    assert (await client.get(first)).status_code == 200
    os.kill(site.parts.drawings.painter, signal.SIGKILL)
    answers = [await client.get(second) for _ in range(2)]
    assert answers[-1].content.startswith(PNG)


async def test_who_stops_waiting_for_a_picture_does_not_leave_it_to_the_next(
    site: Site, client: httpx.AsyncClient
) -> None:
    page = (await client.get(f"/g/{GUIDE}")).text
    first, second = (each.removesuffix(".png") for each in re.findall(r'src="/pictures/([^"]+)"', page)[:2])
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(site.parts.drawings.picture(first), 0.1)
    patient = await site.parts.drawings.picture(second)
    assert patient is not None
    assert patient != await site.parts.drawings.picture(first)
    assert patient == await site.parts.drawings.kept(second)


async def test_nothing_is_left_of_what_draws_when_a_worker_stops_meanwhile(
    site: Site, client: httpx.AsyncClient
) -> None:
    first, *_ = (await client.get(f"/g/{GUIDE}")).text.split('src="/pictures/')[1:]
    waits = asyncio.create_task(site.parts.drawings.picture(first.split(".png")[0]))
    await until(lambda: bool(site.parts.drawings.painter))
    painter = site.parts.drawings.painter
    await cancel([waits])
    await site.parts.drawings.close()
    with pytest.raises(ProcessLookupError):
        os.kill(painter, 0)


async def test_a_picture_that_cannot_be_kept_is_shown_all_the_same(client: httpx.AsyncClient, tmp_path: Path) -> None:
    (tmp_path / "pictures").write_text("not a folder")
    assert (await client.get((await shown(client))["picture"])).content.startswith(PNG)


async def test_every_step_on_paper_has_its_picture_with_words(site: Site, client: httpx.AsyncClient) -> None:
    guide = site.parts.library.current(GUIDE)
    assert guide is not None
    page = (await client.get(f"/g/{GUIDE}")).text
    images = re.findall(r'src="(/pictures/[^"]+)" alt="([^"]+)" width="(\d+)" height="(\d+)">', page)
    assert len(images) == sum(step.picture is not None for step in guide.steps.values())
    assert len({address for address, *_ in images}) == len(images)
    for address, _, *size in images[:2]:
        picture = Image.open(BytesIO((await client.get(address)).content))
        assert [str(length) for length in picture.size] == size
