"""The account's tokens: one refresh for all, saved before it is used, and no loop when a human is needed."""

import asyncio
import logging
import signal
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from typing_extensions import override

from bot.channels.zalo_oa.oauth import (
    EARLY_MS,
    HANDED_MS,
    HTTP_SECONDS,
    LEASE_MS,
    TABLE,
    UNKNOWN_PAUSE_MS,
    ConsentNeeded,
    Pair,
    TokenRequests,
    Tokens,
)
from bot.errors import PlatformError, StoreDown
from bot.model import Record
from bot.ports.store import Beside, Store
from bot.store import keys
from bot.store.memory import MemoryStore
from bot.store.memory_data import Shared
from bot.store.redis import RedisStore
from tests.contracts.servers import Cluster, Server
from tests.contracts.stores import wipe
from tests.contracts.test_cluster_requests import without
from tests.contracts.zalo_oa_rig import MovedClock
from tests.emulators.zalo_oa import APP_ID, APP_SECRET, ZaloOaEmulator
from tests.emulators.zalo_oa_world import OaError
from tests.patience import until

DAY_MS = 25 * 3600 * 1000


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
async def zalo(clock: MovedClock) -> AsyncIterator[ZaloOaEmulator]:
    async with ZaloOaEmulator(clock=clock.seconds) as running:
        yield running


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as made:
        yield made


def tokens(
    zalo: ZaloOaEmulator,
    clock: MovedClock,
    session: aiohttp.ClientSession,
    store: Store | None = None,
    seed: str | None = None,
) -> Tokens:
    if seed is None:
        seed = zalo.oauth.issue()["refresh_token"]
    requests = TokenRequests(APP_ID, APP_SECRET, zalo.url, lambda: session)
    return Tokens(requests, seed, store or MemoryStore("one"), clock)


def good(zalo: ZaloOaEmulator, token: str) -> bool:
    try:
        zalo.oauth.check(token)
    except OaError:
        return False
    return True


async def test_the_seed_becomes_a_pair_and_the_pair_is_kept(
    zalo: ZaloOaEmulator, clock: MovedClock, session: aiohttp.ClientSession
) -> None:
    store, seed = MemoryStore("one"), zalo.oauth.issue()["refresh_token"]
    token = await tokens(zalo, clock, session, store, seed).get()
    assert good(zalo, token)
    again = tokens(zalo, clock, session, store, seed)
    assert await again.get() == token
    kept = await again.look()
    assert (kept.access, kept.previous, kept.refused) == (token, seed, "")
    assert kept.until_ms == clock.ms + 90_000_000
    assert zalo.oauth.refreshed == 1


@pytest.mark.parametrize("numeric", [False, True])
async def test_a_token_is_refreshed_hours_before_it_ends(
    zalo: ZaloOaEmulator, clock: MovedClock, session: aiohttp.ClientSession, *, numeric: bool
) -> None:
    zalo.oauth.numeric_expiry = zalo.oauth.tells_refresh_expiry = numeric
    made = tokens(zalo, clock, session)
    first = await made.get()
    clock.ms += DAY_MS - EARLY_MS - 1
    assert await made.get() == first
    clock.ms += 1
    second = await made.get()
    assert second != first
    assert good(zalo, second)
    assert zalo.oauth.refreshed == 2


async def _twenty(tokens: list[Tokens]) -> set[str]:
    return set(await asyncio.gather(*(each.get() for each in tokens for _ in range(10))))


async def test_twenty_at_once_in_two_workers_are_one_call(
    zalo: ZaloOaEmulator, clock: MovedClock, session: aiohttp.ClientSession
) -> None:
    shared, seed = Shared(), zalo.oauth.issue()["refresh_token"]
    both = [tokens(zalo, clock, session, MemoryStore(name, shared), seed) for name in ("one", "two")]
    zalo.fail_next("delay", method="access_token", seconds=0.3)
    assert len(await _twenty(both)) == 1
    assert (zalo.oauth.refreshed, zalo.oauth.refused) == (1, 0)


