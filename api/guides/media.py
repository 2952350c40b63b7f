"""What was read aloud, for everybody: the recordings, and a page to listen on for chats that cannot play them.

The pictures of steps. An address stands for exactly one picture, so a device fetches it once.

One that is made of a screenshot can be taken back, so nobody keeps it for longer than a day.
"""

import re
from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Request, Response

from api.chat.routes import spend
from api.errors import Problem
from api.rate_limit import RateLimit
from api.templating import Pages
from bot.audio.recording_repository import VoiceBox
from bot.audio.recordings import LISTENING, SOUNDS, sound_address, standing_for
from bot.channels.web import PICTURES, picture_named
from bot.engine.steps import read_aloud
from bot.engine.texts import Words
from bot.images.source import Drawings
from bot.model.message import media_type_of
from bot.ports.store import Library

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


FORMS = {"ogg": "audio/ogg", "aac": "audio/aac"}
"""The kinds of a recording, by how its address ends."""
_VOICE_FOR_A_DAY = {"cache-control": "public, max-age=86400", "accept-ranges": "bytes"}
_RANGE = re.compile(r"bytes=(\d{0,12})-(\d{0,12})")
_READABLE = ["GET", "HEAD"]


class VoiceRoutes:
    """An address stands for exactly one recording. It can be taken back, so nobody keeps it for longer than a day."""

    def __init__(self, box: VoiceBox, library: Library, words: Words, pages: Pages) -> None:
        self._box = box
        self._library = library
        self._words = words
        self._pages = pages

    def router(self) -> APIRouter:
        router = APIRouter(include_in_schema=False)
        for form in FORMS:
            router.add_api_route(f"{SOUNDS}{{name}}.{form}", self._sounding(form), methods=_READABLE)
        router.add_api_route(f"{LISTENING}{{name}}", self._page, methods=_READABLE)
        return router

    def _sounding(self, form: str) -> Callable[[Request, str], Awaitable[Response]]:
        async def endpoint(request: Request, name: str) -> Response:
            if not self._box.voices.place(name):
                await self._box.refresh()  # another worker may have let it out a moment ago
            if not self._box.voices.place(name):
                raise Problem(404, "not_found")
            return await sounding(self._box, name, form, request)

        return endpoint

    async def _page(self, name: str) -> Response:
        """The recording with the words it says; they are not there any more where the step says something else."""
        guide_id, _, rest = self._box.voices.place(name).partition("/")
        step, _, lang = rest.rpartition("/")
        guide, note = self._library.current(guide_id), self._box.voices.kept(guide_id, step, lang)
        if guide is None or note is None or step not in guide.steps:
            raise Problem(404, "not_found")
        said = read_aloud(self._words, guide, step, lang)
        if note.words != standing_for(said):
            raise Problem(404, "not_found")
        title = self._words.voice(lang).render(guide.says(lang).title)
        sounds = {"audio/ogg": sound_address(name), "audio/aac": sound_address(name, "aac")}
        return self._pages.page("listen.html", lang, guide=guide, title=title, said=said.splitlines(), sounds=sounds)


async def sounding(box: VoiceBox, name: str, form: str, request: Request, *, for_a_day: bool = True) -> Response:
    """A recording in one of `FORMS`, or the part of it that is asked for: Safari plays nothing that has no parts."""
    sound = await (box.opus(name) if form == "ogg" else box.aac(name))
    if sound is None:
        raise Problem(404, "not_found")
    answer = _part_of(sound, request.headers.get("range", ""), FORMS[form])
    if not for_a_day:
        answer.headers["cache-control"] = "no-store"
    return answer


def _part_of(sound: bytes, wanted: str, kind: str) -> Response:
    asked = _RANGE.fullmatch(wanted)
    if asked is None or not (asked[1] or asked[2]):
        return Response(sound, headers=_VOICE_FOR_A_DAY, media_type=kind)
    size = len(sound)
    first = int(asked[1]) if asked[1] else max(0, size - int(asked[2]))
    last = min(size - 1, int(asked[2])) if asked[1] and asked[2] else size - 1
    if not first <= last:
        return Response(status_code=416, headers={"content-range": f"bytes */{size}"})
    headers = _VOICE_FOR_A_DAY | {"content-range": f"bytes {first}-{last}/{size}"}
    return Response(sound[first : last + 1], 206, headers, kind)
