"""Closing several requests at once: the page that asks whether they shall be closed, and the one that says what was."""

import secrets
from collections.abc import Mapping, Sequence
from typing import get_args

from fastapi import APIRouter, Request, Response

from api.auth.inside import Inside
from api.auth.signin import HOME, Form
from api.desk.desk import Desk
from api.errors import Problem
from bot.desk.dismissal import MOST, Dismissals, Sorted, read_picks, write_pick
from bot.desk.people import People
from bot.engine.texts import Words
from bot.model import Reason

PATH = f"{HOME}/dismiss"


class DismissPages:
    """For leads and admins. What was chosen comes from the desk's first page."""

    def __init__(self, dismissals: Dismissals, people: People, words: Words, desk: Desk, inside: Inside) -> None:
        self._dismissals = dismissals
        self._people = people
        self._words = words
        self._desk = desk
        self._inside = inside

    def router(self) -> APIRouter:
        return self._inside.router(PATH, {}, {"": self._ask, "/sure": self._dismiss})

    async def _ask(self, request: Request, form: Form, lang: str) -> Response:
        """Nothing is closed yet."""
        picks, reason, wrong = self._chosen(form)
        if wrong or reason is None:
            return await self._again(form, lang, request.query_params, picks, wrong)
        return self._show(form, lang, await self._dismissals.look(picks, form.person), reason)

    async def _dismiss(self, request: Request, form: Form, lang: str) -> Response:
        picks, reason, wrong = self._chosen(form)
        if wrong or reason is None:
            return await self._again(form, lang, request.query_params, picks, wrong)
        came = await self._dismissals.dismiss(picks, reason, form.person, form.id)
        return self._show(form, lang, came, reason, over=True)

    def _chosen(self, form: Form) -> tuple[Mapping[str, int], Reason | None, str]:
        """What was chosen, why, and what is wrong with that. Raises Problem for whoever leads nobody."""
        if form.person.role == "volunteer":
            raise Problem(403, "leads_only")
        picks = read_picks(form.all("pick"))
        reason = next((each for each in get_args(Reason) if each == form.text("reason")), None)
        if not picks:
            return picks, reason, "nothing"
        if len(picks) > MOST:
            return picks, reason, "many"
        return picks, reason, "" if reason else "reason"

    async def _again(
        self, form: Form, lang: str, query: Mapping[str, str], picks: Mapping[str, int], wrong: str
    ) -> Response:
        """The page on which they choose, with what they chose."""
        problem = self._words.voice(lang).say(f"desk.dismiss.wrong.{wrong}", most=MOST)
        there = {name: query.get(name, "") for name in ("team", "page")}
        there |= {"choose": "some", "reason": form.text("reason")}
        return await self._desk.show(form.visit, lang, there, 422, problem=problem, picked=picks)

    def _show(self, form: Form, lang: str, what: Sorted, reason: Reason, *, over: bool = False) -> Response:
        return self._inside.show(
            "desk_dismiss.html",
            form.visit,
            lang,
            id=secrets.token_hex(8),
            what=what,
            left=self._left(what, lang),
            picks=[write_pick(each) for each in what.requests],
            reason=reason,
            over=over,
        )

    def _left(self, what: Sorted, lang: str) -> Sequence[tuple[str, str]]:
        """Each code that is left as it is, and why."""
        voice, roster = self._words.voice(lang), self._people.roster
        said = []
        for each in what.left:
            holder = roster.person(each.holder)
            name = holder.name if holder else each.holder
            said.append((each.code, voice.say(f"desk.dismiss.left.{each.why}", name=name)))
        return said
