"""Who may read and do what at the desk: every route, every role, whoever's the request is."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import get_args

import pytest
import pytest_asyncio

from bot.desk.roster import Role
from bot.model import Act, Chat, Escalation, State
from tests.contracts.desk_site import (
    OTHER_TEAM,
    TEAM,
    StoppedClock,
    do,
    join,
    request_of,
    running_desk,
    send,
    signed_in,
)
from tests.contracts.test_desk import put, request
from tests.contracts.web_site import Site

ROLES: tuple[Role, ...] = get_args(Role)
ACTS: tuple[Act, ...] = get_args(Act)
KINDS: Mapping[str, tuple[str, State, str]] = {
    "ours": (TEAM, "waiting", ""),
    "theirs": (OTHER_TEAM, "waiting", ""),
    "mine": (TEAM, "held", "me"),
    "mine elsewhere": (OTHER_TEAM, "held", "me"),
    "a colleague's": (TEAM, "held", "lan"),
    "a stranger's": (OTHER_TEAM, "held", "tam"),
    "done by a colleague": (TEAM, "closed", "lan"),
    "done by me": (TEAM, "closed", "me"),
    "done elsewhere": (OTHER_TEAM, "closed", "tam"),
}
"""A request's team, state and holder, as somebody of TEAM looks at it."""
READS: Mapping[Role, set[str]] = {
    "volunteer": {"ours", "mine", "mine elsewhere", "done by me"},
    "lead": {"ours", "mine", "mine elsewhere", "a colleague's", "done by a colleague", "done by me"},
    "admin": set(KINDS),
}
KNOWS_OF = {"ours", "mine", "mine elsewhere", "a colleague's", "done by a colleague", "done by me"}
"""Of requests of their own team volunteers may hear who has them, and nothing more."""


@pytest_asyncio.fixture
async def site(clock: StoppedClock) -> AsyncIterator[Site]:
    async with running_desk(clock) as it:
        await join(it, "lan", "Lan", TEAM, password="")
        await join(it, "tam", "Tâm", OTHER_TEAM, password="")
        yield it


async def opened(site: Site, clock: StoppedClock, kind: str, number: int = 0) -> str:
    """A request of this kind, with words in it that only those who may read it should see."""
    team, state, holder = KINDS[kind]
    name = f"{kind.encode().hex()}{number}"
    chat = Chat("web", name, name)
    return await put(site, request(clock, chat, team=team, state=state, holder=holder, lines=("chuyện riêng",)))


def fields(act: Act) -> Mapping[str, str]:
    """What a form of this kind would say."""
    to = {"assign": "lan", "transfer": f"team:{TEAM}"}.get(act, "")
    return {"text": "Bác chờ cháu nhé.", "to": to}


@pytest.mark.parametrize("role", ROLES)
async def test_a_request_is_read_by_those_it_is_for(site: Site, clock: StoppedClock, role: Role) -> None:
    await join(site, "me", "Mai", TEAM, role=role, password="")
    async with signed_in(site, "me") as me:
        for kind in KINDS:
            code = await opened(site, clock, kind)
            page = await me.get(f"/desk/requests/{code}")
            assert page.status_code == (200 if kind in READS[role] else 404), kind
            assert ("chuyện riêng" in page.text) == (kind in READS[role]), kind
            found = await me.get("/desk", params={"code": code})
            assert found.status_code == (303 if kind in READS[role] else 200), kind
            if kind not in READS[role]:
                assert "chuyện riêng" not in found.text
                assert (await me.get("/desk/events", params={"code": code})).status_code == 404


@pytest.mark.parametrize("role", ROLES)
async def test_nothing_is_done_to_what_is_not_theirs(site: Site, clock: StoppedClock, role: Role) -> None:
    await join(site, "me", "Mai", TEAM, role=role, password="")
    async with signed_in(site, "me") as me:
        for kind in KINDS.keys() - READS[role]:
            code = await opened(site, clock, kind)
            before = await request_of(site, code)
            for act in ACTS:
                answer = await send(me, f"/desk/requests/{code}/{act}", **fields(act))
                assert answer.status_code in ((404, 403, 409) if kind in KNOWS_OF else (404,)), (kind, act)
                assert "chuyện riêng" not in answer.text
                assert await request_of(site, code) == before, (kind, act)
            assert not [said for _, said in await site.parts.store.thread(code) if said.by == "me"]


@pytest.mark.parametrize(("lang", "words", "back"), [
    ("", "Không thấy yêu cầu này. Có thể yêu cầu đã xong, hoặc người khác đang giúp.", "Về bàn trực"),
    ("en", "This request is not here. It may be done, or others are helping.", "Back to the desk"),
])  # fmt: skip
async def test_whoever_sends_a_form_to_what_is_not_theirs_reads_a_page_with_a_way_back(
    site: Site, clock: StoppedClock, lang: str, words: str, back: str
) -> None:
    """Whatever their browser says that it wants, and the same of a code that was never given."""
    await join(site, "me", "Mai", TEAM, password="")
    async with signed_in(site, "me") as me:
        for code in (await opened(site, clock, "theirs"), "A0000"):
            for act in ("reply", "suggest", "again"):
                answer = await send(me, f"/desk/requests/{code}/{act}?lang={lang}", text="Bác ơi")
                assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8"), act
                assert words in answer.text, act
                assert f'href="/desk?lang={lang or "vi"}">{back}<' in answer.text, act


