"""Signing in to the desk, and proof that a form came from a page of ours.

What all pages of somebody who signed in share: who may enter, and the frame around the page.
"""

import asyncio
import hmac
import logging
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from unicodedata import normalize
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from fastapi.routing import APIRoute
from msgspec import Struct

from api.auth.cookies import Cookies, Devices
from api.auth.forms import MOST_FIELDS, SEARCH_LENGTH, SECRETS, Fields, TextField, length, read_fields, unsent
from api.auth.passwords import Passwords
from api.errors import Problem
from api.middleware import SmallBody
from api.templating import Pages
from bot.content.ward import LONGEST_ID
from bot.desk.authentication import LONGEST, Accounts
from bot.desk.desk_sessions import SESSION_SECONDS, DeskSession, DeskSessions
from bot.desk.people import People
from bot.desk.roster import ADMIN, Volunteer
from bot.errors import StoreDown
from bot.nlu.numbers import seen
from bot.ports.store import Clock, Store

COOKIE = "toso-desk"
HOME = "/desk"
FORM_PROOF = "proof"
"""The field of every form on a signed-in page that shows it was made for this visit."""
DESK_HEADERS = {"referrer-policy": "same-origin"}
"""With `no-referrer`, browsers would not say where a form comes from."""

LOOK_AGAIN_SECONDS = 0.2
"""How old it may be what open pages know of who is signed in."""

_log = logging.getLogger("toso.desk")

_ID = re.compile(r"[0-9a-f]{16}")
_RETURNS = re.compile(r"/desk/requests/[A-Z0-9]{1,32}")
"""Where who signs in goes on: the page of a request, which they opened, or were on when their session ended."""


class Visit(Struct, frozen=True):
    """A browser that is signed in: the token of its session, and who it is."""

    token: str
    person: Volunteer

    @property
    def proof(self) -> str:
        """What its forms carry."""
        return _named("form", self.token)

    @property
    def number(self) -> str:
        """What tells this visit from others."""
        return _named("number", self.token)[:16]


class Form(Struct, frozen=True):
    """A form that a signed-in page sent, and by whom."""

    visit: Visit
    fields: Fields

    @property
    def files(self) -> Mapping[str, bytes]:
        return self.fields.files

    @property
    def person(self) -> Volunteer:
        return self.visit.person

    @property
    def id(self) -> str:
        """What makes a form that is sent twice have one effect. Raises Problem for a form that is none of ours."""
        id_ = self.text("id")
        if not _ID.fullmatch(id_):
            raise Problem(404, "not_found")
        return id_

    def text(self, name: str) -> str:
        """What was written in a field, as it is read; empty when nothing was."""
        return seen(self.secret(name)).strip()

    def secret(self, name: str) -> str:
        """What was written in a field, with the spaces around it."""
        return self.all(name)[0] if self.all(name) else ""

    def all(self, name: str) -> Sequence[str]:
        """Everything that was ticked in a field."""
        return self.fields.written.get(name, [])


