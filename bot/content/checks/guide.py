"""What makes a guide fit to publish. Pure: a parsed guide and what is known around it in, findings out.

Whether every way through a guide leads somewhere, and out. Pure.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property
from pathlib import PurePath

from msgspec import Struct

from bot.content.checks.certainty import number_faults
from bot.content.checks.claims import claim_findings, crossing_findings
from bot.content.checks.freshness import review_findings
from bot.content.checks.papers import paper_findings
from bot.content.checks.second_copy import Second, SecondGuide, joint_findings, source_findings
from bot.content.checks.spelling import Usage, spelling_faults
from bot.content.checks.style import Wording
from bot.content.checks.texts import SharedTroubles, text_findings
from bot.content.checks.translations import translation_findings
from bot.content.facts import Facts, allowed_days
from bot.content.guide import ENDS, LANGUAGES, SLIP, Guide, Picture, Step, StepWords, other_guide
from bot.content.schema import Parsed, did_you_mean
from bot.content.yaml import Finding, YamlPath, finding
from bot.images.screens import Screens
from bot.nlu.normalise import fold

MOST_CHOICES = 5
MOST_TROUBLES = 3

_STEP_ID = re.compile(r"[a-z0-9_]{1,24}", re.ASCII)
_CHOICE_ID = re.compile(r"[a-z0-9_]{1,16}", re.ASCII)
_TAKEN_CHOICES = ("back", "menu")

Guides = Mapping[str, Collection[str] | None]
"""The steps of every guide by its id; None of one that cannot be read."""


def route_findings(parsed: Parsed, guides: Guides, troubles: Collection[str]) -> Iterator[Finding]:
    """Findings about ids, targets, ways on and out. `guides` and `troubles` are those known around this guide."""
    guide, document = parsed.guide, parsed.documents["vi"]
    if guide.start not in guide.steps:
        hint = did_you_mean(guide.start, guide.steps)
        yield finding(document, ("start",), f'it starts at "{guide.start}", which is not there.{hint}')
    known_troubles = (*guide.words["vi"].troubles, *troubles)
    for step_id, step in guide.steps.items():
        for path, message in _step_faults(guide, step_id, step, guides, known_troubles):
            yield finding(document, ("steps", step_id, *path), f'step "{step_id}"{message}')
    for name, trouble in guide.words["vi"].troubles.items():
        if trouble.go and (fault := target_fault(trouble.go, guide.steps, guides)):
            yield finding(document, ("troubles", name, "go"), f'trouble "{name}" {fault}')
    for step_id in guide.steps.keys() - _reached(guide):
        yield finding(document, ("steps", step_id), f'step "{step_id}" is never reached.')
    with_way_out = _with_way_out(guide)
    if circle := [step_id for step_id in guide.steps if step_id not in with_way_out]:
        names = ", ".join(f'"{step_id}"' for step_id in circle)
        yield finding(document, ("steps", circle[0]), f"there is no way to an end from {names}.")


def _step_faults(
    guide: Guide, step_id: str, step: Step, guides: Guides, troubles: Collection[str]
) -> Iterator[tuple[YamlPath, str]]:
    if not _STEP_ID.fullmatch(step_id) or step_id in ENDS:
        yield (), " needs another name: a–z, 0–9 and _, at most 24 of them, and not done, person or menu."
    ways = sum(map(bool, (step.choices, step.next, step.end)))
    if ways != 1:
        yield (), f' needs exactly one of "choices", "next" and "end"; it has {ways}.'
    if step.choices and not 2 <= len(step.choices) <= MOST_CHOICES:
        yield ("choices",), f" has {len(step.choices)} choices; 2 to {MOST_CHOICES} are possible."
    for choice_id, target in step.choices.items():
        if not _CHOICE_ID.fullmatch(choice_id) or choice_id in _TAKEN_CHOICES:
            message = "needs another name: a–z, 0–9 and _, at most 16 of them, and not back or menu."
            yield ("choices", choice_id), f', choice "{choice_id}" {message}'
        if fault := target_fault(target, guide.steps, guides):
            yield ("choices", choice_id, "go"), f', choice "{choice_id}" {fault}'
    if step.next and (fault := target_fault(step.next, guide.steps, guides)):
        yield ("next",), f" {fault}"
    if step.end and step.trouble:
        yield ("trouble",), ' ends the guide, where nobody is asked what is wrong; take "trouble" to a step before it.'
    yield from _trouble_faults(step.trouble, troubles)


def target_fault(target: str, steps: Collection[str], guides: Guides) -> str:
    """What is wrong with a place to go to, in words that follow its name; empty where nothing is."""
    if target in steps or target in ENDS:
        return ""
    other, step = other_guide(target)
    if other and other not in guides:
        return f'goes to guide "{other}", which is not there.{did_you_mean(other, guides)}'
    if other:
        known = guides[other]
        if not step or known is None or step in known:
            return ""
        return f'goes to step "{step}" of guide "{other}", which is not there.{did_you_mean(step, known)}'
    return f'goes to "{target}", which is not there.{did_you_mean(target, (*steps, *ENDS))}'


def _trouble_faults(named: tuple[str, ...], troubles: Collection[str]) -> Iterator[tuple[YamlPath, str]]:
    if len(named) > MOST_TROUBLES:
        yield ("trouble",), f" has {len(named)} troubles; at most {MOST_TROUBLES}."
    for index, name in enumerate(named):
        if name not in troubles:
            yield ("trouble", index), f' has trouble "{name}", which is not there.{did_you_mean(name, troubles)}'
        elif name in named[:index]:
            yield ("trouble", index), f' names trouble "{name}" twice.'


def _reached(guide: Guide) -> set[str]:
    onward = {step_id: guide.leads_to(step_id) for step_id in guide.steps}
    return _spread([guide.start], onward) & guide.steps.keys()


def _with_way_out(guide: Guide) -> set[str]:
    """The steps from which an end, a person, the menu or another guide can be reached.

    A target that is not there counts as a way out: it has its own finding.
    """
    backward: dict[str, list[str]] = {step_id: [] for step_id in guide.steps}
    leaving = []
    for step_id, step in guide.steps.items():
        if not step.targets or any(target not in guide.steps for target in step.targets):
            leaving.append(step_id)
        for target in step.targets:
            backward.setdefault(target, []).append(step_id)
    return _spread(leaving, backward)


def _spread(start: Iterable[str], ways: Mapping[str, Iterable[str]]) -> set[str]:
    reached: set[str] = set()
    waiting = list(start)
    while waiting:
        here = waiting.pop()
        if here not in reached:
            reached.add(here)
            waiting.extend(ways.get(here, ()))
    return reached


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
    texts: list[tuple[YamlPath, str]] = [(("title",), words.title), (("bring",), "\n".join(words.bring))]
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
