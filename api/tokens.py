"""Conversation tokens that prove themselves: nothing is stored for one, any worker can check it."""

import asyncio
import hmac
import secrets
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from hashlib import sha256

from bot.channels.web import chat_of
from bot.model import Chat
from bot.ports import Store

_KEY_NAME = "web-token-key"
_RANDOM_BYTES = 16
_PROOF_BYTES = 16
_LENGTH = 43
_MAKING_MS = 2_000


class Tokens:
    """Issues tokens (128 random bits and a 128-bit proof, as 43 URL-safe characters) and reads them.

    The installation's key is made by whichever worker comes first and kept by the store. Raises StoreDown as long as
    the key could not be fetched.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._key = b""

    async def issue(self) -> str:
        random = secrets.token_bytes(_RANDOM_BYTES)
        return urlsafe_b64encode(random + await self._proof(random)).decode().rstrip("=")

    async def chat(self, token: str) -> Chat | None:
        """The conversation that a token opens; None for a token that was never issued here."""
        if len(token) != _LENGTH or not token.isascii():
            return None
        try:
            raw = urlsafe_b64decode(token + "=")
        except NotBase64:
            return None
        random, proof = raw[:_RANDOM_BYTES], raw[_RANDOM_BYTES:]
        if not hmac.compare_digest(proof, await self._proof(random)):
            return None
        # Several spellings decode to the same bytes; only the one that was issued names a conversation.
        return chat_of(token) if urlsafe_b64encode(raw).decode().rstrip("=") == token else None

    async def _proof(self, random: bytes) -> bytes:
        if not self._key:
            self._key = await self._shared_key()
        return hmac.digest(self._key, random, sha256)[:_PROOF_BYTES]

    async def _shared_key(self) -> bytes:
        while not (key := await self._store.recall(_KEY_NAME)):
            if not await self._store.lead(_KEY_NAME, time.time_ns() // 1_000_000, _MAKING_MS):
                await asyncio.sleep(0.05)
            elif not await self._store.recall(_KEY_NAME):
                await self._store.remember(_KEY_NAME, secrets.token_bytes(32))
        return key
