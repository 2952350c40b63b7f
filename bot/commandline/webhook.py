"""`toso webhook`: register the webhook with a platform, look at it, take it back."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import TypeVar

import click

from bot.clock import SystemClock
from bot.commandline.zalo_webhook import steps, tried
from bot.errors import PlatformError, SettingWrong
from bot.platforms import telegram_channel, zalo_bot_channel
from bot.ports.store import Clock, Platform
from bot.settings import Settings, environment

_T = TypeVar("_T")
_PLATFORMS: Mapping[str, tuple[Callable[[Settings, Clock], Platform | None], str]] = {
    "telegram": (telegram_channel, "TELEGRAM_TOKEN is missing: set it to the token from @BotFather."),
    "zalo-bot": (zalo_bot_channel, "ZALO_BOT_TOKEN is missing: set it to the token from Zalo Bot Creator."),
}
_BY_HAND = "zalo-oa"
"""Its webhook is set by people, in Zalo's console."""
_CHANNEL = click.Choice([*_PLATFORMS, _BY_HAND])


@click.group()
def webhook() -> None:
    """Register the webhook with a platform."""


@webhook.command("set")
@click.argument("channel", type=_CHANNEL)
def set_webhook(channel: str) -> None:
    """Have the platform send updates to TOSO_PUBLIC_URL."""
    settings = Settings.read(environment())
    if not settings.public_url:
        raise SettingWrong(
            "TOSO_PUBLIC_URL is missing: set it to the https:// address where the platform reaches this app."
        )
    if channel == _BY_HAND:
        click.echo(steps(settings))
        click.echo(asyncio.run(tried(settings)))
        return
    trouble = _ask(channel, settings, lambda platform: platform.set_webhook(settings.public_url))
    click.echo(f"{channel}: updates are sent to {settings.public_url}.")
    if trouble:
        raise PlatformError(trouble)


@webhook.command()
@click.argument("channel", type=_CHANNEL)
def info(channel: str) -> None:
    """Say what the platform knows of the webhook."""
    settings = Settings.read(environment())
    if channel == _BY_HAND:
        click.echo(f"{channel}: {asyncio.run(tried(settings))}. Zalo does not say what it knows: see its console.")
        return
    known = _ask(channel, settings, lambda platform: platform.webhook_info())
    click.echo(f"{channel}: {known.url or 'no webhook is set'}")
    if known.pending is not None:
        click.echo(f"updates waiting: {known.pending}")
    if known.last_error:
        at = datetime.fromtimestamp(known.last_error_at, UTC)
        click.echo(f"last error: {known.last_error} ({at:%Y-%m-%d %H:%M} UTC)")


@webhook.command()
@click.argument("channel", type=_CHANNEL)
def delete(channel: str) -> None:
    """Have the platform keep updates until they are fetched."""
    if channel == _BY_HAND:
        raise PlatformError("Zalo lets its webhook be taken back by hand only: at developers.zalo.me, Webhook.")
    _ask(channel, Settings.read(environment()), lambda platform: platform.delete_webhook())
    click.echo(f"{channel}: no updates are sent any more.")


def _ask(channel: str, settings: Settings, ask: Callable[[Platform], Awaitable[_T]]) -> _T:
    make, missing = _PLATFORMS[channel]
    platform = make(settings, SystemClock())
    if platform is None:
        raise SettingWrong(missing)

    async def asked() -> _T:
        try:
            return await ask(platform)
        finally:
            await platform.close()

    return asyncio.run(asked())
