"""A volunteer reads a step aloud in their own chat: the next spoken words they send are kept once they say so.

Who may read which step aloud, and the short code that names a step in a chat. Pure.
"""

from collections.abc import Iterable, Iterator
from hashlib import blake2b

from typing_extensions import override

from bot.audio.recordings import VoiceNote, place_of, standing_for
from bot.content.guide import Guide
from bot.desk.roster import Roster, Volunteer
from bot.desk.volunteer_chat import HOME, asked_by, volunteer
from bot.engine.context import Move, Scene
from bot.engine.steps import read_aloud
from bot.flows.flow import Flow
from bot.model import Place
from bot.nlu.normalise import fold
from bot.nlu.patterns import compiled, composed
from bot.ports.store import Library

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""None that is taken for another when copied from a screen: six of them tell nine hundred million places apart."""
_LENGTH = 6


def may_replace(person: Volunteer, notes: Iterable[VoiceNote], words: str) -> bool:
    """Whether they may put their own in the place of these, or take them back.

    A volunteer may with what is theirs, and with what is offered no more: `words` stands for what the step says now.
    """
    return person.role != "volunteer" or all(note.by == person.id or note.words != words for note in notes)


def may_let_out(roster: Roster, person: Volunteer, note: VoiceNote) -> bool:
    """Whether they decide, once they listened, that residents hear it: leads and admins, of their own only where there
    is nobody else.
    """
    if person.role == "volunteer" or not person.active:
        return False
    others = (each for each in roster.people if each.active and each.role != "volunteer" and each.id != person.id)
    return note.by != person.id or not any(others)


def code_of(guide: str, step: str, lang: str) -> str:
    """Always the same for a step in one language: it names it, and opens nothing."""
    number = int.from_bytes(blake2b(place_of(guide, step, lang).encode(), digest_size=8).digest())
    letters = [_LETTERS[number // len(_LETTERS) ** at % len(_LETTERS)] for at in range(_LENGTH)]
    return f"{''.join(letters[:3])}-{''.join(letters[3:])}"


def step_by_code(library: Library, said: str) -> tuple[Guide, str, str] | None:
    """The guide, step and language with this code, as people type it; None where there is none."""
    plain = fold(said).replace(" ", "")
    return next((each for each in _places(library) if code_of(each[0].id, *each[1:]).replace("-", "") == plain), None)


def _places(library: Library) -> Iterator[tuple[Guide, str, str]]:
    for guide in library.all():
        for lang in guide.words:
            yield from ((guide, step, lang) for step in guide.steps)


_SAYS_CODE = compiled(
    r"\s*(?:/start\s+read-|(?:đọc|doc|read)\s+)(?P<code>[a-z2-9]{3}[- ]?[a-z2-9]{3})[^\pL\pN]*", any_case=True
)


class ReadingFlow(Flow):
    """Its place asks `wait/<words>/<place>`, and with spoken words `keep/<words>/<place>/<media>`: `words` stands for
    what was to be read, `place` names guide, step and language.
    """

    name = "reading"

    @override
    def take(self, scene: Scene) -> Move | None:
        if scene.incoming.group or scene.session.duty is None:
            return None
        if scene.incoming.kind == "text" and (said := _SAYS_CODE.fullmatch(composed(scene.text))):
            me = volunteer(scene)
            return self._begin(scene, me, said["code"]) if me else None
        if not asked_by(scene, self.name):
            return None
        if scene.incoming.kind == "voice":
            return self._heard(scene)
        return HOME if scene.command in ("menu", "back") else None

    def _begin(self, scene: Scene, me: Volunteer, code: str) -> Move | None:
        """Where the letters name no step, they mean something else."""
        found = step_by_code(scene.setting.library, code)
        if found is None:
            return None
        guide, step, lang = found
        words = standing_for(read_aloud(scene.setting.words, guide, step, lang))
        if not may_replace(me, scene.setting.voices.of_step(guide.id, step, lang), words):
            scene.notice("reading.somebody_else")
            return HOME
        return Place(self.name, f"wait/{words}/{place_of(guide.id, step, lang)}")

    def _heard(self, scene: Scene) -> Move:
        asked = scene.session.place.ask if scene.session.place else ""
        _, words, guide, step, lang, *_ = asked.split("/", 5)
        if not scene.incoming.media:
            return scene.cannot("reading.no_voice")
        return Place(self.name, f"keep/{words}/{guide}/{step}/{lang}/{scene.incoming.media}")

    @override
    def show(self, scene: Scene) -> Move:
        voice, asked = scene.voice, scene.session.place.ask if scene.session.place else ""
        kind, words, guide_id, step, lang, *_ = (*asked.split("/", 5), "", "", "", "", "")
        guide = scene.setting.library.current(guide_id)
        if guide is None or step not in guide.steps:
            return HOME
        said = read_aloud(scene.setting.words, guide, step, lang)
        if standing_for(said) != words:
            scene.notice("voices.wrong.changed")
            return HOME
        cancel = ("cancel", voice.say("reading.cancel"))
        if kind == "keep":
            choices = [("keep", voice.say("reading.keep")), ("again", voice.say("reading.again")), cancel]
            return scene.ask(voice.say("reading.is_it_good"), choices, home=voice.say("duty.home"))
        text = voice.say("reading.read", title=scene.title(guide_id), said=said)
        return scene.ask(text, [cancel], home=voice.say("duty.home"))

    @override
    def answer(self, scene: Scene) -> Move | None:
        me, picked = volunteer(scene), scene.picked
        if me is None or picked is None or scene.session.place is None:
            return None
        _, words, guide, step, lang, *media = scene.session.place.ask.split("/", 5)
        waiting = Place(self.name, f"wait/{words}/{guide}/{step}/{lang}")
        match picked.id:
            case "cancel":
                return HOME
            case "again":
                return waiting
            case "keep" if media:
                wrong = scene.keep_aloud(me.id, place_of(guide, step, lang), words, media[0])
                scene.notice(f"voices.wrong.{wrong}" if wrong else "reading.kept")
                return waiting if wrong else HOME
        return None
