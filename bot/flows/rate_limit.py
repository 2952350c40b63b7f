"""Very many messages at once: the first are answered, and of the others it is said once that they were not.

Pictures that were sent together: the first is answered, and what becomes of it becomes of all.

What was written long ago and reaches us only now, or never will: it is said once, and nothing is done.

A text that is longer than what is read: its beginning is answered, and that is said. It asks nothing.
"""

from typing_extensions import override

from bot.desk.queue import add_picture
from bot.engine.context import Move, Next, Scene
from bot.flows.flow import Flow
from bot.model import NEAR, Album, replace

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


NEAR_SECONDS = 5
"""Where a platform does not say what belongs together: what comes within so many seconds of the last does."""
PICTURES_KEPT = 20
"""How many wait for the answer to one question."""

_ASKED = (("photo", "offer"), ("talk", "picture"))
"""Whether a picture shall be passed on."""


class AlbumFlow(Flow):
    """Takes all pictures of an album but the first; that one the other flows answer, and say what became of it."""

    name = "albums"

    @override
    def take(self, scene: Scene) -> Move | None:
        incoming, album, now = scene.incoming, scene.session.album, scene.world.now
        if incoming.kind != "picture" or incoming.group:
            return None
        near = incoming.album != NEAR or (album is not None and abs(now - album.at) <= NEAR_SECONDS)
        if album is None or not incoming.album or incoming.album != album.id or not near:
            scene.change(album=Album(incoming.album, now, others=incoming.more) if incoming.album else None)
            return None
        scene.change(album=replace(album, at=now))
        for media in filter(None, (incoming.media, *incoming.more)):
            self._add(scene, media)
        return Next.SAID

    def _add(self, scene: Scene, media: str) -> None:
        place, album = scene.session.place, scene.session.album
        if album is None:
            return
        if place and (place.flow, place.ask.partition("/")[0]) in _ASKED:
            scene.change(album=replace(album, others=(*album.others, media)[:PICTURES_KEPT]))
        elif album.passed and scene.session.photo:
            scene.change(photo=f"{scene.session.photo}\n{media}")
        elif album.passed and scene.session.request:
            add_picture(scene, media)


LATE_SECONDS = 24 * 3600
"""What is older is not acted on: whoever wrote it found another way, or waits no more."""
LATE_TOLD_SECONDS = 3600
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
        if scene.incoming.group or 0 <= now - scene.session.late_at <= LATE_TOLD_SECONDS:
            return Next.SAID
        scene.change(late_at=now)
        return scene.tell(text)


class LongTextFlow(Flow):
    name = "long_text"

    @override
    def take(self, scene: Scene) -> Move | None:
        """A person who helps reads the whole of it."""
        if scene.free_text and scene.too_long and scene.session.place and not scene.session.request:
            scene.notice("long_text.read")
        return None
