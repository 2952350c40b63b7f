"""One installation of each kind of store, with any number of workers, for the contract tests."""

from collections.abc import Callable
from dataclasses import dataclass, field

from msgspec.structs import replace
from redis import Redis

from bot.model import Call, Chat, Escalation, Said, Session, State, Turn
from bot.ports.store import Committed, Store
from bot.store.keys import partition_letter
from bot.store.memory import MemoryStore
from bot.store.memory_data import Shared
from bot.store.redis import RedisStore
from tests.patience import PATIENCE

NOW = 1_764_000_000_000
KINDS = ("memory", "embedded", "server", "cluster")
CHANNELS = frozenset(("telegram", "web", "zalo_bot"))
"""Those that tests of stores have conversations on."""
LONG, AN = Chat("telegram", "101", "101"), Chat("zalo_bot", "g7", "202")


class Hand:
    """The store's clock, moved by hand."""

    ms = NOW

    def now_ms(self) -> int:
        return self.ms

    def steady_ms(self) -> int:
        return self.ms


TIME = Hand()


def at_ms(ms: int, store: Store) -> Store:
    """The store, while its clock says this."""
    TIME.ms = ms
    return store


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
    shared = Shared(clock=TIME)
    return Installation(lambda owner: MemoryStore(owner, shared))


def on_server(url: str) -> Installation:
    """Workers on a server or a cluster, that have patience with it."""
    patient = f"{url}?socket_timeout={PATIENCE}&socket_connect_timeout={PATIENCE}"
    return Installation(lambda owner: RedisStore(patient, owner, clock=TIME))


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
    return await at_ms(now_ms, store).commit(chat, before, turn or Turn(Session()), parcels, pulled=pulled)


def asked(chat: Chat, number: int = 1, opened_at: int = 100, team: str = "to-1") -> Escalation:
    """A new request of this conversation."""
    code = f"{partition_letter(chat.key)}{number:04}"
    return Escalation(code=code, chat=chat, opened_at=opened_at, topic="vneid", tried=("nfc",), team=team)


def moved(request: Escalation, state: State, **changes: str) -> Escalation:
    """The request after its next change."""
    return replace(request, state=state, rev=request.rev + 1, **changes)


def says(*texts: str) -> tuple[Said, ...]:
    """What a resident said, one second after the other."""
    return tuple(Said(100 + place, "resident", text) for place, text in enumerate(texts))


async def keep(store: Store, request: Escalation, *said: Said, calls: tuple[Call, ...] = ()) -> Committed:
    """Have the request's conversation keep it as it is, open or closed."""
    session = Session(request="" if request.state == "closed" else request.code)
    return await save(store, request.chat, turn=Turn(session, request=request, said=said, calls=calls))


def wipe(url: str) -> None:
    """Forget everything that a server, or each node of a cluster, keeps."""
    places = url.partition("://")[2].split(",")
    for place in places:
        address = f"unix://{place}" if place.startswith("/") else f"redis://{place}"
        with Redis.from_url(address) as client:
            client.flushall()
