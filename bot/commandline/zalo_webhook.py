"""The Official Account's webhook: Zalo lets nobody set it from outside, so people are told how, and we try it."""

import time

import aiohttp
import msgspec

from bot.channels.zalo_oa.events import mac
from bot.errors import PlatformError, SettingWrong
from bot.settings import Settings

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
