"""What works for whom while one of three nodes of a cluster is dead or frozen, on workers from before and new ones."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count

import httpx
import pytest

from api.app import create_app
from api.chat.routes import Tokens
from bot.clock import SystemClock
from bot.desk.authentication import Accounts
from bot.desk.desk_sessions import DeskSessions
from bot.desk.roster import Volunteer
from bot.errors import StoreDown
from bot.model import Chat, Duty, Place, Session, Turn
from bot.ports.tables import NAMES, WEB_TOKENS
from bot.store import keys
from bot.store.redis import RedisStore
from tests.contracts.desk_site import OTHER_TEAM, PASSWORD, QUICK, TEAM, on_telegram, send, sign_in
from tests.contracts.servers import Cluster, Server
from tests.contracts.stores import asked, save, wipe
from tests.contracts.test_cluster_requests import NODES, asks_for_a_person, newcomers, without
from tests.contracts.web_site import Site, serving
from tests.emulators.telegram import TelegramEmulator
from tests.emulators.telegram_people import Person
from tests.patience import until
from tests.setting import content, parts_of

_numbers = count(1)
BUSY = "Hệ thống đang bận"


@pytest.fixture
async def one(halves: Cluster) -> AsyncIterator[RedisStore]:
    store = RedisStore(halves.url, "one")
    yield store
    await store.close()


@pytest.mark.parametrize("how", ["dead", "frozen"])
@pytest.mark.parametrize("number", NODES)
async def test_a_new_worker_knows_the_secret_keys_without_one_node(
    halves: Cluster, one: RedisStore, number: int, how: str
) -> None:
    before = [await one.secret(name, b"made first") for name in NAMES]
    token = await Tokens(one).issue()
    with without(halves, halves.nodes[number], how):
        late = RedisStore(halves.url, f"late-{next(_numbers)}")
        assert [await late.secret(name, b"another") for name in NAMES] == before
        assert await Tokens(late).chat(token)
        assert await Tokens(one).chat(await Tokens(late).issue())
        await late.close()


async def test_a_key_of_an_earlier_release_gets_its_copies_when_it_is_read(halves: Cluster, one: RedisStore) -> None:
    wipe(halves.url)
    place = keys.small_value(WEB_TOKENS)
    await one.remember(WEB_TOKENS, b"from before")
    assert await one.secret(WEB_TOKENS, b"another") == b"from before"
    with without(halves, halves.holder(place), "dead"):
        late = RedisStore(halves.url, "late")
        assert await late.secret(WEB_TOKENS, b"another") == b"from before"
        await late.close()


async def test_no_second_key_is_made_while_a_node_that_may_hold_one_is_gone(halves: Cluster, one: RedisStore) -> None:
    wipe(halves.url)
    await one.remember(WEB_TOKENS, b"from before")
    late = RedisStore(halves.url, "late")
    with without(halves, halves.holder(keys.small_value(WEB_TOKENS)), "dead"), pytest.raises(StoreDown):
        await late.secret(WEB_TOKENS, b"another")
    assert await late.secret(WEB_TOKENS, b"another") == b"from before"
    await late.close()


async def test_who_was_signed_in_stays_so_and_nobody_else(halves: Cluster, one: RedisStore) -> None:
    """A worker that looked a moment ago: a session that had ended before is not there again."""
    wipe(halves.url)
    clock, two = SystemClock(), RedisStore(halves.url, "two")
    mine, other = DeskSessions(one, clock), DeskSessions(two, clock)
    here, ended = await mine.begin("hoa", "volunteer", ""), await mine.begin("hoa", "volunteer", "")
    await other.refresh()
    await mine.end(ended)
    await other.refresh()
    with without(halves, halves.holder(keys.table("people")), "dead"):
        session = await other.find(here)
        assert session is not None
        assert session.whom == "hoa"
        for token in (ended, "never-given"):
            with pytest.raises(StoreDown):
                await other.find(token)
    await two.close()


def chat_of(person: Person) -> Chat:
    return Chat("telegram", str(person.record.id), str(person.record.id))


class Ward:
    """A ward with a volunteer, and residents whose conversations live on the `node` that will be gone, or elsewhere."""

    def __init__(self, cluster: Cluster, node: Server, telegram: TelegramEmulator) -> None:
        self.cluster, self.node, self.telegram = cluster, node, telegram
        self.polled_here, self.polled_there = self._person(there=False), self._person(there=True)
        self.here, self.there = chat_of(self._person(there=False)), chat_of(self._person(there=True))
        self.volunteer = chat_of(self._person(there=False))
        self.newcomers: list[Chat] = []
        self.codes: dict[Chat, str] = {}
        self.cookies = httpx.Cookies()

    def _person(self, *, there: bool) -> Person:
        while True:
            person = self.telegram.person()
            place = keys.partition_of(chat_of(person).key).ping
            if (self.cluster.holder(place) is self.node) == there:
                return person

    async def prepare(self, site: Site) -> None:
        """Both residents ask for a person, and Hoa signs in."""
        await site.parts.accounts.prepare(PASSWORD)
        hoa = Volunteer("hoa", "Hoa", "chi", teams=(TEAM, OTHER_TEAM), chats=(self.volunteer,))
        assert not await site.parts.people.add(hoa, "admin")
        await site.parts.accounts.set_password("hoa", PASSWORD)
        at_menu = Session(you="bac", consent="yes", place=Place("menu"))
        at_desk = Session(you="chi", consent="yes", place=Place("duty"), duty=Duty("hoa"))
        for chat, session in ((self.here, at_menu), (self.there, at_menu), (self.volunteer, at_desk)):
            await save(site.parts.store, chat, turn=Turn(session))
        self.newcomers = await newcomers(self.cluster, self.node)
        for chat in (self.here, self.there):
            self.codes[chat] = await asks_for_a_person(site.parts, chat)
        async with site.client(accept="text/html") as client:
            assert (await sign_in(client, name="hoa")).status_code == 303
            assert (await client.get("/desk")).status_code == 200
            self.cookies = client.cookies
        await site.parts.sessions.refresh()
        await site.parts.requests.refresh()

    def browser(self, site: Site) -> httpx.AsyncClient:
        """Hoa's."""
        client = site.client(accept="text/html")
        client.cookies = self.cookies
        return client


