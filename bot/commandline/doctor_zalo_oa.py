"""What `toso doctor` asks about the Official Account. Raises TosoError with what is wrong, and what to do about it."""

from collections.abc import Iterable
from datetime import UTC, datetime

from bot.channels.zalo_oa import ZaloOaChannel
from bot.channels.zalo_oa_account import left_and_total
from bot.channels.zalo_tokens import CONSENT, ConsentNeeded
from bot.clock import SystemClock
from bot.commandline.zalo_webhook import tried
from bot.content.ward import Group
from bot.errors import PlatformError
from bot.hours import VIETNAM
from bot.loading import load_content
from bot.platforms import zalo_oa_channel
from bot.ports import Store
from bot.settings import Settings

_CLOCK = SystemClock()


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
        profile = await channel.account.me()
        left, total = left_and_total(await channel.account.quotas())
        await _groups(channel, tied)
        webhook = await tried(settings)
    finally:
        await channel.close()
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
    return f"token of {_moment(grant.renewed_ms)}, good until {_moment(grant.until_ms)}"


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
