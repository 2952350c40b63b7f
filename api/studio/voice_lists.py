"""What has been read aloud, for those who read: all guides, and the steps of one, each with its words in large type."""

from collections.abc import Sequence

from fastapi import Response
from msgspec import Struct

from api.desk.times import moment
from api.headers import CONTENT_POLICY, WITH_MICROPHONE
from bot.content.guide import LANGUAGES, Guide
from bot.desk.aloud import may_replace
from bot.desk.roster import Roster, Volunteer
from bot.language.fold import fold
from bot.ports import Clock, Library
from bot.steps import read_aloud
from bot.voice.keeping import VoiceBox
from bot.voice.voices import VoiceNote, sound_address, standing_for
from bot.words import Words


class GuideLine(Struct, frozen=True):
    """A guide, and for each language how many of how many steps were read, and how many have to be read anew."""

    id: str
    title: str
    tongues: Sequence[tuple[str, int, int, int]]


class StepLine(Struct, frozen=True):
    """A step to read aloud; `words` stands for its lines. Of what was read: who did it when, and how long it takes.

    `changed`: the step says something else by now. `mine`: whoever looks may take it back, or replace it.
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

    @property
    def sounds(self) -> Sequence[tuple[str, str]]:
        """The recording's kinds and addresses."""
        sound = self.note.sound if self.note else ""
        return (("audio/ogg", sound_address(sound)), ("audio/aac", sound_address(sound, "aac"))) if sound else ()


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
        if note is None:
            return StepLine(step, number, said.splitlines(), words, None)
        reader = roster.person(note.by)
        return StepLine(
            step,
            number,
            said.splitlines(),
            words,
            note,
            reader.name if reader else note.by,
            moment(note.at, self._clock.now_ms() // 1000),
            note.words != words,
            may_replace(person, note, words),
        )


def lets_record(page: Response) -> Response:
    """The same page, on which the browser may record and play what was recorded."""
    page.headers["permissions-policy"] = WITH_MICROPHONE
    page.headers["content-security-policy"] = CONTENT_POLICY.replace("media-src 'self'", "media-src 'self' blob:")
    return page
