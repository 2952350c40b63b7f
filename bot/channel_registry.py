"""Makes the channels that the settings name, and what goes with them.

How a platform's updates reach us: sent to a webhook that a worker registers, or fetched by one worker at a time.

What the Official Account needs besides messages: fresh tokens, its own name, what is left of its quota.

The channels of one worker: opened as the settings name them, kept going while it runs, closed with it.

How each channel shows a reply, for those who look at it elsewhere: by name, what it can do.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing, suppress
from functools import partial
from hashlib import blake2b
from typing import Final
from urllib.parse import urlsplit

import msgspec

from bot.background import MonthlyCount, Tasks, cancel
from bot.channels.rate_limit import RateShares
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.media import StepPictures as TelegramSteps
from bot.channels.telegram.media import StepVoices
from bot.channels.web import WebChannel, picture_address
from bot.channels.zalo_bot.channel import StepPictures as ZaloBotSteps
from bot.channels.zalo_bot.channel import ZaloBotChannel
from bot.channels.zalo_oa.channel import Keys, Options, ZaloOaChannel
from bot.channels.zalo_oa.client import left_and_total
from bot.channels.zalo_oa.consent import Consent
from bot.channels.zalo_oa.oauth import ConsentNeeded
from bot.errors import PlatformError, StoreDown
from bot.model import Incoming
from bot.ports.store import (
    Allowance,
    Capabilities,
    Channel,
    Clock,
    DrawnPictures,
    Fetched,
    Holder,
    Platform,
    Recordings,
    Store,
)
from bot.service.circuit_breaker import Unfetched
from bot.settings import Settings

NEARLY_ALL: Final = 0.95
"""Of a month's messages: from then on a refusal as too many means the month, before that a rate."""


def telegram_channel(
    settings: Settings,
    clock: Clock,
    drawn: DrawnPictures | None = None,
    store: Store | None = None,
    recordings: Recordings | None = None,
) -> TelegramChannel | None:
    """The Telegram channel, where a token is set.

    With `store` steps carry their pictures where they are `drawn`, and can be listened to where there are `recordings`.
    """
    if not settings.telegram_token:
        return None
    bot = settings.telegram_token.partition(":")[0]
    return TelegramChannel(
        settings.telegram_token,
        settings.telegram_secret,
        clock=clock,
        api=settings.telegram_api,
        rate=settings.telegram_rate,
        chat_rate=settings.telegram_chat_rate,
        pictures=TelegramSteps(bot, drawn, store, clock) if drawn and store else None,
        voices=StepVoices(bot, recordings, store) if recordings and store else None,
    )


def zalo_bot_channel(
    settings: Settings,
    clock: Clock,
    counted: MonthlyCount | None = None,
    drawn: DrawnPictures | None = None,
    store: Store | None = None,
) -> ZaloBotChannel | None:
    """The channel of the Zalo Bot Platform, where a token is set; what its messages use up is `counted`.

    With `drawn`, steps carry their pictures, and with `store` those that people sent are passed on, where Zalo can
    reach us to fetch them.
    """
    if not settings.zalo_bot_token:
        return None
    return ZaloBotChannel(
        settings.zalo_bot_token,
        settings.zalo_bot_secret,
        clock=clock,
        api=settings.zalo_bot_api,
        rate=settings.zalo_bot_rate,
        chat_rate=settings.zalo_bot_chat_rate,
        groups=settings.zalo_bot_groups,
        name_in_groups=settings.zalo_bot_name,
        link=settings.zalo_bot_link,
        site=settings.public_url,
        picture_hosts=(urlsplit(settings.zalo_bot_api).hostname or "",),
        count=counted.add if counted else lambda _: None,
        used_up=partial(_used_up, settings, counted),
        pictures=ZaloBotSteps(drawn, lambda name: settings.public_url + picture_address(name), clock)
        if drawn and settings.public_url
        else None,
        store=store,
    )


