"""An answer to the waiting step in the resident's own words becomes the choice it means; then the step gets it."""

from typing_extensions import override

from bot.flows.flow import Flow
from bot.heard import BACK, MENU
from bot.scene import Move, Scene

_ASKING = ("guide", "search")


class AnsweringFlow(Flow):
    name = "answering"

    @override
    def take(self, scene: Scene) -> Move | None:
        place = scene.session.place
        if not scene.free_text or place is None or place.flow not in _ASKING or scene.long_away:
            return None
        choices = [choice for choice in scene.session.offered if choice.id not in (BACK, MENU)]
        chosen = scene.setting.matcher.chosen(scene.text, [choice.label for choice in choices])
        if chosen is not None and _is_meant(scene, choices[chosen].id):
            scene.picked = choices[chosen]
            scene.note("answered_freely", place.flow)
        return None


def _is_meant(scene: Scene, choice: str) -> bool:
    """Whether a word of a guessed guide's name is meant as that: not where another of the guesses is likelier."""
    offered = {each.id for each in scene.session.offered}
    guesses = [id_ for guide in scene.understood.nearest() if (id_ := f"guide:{guide}") in offered]
    asked_which = scene.session.place is not None and scene.session.place.flow == "search"
    return not asked_which or choice not in guesses[1:]
