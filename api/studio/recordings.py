"""The desk's pages on which steps are read aloud: recorded in the browser, sent as a file, or over one's own chat.

What has been read aloud, for those who read: all guides, and the steps of one, each with its words in large type.
"""

from collections.abc import Sequence
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from msgspec import Struct

from api.auth.forms import SEARCH_LENGTH
from api.auth.sessions import HOME, Form, Inside, Shows, Visit, go_to, require
from api.desk.queue import moment
from api.guides.media import FORMS, sounding
from api.middleware import CONTENT_POLICY, WITH_MICROPHONE, limited_to
from bot.audio.recording_repository import UPLOAD_BYTES, VoiceBox
from bot.audio.recordings import VoiceNote, place_of, sound_address, standing_for
from bot.content.guide import LANGUAGES, Guide
from bot.desk.people import People
from bot.desk.roster import Roster, Volunteer
from bot.engine.steps import read_aloud
from bot.engine.texts import Words
from bot.flows.volunteer.recording import code_of, may_let_out, may_replace
from bot.model import replace
from bot.nlu.normalise import fold
from bot.ports.store import Clock, Library, Speaker


class GuideLine(Struct, frozen=True):
    """A guide, and for each language how many of how many steps were read, and how many have to be read anew."""

    id: str
    title: str
    tongues: Sequence[tuple[str, int, int, int]]


class StepLine(Struct, frozen=True):
    """A step to read aloud; `words` stands for its lines. Of what was read: who did it when, and how long it takes.

    `changed`: the step says something else by now. `mine`: whoever looks may take it back, or replace it. `waiting` is
    what residents do not hear yet.
    """

    id: str
    number: int
    said: Sequence[str]
    words: str
    note: VoiceNote | None
    reader: str = ""
    at: str = ""
    changed: bool = False
    mine: bool = True
    waiting: "Waiting | None" = None

    @property
    def sounds(self) -> Sequence[tuple[str, str]]:
        """The recording's kinds and addresses."""
        sound = self.note.sound if self.note else ""
        return (("audio/ogg", sound_address(sound)), ("audio/aac", sound_address(sound, "aac"))) if sound else ()


class Waiting(Struct, frozen=True):
    """A recording that nobody let out yet: who read it when, where it is heard, and whether whoever looks decides."""

    note: VoiceNote
    reader: str
    at: str
    sounds: Sequence[tuple[str, str]]
    lets_out: bool
    title: str = ""
    page: str = ""


class VoiceLists:
    """Everybody who helps may read aloud."""

    def __init__(self, box: VoiceBox, library: Library, words: Words, clock: Clock) -> None:
        self._box = box
        self._library = library
        self._words = words
        self._clock = clock

    def guides(self, lang: str, query: str) -> Sequence[GuideLine]:
        """Guides whose title holds the query, those first that have to be read anew, then those that have the least."""
        lines = [self._line(guide, lang) for guide in self._library.all()]
        found = [line for line in lines if fold(query) in fold(f"{line.title} {line.id}")]
        return sorted(found, key=lambda line: (not any(each[3] for each in line.tongues), fold(line.title)))

    def _line(self, guide: Guide, lang: str) -> GuideLine:
        title = self._words.voice(lang).render(guide.says(lang).title)
        return GuideLine(guide.id, title, [self._count(guide, tongue) for tongue in LANGUAGES if tongue in guide.words])

    def _count(self, guide: Guide, tongue: str) -> tuple[str, int, int, int]:
        notes = {step: note for step in guide.steps if (note := self._box.voices.kept(guide.id, step, tongue))}
        changed = sum(note.words != self._now(guide, step, tongue) for step, note in notes.items())
        return tongue, len(notes) - changed, len(guide.steps), changed

    def _now(self, guide: Guide, step: str, tongue: str) -> str:
        return standing_for(read_aloud(self._words, guide, step, tongue))

    def steps(self, guide: Guide, tongue: str, roster: Roster, person: Volunteer) -> Sequence[StepLine]:
        """The steps in the order of the guide's file, as this person sees them."""
        return [self._step(guide, step, at, tongue, roster, person) for at, step in enumerate(guide.steps, start=1)]

    def _step(self, guide: Guide, step: str, number: int, tongue: str, roster: Roster, person: Volunteer) -> StepLine:
        said = read_aloud(self._words, guide, step, tongue)
        words, note = standing_for(said), self._box.voices.kept(guide.id, step, tongue)
        mine = may_replace(person, self._box.voices.of_step(guide.id, step, tongue), words)
        waiting = self._waiting(place_of(guide.id, step, tongue), roster, person)
        if note is None:
            return StepLine(step, number, said.splitlines(), words, None, mine=mine, waiting=waiting)
        return StepLine(
            step,
            number,
            said.splitlines(),
            words,
            note,
            _name(roster, note.by),
            moment(note.at, self._clock.now_ms() // 1000),
            note.words != words,
            mine,
            waiting,
        )

    def waiting(self, lang: str, roster: Roster, person: Volunteer) -> Sequence[Waiting]:
        """What waits for somebody to listen, and is this person's to decide; who waits longest comes first."""
        found = []
        for place, note in sorted(self._box.voices.waiting.items(), key=lambda each: each[1].at):
            guide_id, step, tongue = place.split("/")
            guide, line = self._library.current(guide_id), self._waiting(place, roster, person)
            if guide and line and line.lets_out and note.words == self._now_of(guide, step, tongue):
                title = self._words.voice(lang).render(guide.says(lang).title)
                page = f"{guide_id}/{tongue}?lang={lang}#{quote(step)}"
                found.append(replace(line, title=title, page=page))
        return found

    def _now_of(self, guide: Guide, step: str, tongue: str) -> str:
        """What stands for the words of a step; nothing for one that is gone."""
        there = step in guide.steps and tongue in guide.words
        return self._now(guide, step, tongue) if there else ""

    def _waiting(self, place: str, roster: Roster, person: Volunteer) -> Waiting | None:
        note = self._box.voices.waiting.get(place)
        if note is None:
            return None
        guide, step, tongue = place.split("/")
        address = f"/desk/voices/{guide}/{tongue}/{quote(step)}/waiting"
        return Waiting(
            note,
            _name(roster, note.by),
            moment(note.at, self._clock.now_ms() // 1000),
            [(kind, f"{address}.{form}?sound={note.sound}") for form, kind in FORMS.items()],
            may_let_out(roster, person, note),
        )


def _name(roster: Roster, volunteer: str) -> str:
    person = roster.person(volunteer)
    return person.name if person else volunteer


def lets_record(page: Response) -> Response:
    """The same page, on which the browser may record and play what was recorded."""
    page.headers["permissions-policy"] = WITH_MICROPHONE
    page.headers["content-security-policy"] = CONTENT_POLICY.replace("media-src 'self'", "media-src 'self' blob:")
    return page


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
