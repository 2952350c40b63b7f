"""An admin's screenshot in the place of a drawn picture: sent, marked, looked at, published, taken back."""

import re
from base64 import b64decode
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from msgspec.structs import replace
from PIL import Image, ImageChops, ImageStat

from bot.channels.web import PICTURES
from bot.content.guide import Guide
from bot.images.screens import SIZE
from bot.images.screenshots import MOST
from bot.settings import Settings
from bot.store.memory import MemoryStore
from bot.store.memory_data import Shared
from tests.contracts.desk_site import TEAM, StoppedClock, join, running_desk, signed_in
from tests.contracts.picture_desk import (
    ALT,
    PATH,
    STEP,
    preview,
    problem,
    proof,
    publish,
    published,
    take_back,
    to_publish,
)
from tests.contracts.screens import encoded, holds_secret, opened, screen
from tests.contracts.test_step_pictures import GUIDE, PNG, shown
from tests.contracts.web_site import Site

JPEG = b"\xff\xd8\xff"
NAMED = "5 của «Quên mật khẩu hoặc passcode VNeID», tiếng Việt"
"""The step, as people call it."""


@pytest.fixture
def shared() -> Shared:
    return Shared()


@pytest_asyncio.fixture
async def site(tmp_path: Path, shared: Shared) -> AsyncIterator[Site]:
    async with running_desk(StoppedClock(), Settings(data_dir=tmp_path), MemoryStore("one", shared)) as it:
        yield it


