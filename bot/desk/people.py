"""The people who help and their teams, as the store keeps them: who joins, who leaves, who is away, whose a chat is.

Names of volunteers, as residents read them: none that pretends to be an office, the product, or a number to call.
"""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Literal

from bot.content.ward import SHORT_ID, Ward
from bot.desk.authentication import OneTime
from bot.desk.roster import ADMIN, Roster, Team, Volunteer, decode_team, decode_volunteer
from bot.engine.texts import ADDRESSES
from bot.model import Chat, Record, encode, replace
from bot.nlu.normalise import fold
from bot.nlu.patterns import compiled
from bot.ports.store import Clock, Store
from bot.ports.tables import readable

_ADDRESSED = r"(?:anh|chi|bac|co|chu|ong|ba|em|dong chi|can bo|nhan vien|nguoi cua|ben|so|truong|pho) "
_OFFICES = (
    r"cong an|canh sat|csgt|cskv|uy ban|ubnd|hdnd|dang uy|toa an|vien kiem sat|vksnd|thanh tra|bo \S+ an|cuc thue"
    r"|chi cuc|kho bac|bao hiem xa hoi|bhxh|ngan hang|vietcombank|vietinbank|bidv|agribank|techcombank|dien luc|evn"
    r"|buu dien|viettel|vinaphone|mobifone|tong dai|hotline|trung tam|mot cua|bo phan|to so|tro ly|bot|admin|quan tri"
    r"|he thong|vneid|dich vu cong|zalo|telegram|facebook|cham soc khach hang|ho tro|police|bank|support|ward"
)
_PRETENDS = compiled(rf"(?:{_ADDRESSED})*(?:{_OFFICES})(?: .*)?|can bo(?: .*)?")
"""What a name begins with: "Nguyễn Công An" is somebody's name, "Công an phường" is nobody's."""
_ADDRESS = compiled(r"[\pN@/\\:#_]|\pL\.\pL{2}|www")
"""Digits, links and accounts: to be called, opened or written to past the desk."""


def pretends(name: str) -> bool:
    """Whether residents would take somebody of this name for an office, or could call or open what it says."""
    return _ADDRESS.search(name) is not None or _PRETENDS.fullmatch(fold(name)) is not None


LINK_SECONDS = 30 * 60
SIGN_IN_SECONDS = 10 * 60
INVITE_SECONDS = 24 * 3600
"""How long a code to link a chat, a sign-in link in a chat, and a link that an admin hands on are good."""

Wrong = Literal["", "id", "taken", "name", "pretends", "you", "team", "catch_all", "busy", "gone", "admin", "not_yours"]
"""Why nothing was changed: one of these, or empty when it was.

`id` is no sign-in name, or is `taken`; the `name`, the form of address (`you`) or a `team` does not fit; a name
`pretends` to be what no neighbour is; no team would be left that takes everything (`catch_all`), or it is `busy`; they
are `gone`; the first `admin` stays one; or it is not for whoever tries (`not_yours`).
"""

LONGEST_NAME = 60
_LINK_LETTERS, _SIGN_IN_LETTERS = 8, 32
_PEOPLE, _TEAMS = "people", "teams"


