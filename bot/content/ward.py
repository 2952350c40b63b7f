"""The ward's own file: its names, telephone numbers, hours, groups and places."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Literal

from msgspec import Struct

from bot.content import yaml_lines
from bot.content.guide import LANGUAGES
from bot.content.shape import did_you_mean, shape, wrong
from bot.content.yaml_lines import Document, Path
from bot.hours import Day, Span
from bot.model import Chat

_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])|24:00")
SHORT_ID = re.compile(r"[a-z0-9][a-z0-9.-]{1,31}", re.ASCII)
"""What names a team or a person in addresses, buttons and sign-in forms."""


class Office(Struct, frozen=True, forbid_unknown_fields=True):
    """A place people go to: the ward's one-stop desk, the police office."""

    name: str
    address: str

    @property
    def says(self) -> str:
        return f"{self.name}, {self.address}"


class Group(Struct, frozen=True, forbid_unknown_fields=True):
    """A residential group (tổ dân phố)."""

    id: str
    name: str


class HelpPoint(Struct, frozen=True, forbid_unknown_fields=True):
    """A place where somebody helps in person; `note` says when, or what to bring."""

    id: str
    name: str
    address: str
    note: str = ""


class Team(Struct, frozen=True):
    """Volunteers who share a line of requests, and when they are there.

    Without `groups` or `topics` it takes those of any residential group, or about any topic. Without `hours`, and with
    `holidays` None, the ward's hold. `chat` is the team's own group chat. `offer`: a new request is offered to all of
    them, or to one after the other.
    """

    id: str
    name: str
    groups: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    languages: tuple[str, ...] = LANGUAGES
    hours: tuple[Span, ...] = ()
    holidays: frozenset[date] | None = None
    chat: Chat | None = None
    offer: Literal["all", "turn"] = "all"

    @property
    def takes_all(self) -> bool:
        """Whether it takes what no other team is for."""
        return not self.groups and not self.topics


class Ward(Struct, frozen=True, kw_only=True):
    """Everything that differs from ward to ward. `data_contact` answers questions about personal data."""

    name: str
    demo: bool
    team: str
    hotline: str
    office: Office
    police: Office
    data_contact: str
    hours: tuple[Span, ...]
    holidays: frozenset[date]
    groups: tuple[Group, ...]
    places: tuple[HelpPoint, ...]
    teams: tuple[Team, ...] = ()

    @property
    def says(self) -> Mapping[str, str]:
        """What a template may say of the ward, by name: `{{ ward.hotline }}` is `says["hotline"]`."""
        return {
            "name": self.name,
            "team": self.team,
            "hotline": self.hotline,
            "office": self.office.says,
            "police": self.police.says,
            "data_contact": self.data_contact,
        }


WARD_NAMES = ("name", "team", "hotline", "office", "police", "data_contact")
"""The keys of `Ward.says`."""


class _HoursFile(Struct, frozen=True, forbid_unknown_fields=True, rename={"opens": "from", "closes": "to"}):
    days: tuple[Day, ...]
    opens: str
    closes: str


class _TeamFile(Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    name: str
    groups: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    languages: tuple[str, ...] = LANGUAGES
    hours: tuple[_HoursFile, ...] = ()
    holidays: tuple[date, ...] | None = None
    offer: Literal["all", "turn"] = "all"


class _WardFile(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    name: str
    demo: bool = False
    team: str
    hotline: str
    office: Office
    police: Office
    data_contact: str
    hours: tuple[_HoursFile, ...]
    holidays: tuple[date, ...] = ()
    groups: tuple[Group, ...] = ()
    places: tuple[HelpPoint, ...] = ()
    teams: tuple[_TeamFile, ...] = ()


def read_ward(name: str, text: str, topics: Collection[str] | None = None) -> Ward:
    """Read a ward file; where `topics` are given, a team may name no other.

    Raises ContentWrong with the line of what does not fit.
    """
    document = yaml_lines.read(name, text)
    file = shape(document, _WardFile)
    _no_empty_text(document, document.data, ())
    _no_id_twice(document, "groups", (group.id for group in file.groups))
    _no_id_twice(document, "places", (place.id for place in file.places))
    _no_id_twice(document, "teams", (team.id for team in file.teams))
    parts = {field: getattr(file, field) for field in file.__struct_fields__}
    parts["hours"] = _spans(document, ("hours",), file.hours)
    parts["holidays"] = frozenset(file.holidays)
    names = {"groups": [group.id for group in file.groups], "topics": topics, "languages": LANGUAGES}
    parts["teams"] = tuple(_team(document, ("teams", number), team, names) for number, team in enumerate(file.teams))
    if file.teams and not any(team.takes_all for team in parts["teams"]):
        raise wrong(
            document,
            ("teams",),
            "no team takes what no other team is for; one of them needs neither groups nor topics.",
        )
    return Ward(**parts)


def _team(document: Document, path: Path, team: _TeamFile, names: Mapping[str, Collection[str] | None]) -> Team:
    if not SHORT_ID.fullmatch(team.id):
        raise wrong(document, (*path, "id"), f'"{team.id}" cannot be an id: 2 to 32 of a–z, 0–9, - and .')
    for field, known in names.items():
        for number, name in enumerate(getattr(team, field)):
            if known is not None and name not in known:
                message = f'team "{team.id}" names "{name}", which is none of the {field}.{did_you_mean(name, known)}'
                raise wrong(document, (*path, field, number), message)
    parts = {field: getattr(team, field) for field in team.__struct_fields__}
    parts["hours"] = _spans(document, (*path, "hours"), team.hours)
    parts["holidays"] = None if team.holidays is None else frozenset(team.holidays)
    return Team(**parts)


def _spans(document: Document, path: Path, lines: Sequence[_HoursFile]) -> tuple[Span, ...]:
    return tuple(_span(document, (*path, number), line) for number, line in enumerate(lines))


def _span(document: Document, path: Path, line: _HoursFile) -> Span:
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


def _no_id_twice(document: Document, section: str, ids: Iterable[str]) -> None:
    seen: set[str] = set()
    for number, row_id in enumerate(ids):
        if row_id in seen:
            raise wrong(document, (section, number, "id"), f'"{row_id}" is used twice; each needs its own id.')
        seen.add(row_id)


def _no_empty_text(document: Document, value: object, path: Path) -> None:
    if isinstance(value, dict):
        for key, inner in value.items():
            _no_empty_text(document, inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            _no_empty_text(document, inner, (*path, index))
    elif isinstance(value, str) and not value.strip() and path[-1] != "note":
        raise wrong(document, path, f'"{path[-1]}" is empty; write it down.')
