"""What of a guide fits on the two sides of a sheet (A4), and how large its letters can be there. Pure.

Lengths are millimetres. They are those of `static/guide.css`, where it says `@media print`.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from math import ceil

from msgspec import Struct
from msgspec.structs import replace

from api.guides.font_metrics import width
from api.guides.print_model import Heading, PrintedStep, Printer, Section
from bot.nlu.telephones import telephones

SIDES = 2
ITEM = "–"
"""What a line of a list begins with."""
_SENTENCE = (".", "?", "!", ":")
"""What a line ends with that another one may follow without a break."""
LARGE = (18, 17, 16, 15, 14)
"""Sizes of letters, in points, that old eyes read with ease: the largest is taken that leaves nothing out."""
SMALL = (13, 12)
"""For what does not fit otherwise, even with its main path alone."""
ONE_SIDE = 16
"""With letters of this size, one side is better than a second one that is nearly empty."""

_POINT = 25.4 / 72
_LINE = 1.24
_HEIGHT, _WIDTH, _COLUMN = 279.0, 192.0, 93.0
_SPARE = 2.5
"""What is left free below each column: browsers round."""
_BODY = 83.0
_NUMBER = 8.5
_CARD, _BETWEEN, _PARAGRAPH = 2.7, 0.8, 0.6
_TITLE = 2.1
_BESIDE, _BESIDE_GAP = 34.0, 3.0
_INDENT = 5.0
_BOX = 6.2
_CODE = 32.0
_QUIET, _MORE, _CALL, _NAME = 12, 14, 17, 22
_ONE, _MANY, _NUMBERS, _ELSE = 24, 20, 2, 15
"""Sizes of a line ahead that says whom to call: up to so many such lines, and more; of the other lines there."""
_DIAL = 1.4
"""How much larger than that line its number is."""
"""Sizes, in points, of what stands around the steps."""

_Run = tuple[str, bool]
"""Words, and whether they are bold."""


class Paper(Struct, frozen=True):
    """What stands on paper: letters of `size` points; `steps` by number; of those, whose `pictures`, whose `calm`
    words, and which `troubles` (number of the step, place in it). `joined`: lines of a step go on without a break.
    It takes so many `sides`. On a sheet of a guide, what a step leads to stands `in_line`; on that of a danger the
    first step stands `ahead` of the columns, whom to call in large type.
    """

    size: int
    joined: bool
    steps: frozenset[int]
    pictures: frozenset[int]
    calm: frozenset[int]
    troubles: frozenset[tuple[int, int]]
    sides: int = SIDES
    ahead: bool = False
    in_line: bool = False


def laid_out(printer: Printer) -> tuple[list[Section], Paper]:
    """The sections of a guide, those that are not on paper last, and what of them is."""
    heading, sections = printer.heading(), printer.sections()
    paper = _chosen(heading, sections)
    off = [place for place, section in enumerate(sections) if section.steps[0].number not in paper.steps]
    if off:
        printer.put_last(off)
        sections = printer.sections()
        paper = replace(paper, steps=frozenset(range(1, len(paper.steps) + 1)))
    return sections, _filled(heading, sections, paper)


def fit(heading: Heading, sections: Sequence[Section]) -> Paper:
    """All of it, as large as there is room for; else the main path, then what branches fit, then more of the rest."""
    return _filled(heading, sections, _chosen(heading, sections))


def _chosen(heading: Heading, sections: Sequence[Section]) -> Paper:
    """All, or the steps that are on paper; of the rest, what never leaves the main path."""
    whole = _whole(sections)
    for sides in (1, SIDES):
        for size in LARGE:
            paper = replace(whole, size=size)
            if size >= ONE_SIDE * (sides < SIDES) and _fits(heading, sections, replace(paper, sides=sides)):
                return paper
    return _with_branches(heading, sections, _main_path(heading, sections))


def on_sheet(heading: Heading, sections: Sequence[Section], sides: int = 1) -> Paper | None:
    """All the words of a sheet on so many sides, in the largest letters there is room for; None where there is none."""
    whole = replace(_whole(sections), sides=sides, in_line=True, ahead=bool(heading.first))
    bare = replace(whole, joined=True, pictures=frozenset())
    tried = [replace(paper, size=size) for size in LARGE for paper in (whole, replace(whole, joined=True))]
    tried += [replace(bare, size=size) for size in (*LARGE, *SMALL)]
    paper = next((paper for paper in tried if _fits(heading, sections, paper)), None)
    return paper and _filled(heading, sections, paper)


def _filled(heading: Heading, sections: Sequence[Section], paper: Paper) -> Paper:
    """The paper with as much of the rest as there is room for; nothing leads to a trouble that is not told there."""
    for field, added, told in _rest([one for one in sections if one.steps[0].number in paper.steps]):
        fuller = replace(paper, **{field: getattr(paper, field) | added})
        if told <= fuller.troubles and _fits(heading, sections, fuller):
            paper = fuller
    return paper


def _whole(sections: Sequence[Section]) -> Paper:
    steps = [step for section in sections for step in section.steps]
    return Paper(
        size=LARGE[-1],
        joined=False,
        steps=frozenset(step.number for step in steps),
        pictures=frozenset(step.number for step in steps if step.picture),
        calm=frozenset(step.number for step in steps if step.calm),
        troubles=frozenset((step.number, place) for step in steps for place in range(len(step.troubles))),
    )


def _main_path(heading: Heading, sections: Sequence[Section]) -> Paper:
    """The main path, which is never left out: without its pictures, or in smaller letters, where it is as long."""
    main = replace(_whole(sections[:1]), joined=True, troubles=frozenset())
    bare = replace(main, pictures=frozenset())
    tried = [main, bare, *(replace(bare, size=size) for size in SMALL)]
    return next((paper for paper in tried if _fits(heading, sections, paper)), tried[-1])


def _with_branches(heading: Heading, sections: Sequence[Section], paper: Paper) -> Paper:
    """The paper with branches of steps that are on it, as many as fit; those that most choices lead to come first,
    and of these the longest: short ones find room beside them.

    So where to go in person is on it, which many choices lead to, and which nobody should have to scan a code for.
    """
    led = Counter(way.step for section in sections for step in section.steps for way in step.ways)
    waiting = sorted(
        sections[1:],
        key=lambda section: (max(led[step.number] for step in section.steps), len(section.steps)),
        reverse=True,
    )
    while section := next((one for one in waiting if one.lead in paper.steps), None):
        waiting.remove(section)
        fuller = replace(paper, steps=paper.steps | {step.number for step in section.steps})
        paper = fuller if _fits(heading, sections, fuller) else paper
    return paper


def _rest(sections: Sequence[Section]) -> Iterator[tuple[str, frozenset[object], frozenset[tuple[int, int]]]]:
    """What may be left out, by the field of `Paper` it belongs to, the more needed first; and what it leads to."""
    steps = [step for section in sections for step in section.steps]
    troubles = [(step.number, place, one) for step in steps for place, one in enumerate(step.troubles)]
    places = {(number, one.label): (number, place) for number, place, one in troubles}
    for section in sections[1:]:
        yield "calm", frozenset(step.number for step in section.steps if step.calm), frozenset()
    for step in steps:
        if step.picture:
            yield "pictures", frozenset([step.number]), frozenset()
    for number, place, one in troubles:
        yield "troubles", frozenset([(number, place)]), frozenset([places[one.at, one.label]] if one.at else [])


def _fits(heading: Heading, sections: Sequence[Section], paper: Paper) -> bool:
    ahead = sections[0].steps[0] if paper.ahead else None
    first = _head(heading, ahead, paper)
    last = _foot(heading, whole=len(paper.steps) == sections[-1].steps[-1].number)
    rooms = [_HEIGHT - _SPARE] * (2 * paper.sides)
    for column in (0, 1):
        rooms[column] -= first
        rooms[-1 - column] -= last
    free, *others = rooms
    for block in chain(_bring(heading, paper.size), _blocks(heading, sections, paper)):
        while block > free:
            if not others:
                return False
            free, *others = others
        free -= block
    return True


def _blocks(heading: Heading, sections: Sequence[Section], paper: Paper) -> Iterator[float]:
    """The height of each thing that is not torn apart: a step, with the title of its branch where it is the first."""
    for section in sections:
        title = 0.0
        if section.title:
            title = _TITLE + _lines([(section.title, True)], paper.size, _COLUMN) * _line(paper.size)
        for step in section.steps:
            if step.number in paper.steps and not (paper.ahead and step is sections[0].steps[0]):
                yield title + _step(heading, step, paper)
                title = 0.0


def _step(heading: Heading, step: PrintedStep, paper: Paper) -> float:
    picture = step.picture if step.number in paper.pictures else None
    beside = _BESIDE * picture.height / picture.width if picture and picture.beside else 0.0
    down = 0.0
    for line in _joined(step.text) if paper.joined else step.text.splitlines():
        down += _paragraph([(line, False)], paper.size, beside - down)
    if step.number in paper.calm:
        down += _paragraph([(step.calm, False)], paper.size, beside - down)
    if picture and not picture.beside:
        down += _BODY * picture.height / picture.width + 2 * _BETWEEN
    for ways in _ways(heading, step, paper):
        down += _paragraph(ways, paper.size, beside - down)
    for place, trouble in enumerate(step.troubles):
        if (step.number, place) in paper.troubles:
            down += _paragraph([(f"{trouble.label}:", True), (trouble.say, False)], paper.size, beside - down, _INDENT)
    return max(down, beside + _BETWEEN, _NUMBER) + _CARD


def _ways(heading: Heading, step: PrintedStep, paper: Paper) -> list[list[_Run]]:
    """A line for each choice, or one for all."""
    lines: list[list[_Run]] = []
    for way in step.ways:
        where = way.where if way.step in paper.steps or not way.step else heading.off
        lines.append([(way.label, True), (f"→\u00a0{where}", False)])
    return [[*chain.from_iterable([*line, ("·", False)] for line in lines)]] if paper.in_line and lines else lines


def alone(line: str) -> bool:
    """Whether a line has none beside it: it is an item of a list, or no sentence, such as whom to call."""
    return line.startswith(ITEM) or not line.endswith(_SENTENCE)


def _joined(text: str) -> list[str]:
    """The lines of a text that go on without a break, but for those that stand alone."""
    joined: list[str] = []
    open_ended = False
    for line in text.splitlines():
        if open_ended and not alone(line):
            joined[-1] += f" {line}"
        else:
            joined.append(line)
        open_ended = not alone(line)
    return joined


def size_ahead(text: str) -> int:
    """In which letters a step ahead says whom to call."""
    return _ONE if sum(any(telephones(line)) for line in text.splitlines()) <= _NUMBERS else _MANY


def _ahead(heading: Heading, step: PrintedStep, paper: Paper) -> float:
    room, large = _WIDTH - _CODE - 4 - _NUMBER - 1.2, size_ahead(step.text)
    down = 0.0
    for line in step.text.splitlines():
        if numbers := [line[one.start : one.end] for one in telephones(line)]:
            # A number is wider by as much as this; the line is no higher for it.
            wider = sum(width(number, True) for number in numbers) * (_DIAL - 1) * large * _POINT
            down += _lines([(line, True)], large, room - wider) * _line(large)
        else:
            down += _lines([(line, False)], _ELSE, room) * _line(_ELSE)
    down += (_lines([(step.calm, False)], _ELSE, room) * _line(_ELSE)) if step.calm else 0.0
    down += sum(_lines(ways, paper.size, room) * _line(paper.size) for ways in _ways(heading, step, paper))
    return down + 4 * _PARAGRAPH + _CARD


def _paragraph(runs: Sequence[_Run], size: int, beside: float, indent: float = 0) -> float:
    """The height of a paragraph in a step, of which the first `beside` millimetres stand beside a picture."""
    narrow = ceil(max(beside, 0) / _line(size))
    wide = _BODY - indent
    return _lines(runs, size, wide, narrow, wide - _BESIDE - _BESIDE_GAP) * _line(size) + _PARAGRAPH


def _lines(runs: Iterable[_Run], size: int, room: float, narrow: int = 0, narrow_room: float = 0) -> int:
    """In how many lines words stand, of which the first `narrow` have less room."""
    em = size * _POINT
    lines, used = 1, 0.0
    for words, bold in runs:
        for word in words.split(" "):
            wide = width(word, bold) * em
            space = width(" ", bold) * em if used else 0.0
            if used and used + space + wide > (narrow_room if lines <= narrow else room):
                lines, used, space = lines + 1, 0.0, 0.0
            used += space + wide
    return lines


def _line(size: int) -> float:
    return _LINE * size * _POINT


def _bring(heading: Heading, size: int) -> Iterator[float]:
    if heading.bring:
        lines = [_lines([(heading.bring_title, True)], size, _COLUMN - _BOX)]
        lines += [_lines([(thing, False)], size, _COLUMN - _BOX - 1.5 * size * _POINT) for thing in heading.bring]
        yield sum(lines) * _line(size) + _BOX + len(lines) * _PARAGRAPH


def _head(heading: Heading, ahead: PrintedStep | None, paper: Paper) -> float:
    room = _WIDTH - _CODE - 4
    call = f"{heading.call} {heading.hotline}"
    said = [(heading.ward, _QUIET), (heading.title, _NAME), (call, _MORE if ahead else _CALL)]
    said += [] if ahead else [(heading.scan, _QUIET)]
    words = sum(_lines([(text, True)], size, room) * _line(size) + _PARAGRAPH for text, size in said)
    words += _ahead(heading, ahead, paper) if ahead else 0.0
    return max(words, _CODE) + _CARD


def _foot(heading: Heading, *, whole: bool) -> float:
    more = 0 if whole else _line(_MORE) + _PARAGRAPH
    return (
        sum(_lines([(line, False)], _QUIET, _WIDTH) * _line(_QUIET) + _PARAGRAPH for line in heading.foot)
        + more
        + _CARD
    )