async def test_a_volunteer_does_not_do_what_leads_do(site: Site, clock: StoppedClock) -> None:
    await join(site, "me", "Mai", TEAM, password="")
    async with signed_in(site, "me") as me:
        acts: Sequence[Act] = ("assign", "transfer", "close", "reply", "photo", "step", "release")
        for number, act in enumerate(acts):
            code = await opened(site, clock, "ours", number)
            before = await request_of(site, code)
            assert (await send(me, f"/desk/requests/{code}/{act}", **fields(act))).status_code in (403, 409)
            assert await request_of(site, code) == before, act


async def test_a_guessed_code_is_nothing(site: Site) -> None:
    async with signed_in(site) as admin:
        for code in ("A0000", "a0000", "Z1", "A 0000", "x" * 40, "💥"):
            assert (await admin.get(f"/desk/requests/{code}")).status_code == 404, code
            assert (await admin.get("/desk/events", params={"code": code})).status_code == 404, code
            for act in ACTS:
                answer = await send(admin, f"/desk/requests/{code}/{act}", **fields(act))
                assert answer.status_code == 404, (code, act)


async def test_who_is_not_signed_in_gets_nothing(site: Site, clock: StoppedClock) -> None:
    code = await opened(site, clock, "ours")
    async with site.client() as nobody:
        for path in ("/desk", f"/desk/requests/{code}", "/desk/record"):
            page = await nobody.get(path)
            assert 'id="password"' in page.text
            none = await nobody.get(path.replace(code, "A0000"))
            assert page.text.replace(code, "A0000") == none.text, "it tells which requests there are"
        assert (await nobody.get("/desk/events")).status_code == 401
        for act in (*ACTS, "suggest"):
            answer = await nobody.post(f"/desk/requests/{code}/{act}", data={"id": "0" * 16, "text": "a"})
            assert answer.status_code == 401, act


async def test_a_form_of_another_visit_or_site_is_refused(site: Site, clock: StoppedClock) -> None:
    code = await opened(site, clock, "ours")
    form = {"id": "0" * 16, "text": "Bác ơi"}
    async with signed_in(site) as admin:
        for act in (*ACTS, "suggest"):
            path = f"/desk/requests/{code}/{act}"
            for proof in ("", "0" * 64):
                assert (await admin.post(path, data=form | {"proof": proof})).status_code == 403, act
            foreign = await admin.post(path, data=form, headers={"origin": "https://elsewhere.example"})
            assert foreign.status_code == 403, act
    assert (await request_of(site, code)).state == "waiting"


async def test_nobody_works_on_their_own_request(site: Site, clock: StoppedClock) -> None:
    await join(site, "me", "Mai", TEAM, password="")
    chat = Chat("web", "own", "own")
    link = await site.parts.people.chat_code("me")
    assert await site.parts.people.link(link, chat, group=False) == "me"
    code = await put(site, Escalation(code=request(clock, chat).code, chat=chat, opened_at=1, team=TEAM))
    async with signed_in(site, "me") as me:
        answer = await send(me, f"/desk/requests/{code}/take")
        assert (answer.status_code, "yêu cầu của chính bạn" in answer.text) == (403, True)
    assert (await request_of(site, code)).state == "waiting"


@pytest.mark.parametrize("act", ["assign", "transfer"])
async def test_it_is_given_to_nobody_of_another_team_and_not_to_its_resident(
    site: Site, clock: StoppedClock, act: Act
) -> None:
    await join(site, "mai", "Mai", TEAM, password="")
    chat = Chat("web", "hers", "hers")
    await site.parts.people.link(await site.parts.people.chat_code("mai"), chat, group=False)
    opened = request(clock, chat, team=TEAM, state="held", holder="lan")
    code = await put(site, opened)
    for to in ("tam", "mai", "nobody"):
        verdict = await do(site, act, code, "admin", to=to)
        assert (verdict.name, (await request_of(site, code)).holder) == ("unknown", "lan"), to


@pytest.mark.parametrize("role", ROLES)
async def test_the_record_is_for_leads_and_admins(site: Site, role: Role) -> None:
    await join(site, "me", "Mai", TEAM, role=role, password="")
    async with signed_in(site, "me") as me:
        page = await me.get("/desk/record")
        assert page.status_code == (404 if role == "volunteer" else 200)
        assert ("Người trực thêm Tâm" in page.text) == (role == "admin")
        assert ("Người trực thêm Lan" in page.text) == (role != "volunteer")


async def test_nobody_puts_words_of_their_own_into_the_record(site: Site, clock: StoppedClock) -> None:
    code = await opened(site, clock, "ours")
    async with signed_in(site, "lan") as lan:
        taken = await send(lan, f"/desk/requests/{code}/take", to="tam")
        replied = await send(lan, f"/desk/requests/{code}/reply", text="Chào bác.", to=f"team:{OTHER_TEAM}")
    assert (taken.status_code, replied.status_code) == (303, 303)
    kept = [record for _, record in await site.parts.store.records(10) if record.code == code]
    assert [(record.act, record.about) for record in kept[:2]] == [("reply", ""), ("take", "")]
