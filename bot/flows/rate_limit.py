"""Very many messages at once: the first are answered, and of the others it is said once that they were not."""

from typing_extensions import override

from bot.flows.flow import Flow
from bot.scene import Move, Scene

BURST = 40
"""So many messages are answered however fast they come."""
SECONDS_EACH = 3
"""One more is answered each time so many seconds have passed."""
TOLD_SECONDS = 60
"""How long nothing is said of further messages that were too many."""

_SENT = ("text", "press", "picture", "voice", "sticker", "file", "other", "edited")


class RateLimitFlow(Flow):
    """Takes what is too much. Whoever talks with a volunteer loses none of their words: they are `hurried`.

    `Session.full_at` is when the allowance will be whole again, by the clock that `Session.heard_at` was read from:
    hosts over one store may have clocks that differ, and a clock may go back.
    """

    name = "rate_limit"

    @override
    def take(self, scene: Scene) -> Move | None:
        if not scene.world.limits or scene.incoming.kind not in _SENT:
            return None
        now, session = scene.world.now, scene.session
        missing = max(0, session.full_at - max(session.heard_at, now))
        if missing > BURST * SECONDS_EACH:
            missing = 0  # no flood leaves so much: the two were read from different clocks
        if missing + SECONDS_EACH <= BURST * SECONDS_EACH:
            scene.change(full_at=now + missing + SECONDS_EACH)
            return None
        scene.change(full_at=now + missing)
        if _tells_the_helper(scene):
            scene.hurried = True
            return None
        if scene.incoming.group or 0 <= now - session.flooded_at < TOLD_SECONDS:
            return scene.ignore()
        scene.keep_line = False  # nothing of it was covered yet
        scene.change(flooded_at=now)
        scene.note("rate_limited")
        return scene.tell("rate_limit.text")


def _tells_the_helper(scene: Scene) -> bool:
    """Whether these are words for the volunteer who helps."""
    words = scene.incoming.kind == "text" and scene.command is None and scene.picked is None
    return scene.in_talk and words and not scene.incoming.group and scene.session.duty is None
