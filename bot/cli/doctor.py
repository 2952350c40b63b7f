"""`toso doctor`: looks at everything a ward needs, and says what to do about what is broken.

Whether voice messages are heard, for `toso doctor`.

What `toso doctor` finds out about pictures of steps. Raises TosoError with what is wrong, and what to do then.

What `toso doctor` says of what is answered: what waits to be sent, and what did not arrive, for each channel.
"""

import asyncio
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Collection, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from importlib import import_module
from typing import Final

import aiohttp
import click
from msgspec import Struct

from bot.audio.asr_client import Ear
from bot.channel_registry import zalo_oa_channel
from bot.channels.web import picture_address
from bot.cli.doctor_channels import CHECKS
from bot.cli.zalo import store_for
from bot.clock import APART_MS, SystemClock
from bot.content.library import FileLibrary
from bot.content.loader import Content
from bot.errors import PlatformError, StoreDown, TosoError
from bot.images.cache import Shelf
from bot.images.gallery import Gallery, this_drawing
from bot.images.screenshots import Album
from bot.images.source import Drawings
from bot.loading import load_content, read_words
from bot.model.hours import VIETNAM
from bot.ports.store import Clock, DeadLetter, DrawnPictures, Store, Unsent
from bot.service.circuit_breaker import Down, channels_down, channels_unfetched
from bot.settings import Settings, environment, unknown
from bot.store.redis import RedisStore, Upkeep

_INSTALL = "`make setup-hearing`, or HEARING=yes for the image"


async def hearing(settings: Settings) -> str:
    """What is so, in a sentence. Raises TosoError where it is installed and cannot work here."""
    if not settings.hearing:
        return "not heard, because TOSO_HEARING is no"
    if not Ear.there():
        return f"not heard, people are asked to type; to change that: {_INSTALL}"
    try:
        import_module("vietasr")
    except (ImportError, OSError) as error:
        raise TosoError(f"what hears cannot be loaded ({error}): install it anew ({_INSTALL}).") from error
    return "heard on this machine"


_SECONDS: Final = 10.0


async def pictures(settings: Settings, content: Content, store: Store) -> str:
    """Whether they can be drawn and kept, and who shows them; where a channel does not, why."""
    folder = settings.data_dir / "pictures"
    gallery = Gallery(content.screens, this_drawing())
    library, shelf = FileLibrary([parsed.guide for parsed in content.guides]), Shelf(folder)
    drawings = Drawings(gallery, library, shelf, Album(store, gallery, shelf))
    name = _any_name(gallery, content)
    try:
        if await drawings.picture(name) is None:
            raise PlatformError("they cannot be drawn, so steps go without: what was logged just now says why.")
        if await drawings.kept(name) is None:
            raise PlatformError(f"they cannot be kept, and are drawn anew each time: let the app write to {folder}.")
        return f"drawn, and kept in {folder}; {await _shown(settings, store, drawings, name)}"
    finally:
        await drawings.close()


def _any_name(gallery: Gallery, content: Content) -> str:
    for parsed in content.guides:
        for step in parsed.guide.steps:
            if drawn := gallery.of(parsed.guide, step, 1, "vi", ""):
                return drawn.name
    raise PlatformError("no step of any guide has one.")


async def _shown(settings: Settings, store: Store, drawn: DrawnPictures, name: str) -> str:
    if not settings.chat_pictures:
        return "shown by web chat and paper, in no chat app (TOSO_CHAT_PICTURES=no)"
    by, wrong, without = ["web chat", "paper"], [], ""
    if settings.telegram_token:
        by.append("telegram")
    if settings.zalo_oa_app_id:
        by.append("zalo-oa")
        wrong.append(await _refused_by_zalo_oa(settings, store, drawn, name))
    if settings.zalo_bot_token and settings.public_url:
        by.append("zalo-bot")
        wrong.append(await _not_at(settings.public_url + picture_address(name)))
    elif settings.zalo_bot_token:
        without = "; not by zalo-bot: Zalo would fetch them below TOSO_PUBLIC_URL, which is unset"
    if any(wrong):
        raise PlatformError(" ".join(filter(None, wrong)))
    return f"shown by {', '.join(by)}{without}"


