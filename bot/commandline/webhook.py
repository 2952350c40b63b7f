"""`toso webhook`: register the webhook with a platform, look at it, take it back."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TypeVar

import click

from bot.bootstrap import telegram_channel
from bot.channels.telegram import TelegramChannel
from bot.clock import SystemClock
from bot.errors import SettingWrong
from bot.settings import Settings, environment

_T = TypeVar("_T")
_CHANNEL = click.Choice(["telegram"])


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
    _with_telegram(settings, lambda telegram: telegram.set_webhook(settings.public_url))
    click.echo(f"{channel}: updates are sent to {settings.public_url}.")


@webhook.command()
@click.argument("channel", type=_CHANNEL)
def info(channel: str) -> None:
    """Say what the platform knows of the webhook."""
    known = _with_telegram(Settings.read(environment()), lambda telegram: telegram.webhook_info())
    click.echo(f"{channel}: {known.url or 'no webhook is set'}")
    click.echo(f"updates waiting: {known.pending}")
    if known.last_error:
        at = datetime.fromtimestamp(known.last_error_at, UTC)
        click.echo(f"last error: {known.last_error} ({at:%Y-%m-%d %H:%M} UTC)")


@webhook.command()
@click.argument("channel", type=_CHANNEL)
def delete(channel: str) -> None:
    """Have the platform keep updates until they are fetched."""
    _with_telegram(Settings.read(environment()), lambda telegram: telegram.delete_webhook())
    click.echo(f"{channel}: no updates are sent any more.")


def _with_telegram(settings: Settings, ask: Callable[[TelegramChannel], Awaitable[_T]]) -> _T:
    telegram = telegram_channel(settings, SystemClock())
    if telegram is None:
        raise SettingWrong("TELEGRAM_TOKEN is missing: set it to the token from @BotFather.")

    async def asked() -> _T:
        try:
            return await ask(telegram)
        finally:
            await telegram.close()

    return asyncio.run(asked())
