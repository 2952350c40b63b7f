"""The admin's pages about people: who helps, what they may do, and how they get in.

The question before somebody goes who holds something: what goes back to whom. The form comes again, answered.

The page about oneself: away or back, the own chats, the own password.
"""

import asyncio
from collections.abc import Mapping, Sequence

from fastapi import APIRouter, Request, Response
from msgspec import Struct

from api.auth.forms import SEARCH_LENGTH, TextField
from api.auth.sessions import HOME, Form, Inside, SignIn, Visit, go_to, require
from bot.content.ward import LONGEST_ID, Ward
from bot.desk.authentication import LONGEST, Accounts, is_fit, is_guessable
from bot.desk.desk_sessions import DeskSessions
from bot.desk.dismissal import Departures, Held
from bot.desk.people import INVITE_SECONDS, LONGEST_NAME, People
from bot.desk.roster import ADMIN, Role, Roster, Volunteer
from bot.engine.texts import ADDRESSES
from bot.model import replace
from bot.nlu.normalise import fold
from bot.ports.store import Channel

SURE = "sure"
"""The field that says which codes whoever sends the form knows to go back."""
_FRAME = frozenset({"proof", SURE})


class GoesBack(Struct, frozen=True):
    """What goes back to one team, by its codes."""

    team: str
    codes: Sequence[str]


async def question(
    inside: Inside,
    departures: Departures,
    roster: Roster,
    form: Form,
    lang: str,
    after: Volunteer,
    action: str,
    back: str,
) -> Response | None:
    """The page that asks; None where somebody who becomes `after` holds nothing but what whoever sent the form agreed
    to: what came to them since the question is named first.

    `action` is where the form goes, `back` where it came from.
    """
    held = await departures.held(after)
    if set(_codes(held)).issubset(form.text(SURE).split()):
        return None
    teams = [GoesBack(roster.team(team).name, _codes(held.of(team))) for team in held.teams]
    typed = [(name, text) for name, texts in _written(form).items() for text in texts]
    return inside.show(
        "departure.html",
        form.visit,
        lang,
        who=roster.person(after.id) or after,
        held=held,
        teams=teams,
        unreached=unreached(held, roster),
        typed=typed,
        action=action,
        back=back,
        sure=SURE,
    )


def unreached(held: Held, roster: Roster) -> Sequence[str]:
    """The codes of those whom nobody can tell now, as their channel is off."""
    chats = [(each.code, each.chat) for each in held.all]
    return [code for code, chat in chats if chat and not roster.reaches(chat)]


def _codes(held: Held) -> Sequence[str]:
    return [each.code for each in held.all]


def _written(form: Form) -> Mapping[str, Sequence[str]]:
    return {name: texts for name, texts in form.fields.written.items() if name not in _FRAME}


PATH = f"{HOME}/people"
SHOWN = 100
"""People on one page; a search narrows them down."""

_FIELDS = {"id": TextField("people.id", LONGEST_ID), "name": TextField("people.name", LONGEST_NAME)}
_ROLES: tuple[Role, ...] = ("volunteer", "lead", "admin")


