"""What is sent as a screenshot and is none, or more than one: nothing is kept of it, and it is said in plain words."""

import struct
import zlib
from base64 import b64decode
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from PIL import Image

from api.studio.images import LARGEST
from bot.settings import Settings
from tests.contracts.desk_site import StoppedClock, running_desk, signed_in
from tests.contracts.jpegs import PLACE
from tests.contracts.picture_desk import PATH, SCREEN, Fields, fields, preview, problem, proof, publish, to_publish
from tests.contracts.screens import encoded, opened, screen
from tests.contracts.web_site import Site

UNREADABLE = "Không mở được tệp này."


@pytest_asyncio.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with running_desk(StoppedClock(), Settings(data_dir=tmp_path)) as it:
        yield it


@pytest_asyncio.fixture
async def admin(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    async with signed_in(site) as it:
        yield it


def bomb(side: int) -> bytes:
    """A PNG of a few hundred kilobytes at most that unpacks to as many pixels as its side says."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunks = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(10_000))) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


SMALL = screen(300, 600)
HOSTILE = {
    "a letter": (b"%PDF-1.7 ...", UNREADABLE),
    "a page": (b"<html><script>alert(1)</script>", UNREADABLE),
    "a drawing": (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', UNREADABLE),
    "a picture of another kind": (encoded(SMALL, "GIF"), UNREADABLE),
    "a TIFF": (encoded(SMALL, "TIFF"), UNREADABLE),
    "half a picture": (encoded(screen(), "JPEG")[:4_000], UNREADABLE),
    "a head without a body": (bomb(400), UNREADABLE),
    "a bomb": (bomb(30_000), "Ảnh này lớn quá."),
    "an icon": (encoded(screen(100, 100)), "Ảnh này nhỏ quá"),
    "a roll": (encoded(screen(200, 900)), "Ảnh này dài quá."),
}


async def test_what_cannot_be_used_is_refused_in_plain_words(site: Site, admin: httpx.AsyncClient) -> None:
    for name, (content, said) in HOSTILE.items():
        answer = await preview(admin, content)
        assert (answer.status_code, problem(answer)[: len(said)]) == (422, said), name
    assert (await preview(admin)).status_code == 200, "the next one is taken"


async def test_one_that_is_too_heavy_is_refused_before_it_is_read(admin: httpx.AsyncClient) -> None:
    heavy = encoded(screen()) + bytes(LARGEST)
    assert (await preview(admin, heavy)).status_code == 413

    async def in_pieces() -> AsyncIterator[bytes]:
        yield b'--x\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\n'
        for _ in range(LARGEST // 65536 + 1):
            yield bytes(65536)

    kind = {"content-type": "multipart/form-data; boundary=x"}
    assert (await admin.post(PATH, content=in_pieces(), headers=kind)).status_code == 413


async def test_a_form_that_is_none_is_refused(admin: httpx.AsyncClient) -> None:
    for kind, body in (
        ("multipart/form-data", b"--x"),
        ("multipart/form-data; boundary=x", b"--y\r\n\r\n"),
        ("multipart/form-data; boundary=x", b'--x\r\ncontent-disposition: form-data; name="a"\r\n\r\n1\r\n--x--'),
    ):
        answer = await admin.post(PATH, content=body, headers={"content-type": kind})
        assert answer.status_code in (400, 403), kind
    many = {f"a{number}": "1" for number in range(250)}
    assert (await admin.post(PATH, data=many, files={"file": b"x"})).status_code == 400
    assert (await admin.post(PATH, files={"file": b"x", "other": b"y"})).status_code == 400


async def test_nothing_but_its_pixels_is_left(site: Site, admin: httpx.AsyncClient) -> None:
    exif = Image.Exif()
    exif[0x010F] = "a phone"
    exif.get_ifd(0x8825)[0x1D] = PLACE.decode()
    exif[0x0112] = 3  # upside down: whoever looks at it sees it turned
    turned = screen().rotate(180)
    sent = encoded(turned, "JPEG", exif=exif, comment=PLACE) + b"PK\x03\x04 <script>alert(1)</script>"
    assert PLACE in sent
    looked_at = await preview(admin, sent)
    draft = b64decode(to_publish(looked_at)["draft"][0])
    await publish(admin, looked_at)
    (kept,) = (await site.parts.store.rows("screenshot-pixels"))[1].values()
    for content in (draft, kept):
        assert not [part for part in (b"Exif", PLACE, b"a phone", b"<script", b"PK\x03\x04") if part in content]
    below = opened(kept).getpixel((478, opened(kept).height - 20))
    assert below == pytest.approx((0xF4, 0xF6, 0xF8), abs=6), "it is upright: below its button there is nothing"


async def test_every_kind_of_picture_that_phones_make_is_taken(admin: httpx.AsyncClient) -> None:
    for kind, image in (("JPEG", screen()), ("WEBP", screen()), ("PNG", screen().convert("RGBA"))):
        assert (await preview(admin, encoded(image, kind))).status_code == 200, kind


MISTYPED: tuple[tuple[Fields, str], ...] = (
    ({"tap": ["10", "20", "", ""]}, "Có một ô số chưa đúng."),
    ({"tap": ["10", "20", "0", "5"]}, "Có một ô số chưa đúng."),
    ({"area": ["nan", "1", "1", "1"]}, "Có một ô số chưa đúng."),
    ({"area": ["-1", "1", "1", "1e9"]}, "Có một ô số chưa đúng."),
    ({"area": ["100", "1", "1", "1"]}, "Có một ô số chưa đúng."),
    ({"alt": "  "}, "Hãy viết một câu tả ảnh"),
    ({"checked": "2026-02-30"}, "Chưa đọc được ngày kiểm tra."),
)


async def test_what_was_typed_wrong_is_said_and_the_picture_stays(admin: httpx.AsyncClient) -> None:
    for typed, said in MISTYPED:
        answer = await preview(admin, SCREEN, PATH, **typed)
        assert (answer.status_code, problem(answer)[: len(said)]) == (422, said), typed
        assert 'id="preview"' not in answer.text
        assert 'name="draft" value="/9j/' in answer.text


async def test_without_a_picture_there_is_nothing_to_look_at(site: Site, admin: httpx.AsyncClient) -> None:
    data = {"proof": await proof(admin), **fields()}
    for path in (PATH, f"{PATH}/publish"):
        for draft in ("", "no base64!", "aGVsbG8="):
            answer = await admin.post(path, data={**data, "draft": draft}, files={"none": b""})
            assert answer.status_code == 422, (path, draft)
    assert site.parts.gallery.screenshots == {}
