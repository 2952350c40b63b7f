"""Beginning anew: asked before anything is dropped, and a request for a person keeps its place in the queue."""

from typing_extensions import override

from bot.flows.flow import Flow, back_to
from bot.model import Place
from bot.nlu.commands import bare
from bot.scene import Move, Next, Scene

_BY_BUTTON = "/restart"
"""What the button of the web chat says."""
_WORDS = frozenset(
    {"bat dau lai", "bat dau lai tu dau", "lam lai tu dau", "lam lai het", "restart", "start over", "start again"}
)


class RestartFlow(Flow):
    """Its place asks ``."""

    name = "restart"

    @override
    def take(self, scene: Scene) -> Move | None:
        by_button = scene.text == _BY_BUTTON
        if not by_button and (scene.picked or scene.session.helper or bare(scene.plain) not in _WORDS):
            return None
        if scene.session.helper:
            return Place("talk", "end")
        return Place(self.name) if scene.session.consent else Next.HERE

    @override
    def show(self, scene: Scene) -> Move:
        voice, session = scene.voice, scene.session
        text = voice.say("restart.ask")
        if session.request:
            text = f"{text}\n{voice.say('restart.keeps', code=session.request)}"
        return scene.ask(text, [("yes", voice.say("restart.yes")), ("no", voice.say("restart.no"))], menu=False)

    @override
    def answer(self, scene: Scene) -> Move | None:
        match scene.picked and scene.picked.id:
            case "yes":
                scene.change(run=None, aside=None, unfinished=())
                scene.notice("restart.done")
                return Place("menu")
            case "no":
                return back_to(scene)
        return None
