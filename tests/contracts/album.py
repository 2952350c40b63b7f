"""Pictures and recordings of steps for tests of channels: a handful of bytes by name; nothing makes them."""

import asyncio

PNG = b"\x89PNG\r\n\x1a\n a step"
JPEG = b"\xff\xd8\xff\xe0 a screenshot"
OGG = b"OggS a step read aloud"


class Album:
    """Has a picture of any step, until `pages` says which it has; each takes `seconds` to draw."""

    def __init__(self) -> None:
        self.pages: dict[str, bytes] | None = None
        self.taken_back: set[str] = set()
        self.seconds = 0.0
        self.asked = 0

    async def stands(self, name: str) -> bool:
        return name not in self.taken_back

    async def picture(self, name: str) -> bytes | None:
        self.asked += 1
        await asyncio.sleep(self.seconds)
        return PNG if self.pages is None else self.pages.get(name)

    async def opus(self, name: str) -> bytes | None:
        self.asked += 1
        return OGG if self.pages is None else self.pages.get(name)
