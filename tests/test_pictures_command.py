"""`toso pictures`, and what the terminal says of a picture."""

import asyncio
import re
from pathlib import Path

from click.testing import CliRunner

from bot.cli import toso
from bot.images.cache import Shelf
from bot.images.redact import retouch
from bot.images.screenshot import Screenshot, Sent, decode_retouched, encode_sent
from bot.images.screenshots import Album
from bot.store.redis import RedisStore
from tests.contracts.screens import BUTTON, encoded, screen
from tests.contracts.servers import Server
from tests.setting import setting

GUIDE = "vneid-doi-sdt"
STEP = "c_look"
ALT = "Màn hình VNeID có ô để gõ số điện thoại mới."


def run(*arguments: str, typed: str = "", **env: str) -> tuple[int, str]:
    ended = CliRunner().invoke(toso, list(arguments), input=typed, env=env)
    return ended.exit_code, ended.output


def test_a_page_shows_every_picture_in_each_language_with_its_words(tmp_path: Path) -> None:
    page = tmp_path / "all.html"
    code, said = run("pictures", "--out", str(page), GUIDE)
    shown = re.findall(r'<img src="data:image/png;base64,iVBOR[^"]+" alt="([^"]+)"', page.read_text())
    assert (code, said) == (0, f"{len(shown)} pictures: {page}\n")
    assert ALT in shown
    assert "VNeID screen with a box for the new phone number." in shown
    assert len(shown) == 2 * 3


async def published_screenshot(url: str, shelf: Shelf) -> None:
    """A screenshot in the place of the picture of STEP, kept in this store."""
    store = RedisStore(url, "test")
    album = Album(store, setting().gallery, shelf)
    made = decode_retouched(retouch(encode_sent(Sent(encoded(screen()), (), BUTTON))))
    shot = Screenshot("", "Màn hình thật.", "admin", 1, "", made.tap)
    try:
        await album.publish((GUIDE, STEP, "vi"), shot, made.shown)
        await album.take_back((GUIDE, STEP, "en"), "admin", 2)  # there is none
    finally:
        setting().gallery.screenshots = {}
        await store.close()


def test_a_published_screenshot_is_shown_in_the_place_of_the_drawn_picture(tmp_path: Path) -> None:
    server = Server(tmp_path)
    page = tmp_path / "all.html"
    try:
        asyncio.run(published_screenshot(server.name, Shelf(tmp_path)))
        assert run("pictures", "--out", str(page), GUIDE, REDIS_URL=server.name)[0] == 0
    finally:
        server.kill()
    shown = page.read_text()
    assert shown.count('src="data:image/jpeg;base64,/9j/') == 2
    assert shown.count('alt="Màn hình thật."') == 2
    assert f"{GUIDE} · {STEP} · en · screenshot" in shown
    assert shown.count("data:image/png") == 2 * 2


def test_an_image_shows_them_side_by_side(tmp_path: Path) -> None:
    image = tmp_path / "all.png"
    assert run("pictures", "--out", str(image), GUIDE)[0] == 0
    assert image.read_bytes().startswith(b"\x89PNG")
    assert [file.name for file in tmp_path.iterdir()] == ["all.png"]


def test_what_cannot_be_drawn_is_said(tmp_path: Path) -> None:
    wrong = str(tmp_path / "all.pdf")
    assert 'There is no guide "vneid-doi-sd". Did you mean "vneid-doi-sdt"?' in run("pictures", "vneid-doi-sd")[1]
    assert "should end in .html or .png" in run("pictures", "--out", wrong, GUIDE)[1]
    assert not list(tmp_path.iterdir())


def test_the_terminal_says_a_picture_in_words() -> None:
    steps = f"/start {GUIDE}\n1\n1\n" + "1\n" * 5
    assert re.search(r"^  \[.*VNeID.*\.\]$", run("chat", typed=steps)[1], re.M)