async def test_a_refresher_that_is_frozen_past_its_lease_loses_no_consent(
    zalo: ZaloOaEmulator, clock: MovedClock, session: aiohttp.ClientSession
) -> None:
    """Zalo took the refresh token and answers late: whoever takes over meanwhile does not present it again."""
    shared, seed = Shared(clock=clock), zalo.oauth.issue()["refresh_token"]
    frozen, other = (tokens(zalo, clock, session, MemoryStore(name, shared), seed) for name in ("one", "two"))
    zalo.fail_next("delay", method="access_token", seconds=0.5)
    waiting = asyncio.create_task(frozen.get())
    await until(lambda: zalo.oauth.refreshed == 1)
    clock.ms += LEASE_MS + 1
    with pytest.raises(PlatformError, match="its answer is not known yet"):
        await other.get()
    fresh = await waiting
    assert good(zalo, fresh)
    assert await other.get() == fresh
    assert not (await other.look()).refused
    assert (zalo.oauth.refreshed, zalo.oauth.refused) == (1, 0)


class Held(TokenRequests):
    """Its worker is frozen just before it presents the refresh token, until `thaw` is set."""

    thaw: asyncio.Event

    @override
    async def refreshed(self, refresh_token: str) -> Pair | str:
        await self.thaw.wait()
        return await super().refreshed(refresh_token)


async def test_a_refresher_that_wakes_late_overwrites_no_newer_grant(
    zalo: ZaloOaEmulator, clock: MovedClock, session: aiohttp.ClientSession
) -> None:
    shared, seed = Shared(clock=clock), zalo.oauth.issue()["refresh_token"]
    held = Held(APP_ID, APP_SECRET, zalo.url, lambda: session)
    held.thaw = asyncio.Event()
    frozen = Tokens(held, seed, MemoryStore("one", shared), clock)
    other = tokens(zalo, clock, session, MemoryStore("two", shared), seed)
    waiting = asyncio.create_task(frozen.get())
    await until(lambda: bool(shared.tables))
    clock.ms += HANDED_MS + 1
    fresh = await other.get()
    held.thaw.set()
    assert await waiting == fresh
    grant = await other.look()
    assert (grant.access, grant.refused) == (fresh, "")