def zalo_oa_channel(
    settings: Settings,
    store: Store,
    clock: Clock,
    count: Callable[[str], None] = lambda _: None,
    drawn: DrawnPictures | None = None,
) -> ZaloOaChannel | None:
    """The channel of Zalo's Official Account, where an app is set; `count` is told what its messages cost.

    With `drawn`, steps carry their pictures.
    """
    if not settings.zalo_oa_app_id:
        return None
    keys = Keys(
        settings.zalo_oa_app_id,
        settings.zalo_oa_app_secret,
        settings.zalo_oa_secret_key,
        settings.zalo_oa_refresh_token,
    )
    options = Options(
        api=settings.zalo_oa_api,
        oauth=settings.zalo_oauth_api,
        rate=settings.zalo_oa_rate,
        may_cost=settings.zalo_oa_may_cost,
        quiet_ms=settings.zalo_oa_quiet_minutes * 60_000,
        link=settings.zalo_oa_link,
        site=settings.public_url,
        name=settings.zalo_oa_name,
        buttons=settings.zalo_oa_buttons,
        proves=settings.zalo_oa_proof,
        picture_hosts=(urlsplit(settings.zalo_oa_api).hostname or "",),
    )
    return ZaloOaChannel(keys, options, store=store, clock=clock, count=count, drawn=drawn)


def zalo_oa_consent(settings: Settings, channel: ZaloOaChannel, store: Store, clock: Clock) -> Consent:
    """How an admin of the account lets the app speak for it."""
    app_id, oauth = settings.zalo_oa_app_id, settings.zalo_oauth_api
    return Consent(app_id, oauth, settings.public_url, store, channel.tokens, clock)


def zalo_oa_count(store: Store, clock: Clock) -> MonthlyCount:
    """What the account's messages cost, month by month."""
    return MonthlyCount(f"{ZaloOaChannel.name}-messages", store, clock)


async def zalo_bot_allowance(settings: Settings, count: MonthlyCount) -> Allowance:
    """The messages of this month. Raises StoreDown."""
    counted = await count.this_month()
    used, refused = counted.get("sent", 0), counted.get("refused", 0)
    return Allowance(ZaloBotChannel.name, "messages this month", used, settings.zalo_bot_quota, refused)


async def _used_up(settings: Settings, counted: MonthlyCount | None) -> bool:
    """Whether about as many messages were counted as a month has: what a killed worker sent may be missing.

    Raises StoreDown.
    """
    if counted is None:
        return False
    allowance = await zalo_bot_allowance(settings, counted)
    return 0 < allowance.limit * NEARLY_ALL <= allowance.used


def zalo_bot_count(store: Store, clock: Clock) -> MonthlyCount:
    """What the bot used of its months' messages."""
    return MonthlyCount(ZaloBotChannel.name, store, clock)


REGISTER_AGAIN_SECONDS = 60.0
REGISTER_RARELY_SECONDS = 900.0
"""The longest pause between two attempts: platforms count them, and some allow only so many a day."""
REGISTER_ROLE_MS = 30_000
FETCH_ROLE_MS = 4_000
"""How long, and at most a beat more, nobody fetches after the worker that did was killed, where no new one knows it."""
BEAT_SECONDS = 1.0
"""How often the worker that fetches says so, and the others look whether it still does."""

ANSWERED_AT_ONCE = 100
"""How many updates that were fetched are being answered at most."""

_log = logging.getLogger("toso.app")


