"""Secret keys of the installation: made by whichever worker comes first, kept by the store, one for all workers."""

import asyncio
import secrets

from bot.ports import Store

_BYTES = 32
_MAKING_MS = 2_000


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
                self._key = await self._shared()
        return self._key

    async def _shared(self) -> bytes:
        while not (key := await self._store.recall(self._name)):
            if not await self._store.lead(self._name, _MAKING_MS):
                await asyncio.sleep(0.05)
            elif not await self._store.recall(self._name):
                await self._store.remember(self._name, secrets.token_bytes(_BYTES))
        return key
