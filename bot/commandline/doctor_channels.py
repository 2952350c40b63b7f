"""What `toso doctor` asks the platforms. Each check raises TosoError with what is wrong, and what to do about it."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress

from bot.channels.zalo_bot.channel import WEBHOOK_PATH as ZALO_BOT_PATH
from bot.channels.zalo_bot.channel import ZaloBotChannel
from bot.clock import SystemClock
from bot.commandline.doctor_zalo_oa import zalo_oa
from bot.errors import StoreDown, TosoError
from bot.platforms import telegram_channel, zalo_bot_allowance, zalo_bot_channel, zalo_bot_count
from bot.ports.store import Allowance, Platform, Store, WebhookInfo
from bot.settings import Settings


async def telegram(settings: Settings, store: Store) -> str:
    """The token, the webhook, and what waits there."""
    channel = telegram_channel(settings, SystemClock())
    if channel is None:
        return "not set up (TELEGRAM_TOKEN is unset)"
    try:
        called, info = await _sends_here(channel, settings, "/webhooks/telegram")
    finally:
        await channel.close()
    if info.last_error and info.pending:  # Telegram remembers an error also after all that waited has arrived
        raise TosoError(f"{called} cannot reach us: {info.last_error}. {info.pending} updates wait.")
    return f"{called}, {_way(settings)}, {info.pending} updates wait"


async def zalo_bot(settings: Settings, store: Store) -> str:
    """The token, the webhook as Zalo itself finds it, groups, and this month's messages."""
    channel = zalo_bot_channel(settings, SystemClock())
    if channel is None:
        return "not set up (ZALO_BOT_TOKEN is unset)"
    try:
        called, _ = await _sends_here(channel, settings, ZALO_BOT_PATH)
        if settings.zalo_bot_groups and not await channel.joins_groups():
            raise TosoError(f"{called} may not join groups: take ZALO_BOT_GROUPS away, or ask in Zalo Bot Creator.")
        reached = await _reached(channel) if settings.public_url else ""
    finally:
        await channel.close()
    allowance = None
    with suppress(StoreDown):  # that is said about the store already
        allowance = await zalo_bot_allowance(settings, zalo_bot_count(store, SystemClock()))
    return f"{called}, {_way(settings)}{reached}{_used(called, allowance)}"


CHECKS: Mapping[str, Callable[[Settings, Store], Awaitable[str]]] = {
    "telegram": telegram,
    "zalo-bot": zalo_bot,
    "zalo-oa": zalo_oa,
}
"""By the name of the channel, in the order they are shown."""


async def _sends_here(platform: Platform, settings: Settings, path: str) -> tuple[str, WebhookInfo]:
    """What the bot is called, and what is known of its webhook, which is as the settings want it."""
    account = await platform.me()
    info = await platform.webhook_info()
    wanted = f"{settings.public_url}{path}" if settings.public_url else ""
    if info.url != wanted:
        do = "restart the app, it will poll"
        if wanted:
            do = f"run `toso webhook set {platform.name}`, or restart the app"
        raise TosoError(f"{account.called} sends updates to {info.url or 'nobody'}: {do}.")
    return account.called, info


async def _reached(channel: ZaloBotChannel) -> str:
    trouble = await channel.test_webhook()
    if trouble:
        raise TosoError(trouble)
    return " and not tried (Zalo allows no more tests today)" if trouble is None else " and tried"


def _used(called: str, allowance: Allowance | None) -> str:
    if allowance is None:
        return ""
    limit = f" of {allowance.limit}" if allowance.limit else ""
    used = f"{allowance.used}{limit} {allowance.what}"
    if allowance.refused and (not allowance.limit or allowance.used < allowance.limit):
        raise TosoError(
            f"{called}: Zalo refused {allowance.refused} messages as too many, and only {used} are counted. Set "
            "ZALO_BOT_QUOTA to what the plan in Zalo Bot Creator allows; where that is more, set ZALO_BOT_RATE lower."
        )
    if allowance.refused:
        raise TosoError(
            f"{called} has nothing left to send: {used}, {allowance.refused} were refused. Take a larger plan in "
            "Zalo Bot Creator, or tell residents another way until the month is over."
        )
    return f", {used}"


def _way(settings: Settings) -> str:
    return "webhook set" if settings.public_url else "polled"
