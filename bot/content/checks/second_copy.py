"""The second copy of the facts, typed from the sources apart from `facts.yaml`: a lie in one is seen in the other.

It also lists every source that may be named, with the days on which it spoke. Pure.

The second copy of how guides are joined: where answers lead, which trouble has which remedy, how sure sources are.

Words are compared between languages; what joins them is said once, and a slip there sends people the wrong way. So
`guides.second.yaml` says it again, where a second reader puts what the steps told them. Pure.
"""

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Set
from functools import lru_cache

import msgspec
from msgspec import Struct

from bot.content import yaml as yaml_lines
from bot.content.checks.translations import plain_value, quantities
from bot.content.facts import Fact, Facts
from bot.content.guide import Mark, Step, TroubleWords
from bot.content.schema import Parsed, did_you_mean, shape, shape_each
from bot.content.yaml import Document, Finding, YamlPath, finding

FILE = "facts.second.yaml"

_COMPARED = 4096
"""So many facts and their copies are not compared again."""
_SECTION = re.compile(r"(?:section )?\d+(?:\.\d+)*")


class SecondCopy(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One fact as its source says it. `en` only where English is not told by the figures alone."""

    value: str
    en: str = ""
    mark: Mark
    source: str
    date: dt.date
    until: dt.date | None = None


class Second(Struct, frozen=True):
    """The copies by the name of their fact, and the days of each source."""

    facts: Mapping[str, SecondCopy]
    sources: Mapping[str, tuple[dt.date, ...]]


class _SecondFile(Struct, frozen=True, forbid_unknown_fields=True):
    facts: dict[str, object] = {}
    sources: dict[str, tuple[dt.date, ...]] = {}


def read_second(name: str, text: str) -> Second:
    """Read the second copy. Raises ContentWrong with the line of what does not fit."""
    document = yaml_lines.read(name, text)
    file = shape(document, _SecondFile)
    return Second(shape_each(document, "facts", SecondCopy), file.sources)


def copy_findings(first: Document, document: Document, facts: Facts, second: Second) -> Iterator[Finding]:
    """Where the two copies differ, at the line of facts.yaml; facts that only one of them has."""
    for name, fact in facts.facts.items():
        copy = second.facts.get(name)
        if copy is None:
            hint = did_you_mean(name, second.facts.keys() - facts.facts.keys())
            message = f'fact "{name}" is not in {FILE}; type it there as well, from its source.{hint}'
            yield finding(first, ("facts", name), message)
            continue
        for field, message in _differences(fact, copy):
            yield finding(
                first, ("facts", name, field), f'fact "{name}": {message}; look it up, and mend the wrong one.'
            )
        yield from _source_findings(first, ("facts", name), f'fact "{name}"', (fact.source, fact.date), second)
    for name in second.facts.keys() - facts.facts.keys():
        yield finding(
            document, ("facts", name), f'fact "{name}" is not in facts.yaml.{did_you_mean(name, facts.facts)}'
        )


def source_findings(parsed: Parsed, second: Second) -> Iterator[Finding]:
    """Sources of a guide that nobody knows, or with a day that is none of theirs."""
    for index, source in enumerate(parsed.guide.sources):
        path: YamlPath = ("sources", index)
        named = (source.source, source.date)
        yield from _source_findings(parsed.documents["vi"], path, f'source of "{source.fact}"', named, second)


@lru_cache(maxsize=_COMPARED)
def _differences(fact: Fact, copy: SecondCopy) -> tuple[tuple[str, str], ...]:
    """Content is read again and again, and few facts of it have changed."""
    return tuple(_differ(fact, copy))


def _differ(fact: Fact, copy: SecondCopy) -> Iterator[tuple[str, str]]:
    if plain_value(fact.vi) != plain_value(copy.value):
        yield "vi", f'it reads "{fact.vi}" here and "{copy.value}" in {FILE}'
    english, meant = fact.value("en"), quantities(copy.value, "vi")
    in_words = copy.en or ("" if meant else copy.value)
    if quantities(english, "en") != meant or (in_words and english != in_words):
        yield "en", f'the English reads "{english}", and {FILE} has "{copy.en or copy.value}"'
    for field, here, there in (
        ("mark", fact.mark, copy.mark),
        ("source", fact.source, copy.source),
        ("date", fact.date, copy.date),
        ("until", fact.until, copy.until),
    ):
        if here != there:
            yield field, f'"{field}" is {here or "nothing"} here and {there or "nothing"} in {FILE}'


def _source_findings(
    document: Document, path: YamlPath, what: str, named: tuple[str, dt.date], second: Second
) -> Iterator[Finding]:
    source, day = named
    days: set[dt.date] = set()
    for part in map(str.strip, source.split(",")):
        known = "section" if _SECTION.fullmatch(part) else part
        if known not in second.sources:
            hint = did_you_mean(part, second.sources)
            message = f'{what} names "{part}", which is not under "sources" in {FILE}.{hint}'
            yield finding(document, (*path, "source"), f"{message} Add it there with its day.")
            return
        days.update(second.sources[known])
    if day not in days:
        message = f"{what} is dated {day}, but {source} has {', '.join(map(str, sorted(days)))} in {FILE}."
        yield finding(document, (*path, "date"), message)


GUIDES_FILE = "guides.second.yaml"

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
        message = f"it is not in {GUIDES_FILE}; who reads it through writes there where each answer leads."
        yield Finding(f"{name}.yaml", 1, message)
    for name in sorted(second.guides.keys() - guides):
        yield Finding(GUIDES_FILE, 1, f'guide "{name}" is not there.{did_you_mean(name, guides)}')


def joint_findings(parsed: Parsed, copy: SecondGuide) -> Iterator[Finding]:
    """Where a guide and its copy lead elsewhere, or are marked otherwise."""
    guide, document = parsed.guide, parsed.documents["vi"]
    if guide.start != copy.start:
        yield finding(document, ("start",), f'it starts at "{guide.start}", and at "{copy.start}" in {GUIDES_FILE}.')
    marks = tuple(source.mark for source in guide.sources)
    if marks != copy.marks:
        first = next((at for at, pair in enumerate(zip(marks, copy.marks, strict=False)) if pair[0] != pair[1]), 0)
        message = f"its sources are marked [{', '.join(marks)}], and [{', '.join(copy.marks)}] in {GUIDES_FILE}"
        yield finding(document, ("sources", first), f"{message}; read the source, and mend the wrong one.")
    ways = {name: _ways(step) for name, step in guide.steps.items() if step.targets}
    for name in ways | copy.ways:
        if ways.get(name) != copy.ways.get(name):
            place: YamlPath = ("steps", name) if name in ways else ()
            yield finding(document, place, _way_fault(name, ways.get(name), copy.ways.get(name)))
    own = guide.words["vi"].troubles
    for name, fault in remedy_faults(own, copy.remedies):
        yield finding(document, ("troubles", name) if name in own else (), fault)


def remedy_faults(troubles: Mapping[str, TroubleWords], copies: Mapping[str, Remedy]) -> Iterator[tuple[str, str]]:
    """Troubles whose remedy is not the one of their copy, with what to do."""
    for name in {*troubles, *copies}:
        trouble, copy = troubles.get(name), copies.get(name)
        if trouble is None or copy is None:
            where = f"is not in {GUIDES_FILE}" if trouble else f"stands in {GUIDES_FILE} and not here"
            yield name, f'trouble "{name}" {where}; read its label and its remedy, then mend the wrong file.'
        elif trouble.go != copy.go:
            leads = f'"{trouble.go}" here and "{copy.go}" in {GUIDES_FILE}'
            yield name, f'trouble "{name}" leads to {leads}; read both, and mend the wrong one.'
        elif f" {copy.says} " not in f" {_plain(trouble.say)} ":
            told = f'the remedy of "{trouble.label}" says no more "{copy.says}", as in {GUIDES_FILE}'
            yield name, f'trouble "{name}": {told}; is it still the remedy of this trouble? Then mend {GUIDES_FILE}.'


def _ways(step: Step) -> Ways:
    return step.choices or step.next


def _way_fault(name: str, here: Ways | None, there: Ways | None) -> str:
    if isinstance(here, dict) and isinstance(there, dict):
        choice = next(one for one in (here | there) if here.get(one) != there.get(one))
        leads = f'choice "{choice}" leads to "{here.get(choice, "")}", and to "{there.get(choice, "")}"'
    else:
        leads = f"it leads to {_shown(here)}, and to {_shown(there)}"
    told = f'step "{name}": {leads} in {GUIDES_FILE}; read the answer and the step it leads to, and mend the wrong one'
    return f"{told} (as it is here: {name}: {_shown(here)})."


def _shown(ways: Ways | None) -> str:
    return msgspec.json.encode(ways).decode() if ways else "no step"


def _plain(text: str) -> str:
    return " ".join("".join(letter if letter.isalnum() else " " for letter in text.casefold()).split())