class Intake:
    """Runs until cancelled, whatever fails. `handle` answers an update that was fetched."""

    def __init__(
        self,
        platform: Platform,
        store: Store,
        clock: Clock,
        handle: Callable[[Incoming], Awaitable[None]],
    ) -> None:
        self._platform = platform
        self._name = platform.name
        self._store = store
        self._clock = clock
        self._handle = handle
        self._unfetched = Unfetched(store, platform.name)

    async def introduce(self, public_url: str) -> None:
        """Learn who the bot is; where there is a public address, see to it that updates are sent there."""
        pause = REGISTER_AGAIN_SECONDS
        while True:
            try:
                account = await self._platform.me()
                _log.info("%s: this is %s", self._name, account.called)
                if not public_url or await self._registered(public_url):
                    return
                await asyncio.sleep(REGISTER_ROLE_MS / 1000)
            except StoreDown:  # it was said
                await asyncio.sleep(REGISTER_ROLE_MS / 1000)
            except PlatformError as error:
                _log.error("%s", error)
                await asyncio.sleep(pause)
                pause = min(2 * pause, REGISTER_RARELY_SECONDS)

    async def _registered(self, public_url: str) -> bool:
        """Register the webhook, or see that it is; False when another worker is at it, or died at it."""
        mark = blake2b(self._platform.registration(public_url).encode(), digest_size=5).hexdigest()
        note = f"{self._name}-webhook"
        if not await self._store.lead(f"{note}-{mark}", REGISTER_ROLE_MS):
            return await self._sent_to(public_url)
        if await self._store.recall(note) == mark.encode() and await self._sent_to(public_url):
            _log.info("%s: updates are sent to %s, as before", self._name, public_url)
            return True
        if trouble := await self._platform.set_webhook(public_url):
            _log.error("%s: %s", self._name, trouble)
            return True
        await self._store.remember(note, mark.encode())
        _log.info("%s: updates are sent to %s", self._name, public_url)
        return True

    async def _sent_to(self, public_url: str) -> bool:
        return (await self._platform.webhook_info()).url.startswith(f"{public_url}/")

    async def fetch(self) -> None:
        """Fetch and answer updates whenever no other worker does."""
        while True:
            with suppress(StoreDown):
                if await self._leads(FETCH_ROLE_MS):
                    await self._fetch_while_leading()
            await asyncio.sleep(BEAT_SECONDS)

    async def _fetch_while_leading(self) -> None:
        fetching = asyncio.create_task(self._fetch())
        try:
            while not fetching.done() and await self._leads(FETCH_ROLE_MS):
                with suppress(StoreDown):  # what operators are told may live on another node than the role
                    await self._unfetched.say(self._platform.polling_trouble, self._clock.now_ms())
                await asyncio.wait({fetching}, timeout=BEAT_SECONDS)
        finally:
            await cancel((fetching,))
            with suppress(StoreDown):
                await self._leads(0)  # whoever comes next need not wait
        if not fetching.cancelled():
            fetching.result()

    async def _fetch(self) -> None:
        """Answer what comes side by side, and what is of one conversation in order."""
        room = asyncio.Semaphore(ANSWERED_AT_ONCE)
        newest: dict[str, asyncio.Task[None]] = {}
        try:
            async with asyncio.TaskGroup() as answering, aclosing(self._platform.poll(self._store)) as updates:
                async for fetched in updates:
                    await room.acquire()
                    key = fetched.incoming.chat.key
                    newest[key] = answering.create_task(self._answer(fetched, newest.get(key), room))
                    newest = {key: task for key, task in newest.items() if not task.done()}
        except ExceptionGroup as failures:
            down, _ = failures.split(StoreDown)
            raise (down or failures).exceptions[0] from None

    async def _answer(self, fetched: Fetched, before: "asyncio.Task[None] | None", room: asyncio.Semaphore) -> None:
        """Answer an update, once the one `before` it in its conversation was answered."""
        try:
            if before:
                await asyncio.wait({before})
            await answered(self._handle, fetched.incoming)
        finally:
            room.release()
        await fetched.done()

    async def _leads(self, for_ms: int) -> bool:
        return await self._store.lead(f"{self._name}-poll", for_ms, anywhere=True)


async def answered(handle: Callable[[Incoming], Awaitable[None]], incoming: Incoming) -> None:
    """Until it is: of a cluster, the node that has this conversation may be gone alone, and holds up no others."""
    while True:
        try:
            return await handle(incoming)
        except StoreDown:
            if (this := asyncio.current_task()) and this.cancelling():
                raise  # see `cancel`: it is told once, by the task group
            await asyncio.sleep(BEAT_SECONDS)
        except Exception:
            # One update that a bug of ours cannot answer must not hold up all that follow.
            return _log.exception("an update of %s failed", incoming.chat.channel)


