"""The desk's pages on which neighbours read steps aloud: who may, what is kept, and what hostile files come to."""

import re
import shlex
import sys
from collections.abc import AsyncIterator, Callable
from functools import partial

import httpx
import pytest
import pytest_asyncio

from api.studio.recordings import PATH
from bot.audio.recording_repository import UPLOAD_BYTES
from bot.audio.recordings import VoiceNote, standing_for
from bot.engine.steps import read_aloud
from bot.settings import Settings
from tests.contracts.desk_site import OTHER_TEAM, PASSWORD, TEAM, StoppedClock, join, running_desk, signed_in
from tests.contracts.recordings import PHONES, hum, narrow_noise
from tests.contracts.voice_ward import GUIDE, STEP, read_a_step
from tests.contracts.web_site import Site

PAGE = f"{PATH}/{GUIDE}/vi"
SPEAKS = f"{shlex.quote(sys.executable)} -m tests.contracts.hums {{lang}}"
FAILS = f"{shlex.quote(sys.executable)} -c 'raise SystemExit(3)'"


@pytest_asyncio.fixture
async def site() -> AsyncIterator[Site]:
    async with running_desk(StoppedClock(), Settings(admin_password=PASSWORD, speaker=SPEAKS)) as it:
        await join(it, "hoa", "Hoa", TEAM, password="")
        await join(it, "lan", "Lan", OTHER_TEAM, password="")
        await join(it, "minh", "Minh", TEAM, role="lead", password="")
        yield it


@pytest_asyncio.fixture
async def hoa(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    async with signed_in(site, "hoa") as it:
        yield it


async def send(
    client: httpx.AsyncClient,
    record: Callable[[], bytes] = PHONES["chromium"],
    step: str = STEP,
    act: str = "",
    **changed: str,
) -> httpx.Response:
    """Send the form of a step, as a browser without scripts would."""
    page = (await client.get(PAGE)).text
    proof = re.search(r'name="proof" value="(\w+)"', page)
    words = re.search(rf'<li id="{step}">.*?name="words" value="(\w+)"', page, re.DOTALL)
    data = {"proof": proof[1] if proof else "", "words": words[1] if words else "", **changed}
    return await client.post(f"{PAGE}/{step}{act}", data=data, files={"recording": ("doc.webm", record())})


def kept(site: Site, step: str = STEP) -> VoiceNote | None:
    return site.parts.voice_box.voices.kept(GUIDE, step, "vi")


def waits(site: Site) -> VoiceNote | None:
    return site.parts.voice_box.voices.waiting.get(f"{GUIDE}/{STEP}/vi")


def problem(answer: httpx.Response) -> str:
    found = re.search(r'role="alert">(.*?)</p>', answer.text)
    return found[1] if found else ""


async def let_out(client: httpx.AsyncClient, site: Site, by_heart: str = "") -> httpx.Response:
    """Let residents hear what waits; `by_heart` names another recording than the one on the page."""
    note = waits(site)
    return await send(client, act="/publish", sound=by_heart or (note.sound if note else ""))


async def test_a_volunteer_reads_a_step_aloud_and_residents_can_listen_once_a_lead_has(
    site: Site, hoa: httpx.AsyncClient
) -> None:
    answer = await send(hoa)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PAGE}?lang=vi&done=kept#{STEP}")
    assert "rồi bà con mới nghe được" in (await hoa.get(answer.headers["location"])).text
    waiting = waits(site)
    assert waiting
    assert (kept(site), site.parts.handle.setting.voices.kept(GUIDE, STEP, "vi")) == (None, None)
    assert (await hoa.get(f"/voices/{waiting.sound}.ogg")).status_code == 404
    assert "Bản chờ nghe" in (await hoa.get(PAGE)).text
    assert (await let_out(hoa, site)).status_code == 404
    async with signed_in(site, "minh") as minh:
        assert "1 bản đọc chờ bạn nghe" in (await minh.get(PATH)).text
        sound = f"{PAGE}/{STEP}/waiting.ogg?sound={waiting.sound}"
        assert (await minh.get(sound)).content.startswith(b"OggS")
        async with site.client() as stranger:
            assert b"OggS" not in (await stranger.get(sound)).content
        assert (await let_out(minh, site)).status_code == 303
        assert "bản đọc chờ bạn nghe" not in (await minh.get(PATH)).text
    note = kept(site)
    assert note
    assert (note.by, note.seconds, note.heard_by, waits(site)) == ("hoa", 2, "minh", None)
    assert site.parts.handle.setting.voices.kept(GUIDE, STEP, "vi") == note
    page = (await hoa.get(f"{PAGE}?lang=vi")).text
    assert "Hoa đọc lúc 09:00, 2 giây." in page
    assert "đã đọc 1/" in (await hoa.get(f"{PATH}?q=cong dich vu")).text
    assert (await hoa.get(f"/voices/{note.sound}.ogg")).content.startswith(b"OggS")
    acts = [record.act for _, record in await site.parts.store.records(2)]
    assert acts == ["voice_let_out", "voice_kept"]
    _, record = (await site.parts.store.records(2))[1]
    assert (record.act, record.by, record.about) == ("voice_kept", "hoa", f"{GUIDE}/{STEP}/vi")
    async with signed_in(site) as admin:
        said = (await admin.get("/desk/record")).text
    assert "Hoa đọc thành tiếng bước 1 của «Đăng nhập Cổng Dịch vụ công», tiếng Việt." in said


