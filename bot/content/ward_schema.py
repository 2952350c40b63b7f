"""The ward's own file: what may stand in it, and where a mistake is.

Times in the ward's file: when somebody is there, and slots that can be booked.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Literal

from msgspec import Struct

from bot.content import yaml as yaml_lines
from bot.content.guide import LANGUAGES
from bot.content.schema import did_you_mean, shape, wrong
from bot.content.ward import SHORT_ID, Group, HelpPoint, HomeVisits, Office, Slots, Team, Ward
from bot.content.yaml import Document, Finding, YamlPath, finding
from bot.model import Chat
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


def read_spans(document: Document, path: YamlPath, lines: Sequence[HoursFile]) -> tuple[Span, ...]:
    """Spans of a section. Raises ContentWrong."""
    return tuple(_span(document, (*path, number), line) for number, line in enumerate(lines))


def read_slots(document: Document, path: YamlPath, lines: Sequence[SlotsFile]) -> tuple[Slots, ...]:
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


def _span(document: Document, path: YamlPath, line: HoursFile) -> Span:
    opens = _minute(document, (*path, "from"), line.opens)
    closes = _minute(document, (*path, "to"), line.closes)
    if opens >= closes:
        span = f"from {line.opens} to {line.closes}"
        raise wrong(document, path, f"{span} goes backwards; write two spans to cross midnight.")
    return Span(line.days, opens, closes)


def _minute(document: Document, path: YamlPath, text: str) -> int:
    if not _CLOCK.fullmatch(text):
        raise wrong(document, path, f'"{text}" is not a time of day; write it like "08:00".')
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)


_FOR_PEOPLE = frozenset({"name", "hotline", "address", "hours", "data_contact", "note"})
_TELEPHONE = re.compile(r"\d(?:[ .-]?\d){2,}")
_NOT_ZERO = re.compile(r"[1-9]")


class _TeamFile(Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    name: str
    groups: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    languages: tuple[str, ...] = LANGUAGES
    hours: tuple[HoursFile, ...] = ()
    holidays: tuple[date, ...] | None = None
    offer: Literal["all", "turn"] = "all"


class _PlaceFile(Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    name: str
    address: str
    note: str = ""
    team: str = ""
    slots: tuple[SlotsFile, ...] = ()


class _HomeVisitsFile(Struct, frozen=True, forbid_unknown_fields=True):
    slots: tuple[SlotsFile, ...]
    teams: tuple[str, ...] = ()
    notice_hours: int = 24
    note: str = ""


class _WardFile(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    name: str
    demo: bool = False
    team: str
    hotline: str
    office: Office
    police: Office
    data_contact: str
    hours: tuple[HoursFile, ...]
    holidays: tuple[date, ...] = ()
    groups: tuple[Group, ...] = ()
    places: tuple[_PlaceFile, ...] = ()
    teams: tuple[_TeamFile, ...] = ()
    home_visits: _HomeVisitsFile | None = None


def read_ward(name: str, text: str, topics: Collection[str] | None = None) -> Ward:
    """Read a ward file; where `topics` are given, a team may name no other.

    Raises ContentWrong with the line of what does not fit.
    """
    document = yaml_lines.read(name, text)
    file = shape(document, _WardFile)
    _no_empty_text(document, document.data, ())
    for section in ("groups", "places", "teams"):
        _no_id_twice(document, section, [row.id for row in getattr(file, section)])
    team_ids = [team.id for team in file.teams]
    return Ward(
        name=file.name,
        demo=file.demo,
        team=file.team,
        hotline=file.hotline,
        office=file.office,
        police=file.police,
        data_contact=file.data_contact,
        hours=read_spans(document, ("hours",), file.hours),
        holidays=frozenset(file.holidays),
        groups=file.groups,
        places=tuple(_place(document, number, place, team_ids) for number, place in enumerate(file.places)),
        teams=_teams(document, file, topics),
        home_visits=_home_visits(document, file.home_visits, team_ids) if file.home_visits else None,
    )


def sample_findings(name: str, text: str, demo: bool) -> Iterator[Finding]:
    """What a made-up ward says and nobody sees to be made up: somebody's own number would be called."""
    document = yaml_lines.read(name, text)
    for path, value in _read_by_people(document.data, ()) if demo else ():
        where = f'"{path[-1]}" of a ward with "demo: true"'
        if "mẫu" not in value.casefold():
            told = f'{where} does not say that it is a sample ("mẫu"). Real? Then take "demo: true" out.'
            yield finding(document, path, told)
        if any(_NOT_ZERO.search(number) for number in _TELEPHONE.findall(value)):
            yield finding(document, path, f"{where} has a telephone number that somebody may have; write zeros.")


