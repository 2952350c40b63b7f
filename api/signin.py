"""Signing in to the desk with the admin's password, and proof that a form came from a page of ours."""

import hmac
import logging
import math
import secrets
from collections import Counter
from hashlib import sha256
from urllib.parse import parse_qs

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from msgspec import Struct

from api.chat import SmallBody
from api.errors import Problem
from api.limits import RateLimit
from api.render import Pages
from bot.accounts import LONGEST, Accounts
from bot.installation import InstallationKey
from bot.ports import Clock, Store

COOKIE = "toso-desk"
HOME = "/desk"
VISIT_SECONDS = 12 * 3600
WRONG_PER_MINUTE = 5
FORM_PROOF = "proof"
"""The field of every form on a signed-in page that shows it was made for this visit."""
DESK_HEADERS = {"referrer-policy": "same-origin"}
"""With `no-referrer`, browsers would not say where a form comes from."""

_KEY_NAME = "desk-key"
_log = logging.getLogger("toso.desk")


class Visit(Struct, frozen=True):
    """A browser that signed in: the value of its cookie, and what its forms carry."""

    cookie: str
    proof: str


class SignIn:
    """Cookies that prove themselves, for 12 hours or until the password changes; nothing is stored for one.

    `results` counts the tries of this worker: `right`, `wrong`, and `held` (too many wrong ones before).
    """

    def __init__(self, store: Store, accounts: Accounts, pages: Pages, clock: Clock, public_url: str) -> None:
        self._accounts = accounts
        self._pages = pages
        self._clock = clock
        self._public_url = public_url
        self._key = InstallationKey(store, _KEY_NAME)
        self._tries = RateLimit(WRONG_PER_MINUTE, self._now, even_here=True)
        self.results = Counter(right=0, wrong=0, held=0)

    def router(self) -> APIRouter:
        router = APIRouter(prefix=HOME, include_in_schema=False, route_class=SmallBody)
        router.add_api_route("/sign-in", self._sign_in, methods=["POST"])
        router.add_api_route("/sign-out", self._sign_out, methods=["POST"])
        return router

    async def visit(self, request: Request) -> Visit | None:
        """Who asks; None for somebody who is not signed in, or no longer."""
        cookie = request.cookies.get(COOKIE)
        if not cookie:
            return None
        until, _, rest = cookie.partition(".")
        number, _, _ = rest.partition(".")
        real = await self._visit(f"{until}.{number}")
        if not hmac.compare_digest(cookie.encode(), real.cookie.encode()) or int(until) <= self._now():
            return None
        return real

    def page(
        self, lang: str, status: int = 200, problem: str = "", headers: dict[str, str] | None = None, **values: object
    ) -> Response:
        """The page that asks for the password. `problem` is a name in the catalogues, said with `values`."""
        return self._pages.page(
            "desk_sign_in.html", lang, status, DESK_HEADERS | (headers or {}), problem=problem, values=values
        )

    async def form(self, request: Request) -> dict[str, str]:
        """The fields that a signed-in page sends. Raises Problem when it is not signed in or not a page of ours."""
        visit = await self.visit(request)
        if visit is None:
            raise Problem(401, "signed_out")
        fields = await self._fields(request)
        if not hmac.compare_digest(fields.get(FORM_PROOF, "").encode(), visit.proof.encode()):
            raise Problem(403, "foreign_form")
        return fields

    async def _sign_in(self, request: Request, lang: str = "") -> Response:
        lang = self._pages.language(lang)
        password = (await self._fields(request)).get("password", "")
        address = request.client.host if request.client else ""
        # Each try is taken from the allowance first, so that many at once are not more than one after the other.
        if seconds := math.ceil(self._tries.wait(address)):
            self.results["held"] += 1
            return self.page(lang, 429, "desk.sign_in.held", {"retry-after": str(seconds)}, seconds=seconds)
        if len(password) > LONGEST or not await self._accounts.is_right(password):
            self.results["wrong"] += 1
            _log.warning("a wrong password was tried at the desk")
            return self.page(lang, 401, "desk.sign_in.wrong")
        self._tries.forgive(address)
        self.results["right"] += 1
        return self._let_in(request, lang, await self._new_visit())

    def _let_in(self, request: Request, lang: str, visit: Visit) -> Response:
        answer = RedirectResponse(f"{HOME}?lang={lang}", 303, {"cache-control": "no-store"})
        secure = request.url.scheme == "https" or self._public_url.startswith("https:")
        answer.set_cookie(
            COOKIE, visit.cookie, VISIT_SECONDS, path=HOME, secure=secure, httponly=True, samesite="strict"
        )
        return answer

    async def _sign_out(self, request: Request, lang: str = "") -> Response:
        await self.form(request)
        answer = RedirectResponse(f"{HOME}?lang={self._pages.language(lang)}", 303, {"cache-control": "no-store"})
        answer.delete_cookie(COOKIE, path=HOME)
        return answer

    async def _fields(self, request: Request) -> dict[str, str]:
        if not self._is_ours(request):
            raise Problem(403, "foreign_form")
        try:
            fields = parse_qs((await request.body()).decode(), max_num_fields=20)
        except ValueError:
            raise Problem(400, "not_readable") from None
        return {name: values[0] for name, values in fields.items()}

    def _is_ours(self, request: Request) -> bool:
        """Whether a form comes from a page of this address, as far as the browser says."""
        if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
            return False
        origin = request.headers.get("origin")
        if origin is None or origin == self._public_url:
            return True
        return origin.partition("://")[2] == request.headers.get("host")

    async def _new_visit(self) -> Visit:
        return await self._visit(f"{int(self._now()) + VISIT_SECONDS}.{secrets.token_hex(16)}")

    async def _visit(self, name: str) -> Visit:
        """The one genuine visit of this name. With another password in use, it is another one."""
        key, stamp = await self._key.get(), await self._accounts.stamp()
        cookie, proof = (
            hmac.new(key, f"{use}:{name}:".encode() + stamp, sha256).hexdigest() for use in ("cookie", "form")
        )
        return Visit(f"{name}.{cookie}", proof)

    def _now(self) -> float:
        return self._clock.now_ms() / 1000
