"""The resident's page, its files, and the guides on paper."""

import json
import re
from collections.abc import AsyncIterator
from datetime import date
from urllib.parse import urljoin

import httpx
import pytest
import pytest_asyncio
from markupsafe import escape

from api.guides.pages import SCRIPT_WORDS
from api.guides.print_model import PrintedTrouble, Printer, paths
from api.middleware import SECURITY_HEADERS, WITH_MICROPHONE
from bot.content.guide import Checked, Guide, Step, StepWords, TroubleWords, Words
from bot.loading import read_words
from bot.model import replace
from bot.nlu.commands import COMMANDS
from bot.nlu.normalise import fold
from tests.contracts.web_site import Site, running

pytestmark = pytest.mark.installs

FIRST_LOAD_LIMIT = 60_000


@pytest_asyncio.fixture
async def site() -> AsyncIterator[Site]:
    async with running() as it:
        yield it


@pytest_asyncio.fixture
async def client(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    async with site.client(**{"accept-encoding": "identity"}) as it:
        yield it


async def test_the_page_is_light_and_complete(client: httpx.AsyncClient) -> None:
    page = await client.get("/")
    files = re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text)
    size = len(page.content)
    for file in files:
        answer = await client.get(file)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        size += len(answer.content)
    assert len(files) >= 4
    assert size <= FIRST_LOAD_LIMIT


async def test_the_page_carries_the_security_headers(site: Site, client: httpx.AsyncClient) -> None:
    for path in ("/", "/g/nothing", "/api/nothing", "/healthz"):
        answer = await client.get(path)
        for name, value in SECURITY_HEADERS.items():
            speaks = site.parts.hears and (path, name) == ("/", b"permissions-policy")
            wanted = WITH_MICROPHONE if speaks else value.decode()
            assert answer.headers[name.decode()] == wanted, path
    assert (await client.get("/")).headers["cache-control"] == "no-store"


async def test_nothing_on_the_page_needs_inline_code(client: httpx.AsyncClient) -> None:
    text = (await client.get("/")).text
    assert re.search(r"\son\w+=|\sstyle=|<style", text) is None
    assert re.findall(r"<script(?![^>]*\bsrc=)([^>]*)>", text) == [' type="application/json" id="words"']


@pytest.mark.parametrize(("query", "lang"), [("", "vi"), ("?lang=en", "en"), ("?lang=xx", "vi"), ("?guide=a", "vi")])
async def test_the_page_speaks_vietnamese_unless_asked(client: httpx.AsyncClient, query: str, lang: str) -> None:
    assert f'<html lang="{lang}">' in (await client.get(f"/{query}")).text


async def test_without_scripts_there_is_a_number_to_call(site: Site, client: httpx.AsyncClient) -> None:
    text = (await client.get("/")).text
    noscript = text[text.index("<noscript>") : text.index("</noscript>")]
    assert site.parts.ward.hotline in noscript


async def test_the_script_finds_every_word_it_says(site: Site, client: httpx.AsyncClient) -> None:
    page = (await client.get("/")).text
    said = set(re.findall(r'\bdata-(?:say|label)="(\w+)"', page))
    (first,) = re.findall(r'src="(/static/[^"]+\.js)"', page)
    scripts = {"./" + first.rsplit("/", 1)[1]}
    for name in (waiting := list(scripts)):
        text = (await client.get(urljoin(first, name))).text
        for call in re.findall(r"\bword\(([^)]+)\)", text):
            said.update(re.findall(r'"(\w+)"', call))
        imported = set(re.findall(r'(?:from |import\()"(\./\w+\.js)"', text)) - scripts
        scripts |= imported
        waiting += imported
    assert {"./outbox.js", "./voice.js"} < scripts
    spoken = {word for word in SCRIPT_WORDS if word.startswith("voice")}
    assert said <= set(SCRIPT_WORDS)
    assert set(SCRIPT_WORDS) - said <= (set() if site.parts.hears else spoken)


async def test_the_page_has_its_words_in_every_language(site: Site, client: httpx.AsyncClient) -> None:
    for lang, other in (("vi", "en"), ("en", "vi")):
        page = (await client.get(f"/?lang={lang}")).text
        words = json.loads(re.findall(r'id="words">(.+)</script>', page)[0])
        assert set(words) == set(site.parts.words.languages)
        for name in re.findall(r'data-(?:say|label)="(\w+)"', page):
            assert words[lang][name] in page
        assert f'<p><a href="/?lang={other}"' in page
        assert f'<p hidden><a href="/?lang={lang}"' in page


def test_the_name_of_a_language_changes_to_it(site: Site) -> None:
    voice = site.parts.words.voice("vi")
    assert COMMANDS[fold(voice.say("web.language.en"))] == "english"
    assert COMMANDS[fold(voice.say("web.language.vi"))] == "vietnamese"


