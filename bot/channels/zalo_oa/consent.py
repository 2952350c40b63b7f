"""How an admin of the Official Account lets the app speak for it: a link, and what comes back from it."""

import base64
import hashlib
import hmac
import re
import secrets
from typing import Final
from urllib.parse import urlencode

import msgspec
from msgspec import Struct

from bot.channels.zalo_oa.oauth import TABLE, Safe, Tokens
from bot.errors import PlatformError
from bot.ports.store import Clock

CALLBACK_PATH: Final = "/zalo/consent"
OPEN_MS: Final = 3600 * 1000
"""How long a link is good."""

_ROW: Final = "consent"
_VERIFIER: Final = re.compile(r"(?=.*[A-Z])(?=.*[a-z])(?=.*[0-9]).{43}", re.ASCII)


class _Open(Struct, frozen=True):
    state: str
    verifier: str
    until_ms: int


_decode = msgspec.json.Decoder(_Open).decode
_encode = msgspec.json.Encoder().encode


def challenge(verifier: str) -> str:
    """What a consent link carries of its verifier."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


class Consent:
    """One consent at a time: a new link ends the one before."""

    def __init__(self, app_id: str, oauth: str, public_url: str, safe: Safe, tokens: Tokens, clock: Clock) -> None:
        self._app_id = app_id
        self._oauth = oauth.rstrip("/")
        self.callback = public_url.rstrip("/") + CALLBACK_PATH
        self._safe = safe
        self._tokens = tokens
        self._clock = clock

    async def link(self) -> str:
        """Where the admin agrees; good for an hour, once. Whoever has it needs the account's rights too."""
        opened = _Open(secrets.token_urlsafe(24), _verifier(), self._clock.now_ms() + OPEN_MS)
        while not await self._safe.put(TABLE, _ROW, await self._kept(), _encode(opened)):
            pass
        query = {
            "app_id": self._app_id,
            "redirect_uri": self.callback,
            "code_challenge": challenge(opened.verifier),
            "state": opened.state,
        }
        return f"{self._oauth}/v4/oa/permission?{urlencode(query)}"

    async def finish(self, code: str, state: str) -> None:
        """Take what the admin's browser brings back. Raises PlatformError, StoreDown."""
        kept = await self._kept()
        opened = _decode(kept) if kept else None
        good = opened and hmac.compare_digest(opened.state.encode(), state.encode("utf-8", "replace"))
        if not code or opened is None or not good or self._clock.now_ms() > opened.until_ms:
            raise PlatformError("Zalo: this consent was not begun here, or it is too old: run `toso zalo consent`.")
        if not await self._safe.put(TABLE, _ROW, kept, None):
            raise PlatformError("Zalo: this consent is being taken already.")
        await self._tokens.accept(code, opened.verifier)

    async def _kept(self) -> bytes | None:
        return (await self._safe.rows(TABLE))[1].get(_ROW)


def _verifier() -> str:
    """43 characters with a capital, a small letter and a digit among them, as Zalo wants it."""
    while not _VERIFIER.fullmatch(verifier := secrets.token_urlsafe(32)):
        pass
    return verifier
