"""Every field of every form has a length: what is far too long is refused in words, at once, and comes back."""

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from html.parser import HTMLParser
from itertools import product
from time import process_time
from typing import get_args
from urllib.parse import quote_plus, urlencode

import httpx
import pytest
import pytest_asyncio
from typing_extensions import override

from api.app import create_app
from bot.app import Parts
from bot.content.ward import LONGEST_ID
from bot.desk.authentication import LONGEST, is_fit
from bot.model import Act, AppointmentAct, Missed
from tests.contracts.desk_site import ASK, TEAM, TO_STUCK, StoppedClock, do, join, running_desk, say, sign_in, signed_in
from tests.contracts.picture_desk import proof
from tests.contracts.test_people_pages import all_routes
from tests.contracts.voice_ward import GUIDE, STEP, read_a_step
from tests.contracts.web_site import Site

LENGTH = 60_000
"""What fits in the largest body that most forms may have."""
VALUES = {"spaces": "x" + " " * (LENGTH - 2) + "x", "digits": "9" * LENGTH, "letters": "ă" + "a" * (LENGTH - 6)}
PAGE = {"accept": "text/html"}
FORM = {"content-type": "application/x-www-form-urlencoded"}
CPU_SECONDS = 2.0
"""Far more than a page needs, far less than work that grows with the square of what was typed."""
NOT_SHOWN = frozenset({"proof", "old", "new", "password", "username", "draft"})
"""Secrets are never written on a page; a name to sign in with is no form of a visit; a picture is a long text."""
SECRETS = frozenset({"old", "new", "password"})
SEARCHES = frozenset({"q", "code"})
NOT_TYPED = frozenset({"hidden", "checkbox", "radio", "file", "date", "number", "submit"})
TOO_LONG = "Viết dài quá"