async def test_files_are_packed_and_survive_an_update(client: httpx.AsyncClient) -> None:
    path = re.findall(r'"(/static/[^"]+\.css)"', (await client.get("/")).text)[0]
    plain = await client.get(path)
    packed = await client.get(path, headers={"accept-encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.text == plain.text
    old = await client.get("/static/0123456789ab/" + path.rsplit("/", 1)[1])
    assert (old.text, old.headers["cache-control"]) == (plain.text, "no-cache")


async def test_every_guide_prints_in_every_language(site: Site, client: httpx.AsyncClient) -> None:
    guides = site.parts.library.all()
    assert guides
    for guide in guides:
        for lang in guide.words:
            answer = await client.get(f"/g/{guide.id}?lang={lang}")
            assert answer.status_code == 200
            assert f"<h1>{escape(guide.says(lang).title)}</h1>" in answer.text
            assert f"{site.address}/?guide={guide.id}" in answer.text
            assert "<svg" in answer.text
            assert "{{" not in answer.text
            assert answer.text.count("<li>\n") == len(guide.steps)


async def test_what_to_bring_is_printed_as_a_list_to_tick(client: httpx.AsyncClient) -> None:
    for lang, title, line in (("vi", "Cần mang", "Thẻ căn cước của cả hai người"), ("en", "What to bring", "of both")):
        page = (await client.get(f"/g/ket-hon?lang={lang}")).text
        assert line in page.partition(f"<h2>{title}</h2>")[2].partition("</section>")[0]
    assert 'class="bring"' not in (await client.get("/g/lua-dao")).text


async def test_the_sheets_of_a_guide_are_named_on_its_page_and_lead_to_each_other(client: httpx.AsyncClient) -> None:
    for lang, title, other in (
        ("vi", "Tờ 1: Cháy, xì gas, đuối nước", "tờ\u00a02"),
        ("en", "Sheet 1: Fire", "sheet\u00a02"),
    ):
        assert title in (await client.get(f"/g/cap-cuu?lang={lang}")).text
        sheet = (await client.get(f"/g/cap-cuu/fire?lang={lang}")).text
        assert f"<h1>{title}" in sheet
        assert f'<a href="/g/cap-cuu/medical?lang={lang}">{other}</a>' in sheet
        assert '<a class="tel" href="tel:114">114</a>' in sheet


async def test_a_sheet_that_is_not_there_is_said_so(client: httpx.AsyncClient) -> None:
    for path in ("/g/cap-cuu/fire_out", "/g/cap-cuu/now", "/g/khong-co/fire"):
        assert (await client.get(path)).status_code == 404


async def test_a_guide_that_is_not_there_is_a_page_in_vietnamese(client: httpx.AsyncClient) -> None:
    answer = await client.get("/g/khong-co")
    assert answer.status_code == 404
    assert "Không có hướng dẫn này." in answer.text


def branching() -> Guide:
    """Two questions; one branch comes back to the main path, one ends with a person."""
    steps = {
        "first": Step("say", choices={"yes": "second", "no": "other"}),
        "second": Step(next="last", trouble=("slow",)),
        "last": Step(end="done"),
        "other": Step("say", choices={"here": "back", "away": "person"}),
        "back": Step(next="second", trouble=("slow",)),
    }
    labels = {"first": {"yes": "Có", "no": "Không"}, "other": {"here": "Ở đây", "away": "Ở xa"}}
    words = {name: StepWords(f"Việc {name}", "", labels.get(name, {})) for name in steps}
    troubles = {"slow": TroubleWords("Chậm", "Cứ chờ.")}
    return Guide(
        id="thu",
        version=1,
        topic="thu",
        start="first",
        steps=steps,
        words={"vi": Words("Thử", words, troubles=troubles)},
        checked=Checked("demo", date(2026, 11, 24)),
        review_by=date(2027, 2, 24),
    )


def test_the_main_path_comes_first_and_branches_follow() -> None:
    assert paths(branching()) == [("", ["first", "second", "last"]), ("first/no", ["other", "back"])]


def test_steps_on_paper_say_where_to_go_on(site: Site) -> None:
    voice = read_words(site.parts.content).voice("vi")
    main, branch = Printer(branching(), "vi", voice, {}, {}, site.parts.gallery).sections()
    assert [step.number for section in (main, branch) for step in section.steps] == [1, 2, 3, 4, 5]
    ways = [(way.label, way.where, way.step) for way in main.steps[0].ways]
    assert ways == [("Có", "bước\u00a02", 2), ("Không", "bước\u00a04", 4)]
    assert main.steps[1].troubles == (PrintedTrouble("Chậm", "Cứ chờ."),)
    assert branch.steps[1].troubles == (PrintedTrouble("Chậm", "bước\u00a02", 2),)  # said once on a sheet
    assert main.steps[1].ways == ()
    assert branch.title == "Nếu ở bước 1 là “Không”"
    assert [way.where for way in branch.steps[0].ways] == ["bước\u00a05", "nhờ\u00a0người\u00a0giúp"]
    assert [way.where for way in branch.steps[1].ways] == ["bước\u00a02"]


def test_what_follows_by_its_number_alone_is_said_too(site: Site) -> None:
    """A branch that is not on paper comes last; the one before it may lead to it."""
    guide = branching()
    last = Step("say", choices={"end": "person", "far": "far"})
    words = guide.words["vi"].steps | {
        "last": StepWords("Việc last", "", {"end": "Hết", "far": "Xa"}),
        "far": StepWords("Việc far", "", {}),
    }
    longer = replace(
        guide,
        steps={**guide.steps, "last": last, "far": Step(next="other")},
        words={"vi": replace(guide.words["vi"], steps=words)},
    )
    voice = read_words(site.parts.content).voice("vi")
    printer = Printer(longer, "vi", voice, {}, {}, site.parts.gallery)
    assert [section.title for section in printer.sections()][1:] == ["Nếu ở bước 1 là “Không”", "Nếu ở bước 3 là “Xa”"]
    printer.put_last([1])
    _, far, other = printer.sections()
    assert (far.steps[-1].number, other.steps[0].number) == (4, 5)
    assert [way.step for way in far.steps[-1].ways] == [5]
