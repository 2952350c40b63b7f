"""Pictures that residents sent through the web chat: kept with the request they were asked for in."""

from typing import Final

from bot.ports import Store

_PHOTO: Final = "photo:"


class WebPictures:
    """Keeps them in the store, for as long as that says, and gives them out to those who help: a `Holder`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def keep(self, code: str, name: str, content: bytes) -> str:
        """Our reference of a picture from now on, for `Incoming.media`; empty where the request may have no more.

        The same `name` twice is one picture. Raises StoreDown.
        """
        kept = await self._store.keep_picture(code, name, content)
        return f"{_PHOTO}{code}/{name}" if kept else ""

    async def fetch(self, media: str) -> bytes | None:
        """The content of a picture; None where it is gone. Raises StoreDown."""
        code, _, name = media.removeprefix(_PHOTO).partition("/")
        return await self._store.picture(code, name)
