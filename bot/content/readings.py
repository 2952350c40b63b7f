"""Which words of a guide somebody else has read since they were last changed. Pure.

Whoever changes a guide is not who says that it is right: a second person reads the step aloud, in both languages, and
`toso check --read-by` records it, as a digest of all that a resident gets from it. What is not as it was recorded is
unread, whatever the change; ways of asking are nobody's to read.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from hashlib import blake2b

import msgspec
from msgspec import Struct

from bot.content import yaml_lines
from bot.content.finding import Finding, finding
from bot.content.guide import TroubleWords
from bot.content.parse import Parsed
from bot.content.shape import shape
from bot.content.yaml_lines import Path

UNREAD = "unread: "
"""How the message of such a finding begins. It blocks no publication; `toso check --unread` lists them."""

_DIGEST_BYTES = 6
_HEAD = "head"


class Reading(Struct, frozen=True, forbid_unknown_fields=True):
    """Who read a guide, when, and the digest of each part as it was then, by its name (`head`, `steps.who`)."""

    by: str
    on: dt.date
    parts: dict[str, str]


def read_reading(name: str, text: str) -> Reading:
    """Read such a file. Raises ContentWrong."""
    return shape(yaml_lines.read(name, text), Reading)


def written(reading: Reading) -> str:
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
    parts = {_HEAD: _digest(head)}
    for step_id, step in guide.steps.items():
        said = [words.steps.get(step_id) for _, words in sorted(guide.words.items())]
        parts[f"steps.{step_id}"] = _digest((step, said))
    for name in guide.words["vi"].troubles:
        parts[f"troubles.{name}"] = _digest([words.troubles.get(name) for _, words in sorted(guide.words.items())])
    return parts


def shared_parts(troubles: Mapping[str, Mapping[str, TroubleWords]], files: Mapping[str, str]) -> Mapping[str, str]:
    """The digest of each trouble that guides share, and of each of the `files` (what they say, by their name)."""
    parts = {f"troubles.{name}": _digest(sorted(words.items())) for name, words in troubles.items()}
    return parts | {f"files.{name}": _digest(text) for name, text in files.items()}


def unread(parts: Mapping[str, str], reading: Reading | None) -> Iterator[tuple[Path, str]]:
    """The place of each part that is not as somebody else read it, and what to do."""
    if reading is None:
        yield (), f"{UNREAD}nobody else has read it yet; who did not write it reads it aloud, then --read-by NAME."
        return
    for name in parts.keys() | reading.parts.keys():
        if parts.get(name) != reading.parts.get(name):
            place: Path = () if name == _HEAD else tuple(name.split(".", 1))
            what = "what stands above the steps" if name == _HEAD else f'"{name.partition(".")[2]}"'
            told = f"{what} is not as {reading.by} read it on {reading.on}"
            yield place, f"{UNREAD}{told}; who did not write it reads it aloud, then --read-by NAME."


def reading_findings(parsed: Parsed, reading: Reading | None) -> list[Finding]:
    """What of a guide was changed since it was read."""
    document = parsed.documents["vi"]
    found = [finding(document, path, text, blocking=False) for path, text in unread(parts_of(parsed), reading)]
    return sorted(found, key=lambda one: one.line)


def _digest(value: object) -> str:
    return f"x{blake2b(msgspec.json.encode(value), digest_size=_DIGEST_BYTES).hexdigest()}"
