"""The desk's pages on which steps are read aloud: recorded in the browser, sent as a file, or over one's own chat."""

from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from msgspec import Struct

from api.auth.forms import SEARCH_LENGTH
from api.auth.inside import Inside, Shows, require
from api.auth.signin import HOME, Form, Visit, go_to
from api.bodies import limited_to
from api.guides.voices import FORMS, sounding
from api.studio.voice_lists import VoiceLists, lets_record
from bot.audio.recording_repository import UPLOAD_BYTES, VoiceBox
from bot.audio.recordings import VoiceNote, place_of, standing_for
from bot.content.guide import LANGUAGES, Guide
from bot.desk.people import People
from bot.engine.steps import read_aloud
from bot.engine.texts import Words
from bot.flows.volunteer.recording import code_of, may_let_out, may_replace
from bot.ports.store import Library, Speaker

PATH = f"{HOME}/voices"
_STEP = "/{guide}/{tongue}/{step}"


class Of(Struct, frozen=True):
    """The step that a form is about, in the language that is read."""

    guide: Guide
    step: str
    tongue: str


class VoicePages:
    """For everybody who helps."""

    def __init__(
        self,
        lists: VoiceLists,
        box: VoiceBox,
        library: Library,
        people: People,
        words: Words,
        inside: Inside,
        speaker: Speaker | None,
    ) -> None:
        self._lists = lists
        self._box = box
        self._library = library
        self._people = people
        self._words = words
        self._inside = inside
        self._speaker = speaker

    def router(self) -> APIRouter:
        shows: dict[str, Shows] = {"": self._guides, "/{guide}": self._guide, "/{guide}/{tongue}": self._guide}
        shows |= {f"{_STEP}/waiting.{form}": self._sounding(form) for form in FORMS}
        takes = {
            _STEP: self._keep,
            f"{_STEP}/publish": self._let_out,
            f"{_STEP}/refuse": self._refuse,
            f"{_STEP}/remove": self._remove,
            f"{_STEP}/chat": self._chat,
            f"{_STEP}/machine": self._machine,
        }
        size = limited_to(UPLOAD_BYTES + 64 * 1024, "recording_too_large")
        return self._inside.router(PATH, shows, takes, size)

    async def _guides(self, request: Request, visit: Visit, lang: str) -> Response:
        await self._box.refresh()
        query = request.query_params.get("q", "")[:SEARCH_LENGTH]
        waiting = self._lists.waiting(lang, self._people.roster, visit.person)
        guides = self._lists.guides(lang, query)
        return self._inside.show("voices.html", visit, lang, guides=guides, query=query, waiting=waiting)

    async def _guide(self, request: Request, visit: Visit, lang: str) -> Response:
        params = request.path_params
        guide = self._library.current(params["guide"])
        tongue = params.get("tongue", LANGUAGES[0])
        require(guide is not None and tongue in guide.words)
        assert guide is not None  # noqa: S101 (required just now)
        return await self._show(visit, lang, guide, tongue, done=request.query_params.get("done", ""))

    async def _show(
        self, visit: Visit, lang: str, guide: Guide, tongue: str, status: int = 200, **values: str
    ) -> Response:
        """The page; `wrong` is why something was not done `at` a step, `code` what is written in a chat about it."""
        await self._box.refresh()
        page = self._inside.show(
            "guide_voices.html",
            visit,
            lang,
            status,
            guide=guide,
            tongue=tongue,
            title=self._words.voice(tongue).render(guide.says(tongue).title),
            steps=self._lists.steps(guide, tongue, self._people.roster, visit.person),
            speaks=self._speaker is not None,
            linked=bool(self._people.roster.chats_of(visit.person)),
            **({"wrong": "", "at": "", "code": ""} | values),
        )
        return lets_record(page)

    async def _keep(self, request: Request, form: Form, lang: str) -> Response:
        of = await self._of(request, form)
        recording = form.files.get("recording", b"")
        wrong = await self._box.keep(of.guide, of.step, of.tongue, form.text("words"), recording, form.person.id)
        return await self._went(form.visit, lang, of, wrong)

    async def _machine(self, request: Request, form: Form, lang: str) -> Response:
        of = await self._of(request, form)
        require(self._speaker is not None and form.person.role == "admin")
        assert self._speaker is not None  # noqa: S101 (required just now)
        said = read_aloud(self._words, of.guide, of.step, of.tongue)
        recording = await self._speaker.speak(said, of.tongue)
        if recording is None:
            return await self._went(form.visit, lang, of, "speechless")
        wrong = await self._box.keep(of.guide, of.step, of.tongue, standing_for(said), recording, "")
        return await self._went(form.visit, lang, of, wrong, "published")

    async def _remove(self, request: Request, form: Form, lang: str) -> Response:
        of = await self._of(request, form)
        await self._box.remove(of.guide.id, of.step, of.tongue, form.person.id)
        return _back(of, lang, "removed")

    async def _refuse(self, request: Request, form: Form, lang: str) -> Response:
        of = await self._of(request, form)
        await self._box.refuse(of.guide.id, of.step, of.tongue, form.person.id)
        return _back(of, lang, "refused")

    async def _let_out(self, request: Request, form: Form, lang: str) -> Response:
        of = await self._of(request, form)
        note = self._box.voices.waiting.get(place_of(of.guide.id, of.step, of.tongue))
        require(note is None or may_let_out(self._people.roster, form.person, note))
        if note is None or not await self._let(of, note, form):
            return await self._went(form.visit, lang, of, "gone")
        return _back(of, lang, "published")

    async def _let(self, of: Of, note: VoiceNote, form: Form) -> bool:
        """Let out what was heard on the page, where the step still says it."""
        says = standing_for(read_aloud(self._words, of.guide, of.step, of.tongue))
        heard = form.text("sound")
        return note.words == says and await self._box.let_out(of.guide.id, of.step, of.tongue, heard, form.person.id)

    def _sounding(self, form: str) -> Shows:
        """What waits, for those who help: residents do not hear it yet. `sound` names what the page showed."""

        async def endpoint(request: Request, visit: Visit, lang: str) -> Response:
            params, sound = request.path_params, request.query_params.get("sound", "")
            await self._box.refresh()
            note = self._box.voices.waiting.get(place_of(params["guide"], params["step"], params["tongue"]))
            require(note is not None and note.sound == sound)
            return await sounding(self._box, sound, form, request, for_a_day=False)

        return endpoint

    async def _chat(self, request: Request, form: Form, lang: str) -> Response:
        of = await self._of(request, form)
        code = code_of(of.guide.id, of.step, of.tongue)
        return await self._show(form.visit, lang, of.guide, of.tongue, at=of.step, code=code)

    async def _went(self, visit: Visit, lang: str, of: Of, wrong: str, done: str = "kept") -> Response:
        if wrong:
            return await self._show(visit, lang, of.guide, of.tongue, 422, at=of.step, wrong=wrong)
        return _back(of, lang, done)

    async def _of(self, request: Request, form: Form) -> Of:
        """The step; one that is not there, or not theirs to read, does not exist for them."""
        params = request.path_params
        guide, step, tongue = self._library.current(params["guide"]), params["step"], params["tongue"]
        require(guide is not None and tongue in guide.words and step in guide.steps)
        assert guide is not None  # noqa: S101 (required just now)
        await self._box.refresh()
        words = standing_for(read_aloud(self._words, guide, step, tongue))
        require(may_replace(form.person, self._box.voices.of_step(guide.id, step, tongue), words))
        return Of(guide, step, tongue)


def _back(of: Of, lang: str, done: str) -> Response:
    """To the step on its page."""
    answer = go_to(f"{PATH}/{of.guide.id}/{of.tongue}", lang, done)
    answer.headers["location"] += f"#{quote(of.step)}"
    return answer