class People:
    """Changes people and teams, with a record of each change, and keeps the roster. Every method raises StoreDown.

    `roster` is as new as the last `refresh` or change; `on_change` hears of each new one. `public_url` is where the
    desk is; empty when nobody said. `channels` are those that are on, None for all of them.
    """

    def __init__(
        self,
        store: Store,
        ward: Ward,
        clock: Clock,
        public_url: str = "",
        channels: Collection[str] | None = None,
    ) -> None:
        self._store = store
        self._ward = ward
        self._clock = clock
        self._public_url = public_url
        self._codes = OneTime(store, clock)
        self._kept: Mapping[str, tuple[int, Mapping[str, bytes]]] = {_PEOPLE: (-1, {}), _TEAMS: (-1, {})}
        self._refreshing = asyncio.Lock()
        self._channels = channels
        self.roster = Roster(ward, channels=channels)
        self.on_change: Callable[[Roster], None] = lambda _: None

    async def refresh(self) -> None:
        """Fetch people and teams when they changed since the last time."""
        async with self._refreshing:
            revisions = await asyncio.gather(*map(self._store.table_revision, self._kept))
            stale = [table for table, now in zip(self._kept, revisions, strict=True) if self._kept[table][0] != now]
            if not stale:
                return
            kept = {**self._kept, **{table: await self._store.rows(table) for table in stale}}
            teams = readable("the team", kept[_TEAMS][1], decode_team).values()
            people = readable("the person", kept[_PEOPLE][1], decode_volunteer).values()
            self.roster = Roster(self._ward, teams, people, self._channels)
            self._kept = kept  # together with the roster that was made of it: a change compares the two
            self.on_change(self.roster)

    # People

    async def add(self, person: Volunteer, by: str) -> Wrong:
        """Somebody joins."""
        if not SHORT_ID.fullmatch(person.id):
            return "id"
        if self.roster.person(person.id):
            return "taken"
        if wrong := self._misfit(person):
            return wrong
        if pretends(person.name):
            return "pretends"
        noted = self._noted("person_added", by, person.id)
        if not await self._store.put(_PEOPLE, person.id, None, encode(person), noted):
            return "taken"
        await self.refresh()
        return ""

    async def change(
        self, volunteer: str, by: str, how: Callable[[Volunteer], Volunteer], act: str = "person_changed"
    ) -> Wrong:
        """Change somebody; `act` is what the record calls it.

        `how` makes the new one of the one there is, and is asked again when somebody else was faster.
        """
        while True:
            await self.refresh()
            row = self._row(_PEOPLE, volunteer)
            before = decode_volunteer(row) if row else self.roster.person(volunteer)
            if before is None:
                return "gone"
            after = how(before)
            if wrong := self._misfit(after, before.teams):
                return wrong
            if after.name != before.name and pretends(after.name):
                return "pretends"
            if after == before:
                return ""
            if await self._store.put(_PEOPLE, volunteer, row, encode(after), self._noted(act, by, volunteer)):
                await self.refresh()
                return ""

    async def move(self, volunteer: str, team: str, by: Volunteer, *, joins: bool) -> Wrong:
        """Somebody is one of a team from now on, or is no more; `by` may not be allowed that."""
        refused = False

        def moved(who: Volunteer) -> Volunteer:
            nonlocal refused
            if joins == (team in who.teams):
                return who
            refused = not self.roster.may_move(by, who, team, joins=joins)
            others = tuple(each for each in who.teams if each != team)
            return who if refused else replace(who, teams=(*others, team) if joins else others)

        wrong = await self.change(volunteer, by.id, moved)
        return "not_yours" if refused else wrong

    async def retire(self, volunteer: str, by: str) -> Wrong:
        """Somebody leaves: no sign-in any more, no chat."""
        return await self.change(volunteer, by, lambda who: replace(who, active=False, chats=()), "person_left")

    async def go(self, volunteer: str, *, away: bool) -> None:
        """Somebody says that they are away, or back."""
        await self.change(volunteer, volunteer, lambda who: replace(who, away=away), "away" if away else "back")

    def _misfit(self, person: Volunteer, before: Collection[str] = ()) -> Wrong:
        """What does not fit; who was in a team `before` it was removed is in it when it comes back."""
        if not _is_name(person.name):
            return "name"
        if person.you and person.you not in ADDRESSES:
            return "you"
        if not {team.id for team in self.roster.teams}.issuperset(set(person.teams) - set(before)):
            return "team"
        return "admin" if person.id == ADMIN and (person.role, person.active) != ("admin", True) else ""

    # Teams

    async def change_team(self, team: str, by: str, how: Callable[[Team], Team], act: str = "team_changed") -> Wrong:
        """Change a team, also a removed one, or make it when there is none of this id; else as `change`."""
        while True:
            await self.refresh()
            before = next((each for each in (*self.roster.teams, *self.roster.removed) if each.id == team), None)
            after = how(before or Team(team, ""))
            if not SHORT_ID.fullmatch(team):
                return "id"
            if not _is_name(after.name):
                return "name"
            others = [each for each in self.roster.teams if each.id != team]
            if not any(each.takes_all and not each.gone for each in (after, *others)):
                return "catch_all"
            if after == before:
                return ""
            noted = self._noted(act if before else "team_added", by, team)
            if await self._store.put(_TEAMS, team, self._row(_TEAMS, team), encode(after), noted):
                await self.refresh()
                return ""

    # Chats and links

    async def chat_code(self, volunteer: str) -> str:
        """A code that links the private chat it is written in to this volunteer."""
        return await self._codes.make("chat", volunteer, LINK_SECONDS, _LINK_LETTERS)

    async def group_code(self, team: str) -> str:
        """A code that makes the group it is written in this team's group."""
        return await self._codes.make("group", team, LINK_SECONDS, _LINK_LETTERS)

    async def link(self, code: str, chat: Chat, *, group: bool) -> str:
        """Link a chat by a code; returns the volunteer's or team's id, empty when the code is not good."""
        whom = await self._codes.take("group" if group else "chat", code)
        await self.refresh()
        if group:
            return await self._link_group(whom, Chat(chat.channel, chat.chat, chat.chat)) if whom else ""
        person = self.roster.person(whom)
        if person is None or not person.active:
            return ""
        for other in self.roster.people:
            if chat in other.chats and other.id != whom:
                await self.unlink(other.id, chat, whom)
        await self.change(whom, whom, lambda who: replace(who, chats=(*_without(who.chats, chat), chat)), "chat_linked")
        return whom

    async def _link_group(self, team: str, chat: Chat) -> str:
        for other in self.roster.teams:
            if other.chat == chat and other.id != team:
                await self.change_team(other.id, "", lambda each: replace(each, chat=None), "group_unlinked")
        linked = await self.change_team(team, "", lambda each: replace(each, chat=chat, lost=False), "group_linked")
        return "" if linked else team

    async def note_group(self, chat: Chat, *, lost: bool, moved_to: str = "") -> Sequence[Team]:
        """Note for the teams whose group this chat is in that it is `lost`, or not, or lives on under another id."""
        await self.refresh()
        teams = self.roster.teams_in(chat)
        moved = Chat(chat.channel, moved_to, moved_to) if moved_to else None
        act = "group_moved" if moved else "group_lost" if lost else "group_back"

        def noted(team: Team) -> Team:
            still = team.chat is not None and team.chat.room == chat.room
            return replace(team, chat=moved or team.chat, lost=lost) if still else team

        for team in teams:
            await self.change_team(team.id, "", noted, act)
        return teams

    async def unlink(self, volunteer: str, chat: Chat, by: str) -> Wrong:
        """This chat is somebody's no more."""
        return await self.change(
            volunteer, by, lambda who: replace(who, chats=_without(who.chats, chat)), "chat_unlinked"
        )

    async def sign_in_link(self, volunteer: str, seconds: int = SIGN_IN_SECONDS, site: str = "") -> str:
        """A link that signs somebody in to the desk once; `site` is where the desk is, when it is known better.

        Empty when nobody knows where the desk is.
        """
        site = self._public_url or site
        if not site:
            return ""
        return f"{site}/desk/in/{await self._codes.make('sign-in', volunteer, seconds, _SIGN_IN_LETTERS)}"

    async def let_in(self, token: str) -> Volunteer | None:
        """Who signs in by the end of such a link; None when it is not good any more."""
        whom = await self._codes.take("sign-in", token)
        await self.refresh()
        person = self.roster.person(whom)
        return person if person and person.active else None

    def _row(self, table: str, row: str) -> bytes | None:
        return self._kept[table][1].get(row)

    async def record(self, act: str, by: str, about: str) -> None:
        """Note that `by` does something about a person that no table holds: before it is done, so that what was done
        is never missing.
        """
        await self._store.record(self._noted(act, by, about))

    def _noted(self, act: str, by: str, about: str) -> Record:
        return Record(self._clock.now_ms() // 1000, act, by=by, about=about)


def _without(chats: tuple[Chat, ...], chat: Chat) -> tuple[Chat, ...]:
    return tuple(each for each in chats if each != chat)


def _is_name(name: str) -> bool:
    return bool(name.strip()) and len(name) <= LONGEST_NAME and name.isprintable()
