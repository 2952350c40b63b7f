"""The emulators as programs of their own: each prints the settings that lead an app to it; see `control` for the rest.

Zalo's also take `POST /control/passes {"seconds": 3600}`, and the Official Account's what its console does:
`POST /control/webhook {"url": "https://…"}`.
"""

import argparse
import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from tests.emulators import telegram, zalo_bot, zalo_bot_delivery, zalo_oa_delivery
from tests.emulators.control import Deed, control
from tests.emulators.loopback import Loopback
from tests.emulators.zalo_oa import APP_ID, APP_SECRET, OA_SECRET, ZaloOaEmulator
from tests.emulators.zalo_world import ZaloWorld


def telegram_main() -> None:
    options = _options("telegram", "Telegram's Bot API")
    options.add_argument("--token", default=telegram.TOKEN, help="the bot's token")
    options.add_argument("--no-limits", action="store_true", help="never refuse floods")
    asked = options.parse_args()

    async def run() -> None:
        emulator = telegram.TelegramEmulator(asked.token, limits=not asked.no_limits)
        emulator.mount("/control", control(emulator, lambda id: emulator.person(int(id))))
        await _serve(emulator, asked.port, lambda url: {"TELEGRAM_API": url, "TELEGRAM_TOKEN": asked.token})

    _until_interrupted(run())


def zalo_bot_main() -> None:
    options = _options("zalo_bot", "The Zalo Bot Platform")
    options.add_argument("--token", default=zalo_bot.TOKEN, help="the bot's token")
    asked = options.parse_args()

    async def run() -> None:
        emulator = zalo_bot.ZaloBotEmulator(asked.token)
        emulator.delivery.deadline = zalo_bot_delivery.DEADLINE_SECONDS
        emulator.mount("/control", control(emulator, emulator.person, [_passes(emulator.world)]))
        await _serve(emulator, asked.port, lambda url: {"ZALO_BOT_API": url, "ZALO_BOT_TOKEN": asked.token})

    _until_interrupted(run())


def zalo_oa_main() -> None:
    options = _options("zalo_oa", "Zalo's Official Account platform")
    options.add_argument("--webhook", default="", help="the app's webhook; set as soon as it answers")
    asked = options.parse_args()

    async def run() -> None:
        emulator = ZaloOaEmulator()
        emulator.delivery.deadline = zalo_oa_delivery.DEADLINE_SECONDS

        async def webhook(asked: Any) -> Any:
            return {"saved": await emulator.delivery.set_webhook(asked["url"])}

        async def saved() -> None:
            while asked.webhook:
                if await emulator.delivery.set_webhook(asked.webhook):
                    return
                await asyncio.sleep(0.2)

        emulator.mount("/control", control(emulator, emulator.person, [_passes(emulator.world), webhook]))
        await _serve(emulator, asked.port, lambda url: _account(emulator, url), saved)

    _until_interrupted(run())


def _account(emulator: ZaloOaEmulator, url: str) -> dict[str, str]:
    settings = {"ZALO_OA_API": url, "ZALO_OAUTH_API": url, "ZALO_OA_APP_ID": APP_ID, "ZALO_OA_APP_SECRET": APP_SECRET}
    settings["ZALO_OA_SECRET_KEY"] = OA_SECRET
    return settings | {"ZALO_OA_REFRESH_TOKEN": emulator.oauth.issue()["refresh_token"]}


def _passes(world: ZaloWorld) -> Deed:
    async def passes(asked: Any) -> Any:
        world.passes(float(asked["seconds"]))
        return {}

    return passes


def _options(name: str, what: str) -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(prog=f"tests.emulators.{name}", description=f"{what} on 127.0.0.1.")
    options.add_argument("--port", type=int, default=0, help="port to listen on; 0 takes a free one")
    return options


async def _nothing() -> None:
    """What comes after the start, where nothing does."""


async def _serve(
    emulator: Loopback,
    port: int,
    settings: Callable[[str], dict[str, str]],
    then: Callable[[], Awaitable[None]] = _nothing,
) -> None:
    """Serve until cancelled; prints the settings that lead an app here, on one line."""
    try:
        told = settings(await emulator.start(port))
        print(" ".join(f"{name}={value}" for name, value in told.items()), flush=True)  # noqa: T201 - it is a program
        await then()
        await asyncio.Event().wait()
    finally:
        await emulator.stop()


def _until_interrupted(program: Coroutine[Any, Any, None]) -> None:
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(program)
