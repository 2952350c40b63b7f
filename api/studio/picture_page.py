"""The admin's page about the picture of one step: a screenshot is sent, marked, looked at, and published."""

from base64 import b64encode
from datetime import date
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from msgspec import Struct

from api.auth.forms import TextField
from api.auth.inside import Inside, require
from api.auth.signin import Form, Visit, go_to
from api.bodies import limited_to
from api.desk.times import moment
from api.studio.picture_lists import PATH, kind_of
from api.studio.picture_marks import LONGEST_ALT, LONGEST_APP, Marks, read_marks
from bot.channels.web import picture_address
from bot.content.guide import LANGUAGES, Guide
from bot.desk.people import People
from bot.engine.texts import Words
from bot.images.cache import Shelf
from bot.images.gallery import Gallery
from bot.images.redactor import Retoucher
from bot.images.screens import SIZE
from bot.images.screenshot import Area, Place, Retouched, Screenshot, Sent, ToMark
from bot.images.screenshots import Album, words_of
from bot.ports.store import Clock, Library

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
