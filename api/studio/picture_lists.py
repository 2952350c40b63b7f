"""The admin's lists of what steps show: all guides, and the steps of one."""

from collections.abc import Iterator, Sequence
from typing import Literal

from fastapi import APIRouter, Request, Response
from msgspec import Struct

from api.auth.forms import SEARCH_LENGTH
from api.auth.inside import Inside, require
from api.auth.signin import HOME, Form, Visit, go_to
from bot.channels.web import picture_address
from bot.content.facts import Topic
from bot.content.guide import LANGUAGES, Guide
from bot.engine.texts import Voice, Words
from bot.images.gallery import Gallery
from bot.images.screens import SIZE
from bot.images.screenshot import Place
from bot.images.screenshots import Album, words_of
from bot.model import Drawn
from bot.nlu.normalise import fold
from bot.ports.store import Clock, Library

PATH = f"{HOME}/pictures"
Kind = Literal["real", "shared", "drawn", "none"]
"""What readers of a language see at a step: a screenshot of their own, the Vietnamese one, a drawn picture, nothing."""
_SHOWN = ("real", "drawn", "none", "changed")


class GuideLine(Struct, frozen=True):
    """A guide and how many of its steps show what to readers of Vietnamese; `changed` ones say something else now."""

    id: str
    title: str
    topic: str
    about: str
    real: int
    drawn: int
    none: int
    changed: int


class StepLine(Struct, frozen=True):
    """A step, and for each language what it shows and whether it says something else now."""

    id: str
    number: int
    text: str
    picture: Drawn | None
    address: str
    tongues: Sequence[tuple[str, Kind, bool]]


class PictureLists:
    """For admins alone."""

    def __init__(
        self,
        library: Library,
        words: Words,
        topics: Sequence[Topic],
        gallery: Gallery,
        album: Album,
        inside: Inside,
        clock: Clock,
    ) -> None:
        self._library = library
        self._words = words
        self._topics = topics
        self._gallery = gallery
        self._album = album
        self._inside = inside
        self._clock = clock

    def router(self) -> APIRouter:
        return self._inside.router(PATH, {"": self._guides, "/{guide}": self._guide}, {"": self._drop_left})

    async def _guides(self, request: Request, visit: Visit, lang: str) -> Response:
        require(visit.person.role == "admin")
        await self._album.refresh()
        query, topic, shown = (request.query_params.get(name, "")[:SEARCH_LENGTH] for name in ("q", "topic", "show"))
        voice = self._words.voice(lang)
        lines = [self._line(guide, voice, lang) for guide in self._library.all()]
        found = [
            line
            for line in lines
            if fold(query) in line.about
            and topic in ("", line.topic)
            and (shown not in _SHOWN or getattr(line, shown) > 0)
        ]
        used = {line.topic for line in lines}
        return self._inside.show(
            "pictures.html",
            visit,
            lang,
            guides=sorted(found, key=lambda line: (not line.changed, fold(line.title))),
            topics={topic.id: topic.title(lang) for topic in self._topics if topic.id in used},
            kinds=_SHOWN,
            asked={"q": query, "topic": topic, "show": shown},
            left=sorted(self._left()),
        )

    def _line(self, guide: Guide, voice: Voice, lang: str) -> GuideLine:
        kinds = [kind_of(self._gallery, guide, step, LANGUAGES[0]) for step in guide.steps]
        apps = {step.picture.app for step in guide.steps.values() if step.picture}
        changed = sum(self._changed((guide.id, step, tongue)) for step in guide.steps for tongue in LANGUAGES)
        title = voice.render(guide.says(lang).title)
        about = fold(f"{title} {guide.id} {' '.join(apps)}")
        return GuideLine(
            guide.id, title, guide.topic, about, kinds.count("real"), kinds.count("drawn"), kinds.count("none"), changed
        )

    def _changed(self, place: Place) -> bool:
        """Whether the step says something else than when its screenshot was published."""
        guide, shot = self._library.current(place[0]), self._album.kept.get(place)
        return guide is not None and shot is not None and shot.words != words_of(guide, *place[1:])

    async def _drop_left(self, request: Request, form: Form, lang: str) -> Response:
        """Forget the screenshots of steps that are not there any more."""
        require(form.person.role == "admin")
        await self._album.refresh()
        for place in list(self._left()):
            await self._album.take_back(place, form.person.id, self._clock.now_ms() // 1000)
        return go_to(PATH, lang)

    def _left(self) -> Iterator[Place]:
        """Screenshots of steps that are not there any more."""
        for place in self._album.kept:
            guide = self._library.current(place[0])
            if guide is None or place[1] not in guide.steps:
                yield place

    async def _guide(self, request: Request, visit: Visit, lang: str) -> Response:
        require(visit.person.role == "admin")
        guide = self._library.current(request.path_params["guide"])
        require(guide is not None)
        assert guide is not None  # noqa: S101 (required just now)
        await self._album.refresh()
        voice = self._words.voice(lang)
        return self._inside.show(
            "guide_pictures.html",
            visit,
            lang,
            guide=guide,
            title=voice.render(guide.says(lang).title),
            steps=[self._step(guide, step, number, voice, lang) for number, step in enumerate(guide.steps, start=1)],
            size=SIZE,
        )

    def _step(self, guide: Guide, step: str, number: int, voice: Voice, lang: str) -> StepLine:
        words = guide.says(lang).steps[step]
        drawn = self._gallery.of(guide, step, number, lang, voice.render(words.alt))
        tongues = [
            (tongue, kind_of(self._gallery, guide, step, tongue), self._changed((guide.id, step, tongue)))
            for tongue in LANGUAGES
        ]
        address = picture_address(drawn.name) if drawn else ""
        return StepLine(step, number, voice.render(words.whole), drawn, address, tongues)


def kind_of(gallery: Gallery, guide: Guide, step: str, tongue: str) -> Kind:
    """What readers of this language see at a step."""
    if (guide.id, step, tongue) in gallery.screenshots:
        return "real"
    if gallery.screenshot(guide.id, step, tongue):
        return "shared"
    return "drawn" if guide.steps[step].picture else "none"
