"""What residents wrote and nobody understood, for admins: added to a guide as a way of asking, or dismissed.

Beside it, words that mean the same.
"""

import asyncio
from collections.abc import Callable
from datetime import date

from fastapi import APIRouter, Request, Response
from msgspec import Struct

from api.auth.forms import TextField
from api.auth.sessions import HOME, Form, Inside, Visit, go_to, require
from api.desk.queue import local
from bot.desk.people import People
from bot.desk.phrases import LONGEST_SYNONYM, Asked, Phrase, refused
from bot.desk.unmatched import NotUnderstood
from bot.engine.texts import Words
from bot.model import Missed, Record
from bot.nlu.clustering import grouped
from bot.nlu.intent import Matcher
from bot.nlu.normalise import fold
from bot.ports.store import Clock, Library, Store

PATH = f"{HOME}/unheard"
_FIELDS = {name: TextField(f"unheard.{name}", LONGEST_SYNONYM) for name in ("said", "meant")}
ON_A_PAGE = 20
"""Groups; the next ones come up once something is done with these."""


class Line(Struct, frozen=True):
    """A phrase that somebody added: the guide it asks for or the words it means, who added it, and on which day."""

    row: str
    text: str
    means: str
    by: str
    day: str


class UnheardPage:
    """For admins alone. `matcher` is what understands residents now."""

    def __init__(
        self,
        not_understood: NotUnderstood,
        asked: Asked,
        matcher: Callable[[], Matcher],
        store: Store,
        people: People,
        library: Library,
        words: Words,
        inside: Inside,
        clock: Clock,
    ) -> None:
        self._not_understood = not_understood
        self._asked = asked
        self._matcher = matcher
        self._store = store
        self._people = people
        self._library = library
        self._words = words
        self._inside = inside
        self._clock = clock

    def router(self) -> APIRouter:
        takes = {
            "/add": self._add,
            "/dismiss": self._dismiss,
            "/remove": self._remove,
            "/synonym": self._add_synonym,
        }
        return self._inside.router(PATH, {"": self._page}, takes, typed=_FIELDS)

    async def _page(self, request: Request, visit: Visit, lang: str) -> Response:
        require(visit.person.role == "admin")
        return await self._show(visit, lang, done=request.query_params.get("done", ""))

    async def _show(self, visit: Visit, lang: str, status: int = 200, **said: str) -> Response:
        await self._asked.refresh()
        groups = await asyncio.to_thread(grouped, await self._not_understood.rows())
        titles = self._titles(lang)
        added = sorted(self._asked.phrases.items(), key=lambda one: (-one[1].at, one[0]))
        return self._inside.show(
            "unheard.html",
            visit,
            lang,
            status,
            groups=[(group, _day(date.fromordinal(group.last))) for group in groups[:ON_A_PAGE]],
            more=max(0, len(groups) - ON_A_PAGE),
            guides=sorted(titles.items(), key=lambda one: fold(one[1])),
            added=[self._line(*one, titles.get(one[1].guide, one[1].guide)) for one in added if not one[1].means],
            synonyms=[self._line(*one, one[1].means) for one in added if one[1].means],
            fields=_FIELDS,
            **({"wrong": "", "why": "", "what": "", "said": "", "meant": ""} | said),
        )

    def _line(self, row: str, phrase: Phrase, means: str) -> Line:
        who = self._people.roster.person(phrase.by)
        return Line(row, phrase.text, means, who.name if who else phrase.by, _day(local(phrase.at).date()))

    def _titles(self, lang: str) -> dict[str, str]:
        """What each guide is called, by its id."""
        voice = self._words.voice(lang)
        return {guide.id: voice.render(guide.says(lang).title) for guide in self._library.all()}

    async def _add(self, request: Request, form: Form, lang: str) -> Response:
        """The ticked texts ask for a guide from now on. One that opens another guide already stays in the list."""
        chosen = await self._chosen(form)
        guide = form.text("guide")
        titles = self._titles(lang)
        if guide not in titles:
            return await self._show(form.visit, lang, 422, wrong="guide")
        opens = {row: self._matcher().asked_with(missed.text) for row, missed in chosen.items()}
        clash = next((row for row, other in opens.items() if other not in ("", guide)), None)
        if clash:
            about = f"«{chosen[clash].text}» → {titles.get(opens[clash], opens[clash])}"
            return await self._show(form.visit, lang, 422, wrong="clash", what=about)
        new = [missed.text for row, missed in chosen.items() if not opens[row]]
        if await self._asked.add(guide, new, form.person.id):
            return await self._show(form.visit, lang, 422, wrong="full")
        await self._not_understood.drop(chosen)
        return go_to(PATH, lang, "learnt" if chosen else "")

    async def _dismiss(self, request: Request, form: Form, lang: str) -> Response:
        """Forget the ticked texts."""
        dropped = await self._not_understood.drop(await self._chosen(form))
        if dropped:
            at = self._clock.now_ms() // 1000
            await self._store.record(Record(at, "unheard_dismissed", by=form.person.id, about=str(dropped)))
        return go_to(PATH, lang, "dismissed" if dropped else "")

    async def _remove(self, request: Request, form: Form, lang: str) -> Response:
        """A phrase that was added asks for nothing any more; words that meant the same do no longer."""
        require(form.person.role == "admin")
        gone = await self._asked.remove(form.text("phrase"), form.person.id)
        return go_to(PATH, lang, "parted" if gone and gone.means else "taken_back")

    async def _add_synonym(self, request: Request, form: Form, lang: str) -> Response:
        """What residents say means something else from now on. What was typed stays where that would not do."""
        require(form.person.role == "admin")
        await self._asked.refresh()
        said, meant = (" ".join(form.text(name).split()) for name in ("said", "meant"))
        not_so = await asyncio.to_thread(refused, said, meant, self._matcher())
        why = not_so.why if not_so else await self._asked.add_synonym(said, meant, form.person.id)
        if not why:
            return go_to(PATH, lang, "means")
        what = self._titles(lang).get(not_so.guide, not_so.words) if not_so else ""
        return await self._show(form.visit, lang, 422, why=why, what=what, said=said, meant=meant)

    async def _chosen(self, form: Form) -> dict[str, Missed]:
        """The ticked texts that are still there. Raises Problem for whoever is no admin."""
        require(form.person.role == "admin")
        kept = await self._not_understood.rows()
        return {row: kept[row] for row in form.all("text") if row in kept}


def _day(day: date) -> str:
    return f"{day.day}/{day.month}/{day.year}"