class PeoplePages:
    """For admins alone."""

    def __init__(
        self, people: People, departures: Departures, accounts: Accounts, sessions: DeskSessions, inside: Inside
    ) -> None:
        self._people = people
        self._departures = departures
        self._accounts = accounts
        self._sessions = sessions
        self._inside = inside

    def router(self) -> APIRouter:
        takes = {
            "": self._add,
            "/{volunteer}": self._change,
            "/{volunteer}/link": self._link,
            "/{volunteer}/code": self._code,
            "/{volunteer}/sessions": self._end_sessions,
            "/{volunteer}/leave": self._leave,
            "/{volunteer}/return": self._return,
        }
        return self._inside.router(PATH, {"": self._list, "/{volunteer}": self._one}, takes, typed=_FIELDS)

    async def _list(self, request: Request, visit: Visit, lang: str) -> Response:
        require(visit.person.role == "admin")
        return self._show_list(visit, lang, request.query_params.get("q", "")[:SEARCH_LENGTH])

    def _show_list(
        self,
        visit: Visit,
        lang: str,
        query: str = "",
        status: int = 200,
        problem: str = "",
        new: Volunteer | None = None,
    ) -> Response:
        roster, words = self._people.roster, fold(query)
        teams = {team.id: team.name for team in roster.teams}
        found = [each for each in roster.people if words in fold(f"{each.name} {each.id} {_names(each, teams)}")]
        found.sort(key=lambda each: (not each.active, fold(each.name)))
        return self._inside.show(
            "people.html",
            visit,
            lang,
            status,
            people=found[:SHOWN],
            reached=roster.chats_of,
            more=len(found) - SHOWN,
            query=query,
            problem=problem,
            new=new or Volunteer("", ""),
            teams=teams,
            fields=_FIELDS,
            roles=_ROLES,
            addresses=ADDRESSES,
        )

    async def _add(self, request: Request, form: Form, lang: str) -> Response:
        require(form.person.role == "admin")
        new = _filled_in(Volunteer(form.text("id").lower(), ""), form)
        if wrong := await self._people.add(new, form.person.id):
            return self._show_list(form.visit, lang, status=422, problem=wrong, new=new)
        return go_to(f"{PATH}/{new.id}", lang, "added")

    async def _one(self, request: Request, visit: Visit, lang: str) -> Response:
        return await self._show_one(visit, lang, self._of(request, visit), done=request.query_params.get("done", ""))

    async def _show_one(self, visit: Visit, lang: str, other: Volunteer, status: int = 200, **values: str) -> Response:
        said = {"link": "", "code": ""} | values
        return self._inside.show(
            "person.html",
            visit,
            lang,
            status,
            other=other,
            reached=self._people.roster.chats_of,
            has_password=await self._accounts.has_password(other.id),
            sessions=await self._sessions.count(other.id),
            teams={team.id: team.name for team in self._people.roster.teams},
            fields=_FIELDS,
            roles=_ROLES,
            addresses=ADDRESSES,
            left_behind=unreached(await self._departures.held(other), self._people.roster) if not other.active else (),
            **said,
        )

    async def _change(self, request: Request, form: Form, lang: str) -> Response:
        other = self._of(request, form.visit)
        if asked := await self._asked(form, lang, _filled_in(other, form), f"{PATH}/{other.id}"):
            return asked
        wrong = await self._departures.change(other.id, form.person.id, lambda who: _filled_in(who, form))
        if wrong:
            return await self._show_one(form.visit, lang, _filled_in(other, form), 422, problem=wrong)
        return go_to(f"{PATH}/{other.id}", lang, "saved")

    async def _link(self, request: Request, form: Form, lang: str) -> Response:
        other = self._of(request, form.visit)
        require(other.active)
        await self._people.record("password_reset", form.person.id, other.id)
        await self._accounts.drop_password(other.id)
        await self._sessions.end_all(other.id)
        site = str(request.base_url).rstrip("/")
        link = await self._people.sign_in_link(other.id, INVITE_SECONDS, site)
        return await self._show_one(form.visit, lang, other, link=link)

    async def _code(self, request: Request, form: Form, lang: str) -> Response:
        other = self._of(request, form.visit)
        require(other.active)
        return await self._show_one(form.visit, lang, other, code=await self._people.chat_code(other.id))

    async def _end_sessions(self, request: Request, form: Form, lang: str) -> Response:
        other = self._of(request, form.visit)
        await self._people.record("sessions_ended", form.person.id, other.id)
        await self._sessions.end_all(other.id)
        return go_to(f"{PATH}/{other.id}", lang, "sessions")

    async def _leave(self, request: Request, form: Form, lang: str) -> Response:
        other = self._of(request, form.visit)
        gone = replace(other, active=False)
        if other.id != ADMIN and (asked := await self._asked(form, lang, gone, f"{PATH}/{other.id}/leave")):
            return asked
        if wrong := await self._departures.retire(other.id, form.person.id):
            return await self._show_one(form.visit, lang, other, 422, problem=wrong)
        await self._accounts.drop_password(other.id)
        await self._sessions.end_all(other.id)
        return go_to(f"{PATH}/{other.id}", lang, "left")

    async def _return(self, request: Request, form: Form, lang: str) -> Response:
        other = self._of(request, form.visit)
        if not other.active:
            await self._accounts.drop_password(other.id)  # who left may have kept it, where we died before dropping it
        await self._people.change(
            other.id, form.person.id, lambda who: replace(who, active=True, away=False), "person_returned"
        )
        return go_to(f"{PATH}/{other.id}", lang, "returned")

    async def _asked(self, form: Form, lang: str, after: Volunteer, action: str) -> Response | None:
        """The question first, where what they hold goes back to others."""
        back = f"{PATH}/{after.id}"
        return await question(self._inside, self._departures, self._people.roster, form, lang, after, action, back)

    def _of(self, request: Request, visit: Visit) -> Volunteer:
        """The person whose page it is. Raises Problem for a stranger, and for who is no admin."""
        other = self._people.roster.person(request.path_params["volunteer"])
        require(visit.person.role == "admin" and other is not None)
        assert other is not None  # noqa: S101 (required just now)
        return other


