"""What a resident sent as a picture or spoken words, for those who may read their request."""

import re

from fastapi import APIRouter, Request, Response

from api.auth.sessions import Inside, Visit, require
from api.desk.request import PATH, code_of
from bot.desk.attachments import Pictures
from bot.desk.people import People
from bot.desk.visibility import readable
from bot.ports.store import Store

_HEADERS = {"cache-control": "no-store", "content-security-policy": "default-src 'none'; sandbox"}
_TYPES = (
    (re.compile(rb"\xff\xd8\xff"), "image/jpeg"),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "image/png"),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), "image/webp"),
    (re.compile(rb"OggS"), "audio/ogg"),
    (re.compile(rb"#!AMR"), "audio/amr"),
    (re.compile(rb"\xff[\xf0\xf1\xf8\xf9]"), "audio/aac"),
)
"""What is shown, by how its content begins: whatever else somebody sent stays where it is."""


class PictureRoute:
    """Given out through us: a browser at the desk never asks the platform."""

    def __init__(self, store: Store, people: People, pictures: Pictures, inside: Inside) -> None:
        self._store = store
        self._people = people
        self._pictures = pictures
        self._inside = inside

    def router(self) -> APIRouter:
        return self._inside.router(PATH, {"/{code}/pictures/{number}": self._picture})

    async def _picture(self, request: Request, visit: Visit, lang: str) -> Response:
        code, number = code_of(request), request.path_params["number"]
        require(bool(re.fullmatch(r"[1-9][0-9]{0,8}", number)))
        found = await self._store.escalation(code)
        require(found is not None and self._people.roster.may_see(visit.person, found))
        assert found is not None  # noqa: S101 (required just now)
        said = readable(self._people.roster, visit.person, found, await self._store.thread(code))
        media = next((each.media for place, each in said if place == int(number)), "")
        content = await self._pictures.fetch(found, media) if media else None
        kind = next((kind for begins, kind in _TYPES if begins.match(content or b"")), None)
        require(kind is not None)
        return Response(content, headers=_HEADERS, media_type=kind)