class SignIn:
    """Sessions hold for 12 hours, or until they are ended, the password or the role changes, or somebody leaves.

    `results` counts the tries of this worker: `right`, `wrong`, and `held` (too many wrong ones before).
    """

    def __init__(
        self,
        store: Store,
        accounts: Accounts,
        sessions: DeskSessions,
        people: People,
        pages: Pages,
        clock: Clock,
        public_url: str,
    ) -> None:
        self._accounts = accounts
        self._people = people
        self._pages = pages
        self._public_url = public_url
        self.sessions = sessions
        self._cookies = Cookies(public_url, HOME)
        self._devices = Devices(store, self._cookies)
        self.passwords = Passwords(store, accounts, people, clock)
        self.results = Counter(right=0, wrong=0, held=0)
        self._looking, self._looked = asyncio.Lock(), -LOOK_AGAIN_SECONDS

    def router(self) -> APIRouter:
        router = APIRouter(prefix=HOME, include_in_schema=False, route_class=SmallBody)
        router.add_api_route("/sign-in", self._sign_in, methods=["POST"])
        router.add_api_route("/sign-out", self._sign_out, methods=["POST"])
        router.add_api_route("/in/{token}", self._link, methods=["GET", "HEAD"])
        router.add_api_route("/in/{token}", self._sign_in_by_link, methods=["POST"])
        return router

    async def visit(self, request: Request) -> Visit | None:
        """Who asks; None for somebody who is not signed in, or no longer."""
        token = self._cookies.get(request, COOKIE)
        if not token:
            return None
        session, _ = await asyncio.gather(self.sessions.find(token), self._fresh_people())
        person = self._people.roster.person(session.whom) if session else None
        if session is None or person is None or not person.active or session.role != person.role:
            return None
        return Visit(token, person) if await self._holds(session, person) else None

    async def still(self, request: Request, visit: Visit) -> bool:
        """Whether a visit goes on. All open pages look at the store together, and by themselves where it seems over."""
        async with self._looking:
            now = asyncio.get_running_loop().time()
            if now >= self._looked + LOOK_AGAIN_SECONDS:
                with suppress(StoreDown):  # then they are as they were
                    await asyncio.gather(self.sessions.refresh(), self._people.refresh())
                self._looked = now
        person = self._people.roster.person(visit.person.id)
        if person and person.active and self.sessions.is_known(visit.token, person.role):
            return True
        return await self.visit(request) is not None

    async def _fresh_people(self) -> None:
        """While the store does not say who helps, they are those of the last time."""
        with suppress(StoreDown):
            await self._people.refresh()

    async def _holds(self, session: DeskSession, person: Volunteer) -> bool:
        """Whether the password is as it was. Who sets another one ends their sessions: this is the second lock."""
        try:
            return session.stamp == await self._stamp(person)
        except StoreDown as down:
            _log.warning("a password cannot be looked up, and its session goes on: %s", down)
            return True

    def page(
        self,
        lang: str,
        status: int = 200,
        problem: str = "",
        headers: dict[str, str] | None = None,
        to: str = "",
        **values: object,
    ) -> Response:
        """The page that asks who it is, and leads `to` another one. `problem` is a name in the catalogues, said with
        `values`.
        """
        alone = [each.id for each in self._people.roster.people if each.active] == [ADMIN]
        values = {"name": ADMIN if alone else ""} | values
        return self._pages.page(
            "desk_sign_in.html",
            lang,
            status,
            DESK_HEADERS | (headers or {}),
            problem=problem,
            to=_returns(to),
            values=values,
            longest_name=LONGEST_ID,
            longest_password=LONGEST,
        )

    async def form(self, request: Request, fields: Fields | None = None) -> Form:
        """What a signed-in page sends, `fields` where it was read before. Raises Problem when it is not signed in or
        not a page of ours.
        """
        visit = await self.visit(request)
        if visit is None:
            raise Problem(401, "signed_out")
        form = Form(visit, fields or await self.fields(request))
        if not hmac.compare_digest(form.text(FORM_PROOF).encode(), visit.proof.encode()):
            raise Problem(403, "foreign_form")
        return form

    async def _known(self, name: str) -> Volunteer | None:
        """Who this is, by what the store says now: who left at another worker's page is out at once."""
        if not name:
            return None
        await self._people.refresh()
        person = self._people.roster.person(name)
        return person if person and person.active else None

    async def _sign_in(self, request: Request, lang: str = "") -> Response:
        lang = self._pages.language(lang)
        fields = (await self.fields(request, 20)).written
        password, to = fields.get("password", [""])[0], fields.get("to", [""])[0]
        typed = fields.get("username", [ADMIN])[0].strip()
        name = normalize("NFKC", typed).lower() if len(typed) <= LONGEST_ID else typed
        address = request.client.host if request.client else ""
        person = await self._known(name)
        device = await self._devices.known(request, person) if person else ""
        if seconds := self.passwords.wait(device or address):
            return self._held(lang, "desk.sign_in.held", name, seconds, to)
        right, seconds = await self.passwords.is_right(person, password, device)
        if seconds:
            return self._held(lang, "desk.sign_in.locked", name, seconds, to)
        if not person or not right:
            self.results["wrong"] += 1
            return self.page(lang, 401, "desk.sign_in.wrong", to=to, name=name)
        self.passwords.forgive(device or address)
        self.results["right"] += 1
        return await self.let_in(request, lang, person, _returns(to))

    def _held(self, lang: str, problem: str, name: str, seconds: int, to: str) -> Response:
        self.results["held"] += 1
        return self.page(lang, 429, problem, {"retry-after": str(seconds)}, to, name=name, seconds=seconds)

    async def _link(self, request: Request, token: str, lang: str = "") -> Response:
        """Only asks, and uses nothing up: chat apps open links to show what is behind them."""
        return self._pages.page("desk_link.html", self._pages.language(lang), headers=DESK_HEADERS, token=token)

    async def _sign_in_by_link(self, request: Request, token: str, lang: str = "") -> Response:
        await self.fields(request)
        lang = self._pages.language(lang)
        person = await self._people.let_in(token)
        if person is None:
            self.results["wrong"] += 1
            return self.page(lang, 401, "desk.sign_in.link_gone")
        self.results["right"] += 1
        return await self.let_in(request, lang, person)

    async def let_in(self, request: Request, lang: str, person: Volunteer, page: str = "", done: str = "") -> Response:
        """Begin a visit, on this page of the desk; without one, where they have something to do first."""
        token = await self.sessions.begin(person.id, person.role, await self._stamp(person))
        page = page or (HOME if await self._accounts.has_password(person.id) else f"{HOME}/me")
        answer = go_to(page, lang, done)
        self._cookies.put(request, answer, COOKIE, token, SESSION_SECONDS)
        await self._devices.remember(request, answer, person)
        return answer

    async def _sign_out(self, request: Request, lang: str = "") -> Response:
        form = await self.form(request)
        await self.sessions.end(form.visit.token)
        answer = go_to(HOME, self._pages.language(lang))
        self._cookies.drop(request, answer, COOKIE)
        return answer

    async def fields(self, request: Request, most: int = MOST_FIELDS) -> Fields:
        """What was written in a form. Raises Problem for one of another site's page."""
        if not self._is_ours(request):
            raise Problem(403, "foreign_form")
        return await read_fields(request, most)

    def _is_ours(self, request: Request) -> bool:
        """Whether a form comes from a page of this address, as far as the browser says."""
        if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
            return False
        origin = request.headers.get("origin")
        if origin is None or origin == self._public_url:
            return True
        return origin.partition("://")[2] == request.headers.get("host")

    async def _stamp(self, person: Volunteer) -> str:
        """Names their password of now: a session is of one password."""
        return (await self._accounts.stamp(person.id)).hex()


