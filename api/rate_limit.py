"""How often one address may call: a simple allowance per worker, so that one device cannot crowd out a ward."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from ipaddress import IPv4Address, IPv6Address, ip_address
from weakref import WeakValueDictionary

_MOST_ADDRESSES = 10_000


class RateLimit:
    """Lets each address through `per_minute` times a minute, in bursts of as many; 0 lets everything through.

    All IPv6 addresses of one household share one allowance. Calls from this machine itself always pass, unless
    `even_here`: a proxy here that does not say whom it speaks for would make a whole ward share one allowance.
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
        address = household(address)
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
        self._left.pop(household(address), None)

    def _allowance(self, address: str, now: float) -> float:
        left, at = self._left.get(address, (self._most, now))
        return min(self._most, left + (now - at) * self._per_second)

    def _forget_idle(self, now: float) -> None:
        busy = {a: kept for a, kept in self._left.items() if self._allowance(a, now) < self._most}
        self._left = busy if len(busy) < _MOST_ADDRESSES else {}


class OpenLimit:
    """Lets each address keep `most` things open at a time; this machine itself as many as it likes."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._open: Counter[str] = Counter()

    def enter(self, address: str) -> bool:
        """Whether one more may be opened; then `leave` must follow."""
        whose = household(address)
        if self._open[whose] >= self._most and not _is_this_machine(address):
            return False
        self._open[whose] += 1
        return True

    def leave(self, address: str) -> None:
        whose = household(address)
        self._open[whose] -= 1
        if not self._open[whose]:
            del self._open[whose]


class InFlightLimit:
    """Has each address wait its turn while `most` of its calls are under way; this machine itself never waits."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._under_way: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    @asynccontextmanager
    async def turn(self, address: str) -> AsyncIterator[None]:
        """Be one of those under way, in the order in which they came."""
        if _is_this_machine(address):
            yield
            return
        whose = household(address)
        free = self._under_way.get(whose)
        if free is None:
            free = self._under_way[whose] = asyncio.Semaphore(self._most)
        async with free:
            yield


def household(address: str) -> str:
    """Whom an address stands for: with IPv6 a household has a /64 of addresses, and may call from any of them."""
    ip = _parsed(address)
    return str(IPv6Address(int(ip) >> 64 << 64)) if isinstance(ip, IPv6Address) else str(ip or address)


def _is_this_machine(address: str) -> bool:
    ip = _parsed(address)
    return ip is not None and ip.is_loopback


def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    """The address as IPv4 also where a listener for both spells it as IPv6; None for what is none."""
    try:
        ip = ip_address(address)
    except ValueError:
        return None
    return (ip.ipv4_mapped or ip) if isinstance(ip, IPv6Address) else ip
