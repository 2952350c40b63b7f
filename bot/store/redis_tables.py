"""What belongs to the whole installation on Redis or Valkey: guides, tables, small values, roles, things set aside."""

from collections.abc import Mapping, Sequence
from contextlib import suppress

from bot.content.guide import Guide, decode_guide, encode_guide
from bot.errors import ContentWrong, StoreDown
from bot.model import Record, encode
from bot.ports.store import Beside
from bot.ports.tables import readable
from bot.store import keys, scripts
from bot.store.cluster import Reach
from bot.store.connection import heard
from bot.store.keys import PARTITIONS, RATE_PERIOD_MS

_ELSEWHERE = PARTITIONS[::5]
"""Where else a role may be decided: enough that they are on several nodes, and few to be asked one after the other."""


class RedisInstallation:
    """What a `Store` promises about it; `owner` is who holds roles."""

    def __init__(self, reach: Reach, owner: str) -> None:
        self._reach = reach
        self._owner = owner
        self._dead: dict[str, None] = {}

    async def publish(self, guide: Guide) -> bool:
        name = f"{guide.id}@{guide.version}"
        names = (keys.GUIDES, keys.CURRENT, keys.REVISION)
        answer = await self._reach.call(
            "EVALSHA", scripts.PUBLISH, len(names), *names, name, encode_guide(guide), guide.id, guide.version
        )
        if answer < 0:
            raise ContentWrong(f"{guide.id} version {guide.version} is published already, with other content.")
        return bool(answer)

    async def published(self) -> tuple[int, Sequence[Guide], Mapping[str, int]]:
        # In this order what is read is never older than the revision says, and each current version is there.
        revision = await self.revision()
        current = await self._reach.call("HGETALL", keys.CURRENT)
        bodies = await self._reach.call("HGETALL", keys.GUIDES)
        named = {name.decode(): body for name, body in zip(bodies[::2], bodies[1::2], strict=True)}
        guides = list(readable("the guide", named, decode_guide).values())
        pairs = zip(current[::2], current[1::2], strict=True)
        return revision, guides, {guide.decode(): int(version) for guide, version in pairs}

    async def revision(self) -> int:
        revision = await self._reach.call("GET", keys.REVISION)
        return int(revision) if revision else 0

    async def rows(self, table: str) -> tuple[int, Mapping[str, bytes]]:
        answer = await self._reach.call("HGETALL", keys.table(table))
        rows = {row.decode(): value for row, value in zip(answer[::2], answer[1::2], strict=True)}
        return int(rows.pop("", 0)), rows

    async def row(self, table: str, row: str) -> bytes | None:
        value: bytes | None = await self._reach.call("HGET", keys.table(table), row)
        return value if row else None

    async def table_revision(self, table: str) -> int:
        return int(await self._reach.call("HGET", keys.table(table), "") or 0)

    async def put(
        self,
        table: str,
        row: str,
        before: bytes | None,
        after: bytes | None,
        record: Record | None = None,
        beside: Sequence[Beside] = (),
    ) -> bool:
        if not row:
            raise ValueError("A row of a table needs an id.")
        names = (keys.table(table), keys.RECORD, *(keys.table(each.table) for each in beside))
        noted = encode(record) if record else b""
        rows = [part for each in (Beside(table, row, after), *beside) for part in (each.row, *_flagged(each.value))]
        was = (row, *_flagged(before))
        return bool(await self._reach.call("EVALSHA", scripts.PUT, len(names), *names, *was, noted, *rows))

    async def remember(self, name: str, value: bytes) -> None:
        await self._reach.call("SET", keys.small_value(name), value)

    async def recall(self, name: str) -> bytes | None:
        value: bytes | None = await self._reach.call("GET", keys.small_value(name))
        return value

    async def secret(self, name: str, made: bytes) -> bytes:
        first = keys.small_value(name)
        copies = [part.secret_copy(name) for part in PARTITIONS]
        kept: bytes | None = await self._reach.first(self._reach.call("GET", key) for key in (first, *copies))
        if not kept:  # nor is there one on a node that is away: all answered
            await self._reach.call("SET", first, made, "NX")
            kept = await self._reach.call("GET", first)
        for key in (first, *copies):  # nobody waits for those that are away: the next worker tries again
            self._reach.call("SET", key, kept, "NX").add_done_callback(heard)
        return kept

    async def set_aside(self, name: str, content: bytes, seconds: int) -> None:
        await self._reach.call("SET", keys.aside(name), content, "EX", seconds)

    async def aside(self, name: str) -> bytes | None:
        content: bytes | None = await self._reach.call("GET", keys.aside(name))
        return content

    async def drop_aside(self, name: str) -> None:
        await self._reach.call("DEL", keys.aside(name))

    async def lead(self, name: str, for_ms: int, *, anywhere: bool = False) -> bool:
        places = [keys.role(name), *(part.role(name) for part in _ELSEWHERE if anywhere)]
        last = places.pop()
        for place in places:
            with suppress(StoreDown):
                return await self._lead(place, for_ms)
        return await self._lead(last, for_ms)

    async def _lead(self, place: str, for_ms: int) -> bool:
        call = "EVALSHA", scripts.LEAD, 1, place, self._owner, self._reach.time, for_ms
        return bool(await self._reach.call(*call, *self._dead))

    def free_roles(self, dead: str) -> None:
        """Take roles from owners whose names begin like this, from now on."""
        self._dead[dead] = None

    async def share_rate(self, name: str, wished: float, rate: float, for_ms: int) -> float:
        key, asked = keys.rate(name), (f"{wished:.4f}", f"{rate:.4f}", for_ms, RATE_PERIOD_MS)
        call = "EVALSHA", scripts.RATE, 1, key, self._owner, self._reach.time, *asked
        return float(await self._reach.call(*call))


def _flagged(value: bytes | None) -> tuple[int, bytes]:
    """Whether there is one, and what it is."""
    return int(value is not None), value or b""
