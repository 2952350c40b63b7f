"""The guides of the files as a library, for playing conversations without a store."""

from collections.abc import Sequence

from bot.content.guide import Guide


class FileLibrary:
    """The given guides, each in its one version."""

    def __init__(self, guides: Sequence[Guide]) -> None:
        self._guides = {guide.id: guide for guide in sorted(guides, key=lambda guide: guide.id)}

    def current(self, guide: str) -> Guide | None:
        return self._guides.get(guide)

    def version(self, guide: str, version: int) -> Guide | None:
        found = self._guides.get(guide)
        return found if found and found.version == version else None

    def all(self) -> Sequence[Guide]:
        return tuple(self._guides.values())
