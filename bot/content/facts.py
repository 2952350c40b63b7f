"""What is said once for all guides: facts, names, glossary terms, topics and shared troubles.

`facts.yaml` is the project's own fact sheet. A number, telephone line, address of a site, fee, deadline, age or form
that is not there is in no guide: `numbers` finds those that stand in a text, `certainty` those said too surely.
"""

import datetime as dt
from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from bot.content import yaml as yaml_lines
from bot.content.guide import LANGUAGES, Mark, TroubleWords
from bot.content.schema import did_you_mean, shape, shape_each, wrong


class Fact(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A telephone number, address, fee, deadline or form, with where it comes from. Said as ended after `until`."""

    vi: str
    en: str = ""
    mark: Mark
    source: str
    date: dt.date
    until: dt.date | None = None
    note: str = ""

    def value(self, lang: str) -> str:
        """The fact as text in `lang`; in Vietnamese where it reads the same in every language."""
        return (self.en if lang == "en" else "") or self.vi


def allowed_days(value: str) -> tuple[int, bool] | None:
    """How many days a fact, in Vietnamese, allows, and whether working days alone count; None where it says none."""
    number, *said = value.split()
    return (int(number), said[1:3] == ["làm", "việc"]) if number.isdecimal() and said[:1] == ["ngày"] else None


class Facts(Struct, frozen=True):
    """The facts file: facts by name, words with a digit that are no number, and what explains each term by language."""

    facts: Mapping[str, Fact] = {}
    names: tuple[str, ...] = ()
    terms: Mapping[str, Mapping[str, tuple[str, ...]]] = {}

    def by_language(self) -> Mapping[str, Mapping[str, str]]:
        """Fact values by language, then by name: what templates know as `fact`."""
        return {lang: {name: fact.value(lang) for name, fact in self.facts.items()} for lang in LANGUAGES}


class Topic(Struct, frozen=True):
    """One line of the menu: its title by language and its guides in order; `within` is the topic it stands below."""

    id: str
    titles: Mapping[str, str]
    guides: tuple[str, ...]
    within: str = ""

    def title(self, lang: str) -> str:
        """The title in `lang`, or in Vietnamese."""
        return self.titles.get(lang) or self.titles["vi"]


class _FactsFile(Struct, frozen=True, forbid_unknown_fields=True):
    facts: dict[str, object] = {}
    names: tuple[str, ...] = ()
    terms: dict[str, object] = {}


class _TermFile(Struct, frozen=True, forbid_unknown_fields=True):
    vi: tuple[str, ...]
    en: tuple[str, ...] = ()


class _TopicsFile(Struct, frozen=True, forbid_unknown_fields=True):
    topics: dict[str, object]


class _TopicFile(Struct, frozen=True, forbid_unknown_fields=True):
    vi: str
    en: str
    guides: tuple[str, ...] = ()
    within: str = ""


class _SharedTroubleFile(Struct, frozen=True, forbid_unknown_fields=True):
    vi: TroubleWords
    en: TroubleWords
    go: str = ""


def read_facts(name: str, text: str) -> Facts:
    """Read the facts file. Raises ContentWrong with the line of what does not fit."""
    document = yaml_lines.read(name, text)
    file = shape(document, _FactsFile)
    facts = shape_each(document, "facts", Fact)
    for fact_name, fact in facts.items():
        if not fact_name.isidentifier():
            raise wrong(document, ("facts", fact_name), f'"{fact_name}" must be made of letters, digits and _.')
        if not fact.vi.strip():
            raise wrong(document, ("facts", fact_name, "vi"), f'fact "{fact_name}" says nothing.')
    terms = {term: {"vi": words.vi, "en": words.en} for term, words in shape_each(document, "terms", _TermFile).items()}
    return Facts(facts, file.names, terms)


def read_topics(name: str, text: str) -> tuple[Topic, ...]:
    """Read the menu file: topics in menu order. Raises ContentWrong."""
    document = yaml_lines.read(name, text)
    shape(document, _TopicsFile)
    topics = shape_each(document, "topics", _TopicFile)
    tops = [key for key, topic in topics.items() if not topic.within]
    for key, topic in topics.items():
        if topic.within and topic.within not in tops:
            message = f'topic "{key}" stands within "{topic.within}", which is no topic of the main menu.'
            raise wrong(document, ("topics", key, "within"), message + did_you_mean(topic.within, tops))
    return tuple(Topic(key, {"vi": each.vi, "en": each.en}, each.guides, each.within) for key, each in topics.items())


def read_troubles(name: str, text: str) -> Mapping[str, Mapping[str, TroubleWords]]:
    """Read the troubles that guides share: by name, then by language. Raises ContentWrong."""
    document = yaml_lines.read(name, text)
    names = shape(document, dict[str, object])
    shared = {trouble: shape(document, _SharedTroubleFile, (trouble,)) for trouble in names}
    return {
        trouble: {lang: replace(said, go=words.go) for lang, said in (("vi", words.vi), ("en", words.en))}
        for trouble, words in shared.items()
    }