async def test_the_page_may_record_and_others_may_not(hoa: httpx.AsyncClient) -> None:
    page = (await hoa.get(PAGE)).headers
    assert page["permissions-policy"] == "camera=(), geolocation=(), microphone=(self)"
    assert "media-src 'self' blob:;" in page["content-security-policy"]
    assert "microphone=()" in (await hoa.get(PATH)).headers["permissions-policy"]


@pytest.mark.parametrize(
    ("record", "said"),
    [
        pytest.param(bytes, "đây không phải bản ghi âm", id="nothing"),
        pytest.param(lambda: b"<html><script>alert(1)</script>", "đây không phải bản ghi âm", id="a page"),
        pytest.param(lambda: b"\x89PNG\r\n\x1a\n" + bytes(9000), "đây không phải bản ghi âm", id="a picture"),
        pytest.param(lambda: PHONES["chromium"]()[:300], "bị hỏng", id="cut off"),
        pytest.param(lambda: hum(3.0, loud=0), "không nghe thấy tiếng", id="silent"),
        pytest.param(lambda: narrow_noise(600), "dài quá 60 giây", id="ten minutes"),
    ],
)
async def test_what_is_no_recording_is_refused_in_plain_words(
    record: Callable[[], bytes], said: str, site: Site, hoa: httpx.AsyncClient
) -> None:
    answer = await send(hoa, record)
    assert answer.status_code == 422
    assert said in problem(answer)
    assert (kept(site), await site.parts.store.rows("voice-sounds")) == (None, (0, {}))


async def test_a_file_that_is_too_large_is_refused_before_it_is_read(site: Site, hoa: httpx.AsyncClient) -> None:
    answer = await send(hoa, partial(bytes, UPLOAD_BYTES + 100_000))
    assert answer.status_code == 413
    assert kept(site) is None


async def test_only_pages_of_ours_can_send_one(site: Site, hoa: httpx.AsyncClient) -> None:
    assert (await send(hoa, proof="0" * 64)).status_code == 403
    async with site.client() as stranger:
        assert (await stranger.post(f"{PAGE}/{STEP}", data={"words": "x"})).status_code == 401
        assert "Thu âm" not in (await stranger.get(PAGE)).text
    assert kept(site) is None


@pytest.mark.parametrize("path", [f"{PATH}/khong-co", f"{PATH}/{GUIDE}/fr"])
async def test_what_is_not_there_cannot_be_read(path: str, hoa: httpx.AsyncClient) -> None:
    assert (await hoa.get(path)).status_code == 404
    assert (await send(hoa, step="khong_co")).status_code == 404


async def test_words_that_changed_meanwhile_are_not_what_was_read(site: Site, hoa: httpx.AsyncClient) -> None:
    answer = await send(hoa, words="0123456789abcdef")
    assert (answer.status_code, "chữ của bước vừa đổi" in problem(answer)) == (422, True)
    assert kept(site) is None


async def test_what_says_something_else_now_is_marked_and_anybody_may_read_anew(
    site: Site, hoa: httpx.AsyncClient
) -> None:
    await read_a_step(site.parts, by="lan")
    guide = site.parts.library.current(GUIDE)
    assert guide
    assert (await send(hoa)).status_code == 404
    note = kept(site)
    assert note
    place = f"{GUIDE}/{STEP}/vi"
    row = await site.parts.store.row("voices", place)
    assert row
    await site.parts.store.put("voices", place, row, row.replace(note.words.encode(), b"0123456789abcdef"))
    page = (await hoa.get(PAGE)).text
    assert "Đã đổi chữ, cần đọc lại." in page
    assert "1 bước: đã đổi chữ, cần đọc lại" in (await hoa.get(PATH)).text
    assert (await send(hoa)).status_code == 303
    new = waits(site)
    assert new
    assert (new.by, new.words) == ("hoa", standing_for(read_aloud(site.parts.words, guide, STEP, "vi")))


