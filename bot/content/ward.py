"""The ward's own file: its names, telephone numbers, hours, groups and places."""

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Literal

from msgspec import Struct

from bot.content import yaml_lines
from bot.content.guide import LANGUAGES
from bot.content.shape import did_you_mean, shape, wrong
from bot.content.ward_times import HoursFile, Slots, SlotsFile, read_slots, read_spans
from bot.content.yaml_lines import Document, Path
from bot.hours import Span
from bot.model import Chat

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
    """A residential group (tổ dân phố); `zalo_group` is the id of its own group at the ward's Official Account."""

    id: str
    name: str
    zalo_group: str = ""


class HelpPoint(Struct, frozen=True):
    """A place where somebody helps in person; `note` says when, or what to bring.

    Where `slots` can be booked, `team` is the one that sits there; empty: the one that takes what no other is for.
    """

    id: str
    name: str
    address: str
    note: str = ""
    team: str = ""
    slots: tuple[Slots, ...] = ()

    @property
    def says(self) -> str:
        return f"{self.name}, {self.address}"


class HomeVisits(Struct, frozen=True):
    """When teams come to the homes of those who cannot travel. Each of the `teams` (empty: each team) has these slots.

    `notice_hours` is how long before it a slot can still be booked; `note` says what to have ready.
    """

    slots: tuple[Slots, ...]
    teams: tuple[str, ...] = ()
    notice_hours: int = 24
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
    home_visits: HomeVisits | None = None

    @property
    def takes_appointments(self) -> bool:
        return self.home_visits is not None or any(place.slots for place in self.places)

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
    _no_id_twice(document, "groups", (group.id for group in file.groups))
    _no_id_twice(document, "places", (place.id for place in file.places))
    _no_id_twice(document, "teams", (team.id for team in file.teams))
    parts = {field: getattr(file, field) for field in file.__struct_fields__}
    parts["hours"] = read_spans(document, ("hours",), file.hours)
    parts["holidays"] = frozenset(file.holidays)
    names = {"groups": [group.id for group in file.groups], "topics": topics, "languages": LANGUAGES}
    chats = {group.id: zalo_chat(group.zalo_group) for group in file.groups if group.zalo_group}
    parts["teams"] = tuple(
        _team(document, ("teams", number), team, names, chats) for number, team in enumerate(file.teams)
    )
    if file.teams and not any(team.takes_all for team in parts["teams"]):
        raise wrong(
            document,
            ("teams",),
            "no team takes what no other team is for; one of them needs neither groups nor topics.",
        )
    team_ids = [team.id for team in file.teams]
    parts["places"] = tuple(
        _place(document, ("places", number), place, team_ids) for number, place in enumerate(file.places)
    )
    parts["home_visits"] = _home_visits(document, file.home_visits, team_ids) if file.home_visits else None
    return Ward(**parts)


def _place(document: Document, path: Path, place: _PlaceFile, teams: Collection[str]) -> HelpPoint:
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


def zalo_chat(group_id: str) -> Chat:
    """A group of the ward's Official Account as the chat of a team."""
    chat = f"g-{group_id}"
    return Chat("zalo-oa", chat, chat)


def _team(
    document: Document,
    path: Path,
    team: _TeamFile,
    names: Mapping[str, Collection[str] | None],
    chats: Mapping[str, Chat],
) -> Team:
    _short_id(document, path, team.id)
    for field, known in names.items():
        for number, name in enumerate(getattr(team, field)):
            if known is not None:
                _one_of(document, (*path, field, number), f'team "{team.id}"', name, field, known)
    parts = {field: getattr(team, field) for field in team.__struct_fields__}
    parts["hours"] = read_spans(document, (*path, "hours"), team.hours)
    parts["holidays"] = None if team.holidays is None else frozenset(team.holidays)
    return Team(**parts, chat=next((chats[group] for group in team.groups if group in chats), None))


def _short_id(document: Document, path: Path, row_id: str) -> None:
    if not SHORT_ID.fullmatch(row_id):
        raise wrong(document, (*path, "id"), f'"{row_id}" cannot be an id: 2 to 32 of a–z, 0–9, - and .')


def _one_of(document: Document, path: Path, who: str, name: str, what: str, known: Collection[str]) -> None:
    if name not in known:
        raise wrong(document, path, f'{who} names "{name}", which is none of the {what}.{did_you_mean(name, known)}')


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
