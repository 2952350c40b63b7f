"""What residents wrote and nobody understood, kept for admins: masked, counted, and gone with whoever wrote it."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from functools import partial
from hashlib import blake2b, sha256
from hmac import new

from bot.errors import StoreDown
from bot.model import Missed, decode_missed, encode, replace
from bot.model.hours import VIETNAM
from bot.nlu.code_forms import piece_of
from bot.nlu.masking import mask_numbers
from bot.nlu.normalise import fold
from bot.ports.store import Clock, Store
from bot.ports.tables import WRITERS, InstallationKey

LONGEST = 200
"""Characters of one text."""
KEPT = 2000
"""So many texts, those that were written last."""
SAVE_SECONDS = 5.0
"""How much a worker that was killed may have noted in vain. What is saved with a turn is never lost, but costs each
turn something; here nobody waits for an answer.
"""
_UNSAVED = 500

_TABLE = "not-understood"


class NotUnderstood:
    """Texts that read the same are one, with a count. A text that nobody wrote for `keep_days` goes."""

    def __init__(self, store: Store, clock: Clock, keep_days: int) -> None:
        self._store = store
        self._clock = clock
        self._keep_days = keep_days
        self._unsaved: dict[str, Missed] = {}
        self._tidied = 0
        self._key = InstallationKey(store, WRITERS)

    def note(self, missed: Missed, writer: str = "") -> None:
        """Keep a text soon, without numbers and no longer than LONGEST. `writer` is the key of the chat it came from.

        What may be a piece of a code says nothing to anybody, and is not kept. Returns at once.
        """
        if piece_of(missed.text).digits:
            return
        text = mask_numbers(" ".join(missed.text.split()))[:LONGEST]
        if not (plain := fold(text)):
            return
        today, row = self._today(), row_of(plain)
        before = self._unsaved.get(row)
        if before or len(self._unsaved) < _UNSAVED:
            now = replace(missed, text=text, first=today, last=today, by=(writer,) if writer else ())
            self._unsaved[row] = before.and_then(now) if before else now

    async def rows(self) -> Mapping[str, Missed]:
        """All that is kept, by the names of its rows. Raises StoreDown."""
        await self.save()
        return {row: decode_missed(value) for row, value in (await self._store.rows(_TABLE))[1].items()}

    async def drop(self, rows: Iterable[str]) -> int:
        """Forget these; how many there were. Raises StoreDown."""
        return sum([await self._replace(row, None) for row in rows])

    async def forget(self, writer: str) -> None:
        """Nothing says any more that this chat wrote something; what nobody else wrote goes. Raises StoreDown."""
        whose = await self._hashed(writer)
        for row, missed in (await self.rows()).items():
            if whose in missed.by:
                await self._put(row, partial(_without, whose))

    async def _hashed(self, writer: str) -> str:
        return new(await self._key.get(), writer.encode(), sha256).hexdigest()[:20]

    async def save(self) -> None:
        """Keep what was noted, and no more than may be kept. Raises StoreDown; then it is still noted."""
        saved = bool(self._unsaved)
        while self._unsaved:
            row, missed = self._unsaved.popitem()
            try:
                hashed = tuple([await self._hashed(each) for each in missed.by])
                await self._replace(row, replace(missed, by=hashed))
            except BaseException:
                later = self._unsaved.get(row)
                self._unsaved[row] = missed.and_then(later) if later else missed
                raise
        if saved or self._tidied != self._today():
            await self._tidy()
            self._tidied = self._today()

    async def keep_saving(self) -> None:
        """Save now and then, for ever."""
        while True:
            await asyncio.sleep(SAVE_SECONDS)
            with suppress(StoreDown):
                await self.save()

    async def _replace(self, row: str, missed: Missed | None) -> bool:
        """Add to what is kept of a text, or forget it (None); whether there was something to do."""
        return await self._put(row, lambda before: before.and_then(missed) if before and missed else missed)

    async def _put(self, row: str, how: Callable[[Missed | None], Missed | None]) -> bool:
        """Change what is kept of a text; `how` is asked again when somebody else was faster."""
        while True:
            before = await self._store.row(_TABLE, row)
            after = how(decode_missed(before) if before else None)
            if not (before or after):
                return False
            if await self._store.put(_TABLE, row, before, encode(after) if after else None):
                return True

    async def _tidy(self) -> None:
        """Forget what is old, and what is too much."""
        kept = {row: decode_missed(value) for row, value in (await self._store.rows(_TABLE))[1].items()}
        newest = sorted(kept, key=lambda row: (-kept[row].last, -kept[row].count, row))
        oldest_day = self._today() - self._keep_days
        await self.drop(row for at, row in enumerate(newest) if at >= KEPT or kept[row].last < oldest_day)

    def _today(self) -> int:
        return datetime.fromtimestamp(self._clock.now_ms() / 1000, VIETNAM).toordinal()


def _without(whose: str, missed: Missed | None) -> Missed | None:
    """A text that somebody wrote no more; None for one that nobody else wrote."""
    left = tuple(each for each in missed.by if each != whose) if missed else ()
    return replace(missed, by=left) if missed and left else None


def row_of(plain: str) -> str:
    """The row that stands for a folded text."""
    return blake2b(plain.encode(), digest_size=10).hexdigest()
