"""Which words of a guide somebody else has read since they were last changed. Pure.

Whoever changes a guide is not who says that it is right: a second person reads the step aloud, in both languages, and
`toso check --read-by` records it, as a digest of all that a resident gets from it. What is not as it was recorded is
unread, whatever the change; ways of asking are nobody's to read.

Which words each version of a guide has for ever. Pure.

A version that was published never changes: an install that has it keeps its words, so new words under an old version
reach nobody there. `toso check --record` writes down the digest of what publishing compares, and words that changed
under a recorded version are refused.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b

import msgspec
from msgspec import Struct

from bot.content import yaml as yaml_lines
from bot.content.guide import Guide, TroubleWords, encode_guide
from bot.content.schema import Parsed, shape
from bot.content.yaml import Finding, YamlPath, finding

UNREAD = "unread: "
"""How the message of such a finding begins. It blocks no publication; `toso check --unread` lists them."""

_DIGEST_BYTES = 6
_READ_HEAD = "head"


class Reading(Struct, frozen=True, forbid_unknown_fields=True):
    """Who read a guide, when, and the digest of each part as it was then, by its name (`head`, `steps.who`)."""

    by: str
    on: dt.date
    parts: dict[str, str]


def read_reading(name: str, text: str) -> Reading:
    """Read such a file. Raises ContentWrong."""
    return shape(yaml_lines.read(name, text), Reading)


def written_readings(reading: Reading) -> str:
    """The file of a reading, a part a line."""
    parts = "".join(f"  {name}: {digest}\n" for name, digest in sorted(reading.parts.items()))
    return f"by: {reading.by}\non: {reading.on}\nparts:\n{parts}"


def parts_of(parsed: Parsed) -> Mapping[str, str]:
    """The digest of each part of a guide: its head, every step and every trouble, in all languages."""
    guide = parsed.guide
    head = (
        [(words.title, words.bring) for _, words in sorted(guide.words.items())],
        guide.topic,
        guide.start,
        guide.sources,
        guide.then,
        guide.bring_to,
        guide.bring_at,
    )
    parts = {_READ_HEAD: _digest_of_part(head)}
    for step_id, step in guide.steps.items():
        said = [words.steps.get(step_id) for _, words in sorted(guide.words.items())]
        parts[f"steps.{step_id}"] = _digest_of_part((step, said))
    for name in guide.words["vi"].troubles:
        parts[f"troubles.{name}"] = _digest_of_part(
            [words.troubles.get(name) for _, words in sorted(guide.words.items())]
        )
    return parts


def shared_parts(troubles: Mapping[str, Mapping[str, TroubleWords]], files: Mapping[str, str]) -> Mapping[str, str]:
    """The digest of each trouble that guides share, and of each of the `files` (what they say, by their name)."""
    parts = {f"troubles.{name}": _digest_of_part(sorted(words.items())) for name, words in troubles.items()}
    return parts | {f"files.{name}": _digest_of_part(text) for name, text in files.items()}


def unread(parts: Mapping[str, str], reading: Reading | None) -> Iterator[tuple[YamlPath, str]]:
    """The place of each part that is not as somebody else read it, and what to do."""
    if reading is None:
        yield (), f"{UNREAD}nobody else has read it yet; who did not write it reads it aloud, then --read-by NAME."
        return
    for name in parts.keys() | reading.parts.keys():
        if parts.get(name) != reading.parts.get(name):
            place: YamlPath = () if name == _READ_HEAD else tuple(name.split(".", 1))
            what = "what stands above the steps" if name == _READ_HEAD else f'"{name.partition(".")[2]}"'
            told = f"{what} is not as {reading.by} read it on {reading.on}"
            yield place, f"{UNREAD}{told}; who did not write it reads it aloud, then --read-by NAME."


def reading_findings(parsed: Parsed, reading: Reading | None) -> list[Finding]:
    """What of a guide was changed since it was read."""
    document = parsed.documents["vi"]
    found = [finding(document, path, text, blocking=False) for path, text in unread(parts_of(parsed), reading)]
    return sorted(found, key=lambda one: one.line)


def _digest_of_part(value: object) -> str:
    return f"x{blake2b(msgspec.json.encode(value), digest_size=_DIGEST_BYTES).hexdigest()}"


FILE = "versions.yaml"
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