def _filled_in(who: Volunteer, form: Form) -> Volunteer:
    """Somebody as the form says; a role that there is none of is the smallest."""
    role = next((role for role in _ROLES if role == form.text("role")), "volunteer")
    return replace(who, name=form.text("name"), you=form.text("you"), role=role, teams=tuple(form.all("team")))


def _names(who: Volunteer, teams: dict[str, str]) -> str:
    return " ".join(teams.get(team, "") for team in who.teams)


ME_PATH = f"{HOME}/me"


class MyPage:
    """For everybody who signed in. `telegram` is the channel whose private chat a link opens, where there is one."""

    def __init__(
        self,
        people: People,
        accounts: Accounts,
        signin: SignIn,
        ward: Ward,
        inside: Inside,
        telegram: Channel | None,
    ) -> None:
        self._people = people
        self._accounts = accounts
        self._signin = signin
        self._ward = ward
        self._inside = inside
        self._telegram = telegram

    def router(self) -> APIRouter:
        takes = {
            "/away": self._go,
            "/code": self._code,
            "/unlink": self._unlink,
            "/password": self._password,
            "/sessions": self._end_sessions,
        }
        return self._inside.router(ME_PATH, {"": self._me}, takes)

    async def _me(self, request: Request, visit: Visit, lang: str) -> Response:
        return await self._show(visit, lang, done=request.query_params.get("done", ""))

    async def _show(self, visit: Visit, lang: str, status: int = 200, **values: str) -> Response:
        said = {"code": "", "link": ""} | values
        return self._inside.show(
            "me.html",
            visit,
            lang,
            status,
            teams=[team for team in self._people.roster.teams if team.id in visit.person.teams],
            reached=self._people.roster.chats_of,
            longest_password=LONGEST,
            has_password=await self._accounts.has_password(visit.person.id),
            sessions=await self._signin.sessions.count(visit.person.id),
            **said,
        )

    async def _go(self, request: Request, form: Form, lang: str) -> Response:
        away = form.text("away") == "yes"
        await self._people.go(form.person.id, away=away)
        return go_to(ME_PATH, lang, "away" if away else "back")

    async def _code(self, request: Request, form: Form, lang: str) -> Response:
        code = await self._people.chat_code(form.person.id)
        chat = self._telegram.private_link if self._telegram else ""
        return await self._show(form.visit, lang, code=code, link=f"{chat}?start=link-{code}" if chat else "")

    async def _unlink(self, request: Request, form: Form, lang: str) -> Response:
        for chat in form.person.chats:
            if form.text("chat") == chat.key:
                await self._people.unlink(form.person.id, chat, form.person.id)
        return go_to(ME_PATH, lang, "unlinked")

    async def _password(self, request: Request, form: Form, lang: str) -> Response:
        person, new = form.person, form.secret("new")
        if not is_fit(new):
            return await self._show(form.visit, lang, 422, problem="password_length")
        if await asyncio.to_thread(is_guessable, new, (person.id, person.name, self._ward.name)):
            return await self._show(form.visit, lang, 422, problem="password_common")
        if await self._accounts.has_password(person.id):
            old = form.secret("old")
            right, locked = await self._signin.passwords.is_right(person, old, form.visit.number)
            if not right:
                return await self._show(form.visit, lang, 422, problem="locked" if locked else "password_wrong")
        await self._people.record("password_set", person.id, person.id)
        await self._accounts.set_password(person.id, new)
        await self._signin.sessions.end_all(person.id)
        return await self._signin.let_in(request, lang, person, ME_PATH, done="password")

    async def _end_sessions(self, request: Request, form: Form, lang: str) -> Response:
        """Signed out everywhere, here too."""
        await self._people.record("sessions_ended", form.person.id, form.person.id)
        await self._signin.sessions.end_all(form.person.id)
        return go_to(HOME, lang)
