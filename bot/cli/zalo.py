"""`toso zalo`: let the app speak for the Official Account; see to the account's groups.

The store a command works on: the one that is set, or the embedded one, also while the app runs.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import ExitStack, asynccontextmanager
from typing import TypeVar

import click

from bot.channel_registry import zalo_oa_channel, zalo_oa_consent
from bot.channels.zalo_oa.channel import ZaloOaChannel
from bot.clock import SystemClock
from bot.errors import DataInUse, SettingWrong
from bot.ports.store import Store
from bot.settings import Settings, environment
from bot.store.embedded import EmbeddedServer
from bot.store.redis import RedisStore


@asynccontextmanager
async def store_for(settings: Settings, owner: str) -> AsyncIterator[RedisStore]:
    """Open it for as long as the command takes. Raises TosoError when it cannot be reached."""
    with ExitStack() as stack:
        store = RedisStore(settings.redis_url or _embedded(stack, settings), owner)
        try:
            yield store
        finally:
            await store.close()


def _embedded(stack: ExitStack, settings: Settings) -> str:
    """The embedded store: our own for now, or that of the app that runs."""
    server = EmbeddedServer(settings.data_dir)
    try:
        return stack.enter_context(server).url
    except DataInUse:
        return server.url


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
