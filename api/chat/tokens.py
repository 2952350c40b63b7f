"""Conversation tokens that prove themselves: nothing is stored for one, any worker can check it."""

import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from hashlib import sha256

from bot.channels.web import chat_of
from bot.model import Chat
from bot.ports.store import Store
from bot.ports.tables import WEB_TOKENS, InstallationKey

_RANDOM_BYTES = 16
_PROOF_BYTES = 16
_LENGTH = 43


class Tokens:
    """Issues tokens (128 random bits and a 128-bit proof, as 43 URL-safe characters) and reads them.

    Raises StoreDown as long as the installation's key could not be fetched.
    """

    def __init__(self, store: Store) -> None:
        self._key = InstallationKey(store, WEB_TOKENS)

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
        return hmac.digest(await self._key.get(), random, sha256)[:_PROOF_BYTES]
