"""What makes a guide fit to publish. Pure: a parsed guide and what is known around it in, findings out."""

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from functools import cached_property
from pathlib import PurePath

from msgspec import Struct

from bot.content.facts import Facts, allowed_days
from bot.content.finding import Finding, finding
from bot.content.guide import LANGUAGES, SLIP
from bot.content.numbers import number_faults
from bot.content.parse import Parsed
from bot.content.routes import route_findings
from bot.content.second import Second, source_findings
from bot.content.shape import did_you_mean
from bot.content.stale import review_findings
from bot.content.texts import SharedTroubles, text_findings
from bot.content.translations import translation_findings
from bot.content.wording import Wording
from bot.language.fold import fold
from bot.pictures.screens import Screens

__all__ = ["Finding", "Known", "check", "claims"]

_GUIDE_ID = re.compile(r"[a-z0-9-]{1,24}", re.ASCII)


class Known(Struct, frozen=True, kw_only=True, dict=True):
    """What a guide may lean on. `guides` are all guide ids of the library.

    `second` is the second copy of the facts; without it no source is looked up. `claims` says which guide has a title
    or a way of asking already (`claims()` of the guides before it).
    """

    facts: Facts
    second: Second | None = None
    topics: Collection[str]
    troubles: SharedTroubles
    guides: Collection[str]
    screens: Screens
    claims: Mapping[str, str] = {}
    today: date

    @cached_property
    def wordings(self) -> Mapping[str, Wording]:
        """The rules of wording by language."""
        return {lang: Wording(lang, self.facts) for lang in LANGUAGES}


def check(parsed: Parsed, known: Known) -> list[Finding]:
    """All findings about a guide, in the order of its file; those of its translations come after."""
    found = [
        *_head_findings(parsed, known),
        *_claim_findings(parsed, known.claims),
        *route_findings(parsed, known.guides, known.troubles),
        *_reminder_findings(parsed, known.facts),
        *_picture_findings(parsed, known.screens, known.facts.names),
        *text_findings(parsed, known.wordings, known.troubles),
        *translation_findings(parsed),
    ]
    files = [document.name for document in parsed.documents.values()]
    return sorted(dict.fromkeys(found), key=lambda one: (files.index(one.file), one.line))


def claims(parsed: Parsed) -> frozenset[str]:
    """The titles and the ways of asking that this guide has for itself, folded."""
    languages = parsed.guide.words.values()
    return frozenset(fold(phrase) for words in languages for phrase in (words.title, *words.ask_like))


def _head_findings(parsed: Parsed, known: Known) -> Iterator[Finding]:
    guide, document = parsed.guide, parsed.documents["vi"]
    if not _GUIDE_ID.fullmatch(guide.id):
        yield finding(document, ("id",), f'"{guide.id}" cannot be an id: a–z, 0–9 and -, at most 24 of them.')
    if PurePath(document.name).stem != guide.id:
        yield finding(document, ("id",), f'the file of guide "{guide.id}" must be called "{guide.id}.yaml".')
    if guide.version < 1:
        yield finding(document, ("version",), "versions count from 1.")
    if guide.topic not in known.topics:
        hint = did_you_mean(guide.topic, known.topics)
        yield finding(document, ("topic",), f'topic "{guide.topic}" is not there.{hint}')
    for index, other in enumerate(guide.then):
        if other not in known.guides or other == guide.id:
            hint = did_you_mean(other, known.guides)
            yield finding(document, ("then", index), f'"then" names "{other}", which is no other guide.{hint}')
    for index, step in ((index, step) for index, at in enumerate(guide.bring_at) for step in at):
        if step not in guide.steps:
            hint = did_you_mean(step, guide.steps)
            yield finding(document, ("bring", index, "at"), f'"bring" names step "{step}", which is not there.{hint}')
    if guide.bring_to and not guide.says("vi").bring:
        yield finding(document, ("bring_to",), '"bring_to" says where to bring things, and "bring" lists none.')
    if not guide.checked.by.strip():
        yield finding(document, ("checked", "by"), "say who checked this guide.")
    for index, source in enumerate(guide.sources):
        fact = known.facts.facts.get(source.fact)
        if fact and fact.mark != source.mark:
            message = f'fact "{source.fact}" is marked "{fact.mark}" in facts.yaml, not "{source.mark}".'
            yield finding(document, ("sources", index, "mark"), message)
    if known.second:
        yield from source_findings(parsed, known.second)
    yield from review_findings(parsed, known.today)


def _claim_findings(parsed: Parsed, claimed: Mapping[str, str]) -> Iterator[Finding]:
    for lang, words in parsed.guide.words.items():
        phrases = [(("ask_like", index), phrase) for index, phrase in enumerate(words.ask_like)]
        for path, phrase in [(("title",), words.title), *phrases]:
            if other := claimed.get(fold(phrase)):
                message = f'"{phrase}" is also what guide "{other}" is called or asked for by; keep it in one.'
                yield finding(parsed.documents[lang], path, message)


def _reminder_findings(parsed: Parsed, facts: Facts) -> Iterator[Finding]:
    for step_id, step in parsed.guide.steps.items():
        fact = facts.facts.get(step.remind)
        if step.remind and step.remind != SLIP and not (fact and allowed_days(fact.vi)):
            message = f'step "{step_id}": "remind" names a fact that says how many days it takes, or "{SLIP}".'
            yield finding(parsed.documents["vi"], ("steps", step_id, "remind"), message)


def _picture_findings(parsed: Parsed, screens: Screens, names: Collection[str]) -> Iterator[Finding]:
    words, document = parsed.guide.words["vi"].steps, parsed.documents["vi"]
    for step_id, step in parsed.guide.steps.items():
        if picture := step.picture:
            path = ("steps", step_id, "picture")
            if not words[step_id].alt:
                message = f'step "{step_id}": the picture needs "alt", a sentence for people who cannot see it.'
                yield finding(document, path, message)
            if fault := screens.fault(picture.app, picture.screen, picture.tap):
                yield finding(document, path, f'step "{step_id}": {fault}', blocking=False)
                for message in number_faults(f"{picture.app} {picture.tap}", names):
                    yield finding(document, path, f'step "{step_id}": {message}')
