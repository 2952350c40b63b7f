"""One installation of each kind of store, with any number of workers, for the contract tests."""

from collections.abc import Callable
from dataclasses import dataclass, field

from redis import Redis

from bot.model import Chat, Session, Turn
from bot.ports import Committed, Store
from bot.store.memory import MemoryStore
from bot.store.redis import RedisStore
from bot.store.shared import Shared

NOW = 1_764_000_000_000
KINDS = ("memory", "embedded", "server", "cluster")
LONG, AN = Chat("telegram", "101", "101"), Chat("zalo_bot", "g7", "202")


@dataclass
class Installation:
    """What all workers share; `worker` opens a store for one of them."""

    open: Callable[[str], Store]
    opened: list[Store] = field(default_factory=list)

    def worker(self, owner: str) -> Store:
        """A store of its own for a worker; closed with the test."""
        store = self.open(owner)
        self.opened.append(store)
        return store

    async def close(self) -> None:
        """Close the store of every worker."""
        while self.opened:
            await self.opened.pop().close()


def in_memory() -> Installation:
    """Workers of one process."""
    shared = Shared()
    return Installation(lambda owner: MemoryStore(owner, shared))


def on_server(url: str) -> Installation:
    """Workers on a server or a cluster."""
    return Installation(lambda owner: RedisStore(url, owner))


async def save(
    store: Store,
    chat: Chat,
    *parcels: bytes,
    turn: Turn | None = None,
    pulled: bool = False,
    now_ms: int = NOW,
) -> Committed:
    """Load a conversation and commit a turn on top of it."""
    before = await store.load(chat)
    return await store.commit(chat, before, turn or Turn(Session()), parcels, pulled=pulled, now_ms=now_ms)


def wipe(url: str) -> None:
    """Forget everything that a server, or each node of a cluster, keeps."""
    places = url.partition("://")[2].split(",")
    for place in places:
        address = f"unix://{place}" if place.startswith("/") else f"redis://{place}"
        with Redis.from_url(address) as client:
            client.flushall()
