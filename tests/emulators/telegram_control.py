"""The emulator as a program of its own, with people driven over HTTP.

`POST /control/says {"person": 7, "text": "chào"}`, `POST /control/presses {"person": 7, "label": "Còn mở được"}`,
`GET /control/sees?person=7`, `POST /control/fails {"fault": 429, "retry_after": 1}`.
"""

import argparse
import asyncio
from dataclasses import asdict

from aiohttp import web

from tests.emulators.telegram import TOKEN, TelegramEmulator


def control(emulator: TelegramEmulator) -> web.Application:
    """The routes that stand for people's hands and eyes."""
    app = web.Application()

    async def says(request: web.Request) -> web.Response:
        asked = await request.json()
        update_id = await emulator.person(int(asked["person"])).says(asked["text"], wait=False)
        return web.json_response({"update_id": update_id})

    async def presses(request: web.Request) -> web.Response:
        asked = await request.json()
        person = emulator.person(int(asked["person"]))
        try:
            update_id = await person.presses(asked["label"], old=bool(asked.get("old")), wait=False)
        except AssertionError as error:
            return web.json_response({"error": str(error)}, status=404)
        return web.json_response({"update_id": update_id})

    async def sees(request: web.Request) -> web.Response:
        person = emulator.person(int(request.query["person"]))
        return web.json_response([asdict(seen) for seen in person.sees])

    async def fails(request: web.Request) -> web.Response:
        emulator.fail_next(**await request.json())
        return web.json_response({})

    app.router.add_post("/says", says)
    app.router.add_post("/presses", presses)
    app.router.add_get("/sees", sees)
    app.router.add_post("/fails", fails)
    return app


async def run(port: int, token: str, limits: bool) -> None:
    """Serve until cancelled."""
    emulator = TelegramEmulator(token, limits=limits)
    emulator.mount("/control", control(emulator))
    try:
        address = await emulator.start(port)
        print(f"TELEGRAM_API={address} TELEGRAM_TOKEN={token}", flush=True)  # noqa: T201 - it is a program
        await asyncio.Event().wait()
    finally:
        await emulator.stop()


def main() -> None:
    parser = argparse.ArgumentParser(prog="tests.emulators.telegram", description="Telegram's Bot API on 127.0.0.1.")
    parser.add_argument("--port", type=int, default=0, help="port to listen on; 0 takes a free one")
    parser.add_argument("--token", default=TOKEN, help="the bot's token")
    parser.add_argument("--no-limits", action="store_true", help="never refuse floods")
    asked = parser.parse_args()
    try:
        asyncio.run(run(asked.port, asked.token, not asked.no_limits))
    except KeyboardInterrupt:
        parser.exit()
