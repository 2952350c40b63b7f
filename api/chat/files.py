"""A route of the web chat that takes a file: a picture, or spoken words."""

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter, Response

from api.bodies import limited_to
from api.chat.chat import ERROR_DOC, ERROR_DOCS, Answer


def file_router(
    what: str, send: Callable[..., Awaitable[Response]], kind: str, most: int, statuses: tuple[int, ...], summary: str
) -> APIRouter:
    """`PUT /api/chat/{token}/{what}s/{id}` for files of this media type, up to so many bytes (else WHAT_too_large).

    `statuses` are those it answers with besides the usual ones.
    """
    docs: dict[int | str, dict[str, Any]] = dict.fromkeys(statuses, ERROR_DOC)
    route = limited_to(most, f"{what}_too_large")
    router = APIRouter(prefix="/api/chat", route_class=route, responses=ERROR_DOCS | docs, tags=["chat"])
    body = {"required": True, "content": {kind: {"schema": {"type": "string", "format": "binary"}}}}
    router.add_api_route(
        f"/{{token}}/{what}s/{{id}}",
        send,
        methods=["PUT"],
        response_model=Answer,
        openapi_extra={"requestBody": body},
        summary=summary,
    )
    return router
