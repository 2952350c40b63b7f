"""What was read aloud, for everybody: the recordings, and a page to listen on for chats that cannot play them."""

import re
from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Request, Response

from api.errors import Problem
from api.render import Pages
from bot.ports import Library
from bot.steps import read_aloud
from bot.voice.keeping import VoiceBox
from bot.voice.voices import LISTENING, SOUNDS, sound_address, standing_for
from bot.words import Words

_FOR_A_DAY = {"cache-control": "public, max-age=86400", "accept-ranges": "bytes"}
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
        for form, kind, fetch in (("ogg", "audio/ogg", self._box.opus), ("aac", "audio/aac", self._box.aac)):
            router.add_api_route(f"{SOUNDS}{{name}}.{form}", _sounding(fetch, kind), methods=_READABLE)
        router.add_api_route(f"{LISTENING}{{name}}", self._page, methods=_READABLE)
        return router

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


def _sounding(
    fetch: Callable[[str], Awaitable[bytes | None]], kind: str
) -> Callable[[Request, str], Awaitable[Response]]:
    async def endpoint(request: Request, name: str) -> Response:
        sound = await fetch(name)
        if sound is None:
            raise Problem(404, "not_found")
        return _part_of(sound, request.headers.get("range", ""), kind)

    return endpoint


def _part_of(sound: bytes, wanted: str, kind: str) -> Response:
    """The part that is asked for, else all of it: Safari plays nothing that it cannot ask parts of."""
    asked = _RANGE.fullmatch(wanted)
    if asked is None or not (asked[1] or asked[2]):
        return Response(sound, headers=_FOR_A_DAY, media_type=kind)
    size = len(sound)
    first = int(asked[1]) if asked[1] else max(0, size - int(asked[2]))
    last = min(size - 1, int(asked[2])) if asked[1] and asked[2] else size - 1
    if not first <= last:
        return Response(status_code=416, headers={"content-range": f"bytes */{size}"})
    headers = _FOR_A_DAY | {"content-range": f"bytes {first}-{last}/{size}"}
    return Response(sound[first : last + 1], 206, headers, kind)
