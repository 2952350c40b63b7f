"""Whether every way through a guide leads somewhere, and out. Pure."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from bot.content.finding import Finding, finding
from bot.content.guide import ENDS, Guide, Step, other_guide
from bot.content.parse import Parsed
from bot.content.shape import did_you_mean
from bot.content.yaml_lines import Path

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
) -> Iterator[tuple[Path, str]]:
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


def _trouble_faults(named: tuple[str, ...], troubles: Collection[str]) -> Iterator[tuple[Path, str]]:
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
