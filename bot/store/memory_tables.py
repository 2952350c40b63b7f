"""What belongs to the whole installation in memory: guides, tables, small values, roles, things set aside."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from time import monotonic

from bot.content.guide import Guide, decode_guide, encode_guide
from bot.errors import ContentWrong
from bot.model import Record, encode
from bot.ports.store import Beside
from bot.store.memory_data import Shared, SharedRate

_decoded = lru_cache(maxsize=1024)(decode_guide)
"""A guide never changes: what was decoded once is the same for every app in this process."""
_encoded: dict[int, tuple[Guide, bytes]] = {}
"""The same the other way round, by the identity of the guide, which lives on here."""


class MemoryInstallation:
    """What a `Store` promises about it; `owner` is who holds roles."""

    def __init__(self, data: Shared, owner: str) -> None:
        self._data = data
        self._owner = owner
        self._dead: set[str] = set()

    async def publish(self, guide: Guide) -> bool:
        name, body = f"{guide.id}@{guide.version}", _body(guide)
        there = self._data.guides.get(name)
        if there == body:
            return False
        if there:
            raise ContentWrong(f"{guide.id} version {guide.version} is published already, with other content.")
        self._data.guides[name] = body
        self._data.current[guide.id] = guide.version
        self._data.revision += 1
        return True

    async def published(self) -> tuple[int, Sequence[Guide], Mapping[str, int]]:
        guides = [_decoded(body) for body in self._data.guides.values()]
        return self._data.revision, guides, dict(self._data.current)

    async def revision(self) -> int:
        return self._data.revision

    async def rows(self, table: str) -> tuple[int, Mapping[str, bytes]]:
        return self._data.table_revisions[table], dict(self._data.tables.get(table, {}))

    async def row(self, table: str, row: str) -> bytes | None:
        return self._data.tables.get(table, {}).get(row)

    async def table_revision(self, table: str) -> int:
        return self._data.table_revisions[table]

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
        if self._data.tables.get(table, {}).get(row) != before:
            return False
        for each in (Beside(table, row, after), *beside):
            rows = self._data.tables.setdefault(each.table, {})
            rows.pop(each.row, None)
            if each.value is not None:
                rows[each.row] = each.value
            self._data.table_revisions[each.table] += 1
        self._data.records += [encode(record)] if record else []
        return True

    async def remember(self, name: str, value: bytes) -> None:
        self._data.values[name] = value

    async def recall(self, name: str) -> bytes | None:
        return self._data.values.get(name)

    async def secret(self, name: str, made: bytes) -> bytes:
        return self._data.values.setdefault(name, made)

    async def set_aside(self, name: str, content: bytes, seconds: int) -> None:
        self._data.asides[name] = content, monotonic() + seconds

    async def aside(self, name: str) -> bytes | None:
        content, ends = self._data.asides.get(name, (None, 0.0))
        return content if monotonic() < ends else None

    async def drop_aside(self, name: str) -> None:
        self._data.asides.pop(name, None)

    async def lead(self, name: str, for_ms: int, *, anywhere: bool = False) -> bool:
        now_ms = self._data.clock.now_ms()
        holder, until = self._data.roles.get(name, ("", 0))
        if holder != self._owner and until > now_ms and not f"{holder}/".startswith(tuple(self._dead)):
            return False
        self._data.roles[name] = self._owner, now_ms + for_ms
        return True

    def free_roles(self, dead: str) -> None:
        """Take roles from owners whose names begin like this, from now on."""
        self._dead.add(dead)

    async def share_rate(self, name: str, wished: float, rate: float, for_ms: int) -> float:
        shares, now_ms = self._data.rates.setdefault(name, SharedRate()), self._data.clock.now_ms()
        return shares.share(self._owner, wished, rate, for_ms, now_ms)


def _body(guide: Guide) -> bytes:
    if id(guide) not in _encoded:
        _encoded[id(guide)] = guide, encode_guide(guide)
    return _encoded[id(guide)][1]