@pytest.mark.parametrize(("who", "status"), [("lan", 404), ("hoa", 303), ("minh", 303), ("admin", 303)])
async def test_what_somebody_read_only_they_a_lead_and_an_admin_take_back(who: str, status: int, site: Site) -> None:
    await read_a_step(site.parts, by="hoa")
    async with signed_in(site, who) as client:
        assert (await send(client, act="/remove")).status_code == status
    assert (kept(site) is None) == (status == 303)
    assert bool((await site.parts.store.rows("voice-sounds"))[1]) == (status == 404)


async def test_a_machine_reads_only_where_an_admin_named_one_and_says_so(site: Site, hoa: httpx.AsyncClient) -> None:
    assert (await send(hoa, act="/machine")).status_code == 404
    async with signed_in(site) as admin:
        assert (await send(admin, act="/machine")).status_code == 303
        assert "Máy đọc lúc" in (await admin.get(PAGE)).text
    note = kept(site)
    assert note
    assert note.by == ""


@pytest.mark.parametrize("speaker", ["", FAILS, "/khong/co/gi"])
async def test_without_a_program_that_speaks_nothing_is_kept(speaker: str) -> None:
    async with running_desk(StoppedClock(), Settings(admin_password=PASSWORD, speaker=speaker)) as site:
        async with signed_in(site) as admin:
            assert ("Cho máy đọc" in (await admin.get(PAGE)).text) == bool(speaker)
            answer = await send(admin, act="/machine")
            assert answer.status_code == (422 if speaker else 404)
        assert kept(site) is None


async def test_what_residents_hear_stays_until_the_new_one_is_let_out(site: Site, hoa: httpx.AsyncClient) -> None:
    old = await read_a_step(site.parts, by="hoa")
    assert (await send(hoa)).status_code == 303
    assert (await hoa.get(f"/voices/{old}.ogg")).status_code == 200
    async with signed_in(site) as admin:
        assert (await let_out(admin, site)).status_code == 303
    assert (await hoa.get(f"/voices/{old}.ogg")).status_code == 404
    assert len((await site.parts.store.rows("voice-sounds"))[1]) == 1


@pytest.mark.parametrize("again", [False, True], ids=["read once", "read twice"])
async def test_what_waits_can_be_taken_back_and_residents_lose_nothing(
    site: Site, hoa: httpx.AsyncClient, *, again: bool
) -> None:
    await send(hoa)
    if again:  # the very same recording: it is the same sound
        async with signed_in(site) as admin:
            await let_out(admin, site)
        await send(hoa)
    async with signed_in(site, "lan") as lan:
        assert (await send(lan, act="/refuse")).status_code == 404, "another volunteer's"
    assert (await send(hoa, act="/refuse")).headers["location"].endswith(f"done=refused#{STEP}")
    note = kept(site)
    assert (waits(site), bool(note)) == (None, again)
    if note:
        assert (await hoa.get(f"/voices/{note.sound}.ogg")).status_code == 200


async def test_only_what_was_listened_to_is_let_out(site: Site, hoa: httpx.AsyncClient) -> None:
    await send(hoa)
    async with signed_in(site, "minh") as minh:
        answer = await let_out(minh, site, by_heart="0" * 24)
        assert (answer.status_code, "Hãy nghe bản mới" in problem(answer)) == (422, True)
    assert kept(site) is None


async def test_another_volunteer_lets_nothing_out(site: Site, hoa: httpx.AsyncClient) -> None:
    await send(hoa)
    async with signed_in(site, "lan") as lan:
        assert (await let_out(lan, site)).status_code == 404
    assert (kept(site), bool(waits(site))) == (None, True)


async def test_a_lead_needs_another_pair_of_ears_unless_there_is_none(site: Site) -> None:
    async with signed_in(site, "minh") as minh:
        await send(minh)
        assert (await let_out(minh, site)).status_code == 404
        assert "bản đọc chờ bạn nghe" not in (await minh.get(PATH)).text
    async with signed_in(site) as admin:
        await send(admin)
        assert (await let_out(admin, site)).status_code == 404, "Minh leads a team, and can listen"
        await site.parts.people.retire("minh", "admin")
        assert (await let_out(admin, site)).status_code == 303
