"""What was not understood, for admins to read: only where it tells nothing about whoever wrote it. Pure."""

from bot.model import Missed
from bot.scene import Scene

_ASKED_FREELY = frozenset({"menu", "search", "guide"})
"""Flows in which residents say what they want. In others they say where they live, or how they are."""
NEAR = 0.05
"""A guide that is less likely came near by chance, and is not proposed to whoever adds the text to one."""


def miss(scene: Scene) -> None:
    """Nobody understood what the resident says now."""
    if scene.free_text:
        likeliest = scene.understood.suggestions[:1]
        _keep(scene, scene.text, "".join(one.guide for one in likeliest if one.score >= NEAR))


def miss_last_line(scene: Scene, near: str) -> None:
    """What the resident said last was none of what they were offered; `near` was the first of that."""
    if scene.session.lines and not scene.session.misses:
        _keep(scene, scene.session.lines[-1], near)


def _keep(scene: Scene, text: str, near: str) -> None:
    """Said in private, by a resident who agreed to be remembered."""
    session, place = scene.session, scene.session.place
    in_private = not (scene.incoming.group or session.duty)
    if in_private and session.consent == "yes" and place and place.flow in _ASKED_FREELY:
        scene.missed = Missed(text, near)
