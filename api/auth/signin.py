"""Signing in to the desk, and proof that a form came from a page of ours."""

import hmac
import re
import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from hashlib import sha256
from unicodedata import normalize

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from msgspec import Struct

from api.auth.devices import Devices
from api.auth.forms import MOST_FIELDS, Fields, read_fields
from api.auth.passwords import Passwords
from api.bodies import SmallBody
from api.errors import Problem
from api.render import Pages
from bot.desk.accounts import Accounts
from bot.desk.people import People
from bot.desk.roster import ADMIN, Volunteer
from bot.installation import InstallationKey
from bot.ports import Clock, Store

COOKIE = "toso-desk"
HOME = "/desk"
VISIT_SECONDS = 12 * 3600
FORM_PROOF = "proof"
"""The field of every form on a signed-in page that shows it was made for this visit."""
DESK_HEADERS = {"referrer-policy": "same-origin"}
"""With `no-referrer`, browsers would not say where a form comes from."""

_KEY_NAME = "desk-key"
_ID = re.compile(r"[0-9a-f]{16}")


class Visit(Struct, frozen=True):
    """A browser that signed in: the value of its cookie, what its forms carry, and who it is."""

    cookie: str
    proof: str
    person: Volunteer

    @property
    def number(self) -> str:
        """What tells this visit from others."""
        return self.cookie.split(".")[1]


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
        """What was written in a field; empty when nothing was."""
        return self.secret(name).strip()

    def secret(self, name: str) -> str:
        """What was written in a field, with the spaces around it."""
        return self.all(name)[0] if self.all(name) else ""

    def all(self, name: str) -> Sequence[str]:
        """Everything that was ticked in a field."""
        return self.fields.written.get(name, [])