@pytest_asyncio.fixture
async def admin(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    async with signed_in(site) as it:
        yield it


def guide(site: Site) -> Guide:
    found = site.parts.library.current(GUIDE)
    assert found
    return found


async def kept(site: Site) -> list[bytes]:
    """What the store keeps of screenshots."""
    return [*(await site.parts.store.rows("screenshot-pixels"))[1].values()]


async def test_residents_see_it_in_the_place_of_the_drawn_one(site: Site, admin: httpx.AsyncClient) -> None:
    looked_at = await preview(admin, app="VNeID 2.2.6", checked="2026-11-24")
    assert (await kept(site), (await shown(admin))["picture"][-4:]) == ([], ".png"), "until then nothing is kept"
    assert (await publish(admin, looked_at)).status_code == 303
    step = await shown(admin)
    assert (step["alt"], step["picture"][-9:]) == (ALT, "/3/vi.jpg")
    got = await admin.get(step["picture"])
    assert (got.headers["content-type"], got.headers["cache-control"]) == ("image/jpeg", "public, max-age=86400")
    assert (opened(got.content).size, got.content[:3]) == (SIZE, JPEG)
    assert len(got.content) < 80_000
    assert f'alt="{ALT}"' in (await admin.get(f"/g/{GUIDE}")).text, "on paper, too"
    page = (await admin.get(PATH)).text
    assert "Ảnh thật. Người trực đưa lên lúc 09:00. Đã kiểm tra với VNeID 2.2.6 ngày 24/11/2026." in page
    assert f"Người trực đưa ảnh thật lên cho bước {NAMED}." in (await admin.get("/desk/record")).text


async def test_what_is_looked_at_is_what_is_published(site: Site, admin: httpx.AsyncClient) -> None:
    looked_at = await preview(admin)
    drawn = b64decode(looked_at.text.partition('src="data:image/jpeg;base64,')[2].partition('"')[0])
    await publish(admin, looked_at)
    there = site.parts.gallery.of(guide(site), STEP, [*guide(site).steps].index(STEP) + 1, "vi", "")
    assert there
    again = opened((await admin.get(f"/pictures/{there.name}")).content)
    apart = ImageChops.difference(opened(drawn), again).resize((54, 45), Image.Resampling.BOX)
    assert ImageStat.Stat(apart).extrema[0][1] < 12


async def test_what_was_covered_is_nowhere(site: Site, admin: httpx.AsyncClient) -> None:
    top = ["10", "2", "80", "4"]  # so that where the secret was is shown
    bare = await preview(admin, area=[], tap=top)
    assert holds_secret(opened(b64decode(to_publish(bare)["draft"][0])))
    looked_at = await preview(admin, tap=top)
    pictures = [b64decode(part.partition('"')[0]) for part in looked_at.text.split("data:image/jpeg;base64,")[1:]]
    await publish(admin, looked_at)
    pictures += [*await kept(site), (await admin.get((await shown(admin))["picture"])).content]
    assert len(pictures) == 4
    assert not [picture for picture in pictures if holds_secret(opened(picture))]


async def test_it_is_taken_back_at_once_and_everywhere(site: Site, admin: httpx.AsyncClient, tmp_path: Path) -> None:
    await published(admin)
    address = (await shown(admin))["picture"]
    assert (await admin.get(address)).status_code == 200
    name = address.removeprefix(PICTURES)
    assert await site.parts.drawings.stands(name)
    await take_back(admin)
    assert not await site.parts.drawings.stands(name)
    assert (await shown(admin))["picture"].endswith("/3/vi.png")
    assert (await admin.get(address)).status_code == 404
    assert (await kept(site), [*(tmp_path / "pictures").glob("*.jpg")]) == ([], [])
    assert f"Người trực gỡ ảnh thật của bước {NAMED}." in (await admin.get("/desk/record")).text


async def test_one_takes_the_place_of_another(site: Site, admin: httpx.AsyncClient) -> None:
    await published(admin)
    before = (await shown(admin))["picture"]
    await published(admin, encoded(screen().rotate(180)))
    now = (await shown(admin))["picture"]
    assert [(await admin.get(each)).status_code for each in (before, now)] == [404, 200]
    assert len(await kept(site)) == 1


async def test_the_one_that_is_used_is_marked_anew(site: Site, admin: httpx.AsyncClient) -> None:
    await published(admin, app="VNeID 2.2.6")
    page = (await admin.get(f"{PATH}?edit=1")).text
    draft = page.partition('name="draft" value="')[2].partition('"')[0]
    (before,) = await kept(site)
    assert b64decode(draft) == before
    tap = re.findall(r'name="tap" value="([^"]+)"', page)
    first = site.parts.gallery.screenshots[GUIDE, STEP, "vi"]
    again = await preview(admin, b"", draft=draft, tap=tap, area=["0", "0", "100", "20"], app=first.app)
    assert (await publish(admin, again)).status_code == 303
    now = site.parts.gallery.screenshots[GUIDE, STEP, "vi"]
    assert (now.tap, now.app) == (first.tap, "VNeID 2.2.6")
    assert now.pixels != first.pixels


async def test_english_readers_share_it_until_they_have_their_own(site: Site, admin: httpx.AsyncClient) -> None:
    await published(admin)
    step = await shown(admin, "english")
    assert step["picture"].endswith("/3/en.jpg")
    assert step["alt"] == "VNeID log-in screen with a finger on Quên mật khẩu.", "in their language"
    assert "Dùng chung ảnh tiếng Việt" in (await admin.get(f"/desk/pictures/{GUIDE}")).text
    english = PATH.removesuffix("vi") + "en"
    await published(admin, encoded(screen().rotate(180)), english, alt="The log-in screen.")
    assert (await shown(admin, "english"))["alt"] == "The log-in screen."
    assert (await shown(admin))["alt"] == ALT
    await take_back(admin)
    assert (await shown(admin))["picture"].endswith(".png")
    assert (await shown(admin, "english"))["picture"].endswith(".jpg")


async def test_a_step_without_a_drawn_picture_may_have_one(site: Site, admin: httpx.AsyncClient) -> None:
    bare = next(name for name, step in guide(site).steps.items() if step.picture is None)
    path = f"/desk/pictures/{GUIDE}/{bare}/vi"
    await published(admin, path=path, tap=[])
    assert f'alt="{ALT}"' in (await admin.get(f"/g/{GUIDE}")).text
    assert "Gỡ ảnh này" in (await admin.get(path)).text
    await take_back(admin, path)
    assert f'alt="{ALT}"' not in (await admin.get(f"/g/{GUIDE}")).text


async def test_a_step_that_says_something_else_keeps_it_and_is_marked(site: Site, admin: httpx.AsyncClient) -> None:
    await published(admin)
    now = guide(site)
    words = now.words["vi"]
    said = {**words.steps, STEP: replace(words.steps[STEP], text="Mở VNeID. Bấm «Quên mật khẩu» ở dưới.")}
    await newer(site, replace(now, version=now.version + 1, words={**now.words, "vi": replace(words, steps=said)}))
    assert (await shown(admin))["alt"] == ALT
    for page in ("/desk/pictures", "/desk/pictures?show=changed", f"/desk/pictures/{GUIDE}", PATH):
        assert "ã đổi chữ, xem lại</" in (await admin.get(page)).text, page
    await published(admin)
    assert "ã đổi chữ, xem lại</p>" not in (await admin.get(PATH)).text
    assert "Không thấy hướng dẫn nào." in (await admin.get("/desk/pictures?show=changed")).text


async def newer(site: Site, guide: Guide) -> None:
    """Publish a version of a guide."""
    await site.parts.store.publish(guide)
    await site.parts.library.refresh(site.parts.store)


async def test_what_belongs_to_a_step_that_is_gone_is_listed_and_dropped(site: Site, admin: httpx.AsyncClient) -> None:
    await published(admin)
    now = guide(site)
    steps = {name: step for name, step in now.steps.items() if name != STEP}
    await newer(site, replace(now, version=now.version + 1, steps=steps))
    assert f"<li>{GUIDE} · {STEP} · vi</li>" in (await admin.get("/desk/pictures")).text
    await admin.post("/desk/pictures", data={"proof": await proof(admin)})
    assert "Ảnh của bước không còn" not in (await admin.get("/desk/pictures")).text
    assert await kept(site) == []


async def test_another_worker_shows_it_at_once(
    site: Site, admin: httpx.AsyncClient, shared: Shared, tmp_path: Path
) -> None:
    other_data = Settings(data_dir=tmp_path / "other")
    async with running_desk(StoppedClock(), other_data, MemoryStore("two", shared)) as other:
        await published(admin)
        address = (await shown(admin))["picture"]
        async with other.client() as elsewhere:
            assert (await elsewhere.get(address)).status_code == 200
            await take_back(admin)
            await other.parts.album.refresh()
            assert (await elsewhere.get(address)).status_code == 404
        assert [*(tmp_path / "other" / "pictures").iterdir()] == []


async def test_there_are_only_so_many(site: Site, admin: httpx.AsyncClient) -> None:
    await published(admin)
    (_, row), *_ = (await site.parts.store.rows("screenshots"))[1].items()
    for number in range(MOST - 1):
        await site.parts.store.put("screenshots", f"other\nstep{number}\nvi", None, row)
    await published(admin)  # in the place of the one that is there
    english = PATH.removesuffix("vi") + "en"
    assert problem(await publish(admin, await preview(admin, path=english), english)).startswith("Đã có nhiều ảnh quá.")


async def test_guides_are_found_by_words_topic_and_what_they_show(admin: httpx.AsyncClient) -> None:
    everything = (await admin.get("/desk/pictures")).text
    assert everything.count('<a href="/desk/pictures/') > 50
    for query, there in (("q=quen+mat+khau", True), ("q=ihanoi", False), ("show=drawn", True), ("show=real", False)):
        assert (f"/desk/pictures/{GUIDE}?" in (await admin.get(f"/desk/pictures?{query}")).text) == there, query
    topic = (await admin.get("/desk/pictures?topic=vneid")).text
    assert 0 < topic.count('<a href="/desk/pictures/') < everything.count('<a href="/desk/pictures/')


async def test_it_is_for_admins_alone(site: Site) -> None:
    await join(site, "me", "Mai", TEAM, role="lead", password="")
    async with signed_in(site, "me") as me:
        for path in ("/desk/pictures", f"/desk/pictures/{GUIDE}", PATH):
            assert (await me.get(path)).status_code == 404, path
            assert "Hình các bước" not in (await me.get("/desk")).text
        assert (await preview(me)).status_code == 404
        for path in (f"{PATH}/publish", f"{PATH}/drawn", "/desk/pictures"):
            assert (await me.post(path, data={"proof": await proof(me)})).status_code == 404, path
    assert site.parts.gallery.screenshots == {}


async def test_a_form_from_elsewhere_does_nothing(site: Site, admin: httpx.AsyncClient) -> None:
    held = to_publish(await preview(admin))
    foreign = {**held, "proof": "0" * 64}
    assert (await admin.post(f"{PATH}/publish", data=foreign, files={"none": b""})).status_code == 403
    from_afar = {"sec-fetch-site": "cross-site"}
    assert (await admin.post(f"{PATH}/publish", data=held, files={"none": b""}, headers=from_afar)).status_code == 403
    async with site.client() as nobody:
        assert (await nobody.post(f"{PATH}/publish", data=held, files={"none": b""})).status_code == 401
        assert PNG not in (await nobody.get(PATH)).content
    assert site.parts.gallery.screenshots == {}


async def test_there_is_no_such_page(admin: httpx.AsyncClient) -> None:
    for path in (f"{GUIDE}/khong-co/vi", f"khong-co/{STEP}/vi", f"{GUIDE}/{STEP}/fr", "khong-co"):
        assert (await admin.get(f"/desk/pictures/{path}")).status_code == 404, path
