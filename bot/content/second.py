"""The second copy of the facts, typed from the sources apart from `facts.yaml`: a lie in one is seen in the other.

It also lists every source that may be named, with the days on which it spoke. Pure.
"""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from msgspec import Struct

from bot.content import yaml_lines
from bot.content.facts import Fact, Facts
from bot.content.finding import Finding, finding
from bot.content.guide import Mark
from bot.content.parse import Parsed
from bot.content.quantities import plain_value, quantities
from bot.content.shape import did_you_mean, shape, shape_each
from bot.content.yaml_lines import Document, Path

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
        path: Path = ("sources", index)
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
    document: Document, path: Path, what: str, named: tuple[str, dt.date], second: Second
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
