"""The published guides, as the store keeps them, ready to be taken.

The guides of the files as a library, for playing conversations without a store.
"""

from collections.abc import Iterable, Mapping, Sequence

from bot.content.guide import Guide, encode_guide
from bot.content.loader import Content
from bot.content.schema import Parsed
from bot.content.yaml import Finding, finding
from bot.errors import ContentWrong
from bot.ports.store import Store


class StoredLibrary:
    """Every kept version of every guide, in memory; `refresh` fetches them anew after a publication.

    Where the store cannot give the version in use, that of the `files` takes its place.
    """

    def __init__(self, files: Iterable[Guide] = ()) -> None:
        self._files = {guide.id: guide for guide in files}
        self._revision = -1
        self._versions: Mapping[tuple[str, int], Guide] = {}
        self._current: Mapping[str, Guide] = {}

    async def refresh(self, store: Store) -> bool:
        """Fetch all versions when something was published since the last time; says whether. Raises StoreDown."""
        if await store.revision() == self._revision:
            return False
        revision, guides, current = await store.published()
        versions = {(guide.id, guide.version): guide for guide in guides}
        used = ((versions.get(named) or self._files.get(named[0])) for named in sorted(current.items()))
        self._current = {guide.id: guide for guide in used if guide}
        self._versions = versions | {(guide.id, guide.version): guide for guide in self._current.values()}
        self._revision = revision
        return True

    def use_files(self) -> bool:
        """Take the guides of the files as long as none could be fetched; says whether that is new."""
        if self._versions:
            return False
        self._current = dict(sorted(self._files.items()))
        self._versions = {(guide.id, guide.version): guide for guide in self._current.values()}
        return bool(self._versions)

    def current(self, guide: str) -> Guide | None:
        """The version that a resident who begins now takes."""
        return self._current.get(guide)

    def version(self, guide: str, version: int) -> Guide | None:
        """One kept version, for those who began with it."""
        return self._versions.get((guide, version))

    def all(self) -> Sequence[Guide]:
        """The current version of every guide, by id."""
        return tuple(self._current.values())


async def publish_files(store: Store, content: Content) -> list[Finding]:
    """Publish each good guide whose version is newer than the one in use. Raises StoreDown.

    A guide that was changed without counting its version up stays as it was published, with a finding. Versions that
    an admin published later than the files are never taken back.
    """
    _, guides, current = await store.published()
    kept = {(guide.id, guide.version): guide for guide in guides}
    findings = []
    for parsed in content.guides:
        guide = parsed.guide
        published = kept.get((guide.id, guide.version))
        if published is None and guide.version > current.get(guide.id, 0):
            try:
                await store.publish(guide)
            except ContentWrong:
                findings.append(_unpublished(parsed, guide.version))
        elif published is None or encode_guide(published) != encode_guide(guide):
            findings.append(_unpublished(parsed, current[guide.id]))
    return findings


def _unpublished(parsed: Parsed, current: int) -> Finding:
    guide = parsed.guide
    message = (
        f'version {guide.version} of "{guide.id}" is not published: other words are published up to version {current}. '
        f"Write version: {current + 1} to publish these."
    )
    return finding(parsed.documents["vi"], ("version",), message)


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