SYNC_SECONDS = 2.0
"""How soon all workers know that a human answers."""
TOKEN_SECONDS = 10.0
"""How soon after a consent all workers know which account this is."""
FAILED_SECONDS = 60.0
"""How long nothing is tried again after a failure."""
ALARM_SECONDS = 3600.0
"""How often the log says again that somebody has to consent."""
QUOTA_SECONDS = 3600.0

_QUOTA = "zalo-oa-quota"
_decode = msgspec.json.Decoder(tuple[int, int]).decode


class ZaloUpkeep:
    """What it starts goes on, whatever fails. `count` is what messages cost, in all workers together."""

    def __init__(self, channel: ZaloOaChannel, store: Store, count: MonthlyCount, clock: Clock) -> None:
        self.name = channel.name
        self._channel = channel
        self._store = store
        self._count = count
        self._clock = clock
        self._alarm_at = 0.0

    def start(self, tasks: Tasks) -> None:
        """Begin to look after the account, until `tasks` are stopped."""
        tasks.keep("zalo-oa settle", partial(self._again, SYNC_SECONDS, self._channel.settle, SYNC_SECONDS))
        tasks.keep("zalo-oa token", partial(self._again, TOKEN_SECONDS, self._keep_token))
        tasks.keep("zalo-oa quota", partial(self._again, QUOTA_SECONDS, self._look_at_quota))
        tasks.keep("zalo-oa count", self._count.keep_saving)

    async def allowances(self) -> Sequence[Allowance]:
        """What messages cost this month, and what is left of the account's quota. Raises StoreDown."""
        counted = await self._count.this_month()
        name, free = self._channel.name, counted.get("reply", 0)
        left, total = _decode(await self._store.recall(_QUOTA) or b"[0,0]")
        return [
            Allowance(name, "free messages this month", free, 0, counted.get("held_back", 0)),
            Allowance(name, "messages of the account's quota", total - left, total),
            Allowance(name, "paid messages this month", counted.get("paid", 0), 0),
        ]

    async def consented(self) -> bool:
        """Whether the account's consent holds: without it nothing is sent. Raises StoreDown."""
        grant = await self._channel.tokens.look()
        return bool(grant.refresh) and not grant.refused

    async def _keep_token(self) -> None:
        try:
            await self._channel.tokens.get()
        except ConsentNeeded as needed:
            if self._clock.now_ms() / 1000 >= self._alarm_at:
                self._alarm_at = self._clock.now_ms() / 1000 + ALARM_SECONDS
                _log.error("zalo-oa: %s", needed)
            return
        if not self._channel.reader.oa_id:
            profile = await self._channel.introduce()
            _log.info("zalo-oa: this is %s", profile.name)

    async def _look_at_quota(self) -> None:
        """By one worker in an hour; it also clears away what is over."""
        if not await self._store.lead(_QUOTA, int(QUOTA_SECONDS * 1000)):
            return
        try:
            await self._channel.windows.clear()
            left = left_and_total(await self._channel.account.quotas())
        except PlatformError:
            await self._store.lead(_QUOTA, 0)  # whoever can, may try again soon
            raise
        await self._store.remember(_QUOTA, msgspec.json.encode(left))

    async def _again(self, seconds: float, act: Callable[[], Awaitable[None]], failed: float = FAILED_SECONDS) -> None:
        while True:
            pause = failed
            try:
                with suppress(StoreDown):
                    await act()
                    pause = seconds
            except PlatformError as error:
                _log.warning("zalo-oa: %s", error)
            except Exception:
                _log.exception("zalo-oa: looking after the account failed")
            await asyncio.sleep(pause)


