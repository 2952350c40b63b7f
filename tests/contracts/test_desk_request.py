"""The page of one request: what was said, and where its resident is."""

import html
import re
from collections.abc import Sequence

import httpx

from bot.model import Incoming
from tests.contracts.desk_site import (
    GUIDE,
    do,
    request_of,
    session_of,
)
from tests.contracts.test_desk import words
from tests.contracts.web_site import Site


async def read(client: httpx.AsyncClient, code: str) -> str:
    """The page, as it is read."""
    page = await client.get(f"/desk/requests/{code}")
    assert page.status_code == 200
    return words(page.text)


async def heard(site: Site, code: str) -> list[tuple[str, str]]:
    """What the resident's device got: who speaks, and what they say."""
    chat = (await request_of(site, code)).chat
    log = await site.parts.store.read_log(chat, 0)
    found = [re.search(rb'"text":"(.*?)","choices".*"from":"(.*?)"', entry.parcel) for entry in log]
    return [(one[2].decode(), one[1].decode()) for one in found if one]


def thread(page: str) -> Sequence[tuple[str, str]]:
    """The entries of a page: how each looks, and what it says."""
    found = re.search(r'<ol class="thread".*?</ol>', page, re.S)
    assert found
    return [(kind, words(text)) for kind, text in re.findall(r'<li id="e\d+" class="(\w+)">(.*?)</li>', found[0], re.S)]


async def test_closed_by_a_lead_it_ends_in_the_name_of_the_team(site: Site, held: str) -> None:
    """They spoke with Hoa; they never met Minh, who leads the team."""
    assert (await do(site, "close", held, "minh")).name == "done"
    last = (await heard(site, held))[-1][1]
    assert last.startswith(f"Tổ hỗ trợ Mẫu B (dữ liệu mẫu) xin khép lại yêu cầu {held} ở đây ạ.")
    assert "Minh" not in last


async def test_it_shows_the_step_as_its_resident_sees_it(site: Site, code: str, hoa: httpx.AsyncClient) -> None:
    shown = await read(hoa, code)
    voice = site.parts.words.voice("vi", "bac")
    asked = await request_of(site, code)
    guide = site.parts.library.version(asked.guide, asked.version)
    assert guide is not None
    says = guide.says("vi")
    step = says.steps[asked.step]
    name = asked.tried[0].split("/")[1]
    trouble = says.troubles.get(name) or site.parts.troubles[name]["vi"]
    for part in (
        "Đang ở bước 2/",
        says.title,
        " ".join(step.text.split()),
        f"Bước trước: {says.steps[guide.start].text}",
        f"{voice.say('choice.next_do')} → {says.steps[guide.steps[asked.step].next].text}",
        voice.say("choice.stuck"),
        f"Đã thử {trouble.label}",
        "“toi khong thay nut”",
        "gọi là bác",
        "Tổ dân phố Mẫu 4",
    ):
        assert voice.render(part) in shown, part
    assert f'href="/g/{GUIDE}?lang=vi"' in (await hoa.get(f"/desk/requests/{code}")).text


async def test_the_step_follows_the_resident(site: Site, code: str, hoa: httpx.AsyncClient) -> None:
    before = (await session_of(site, code)).run
    chat = (await request_of(site, code)).chat
    await site.parts.handle(Incoming("next", chat, text="tiep tuc"))
    await site.parts.handle(Incoming("on", chat, text="1"))
    after = (await session_of(site, code)).run
    assert before
    assert after
    assert after.step != before.step
    assert f"Đang ở bước {len(after.trail) + 1}/" in await read(hoa, code)


async def test_a_ready_made_reply_can_be_chosen_without_scripts(held: str, hoa: httpx.AsyncClient) -> None:
    page = (await hoa.get(f"/desk/requests/{held}")).text
    (link, text) = re.findall(r'<li><a href="(.*?)" data-text="(.*?)">', page)[-1]
    chosen = (await hoa.get(html.unescape(link))).text
    assert f">{text}</textarea>" in chosen


async def test_a_message_that_did_not_arrive_is_seen(site: Site, held: str, hoa: httpx.AsyncClient) -> None:
    chat = (await request_of(site, held)).chat
    await site.parts.handle(Incoming("undelivered:1", chat, "undelivered"))
    kind, text = thread((await hoa.get(f"/desk/requests/{held}")).text)[-1]
    assert (kind, "không tới được" in text) == ("wrong", True)