class SignIn:
    """Cookies that prove themselves; nothing is stored for one.

    They hold for 12 hours, or until the password or the role changes, or until somebody leaves. `results` counts the
    tries of this worker: `right`, `wrong`, and `held` (too many wrong ones before).
    """

    def __init__(
        self, store: Store, accounts: Accounts, people: People, pages: Pages, clock: Clock, public_url: str
    ) -> None:
        self._accounts = accounts
        self._people = people
        self._pages = pages
        self._clock = clock
        self._public_url = public_url
        self._key = InstallationKey(store, _KEY_NAME)
        self._devices = Devices(store, HOME)
        self.passwords = Passwords(store, accounts, people, clock)
        self.results = Counter(right=0, wrong=0, held=0)

    def router(self) -> APIRouter:
        router = APIRouter(prefix=HOME, include_in_schema=False, route_class=SmallBody)
        router.add_api_route("/sign-in", self._sign_in, methods=["POST"])
        router.add_api_route("/sign-out", self._sign_out, methods=["POST"])
        router.add_api_route("/in/{token}", self._link, methods=["GET", "HEAD"])
        router.add_api_route("/in/{token}", self._sign_in_by_link, methods=["POST"])
        return router

    async def visit(self, request: Request) -> Visit | None:
        """Who asks; None for somebody who is not signed in, or no longer."""
        cookie = request.cookies.get(COOKIE, "")
        name, _, _ = cookie.rpartition(".")
        until, _, rest = name.partition(".")
        person = await self._known(rest.partition(".")[2])
        if person is None:
            return None
        real = await self._visit(name, person)
        if not hmac.compare_digest(cookie.encode(), real.cookie.encode()) or int(until) <= self._now():
            return None
        return real

    def page(
        self, lang: str, status: int = 200, problem: str = "", headers: dict[str, str] | None = None, **values: object
    ) -> Response:
        """The page that asks who it is. `problem` is a name in the catalogues, said with `values`."""
        alone = [each.id for each in self._people.roster.people if each.active] == [ADMIN]
        values = {"name": ADMIN if alone else ""} | values
        return self._pages.page(
            "desk_sign_in.html", lang, status, DESK_HEADERS | (headers or {}), problem=problem, values=values
        )

    async def form(self, request: Request) -> Form:
        """What a signed-in page sends. Raises Problem when it is not signed in or not a page of ours."""
        visit = await self.visit(request)
        if visit is None:
            raise Problem(401, "signed_out")
        form = Form(visit, await self._fields(request))
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
        fields = (await self._fields(request, 20)).written
        password = fields.get("password", [""])[0]
        name = normalize("NFKC", fields.get("username", [ADMIN])[0][:MOST_FIELDS]).strip().lower()
        address = request.client.host if request.client else ""
        person = await self._known(name)
        device = await self._devices.known(request, person) if person else ""
        if seconds := self.passwords.wait(device or address):
            return self._held(lang, "desk.sign_in.held", name, seconds)
        right, seconds = await self.passwords.is_right(person, password, device)
        if seconds:
            return self._held(lang, "desk.sign_in.locked", name, seconds)
        if not person or not right:
            self.results["wrong"] += 1
            return self.page(lang, 401, "desk.sign_in.wrong", name=name)
        self.passwords.forgive(device or address)
        self.results["right"] += 1
        return await self.let_in(request, lang, person)

    def _held(self, lang: str, problem: str, name: str, seconds: int) -> Response:
        self.results["held"] += 1
        return self.page(lang, 429, problem, {"retry-after": str(seconds)}, name=name, seconds=seconds)

    async def _link(self, request: Request, token: str, lang: str = "") -> Response:
        """Only asks, and uses nothing up: chat apps open links to show what is behind them."""
        return self._pages.page("desk_link.html", self._pages.language(lang), headers=DESK_HEADERS, token=token)

    async def _sign_in_by_link(self, request: Request, token: str, lang: str = "") -> Response:
        await self._fields(request)
        lang = self._pages.language(lang)
        person = await self._people.let_in(token)
        if person is None:
            self.results["wrong"] += 1
            return self.page(lang, 401, "desk.sign_in.link_gone")
        self.results["right"] += 1
        return await self.let_in(request, lang, person)

    async def let_in(self, request: Request, lang: str, person: Volunteer, page: str = "", done: str = "") -> Response:
        """Begin a visit, on this page of the desk; without one, where they have something to do first."""
        visit = await self._visit(f"{int(self._now()) + VISIT_SECONDS}.{secrets.token_hex(16)}.{person.id}", person)
        page = page or (HOME if await self._accounts.has_password(person.id) else f"{HOME}/me")
        answer = go_to(page, lang, done)
        secure = request.url.scheme == "https" or self._public_url.startswith("https:")
        answer.set_cookie(
            COOKIE, visit.cookie, VISIT_SECONDS, path=HOME, secure=secure, httponly=True, samesite="strict"
        )
        await self._devices.remember(answer, person, secure=secure)
        return answer

    async def _sign_out(self, request: Request, lang: str = "") -> Response:
        await self.form(request)
        answer = go_to(HOME, self._pages.language(lang))
        answer.delete_cookie(COOKIE, path=HOME)
        return answer

    async def _fields(self, request: Request, most: int = MOST_FIELDS) -> Fields:
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

    async def _visit(self, name: str, person: Volunteer) -> Visit:
        """The one genuine visit of this name. With another password or role, it is another one."""
        key, stamp = await self._key.get(), await self._accounts.stamp(person.id)
        cookie, proof = (
            hmac.new(key, f"{use}:{name}:{person.role}:".encode() + stamp, sha256).hexdigest()
            for use in ("cookie", "form")
        )
        return Visit(f"{name}.{cookie}", proof, person)

    def _now(self) -> float:
        return self._clock.now_ms() / 1000


def go_to(path: str, lang: str, done: str = "") -> Response:
    """On to a page, after a form was taken; `done` names the sentence that it then shows."""
    return RedirectResponse(f"{path}?lang={lang}{f'&done={done}' if done else ''}", 303, {"cache-control": "no-store"})
