"""Every field of every form has a length: what is far too long is refused in words, at once, and comes back."""

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from html.parser import HTMLParser
from itertools import product
from time import process_time
from typing import get_args

import httpx
import pytest_asyncio
from typing_extensions import override

from api.app import create_app
from bot.bootstrap import Parts
from bot.model import Act, AppointmentAct, Missed
from tests.contracts.desk_site import ASK, TEAM, TO_STUCK, StoppedClock, do, join, running_desk, say, signed_in
from tests.contracts.picture_desk import proof
from tests.contracts.test_people_pages import all_routes
from tests.contracts.voice_ward import GUIDE, STEP, read_a_step
from tests.contracts.web_site import Site

LENGTH = 60_000
"""What fits in the largest body that most forms may have."""
VALUES = {"spaces": "x" + " " * (LENGTH - 2) + "x", "digits": "9" * LENGTH, "letters": "ă" + "a" * (LENGTH - 6)}
PAGE = {"accept": "text/html"}
CPU_SECONDS = 2.0
"""Far more than a page needs, far less than work that grows with the square of what was typed."""
NOT_SHOWN = frozenset({"proof", "old", "new", "password", "username", "draft"})
"""Secrets are never written on a page; a name to sign in with is cut; a picture is a long text on purpose."""


class Forms(HTMLParser):
    """The fields of each form that is sent, by the path it is sent to."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, dict[str, None]] = {}
        self._fields: dict[str, None] = {}

    @override
    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag == "form":
            path = (said.get("action") or "").partition("?")[0]
            self._fields = self.found.setdefault(path, {}) if said.get("method") == "post" else {}
        elif tag in ("input", "textarea", "select", "button") and said.get("type") != "file":
            self._fields.update({str(said["name"]): None} if said.get("name") else {})


@pytest_asyncio.fixture
async def site() -> AsyncIterator[Site]:
    async with running_desk(StoppedClock()) as site:
        yield site


async def fill(site: Site) -> str:
    """A desk that has something of everything; the code of a request that the admin helps with."""
    code = await say(site, [*TO_STUCK, *ASK])
    assert (await do(site, "take", code)).name == "done"
    await join(site, "hoa", "Hoa", TEAM)
    await site.parts.people.go("hoa", away=True)
    site.parts.not_understood.note(Missed("cái quạt trần kêu cót két"))
    await read_a_step(site.parts)
    return code


def paths(parts: Parts, method: str, code: str) -> Mapping[str, Sequence[str]]:
    """Every path below /desk that takes this method, with its blanks filled in, by its route."""
    blanks = {"code": [code], "volunteer": ["hoa"], "team": [TEAM], "guide": [GUIDE], "step": [STEP], "tongue": ["vi"]}
    found = {}
    for route in all_routes(create_app(parts).routes):
        if method in (route.methods or ()) and route.path.startswith("/desk"):
            acts = get_args(AppointmentAct) if "visits" in route.path else get_args(Act)
            names = re.findall(r"{(\w+)}", route.path)
            fill_in = blanks | {"act": list(acts), "token": ["aaaa"], "number": ["1"]}
            ways = product(*(fill_in[name] for name in names))
            found[route.path] = [route.path.format(**dict(zip(names, way, strict=True))) for way in ways]
    return found


async def fields_of(client: httpx.AsyncClient, parts: Parts, code: str) -> Mapping[str, Sequence[str]]:
    """The fields of every form of the desk, by path; where no page shows the form now, all that any form has."""
    forms = Forms()
    for way in (path for ways in paths(parts, "GET", code).values() for path in ways):
        if not way.endswith("/events"):
            forms.feed((await client.get(way)).text)
    seen = dict.fromkeys(field for fields in forms.found.values() for field in fields)
    everything = [field for field in seen if field not in NOT_SHOWN]
    ways = (path for ways in paths(parts, "POST", code).values() for path in ways[:6])
    return {path: list(forms.found.get(path) or everything) for path in ways}


async def test_no_field_is_too_long_for_the_server(site: Site) -> None:
    code = await fill(site)
    async with signed_in(site) as client:
        forms, shows = await fields_of(client, site.parts, code), await proof(client)
        assert {"text", "mon", "days_off", "groups", "name", "id", "said"} <= {f for fs in forms.values() for f in fs}
        for (path, fields), (kind, value) in product(forms.items(), VALUES.items()):
            for field in fields:
                began = process_time()
                answer = await client.post(path, data={"proof": shows, "id": "0" * 16, field: value}, headers=PAGE)
                where = f"{path} {field} {kind}: {answer.status_code}"
                assert process_time() - began < CPU_SECONDS, where
                if path in ("/desk/sign-in", "/desk/in/aaaa"):
                    assert answer.status_code in (401, 429), where
                    continue
                assert 400 <= answer.status_code < 500, where
                assert answer.headers["content-type"].startswith("text/html"), where
                assert "<h1>" in answer.text, where
                assert field in NOT_SHOWN or value in answer.text, where
