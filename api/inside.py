"""What all pages of somebody who signed in share: who may enter, and the frame around the page."""

from collections.abc import Awaitable, Callable

from fastapi import Request, Response

from api.errors import Problem
from api.render import Pages
from api.signin import DESK_HEADERS, Form, SignIn, Visit

READABLE = ["GET", "HEAD"]
Endpoint = Callable[[Request], Awaitable[Response]]


class Inside:
    """Makes endpoints of handlers that are given who asks, and in which language."""

    def __init__(self, signin: SignIn, pages: Pages) -> None:
        self._signin = signin
        self._pages = pages

    def page(self, handler: Callable[[Request, Visit, str], Awaitable[Response]]) -> Endpoint:
        """An endpoint that shows something; who is not signed in gets the sign-in page."""

        async def endpoint(request: Request) -> Response:
            lang = self._language(request)
            visit = await self._signin.visit(request)
            return await handler(request, visit, lang) if visit else self._signin.page(lang)

        return endpoint

    def form(self, handler: Callable[[Request, Form, str], Awaitable[Response]]) -> Endpoint:
        """An endpoint that takes a form of a page of ours; everything else is refused."""

        async def endpoint(request: Request) -> Response:
            return await handler(request, await self._signin.form(request), self._language(request))

        return endpoint

    def show(self, template: str, visit: Visit, lang: str, status: int = 200, **values: object) -> Response:
        """A page in the frame that all of them have."""
        return self._pages.page(template, lang, status, DESK_HEADERS, proof=visit.proof, person=visit.person, **values)

    def _language(self, request: Request) -> str:
        return self._pages.language(request.query_params.get("lang", ""))


def require(allowed: bool) -> None:
    """Raises Problem unless it is allowed: what is not theirs does not exist for them."""
    if not allowed:
        raise Problem(404, "not_found")