@asynccontextmanager
async def site(cluster: Cluster, telegram: TelegramEmulator) -> AsyncIterator[Site]:
    parts = parts_of(on_telegram(telegram), RedisStore(cluster.url, f"site-{next(_numbers)}"), content())
    parts.accounts = Accounts(parts.store, QUICK)
    async with serving(create_app(parts)) as (address, server):
        yield Site(address, parts, server)


async def residents_are_helped(ward: Ward, site: Site) -> None:
    """Guides, web chats, webhooks, asking for a person: for all whose own node is there; others are told in time."""
    async with site.client() as client:
        assert (await client.get("/g/vneid-may-moi")).status_code == 200
        assert (await client.get("/readyz")).status_code == 200
        assert "toso_store_up 1.0" in (await client.get("/metrics")).text
        answers = [await first_word(client) for _ in range(16)]
        while (
            len(answers) < 160 and len({answer.status_code for answer in answers}) < 2
        ):  # each is in a place by chance
            answers.append(await first_word(client))
        assert {answer.status_code for answer in answers} == {200, 503}
        refused = [answer.json()["error"] for answer in answers if answer.status_code == 503]
        assert all(error["message"].startswith(BUSY) for error in refused)
    for _ in range(2):
        assert await asks_for_a_person(site.parts, ward.newcomers.pop())
    assert await told(site, ward.here, "menu") == 200
    late = asyncio.create_task(asyncio.sleep(3))
    assert await told(site, ward.there, "menu") == 503
    assert late.cancel(), "it took three seconds"


