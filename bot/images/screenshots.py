"""The screenshots that residents see in the place of drawn pictures: kept in the store, the same for all workers."""

import asyncio
from collections.abc import Mapping
from hashlib import blake2b
from typing import Final, Literal

from msgspec.structs import replace

from bot.content.guide import Guide
from bot.images.cache import Shelf
from bot.images.gallery import Gallery
from bot.images.screenshot import Place, Screenshot, decode_screenshot, encode_screenshot
from bot.model import Record, encode
from bot.ports.store import Beside, Store
from bot.ports.tables import readable

MOST: Final = 400
"""How many there may be. What is shown of one takes 160 KB at most, 60 by and large."""

_TABLE: Final = "screenshots"
_PIXELS: Final = "screenshot-pixels"


async def published(store: Store) -> Mapping[Place, tuple[Screenshot, bytes]]:
    """All screenshots with what is shown of each, for who looks at every one of them. Raises StoreDown."""
    found = {_place(row): decode_screenshot(value) for row, value in (await store.rows(_TABLE))[1].items()}
    return {place: (shot, await store.row(_PIXELS, shot.pixels) or b"") for place, shot in found.items()}


class Album:
    """Publishes screenshots and takes them back, with a record of each. `gallery` knows them as of the last `refresh`.

    What is shown of one is a row of a table of its own, by a digest of it and of its place, so that no two places
    share one. It comes and goes in one step with what names it. Every method raises StoreDown.
    """

    def __init__(self, store: Store, gallery: Gallery, shelf: Shelf) -> None:
        self._store = store
        self._gallery = gallery
        self._shelf = shelf
        self._revision = -1
        self._refreshing = asyncio.Lock()

    @property
    def kept(self) -> Mapping[Place, Screenshot]:
        """All of them, as of the last `refresh`."""
        return self._gallery.screenshots

    async def refresh(self) -> None:
        """Fetch what is known of them when it changed; pictures of those that are gone are thrown away here."""
        async with self._refreshing:
            if await self._store.table_revision(_TABLE) == self._revision:
                return
            revision, rows = await self._store.rows(_TABLE)
            shots = readable("the picture of", rows, decode_screenshot)
            self._gallery.screenshots = {_place(row): shot for row, shot in shots.items()}
            await self._shelf.keep_screenshots({shot.pixels for shot in self.kept.values()})
            self._revision = revision

    async def pixels(self, name: str) -> bytes | None:
        """What is shown of a screenshot, as JPEG; None where it is gone."""
        return await self._store.row(_PIXELS, name)

    async def publish(self, place: Place, shot: Screenshot, shown: bytes) -> Literal["", "full"]:
        """Show it from now on at this place; says why not. Its `pixels` are named here."""
        await self.refresh()
        if place not in self.kept and len(self.kept) >= MOST:
            return "full"
        shot = replace(shot, pixels=_digest(place, shown))
        record = Record(shot.at, "picture_published", by=shot.by, about="/".join(place))
        await self._put(place, encode_screenshot(shot), record, Beside(_PIXELS, shot.pixels, shown))
        return ""

    async def take_back(self, place: Place, by: str, at: int) -> None:
        """Show the drawn picture there again; `by` and `at` are who did it, and when (Unix seconds)."""
        await self._put(place, None, Record(at, "picture_taken_back", by=by, about="/".join(place)))

    async def _put(self, place: Place, after: bytes | None, record: Record, *shown: Beside) -> None:
        """Put it in the place of whatever is there, also where somebody else was faster."""
        row, before, done = _row(place), None, False
        while not done:
            before = await self._store.row(_TABLE, row)
            if before == after:
                return
            gone = [Beside(_PIXELS, decode_screenshot(before).pixels, None)] if before else []
            done = await self._store.put(_TABLE, row, before, after, record, (*gone, *shown))
        await self.refresh()


def words_of(guide: Guide, step: str, lang: str) -> str:
    """Stands for what a step says, and for what its drawn picture shows: where that is another one now, its screenshot
    has to be looked at again.
    """
    said, drawn = guide.says(lang).steps[step], guide.steps[step].picture
    shown = (drawn.app, drawn.screen, drawn.tap) if drawn else ()
    return blake2b(encode((said.whole, said.labels, shown)), digest_size=8).hexdigest()


def _digest(place: Place, shown: bytes) -> str:
    return blake2b(shown, digest_size=8, key=blake2b(_row(place).encode(), digest_size=32).digest()).hexdigest()


def _row(place: Place) -> str:
    return "\n".join(place)


def _place(row: str) -> Place:
    guide, step, lang = row.split("\n")
    return guide, step, lang
