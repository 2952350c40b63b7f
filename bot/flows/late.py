"""What was written long ago and reaches us only now, or never will: it is said once, and nothing is done."""

from typing_extensions import override

from bot.flows.flow import Flow
from bot.scene import Move, Next, Scene

LATE_SECONDS = 24 * 3600
"""What is older is not acted on: whoever wrote it found another way, or waits no more."""
TOLD_SECONDS = 3600
"""How long nothing is said of further old messages: they come together, when we or the platform are back."""

_STILL_SO = ("gone", "withdrawn", "moved", "added", "edited")
"""Kinds that are as true as on the day they were sent, or are never acted on."""


class LateFlow(Flow):
    """Takes what the platform says was sent more than a day ago. In a group nobody is told."""

    name = "late"

    @override
    def take(self, scene: Scene) -> Move | None:
        incoming, now = scene.incoming, scene.world.now
        if incoming.kind == "unkept":
            return self._say(scene, "late.unkept")
        if not incoming.sent_at or now - incoming.sent_at <= LATE_SECONDS or incoming.kind in _STILL_SO:
            return None
        return self._say(scene, "late.text")

    def _say(self, scene: Scene, text: str) -> Move:
        now = scene.world.now
        scene.keep_line = False
        scene.note("late")
        if scene.incoming.group or 0 <= now - scene.session.late_at <= TOLD_SECONDS:
            return Next.SAID
        scene.change(late_at=now)
        return scene.tell(text)
