"""Where whoever finds a weakness tells of it: `/.well-known/security.txt`, as RFC 9116 has it."""

import re
from datetime import UTC, datetime, timedelta

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse

from bot.ports.store import Clock

PATH = "/.well-known/security.txt"
GOOD_DAYS = 180
"""It may be read for so long; the RFC advises less than a year."""


class SecurityTxt:
    """`contact` is an address as RFC 9116 wants it (mailto:, https: or tel:); without one, the ward's `hotline`."""

    def __init__(self, contact: str, hotline: str, public_url: str, clock: Clock) -> None:
        self._contact = contact or f"tel:{re.sub(r'[^+0-9]', '', hotline)}"
        self._public_url = public_url
        self._clock = clock

    def router(self) -> APIRouter:
        router = APIRouter(include_in_schema=False)
        router.add_api_route(PATH, self._page, methods=["GET", "HEAD"])
        return router

    async def _page(self) -> PlainTextResponse:
        midnight = datetime.fromtimestamp(self._clock.now_ms() / 1000, UTC).replace(hour=0, minute=0, second=0)
        expires = (midnight + timedelta(days=GOOD_DAYS)).strftime("%Y-%m-%dT%H:%M:%SZ")
        lines = [f"Contact: {self._contact}", f"Expires: {expires}", "Preferred-Languages: vi, en"]
        if self._public_url.startswith("https:"):
            lines.append(f"Canonical: {self._public_url}{PATH}")
        return PlainTextResponse("\n".join([*lines, ""]))
