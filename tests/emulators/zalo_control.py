"""A Zalo emulator as a program of its own, with people driven over HTTP, or by hand on a page under `/control/`.

`POST /control/says {"person": "7", "text": "chào"}`, `POST /control/presses {"person": "7", "label": "Còn mở được"}`,
`GET /control/sees?person=7`, `POST /control/fails {"fault": -32, "method": "message/cs"}`,
`POST /control/passes {"seconds": 3600}`, and what an Official Account's console does:
`POST /control/webhook {"url": "https://…"}`.
"""

import argparse
import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from aiohttp import web

from tests.emulators.zalo_bot import TOKEN, ZaloBotEmulator
from tests.emulators.zalo_oa import APP_ID, APP_SECRET, OA_SECRET, ZaloOaEmulator

_PAGE = Path(__file__).with_name("zalo_page.html")


def control(emulator: ZaloOaEmulator | ZaloBotEmulator) -> web.Application:
    """The routes that stand for people's hands and eyes."""
    app = web.Application()

    async def says(asked: Any) -> Any:
        return {"message_id": await emulator.person(str(asked["person"])).says(asked["text"], wait=False)}

    async def presses(asked: Any) -> Any:
        person = emulator.person(str(asked["person"]))
        try:
            return {"message_id": await person.presses(asked["label"], old=bool(asked.get("old")), wait=False)}
        except AssertionError as error:
            raise web.HTTPNotFound(text=str(error)) from None

    async def fails(asked: Any) -> Any:
        emulator.fail_next(**asked)
        return {}

    async def passes(asked: Any) -> Any:
        emulator.world.passes(float(asked["seconds"]))
        return {}

    async def webhook(asked: Any) -> Any:
        if isinstance(emulator, ZaloBotEmulator):
            raise web.HTTPNotFound(text="A bot sets its webhook itself: setWebhook.")
        return {"saved": await emulator.delivery.set_webhook(asked["url"])}

    async def sees(request: web.Request) -> web.Response:
        person = emulator.person(request.query["person"])
        return web.json_response([asdict(seen) | {"labels": seen.labels} for seen in person.sees])

    async def page(_request: web.Request) -> web.Response:
        return web.Response(text=_PAGE.read_text(), content_type="text/html")

    for deed in (says, presses, fails, passes, webhook):
        app.router.add_post(f"/{deed.__name__}", _from_json(deed))
    app.router.add_get("/sees", sees)
    app.router.add_get("/", page)
    return app


def _from_json(deed: Callable[[Any], Awaitable[Any]]) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def answer(request: web.Request) -> web.Response:
        return web.json_response(await deed(await request.json()))

    return answer


async def run_oa(port: int, webhook: str) -> None:
    """Serve an Official Account until cancelled; its webhook is set once it answers."""
    emulator = ZaloOaEmulator()
    emulator.mount("/control", control(emulator))
    async with contextlib.AsyncExitStack() as stack:
        address = await emulator.start(port)
        stack.push_async_callback(emulator.stop)
        settings = {"ZALO_OA_API": address, "ZALO_OAUTH_API": address, "ZALO_OA_APP_ID": APP_ID}
        settings |= {"ZALO_OA_APP_SECRET": APP_SECRET, "ZALO_OA_SECRET_KEY": OA_SECRET}
        _tell(settings | {"ZALO_OA_REFRESH_TOKEN": emulator.oauth.issue()["refresh_token"]})
        if webhook:
            await _until_saved(emulator, webhook)
        await asyncio.Event().wait()


async def run_bot(port: int, token: str) -> None:
    """Serve a bot's platform until cancelled."""
    emulator = ZaloBotEmulator(token)
    emulator.mount("/control", control(emulator))
    async with contextlib.AsyncExitStack() as stack:
        address = await emulator.start(port)
        stack.push_async_callback(emulator.stop)
        _tell({"ZALO_BOT_API": address, "ZALO_BOT_TOKEN": token})
        await asyncio.Event().wait()


def oa_main() -> None:
    parser = argparse.ArgumentParser(prog="tests.emulators.zalo_oa", description="Zalo's OA platform on 127.0.0.1.")
    parser.add_argument("--port", type=int, default=0, help="port to listen on; 0 takes a free one")
    parser.add_argument("--webhook", default="", help="the app's webhook; set as soon as it answers")
    asked = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(run_oa(asked.port, asked.webhook))


def bot_main() -> None:
    parser = argparse.ArgumentParser(prog="tests.emulators.zalo_bot", description="The Zalo Bot Platform on 127.0.0.1.")
    parser.add_argument("--port", type=int, default=0, help="port to listen on; 0 takes a free one")
    parser.add_argument("--token", default=TOKEN, help="the bot's token")
    asked = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(run_bot(asked.port, asked.token))


async def _until_saved(emulator: ZaloOaEmulator, webhook: str) -> None:
    while True:
        if await emulator.delivery.set_webhook(webhook):
            return
        await asyncio.sleep(0.2)


def _tell(settings: dict[str, str]) -> None:
    """Print the settings that lead an app here, on one line."""
    print(" ".join(f"{name}={value}" for name, value in settings.items()), flush=True)  # noqa: T201 - it is a program