async def _refused_by_zalo_oa(settings: Settings, store: Store, drawn: DrawnPictures, name: str) -> str:
    """Why the Official Account takes no pictures; empty where it does. An upload is used for some days."""
    channel = zalo_oa_channel(settings, store, SystemClock(), drawn=drawn)
    if channel is None or channel.steps is None:
        return ""
    try:
        if await channel.steps.attachment(name):
            return ""
        why = channel.steps.upload_rest.why or "the upload took too long."
        return f"Steps on zalo-oa go without: {why}"
    finally:
        await channel.close()


async def _not_at(url: str) -> str:
    """What is wrong with this address of a picture; empty where it is there."""
    timeout = aiohttp.ClientTimeout(total=_SECONDS)
    try:
        async with aiohttp.ClientSession(timeout=timeout) as session, session.get(url, allow_redirects=False) as answer:
            if answer.status == 200 and answer.content_type.startswith("image/"):
                return ""
            found = f"answers {answer.status} ({answer.content_type})"
    except (aiohttp.ClientError, OSError) as error:
        found = f"does not answer ({type(error).__name__})"
    return f"Steps on zalo-bot go without: {url} {found}. Start the app, and have the proxy lead /pictures/ to it."


LATE_MS = 600_000
"""What waits longer than that does not wait by chance."""


async def delivery(store: Store, channels: Collection[str], clock: Clock | None = None) -> str:
    """Which platforms take nothing from the app that runs, or give it nothing, and how long messages wait.

    Raises PlatformError.
    """
    now_ms = (clock or SystemClock()).now_ms()
    unsent = {each.channel: each for each in await store.unsent()}
    down, letters = await channels_down(store, channels), await store.dead_letters()
    unfetched = await channels_unfetched(store, channels)
    wrong = [
        f"nothing can be fetched from {channel} since {_time(it.since_ms)} ({it.why}): nobody there is heard."
        for channel, it in unfetched.items()
    ]
    wrong += [_down(channel, it, unsent.get(channel)) for channel, it in down.items()]
    late = [each for each in unsent.values() if each.channel not in down and now_ms - each.since_ms >= LATE_MS]
    wrong += [f"{_waits(each, now_ms)}: look for {each.channel} in the app's log." for each in late]
    if wrong:
        raise PlatformError(" ".join((*wrong, *_lost(letters))))
    waits = [_waits(each, now_ms) for each in unsent.values()] or ["all that was answered is sent"]
    return "; ".join((*waits, *_lost(letters)))


def _down(channel: str, it: Down, unsent: Unsent | None) -> str:
    waits = f"{unsent.conversations} conversations wait" if unsent else "0 conversations wait"
    messages = f" with {unsent.parcels} messages" if unsent else ""
    does = "turned several down in a row" if it.refusing else "takes nothing from us"
    since = f"{channel} {does} since {_time(it.since_ms)} ({it.why})."
    return f"{since} {waits}{messages}, and nothing of them is lost."


def _waits(unsent: Unsent, now_ms: int) -> str:
    seconds = max(0, now_ms - unsent.since_ms) // 1000
    long = f"{seconds // 60} min" if seconds >= 120 else f"{seconds} s"
    what = f"{unsent.parcels} messages of {unsent.conversations} conversations wait"
    return f"{unsent.channel}: {what}, the oldest for {long}"


def _lost(letters: Sequence[DeadLetter]) -> Sequence[str]:
    """What did not arrive lately, or perhaps did not, and what the platform said of the newest."""
    if not letters:
        return ()
    counted = Counter((each.chat.channel, each.state) for each in letters)
    what = ", ".join(f"{channel} {count} {state}" for (channel, state), count in sorted(counted.items()))
    last = letters[0]
    said = f"the last one at {_time(last.at_ms)} on {last.chat.channel}: {last.state}, {last.why}"
    return (f"did not arrive in the last two days, or perhaps did not (/desk/undelivered): {what}; {said}",)


def _time(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, VIETNAM).strftime("%H:%M on %d/%m")


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
