"""A ward: its names, telephone numbers, hours, groups, places and teams. `bot.content.ward_schema` reads them."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Literal

from msgspec import Struct

from bot.content.guide import LANGUAGES
from bot.model import Chat
from bot.model.hours import Span

LONGEST_ID = 32
SHORT_ID = re.compile(rf"[a-z0-9][a-z0-9.-]{{1,{LONGEST_ID - 1}}}", re.ASCII)
"""What names a team or a person in addresses, buttons and sign-in forms."""


class Office(Struct, frozen=True, forbid_unknown_fields=True):
    """A place people go to: the ward's one-stop desk, the police office. `hours` as one would say them aloud."""

    name: str
    address: str
    hours: str = ""

    @property
    def says(self) -> str:
        return f"{self.name}, {self.address}"


class Group(Struct, frozen=True, forbid_unknown_fields=True):
    """A residential group (tổ dân phố); `zalo_group` is the id of its own group at the ward's Official Account."""

    id: str
    name: str
    zalo_group: str = ""


class Slots(Struct, frozen=True):
    """One slot after the other within `span`, each `minutes` long and for `seats` residents."""

    span: Span
    minutes: int
    seats: int


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
    `holidays` None, the ward's hold. `chat` is the team's own group chat; `lost`: nothing can be written there any
    more. `offer`: a new request is offered to all of them, or to one after the other. Who is `gone` was removed: it
    helps nobody until it is brought back.
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
    gone: bool = False
    lost: bool = False

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
    def unsaid(self) -> tuple[str, ...]:
        """What the ward's file may say and does not: residents are told to ask, and admins what is missing."""
        told = {
            "office_hours": self.office.hours,
            "police_hours": self.police.hours,
            "holidays": self.holidays,
            "groups": self.groups,
            "places": self.places,
            "home_visits": self.home_visits,
        }
        return tuple(name for name, value in told.items() if not value)

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
