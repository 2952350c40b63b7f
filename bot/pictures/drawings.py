"""The pictures of steps as PNG, by their names."""

import re

from bot.pictures.gallery import Gallery, Recipe
from bot.pictures.shelf import Shelf
from bot.ports import Library

_DIGEST = re.compile(r"[0-9a-f]{16}")


class Drawings:
    """What `gallery` names, drawn where `shelf` has it not yet, for the guides of `library`."""

    def __init__(self, gallery: Gallery, library: Library, shelf: Shelf) -> None:
        self._gallery = gallery
        self._library = library
        self._shelf = shelf

    async def kept(self, name: str) -> bytes | None:
        """The picture with this name, if it was drawn before; the guide it was for may be gone."""
        recipe = _recipe(name)
        return await self._shelf.kept(recipe.digest) if recipe else None

    async def png(self, name: str) -> bytes | None:
        """The picture with this name; None where there is none, or it cannot be drawn."""
        recipe = _recipe(name)
        if recipe is None:
            return None
        if picture := await self._shelf.kept(recipe.digest):
            return picture
        described = self._gallery.described(recipe, self._library.version(recipe.guide, recipe.version))
        return await self._shelf.drawn(recipe.digest, described) if described else None

    @property
    def painter(self) -> int:
        """The id of the process that draws; 0 while there is none."""
        return self._shelf.painter

    async def close(self) -> None:
        await self._shelf.close()


def _recipe(name: str) -> Recipe | None:
    recipe = Recipe.read(name)
    return recipe if recipe and _DIGEST.fullmatch(recipe.digest) else None
