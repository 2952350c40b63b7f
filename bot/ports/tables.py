"""Secret keys of the installation: made by whichever worker comes first, kept by the store, one for all workers.

Reading what the store kept where single values may be damaged: the others are used all the same.
"""

import asyncio
import logging
import secrets
from collections.abc import Callable, Mapping
from typing import Final, TypeVar

from bot.ports.store import Store

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


T = TypeVar("T")

_log = logging.getLogger("toso.store")


def readable(what: str, kept: Mapping[str, bytes], decode: Callable[[bytes], T]) -> dict[str, T]:
    """The values by their names, decoded; one whose bytes are damaged is left out, and the log says which.

    `what` they are goes before a name. What a value says is not logged: it may be somebody's words.
    """
    found = {}
    for name, value in kept.items():
        try:
            found[name] = decode(value)
        except ValueError:
            _log.error("%s %s is damaged in the store and left out", what, name)
    return found
