"""What is past the day it was good until, or soon will be. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from bot.content.facts import Fact, Facts
from bot.content.finding import Finding, finding
from bot.content.guide import Guide
from bot.content.parse import Parsed
from bot.content.yaml_lines import Document

SOON_DAYS = 30


def review_findings(parsed: Parsed, on: date, ahead: int = 0) -> Iterator[Finding]:
    """A finding when the guide is past its review on the day `on`, or is so within `ahead` days."""
    due = parsed.guide.review_by
    if (due - on).days < ahead:
        message = f"stale: it should have been looked at again by {due}."
        coming = f"soon: look at it again by {due}."
        yield finding(parsed.documents["vi"], ("review_by",), message if due < on else coming, blocking=False)


def fact_findings(document: Document, facts: Facts, on: date, guides: Iterable[Guide], ahead: int = 0) -> list[Finding]:
    """Facts that ended before the day `on`, or end within `ahead` days, each with the guides that say it.

    Nothing is blocked: residents read such a fact as one that has ended (`ended`).
    """
    said = {guide.id: _texts(guide) for guide in guides}
    found = []
    for name, fact in facts.facts.items():
        if fact.until and (fact.until - on).days < ahead:
            where = ", ".join(guide for guide, text in said.items() if f"fact.{name} " in text) or "no guide"
            message = f'stale: fact "{name}" held until {fact.until}'
            coming = f'soon: fact "{name}" holds until {fact.until}'
            text = f"{message if ended(fact, on) else coming}; said in {where}."
            found.append(finding(document, ("facts", name, "until"), text, blocking=False))
    return found


def ended(fact: Fact, on: date) -> bool:
    """Whether a fact holds no more on the day `on`."""
    return fact.until is not None and fact.until < on


def ended_names(facts: Mapping[str, Fact], on: date) -> frozenset[str]:
    """The names of the facts that hold no more on the day `on`."""
    return frozenset(name for name, fact in facts.items() if ended(fact, on))


def _texts(guide: Guide) -> str:
    """All that a guide says, for looking something up in it."""
    parts = []
    for words in guide.words.values():
        parts += [words.title, *(line for trouble in words.troubles.values() for line in (trouble.label, trouble.say))]
        parts += [part for step in words.steps.values() for part in (step.text, step.calm, *step.labels.values())]
    return "\n".join(parts)
