"""What all pages of somebody who signed in share: who may enter, and the frame around the page."""

from collections.abc import Awaitable, Callable, Mapping

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute

from api.auth.forms import SEARCH_LENGTH, SECRETS, TextField, length, unsent
from api.auth.signin import DESK_HEADERS, Form, SignIn, Visit
from api.bodies import SmallBody
from api.errors import Problem
from api.render import Pages

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
