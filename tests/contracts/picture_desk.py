"""What an admin does at the desk with the picture of a step, as a browser without scripts would."""

import re
from collections.abc import Mapping, Sequence
from html import unescape

import httpx

from tests.contracts.screens import BUTTON, SECRET, encoded, screen
from tests.contracts.test_step_pictures import GUIDE

STEP = "p_open"
"""A step of GUIDE that has a drawn picture; the third one that a resident sees."""
PATH = f"/desk/pictures/{GUIDE}/{STEP}/vi"
ALT = "Màn hình đăng nhập, ngón tay bấm nút xanh."
SCREEN = encoded(screen())
Typed = str | list[str]
"""What is typed into a field, or into several of the same name."""
Fields = dict[str, Typed]
_INPUT = re.compile(r'<input[^>]* name="(\w+)"[^>]* value="([^"]*)"')


def fields(**changed: Typed) -> Fields:
    """The form about a screenshot with its button marked and its secret covered."""
    return {"tap": _typed(BUTTON), "area": [*_typed(SECRET), "", "", "", ""], "alt": ALT, **changed}


def _typed(box: Sequence[float]) -> list[str]:
    return [str(part) for part in box]


async def proof(client: httpx.AsyncClient) -> str:
    found = re.search(r'name="proof" value="(\w+)"', (await client.get("/desk")).text)
    assert found
    return found[1]


async def preview(
    client: httpx.AsyncClient, picture: bytes = SCREEN, path: str = PATH, **changed: Typed
) -> httpx.Response:
    """Send a picture with its marks."""
    data = {"proof": await proof(client), **fields(**changed)}
    return await client.post(path, data=data, files={"file": ("anh.png", picture, "image/png")})


async def publish(client: httpx.AsyncClient, looked_at: httpx.Response, path: str = PATH) -> httpx.Response:
    """Publish what a preview shows: the form below its picture, as the page has it."""
    return await client.post(f"{path}/publish", data=to_publish(looked_at), files={"none": b""})


def to_publish(looked_at: httpx.Response) -> Mapping[str, list[str]]:
    """What that form holds."""
    assert looked_at.status_code == 200, problem(looked_at)
    form = looked_at.text.partition('id="preview"')[2].partition("</form>")[0]
    held: dict[str, list[str]] = {}
    for name, value in _INPUT.findall(form):
        held.setdefault(name, []).append(unescape(value))
    return held


async def published(client: httpx.AsyncClient, picture: bytes = SCREEN, path: str = PATH, **changed: Typed) -> None:
    """A screenshot is sent, looked at, and published."""
    answer = await publish(client, await preview(client, picture, path, **changed), path)
    assert answer.headers.get("location") == f"{path}?lang=vi&done=published", problem(answer)


async def take_back(client: httpx.AsyncClient, path: str = PATH) -> None:
    answer = await client.post(f"{path}/drawn", data={"proof": await proof(client)})
    assert answer.headers["location"] == f"{path}?lang=vi&done=taken_back"


def problem(answer: httpx.Response) -> str:
    """What the page says is wrong."""
    found = re.search(r'id="problem" role="alert">([^<]*)<', answer.text)
    return unescape(found[1]) if found else ""
