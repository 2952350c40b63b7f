"""How often one address may call: a simple allowance per worker, so that one device cannot crowd out a ward."""

import time
from collections.abc import Callable
from ipaddress import ip_address

_MOST_ADDRESSES = 10_000


class RateLimit:
    """Lets each address through `per_minute` times a minute, in bursts of as many; 0 lets everything through.

    Calls from this machine itself always pass, unless `even_here`: behind a proxy that does not say whom it speaks
    for, everybody would share one address.
    """

    def __init__(
        self, per_minute: float, clock: Callable[[], float] = time.monotonic, *, even_here: bool = False
    ) -> None:
        self._most = max(per_minute, 1.0)
        self._per_second = per_minute / 60
        self._clock = clock
        self._even_here = even_here
        self._left: dict[str, tuple[float, float]] = {}

    def __len__(self) -> int:
        """How many addresses are remembered."""
        return len(self._left)

    def wait(self, address: str) -> float:
        """Take one call from the allowance: 0.0 when it may go on, else the seconds until the next one may."""
        if not self._per_second or (_is_this_machine(address) and not self._even_here):
            return 0.0
        now = self._clock()
        left = self._allowance(address, now)
        if left < 1:
            return (1 - left) / self._per_second
        if address not in self._left and len(self._left) >= _MOST_ADDRESSES:
            self._forget_idle(now)
        self._left[address] = (left - 1, now)
        return 0.0

    def forgive(self, address: str) -> None:
        """Give an address its whole allowance back."""
        self._left.pop(address, None)

    def _allowance(self, address: str, now: float) -> float:
        left, at = self._left.get(address, (self._most, now))
        return min(self._most, left + (now - at) * self._per_second)

    def _forget_idle(self, now: float) -> None:
        busy = {a: kept for a, kept in self._left.items() if self._allowance(a, now) < self._most}
        self._left = busy if len(busy) < _MOST_ADDRESSES else {}


def _is_this_machine(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
