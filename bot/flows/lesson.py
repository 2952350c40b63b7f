"""After a request is closed: should the guide say more at that step? What, is kept for whoever edits guides."""

from typing_extensions import override

from bot.desk.duty import HOME, asked_by, volunteer
from bot.flows.flow import Flow
from bot.model import Place
from bot.nlu.masking import covers
from bot.scene import Move, Next, Scene

_WORDS = "/words"


class LessonFlow(Flow):
    """Its place asks `<code>` (should it?) or `<code>/words` (what?)."""

    name = "lesson"

    @override
    def take(self, scene: Scene) -> Move | None:
        """What is typed here is for the guide; it is no question to the bot, and goes to nobody else."""
        place = scene.session.place
        if place is None or not asked_by(scene, self.name) or scene.incoming.kind not in ("text", "press"):
            return None
        me, code = volunteer(scene), place.ask.removesuffix(_WORDS)
        if me is None or scene.stale:
            return None
        if scene.picked is None and scene.incoming.kind == "text":
            if not place.ask.endswith(_WORDS):
                scene.notice("duty.sent_to_nobody")
                return Next.HERE
            if scene.suggest(me.id, code, scene.text):
                scene.notice("duty.lesson_thanks")
                if covers(scene.text):
                    scene.notice("duty.covered")
        elif scene.picked and scene.picked.id == "yes":
            return Place("lesson", f"{code}{_WORDS}")
        elif scene.picked and scene.picked.id == "no":
            scene.notice("duty.closed_thanks")
        return HOME

    @override
    def show(self, scene: Scene) -> Move:
        voice, ask = scene.voice, scene.session.place.ask if scene.session.place else ""
        if ask.endswith(_WORDS):
            return scene.ask(voice.say("duty.lesson_words"), home=voice.say("duty.home"))
        choices = [("no", voice.say("duty.lesson_no")), ("yes", voice.say("duty.lesson_yes"))]
        return scene.ask(voice.say("duty.lesson", code=ask), choices, home=voice.say("duty.home"))
