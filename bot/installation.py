"""Secret keys of the installation: made by whichever worker comes first, kept by the store, one for all workers."""

import asyncio
import secrets
from typing import Final

from bot.ports import Store

LOG_SALT: Final = "log-salt"
WEB_TOKENS: Final = "web-token-key"
DEVICES: Final = "device-key"
ADDRESSES: Final = "address-key"
WRITERS: Final = "writer-key"
LETTERS: Final = "letter-key"

NAMES: Final = (LOG_SALT, WEB_TOKENS, DEVICES, ADDRESSES, WRITERS, LETTERS)
"""All that there are."""

_BYTES = 32


class InstallationKey:
    """The key called `name`, fetched once. Raises StoreDown as long as it could not be fetched."""

    def __init__(self, store: Store, name: str) -> None:
        self._store = store
        self._name = name
        self._key = b""
        self._fetching = asyncio.Lock()

    async def get(self) -> bytes:
        async with self._fetching:
            if not self._key:
                self._key = await self._store.secret(self._name, secrets.token_bytes(_BYTES))
        return self._key
