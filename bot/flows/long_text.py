"""A text that is longer than what is read: its beginning is answered, and that is said. It asks nothing."""

from typing_extensions import override

from bot.flows.flow import Flow
from bot.scene import Move, Scene


class LongTextFlow(Flow):
    name = "long_text"

    @override
    def take(self, scene: Scene) -> Move | None:
        """A person who helps reads the whole of it."""
        if scene.free_text and scene.too_long and scene.session.place and not scene.session.request:
            scene.notice("long_text.read")
        return None
