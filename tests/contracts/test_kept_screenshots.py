"""Screenshots as every store keeps them: one at a place, whoever publishes at the same time, whoever dies meanwhile."""

import asyncio
from pathlib import Path

import pytest

from bot.errors import StoreDown
from bot.model import Record
from bot.pictures.album import Album, published
from bot.pictures.gallery import Gallery
from bot.pictures.screenshot import Place, Screenshot
from bot.pictures.shelf import Shelf
from bot.ports import Store
from bot.store.memory import MemoryStore
from bot.store.shared import Shared
from tests.setting import content

PLACE: Place = ("vneid", "open", "vi")
SHOT = Screenshot("", "Màn hình mở VNeID.", "admin", 1, "")


def album(store: Store, folder: Path) -> Album:
    return Album(store, Gallery(content().screens, "one way"), Shelf(folder))


async def shown(store: Store) -> list[bytes]:
    """What readers see at all places."""
    return [pixels for _, pixels in (await published(store)).values()]


async def kept(store: Store) -> list[bytes]:
    return [*(await store.rows("screenshot-pixels"))[1].values()]


async def test_of_many_at_once_one_is_shown_and_nothing_is_left_of_the_others(
    workers: tuple[Store, Store], tmp_path: Path
) -> None:
    albums = [album(store, tmp_path) for store in workers]
    pictures = [b"picture %d" % number for number in range(6)]
    await asyncio.gather(*(albums[at % 2].publish(PLACE, SHOT, picture) for at, picture in enumerate(pictures)))
    (one,) = await shown(workers[0])
    assert one in pictures
    assert await kept(workers[1]) == [one]
    for each in albums:
        await each.refresh()
    assert albums[0].kept == albums[1].kept
    await albums[1].take_back(PLACE, "admin", 2)
    assert (await shown(workers[0]), await kept(workers[0])) == ([], [])
    acts = [record.act for _, record in await workers[0].records(10)]
    assert acts == ["picture_taken_back", *["picture_published"] * 6]


async def test_the_same_picture_at_two_places_goes_only_where_it_is_taken_back(store: Store, tmp_path: Path) -> None:
    both = album(store, tmp_path)
    for lang in ("vi", "en"):
        await both.publish((*PLACE[:2], lang), SHOT, b"a picture")
    await both.take_back(PLACE, "admin", 2)
    assert await shown(store) == [b"a picture"]


class ForgetsNames(MemoryStore):
    """A store that is gone before a screenshot is named, after what is shown of it was written."""

    def __init__(self, owner: str, shared: Shared) -> None:
        super().__init__(owner, shared)
        self._put, self.put = self.put, self._put_pixels_alone

    async def _put_pixels_alone(
        self, table: str, row: str, before: bytes | None, after: bytes | None, record: Record | None = None
    ) -> bool:
        if table == "screenshots":
            raise StoreDown("gone")
        return await self._put(table, row, before, after, record)


async def test_whoever_dies_while_publishing_leaves_what_was_there(tmp_path: Path) -> None:
    shared = Shared()
    good = MemoryStore("one", shared)
    await album(good, tmp_path).publish(PLACE, SHOT, b"before")
    with pytest.raises(StoreDown):
        await album(ForgetsNames("two", shared), tmp_path).publish(PLACE, SHOT, b"after")
    assert await shown(good) == [b"before"]
    await album(good, tmp_path).publish(PLACE, SHOT, b"after")
    assert await shown(good) == await kept(good) == [b"after"]