def _read_by_people(value: object, path: YamlPath) -> Iterator[tuple[YamlPath, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _read_by_people(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _read_by_people(inner, (*path, index))
    elif isinstance(value, str) and (path == ("team",) or path[-1] in _FOR_PEOPLE):
        yield path, value


def _place(document: Document, number: int, place: _PlaceFile, teams: Collection[str]) -> HelpPoint:
    path = ("places", number)
    if place.slots:
        _short_id(document, path, place.id)
    if place.team:
        _one_of(document, (*path, "team"), f'place "{place.id}"', place.team, "teams", teams)
    slots = read_slots(document, (*path, "slots"), place.slots)
    return HelpPoint(place.id, place.name, place.address, place.note, place.team, slots)


def _home_visits(document: Document, home: _HomeVisitsFile, teams: Collection[str]) -> HomeVisits:
    path = ("home_visits",)
    for number, team in enumerate(home.teams):
        _one_of(document, (*path, "teams", number), "home_visits", team, "teams", teams)
    if not home.slots:
        raise wrong(document, (*path, "slots"), "no slots; write one line, or leave home_visits out.")
    if not 0 <= home.notice_hours <= 7 * 24:
        raise wrong(document, (*path, "notice_hours"), f"{home.notice_hours} hours are not possible: 0 to {7 * 24}.")
    slots = read_slots(document, (*path, "slots"), home.slots)
    return HomeVisits(slots, home.teams, home.notice_hours, home.note)


def _teams(document: Document, file: _WardFile, topics: Collection[str] | None) -> tuple[Team, ...]:
    names = {"groups": [group.id for group in file.groups], "topics": topics, "languages": LANGUAGES}
    chats = {group.id: _zalo_chat(group) for group in file.groups if group.zalo_group}
    teams = tuple(_team(document, number, team, names, chats) for number, team in enumerate(file.teams))
    if teams and not any(team.takes_all for team in teams):
        message = "no team takes what no other team is for; one of them needs neither groups nor topics."
        raise wrong(document, ("teams",), message)
    return teams


def _zalo_chat(group: Group) -> Chat:
    """A group of the ward's Official Account as the chat of a team."""
    chat = f"g-{group.zalo_group}"
    return Chat("zalo-oa", chat, chat)


def _team(
    document: Document,
    number: int,
    team: _TeamFile,
    names: Mapping[str, Collection[str] | None],
    chats: Mapping[str, Chat],
) -> Team:
    path = ("teams", number)
    _short_id(document, path, team.id)
    for field, known in names.items():
        for index, name in enumerate(getattr(team, field)):
            if known is not None:
                _one_of(document, (*path, field, index), f'team "{team.id}"', name, field, known)
    parts = {field: getattr(team, field) for field in team.__struct_fields__}
    parts["hours"] = read_spans(document, (*path, "hours"), team.hours)
    parts["holidays"] = None if team.holidays is None else frozenset(team.holidays)
    return Team(**parts, chat=next((chats[group] for group in team.groups if group in chats), None))


def _short_id(document: Document, path: YamlPath, row_id: str) -> None:
    if not SHORT_ID.fullmatch(row_id):
        raise wrong(document, (*path, "id"), f'"{row_id}" cannot be an id: 2 to 32 of a–z, 0–9, - and .')


def _one_of(document: Document, path: YamlPath, who: str, name: str, what: str, known: Collection[str]) -> None:
    if name not in known:
        raise wrong(document, path, f'{who} names "{name}", which is none of the {what}.{did_you_mean(name, known)}')


def _no_id_twice(document: Document, section: str, ids: Collection[str]) -> None:
    seen: set[str] = set()
    for number, row_id in enumerate(ids):
        if row_id in seen:
            raise wrong(document, (section, number, "id"), f'"{row_id}" is used twice; each needs its own id.')
        seen.add(row_id)


def _no_empty_text(document: Document, value: object, path: YamlPath) -> None:
    if isinstance(value, dict):
        for key, inner in value.items():
            _no_empty_text(document, inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            _no_empty_text(document, inner, (*path, index))
    elif isinstance(value, str) and not value.strip() and path[-1] != "note":
        raise wrong(document, path, f'"{path[-1]}" is empty; write it down.')
