"""What is said around the matter: an honest answer or a kind word, and then the question that waits."""

from typing_extensions import override

from bot.engine.context import Move, Next, Scene
from bot.flows.flow import Flow, can_be_stuck, in_first_aid, says_how_it_went, to_advice
from bot.nlu.small_talk import small_talk

_ABOUT_THE_STEP = ("heard", "stuck", "lost", "what_now", "praise")

_TOLD_OFF = 3
"""So few words of anger are no wish, whatever guide they sound like: "ngu" (stupid) is "ngủ" (sleep) without marks."""


class SmallTalkFlow(Flow):
    name = "small_talk"

    @override
    def take(self, scene: Scene) -> Move | None:
        if not scene.free_text:
            return None
        kind, place = small_talk(scene.text), scene.session.place
        told_off = kind == "angry" and len(scene.text.split()) <= _TOLD_OFF
        if scene.understood.decision == "guide" and not told_off:
            return None
        if kind in _ABOUT_THE_STEP and place and place.flow == "guide" and scene.long_away:
            return None  # the guide first reminds them where they were
        if kind == "heard" and says_how_it_went(scene):
            return None  # the step asks which way to go on
        if kind == "heard" and scene.session.request and place and place.flow == "person":
            return None  # that flow asks for patience
        match kind:
            case None:
                return None
            case "heard" if in_first_aid(scene):
                return Next.HERE
            case "what_now" if can_be_stuck(scene):
                scene.notice("small_talk.what_now")
                return Next.HERE
            case "lost" | "what_now":
                return self._lost(scene)
            case "stuck":
                return to_advice(scene) if can_be_stuck(scene) else None
            case "angry":
                return self._sorry(scene)
            case "unable":
                scene.notice("small_talk.unable")
                return scene.offer_person()
            case _:
                scene.notice(f"small_talk.{kind}")
                return Next.HERE

    def _lost(self, scene: Scene) -> Move:
        """Where a step has advice, that; elsewhere a kind word first, and a person the second time."""
        if can_be_stuck(scene):
            return to_advice(scene)
        if scene.session.said == "lost":
            return scene.offer_person()
        scene.notice("small_talk.lost")
        scene.change(said="lost")
        return Next.HERE

    def _sorry(self, scene: Scene) -> Move:
        scene.notice("small_talk.angry")
        return to_advice(scene) if can_be_stuck(scene) else scene.offer_person()
