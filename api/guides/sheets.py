"""A guide that branches at its beginning as sheets to hang up: one for each choice there, on one side each. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import count, takewhile

from msgspec import Struct

from api.guides.print_layout import Paper, on_sheet
from api.guides.print_model import Heading, Printer, Section
from bot.content.guide import Guide
from bot.nlu.telephones import telephones

Begins = Mapping[str, str]
"""The first step of each sheet, and the choice (`step/choice`) that leads there."""


class Sheet(Struct, frozen=True):
    """What a choice leads to, as far as no other sheet begins. `start` is the id of its first step; `paths` are the
    ids of all, a section each.
    """

    start: str
    paths: Sequence[tuple[str, Sequence[str]]]
    heading: Heading
    sections: Sequence[Section]
    paper: Paper

    @property
    def first_line(self) -> str:
        """What its first step begins with; of a list of telephone numbers all of them, for one alone helps few."""
        first, *others = self.sections[0].steps[0].text.splitlines()
        numbers = takewhile(lambda line: any(telephones(line)), others) if any(telephones(first)) else ()
        return ", ".join((first, *numbers))


def sheets(guide: Guide, printer: Printer) -> list[Sheet]:
    """All sheets of a guide, in the order of its first choices; none where it does not begin with several.

    What is too much for one side goes on, on a sheet of its own, with the step that most choices lead to.
    """
    begins: dict[str, str] = {}
    for choice, target in guide.steps[guide.start].choices.items():
        if target in guide.steps:
            begins.setdefault(target, f"{guide.start}/{choice}")
    if len(begins) < 2:
        return []
    leads = _leads(guide)
    while step := next(filter(None, (_end(printer, start, begins, leads) for start in begins)), ""):
        labels = {lead: printer.label(lead) for lead in leads[step]}
        often = Counter(labels.values())
        begins[step] = max(labels, key=lambda lead: often[labels[lead]])
    return [_sheet(printer, start, begins) for start in begins]


def _sheet(printer: Printer, start: str, begins: Begins) -> Sheet:
    found = printer.take(start, begins)
    heading, sections = printer.heading(), printer.sections()
    papers = (on_sheet(heading, sections, sides) for sides in count(1))
    return Sheet(start, found, heading, sections, next(filter(None, papers)))


def _end(printer: Printer, start: str, begins: Begins, leads: Mapping[str, Sequence[str]]) -> str:
    """Where a sheet must end to fit on one side: a step to which a choice leads. Empty where it fits as it is."""
    if _fits(printer, start, begins):
        return ""
    steps = [step for _, path in printer.take(start, begins) for step in path]
    ends = [step for step in steps[1:] if step in leads]
    enough = [step for step in ends if _fits(printer, start, {**begins, step: leads[step][0]})]
    return max(enough or ends, key=lambda step: len(leads[step]), default="")


def _fits(printer: Printer, start: str, begins: Begins) -> bool:
    printer.take(start, begins)
    return on_sheet(printer.heading(), printer.sections()) is not None


def _leads(guide: Guide) -> Mapping[str, Sequence[str]]:
    """The choices (`step/choice`) that lead to each step."""
    leads: dict[str, list[str]] = {}
    for step, shape in guide.steps.items():
        for choice, target in shape.choices.items():
            leads.setdefault(target, []).append(f"{step}/{choice}")
    return leads
