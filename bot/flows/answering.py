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
        if chosen is not None:
            scene.picked = choices[chosen]
            scene.note("answered_freely", place.flow)
        return None
