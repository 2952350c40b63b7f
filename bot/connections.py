"""The channels of one worker: opened as the settings name them, kept going while it runs, closed with it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial

from bot.channels.rate_limit import RateShares
from bot.channels.web import WebChannel
from bot.intake import Intake
from bot.model import Incoming
from bot.platforms import (
    telegram_channel,
    zalo_bot_allowance,
    zalo_bot_channel,
    zalo_bot_count,
    zalo_oa_channel,
    zalo_oa_count,
)
from bot.ports.store import Allowance, Channel, Clock, DrawnPictures, Holder, Platform, Recordings, Store
from bot.process import Tasks
from bot.settings import Settings
from bot.zalo_upkeep import ZaloUpkeep


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
