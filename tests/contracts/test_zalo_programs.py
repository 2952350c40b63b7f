"""Both Zalo emulators as programs of their own, with a person driven over HTTP."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator
from typing import Any

import aiohttp

from tests.contracts.zalo_hook import listening
from tests.patience import until


@contextlib.asynccontextmanager
async def program(*arguments: str) -> AsyncIterator[dict[str, str]]:
    """Run a module; gives the settings that it prints."""
    running = await asyncio.create_subprocess_exec(sys.executable, "-m", *arguments, stdout=asyncio.subprocess.PIPE)
    try:
        assert running.stdout
        line = (await running.stdout.readline()).decode()
        yield dict(setting.split("=", 1) for setting in line.split())
    finally:
        running.terminate()
        await running.communicate()


async def post(session: aiohttp.ClientSession, url: str, body: Any, **headers: str) -> Any:
    async with session.post(url, json=body, headers=headers) as response:
        return await response.json() if response.ok else response.status


async def get(session: aiohttp.ClientSession, url: str) -> Any:
    async with session.get(url) as response:
        return await response.json()


async def test_the_official_account_runs_by_itself() -> None:
    async with (
        listening() as hook,
        program("tests.emulators.zalo_oa", "--port", "0", "--webhook", hook.url) as settings,
        aiohttp.ClientSession() as session,
    ):
        api = settings["ZALO_OA_API"]
        grant = {"grant_type": "refresh_token", "refresh_token": settings["ZALO_OA_REFRESH_TOKEN"]}
        form = grant | {"app_id": settings["ZALO_OA_APP_ID"]}
        secret = {"secret_key": settings["ZALO_OA_APP_SECRET"]}
        url = f"{settings['ZALO_OAUTH_API']}/v4/oa/access_token"
        async with session.post(url, data=form, headers=secret) as response:
            token = (await response.json())["access_token"]
        assert (await post(session, f"{api}/control/webhook", {"url": hook.url}))["saved"]
        await post(session, f"{api}/control/says", {"person": 7, "text": "chào"})
        button = {"title": "1. Có", "type": "oa.query.show", "payload": "#yes"}
        message = {"text": "Có?", "attachment": {"type": "template", "payload": {"buttons": [button]}}}
        body = {"recipient": {"user_id": "7"}, "message": message}
        assert (await post(session, f"{api}/v3.0/oa/message/cs", body, access_token=token))["error"] == 0
        (seen,) = await get(session, f"{api}/control/sees?person=7")
        assert (seen["text"], seen["labels"]) == ("Có?", ["1. Có"])
        await post(session, f"{api}/control/presses", {"person": 7, "label": "Có"})
        assert await post(session, f"{api}/control/presses", {"person": 7, "label": "Không"}) == 404
        await post(session, f"{api}/control/fails", {"fault": -200})
        assert (await post(session, f"{api}/v3.0/oa/message/cs", body, access_token=token))["error"] == -200
        await post(session, f"{api}/control/passes", {"seconds": 8 * 86_400})
        assert (await post(session, f"{api}/v3.0/oa/message/cs", body, access_token=token))["error"] == -220

        async def both_came() -> bool:
            texts = [event["message"]["text"] for event in hook.got if event["event_name"] == "user_send_text"]
            return texts == ["chào", "#yes"]

        await until(both_came)
        async with session.get(f"{api}/control/") as page:
            assert "Be a person" in await page.text()


async def test_the_bot_platform_runs_by_itself() -> None:
    async with program("tests.emulators.zalo_bot", "--port", "0") as settings, aiohttp.ClientSession() as session:
        api = settings["ZALO_BOT_API"]
        base = f"{api}/bot{settings['ZALO_BOT_TOKEN']}"
        await post(session, f"{api}/control/says", {"person": 7, "text": "chào"})
        assert (await post(session, f"{base}/getUpdates", {"timeout": 1}))["result"]["message"]["text"] == "chào"
        await post(
            session, f"{base}/sendMessage", {"chat_id": "7", "text": "Có?\n\n1. Có\n2. Không\n\n9. Quay lại · 0. Menu"}
        )
        (seen,) = await get(session, f"{api}/control/sees?person=7")
        assert seen["labels"] == ["1. Có", "2. Không", "9. Quay lại", "0. Menu"]
        await post(session, f"{api}/control/presses", {"person": 7, "label": "Menu"})
        assert (await post(session, f"{base}/getUpdates", {"timeout": 1}))["result"]["message"]["text"] == "0"
        await post(session, f"{api}/control/sends", {"person": 7, "what": "voice"})
        told = (await post(session, f"{base}/getUpdates", {"timeout": 1}))["result"]
        assert told["event_name"] == "message.voice.received"
        assert await post(session, f"{api}/control/sends", {"person": 7, "what": "thanks"}) == 404
        assert await post(session, f"{api}/control/webhook", {"url": "http://127.0.0.1:9"}) == 404
