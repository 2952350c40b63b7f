"""What `toso doctor` asks about the Official Account. Raises TosoError with what is wrong, and what to do about it."""

from collections.abc import Awaitable, Iterable
from datetime import UTC, datetime
from typing import Final, TypeVar

from bot.channels.zalo_oa.channel import ZaloOaChannel
from bot.channels.zalo_oa.client import left_and_total
from bot.channels.zalo_oa.oauth import CONSENT, ConsentNeeded
from bot.clock import SystemClock
from bot.commandline.zalo_webhook import tried
from bot.content.ward import Group
from bot.errors import PlatformError, TosoError
from bot.loading import load_content
from bot.model.hours import VIETNAM
from bot.platforms import zalo_oa_channel
from bot.ports.store import Store
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
