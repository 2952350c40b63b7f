"""What makes a guide fit to publish. Pure: a parsed guide and what is known around it in, findings out."""

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from functools import cached_property
from pathlib import PurePath

from msgspec import Struct

from bot.content.claims import claim_findings
from bot.content.crossings import crossing_findings
from bot.content.facts import Facts, allowed_days
from bot.content.finding import Finding, finding
from bot.content.guide import LANGUAGES, SLIP, Guide, Picture, StepWords
from bot.content.numbers import number_faults
from bot.content.orthography import Usage, spelling_faults
from bot.content.papers import paper_findings
from bot.content.parse import Parsed
from bot.content.routes import Guides, route_findings
from bot.content.second import Second, source_findings
from bot.content.second_guides import SecondGuide, joint_findings
from bot.content.shape import did_you_mean
from bot.content.stale import review_findings
from bot.content.texts import SharedTroubles, text_findings
from bot.content.translations import translation_findings
from bot.content.wording import Wording
from bot.content.yaml_lines import Path
from bot.language.fold import fold
from bot.pictures.screens import Screens

__all__ = ["Finding", "Known", "check", "claims"]

_LONGEST_UNSEEN = 200
"""Days from when somebody checked a guide until it must be looked at again."""

_BUTTON = re.compile(r"«([^»]*)»")
_POINTED_AT = re.compile(
    r"(?:bấm|chọn|chạm|giữ|kéo|khoanh tròn)(?: vào)?(?: (?:nút|dòng|ô|mục|hình|chữ|tên|phím))?(?: có chữ| ghi)? "
    r"«?(\w+(?: \w+)*)"
)
"""What a description of a picture says the finger is on; a label where it begins with a capital."""
_GUIDE_ID = re.compile(r"[a-z0-9-]{1,24}", re.ASCII)


class Known(Struct, frozen=True, kw_only=True, dict=True):
    """What a guide may lean on. `guides` are all guides of the library.

    `second` is the second copy of the facts; without it no source is looked up. `joints` are those of
    how guides are joined, by guide. `claims` says which guide has a title or a way of asking already (`claims()` of
    the guides before it).
    """

    facts: Facts
    second: Second | None = None
    joints: Mapping[str, SecondGuide] = {}
    topics: Collection[str]
    troubles: SharedTroubles
    guides: Guides
    screens: Screens
    usage: Usage | None = None
    claims: Mapping[str, str] = {}
    today: date

    @cached_property
    def foreign(self) -> frozenset[str]:
        """Words of other languages that texts may use: terms that are explained, and the names of programs."""
        known = (
            *self.facts.terms,
            *self.facts.names,
            *self.screens.names,
            *(fact.vi for fact in self.facts.facts.values()),
        )
        return frozenset(word.casefold() for name in known for word in re.findall(r"[^\W\d_]+", name))

    @cached_property
    def wordings(self) -> Mapping[str, Wording]:
        """The rules of wording by language."""
        return {lang: Wording(lang, self.facts) for lang in LANGUAGES}


def check(parsed: Parsed, known: Known) -> list[Finding]:
    """All findings about a guide, in the order of its file; those of its translations come after."""
    found = [
        *_head_findings(parsed, known),
        *_claim_findings(parsed, known.claims),
        *claim_findings(parsed),
        *crossing_findings(parsed),
        *paper_findings(parsed),
        *(joint_findings(parsed, joints) if (joints := known.joints.get(parsed.guide.id)) else ()),
        *route_findings(parsed, known.guides, known.troubles),
        *_reminder_findings(parsed, known.facts),
        *_picture_findings(parsed, known.screens, known.facts.names),
        *text_findings(parsed, known.wordings, known.troubles),
        *_spelling_findings(parsed, known),
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
    yield from _date_findings(parsed)
    if (fault := _bring_fault(guide)) and guide.bring_to:
        yield finding(document, ("bring_to",), fault)
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


def _date_findings(parsed: Parsed) -> Iterator[Finding]:
    """A day to look at it again that is none, or that comes years later."""
    guide, document = parsed.guide, parsed.documents["vi"]
    if not 0 < (guide.review_by - guide.checked.on).days <= _LONGEST_UNSEEN:
        message = f"look at it again within {_LONGEST_UNSEEN} days after {guide.checked.on}, not on {guide.review_by}."
        yield finding(document, ("review_by",), message)


def _bring_fault(guide: Guide) -> str:
    """Whether a guide sends people with their papers elsewhere than its steps do."""
    said = "\n".join(step.whole for step in guide.says("vi").steps.values())
    named, other = ("ward.police", "ward.office") if guide.bring_to == "police" else ("ward.office", "ward.police")
    if named in said or other not in said:
        return ""
    return f'"bring_to" is {guide.bring_to}, but its steps name {{{{ {other} }}}} only.'


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


def _spelling_findings(parsed: Parsed, known: Known) -> Iterator[Finding]:
    """Words of the Vietnamese texts that are none, or that lost a sign."""
    if known.usage is None:
        return
    words, document = parsed.guide.words["vi"], parsed.documents["vi"]
    texts: list[tuple[Path, str]] = [(("title",), words.title), (("bring",), "\n".join(words.bring))]
    for step_id, step in words.steps.items():
        said = "\n".join((step.text, step.calm, step.alt, *step.labels.values()))
        texts.append((("steps", step_id), said))
    texts += [(("troubles", name), f"{trouble.label}\n{trouble.say}") for name, trouble in words.troubles.items()]
    for path, text in texts:
        for message in spelling_faults(text, known.usage, known.foreign):
            yield finding(document, path, message)


def _picture_findings(parsed: Parsed, screens: Screens, names: Collection[str]) -> Iterator[Finding]:
    words, document = parsed.guide.words["vi"].steps, parsed.documents["vi"]
    for step_id, step in parsed.guide.steps.items():
        if picture := step.picture:
            path = ("steps", step_id, "picture")
            if not words[step_id].alt:
                message = f'step "{step_id}": the picture needs "alt", a sentence for people who cannot see it.'
                yield finding(document, path, message)
            if fault := screens.fault(picture.app, picture.screen, picture.tap):
                blocking = screens.find(picture.app, picture.screen) is not None
                yield finding(document, path, f'step "{step_id}": {fault}', blocking=blocking)
                for message in number_faults(f"{picture.app} {picture.tap}", names):
                    yield finding(document, path, f'step "{step_id}": {message}')
            for fault in _tap_faults(words[step_id], picture, screens):
                yield finding(document, path, f'step "{step_id}": {fault}')


def _tap_faults(words: StepWords, picture: Picture, screens: Screens) -> Iterator[str]:
    """What the picture shows to tap and the text calls otherwise."""
    named = [button for button in _BUTTON.findall(words.text) if button[:1].isupper()]
    shown = {fold(label) for label in screens.labels(picture.app, picture.screen)}
    on_screen = [button for button in named if fold(button) in shown]
    if picture.tap and on_screen and fold(picture.tap) not in map(fold, on_screen):
        yield f"the text says «{on_screen[-1]}», and the picture shows «{picture.tap}» to tap."
    for label in _POINTED_AT.findall(words.alt) if picture.tap else ():
        if label[0].isupper() and fold(label) not in fold(picture.tap) and fold(picture.tap) not in fold(label):
            yield f'"alt" says "{label}", and the picture shows «{picture.tap}» to tap.'
