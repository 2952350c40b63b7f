"""One shape for everything that goes wrong: `{"error":{"code","message","field"}}`, or a page for people."""

import logging
from collections.abc import Mapping
from http import HTTPStatus

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from api.templating import Pages
from bot.engine.texts import Words
from bot.errors import StoreDown, StoreFull

RETRY_AFTER = {"retry-after": "2"}
JSON = "application/json"

_CODES = {400: "not_readable", 404: "not_found", 405: "method_not_allowed", 413: "too_large"}
_FIELD_CODES = {"missing": "missing", "string_too_long": "too_long", "string_too_short": "missing"}
_PROGRAM_PATHS = ("/api/", "/webhooks/")
_DESK_PATH = "/desk"
_PEOPLE_PATHS = ("/g/", "/sheets/", "/b/", _DESK_PATH)
"""For people alone: browsers inside chat apps do not always say that they want a page."""

_log = logging.getLogger("toso.api")


class Error(BaseModel):
    """What went wrong: a stable `code`, a sentence for people, and the field at fault where there is one."""

    code: str
    message: str
    field: str | None


class ErrorBody(BaseModel):
    """The body of every answer that is not a success."""

    error: Error


class Problem(HTTPException):
    """A request we refuse. `code` names the sentence `web.error.<code>` of the catalogues."""

    def __init__(
        self, status: int, code: str, field: str | None = None, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(status, code, dict(headers or {}))
        self.code = code
        self.field = field


class Errors:
    """Answers every failure of the app, in the words of the catalogues."""

    def __init__(self, words: Words, pages: Pages) -> None:
        self._words = words
        self._pages = pages

    def install(self, app: FastAPI) -> None:
        app.add_exception_handler(HTTPException, self._on_http)
        app.add_exception_handler(RequestValidationError, self._on_validation)
        app.add_exception_handler(StoreDown, self._on_store_down)
        app.add_exception_handler(ClientDisconnect, self._on_gone)
        app.add_exception_handler(Exception, self._on_anything)

    def body(self, code: str, field: str | None = None, lang: str = "vi") -> bytes:
        """The JSON body for an error."""
        message = self._words.voice(lang).say(f"web.error.{code}")
        return ErrorBody(error=Error(code=code, message=message, field=field)).model_dump_json().encode()

    def answer(self, request: Request, problem: Problem) -> Response:
        lang = self._pages.language(request.query_params.get("lang", ""))
        if _is_a_person(request):
            message, inside = f"web.error.{problem.code}", request.url.path.startswith(_DESK_PATH)
            unsent = getattr(request.state, "unsent", ())
            return self._pages.error(lang, problem.status_code, message, problem.headers, inside=inside, unsent=unsent)
        body = self.body(problem.code, problem.field, lang)
        headers = {"cache-control": "no-store", **(problem.headers or {})}
        return Response(body, problem.status_code, headers, JSON)

    async def refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as where the store is away: an ASGI app."""
        answer = await self._on_store_down(Request(scope), StoreDown("This worker waits for the store."))
        await answer(scope, receive, send)

    async def _on_http(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101 (the handler is registered for this class)
        if isinstance(error, Problem):
            return self.answer(request, error)
        code = _CODES.get(error.status_code, "refused")
        return self.answer(request, Problem(error.status_code, code, headers=error.headers))

    async def _on_validation(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)  # noqa: S101
        first = error.errors()[0]
        if first["type"] == "json_invalid":
            return self.answer(request, Problem(HTTPStatus.BAD_REQUEST, "not_readable"))
        field = first["loc"][-1] if len(first["loc"]) > 1 else None
        code = _FIELD_CODES.get(first["type"], "invalid")
        return self.answer(request, Problem(HTTPStatus.UNPROCESSABLE_ENTITY, code, str(field) if field else None))

    async def _on_store_down(self, request: Request, error: Exception) -> Response:
        _log.warning("store down: %s", error)
        inside = request.url.path.startswith(_DESK_PATH)
        code = "store_full" if inside and isinstance(error, StoreFull) else "store_down"
        return self.answer(request, Problem(HTTPStatus.SERVICE_UNAVAILABLE, code, headers=RETRY_AFTER))

    async def _on_gone(self, request: Request, error: Exception) -> Response:
        """Whoever went away, or was sent away, before their request was whole: nobody is at fault here."""
        return self.answer(request, Problem(HTTPStatus.BAD_REQUEST, "not_readable"))

    async def _on_anything(self, request: Request, error: Exception) -> Response:
        return self.answer(request, Problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal"))


def _is_a_person(request: Request) -> bool:
    accept = request.headers.get("accept", "")
    path = request.url.path
    if path.startswith(_PEOPLE_PATHS):
        return "json" not in accept
    return "text/html" in accept and not path.startswith(_PROGRAM_PATHS)
