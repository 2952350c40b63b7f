"""Which terms a resident has had explained when they come to a step, whichever way they came. Pure."""

from collections.abc import Collection, Mapping

from bot.content.guide import Guide

Terms = frozenset[str]


def met(guide: Guide, explained: Mapping[str, Collection[str]]) -> Mapping[str, Terms]:
    """The terms known at each step, itself included: those explained on every way from the start.

    `explained` says which terms the words of each step explain.
    """
    own = {step: frozenset(explained.get(step, ())) for step in guide.steps}
    before = _steps_before(guide)
    known = dict.fromkeys(guide.steps, frozenset[str]().union(*own.values()))
    changed = True
    while changed:
        changed = False
        for step in guide.steps:
            now = own[step] | _in_all([known[each] for each in before[step]] if step != guide.start else [])
            changed |= now != known[step]
            known[step] = now
    return known


def met_at(steps: Collection[str], known: Mapping[str, Terms]) -> Terms:
    """The terms known at every one of these steps."""
    return _in_all([known[step] for step in steps if step in known])


def _steps_before(guide: Guide) -> Mapping[str, list[str]]:
    before: dict[str, list[str]] = {step: [] for step in guide.steps}
    for name, step in guide.steps.items():
        for target in step.targets:
            if target in before:
                before[target].append(name)
    return before


def _in_all(sets: Collection[Terms]) -> Terms:
    first, *others = sets or [frozenset()]
    return first.intersection(*others)
