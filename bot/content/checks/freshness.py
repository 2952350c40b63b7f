"""How easily a guide is read, in figures. Pure.

What is past the day it was good until, or soon will be. Pure.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from msgspec import Struct

from bot.content.checks.style import Wording
from bot.content.facts import Fact, Facts
from bot.content.guide import Guide
from bot.content.schema import Parsed
from bot.content.yaml import Document, Finding, finding

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


WORDS_A_MINUTE = 120
"""How fast somebody reads who reads each line aloud, and stops."""

_VARIABLE = re.compile(r"\{\{[^}]*\}\}")


class Readability(Struct, frozen=True, kw_only=True):
    """One guide in one language. `longest_step` is in characters; sentences are in words; `minutes` are for reading the
    main path. `unexplained` are terms of the glossary that the guide never explains.
    """

    guide: str
    lang: str
    steps: int
    sentence: float
    longest_sentence: int
    longest_step: int
    unexplained: tuple[str, ...]
    minutes: float


def readability(guide: Guide, wordings: Mapping[str, Wording]) -> Iterator[Readability]:
    """The figures of a guide in each of its languages."""
    for lang, words in guide.words.items():
        wording = wordings[lang]
        texts = {step: said.whole for step, said in words.steps.items()}
        lengths = [len(sentence.split()) for text in texts.values() for sentence in wording.sentences(text)]
        everything = "\n".join([*texts.values(), *(trouble.say for trouble in words.troubles.values())])
        main = [len(_VARIABLE.sub("x", texts[step]).split()) for step in _main_path(guide) if step in texts]
        yield Readability(
            guide=guide.id,
            lang=lang,
            steps=len(guide.steps),
            sentence=sum(lengths) / max(1, len(lengths)),
            longest_sentence=max(lengths, default=0),
            longest_step=max(map(wording.length, texts.values()), default=0),
            unexplained=wording.terms(everything, wording.explained(everything)),
            minutes=sum(main) / WORDS_A_MINUTE,
        )


def _main_path(guide: Guide) -> list[str]:
    """The steps of whoever takes the first way on each time."""
    path: list[str] = []
    here = guide.start
    while here in guide.steps and here not in path:
        path.append(here)
        here = next(iter(guide.steps[here].targets), "")
    return path
