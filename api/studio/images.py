"""The admin's page about the picture of one step: a screenshot is sent, marked, looked at, and published.

The admin's lists of what steps show: all guides, and the steps of one.
"""

from base64 import b64encode
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Literal
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from msgspec import Struct

from api.auth.forms import SEARCH_LENGTH, TextField
from api.auth.sessions import HOME, Form, Inside, Visit, go_to, require
from api.desk.queue import moment
from api.middleware import limited_to
from api.studio.image_form import LONGEST_ALT, LONGEST_APP, Marks, read_marks
from bot.channels.web import picture_address
from bot.content.facts import Topic
from bot.content.guide import LANGUAGES, Guide
from bot.desk.people import People
from bot.engine.texts import Voice, Words
from bot.images.cache import Shelf
from bot.images.gallery import Gallery
from bot.images.redactor import Retoucher
from bot.images.screens import SIZE
from bot.images.screenshot import Area, Place, Retouched, Screenshot, Sent, ToMark
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


LARGEST = 10 * 1024 * 1024
"""Bytes of a form with a picture: a screen's as PNG has up to five million."""

_FIELDS = {"alt": TextField("pictures.alt", LONGEST_ALT), "app": TextField("pictures.app", LONGEST_APP)}


class Editor(Struct, frozen=True):
    """What the form about a new picture holds: the `draft` it goes on from (base64, or nothing), and its fields."""

    alt: str
    draft: str = ""
    tap: tuple[str, ...] = ()
    app: str = ""
    checked: str = ""


class Preview(Struct, frozen=True):
    """What residents would see (base64), and what is sent back to publish exactly that."""

    picture: str
    shown: str
    tap: tuple[str, ...]


class Of(Struct, frozen=True):
    """The step whose page it is, in the language of those who will see the picture."""

    guide: Guide
    step: str
    tongue: str

    @property
    def place(self) -> Place:
        return self.guide.id, self.step, self.tongue

    @property
    def path(self) -> str:
        return f"{PATH}/{self.guide.id}/{quote(self.step, safe='')}/{self.tongue}"

    @property
    def number(self) -> int:
        """Where it stands in the guide's file, from 1."""
        return [*self.guide.steps].index(self.step) + 1


