"""Who helps: teams, their hours, their people, and what each may do. Pure.

Which residential group is meant: by its number ("tổ 12"), or by words of its name. Pure.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Literal

import msgspec
from msgspec import Struct

from bot.content.ward import Group, Team, Ward
from bot.model import Appointment, Chat, Escalation, hours
from bot.model.hours import Span
from bot.nlu.normalise import digit, fold
from bot.nlu.patterns import LONGEST_READ

_NAMES_NO_GROUP = frozenset(
    fold("tổ dân phố tdp số nhà tôi mình bác cô chú anh chị em ở bên thuộc của ạ nhé là group number I live in").split()
)


class GroupNames:
    """The groups of a ward by their words."""

    def __init__(self, groups: Iterable[Group]) -> None:
        self._words = {group: frozenset(_words(group.name)) for group in groups}

    def find(self, text: str) -> Group | None:
        """The group that somebody names; None where several could be meant, or none is."""
        text = text[:LONGEST_READ]
        whole = fold(text)
        exact = [group for group in self._words if whole in (fold(group.name), fold(group.id))]
        if len(exact) == 1:
            return exact[0]
        said = [{word, digit(word)} for word in _words(text) if word not in _NAMES_NO_GROUP]
        meant = [group for group, words in self._words.items() if said and all(words & each for each in said)]
        return meant[0] if len(meant) == 1 else None


def _words(text: str) -> list[str]:
    """Folded words; numbers without leading zeros."""
    return [str(int(word)) if word.isdecimal() else word for word in fold(text).split()]


__all__ = ["ADMIN", "Role", "Roster", "Team", "Volunteer", "decode_team", "decode_volunteer"]

Role = Literal["volunteer", "lead", "admin"]
"""What somebody may do: help; also lead their teams; also everything else."""

ADMIN = "admin"
"""The person who is there from the start, and stays an admin."""
FIRST_NAME = "Người trực"
"""What residents read as their name until they give one."""

_WHOLE_WARD = "phuong"


class Volunteer(Struct, frozen=True):
    """Somebody who helps residents.

    `id` is the name they sign in with, `name` the first name that residents see, `you` how the bot addresses them (one
    of `words.ADDRESSES`). `chats` are their own private chats with the bot. `away`: they said that they are not there.
    Who is not `active` has left.
    """

    id: str
    name: str
    you: str = ""
    role: Role = "volunteer"
    teams: tuple[str, ...] = ()
    chats: tuple[Chat, ...] = ()
    away: bool = False
    active: bool = True


decode_team = msgspec.json.Decoder(Team).decode
decode_volunteer = msgspec.json.Decoder(Volunteer).decode


class Roster:
    """The teams of a ward and their people. Times have a time zone.

    A given team takes the place of the ward file's team of the same id. There is always a team, and always `ADMIN`.
    `removed` are teams that can be brought back; nobody is a member of one. `channels` are those that are on, None
    for all of them.
    """

    def __init__(
        self,
        ward: Ward,
        teams: Iterable[Team] = (),
        people: Iterable[Volunteer] = (),
        channels: Collection[str] | None = None,
    ) -> None:
        self._ward = ward
        self._channels = channels
        wards = ward.teams or (Team(_WHOLE_WARD, ward.team),)
        known = {team.id: team for team in (*wards, *teams)}
        self.teams: Sequence[Team] = tuple(team for team in known.values() if not team.gone) or wards
        self.removed: Sequence[Team] = tuple(team for team in known.values() if team.gone)
        there = frozenset(team.id for team in self.teams)
        self._people = {ADMIN: Volunteer(ADMIN, FIRST_NAME, role="admin")}
        self._people |= {each.id: _member_of(each, there) for each in people}
        self._group_names = GroupNames(ward.groups)

    @property
    def people(self) -> Sequence[Volunteer]:
        """Everybody, also those who left."""
        return tuple(self._people.values())

    def person(self, volunteer: str) -> Volunteer | None:
        """Somebody by id, also when they left."""
        return self._people.get(volunteer)

    def names(self, volunteers: Iterable[str]) -> Sequence[str]:
        """What those who are known are called."""
        return [person.name for each in volunteers if (person := self.person(each))]

    def by_account(self, channel: str, person: str) -> Volunteer | None:
        """Who of those who help has linked their private chat with this account of a channel."""
        chat = Chat(channel, person, person)
        return next((each for each in self._people.values() if each.active and chat in each.chats), None)

    def team(self, team: str) -> Team:
        """A team by id; where it is gone, the one that takes what no other is for."""
        found = next((each for each in self.teams if each.id == team), None)
        return found or next((each for each in self.teams if each.takes_all), self.teams[0])

    # Where a request goes

    @property
    def asks_group(self) -> bool:
        """Whether the residential group decides who helps: only then residents are asked for it."""
        return any(team.groups for team in self.teams)

    def find_group(self, text: str) -> Group | None:
        """The residential group that a resident names; None where several could be meant, or none is."""
        return self._group_names.find(text)

    def team_for(self, group: str, topic: str, lang: str) -> Team:
        """The team that takes a request: for the residential group first, then for the topic and the language.

        Who is there for exactly this goes before who takes anything.
        """

        def fits(team: Team) -> tuple[bool, ...]:
            own_group, own_topic = group in team.groups, topic in team.topics
            serves = (own_group or not team.groups, own_topic or not team.topics, lang in team.languages)
            return (*serves, own_group, own_topic)

        return max(self.teams, key=fits)

    # When somebody is there

    def is_open(self, team: str, at: datetime) -> bool:
        """Whether the team's hours say that it is there."""
        return hours.is_open(*self._hours(team), at)

    def next_opening(self, team: str, at: datetime) -> datetime | None:
        """When its closed door opens next after `at`, in Vietnamese time; None when it never does."""
        return hours.next_opening(*self._hours(team), at)

    def when_open(self, team: str, start: datetime, seconds: float) -> datetime:
        """When the team will have been there for so long since `start`; a team that never opens is taken as open."""
        return hours.when_open(*self._hours(team), start, seconds) or start + timedelta(seconds=seconds)

    def is_day_off(self, team: str, day: date) -> bool:
        return day in self._hours(team)[1]

    def _hours(self, team: str) -> tuple[Sequence[Span], Collection[date]]:
        found, ward = self.team(team), self._ward
        return found.hours or ward.hours, ward.holidays if found.holidays is None else found.holidays

    # Who is there

    def members(self, team: str) -> Sequence[Volunteer]:
        """Everybody of a team who has not left."""
        return [each for each in self._people.values() if each.active and team in each.teams]

    def leads(self, team: str) -> Sequence[Volunteer]:
        return [each for each in self.members(team) if each.role == "lead"]

    def admins(self) -> Sequence[Volunteer]:
        return [each for each in self._people.values() if each.active and each.role == "admin"]

    def on_duty(self, team: str, at: datetime) -> Sequence[Volunteer]:
        """Who of a team is there at that time: within its hours, and not away."""
        return [each for each in self.members(team) if not each.away] if self.is_open(team, at) else []

    def fewest(
        self, team: str, at: datetime, held: Mapping[str, int], besides: Collection[str] = ()
    ) -> Volunteer | None:
        """Who of those on duty has the fewest requests in `held`; nobody of `besides`."""
        free = [each for each in self.on_duty(team, at) if each.id not in besides]
        return min(free, key=lambda each: held.get(each.id, 0), default=None)

    # Where they are reached

    def reaches(self, chat: Chat) -> bool:
        """Whether the bot can write there: a chat outlives the settings of its channel."""
        return self._channels is None or chat.channel in self._channels

    def chats_of(self, person: Volunteer) -> Sequence[Chat]:
        """The private chats in which they are reached."""
        return [chat for chat in person.chats if self.reaches(chat)] if person.active else []

    def group_of(self, team: str) -> Chat | None:
        """The team's group chat, where it is reached."""
        found = self.team(team)
        return found.chat if found.chat and not found.lost and self.reaches(found.chat) else None

    def teams_in(self, chat: Chat) -> Sequence[Team]:
        """The teams whose group this chat is, or is in; also of removed ones."""
        here = (chat.channel, chat.room)
        every = (*self.teams, *self.removed)
        return [team for team in every if team.chat and (team.chat.channel, team.chat.room) == here]

    def chats(self, to: str, at: datetime) -> Sequence[tuple[Chat, bool]]:
        """The chats of whom a call is for (`volunteer:ID`, `team:ID`), and whether each is a team's group.

        A team that is not reached in a group chat is called in the private chats of those on duty.
        """
        kind, _, name = to.partition(":")
        if kind == "volunteer":
            person = self.person(name)
            return [(chat, False) for chat in self.chats_of(person)] if person else []
        if group := self.group_of(name):
            return [(group, True)]
        return [(chat, False) for each in self.on_duty(name, at) for chat in self.chats_of(each)]

    def hears_at(self, to: str, at: datetime) -> datetime | None:
        """When who a call is for hears of it: then, or, of a team that is closed, when it opens; None for never."""
        kind, _, name = to.partition(":")
        closed = kind == "team" and not self.is_open(name, at)
        hears = self.next_opening(name, at) if closed else at
        return hears if hears and self.chats(to, hears) else None

    # What somebody may do

    def may_hold(self, volunteer: Volunteer, request: Escalation) -> bool:
        """Whether it can be theirs: of their teams, or kept for them."""
        mine = request.holder == volunteer.id or request.team in volunteer.teams
        return volunteer.active and (mine or volunteer.role == "admin")

    def may_take(self, volunteer: Volunteer, request: Escalation) -> bool:
        """Whether they can take it by themselves; what its resident wants somebody else for, a lead gives to them."""
        theirs = request.holder == volunteer.id and request.state != "closed"
        return self.may_hold(volunteer, request) and (theirs or not self.is_for_others(volunteer, request))

    def may_give(self, giver: Volunteer, to: Volunteer, request: Escalation) -> bool:
        """Whether who has it, or leads its team, can give it to somebody."""
        may = self.may_hold if self.may_lead(giver, request.team) else self.may_take
        return may(to, request) and not is_own(to, request)

    def is_for_others(self, volunteer: Volunteer, request: Escalation) -> bool:
        """Whether their help did not help before, and somebody else of the team is there."""
        return volunteer.id in request.failed and any(
            not (each.away or each.id in request.failed or is_own(each, request)) for each in self.members(request.team)
        )

    def may_know(self, volunteer: Volunteer, request: Escalation) -> bool:
        """Whether they may hear how it stands and who has it; of others they hear that it is another team's."""
        return self.may_hold(volunteer, request) or self.may_see(volunteer, request)

    def may_see(self, volunteer: Volunteer, request: Escalation) -> bool:
        """Whether they may read it; who had it before, what was said until then (`parting`), as long as they are in a
        team that had it.
        """
        theirs = volunteer.id in request.had and {request.team, *request.moved_from}.intersection(volunteer.teams)
        return self.may_follow(volunteer, request) or (volunteer.active and bool(theirs))

    def may_follow(self, volunteer: Volunteer, request: Escalation) -> bool:
        """Whether they read all of it: what waits for their teams, what they have; a lead all of their teams."""
        waits = request.state in ("waiting", "offered")
        ours = request.team in volunteer.teams and (waits or volunteer.role == "lead")
        return volunteer.active and (request.holder == volunteer.id or ours or volunteer.role == "admin")

    def may_lead(self, volunteer: Volunteer, team: str) -> bool:
        """Whether they decide about this team's shifts, people and requests."""
        leads = volunteer.role == "lead" and team in volunteer.teams
        return volunteer.active and (leads or volunteer.role == "admin")

    def may_move(self, volunteer: Volunteer, who: Volunteer, team: str, *, joins: bool) -> bool:
        """Whether they may put somebody into this team (`joins`), or out of it.

        A lead moves volunteers alone, and takes in who is in no team yet: two teams, or two leads, are an admin's to
        settle.
        """
        mine = self.may_lead(volunteer, team) and (who.role == "volunteer" or who.id == volunteer.id)
        return volunteer.active and (volunteer.role == "admin" or (mine and not (joins and who.teams)))

    def may_see_appointment(self, volunteer: Volunteer, appointment: Appointment) -> bool:
        """Whether they may know when somebody is expected: the team that is there; admins of all teams."""
        return self.may_come(volunteer, appointment) or (volunteer.active and volunteer.role == "admin")

    def may_come(self, volunteer: Volunteer, appointment: Appointment) -> bool:
        """Whether it is for them: only the team that is there reads where somebody lives."""
        ours = appointment.team in volunteer.teams or appointment.helper == volunteer.id
        return volunteer.active and ours


def is_own(who: Volunteer, request: Escalation) -> bool:
    """Whether they are the resident themselves: nobody works on their own request."""
    return any((chat.channel, chat.person) == (request.chat.channel, request.chat.person) for chat in who.chats)


def _member_of(person: Volunteer, there: frozenset[str]) -> Volunteer:
    """The person as a member of those teams only that are there."""
    if there.issuperset(person.teams):
        return person
    return msgspec.structs.replace(person, teams=tuple(team for team in person.teams if team in there))
