"""Screenshots as every store keeps them: one at a place, whoever publishes at the same time."""

import asyncio
from pathlib import Path

from msgspec.structs import replace

from bot.images.cache import Shelf
from bot.images.gallery import Gallery
from bot.images.screenshot import Place, Screenshot
from bot.images.screenshots import Album, published
from bot.ports.store import Store
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


async def test_the_same_picture_published_again_stays(store: Store, tmp_path: Path) -> None:
    one = album(store, tmp_path)
    for at in (1, 2):
        await one.publish(PLACE, replace(SHOT, at=at), b"a picture")
    assert await shown(store) == await kept(store) == [b"a picture"]
