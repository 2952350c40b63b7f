"""What left the house, or was delivered, on its way to the store: noted at once, saved with the next round trip."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from bot.errors import StoreDown

ALONE_DELAY, SHARED_DELAY = 0.1, 0.002
"""Seconds after which a note travels alone when no other call takes it along: in the only worker, where nobody waits
for it, and among several, where the next reply may come from another one and goes out only after this note."""

_RETRY_DELAY = 1.0

Send = Callable[[str, int], "asyncio.Future[Any]"]
Left = Callable[[str, Sequence[Any]], None]


class Acks:
    """Notes `conversation key: number of the last parcel sent`, or `call: 1`, saved within `delay` seconds.

    `send` saves one; `left` is told what still waits.
    """

    def __init__(self, send: Send, left: Left, delay: float) -> None:
        self._send = send
        self._left = left
        self._delay = delay
        self._noted: dict[str, int] = {}
        self._sent: dict[str, tuple[asyncio.Future[Any], int]] = {}
        self._timer: asyncio.TimerHandle | None = None

    def note(self, key: str, upto: int, delay: float = 0.0) -> None:
        """Remember a number until the next `flush`."""
        self._noted[key] = max(upto, self._noted.get(key, 0))
        if not self._timer:
            self._timer = asyncio.get_running_loop().call_later(delay or self._delay, self.flush)

    def flush(self) -> None:
        """Send all notes now, ahead of the call that follows in the same tick."""
        if not self._noted:
            return
        if self._timer:
            self._timer.cancel()
            self._timer = None
        noted, self._noted = self._noted, {}
        for key, upto in noted.items():
            future = self._send(key, upto)
            self._sent[key] = future, upto
            future.add_done_callback(lambda done, key=key: self._answered(key, done))  # type: ignore[misc]

    def upto(self, key: str) -> int:
        """The highest number noted and not known to be saved; 0 when there is none."""
        sent = self._sent.get(key)
        return max(self._noted.get(key, 0), sent[1] if sent else 0)

    def withdraw(self, key: str) -> int:
        """Take the note of one conversation back and return its number; what its answer says is ignored."""
        upto = self.upto(key)
        self._noted.pop(key, None)
        self._sent.pop(key, None)
        return upto

    async def settle(self) -> None:
        """Send all notes and wait until they are saved. Raises StoreDown."""
        self.flush()
        try:
            await asyncio.gather(*(future for future, _ in self._sent.values()))
        finally:
            if self._timer:
                self._timer.cancel()
                self._timer = None

    def _answered(self, key: str, future: asyncio.Future[Any]) -> None:
        sent = self._sent.get(key)
        ours = sent is not None and sent[0] is future
        if ours:
            del self._sent[key]
        if future.cancelled():
            return
        try:
            parcels = future.result()
        except StoreDown:
            if ours and sent:
                self.note(key, sent[1], _RETRY_DELAY)
            return
        if ours and parcels:
            self._left(key, parcels)
