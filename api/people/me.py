"""The page about oneself: away or back, the own chats, the own password."""

import asyncio

from fastapi import APIRouter, Request, Response

from api.auth.inside import Inside
from api.auth.signin import HOME, Form, SignIn, Visit, go_to
from bot.content.ward import Ward
from bot.desk.authentication import LONGEST, Accounts, is_fit, is_guessable
from bot.desk.people import People
from bot.ports.store import Channel

PATH = f"{HOME}/me"


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
        return self._inside.router(PATH, {"": self._me}, takes)

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
        return go_to(PATH, lang, "away" if away else "back")

    async def _code(self, request: Request, form: Form, lang: str) -> Response:
        code = await self._people.chat_code(form.person.id)
        chat = self._telegram.private_link if self._telegram else ""
        return await self._show(form.visit, lang, code=code, link=f"{chat}?start=link-{code}" if chat else "")

    async def _unlink(self, request: Request, form: Form, lang: str) -> Response:
        for chat in form.person.chats:
            if form.text("chat") == chat.key:
                await self._people.unlink(form.person.id, chat, form.person.id)
        return go_to(PATH, lang, "unlinked")

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
        return await self._signin.let_in(request, lang, person, PATH, done="password")

    async def _end_sessions(self, request: Request, form: Form, lang: str) -> Response:
        """Signed out everywhere, here too."""
        await self._people.record("sessions_ended", form.person.id, form.person.id)
        await self._signin.sessions.end_all(form.person.id)
        return go_to(HOME, lang)
