"""The form for who helped somebody without opening the bot: it is counted, without a name."""

import secrets

from fastapi import APIRouter, Request, Response

from api.auth.sessions import HOME, Form, Inside, Visit, go_to
from bot.engine.texts import Words
from bot.model import BANDS, HELPED_BESIDE, OUTCOMES, Beside, Record, band_named, outcome_named
from bot.ports.store import Clock, Library, Store

PATH = f"{HOME}/beside"
OTHER = "-"
"""Stands for a kind of help that no guide is about."""

_TABLE = "beside"
"""The forms of the last hour, so that one that is sent twice counts once."""
_REMEMBERED_SECONDS = 3600


class BesidePage:
    """For everybody who signed in."""

    def __init__(self, store: Store, words: Words, library: Library, inside: Inside, clock: Clock) -> None:
        self._store = store
        self._words = words
        self._library = library
        self._inside = inside
        self._clock = clock

    def router(self) -> APIRouter:
        return self._inside.router(PATH, {"": self._page}, {"": self._count})

    async def _page(self, request: Request, visit: Visit, lang: str) -> Response:
        return self._show(visit, lang, counted=request.query_params.get("done", "") == "counted")

    def _show(self, visit: Visit, lang: str, status: int = 200, form: Form | None = None, **values: bool) -> Response:
        voice = self._words.voice(lang)
        return self._inside.show(
            "beside.html",
            visit,
            lang,
            status,
            guides={guide.id: voice.render(guide.says(lang).title) for guide in self._library.all()},
            other=OTHER,
            bands=BANDS,
            outcomes=OUTCOMES,
            typed={name: form.text(name) if form else "" for name in ("guide", "band", "outcome")},
            id=form.id if form else secrets.token_hex(8),
            **({"counted": False, "missing": False} | values),
        )

    async def _count(self, request: Request, form: Form, lang: str) -> Response:
        guide = next((guide.id for guide in self._library.all() if guide.id == form.text("guide")), "")
        band, outcome = band_named(form.text("band")), outcome_named(form.text("outcome"))
        if not (guide or form.text("guide") == OTHER) or not band or not outcome:
            return self._show(form.visit, lang, 422, form, missing=True)
        team = form.person.teams[0] if form.person.teams else ""
        about = Beside(guide, band, outcome, team, "web").about
        await self._keep(
            f"{form.person.id}:{form.id}", Record(self._now(), HELPED_BESIDE, by=form.person.id, about=about)
        )
        return go_to(PATH, lang, "counted")

    async def _keep(self, form: str, record: Record) -> None:
        """Record it, unless this very form was sent before."""
        for other, at in (await self._store.rows(_TABLE))[1].items():
            if int(at) + _REMEMBERED_SECONDS < self._now():
                await self._store.put(_TABLE, other, at, None)
        await self._store.put(_TABLE, form, None, b"%d" % self._now(), record)

    def _now(self) -> int:
        return self._clock.now_ms() // 1000