class Connections:
    """`channels` are all of them, by their names; each platform's own is None where the settings do not name it.

    Steps carry their pictures where they are `drawn`.
    """

    def __init__(
        self, settings: Settings, store: Store, clock: Clock, drawn: DrawnPictures | None, recordings: Recordings
    ) -> None:
        self._settings, self._store, self._clock = settings, store, clock
        self.telegram = telegram_channel(settings, clock, drawn, store, recordings)
        self._zalo_bot_count = zalo_bot_count(store, clock)
        self.zalo_bot = zalo_bot_channel(settings, clock, self._zalo_bot_count, drawn, store)
        self._zalo_oa_count = zalo_oa_count(store, clock)
        self.zalo_oa = zalo_oa_channel(settings, store, clock, self._zalo_oa_count.add, drawn)
        self._zalo_upkeep = ZaloUpkeep(self.zalo_oa, store, self._zalo_oa_count, clock) if self.zalo_oa else None
        self._platforms: Sequence[Platform] = [each for each in (self.telegram, self.zalo_bot) if each]
        channels: list[Channel] = [WebChannel(), *self._platforms, *([self.zalo_oa] if self.zalo_oa else [])]
        limited = [each for each in (self.telegram, self.zalo_bot, self.zalo_oa) if each]
        self.rates = RateShares(store, {channel.name: channel.limiter for channel in limited})
        self.channels: Mapping[str, Channel] = {channel.name: channel for channel in channels}

    @property
    def lasting_holders(self) -> Mapping[str, Holder]:
        """The platforms that hold what was sent through them for as long as we may need it."""
        return {self.telegram.name: self.telegram} if self.telegram else {}

    @property
    def passing_holders(self) -> Mapping[str, Holder]:
        """The platforms that hold what was sent through them only for a while."""
        return {each.name: each for each in (self.zalo_bot, self.zalo_oa) if each}

    @property
    def holders(self) -> Mapping[str, Holder]:
        """The platforms that give out what was sent through them."""
        return {**self.lasting_holders, **self.passing_holders}

    def start(self, tasks: Tasks, handle: Callable[[Incoming], Awaitable[None]]) -> None:
        """Begin what has to go on while the worker runs; `handle` answers an update that was fetched."""
        tasks.keep("rates", self.rates.keep)
        if self.zalo_bot:
            tasks.keep("zalo-bot count", self._zalo_bot_count.keep_saving)
        if self._zalo_upkeep:
            self._zalo_upkeep.start(tasks)
        for platform in self._platforms:
            intake = Intake(platform, self._store, self._clock, handle)
            tasks.finish(f"{platform.name} introduce", partial(intake.introduce, self._settings.public_url))
            if not self._settings.public_url:
                tasks.keep(f"{platform.name} fetch", intake.fetch)

    async def save(self) -> None:
        """Keep what was counted. Raises StoreDown."""
        await self._zalo_bot_count.save()
        await self._zalo_oa_count.save()
        await self.rates.give_back()

    async def close(self) -> None:
        """Let the connections go."""
        for platform in self._platforms:
            await platform.close()
        if self.zalo_oa:
            await self.zalo_oa.close()

    async def allowances(self) -> Sequence[Allowance]:
        """What platforms count, and how much of it is used. Raises StoreDown."""
        bot = [await zalo_bot_allowance(self._settings, self._zalo_bot_count)] if self.zalo_bot else []
        return [*bot, *(await self._zalo_upkeep.allowances() if self._zalo_upkeep else ())]

    async def consents(self) -> Mapping[str, bool]:
        """Channels that need somebody's consent, and whether they have it. Raises StoreDown."""
        return {self._zalo_upkeep.name: await self._zalo_upkeep.consented()} if self._zalo_upkeep else {}


SHOWN_AS: Mapping[str, Capabilities | None] = {
    "console": None,
    "web": WebChannel.capabilities,
    "telegram": TelegramChannel.capabilities,
    "zalo-bot": ZaloBotChannel.capabilities,
    "zalo-oa": ZaloOaChannel.capabilities,
}
"""`console` is the form of conversation files. The Zalo Bot Platform has no buttons: digits alone."""
