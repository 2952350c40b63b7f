"""What has been read aloud, for those who read: all guides, and the steps of one, each with its words in large type."""

from collections.abc import Sequence
from urllib.parse import quote

from fastapi import Response
from msgspec import Struct

from api.desk.times import moment
from api.guides.voices import FORMS
from api.headers import CONTENT_POLICY, WITH_MICROPHONE
from bot.audio.recording_repository import VoiceBox
from bot.audio.recordings import VoiceNote, place_of, sound_address, standing_for
from bot.content.guide import LANGUAGES, Guide
from bot.desk.roster import Roster, Volunteer
from bot.engine.steps import read_aloud
from bot.engine.texts import Words
from bot.flows.volunteer.recording import may_let_out, may_replace
from bot.model import replace
from bot.nlu.normalise import fold
from bot.ports.store import Clock, Library


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
