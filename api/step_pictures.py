"""The pictures of steps. An address stands for exactly one picture, so a device fetches it once."""

from fastapi import APIRouter, Request, Response

from api.chat import spend
from api.errors import Problem
from api.limits import RateLimit
from bot.channels.web import PICTURES
from bot.pictures.drawings import Drawings

DRAWN_PER_MINUTE = 240
"""So many new pictures one address may have drawn: ten guides on paper. What was drawn already is free."""

_FOR_EVER = {"cache-control": "public, max-age=31536000, immutable"}


class StepPictures:
    """The route of the pictures that `drawings` has, or draws."""

    def __init__(self, drawings: Drawings) -> None:
        self._drawings = drawings
        self._drawn = RateLimit(DRAWN_PER_MINUTE)

    def router(self) -> APIRouter:
        router = APIRouter(include_in_schema=False)
        router.add_api_route(f"{PICTURES}{{name:path}}.png", self._picture, methods=["GET", "HEAD"])
        return router

    async def _picture(self, request: Request, name: str) -> Response:
        picture = await self._drawings.kept(name)
        if picture is None:
            spend(self._drawn, request)
            picture = await self._drawings.png(name)
        if picture is None:
            raise Problem(404, "not_found")
        return Response(picture, headers=_FOR_EVER, media_type="image/png")