def _named(use: str, token: str) -> str:
    """Something that a token is known by, and that does not tell it."""
    return sha256(f"{use}:{token}".encode()).hexdigest()


def _returns(to: str) -> str:
    """Where to go on, as far as it is a page that is returned to."""
    return to if _RETURNS.fullmatch(to) else ""


def go_to(path: str, lang: str, done: str = "", to: str = "") -> Response:
    """On to a page, after a form was taken; `done` names the sentence that it then shows, `to` the team it is about."""
    query = {"lang": lang} | ({"done": done} if done else {}) | ({"to": to} if to else {})
    return RedirectResponse(f"{path}?{urlencode(query)}", 303, {"cache-control": "no-store"})


Endpoint = Callable[[Request], Awaitable[Response]]
Shows = Callable[[Request, Visit, str], Awaitable[Response]]
"""Makes a page for whoever asks, in a language."""
Takes = Callable[[Request, Form, str], Awaitable[Response]]
"""Does what a form says, and answers in a language."""


class Inside:
    """Makes endpoints of handlers that are given who asks, and in which language."""

    def __init__(self, signin: SignIn, pages: Pages) -> None:
        self._signin = signin
        self._pages = pages

    def router(
        self,
        prefix: str,
        shows: Mapping[str, Shows],
        takes: Mapping[str, Takes] | None = None,
        size: type[APIRoute] = SmallBody,
        typed: Mapping[str, TextField] | None = None,
    ) -> APIRouter:
        """What is shown and what forms are taken below a prefix, by path; `size` says how large a form may be.

        `typed` are the fields of these forms that people type in, by their names: no others take what is long.
        """
        router = APIRouter(prefix=prefix, include_in_schema=False, route_class=size)
        for path, show in shows.items():
            router.add_api_route(path, self._page(show), methods=["GET", "HEAD"])
        for path, take in (takes or {}).items():
            router.add_api_route(path, self._form(take, typed or {}), methods=["POST"])
        return router

    def show(self, template: str, visit: Visit, lang: str, status: int = 200, **values: object) -> Response:
        """A page in the frame that all of them have."""
        said = {"problem": "", "about": "", "done": ""}
        frame = {"proof": visit.proof, "person": visit.person, "search_length": SEARCH_LENGTH}
        return self._pages.page(template, lang, status, DESK_HEADERS, **(said | frame | values))

    def _page(self, handler: Shows) -> Endpoint:
        """An endpoint that shows something; who is not signed in gets the sign-in page."""

        async def endpoint(request: Request) -> Response:
            lang = self._language(request)
            visit = await self._signin.visit(request)
            return await handler(request, visit, lang) if visit else self._signin.page(lang, to=request.url.path)

        return endpoint

    def _form(self, handler: Takes, typed: Mapping[str, TextField]) -> Endpoint:
        """An endpoint that takes a form of a page of ours; everything else is refused."""

        async def endpoint(request: Request) -> Response:
            fields, lang = await self._signin.fields(request) if typed else None, self._language(request)
            request.state.unsent = unsent(fields, typed) if fields else ()
            form = await self._signin.form(request, fields)
            if form.fields.too_long(typed):
                return self._too_long(request, form, lang, typed)
            return await handler(request, form, lang)

        return endpoint

    def _too_long(self, request: Request, form: Form, lang: str, typed: Mapping[str, TextField]) -> Response:
        """The same form again, with everything that was typed, to make it shorter; nothing was done with it."""
        written = form.fields.written.items()
        sent = [(name, text) for name, texts in written if name not in SECRETS for text in texts]
        return self.show(
            "too_long.html", form.visit, lang, 422, path=request.url.path, sent=sent, fields=typed, length=length
        )

    def _language(self, request: Request) -> str:
        return self._pages.language(request.query_params.get("lang", ""))


def require(allowed: bool, code: str = "not_found") -> None:
    """Raises Problem unless it is allowed: what is not theirs does not exist for them; `code` says what."""
    if not allowed:
        raise Problem(404, code)