async def first_word(client: httpx.AsyncClient) -> httpx.Response:
    token = (await client.post("/api/chat")).json()["conversation"]
    return await client.post(f"/api/chat/{token}", json={"id": "1", "text": "chào"})


async def told(site: Site, chat: Chat, text: str) -> int:
    """What Telegram is answered when it sends somebody's words."""
    number = next(_numbers)
    who = {"id": int(chat.person), "is_bot": False, "first_name": "Tư"}
    message = {"message_id": number, "date": int(time.time()), "chat": {"id": int(chat.chat), "type": "private"}}
    async with site.client(**{"x-telegram-bot-api-secret-token": "s"}) as client:
        body = {"update_id": number, "message": {**message, "from": who, "text": text}}
        return (await client.post("/webhooks/telegram", json=body)).status_code


async def volunteers_help(ward: Ward, site: Site) -> None:
    """In their chat and at the desk, with the requests whose node is there; a page of another says so, and waits."""
    here, there = ward.codes[ward.here], ward.codes[ward.there]
    assert await told(site, ward.volunteer, f"nhận {here}") == 200
    assert (await site.parts.store.escalation(here) or asked(ward.here)).holder == "hoa"
    async with ward.browser(site) as hoa:
        desk = await hoa.get("/desk")
        assert desk.status_code == 200
        assert 'id="partial"' in desk.text
        assert (await hoa.get(f"/desk/requests/{here}")).status_code == 200
        assert (await send(hoa, f"/desk/requests/{here}/note", text="gọi lại")).status_code == 303
        away = await hoa.get(f"/desk/requests/{there}")
        assert (away.status_code, BUSY in away.text) == (503, True)
        assert (await send(hoa, f"/desk/requests/{there}/note", text="gọi lại")).status_code == 503


async def nobody_is_let_in(ward: Ward, site: Site) -> None:
    """A worker that started without the node of accounts knows nobody: it says so in plain words."""
    async with ward.browser(site) as hoa:
        page = await hoa.get("/desk")
        assert (page.status_code, BUSY in page.text) == (503, True)


async def signing_in(site: Site) -> int:
    async with site.client(accept="text/html") as client:
        answer = await sign_in(client, name="hoa")
        assert answer.status_code == 303 or BUSY in answer.text
        return answer.status_code


@pytest.mark.slow
@pytest.mark.parametrize("how", ["dead", "frozen"])
@pytest.mark.parametrize("number", NODES)
async def test_what_holds_without_one_node(
    halves: Cluster, telegram: TelegramEmulator, monkeypatch: pytest.MonkeyPatch, number: int, how: str
) -> None:
    monkeypatch.setattr("bot.channel_registry.BEAT_SECONDS", 0.2)
    wipe(halves.url)
    node = halves.nodes[number]
    knows_people = halves.holder(keys.table("people")) is node
    knows_password = halves.holder(keys.small_value("password-hoa")) is node
    ward = Ward(halves, node, telegram)
    async with site(halves, telegram) as old:
        await ward.prepare(old)
        with without(halves, node, how):
            await ward.polled_there.says("chào", wait=False)
            await ward.polled_here.says("chào", wait=False)
            await ward.polled_here.has(1)
            async with site(halves, telegram) as new:
                for worker in (old, new):
                    await residents_are_helped(ward, worker)
                    if worker is old or not knows_people:
                        await volunteers_help(ward, worker)
                    else:
                        await nobody_is_let_in(ward, worker)
                    assert await signing_in(worker) == (503 if knows_people or knows_password else 303)
            assert not ward.polled_there.sees
        await ward.polled_there.has(1)

        async def back() -> bool:
            """Each thing for itself: they are read on several connections."""
            return await told(old, ward.there, "menu") == 200 and await signing_in(old) == 303

        await until(back)
