"""Whoever writes to us on Zalo while one of three nodes of a cluster is gone is answered: at once, or once it is back.

The emulators do as Zalo promises and no more: an event that was refused is never sent again.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import count

import pytest

from api.app import create_app
from bot.channels.zalo_oa.oauth import TABLE
from bot.model import Chat, Place, Session, Turn, replace
from bot.settings import Settings
from bot.store import keys
from bot.store.redis import RedisStore
from tests.contracts.servers import Cluster, Server
from tests.contracts.stores import save, wipe
from tests.contracts.test_cluster_requests import without
from tests.contracts.web_site import DATA, serving
from tests.contracts.zalo_oa_site import settings_for
from tests.emulators.zalo_bot import TOKEN, ZaloBotEmulator
from tests.emulators.zalo_bot_people import Person as BotPerson
from tests.emulators.zalo_oa import ZaloOaEmulator
from tests.emulators.zalo_oa_people import Person as OaPerson
from tests.patience import until
from tests.ports import free_port
from tests.setting import content, parts_of

Emulator = ZaloOaEmulator | ZaloBotEmulator
Person = OaPerson | BotPerson

_numbers = count(1)
SECRET = "a-secret-of-tests"
MENU, TEAMS = "Gặp người giúp", "tổ dân phố"
WRITTEN = ("user_send_text", "message.text.received")


@pytest.fixture(params=["zalo-oa", "zalo-bot"])
async def zalo(request: pytest.FixtureRequest) -> AsyncIterator[Emulator]:
    emulator = ZaloOaEmulator() if request.param == "zalo-oa" else ZaloBotEmulator()
    async with emulator as running:
        yield running


def name_of(zalo: Emulator) -> str:
    return "zalo-oa" if isinstance(zalo, ZaloOaEmulator) else "zalo-bot"


def settings_of(zalo: Emulator) -> Settings:
    """Those of all workers."""
    if isinstance(zalo, ZaloOaEmulator):
        return settings_for(zalo, 0)
    return Settings(zalo_bot_token=TOKEN, zalo_bot_secret=SECRET, zalo_bot_api=zalo.url, zalo_bot_chat_rate=0,
                    data_dir=DATA)  # fmt: skip


@asynccontextmanager
async def worker(cluster: Cluster, zalo: Emulator, settings: Settings) -> AsyncIterator[None]:
    """The app, to which Zalo sends from now on what people write."""
    port = free_port()
    here = replace(settings, public_url=f"http://127.0.0.1:{port}")
    parts = parts_of(here, RedisStore(cluster.url, f"worker-{next(_numbers)}"), content())
    async with serving(create_app(parts), port) as (address, _):
        hook = f"{address}/webhooks/{name_of(zalo)}"
        if isinstance(zalo, ZaloOaEmulator):
            assert await zalo.delivery.set_webhook(hook)
        else:
            await zalo.delivery.set_webhook({"url": hook, "secret_token": SECRET})
        yield


async def resident(cluster: Cluster, zalo: Emulator, node: Server, *, there: bool) -> Person:
    """Somebody at the menu whose conversation lives on this node, or on another."""
    while True:
        person: Person = zalo.person()
        chat = Chat(name_of(zalo), person.id, person.id)
        if (cluster.holder(keys.partition_of(chat.key).ping) is node) == there:
            break
    store = RedisStore(cluster.url, "before")
    await save(store, chat, turn=Turn(Session(you="bac", consent="yes", place=Place("menu"))))
    await store.close()
    return person


async def reads(person: Person, *words: str) -> None:
    """Wait until as many messages came as there are words, and they hold them, in order and none twice."""
    await until(lambda: len(person.sees) >= len(words), lambda: person.sees)
    texts = [seen.text for seen in person.sees]
    assert len(texts) == len(words), texts
    assert [word for word, text in zip(words, texts, strict=True) if word not in text] == [], texts


def statuses(zalo: Emulator) -> list[int]:
    """What was answered to what people wrote, in order."""
    return [attempt.status for attempt in zalo.delivery.attempts if attempt.event_name in WRITTEN]


@pytest.mark.slow
@pytest.mark.parametrize(("number", "how"), [(0, "dead"), (1, "frozen"), (2, "dead")])
async def test_nobody_who_writes_on_zalo_is_forgotten(halves: Cluster, zalo: Emulator, number: int, how: str) -> None:
    wipe(halves.url)
    node = halves.nodes[number]
    here, there = [await resident(halves, zalo, node, there=away) for away in (False, True)]
    has_tokens = name_of(zalo) == "zalo-oa" and halves.holder(keys.table(TABLE)) is node
    settings = settings_of(zalo)
    later = await resident(halves, zalo, node, there=True)
    async with AsyncExitStack() as workers:
        await workers.enter_async_context(worker(halves, zalo, settings))
        await here.says("menu")
        await reads(here, MENU)
        zalo.delivery.attempts.clear()
        with without(halves, node, how):
            for text in ("menu", "gặp người"):
                await there.says(text)
            await here.says("gặp người")
            await reads(here, MENU, TEAMS)
            assert statuses(zalo) == [503, 503, 200]
            await workers.enter_async_context(worker(halves, zalo, settings))
            await here.says("menu")
            await later.says("menu")
            assert statuses(zalo)[3:] == [200, 503]
            if not has_tokens:  # else the new worker cannot know them
                await reads(here, MENU, TEAMS, MENU)
            assert not there.sees
            assert not later.sees
        await reads(there, MENU, TEAMS)
        await reads(later, MENU)
        await reads(here, MENU, TEAMS, MENU)
