"""The pictures of steps, by their names: PNG, or JPEG where they are made of a screenshot."""

import re
from contextlib import suppress

from bot.errors import StoreDown
from bot.images.cache import Shelf
from bot.images.gallery import Gallery, Recipe
from bot.images.screenshot import ToMark
from bot.images.screenshots import Album
from bot.model.message import JPEG
from bot.ports.store import Library

_DIGEST = re.compile(r"[0-9a-f]{16}")


class Drawings:
    """What `gallery` names, drawn where `shelf` has it not yet, for the guides of `library`."""

    def __init__(self, gallery: Gallery, library: Library, shelf: Shelf, album: Album) -> None:
        self._gallery = gallery
        self._library = library
        self._shelf = shelf
        self._album = album

    async def kept(self, name: str) -> bytes | None:
        """The picture with this name, if it was drawn before; the guide it was for may be gone.

        What was made of a screenshot is given out only as long as that is published.
        """
        recipe = _recipe(name)
        file = self._file(recipe) if recipe else None
        return await self._shelf.kept(file) if file else None

    async def stands(self, name: str) -> bool:
        """Whether it may be shown: what is made of a screenshot only while that is published."""
        recipe = _recipe(name)
        if recipe and recipe.real and not self._gallery.marked(recipe):
            with suppress(StoreDown):  # another worker may have published it just now
                await self._album.refresh()
        return recipe is not None and self._file(recipe) is not None

    async def picture(self, name: str) -> bytes | None:
        """The picture with this name; None where there is none, or it cannot be drawn."""
        recipe = _recipe(name) if await self.stands(name) else None
        file = self._file(recipe) if recipe else None
        if recipe is None or file is None:
            return None
        if picture := await self._shelf.kept(file):
            return picture
        if recipe.real:
            return await self._marked(recipe, file)
        described = self._gallery.described(recipe, self._library.version(recipe.guide, recipe.version))
        return await self._shelf.drawn(file, described) if described else None

    async def _marked(self, recipe: Recipe, file: str) -> bytes | None:
        marked = self._gallery.marked(recipe)
        shown = None
        with suppress(StoreDown):  # then the words beside it have to do
            shown = await self._album.pixels(marked.pixels) if marked else None
        return await self._shelf.drawn(file, ToMark(shown, marked.tap, marked.number)) if marked and shown else None

    def _file(self, recipe: Recipe) -> str | None:
        """Where the picture is kept; None for what is made of a screenshot that is not published, or not any more."""
        if not recipe.real:
            return f"{recipe.digest}.png"
        marked = self._gallery.marked(recipe)
        return f"{marked.pixels}-{recipe.digest}{JPEG}" if marked else None

    @property
    def painter(self) -> int:
        """The id of the process that draws; 0 while there is none."""
        return self._shelf.painter

    async def close(self) -> None:
        await self._shelf.close()


def _recipe(name: str) -> Recipe | None:
    recipe = Recipe.read(name)
    return recipe if recipe and _DIGEST.fullmatch(recipe.digest) else None