async def test_a_refresher_that_is_frozen_before_it_asks_presents_no_used_token(
    zalo: ZaloOaEmulator, clock: MovedClock, session: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It noted that it presents the refresh token, and somebody else did meanwhile: Zalo would end the consent."""
    shared, seed = Shared(clock=clock), zalo.oauth.issue()["refresh_token"]
    stores = [MemoryStore(name, shared) for name in ("one", "two")]
    frozen, other = (tokens(zalo, clock, session, store, seed) for store in stores)
    await other.look()
    noted, thaw, put = asyncio.Event(), asyncio.Event(), stores[0].put

    async def freezing(*row: Any) -> bool:
        there = await put(*row)
        noted.set()
        await thaw.wait()
        return there

    monkeypatch.setattr(stores[0], "put", freezing)
    waiting = asyncio.create_task(frozen.get())
    await noted.wait()
    clock.ms += HANDED_MS + 1
    fresh = await other.get()
    thaw.set()
    assert await waiting == fresh
    assert (zalo.oauth.refreshed, zalo.oauth.refused) == (1, 0)


PROCESS = """
import asyncio, sys, time
import aiohttp
from bot.channels.zalo_oa.oauth import TokenRequests
from bot.channels.zalo_oa.oauth import Tokens
from bot.clock import SystemClock
from bot.store.redis import RedisStore

async def main(url, zalo, app_id, app_secret, seed, start):
    store = RedisStore(url, sys.argv[7])
    async with aiohttp.ClientSession() as session:
        tokens = Tokens(TokenRequests(app_id, app_secret, zalo, lambda: session), seed, store, SystemClock())
        await asyncio.sleep(max(0, float(start) - time.time()))
        print(*set(await asyncio.gather(*(tokens.get() for _ in range(10)))))
    await store.close()

asyncio.run(main(*sys.argv[1:7]))
"""


@pytest.mark.slow
async def test_twenty_at_once_in_two_processes_are_one_call(server: Server) -> None:
    async with ZaloOaEmulator() as zalo:
        seed = zalo.oauth.issue()["refresh_token"]
        zalo.fail_next("delay", method="access_token", seconds=0.5)
        start = str(time.time() + 2)
        given = (server.name, zalo.url, APP_ID, APP_SECRET, seed, start)
        root = Path(__file__).parents[2]
        processes = [
            await asyncio.create_subprocess_exec(
                sys.executable, "-c", PROCESS, *given, name, cwd=root, stdout=asyncio.subprocess.PIPE
            )
            for name in ("one", "two")
        ]
        said = [(await process.communicate())[0].split() for process in processes]
        assert [process.returncode for process in processes] == [0, 0]
        assert len(said[0]) == 1
        assert said[0] == said[1]
        assert (zalo.oauth.refreshed, zalo.oauth.refused) == (1, 0)


def test_a_lease_outlasts_a_call() -> None:
    """A shorter one is how a refresh token gets used twice."""
    assert LEASE_MS > HTTP_SECONDS * 1000


async def test_a_lost_answer_is_an_alarm_and_no_loop(
    zalo: ZaloOaEmulator, clock: MovedClock, session: aiohttp.ClientSession, caplog: pytest.LogCaptureFixture
) -> None:
    made = tokens(zalo, clock, session)
    zalo.fail_next("drop", method="access_token")
    for _ in range(5):
        with pytest.raises(PlatformError, match="ServerDisconnected"):
            await made.get()
    assert (zalo.oauth.refreshed, zalo.oauth.refused) == (1, 0)
    clock.ms += UNKNOWN_PAUSE_MS
    for _ in range(5):
        with pytest.raises(ConsentNeeded, match="toso zalo consent"):
            await made.get()
        clock.ms += DAY_MS
    assert (zalo.oauth.refreshed, zalo.oauth.refused) == (1, 1)
    alarms = [record.message for record in caplog.records if record.levelno == logging.ERROR]
    assert len(alarms) == 2
    assert "toso zalo consent" in alarms[-1]


async def test_the_old_token_is_used_as_long_as_it_lives_when_an_early_refresh_fails(
    zalo: ZaloOaEmulator, clock: MovedClock, session: aiohttp.ClientSession
) -> None:
    zalo.oauth.old_dies = False
    made = tokens(zalo, clock, session)
    first = await made.get()
    clock.ms += DAY_MS - EARLY_MS
    zalo.fail_next("html", method="access_token", times=2)
    assert {await made.get() for _ in range(5)} == {first}
    clock.ms += UNKNOWN_PAUSE_MS
    assert await made.get() == first
    clock.ms += UNKNOWN_PAUSE_MS
    assert await made.get() != first
    assert zalo.oauth.refreshed == 2


@pytest.mark.parametrize("fault", [-14014, -118, "unnumbered", -14003, "broken", "html", 500])
async def test_an_error_never_takes_the_place_of_a_token(
    zalo: ZaloOaEmulator, clock: MovedClock, session: aiohttp.ClientSession, fault: int | str
) -> None:
    made = tokens(zalo, clock, session)
    first = await made.get()
    before = await made.look()
    zalo.fail_next(fault, method="access_token")  # type: ignore[arg-type]
    with pytest.raises(PlatformError) as told:
        await made.renew(first)
    assert "toso zalo consent" in str(told.value)
    after = await made.look()
    assert (after.access, after.refresh) == (before.access, before.refresh)
    assert bool(after.refused) is (fault in (-14014, -118))
    assert isinstance(told.value, ConsentNeeded) is (fault in (-14014, -118))


async def test_a_token_that_was_not_taken_is_renewed_once_for_all(
    zalo: ZaloOaEmulator, clock: MovedClock, session: aiohttp.ClientSession
) -> None:
    shared, seed = Shared(), zalo.oauth.issue()["refresh_token"]
    both = [tokens(zalo, clock, session, MemoryStore(name, shared), seed) for name in ("one", "two")]
    bad = {await each.get() for each in both}.pop()
    zalo.oauth.expire_access()
    fresh = set(await asyncio.gather(*(each.renew(bad) for each in both for _ in range(10))))
    assert len(fresh) == 1
    assert good(zalo, fresh.pop())
    assert zalo.oauth.refreshed == 2


class Failing(MemoryStore):
    """A store that cannot save for a while."""

    def __init__(self) -> None:
        super().__init__("one")
        self.down = False
        self.saved, self.put = self.put, self.fails

    async def fails(
        self,
        table: str,
        row: str,
        before: bytes | None,
        after: bytes | None,
        record: Record | None = None,
        beside: Sequence[Beside] = (),
    ) -> bool:
        if self.down:
            raise StoreDown("disk full")
        return await self.saved(table, row, before, after, record, beside)


async def test_a_new_pair_is_used_only_once_it_is_saved(
    zalo: ZaloOaEmulator, clock: MovedClock, session: aiohttp.ClientSession
) -> None:
    store, seed = Failing(), zalo.oauth.issue()["refresh_token"]
    made = tokens(zalo, clock, session, store, seed)
    first = await made.get()
    store.down = True
    for _ in range(3):
        with pytest.raises(StoreDown):
            await made.renew(first)
    store.down = False
    second = await made.renew(first)
    assert good(zalo, second)
    assert (await made.look()).access == second
    assert (zalo.oauth.refreshed, zalo.oauth.refused) == (2, 0)


async def test_a_new_value_of_the_setting_is_taken_up_and_an_old_one_never_again(
    zalo: ZaloOaEmulator, clock: MovedClock, session: aiohttp.ClientSession
) -> None:
    store, old, new = MemoryStore("one"), zalo.oauth.issue()["refresh_token"], zalo.oauth.issue()["refresh_token"]
    await tokens(zalo, clock, session, store, old).get()
    second = await tokens(zalo, clock, session, store, new).get()
    assert zalo.oauth.refreshed == 2
    assert await tokens(zalo, clock, session, store, old).get() == second
    assert (zalo.oauth.refreshed, zalo.oauth.refused) == (2, 0)


async def test_without_any_token_somebody_has_to_consent(
    zalo: ZaloOaEmulator, clock: MovedClock, session: aiohttp.ClientSession
) -> None:
    with pytest.raises(ConsentNeeded, match="there are no tokens yet"):
        await tokens(zalo, clock, session, seed="").get()
    assert zalo.oauth.refused == 0


async def test_on_a_real_server_the_pair_outlives_the_process(lone: RedisStore) -> None:
    clock = MovedClock()
    async with ZaloOaEmulator(clock=clock.seconds) as zalo, aiohttp.ClientSession() as session:
        token = await tokens(zalo, clock, session, lone).get()
        assert token.encode() in (await lone.rows(TABLE))[1]["tokens"]


UNTIL_IT_HAS_ONE = """
import asyncio, sys
import aiohttp
from bot.channels.zalo_oa import oauth as zalo_tokens
from bot.channels.zalo_oa.oauth import TokenRequests
from bot.clock import SystemClock
from bot.errors import PlatformError
from bot.store.redis import RedisStore

zalo_tokens.LEASE_MS = 500

async def main(url, zalo, app_id, app_secret, seed, name):
    store = RedisStore(url, name)
    async with aiohttp.ClientSession() as session:
        requests = TokenRequests(app_id, app_secret, zalo, lambda: session)
        tokens = zalo_tokens.Tokens(requests, seed, store, SystemClock())
        while True:
            try:
                print(await tokens.get(), flush=True)
                break
            except PlatformError as error:
                print(error, flush=True)
                await asyncio.sleep(0.1)
    await store.close()

asyncio.run(main(*sys.argv[1:7]))
"""


@asynccontextmanager
async def in_a_cluster(halves: Cluster) -> AsyncIterator[tuple[Tokens, ZaloOaEmulator, MovedClock]]:
    """Tokens that a cluster of several nodes keeps, with Zalo and the clock they see."""
    wipe(halves.url)
    clock, store = MovedClock(), RedisStore(halves.url, "one")
    async with ZaloOaEmulator(clock=clock.seconds) as zalo, aiohttp.ClientSession() as session:
        yield tokens(zalo, clock, session, store), zalo, clock
    await store.close()


async def once_back(made: Tokens) -> str:
    """A token, as soon as the node that came back was seen to answer."""
    got = list[str]()

    async def answers() -> bool:
        with suppress(StoreDown):
            got.append(await made.get())
        return bool(got)

    await until(answers)
    return got[0]


@pytest.mark.parametrize("how", ["dead", "frozen"])
async def test_without_the_node_that_keeps_it_a_token_is_used_to_its_end(halves: Cluster, how: str) -> None:
    """It is refreshed once the node is back: by then nobody has presented the refresh token."""
    async with in_a_cluster(halves) as (made, zalo, clock):
        first = await made.get()
        clock.ms += DAY_MS - EARLY_MS
        with without(halves, halves.holder(keys.table(TABLE)), how):
            assert await made.get() == first
            clock.ms += EARLY_MS - 1
            assert await made.get() == first
            clock.ms += 1
            with pytest.raises(StoreDown):
                await made.get()
        assert good(zalo, await once_back(made))
        assert (zalo.oauth.refreshed, zalo.oauth.refused) == (2, 0)


@pytest.mark.parametrize("how", ["dead", "frozen"])
async def test_a_pair_that_came_while_its_node_went_is_saved_once_it_is_back(halves: Cluster, how: str) -> None:
    async with in_a_cluster(halves) as (made, zalo, _):
        zalo.fail_next("delay", method="access_token", seconds=0.5)
        waiting = asyncio.create_task(made.get())
        await until(lambda: zalo.oauth.refreshed == 1)
        with without(halves, halves.holder(keys.table(TABLE)), how), pytest.raises(StoreDown):
            await waiting
        fresh = await once_back(made)
        assert good(zalo, fresh)
        assert (await made.look()).access == fresh
        assert (zalo.oauth.refreshed, zalo.oauth.refused) == (1, 0)


@pytest.mark.slow
async def test_a_refresher_that_was_stopped_past_its_lease_goes_on_where_it_was(server: Server) -> None:
    async with ZaloOaEmulator() as zalo:
        given = (server.name, zalo.url, APP_ID, APP_SECRET, zalo.oauth.issue()["refresh_token"])
        zalo.fail_next("delay", method="access_token", seconds=1.5)

        async def start(name: str) -> asyncio.subprocess.Process:
            command = (sys.executable, "-c", UNTIL_IT_HAS_ONE, *given, name)
            root, pipe = Path(__file__).parents[2], asyncio.subprocess.PIPE
            return await asyncio.create_subprocess_exec(*command, cwd=root, stdout=pipe)

        stopped = await start("one")
        await until(lambda: zalo.oauth.refreshed == 1)
        stopped.send_signal(signal.SIGSTOP)
        other = await start("two")
        assert other.stdout
        assert b"its answer is not known yet" in await other.stdout.readline()
        stopped.send_signal(signal.SIGCONT)
        first, second = [(await process.communicate())[0].split()[-1] for process in (stopped, other)]
        assert first == second
        assert good(zalo, first.decode())
        assert (zalo.oauth.refreshed, zalo.oauth.refused) == (1, 0)
