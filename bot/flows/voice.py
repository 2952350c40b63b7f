"""Spoken words wait until a machine has heard them; what cannot be heard gets a kind word. It asks nothing.

What a machine heard is said back: only what the resident says is right counts, and then as if they had typed it.

Listening to a step that somebody read aloud; the step itself goes on waiting.
"""

from zlib import crc32

from typing_extensions import override

from bot.engine.context import Move, Next, Scene, Typed
from bot.engine.input import ECHO, Heard
from bot.engine.steps import note_of, step_choices
from bot.flows.flow import Flow, back_to
from bot.model import Aloud, Echo, Place, Spoken, Timer, replace
from bot.nlu.small_talk import as_typed, said_back

AGAIN_SECONDS = 45
"""After so long what was not heard is heard again: whoever was to hear it may be gone."""
TRIES = 2
WAITING = 3
"""So many may wait in one conversation."""
_TIMER = "hear"


class HearingFlow(Flow):
    """In a talk a recording is held back until it was heard: one with a secret in it does not go to whoever helps."""

    name = "hearing"

    @override
    def take(self, scene: Scene) -> Move | None:
        match scene.incoming.kind:
            case "voice" if scene.setting.hears and scene.incoming.media:
                return self._have_it_heard(scene)
            case "voice" if scene.session.place is None:
                scene.notice("cannot.voice")  # then they are greeted
            case "timer":
                return self._again(scene) if scene.incoming.text == _TIMER else Next.SAID
            case "heard" | "unheard":
                return self._came_back(scene)
        return None

    def _have_it_heard(self, scene: Scene) -> Move | None:
        """A newcomer is greeted meanwhile."""
        waiting = scene.session.spoken
        if len(waiting) < WAITING:
            spoken = Spoken(scene.incoming.id, scene.incoming.media)
            self._wait(scene, (*waiting, spoken), (spoken,))
            return Next.SAID if scene.session.place else None
        return None if scene.in_talk else scene.cannot("hearing.busy")

    def _again(self, scene: Scene) -> Move | None:
        """What was tried often enough is given up: all of it at once, or in a talk one recording after the other."""
        waiting = tuple(replace(each, tries=each.tries + 1) for each in scene.session.spoken)
        lost = tuple(each for each in waiting if each.tries >= TRIES)
        lost = lost[:1] if scene.in_talk else lost
        left = tuple(each for each in waiting if each not in lost)
        self._wait(scene, left, left)
        return self._unheard(scene, lost[0], "lost") if lost else Next.SAID

    def _came_back(self, scene: Scene) -> Move | None:
        """Only once, and only to somebody who still waits for it."""
        waiting = scene.session.spoken
        spoken = next((each for each in waiting if each.heard_as == scene.incoming.id), None)
        if spoken is None:
            return Next.SAID
        self._wait(scene, tuple(each for each in waiting if each != spoken), ())
        if scene.incoming.kind == "unheard":
            return self._unheard(scene, spoken, scene.text)
        scene.recording = spoken.recording
        scene.reread(as_typed(scene.text))
        return None

    def _unheard(self, scene: Scene, spoken: Spoken, why: str) -> Move | None:
        """Whoever helps gets the recording alone, where there is one for them."""
        if not scene.in_talk:
            return scene.cannot(f"hearing.{why}")
        if not spoken.recording:
            return scene.tell(f"hearing.{why}")
        scene.recording = spoken.recording
        scene.reread("")
        return None

    def _wait(self, scene: Scene, waiting: tuple[Spoken, ...], hear: tuple[Spoken, ...]) -> None:
        if waiting or scene.session.spoken:
            scene.timers.append(Timer(_TIMER, scene.world.now + AGAIN_SECONDS if waiting else 0))
        scene.change(spoken=waiting)
        scene.hear = hear


KEPT = 1_500
"""Characters that are kept: a minute of fast talk has about a thousand."""


class EchoFlow(Flow):
    """Its place asks one echo, by a name that no other has: a press on an older one means nothing any more."""

    name = ECHO

    @override
    def take(self, scene: Scene) -> Move | None:
        place = scene.session.place
        asked = place is not None and place.flow == ECHO
        if scene.incoming.kind != "heard" or (asked and (scene.picked or scene.command)):
            return None
        if place is None or place.flow == "welcome":
            return self._wish(scene)
        echo = scene.session.echo if asked else None
        before, offered = (echo.place, echo.offered) if echo else (place, scene.session.offered)
        scene.change(echo=Echo(scene.text[:KEPT], before, offered))
        return Place(ECHO, f"{crc32(scene.incoming.id.encode()):08x}")

    def _wish(self, scene: Scene) -> Move:
        """What a newcomer said comes up once they have been asked what has to be asked first, which they answer."""
        if Heard(scene.session, replace(scene.incoming, kind="text", text=scene.text)).picked:
            scene.notice("echo.press", heard=scene.text)
            return Next.HERE
        again = scene.session.wants == ECHO
        scene.change(wants=ECHO, echo=Echo(scene.text[:KEPT], Place("menu")))
        return Next.HERE if again else Next.SAID

    @override
    def show(self, scene: Scene) -> Move:
        voice, echo = scene.voice, scene.session.echo
        if echo is None:
            return back_to(scene)
        choices = [
            ("right", voice.say("echo.right")),
            ("wrong", voice.say("echo.wrong")),
            ("person", voice.say("choice.person")),
        ]
        return scene.ask(voice.say("echo.ask", heard=said_back(echo.text)), choices)

    @override
    def answer(self, scene: Scene) -> Move | None:
        echo, picked = scene.session.echo, scene.picked
        if echo is None:
            return back_to(scene)
        if picked is None and not scene.free_text:
            return None
        match picked and picked.id:
            case "wrong":
                return self._say_again(scene)
            case "person":
                scene.note("echo", "person")
                return Place("person")
        scene.note("echo", "right" if picked else "typed")
        scene.change(place=echo.place, offered=echo.offered)
        return Typed(echo.text if picked else scene.text)

    def _say_again(self, scene: Scene) -> Move:
        """Where they were: what they say next is heard anew."""
        scene.note("echo", "wrong")
        if echo := scene.session.echo:
            scene.change(place=echo.place, offered=echo.offered)
        scene.notice("echo.again")
        return Next.HERE


class ListeningFlow(Flow):
    name = "listening"

    @override
    def take(self, scene: Scene) -> Move | None:
        if scene.long_away and scene.incoming.kind != "press":
            return None  # the guide first reminds them where they were
        if not (scene.command == "listen" or (scene.picked and scene.picked.id == "listen")):
            return None
        run, library, lang = scene.session.run, scene.setting.library, scene.session.lang
        guide = (library.version(run.guide, run.version) or library.current(run.guide)) if run else None
        if run is None or guide is None or run.step not in guide.steps:
            scene.notice("listen.which")
            return back_to(scene)
        note = note_of(scene.world, guide, run.step, lang)
        if note is None:
            scene.notice("listen.none")
            return Place("guide")
        scene.change(place=Place("guide"), misses=0, said="")
        scene.note("listened", f"{run.guide}/{run.step}")
        reader, voice = scene.setting.roster.person(note.by), scene.voice
        text = voice.say("listen.here", name=reader.name if reader else "", seconds=note.seconds)
        choices = step_choices(voice, guide, run.step, lang, note)
        back = voice.say("choice.back") if run.trail else ""
        return scene.ask(text, choices, back=back, aloud=Aloud(note.sound, note.seconds))
