"""Listening to a step that somebody read aloud; the step itself goes on waiting."""

from typing_extensions import override

from bot.flows.flow import Flow, back_to
from bot.model import Aloud, Place
from bot.scene import Move, Scene
from bot.steps import note_of, step_choices


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
