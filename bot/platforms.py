"""Makes the channels that the settings name, and what goes with them."""

from collections.abc import Callable
from functools import partial
from typing import Final
from urllib.parse import urlsplit

from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.media import StepPictures as TelegramSteps
from bot.channels.telegram.media import StepVoices
from bot.channels.web import picture_address
from bot.channels.zalo_bot.channel import StepPictures as ZaloBotSteps
from bot.channels.zalo_bot.channel import ZaloBotChannel
from bot.channels.zalo_oa.channel import Keys, Options, ZaloOaChannel
from bot.channels.zalo_oa.consent import Consent
from bot.monthly import MonthlyCount
from bot.ports.store import Allowance, Clock, DrawnPictures, Recordings, Store
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
