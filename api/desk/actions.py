"""What is done with a request from its page: forms that need no script, and have one effect however often sent."""

from collections.abc import Awaitable, Callable
from hashlib import blake2b
from typing import get_args

from fastapi import APIRouter, Request, Response

from api.auth.sessions import HOME, Form, Inside, go_to, require
from api.desk.queue import Desk, local
from api.desk.request import FIELDS, PATH, UNKNOWN, RequestPage, code_of
from bot.desk.open_requests import OpenRequests
from bot.desk.people import People
from bot.desk.phrases import suggest
from bot.engine.texts import Words
from bot.flows.volunteer.transfer import call_of
from bot.model import Act, Deed, Verdict
from bot.nlu.masking import covers
from bot.ports.store import Clock, Delivery, Store

_ELSEWHERE: frozenset[Act] = frozenset({"leave", "dismiss"})
"""What has no form on the page of a request: done where somebody's chat is gone, and with several requests at once."""

_ACTS: frozenset[Act] = frozenset(get_args(Act)) - _ELSEWHERE
_KEPT = ("note", "transfer", "suggest")
_BACK_TO_QUEUE = ("decline", "release", "transfer")
_STATUS = {"taken": 409, "closed": 409, "not_yours": 409, "not_allowed": 403}


class Deeds:
    """Takes the forms. `do` does a deed; what somebody may not know of does not exist for them."""

    def __init__(
        self,
        store: Store,
        do: Callable[[str, Deed], Awaitable[Verdict]],
        requests: OpenRequests,
        people: People,
        words: Words,
        desk: Desk,
        page: RequestPage,
        inside: Inside,
        clock: Clock,
    ) -> None:
        self._store = store
        self._do = do
        self._requests = requests
        self._people = people
        self._words = words
        self._desk = desk
        self._page = page
        self._inside = inside
        self._clock = clock

    def router(self) -> APIRouter:
        forms = {"/{code}/suggest": self._suggest, "/{code}/again": self._again, "/{code}/{act}": self._act}
        return self._inside.router(PATH, {}, forms, typed=FIELDS)

    async def _act(self, request: Request, form: Form, lang: str) -> Response:
        code, person, roster = code_of(request), form.person, self._people.roster
        act = next((act for act in _ACTS if act == request.path_params["act"]), None)
        require(act is not None)
        assert act is not None  # noqa: S101 (required just now)
        deed = Deed(act, code, person.id, text=form.text("text"), to=form.text("to"))
        verdict = await self._do(f"{person.id}:{form.id}:{act}:{_words_of(deed)}", deed)
        known = verdict.request
        done = verdict.name == "done"
        require(known is not None and (done or roster.may_know(person, known)), UNKNOWN)
        if done:
            back = act in _BACK_TO_QUEUE
            said = _covered(self._said(deed), deed.text)
            to = deed.to.removeprefix("team:") if said == "transfer_closed" else ""
            return go_to(HOME if back else f"{PATH}/{code}", lang, said, to)
        return await self._refused(request, form, lang, verdict, code, act)

    def _said(self, deed: Deed) -> str:
        """What is said once it is done: also whether who gets the request hears of it. Of nobody else anything is."""
        if deed.act not in ("assign", "transfer") or deed.to == deed.by:
            return deed.act
        now = local(self._clock.now_ms() // 1000)
        hears = self._people.roster.hears_at(call_of(deed.to), now)
        if hears is None:
            return f"{deed.act}_untold"
        return deed.act if hears == now else f"{deed.act}_closed"

    async def _refused(
        self, request: Request, form: Form, lang: str, verdict: Verdict, code: str, act: Act
    ) -> Response:
        assert verdict.request is not None  # noqa: S101 (looked at before)
        problem, status = self._why(verdict, lang, act), _STATUS.get(verdict.name, 422)
        if self._people.roster.may_see(form.person, verdict.request):
            return await self._page.show(form.visit, lang, code, status, problem=problem, typed=form.text("text"))
        await self._requests.refresh()
        return await self._desk.show(form.visit, lang, {}, status, problem=problem, unsent=request.state.unsent)

    def _why(self, verdict: Verdict, lang: str, act: Act) -> str:
        """The verdict in words."""
        assert verdict.request is not None  # noqa: S101 (looked at before)
        person = self._people.roster.person(verdict.about)
        said = {"code": verdict.request.code, "name": person.name if person else ""}
        match verdict.name, verdict.about:
            case "held_back", kind:
                name = f"desk.held_back.{kind}"
            case "not_allowed", ("own" | "failed") as kind:
                name = f"desk.verdict.{kind}"
            case "empty", _ if act == "step":
                name = "desk.verdict.no_step"
            case other, _:
                name = f"desk.verdict.{other}"
        return self._words.voice(lang).say(name, **said)

    async def _again(self, request: Request, form: Form, lang: str) -> Response:
        """Have a message that did not arrive sent again; the same form twice sends it once."""
        code, person, roster = code_of(request), form.person, self._people.roster
        found = await self._store.escalation(code)
        require(found is not None and roster.may_see(person, found), UNKNOWN)
        assert found is not None  # noqa: S101 (required just now)
        require(found.holder == person.id or roster.may_lead(person, found.team))
        messages = {str(number): each for number, each in (await self._store.delivery(found)).items()}
        message = messages.get(form.text("entry"), Delivery("sent"))
        if not any([await self._store.revive(found.chat, number) for number in message.lost]):
            problem = self._words.voice(lang).say("desk.lost.not_again")
            return await self._page.show(form.visit, lang, code, 409, problem=problem)
        return go_to(f"{PATH}/{code}", lang, "again")

    async def _suggest(self, request: Request, form: Form, lang: str) -> Response:
        code, person = code_of(request), form.person
        found = await self._store.escalation(code)
        require(found is not None and found.state == "closed" and self._people.roster.may_see(person, found), UNKNOWN)
        assert found is not None  # noqa: S101 (required just now)
        if not await suggest(self._store, self._clock, form.id, found, person.id, form.text("text")):
            problem = self._words.voice(lang).say("desk.verdict.empty", code=code, name="")
            return await self._page.show(form.visit, lang, code, 422, problem=problem)
        return go_to(f"{PATH}/{code}", lang, _covered("suggest", form.text("text")))


def _covered(said: str, text: str) -> str:
    """What is said afterwards: that a part was covered, where what was written is kept."""
    return "covered" if said in _KEPT and covers(text) else said


def _words_of(deed: Deed) -> str:
    """A short name of what was filled in: a page that a browser went back to sends other words under the same id."""
    return blake2b(f"{deed.to}\n{deed.text}".encode(), digest_size=4).hexdigest()