class PicturePage:
    """For admins alone. What they send is kept nowhere until it is published: the page holds it."""

    def __init__(
        self,
        library: Library,
        words: Words,
        people: People,
        gallery: Gallery,
        album: Album,
        shelf: Shelf,
        retoucher: Retoucher,
        inside: Inside,
        clock: Clock,
    ) -> None:
        self._library = library
        self._words = words
        self._people = people
        self._gallery = gallery
        self._album = album
        self._shelf = shelf
        self._retoucher = retoucher
        self._inside = inside
        self._clock = clock

    def router(self) -> APIRouter:
        path = "/{guide}/{step}/{tongue}"
        takes = {path: self._preview, f"{path}/publish": self._publish, f"{path}/drawn": self._take_back}
        return self._inside.router(PATH, {path: self._page}, takes, limited_to(LARGEST, "picture_too_large"), _FIELDS)

    async def _page(self, request: Request, visit: Visit, lang: str) -> Response:
        of = self._of(request, visit)
        await self._album.refresh()
        editor = Editor(self._said(of))
        if "edit" in request.query_params and (shot := self._album.kept.get(of.place)):
            shown = await self._album.pixels(shot.pixels)
            editor = Editor(shot.alt, _base64(shown or b""), _written(shot.tap_area), shot.app, shot.checked)
        return self._show(visit, lang, of, editor, done=request.query_params.get("done", ""))

    async def _preview(self, request: Request, form: Form, lang: str) -> Response:
        of, marks = self._of(request, form.visit), read_marks(form)
        editor = Editor(marks.alt, tap=tuple(marks.tap_typed), app=marks.app, checked=marks.checked)
        if not marks.picture:
            return self._show(form.visit, lang, of, editor, 422, wrong=marks.wrong)
        made = await self._retoucher.retouch(Sent(marks.picture, marks.areas, marks.tap))
        if not isinstance(made, Retouched):
            return self._show(form.visit, lang, of, editor, 422, wrong=made)
        editor = Editor(marks.alt, _base64(made.whole), tuple(marks.tap_typed), marks.app, marks.checked)
        if marks.wrong:
            return self._show(form.visit, lang, of, editor, 422, wrong=marks.wrong)
        picture = await self._shelf.sketched(ToMark(made.shown, made.tap, of.number))
        if picture is None:
            return self._show(form.visit, lang, of, editor, 503, wrong="undrawn")
        return self._show(
            form.visit,
            lang,
            of,
            editor,
            preview=Preview(_base64(picture), _base64(made.shown), _written(made.tap_area)),
        )

    async def _publish(self, request: Request, form: Form, lang: str) -> Response:
        of, marks = self._of(request, form.visit), read_marks(form)
        editor = Editor(marks.alt, app=marks.app, checked=marks.checked)
        made = await self._retoucher.retouch(Sent(marks.picture, marks.areas, marks.tap))
        if marks.wrong or not isinstance(made, Retouched):
            wrong = marks.wrong or (made if isinstance(made, str) else "")
            return self._show(form.visit, lang, of, editor, 422, wrong=wrong)
        shot = self._shot(of, form, marks, made)
        if full := await self._album.publish(of.place, shot, made.shown):
            return self._show(form.visit, lang, of, editor, 422, wrong=full)
        return go_to(of.path, lang, "published")

    def _shot(self, of: Of, form: Form, marks: Marks, made: Retouched) -> Screenshot:
        return Screenshot(
            pixels="",
            alt=marks.alt,
            by=form.person.id,
            at=self._now(),
            words=words_of(of.guide, of.step, of.tongue),
            tap=made.tap,
            tap_area=made.tap_area,
            app=marks.app,
            checked=marks.checked,
        )

    async def _take_back(self, request: Request, form: Form, lang: str) -> Response:
        of = self._of(request, form.visit)
        await self._album.refresh()
        if of.place in self._album.kept:
            await self._album.take_back(of.place, form.person.id, self._now())
        return go_to(of.path, lang, "taken_back")

    def _show(
        self,
        visit: Visit,
        lang: str,
        of: Of,
        editor: Editor,
        status: int = 200,
        *,
        wrong: str = "",
        done: str = "",
        preview: Preview | None = None,
    ) -> Response:
        shot = self._album.kept.get(of.place)
        drawn = self._gallery.of(of.guide, of.step, of.number, of.tongue, self._said(of))
        by = self._people.roster.person(shot.by) if shot else None
        voice = self._words.voice(of.tongue)
        return self._inside.show(
            "step_picture.html",
            visit,
            lang,
            status,
            of=of,
            title=self._words.voice(lang).render(of.guide.says(lang).title),
            text=voice.render(of.guide.says(of.tongue).steps[of.step].whole),
            tongues=LANGUAGES,
            kind=kind_of(self._gallery, of.guide, of.step, of.tongue),
            shot=shot,
            by=by.name if by else (shot.by if shot else ""),
            at=moment(shot.at, self._now()) if shot else "",
            looked_at=_day(shot.checked) if shot else "",
            changed=shot is not None and shot.words != words_of(of.guide, of.step, of.tongue),
            picture=drawn,
            address=picture_address(drawn.name) if drawn else "",
            size=SIZE,
            editor=editor,
            preview=preview,
            wrong=wrong,
            fields=_FIELDS,
            done=done,
        )

    def _said(self, of: Of) -> str:
        """How the guide itself says what its drawn picture shows."""
        return self._words.voice(of.tongue).render(of.guide.says(of.tongue).steps[of.step].alt)

    def _of(self, request: Request, visit: Visit) -> Of:
        """The step whose page it is. Raises Problem where there is none, and for who is no admin."""
        guide = self._library.current(request.path_params["guide"])
        step, tongue = request.path_params["step"], request.path_params["tongue"]
        require(visit.person.role == "admin" and tongue in LANGUAGES and guide is not None and step in guide.steps)
        assert guide is not None  # noqa: S101 (required just now)
        return Of(guide, step, tongue)

    def _now(self) -> int:
        return self._clock.now_ms() // 1000


def _base64(content: bytes) -> str:
    return b64encode(content).decode()


def _written(area: Area | None) -> tuple[str, ...]:
    """As its four fields hold it."""
    return tuple(f"{part:.4f}" for part in area) if area else ()


def _day(checked: str) -> str:
    return f"{date.fromisoformat(checked):%-d/%-m/%Y}" if checked else ""
