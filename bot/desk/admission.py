"""How many requests for a person may be opened in an hour, in all and from one network address: people answer them."""

import logging
from collections import Counter
from hashlib import blake2b
from hmac import new

import msgspec
from msgspec import Struct

from bot.errors import StoreDown
from bot.model import encode
from bot.ports.store import Clock, Store
from bot.ports.tables import ADDRESSES, InstallationKey

FROM_ONE_ADDRESS = 10
"""Requests an hour: a help point or a family shares an address."""

_HOUR_MS = 3600 * 1000
_TABLE = "opened"


class _Opened(Struct, frozen=True, omit_defaults=True):
    """When a request was opened, and from where: a keyed hash, empty where nobody knows."""

    at: int
    place: str = ""


_log = logging.getLogger("toso.store")

_read = msgspec.json.Decoder(_Opened).decode


class Admission:
    """Counts over all workers. `an_hour` is how many may be opened in all; 0 is no limit."""

    def __init__(self, store: Store, clock: Clock, an_hour: int) -> None:
        self._store = store
        self._clock = clock
        self._an_hour = an_hour
        self._key = InstallationKey(store, ADDRESSES)

    async def admit(self, id_: str, address: str = "") -> bool:
        """Whether one more request may be opened; then it is counted. The same `id_` again is the same request.

        Nobody is kept from a person because the counts cannot be read: on a cluster their node may be gone alone.
        """
        try:
            return await self._count(id_, address)
        except StoreDown as down:
            _log.warning("a request is opened without a limit: %s", down)
            return True

    async def _count(self, id_: str, address: str) -> bool:
        now, row = self._clock.now_ms(), blake2b(id_.encode(), digest_size=12).hexdigest()
        place = new(await self._key.get(), address.encode(), "sha256").hexdigest()[:16] if address else ""
        kept = {name: (value, _read(value)) for name, value in (await self._store.rows(_TABLE))[1].items()}
        for name, (value, opened) in kept.items():
            if not _lately(opened, now):
                await self._store.put(_TABLE, name, value, None)
        lately = {name: opened for name, (_, opened) in kept.items() if _lately(opened, now)}
        if row in lately:
            return True
        places = Counter(opened.place for opened in lately.values())
        if (self._an_hour and len(lately) >= self._an_hour) or (place and places[place] >= FROM_ONE_ADDRESS):
            return False
        await self._store.put(_TABLE, row, None, encode(_Opened(now, place)))
        return True


def _lately(opened: _Opened, now: int) -> bool:
    """Within an hour; also ahead of us, since hosts may have clocks that differ, and a clock may go back."""
    return abs(now - opened.at) < _HOUR_MS
