"""What is said around the matter: an honest answer or a kind word, and then the question that waits."""

from typing_extensions import override

from bot.flows.flow import Flow
from bot.model import Place
from bot.scene import Move, Next, Scene
from bot.small_talk import small_talk


class SmallTalkFlow(Flow):
    name = "small_talk"

    @override
    def take(self, scene: Scene) -> Move | None:
        if not scene.free_text or scene.understood.decision == "guide":
            return None
        match small_talk(scene.text):
            case None:
                return None
            case "heard" if scene.session.request and scene.session.place and scene.session.place.flow == "person":
                return None  # that flow asks for patience
            case "what_now" if _can_be_stuck(scene):
                scene.notice("small_talk.what_now")
                return Next.HERE
            case "lost" | "what_now":
                return self._lost(scene)
            case "stuck":
                return Place("guide", "trouble") if _can_be_stuck(scene) else None
            case "angry":
                return self._sorry(scene)
            case "unable":
                scene.notice("small_talk.unable")
                return scene.offer_person()
            case kind:
                scene.notice(f"small_talk.{kind}")
                return Next.HERE

    def _lost(self, scene: Scene) -> Move:
        """Where a step has advice, that; elsewhere a kind word first, and a person the second time."""
        if _can_be_stuck(scene):
            return Place("guide", "trouble")
        if scene.session.said == "lost":
            return scene.offer_person()
        scene.notice("small_talk.lost")
        scene.change(said="lost")
        return Next.HERE

    def _sorry(self, scene: Scene) -> Move:
        scene.notice("small_talk.angry")
        return Place("guide", "trouble") if _can_be_stuck(scene) else scene.offer_person()


def _can_be_stuck(scene: Scene) -> bool:
    return any(choice.id == "stuck" for choice in scene.session.offered)
