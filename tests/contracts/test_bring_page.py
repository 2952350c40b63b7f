"""What to bring, as a page for whoever the list was passed on to."""

import re
from collections.abc import AsyncIterator
from html import unescape
from urllib.parse import unquote

import httpx
import pytest
import pytest_asyncio

from api.app import create_app
from bot.content.guide import LANGUAGES
from bot.engine.steps import things
from bot.settings import Settings
from bot.store.memory import MemoryStore
from tests.contracts.test_web_chat import device
from tests.contracts.web_site import DATA, Site, running, serving
from tests.setting import content, parts_of


@pytest_asyncio.fixture
async def site() -> AsyncIterator[Site]:
    async with running() as it:
        yield it


@pytest_asyncio.fixture
async def client(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    async with site.client() as it:
        yield it


def boxes(page: str) -> list[str]:
    return [unescape(each.strip()) for each in re.findall(r'<input type="checkbox">([^<]+)</label>', page)]


@pytest.mark.parametrize("page", ["/b/chung-thuc", "/g/chung-thuc"])
async def test_a_host_that_no_code_holds_is_refused(client: httpx.AsyncClient, page: str) -> None:
    answer = await client.get(page, headers={"host": "a" * 3000})
    assert (answer.status_code, "chung-thuc" in answer.text) == (400, False)


async def test_every_list_has_a_page_in_every_language(site: Site, client: httpx.AsyncClient) -> None:
    guides = [guide for guide in site.parts.library.all() if guide.says("vi").bring]
    assert len(guides) > 25
    for guide in guides:
        for lang in LANGUAGES:
            page = (await client.get(f"/b/{guide.id}?lang={lang}")).text
            voice = site.parts.words.voice(lang)
            assert boxes(page) == [voice.render(thing) for thing in things(guide, lang, [])]
            assert "{{" not in page
            assert site.parts.ward.hotline in page


async def test_answers_shorten_it_and_it_says_where_and_when(site: Site, client: httpx.AsyncClient) -> None:
    page = (await client.get("/b/chung-thuc?at=sign")).text
    assert boxes(page) == ["Chữ ký: thẻ căn cước và tờ giấy chưa ký"]
    assert site.parts.ward.office.says in page
    assert site.parts.ward.office.hours in page
    passed_on = unescape(re.findall(r'data-text="([^"]+)"', page)[0])
    assert passed_on.splitlines()[-1].endswith(f"{site.address}/b/chung-thuc?at=sign")
    assert unquote(re.findall(r'href="sms:\?&(?:amp;)?body=([^"]+)"', page)[0]) == passed_on


@pytest.mark.parametrize("asked", ["?at=%3Cscript%3E", "?at=" + "sign," * 2000, "?at=&lang=xx", "?other=1"])
async def test_strange_answers_make_no_strange_page(client: httpx.AsyncClient, asked: str) -> None:
    answer = await client.get(f"/b/chung-thuc{asked}")
    assert answer.status_code == 200
    assert "<script>" not in answer.text
    assert len(answer.text) < 20_000
    assert boxes(answer.text)


@pytest.mark.parametrize(
    ("guide", "said"), [("khong-co", "Không có hướng dẫn này."), ("lua-dao", "Không có trang này.")]
)
async def test_where_there_is_no_list_there_is_a_page_that_says_so(
    client: httpx.AsyncClient, guide: str, said: str
) -> None:
    answer = await client.get(f"/b/{guide}")
    assert answer.status_code == 404
    assert said in answer.text


async def test_the_chat_says_which_page_the_list_stands_on(site: Site) -> None:
    async with device(site) as phone:
        for text in ("/start chung-thuc", "1", "1", "3"):
            await phone.say(text)
        replies = await phone.say("gửi cho con")
    assert [reply.get("page") for reply in replies] == ["/b/chung-thuc?at=sign", None]
    assert replies[0]["choices"] == []


async def test_where_our_address_is_known_the_message_names_the_page_for_every_app() -> None:
    parts = parts_of(Settings(data_dir=DATA, public_url="https://phuong.example"), MemoryStore("list"), content())
    async with serving(create_app(parts)) as (address, server), device(Site(address, parts, server)) as phone:
        for text in ("/start chung-thuc", "1", "1", "3"):
            await phone.say(text)
        replies = await phone.say("gửi cho con")
    assert replies[0]["text"].endswith(" https://phuong.example/b/chung-thuc?at=sign")
