"""The pictures of steps. An address stands for exactly one picture, so a device fetches it once.

One that is made of a screenshot can be taken back, so nobody keeps it for longer than a day.
"""

from fastapi import APIRouter, Request, Response

from api.chat.chat import spend
from api.errors import Problem
from api.limits import RateLimit
from bot.channels.web import PICTURES, picture_named
from bot.images.source import Drawings
from bot.model.message import media_type_of

DRAWN_PER_MINUTE = 240
"""So many new pictures one address may have drawn: ten guides on paper. What was drawn already is free."""

_FOR_EVER = {"cache-control": "public, max-age=31536000, immutable"}
_FOR_A_DAY = {"cache-control": "public, max-age=86400"}


class StepPictures:
    """The route of the pictures that `drawings` has, or draws."""

    def __init__(self, drawings: Drawings) -> None:
        self._drawings = drawings
        self._drawn = RateLimit(DRAWN_PER_MINUTE)

    def router(self) -> APIRouter:
        router = APIRouter(include_in_schema=False)
        router.add_api_route(f"{PICTURES}{{file:path}}", self._picture, methods=["GET", "HEAD"])
        return router

    async def _picture(self, request: Request, file: str) -> Response:
        name = picture_named(file)
        picture = await self._drawings.kept(name)
        if picture is None:
            spend(self._drawn, request)
            picture = await self._drawings.picture(name)
        if picture is None:
            raise Problem(404, "not_found")
        kind = media_type_of(name)
        return Response(picture, headers=_FOR_EVER if kind == "image/png" else _FOR_A_DAY, media_type=kind)
