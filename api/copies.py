"""Copies of pictures that people sent, for the platform that fetches them from us to show them to who helps."""

from fastapi import APIRouter, Response

from api.errors import Problem
from bot.channels.images import media_type
from bot.channels.zalo_bot.channel import COPIES, kept_as
from bot.ports.store import Store

_HEADERS = {"cache-control": "no-store", "x-robots-tag": "noindex"}


class CopyRoute:
    """Whoever has the address of a copy may fetch it, as long as it is there."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def router(self) -> APIRouter:
        router = APIRouter(include_in_schema=False)
        router.add_api_route(f"{COPIES}{{name}}", self._copy, methods=["GET", "HEAD"])
        return router

    async def _copy(self, name: str) -> Response:
        content = await self._store.aside(kept_as(name))
        if content is None:
            raise Problem(404, "not_found")
        return Response(content, headers=_HEADERS, media_type=media_type(content))
