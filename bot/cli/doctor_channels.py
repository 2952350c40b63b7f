"""What `toso doctor` asks the platforms. Each check raises TosoError with what is wrong, and what to do about it.

What `toso doctor` asks about the Official Account. Raises TosoError with what is wrong, and what to do about it.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final, TypeVar

from bot.channel_registry import telegram_channel, zalo_bot_allowance, zalo_bot_channel, zalo_bot_count, zalo_oa_channel
from bot.channels.zalo_bot.channel import WEBHOOK_PATH as ZALO_BOT_PATH
from bot.channels.zalo_bot.channel import ZaloBotChannel
from bot.channels.zalo_oa.channel import ZaloOaChannel
from bot.channels.zalo_oa.client import left_and_total
from bot.channels.zalo_oa.oauth import CONSENT, ConsentNeeded
from bot.cli.webhook import tried
from bot.clock import SystemClock
from bot.content.ward import Group
from bot.errors import PlatformError, StoreDown, TosoError
from bot.loading import load_content
from bot.model.hours import VIETNAM
from bot.ports.store import Allowance, Platform, Store, WebhookInfo
from bot.settings import Settings

CONSENT_MS: Final = 90 * 86_400_000
"""A token to renew with lasts three months."""

_CLOCK = SystemClock()
_T = TypeVar("_T")


async def zalo_oa(settings: Settings, store: Store) -> str:
    """Consent, tokens, permissions, webhook, what is left, and the groups that the ward file names."""
    tied = [group for group in load_content(settings).ward.groups if group.zalo_group]
    channel = zalo_oa_channel(settings, store, _CLOCK)
    if channel is None:
        if tied:
            raise PlatformError(f"the ward file ties {tied[0].name} to a group of Zalo, and ZALO_OA_APP_ID is unset.")
        return "not set up (ZALO_OA_APP_ID is unset)"
    try:
        token = await _token(channel)
        wrong: list[str] = []
        profile = await _found("the account", channel.account.me(), wrong)
        quotas = await _found("its quota", channel.account.quotas(), wrong)
        await _found("its groups", _groups(channel, tied), wrong)
        webhook = await _found("the webhook", tried(settings), wrong)
    finally:
        await channel.close()
    if profile is None or quotas is None or wrong:
        raise PlatformError(" ".join(wrong))
    left, total = left_and_total(quotas)
    money = "messages beyond the free ones may go out" if settings.zalo_oa_may_cost else "only free messages go out"
    return f"{profile.name}, {token}, {webhook}, {money}, {left} of {total} messages of its quota are left"


async def _token(channel: ZaloOaChannel) -> str:
    grant = await channel.tokens.look()
    if grant.refused:
        raise ConsentNeeded(f"{grant.refused}. {CONSENT}")
    if not grant.refresh:
        raise ConsentNeeded(f"nobody agreed yet. {CONSENT}")
    await channel.tokens.get()
    grant = await channel.tokens.look()
    ends = _moment(grant.renewed_ms + CONSENT_MS)
    return f"token of {_moment(grant.renewed_ms)}, good until {_moment(grant.until_ms)}, renewable until {ends}"


async def _found(what: str, ask: Awaitable[_T], wrong: list[str]) -> _T | None:
    """What was asked for, or None and a sentence more in `wrong`: all that is missing is told at once, and once."""
    try:
        return await ask
    except TosoError as error:
        why = str(error)
        if not any(told.endswith(why) for told in wrong):
            wrong.append(f"{what}: {why}")
        return None


async def _groups(channel: ZaloOaChannel, tied: Iterable[Group]) -> None:
    for group in tied:
        try:
            there = await channel.account.group(group.zalo_group)
        except PlatformError as error:
            raise PlatformError(
                f"{group.name} in the ward file: {error} `toso zalo groups` lists the groups."
            ) from None
        if there.status == "disabled":
            raise PlatformError(f"{group.name}: the group's package has run out, renew it in Zalo OA Manager.")


def _moment(ms: int) -> str:
    return f"{datetime.fromtimestamp(ms / 1000, UTC).astimezone(VIETNAM):%Y-%m-%d %H:%M}"


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
