"""Times in the ward's file: when somebody is there, and slots that can be booked."""

import re
from collections.abc import Sequence

from msgspec import Struct

from bot.content.shape import wrong
from bot.content.ward import Slots
from bot.content.yaml_lines import Document, Path
from bot.model.hours import Day, Span

_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])|24:00")
_SHORTEST_SLOT = 10
_MOST_SEATS = 50


class HoursFile(Struct, frozen=True, forbid_unknown_fields=True, rename={"opens": "from", "closes": "to"}):
    """A span as it is written down."""

    days: tuple[Day, ...]
    opens: str
    closes: str


class SlotsFile(HoursFile, frozen=True, forbid_unknown_fields=True, rename={"opens": "from", "closes": "to"}):
    """Slots as they are written down."""

    every: int
    seats: int


def read_spans(document: Document, path: Path, lines: Sequence[HoursFile]) -> tuple[Span, ...]:
    """Spans of a section. Raises ContentWrong."""
    return tuple(_span(document, (*path, number), line) for number, line in enumerate(lines))


def read_slots(document: Document, path: Path, lines: Sequence[SlotsFile]) -> tuple[Slots, ...]:
    """Slots of a section. Raises ContentWrong, also where two of them overlap."""
    slots: list[Slots] = []
    for number, (line, span) in enumerate(zip(lines, read_spans(document, path, lines), strict=True)):
        here = (*path, number)
        if not _SHORTEST_SLOT <= line.every <= span.closes - span.opens:
            raise wrong(
                document,
                (*here, "every"),
                f"{line.every} minutes do not fit: from {_SHORTEST_SLOT} up to the whole span.",
            )
        if not 1 <= line.seats <= _MOST_SEATS:
            raise wrong(document, (*here, "seats"), f"{line.seats} seats are not possible: 1 to {_MOST_SEATS}.")
        if any(_overlap(span, other.span) for other in slots):
            raise wrong(document, here, f"from {line.opens} to {line.closes} overlaps a line above it.")
        slots.append(Slots(span, line.every, line.seats))
    return tuple(slots)


def _overlap(one: Span, other: Span) -> bool:
    return bool(set(one.days) & set(other.days)) and one.opens < other.closes and other.opens < one.closes


def _span(document: Document, path: Path, line: HoursFile) -> Span:
    opens = _minute(document, (*path, "from"), line.opens)
    closes = _minute(document, (*path, "to"), line.closes)
    if opens >= closes:
        span = f"from {line.opens} to {line.closes}"
        raise wrong(document, path, f"{span} goes backwards; write two spans to cross midnight.")
    return Span(line.days, opens, closes)


def _minute(document: Document, path: Path, text: str) -> int:
    if not _CLOCK.fullmatch(text):
        raise wrong(document, path, f'"{text}" is not a time of day; write it like "08:00".')
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)
