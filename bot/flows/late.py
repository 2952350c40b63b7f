"""What was written long ago and reaches us only now: it is said once, and nothing is done."""

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
        if not incoming.sent_at or now - incoming.sent_at <= LATE_SECONDS or incoming.kind in _STILL_SO:
            return None
        scene.keep_line = False
        scene.note("late")
        if incoming.group or 0 <= now - scene.session.late_at <= TOLD_SECONDS:
            return Next.SAID
        scene.change(late_at=now)
        return scene.tell("late.text")
