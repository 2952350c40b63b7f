"""Very many messages at once: the first are answered, and of the others it is said once that they were not."""

from typing_extensions import override

from bot.desk.line import asked
from bot.desk.room import overflow, takes_in
from bot.flows.flow import Flow
from bot.language.masking import mask
from bot.model import Timer
from bot.scene import NEWS, Move, Next, Scene

BURST = 40
"""So many messages are answered however fast they come."""
SECONDS_EACH = 3
"""One more is answered each time so many seconds have passed."""
TOLD_SECONDS = 60
"""How long nothing is said of further messages that were too many."""
NEWS_SECONDS = 15
"""How often who helps hears of lines that come too fast to be told one by one."""

_SENT = ("text", "press", "picture", "voice", "sticker", "file", "other", "edited")


class RateLimitFlow(Flow):
    """Takes what is too much. Whoever talks with a volunteer loses none of their words: they are passed on together.

    `Session.full_at` is when the allowance will be whole again.
    """

    name = "rate_limit"

    @override
    def take(self, scene: Scene) -> Move | None:
        if not scene.world.limits or scene.incoming.kind not in _SENT:
            return None
        now, session = scene.world.now, scene.session
        full_at = max(session.full_at, now) + SECONDS_EACH
        if full_at - now <= BURST * SECONDS_EACH:
            scene.change(full_at=full_at)
            return None
        if scene.in_talk and scene.incoming.kind == "text" and not scene.incoming.group:
            return self._pass_on_later(scene)
        if scene.incoming.group or now - session.flooded_at < TOLD_SECONDS:
            return scene.ignore()
        scene.change(flooded_at=now)
        scene.note("rate_limited")
        return scene.tell("rate_limit.text")

    def _pass_on_later(self, scene: Scene) -> Move:
        text, _ = mask(scene.text)
        if not takes_in(scene, text):
            return scene.tell_notices() if overflow(scene, again=False) else scene.ignore()
        scene.keep_line = False
        scene.write("resident", text)
        asked(scene)
        scene.timers.append(Timer(NEWS, (scene.world.now // NEWS_SECONDS + 1) * NEWS_SECONDS))
        return Next.SAID
