"""`toso doctor`: looks at everything a ward needs, and says what to do about what is broken."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Iterator
from contextlib import suppress

import click
from msgspec import Struct

from bot.clock import APART_MS, SystemClock
from bot.commandline.doctor_channels import CHECKS
from bot.commandline.doctor_delivery import delivery
from bot.commandline.doctor_hearing import hearing
from bot.commandline.doctor_pictures import pictures
from bot.commandline.reach import store_for
from bot.content.loader import Content
from bot.errors import StoreDown, TosoError
from bot.loading import load_content, read_words
from bot.settings import Settings, environment, unknown
from bot.store.redis import RedisStore, Upkeep

NEARLY_FULL = 0.85


class _Result(Struct, frozen=True):
    what: str
    good: bool
    says: str


@click.command()
def doctor() -> None:
    """Check settings, content, store and channels. Exits 1 when something is broken."""
    broken = False
    for result in _all_results():
        mark = click.style("ok    ", fg="green") if result.good else click.style("BROKEN", fg="red")
        click.echo(f"{mark} {result.what}: {result.says}")
        broken = broken or not result.good
    if broken:
        sys.exit(1)


def _all_results() -> Iterator[_Result]:
    try:
        environ = environment()
        settings = Settings.read(environ)
    except TosoError as error:
        yield _Result("settings", False, str(error))
        return
    strange = unknown(environ)
    yield _Result("settings", not strange, " ".join(strange) or "all readable")
    result, content = _content(settings)
    yield result
    yield from asyncio.run(_listed(_live(settings, content)))
    yield asyncio.run(_said("voice messages", hearing(settings)))


async def _listed(results: AsyncIterator[_Result]) -> list[_Result]:
    return [result async for result in results]


def _content(settings: Settings) -> tuple[_Result, Content | None]:
    """What is said of the content, and the content where it can be read."""
    try:
        content = load_content(settings)
        read_words(content)
    except TosoError as error:
        return _Result("content", False, str(error)), None
    left_out = [finding for finding in content.findings if finding.blocking]
    if left_out:
        return _Result("content", False, f"{left_out[0]} (`toso check` lists {len(left_out)})"), content
    demo = " The ward file is the demo: set TOSO_WARD before real people come." if content.ward.demo else ""
    unsaid = ", ".join(content.ward.unsaid)
    missing = f" It does not say: {unsaid} (residents are told to ask)." if unsaid else ""
    return _Result("content", True, f"{len(content.guides)} guides, {content.ward.name}.{demo}{missing}"), content


async def _live(settings: Settings, content: Content | None) -> AsyncIterator[_Result]:
    try:
        async with store_for(settings, "doctor") as store:
            where = "" if settings.redis_url else f"the embedded one in {settings.data_dir}, "
            yield await _said("store", _saves(store, f"{where}{store.name}"))
            for channel, check in CHECKS.items():
                yield await _said(channel, check(settings, store))
            yield await _said("delivery", delivery(store, CHECKS))
            if content:
                yield await _said("pictures", pictures(settings, content, store))
    except TosoError as error:  # checks answer for themselves: it could not be opened
        yield _Result("store", False, str(error))


async def _saves(store: RedisStore, name: str) -> str:
    with suppress(StoreDown):  # what keeps all of it from saving is found below
        if (away := await store.ping()).partitions:
            raise TosoError(
                f"{name}: nothing can be saved to {away.partitions} of its {away.of} partitions, and who lives there "
                "is refused: look after the node that is gone."
            )
    before_ms = SystemClock().now_ms()
    upkeep = await store.upkeep()
    if wrong := _set_up_wrong(upkeep, before_ms, SystemClock().now_ms()):
        raise TosoError(f"{name}: {wrong}.")
    await store.ping()
    waiting, backlog = len(await store.open_requests()), await store.backlog()
    unseen = "" if upkeep.eviction else "; whom it forgets when its memory is full cannot be seen: ask for noeviction"
    return (
        f"{name}: saves, and keeps what it saves; {waiting} requests wait, {backlog} conversations have unsent messages"
        f"{unseen}"
    )


def _set_up_wrong(upkeep: Upkeep, before_ms: int, after_ms: int) -> str:
    """What would lose somebody, and what to do; its clock was read between these times."""
    if not upkeep.persistent:
        return "it saves to memory only: set `appendonly yes` on the server, or a restart loses everybody"
    if upkeep.eviction not in ("", "noeviction"):
        return f"it forgets people when its memory is full ({upkeep.eviction}): set `maxmemory-policy noeviction` on it"
    if upkeep.full > NEARLY_FULL:
        return (
            f"it has taken {upkeep.full:.0%} of the memory that it may take, and saves nothing once that is full: "
            "give the machine more, raise `maxmemory`, or lower TOSO_RETENTION_DAYS"
        )
    apart_ms = max(before_ms - upkeep.time_ms, upkeep.time_ms - after_ms) if upkeep.time_ms else 0
    if apart_ms > APART_MS:
        return f"its clock and this one are {apart_ms // 1000} s apart, and the app goes by its: set both by NTP"
    return ""


async def _said(what: str, check: Awaitable[str]) -> _Result:
    try:
        return _Result(what, True, await check)
    except TosoError as error:
        return _Result(what, False, str(error))
