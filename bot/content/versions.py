"""Which words each version of a guide has for ever. Pure.

A version that was published never changes: an install that has it keeps its words, so new words under an old version
reach nobody there. `toso check --record` writes down the digest of what publishing compares, and words that changed
under a recorded version are refused.
"""

from collections.abc import Iterable, Mapping
from hashlib import blake2b

from msgspec import Struct

from bot.content import yaml_lines
from bot.content.finding import Finding, finding
from bot.content.guide import Guide, encode_guide
from bot.content.parse import Parsed
from bot.content.shape import shape

FILE = "versions.yaml"

_DIGEST_BYTES = 6
_HEAD = """\
# The newest version of each guide, and the digest of its words. Written by `toso check --record`, never by hand: what
# stands here may be published somewhere, so other words need the next version.
"""


class Recorded(Struct, frozen=True, forbid_unknown_fields=True):
    """A version that may be published somewhere, and the digest of all it says."""

    version: int
    digest: str


def read_versions(name: str, text: str) -> dict[str, Recorded]:
    """What is recorded, by guide. Raises ContentWrong."""
    return shape(yaml_lines.read(name, text), dict[str, Recorded])


def written(versions: Mapping[str, Recorded]) -> str:
    """The file of what is recorded, a guide a line."""
    lines = (f"{guide}: {{version: {one.version}, digest: {one.digest}}}\n" for guide, one in sorted(versions.items()))
    return _HEAD + "".join(lines)


def recorded(guides: Iterable[Guide], before: Mapping[str, Recorded]) -> Mapping[str, Recorded]:
    """What is recorded once each version that is newer than its guide's recorded one is there as well."""
    newer = {
        guide.id: Recorded(guide.version, _digest(guide))
        for guide in guides
        if guide.id not in before or before[guide.id].version < guide.version
    }
    return {**before, **newer}


def version_findings(parsed: Parsed, versions: Mapping[str, Recorded]) -> list[Finding]:
    """What is wrong with a guide's version: its words changed, it went back, or nobody recorded it."""
    fault = _fault(parsed.guide, versions.get(parsed.guide.id))
    return [finding(parsed.documents["vi"], ("version",), fault)] if fault else []


def _fault(guide: Guide, known: Recorded | None) -> str:
    if known is None or known.version < guide.version:
        return f"version {guide.version} of {guide.id} is not recorded: once its words are final, toso check --record."
    if known.version > guide.version:
        return f"{guide.id}: version {known.version} is recorded, and this is {guide.version}: versions only count up."
    if known.digest != _digest(guide):
        return f"{guide.id}: its words changed, and its version is still {guide.version}: count it up, then --record."
    return ""


def _digest(guide: Guide) -> str:
    """Of what the store compares; not a number, so that YAML keeps it as text."""
    return f"x{blake2b(encode_guide(guide), digest_size=_DIGEST_BYTES).hexdigest()}"
