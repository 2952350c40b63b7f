"""`toso zalo`: let the app speak for the Official Account; see to the account's groups."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import click

from bot.channels.zalo_oa.channel import ZaloOaChannel
from bot.clock import SystemClock
from bot.commandline.reach import store_for
from bot.errors import SettingWrong
from bot.platforms import zalo_oa_channel, zalo_oa_consent
from bot.ports.store import Store
from bot.settings import Settings, environment

_T = TypeVar("_T")


@click.group()
def zalo() -> None:
    """Zalo's Official Account: consent, and its groups."""


@zalo.command()
def consent() -> None:
    """Make the link where an admin of the account agrees that this app speaks for it."""
    settings = Settings.read(environment())
    if not settings.public_url:
        raise SettingWrong("TOSO_PUBLIC_URL is missing: Zalo sends the admin back to an address there.")

    async def link(channel: ZaloOaChannel, store: Store) -> tuple[str, str]:
        made = zalo_oa_consent(settings, channel, store, SystemClock())
        return await made.link(), made.callback

    address, callback = _with_account(settings, link)
    click.echo(
        "Open this link within an hour, signed in to Zalo as an admin of the Official Account, and agree:\n\n"
        f"{address}\n\nAt developers.zalo.me, in the app's Official Account settings, the callback address has to be\n"
        f"{callback} and its domain verified. The app has to be running: it takes over from there."
    )


@zalo.command()
def groups() -> None:
    """List the account's groups; a group's id is what the ward file names as `zalo_group`."""
    for group in _with_account(Settings.read(environment()), lambda channel, _: channel.account.groups()):
        click.echo(f"{group.group_id}  {group.name} ({group.total_member} members, {group.status})")


@zalo.command()
@click.argument("group")
def members(group: str) -> None:
    """List who is in a group."""
    for member in _with_account(Settings.read(environment()), lambda channel, _: channel.account.members(group)):
        click.echo(f"{member.user_id or member.oa_id}  {member.name}")


@zalo.command("create-group")
@click.argument("name")
@click.option("--member", "people", multiple=True, required=True, help="Id of somebody in it; one is an admin.")
def create_group(name: str, people: tuple[str, ...]) -> None:
    """Make a group of the account, for example of a residential group's volunteers."""
    made = _with_account(Settings.read(environment()), lambda channel, _: channel.account.create_group(name, people))
    click.echo(f"{made.group_id}  {made.name}: write this id into the ward file as zalo_group.")


def _with_account(settings: Settings, ask: Callable[[ZaloOaChannel, Store], Awaitable[_T]]) -> _T:
    async def asked() -> _T:
        async with store_for(settings, "zalo") as store:
            channel = zalo_oa_channel(settings, store, SystemClock())
            if channel is None:
                raise SettingWrong("ZALO_OA_APP_ID is missing: copy it from the app's page at developers.zalo.me.")
            try:
                return await ask(channel, store)
            finally:
                await channel.close()

    return asyncio.run(asked())
