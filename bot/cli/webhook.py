"""`toso webhook`: register the webhook with a platform, look at it, take it back.

The Official Account's webhook: Zalo lets nobody set it from outside, so people are told how, and we try it.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import TypeVar

import aiohttp
import click
import msgspec

from bot.channel_registry import telegram_channel, zalo_bot_channel
from bot.channels.zalo_oa.events import mac
from bot.clock import SystemClock
from bot.errors import PlatformError, SettingWrong
from bot.ports.store import Clock, Platform
from bot.settings import Settings, environment

PATH = "/webhooks/zalo-oa"
_SECONDS = 10.0
_EVENTS = "user_send_* (all of them), follow, user_click_chatnow, user_withdraw, oa_send_*, and those of groups"


def steps(settings: Settings) -> str:
    """What to do in Zalo's console."""
    return (
        "Zalo lets its webhook be set by hand only. At developers.zalo.me, in the app:\n"
        f"  1. Domain verification: verify {settings.public_url.partition('://')[2]}.\n"
        f"  2. Webhook: paste {settings.public_url}{PATH} and save; Zalo tries it at once.\n"
        f"  3. Switch on these events: {_EVENTS}.\n"
        "  4. Leave the syntax filter (Lọc cú pháp) off: with it only texts that begin with # arrive.\n"
        "  5. The OA Secret Key shown there is ZALO_OA_SECRET_KEY."
    )


async def tried(settings: Settings) -> str:
    """Call our own address as Zalo does: unsigned when it is saved, signed for an event. Raises TosoError."""
    if not settings.public_url:
        raise SettingWrong("TOSO_PUBLIC_URL is missing: Zalo brings events to an https:// address only.")
    url = f"{settings.public_url}{PATH}"
    timestamp = str(time.time_ns() // 1_000_000)
    body = msgspec.json.encode({"event_name": "doctor", "timestamp": timestamp})
    signature = mac(settings.zalo_oa_app_id, body, timestamp, settings.zalo_oa_secret_key)
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_SECONDS)) as session:
        probe = await _status(session, url, b"{}", {})
        if probe != 200:
            raise PlatformError(f"{url} answers {probe} to Zalo's probe: is the app running behind this address?")
        event = await _status(session, url, body, {"X-ZEvent-Signature": f"mac={signature}"})
    if event != 200:
        raise PlatformError(f"{url} answers {event} to a signed event: restart the app with these settings.")
    return f"{url} takes events"


async def _status(session: aiohttp.ClientSession, url: str, body: bytes, headers: dict[str, str]) -> int | str:
    headers = {"Content-Type": "application/json"} | headers
    try:
        async with session.post(url, data=body, headers=headers, allow_redirects=False) as answer:
            return answer.status
    except (aiohttp.ClientError, OSError) as error:
        return f"nothing ({type(error).__name__})"


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
