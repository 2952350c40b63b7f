"""A form that is refused gives back what was typed in it: nobody has to think of it a second time."""

import html
import re

import httpx
import pytest

from tests.contracts.desk_site import OTHER_TEAM, PASSWORD, do, send, signed_in
from tests.contracts.picture_desk import proof
from tests.contracts.web_site import Site

TYPED = "Bác thấy <nút> màu xanh không ạ?"


def unsent(page: str) -> list[str]:
    """What stands in the page to be copied."""
    return [html.unescape(text) for text in re.findall(r'<textarea id="unsent-\d+" rows="4" readonly>(.*?)<', page)]


async def test_of_a_session_that_ended(site: Site, held: str, hoa: httpx.AsyncClient) -> None:
    fields = {"proof": await proof(hoa), "id": "0" * 16, "text": TYPED}
    await site.parts.sessions.end_all("hoa")
    answer = await hoa.post(f"/desk/requests/{held}/reply", data=fields)
    assert answer.status_code == 401
    assert unsent(answer.text) == [TYPED]
    assert "Phiên đăng nhập đã hết." in answer.text


async def test_of_a_page_of_another_session(site: Site, held: str, hoa: httpx.AsyncClient) -> None:
    answer = await hoa.post(f"/desk/requests/{held}/reply", data={"proof": "0", "id": "0" * 16, "text": TYPED})
    assert (answer.status_code, unsent(answer.text)) == (403, [TYPED])


async def test_of_another_site_nothing_is_shown(site: Site, held: str, hoa: httpx.AsyncClient) -> None:
    """Who leads a browser here must not have their words on a page of ours."""
    fields, headers = {"proof": "0", "text": TYPED}, {"origin": "https://evil.example"}
    answer = await hoa.post(f"/desk/requests/{held}/reply", data=fields, headers=headers)
    assert (answer.status_code, unsent(answer.text)) == (403, [])
    assert "màu xanh" not in answer.text


async def test_of_a_request_that_somebody_else_has_now(site: Site, held: str, hoa: httpx.AsyncClient) -> None:
    await do(site, "assign", held, to="lan")
    answer = await send(hoa, f"/desk/requests/{held}/reply", text=TYPED)
    assert (answer.status_code, unsent(answer.text)) == (409, [TYPED])


async def test_of_a_request_that_another_team_has_now(site: Site, held: str, hoa: httpx.AsyncClient) -> None:
    await do(site, "transfer", held, to=f"team:{OTHER_TEAM}")
    answer = await send(hoa, f"/desk/requests/{held}/reply", text=TYPED)
    assert answer.status_code in (404, 409)
    assert unsent(answer.text) == [TYPED]


async def test_of_a_request_that_is_closed(site: Site, held: str, hoa: httpx.AsyncClient) -> None:
    await do(site, "close", held)
    answer = await send(hoa, f"/desk/requests/{held}/reply", text=TYPED)
    assert (answer.status_code, unsent(answer.text)) == (409, [TYPED])


async def test_of_a_request_that_is_not_there(site: Site, hoa: httpx.AsyncClient) -> None:
    answer = await send(hoa, "/desk/requests/A0000/reply", text=TYPED)
    assert (answer.status_code, unsent(answer.text)) == (404, [TYPED])


async def test_no_secret_is_ever_shown(site: Site) -> None:
    async with signed_in(site) as admin:
        fields = {"proof": "0", "name": "Hoa", "password": PASSWORD, "new": PASSWORD}
        answer = await admin.post("/desk/people", data=fields)
        assert answer.status_code == 403
        assert "Hoa" in unsent(answer.text)
        assert PASSWORD not in answer.text


async def test_who_signs_in_again_goes_on_at_the_request(site: Site, held: str) -> None:
    path = f"/desk/requests/{held}"
    async with site.client() as client:
        assert f'name="to" value="{path}"' in (await client.get(path)).text
        wrong = await client.post("/desk/sign-in", data={"username": "admin", "password": "x", "to": path})
        assert f'name="to" value="{path}"' in wrong.text
        right = await client.post("/desk/sign-in", data={"username": "admin", "password": PASSWORD, "to": path})
        assert right.headers["location"] == f"{path}?lang=vi"


@pytest.mark.parametrize(
    "to", ["//evil.example", "https://evil.example/desk", "/desk/requests/../x", "/desk/requests/"]
)
async def test_nobody_is_led_elsewhere(site: Site, to: str) -> None:
    async with site.client() as client:
        answer = await client.post("/desk/sign-in", data={"username": "admin", "password": PASSWORD, "to": to})
        assert answer.headers["location"] == "/desk?lang=vi"
