"""The second copy of how guides are joined: where answers lead, which trouble has which remedy, how sure sources are.

Words are compared between languages; what joins them is said once, and a slip there sends people the wrong way. So
`guides.second.yaml` says it again, where a second reader puts what the steps told them. Pure.
"""

from collections.abc import Iterator, Mapping, Set

import msgspec
from msgspec import Struct

from bot.content import yaml_lines
from bot.content.finding import Finding, finding
from bot.content.guide import Mark, Step, TroubleWords
from bot.content.parse import Parsed
from bot.content.shape import did_you_mean, shape
from bot.content.yaml_lines import Path

FILE = "guides.second.yaml"

Ways = str | dict[str, str]
"""The next step, or for each choice where it leads."""


class Remedy(Struct, frozen=True, forbid_unknown_fields=True):
    """Words that only the remedy of this trouble says, and where it leads, if anywhere."""

    says: str
    go: str = ""


class SecondGuide(Struct, frozen=True, forbid_unknown_fields=True):
    """One guide: its first step, the marks of its sources in their order, the ways on from each step, its remedies."""

    start: str
    marks: tuple[Mark, ...] = ()
    ways: dict[str, Ways] = {}
    remedies: dict[str, Remedy] = {}


class SecondGuides(Struct, frozen=True, forbid_unknown_fields=True):
    """All guides by id, and the troubles that they share."""

    guides: dict[str, SecondGuide]
    troubles: dict[str, Remedy]


def read_second_guides(name: str, text: str) -> SecondGuides:
    """Read the copy. Raises ContentWrong with the line of what does not fit."""
    return shape(yaml_lines.read(name, text), SecondGuides)


def shared_joint_findings(guides: Set[str], second: SecondGuides) -> Iterator[Finding]:
    """Guides that only the library or only the copy has."""
    for name in sorted(guides - second.guides.keys()):
        message = f"it is not in {FILE}; who reads it through writes there where each answer leads."
        yield Finding(f"{name}.yaml", 1, message)
    for name in sorted(second.guides.keys() - guides):
        yield Finding(FILE, 1, f'guide "{name}" is not there.{did_you_mean(name, guides)}')


def joint_findings(parsed: Parsed, copy: SecondGuide) -> Iterator[Finding]:
    """Where a guide and its copy lead elsewhere, or are marked otherwise."""
    guide, document = parsed.guide, parsed.documents["vi"]
    if guide.start != copy.start:
        yield finding(document, ("start",), f'it starts at "{guide.start}", and at "{copy.start}" in {FILE}.')
    marks = tuple(source.mark for source in guide.sources)
    if marks != copy.marks:
        first = next((at for at, pair in enumerate(zip(marks, copy.marks, strict=False)) if pair[0] != pair[1]), 0)
        message = f"its sources are marked [{', '.join(marks)}], and [{', '.join(copy.marks)}] in {FILE}"
        yield finding(document, ("sources", first), f"{message}; read the source, and mend the wrong one.")
    ways = {name: _ways(step) for name, step in guide.steps.items() if step.targets}
    for name in ways | copy.ways:
        if ways.get(name) != copy.ways.get(name):
            place: Path = ("steps", name) if name in ways else ()
            yield finding(document, place, _way_fault(name, ways.get(name), copy.ways.get(name)))
    own = guide.words["vi"].troubles
    for name, fault in remedy_faults(own, copy.remedies):
        yield finding(document, ("troubles", name) if name in own else (), fault)


def remedy_faults(troubles: Mapping[str, TroubleWords], copies: Mapping[str, Remedy]) -> Iterator[tuple[str, str]]:
    """Troubles whose remedy is not the one of their copy, with what to do."""
    for name in {*troubles, *copies}:
        trouble, copy = troubles.get(name), copies.get(name)
        if trouble is None or copy is None:
            where = f"is not in {FILE}" if trouble else f"stands in {FILE} and not here"
            yield name, f'trouble "{name}" {where}; read its label and its remedy, then mend the wrong file.'
        elif trouble.go != copy.go:
            leads = f'"{trouble.go}" here and "{copy.go}" in {FILE}'
            yield name, f'trouble "{name}" leads to {leads}; read both, and mend the wrong one.'
        elif f" {copy.says} " not in f" {_plain(trouble.say)} ":
            told = f'the remedy of "{trouble.label}" says no more "{copy.says}", as in {FILE}'
            yield name, f'trouble "{name}": {told}; is it still the remedy of this trouble? Then mend {FILE}.'


def _ways(step: Step) -> Ways:
    return step.choices or step.next


def _way_fault(name: str, here: Ways | None, there: Ways | None) -> str:
    if isinstance(here, dict) and isinstance(there, dict):
        choice = next(one for one in (here | there) if here.get(one) != there.get(one))
        leads = f'choice "{choice}" leads to "{here.get(choice, "")}", and to "{there.get(choice, "")}"'
    else:
        leads = f"it leads to {_shown(here)}, and to {_shown(there)}"
    told = f'step "{name}": {leads} in {FILE}; read the answer and the step it leads to, and mend the wrong one'
    return f"{told} (as it is here: {name}: {_shown(here)})."


def _shown(ways: Ways | None) -> str:
    return msgspec.json.encode(ways).decode() if ways else "no step"


def _plain(text: str) -> str:
    return " ".join("".join(letter if letter.isalnum() else " " for letter in text.casefold()).split())