class Forms(HTMLParser):
    """The fields of each form that is sent, by the path it is sent to; of those typed in, how much they take."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, dict[str, None]] = {}
        self.typed: dict[tuple[str, str], str | None] = {}
        """`maxlength` by path and name of the field."""
        self.labels: dict[tuple[str, str], str] = {}
        self._path, self._label = "", ""
        self._said: dict[str, str] = {}
        self._fields: dict[str, None] = {}

    @override
    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag == "form":
            self._path = (said.get("action") or "").partition("?")[0]
            self._fields = self.found.setdefault(self._path, {}) if said.get("method") == "post" else {}
        elif tag == "label":
            self._label = said.get("for") or ""
        elif tag in ("input", "textarea", "select", "button") and said.get("type") != "file":
            self._fields.update({str(said["name"]): None} if said.get("name") else {})
            if (
                tag in ("input", "textarea")
                and said.get("type") not in NOT_TYPED
                and not {"hidden", "readonly"} & said.keys()
            ):
                here = self._path, str(said["name"])
                self.typed[here] = said.get("maxlength")
                self.labels[here] = " ".join(self._said.pop(said.get("id") or "", "").split())

    @override
    def handle_data(self, data: str) -> None:
        if self._label:
            self._said[self._label] = self._said.get(self._label, "") + data

    @override
    def handle_endtag(self, tag: str) -> None:
        self._label = "" if tag == "label" else self._label


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


async def every_form(client: httpx.AsyncClient, parts: Parts, code: str) -> Forms:
    """The forms of all pages of the desk."""
    forms = Forms()
    for way in (path for ways in paths(parts, "GET", code).values() for path in ways):
        if not way.endswith("/events"):
            forms.feed((await client.get(way)).text)
    return forms


async def fields_of(client: httpx.AsyncClient, parts: Parts, code: str) -> Mapping[str, Sequence[str]]:
    """The fields of every form of the desk, by path; where no page shows the form now, all that any form has."""
    forms = await every_form(client, parts, code)
    seen = dict.fromkeys(field for fields in forms.found.values() for field in fields)
    everything = [field for field in seen if field not in NOT_SHOWN]
    ways = (path for ways in paths(parts, "POST", code).values() for path in ways[:6])
    return {path: list(forms.found.get(path) or everything) for path in ways}


@pytest.mark.slow
async def test_no_field_is_too_long_for_the_server(site: Site) -> None:
    code = await fill(site)
    async with signed_in(site) as client:
        forms, shows = await fields_of(client, site.parts, code), await proof(client)
        assert {"text", "mon", "days_off", "groups", "name", "id", "said"} <= {f for fs in forms.values() for f in fs}
        hidden, written = {"proof": shows, "id": "0" * 16}, {kind: quote_plus(value) for kind, value in VALUES.items()}
        for (path, fields), (kind, value) in product(forms.items(), VALUES.items()):
            for field in fields:
                began = process_time()
                others = urlencode({name: text for name, text in hidden.items() if name != field})
                sent = f"{others}&{quote_plus(field)}={written[kind]}"
                answer = await client.post(path, content=sent, headers=PAGE | FORM)
                where = f"{path} {field} {kind}: {answer.status_code}"
                assert process_time() - began < CPU_SECONDS, where
                if path in ("/desk/sign-in", "/desk/in/aaaa"):
                    assert answer.status_code in (401, 429), where
                    continue
                assert 400 <= answer.status_code < 500, where
                assert answer.headers["content-type"].startswith("text/html"), where
                assert "<h1>" in answer.text or '<h1 id="refused">' in answer.text, where
                assert field in NOT_SHOWN or value in answer.text or answer.status_code == 400, where


async def test_a_field_takes_what_its_page_says_and_one_more_comes_back_under_its_label(site: Site) -> None:
    code = await fill(site)
    async with signed_in(site) as client:
        forms, shows = await every_form(client, site.parts, code), await proof(client)
        assert {"text", "mon", "days_off", "groups", "name", "id", "add", "said", "alt", "q"} <= {
            field for _, field in forms.typed
        }
        for (path, field), most in forms.typed.items():
            where = f"{path} {field} takes {most}"
            assert most is not None, where
            fits, over = "x" * int(most), "x" * (int(most) + 1)
            if field in SEARCHES:
                found = (await client.get(path, params={field: over})).text
                assert f'value="{fits}"' in found.lower(), where
            elif field in SECRETS:
                assert (is_fit(fits), is_fit(over)) == (True, False), where
            else:
                others = {name: f"also {name}" for name in forms.found[path] if name not in NOT_SHOWN | {field, "id"}}
                sent = {"proof": shows, "id": "0" * 16, **others}
                taken = await client.post(path, data=sent | {field: fits}, headers=PAGE)
                assert TOO_LONG not in taken.text, where
                refused = await client.post(path, data=sent | {field: over}, headers=PAGE)
                assert refused.status_code == 422, where
                again = Forms()
                again.feed(refused.text)
                label = again.labels[path, field]
                assert label == "Lời bạn viết" or label.lower() == forms.labels[path, field].lower(), where
                assert f"nhiều nhất {most}" in refused.text, where
                assert over in refused.text, where
                assert not [name for name, text in others.items() if f'value="{text}"' not in refused.text], where


async def test_the_name_and_the_password_that_sign_in_take_what_their_page_says(site: Site) -> None:
    await join(site, "h" * LONGEST_ID, "Hoa", TEAM, password="p" * LONGEST)
    async with site.client() as client:
        forms = Forms()
        forms.feed((await client.get("/desk")).text)
        assert {field: most for (_, field), most in forms.typed.items()} == {
            "username": str(LONGEST_ID),
            "password": str(LONGEST),
        }
        long = await sign_in(client, name="h" * (LONGEST_ID + 1), password="p" * LONGEST)
        assert long.status_code == 401
        assert "h" * (LONGEST_ID + 1) in long.text
        assert (await sign_in(client, name="h" * LONGEST_ID, password="p" * (LONGEST + 1))).status_code == 401
        assert (await sign_in(client, name="h" * LONGEST_ID, password="p" * LONGEST)).status_code == 303
