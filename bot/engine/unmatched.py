"""What was not understood: what comes near is offered; and kept for admins, where it tells nothing about whoever wrote
it. Pure.
"""

from bot.engine.context import Scene
from bot.model import Missed, Place, Session
from bot.nlu.commands import bare, says
from bot.nlu.intent import Match
from bot.nlu.small_talk import LOST_PAPERS, lost_some_paper

_ASKED_FREELY = frozenset({"menu", "search", "guide"})
"""Flows in which residents say what they want. In others they say where they live, or how they are."""
NEAR = 0.05
"""A guide that is less likely came near by chance, and is not proposed to whoever adds the text to one."""

GUIDES_BESIDE = 2
"""So many guides are offered beside what may be a danger."""


def miss(scene: Scene) -> None:
    """Nobody understood what the resident says now."""
    if scene.free_text:
        likeliest = scene.understood.suggestions[:1]
        _keep(scene, scene.text, "".join(one.guide for one in likeliest if one.score >= NEAR))


def near(scene: Scene) -> Place | None:
    """Where the guides that come nearest to what was not understood are offered; None where nothing does.

    Who is at a step speaks of that, and who is asked where they live, or how they are, answers that.
    """
    place, run = scene.session.place, scene.session.run
    at_a_step = run is not None and place is not None and place.flow == "guide"
    if not _asked_freely(scene) or at_a_step:
        return None
    guides = lost_papers(scene) or scene.understood.offer(run.guide if run else "", likely=0.0)
    return Place("search", f"near/{','.join(guides)}") if guides else None


def lost_papers(scene: Scene) -> list[str]:
    """The guides to choose from where some paper was lost; none where that is not said, or which it is."""
    lost = lost_some_paper(bare(scene.plain))
    return [guide for guide in LOST_PAPERS if lost and scene.setting.library.current(guide)]


def perhaps_in_danger(scene: Scene) -> Place | None:
    """Where they are asked whether they are in one of the dangers that their words may tell of; None where in none."""
    run = scene.session.run
    return asked_after(scene.understood, run.guide if run else "") if _asked_freely(scene) else None


def asked_after(found: Match, but: str = "") -> Place | None:
    """Where the dangers that may be told of are offered, with the guides that come nearest, not `but`; in calm words
    where what was said is too vague to tell of anything.
    """
    if not found.perhaps:
        return None
    nearest = found.nearest(but) if found.vague else found.offer(but, likely=0.0)
    ask = f"perhaps/{','.join(found.perhaps)}/{','.join(nearest[:GUIDES_BESIDE])}"
    return Place("safety", f"{ask}/vague" if found.vague else ask)


def _asked_freely(scene: Scene) -> bool:
    """Whether they may say what they want, and say it: who says no to what is on screen names nothing."""
    place = scene.session.place
    free = scene.free_text and place is not None and place.flow in _ASKED_FREELY
    return free and not says("wrong", scene.plain, scene.text)


def is_learned_from(session: Session) -> bool:
    """Whether what nobody understands is kept to learn from: only of residents who agreed to be remembered."""
    return session.consent == "yes" and session.duty is None


def guessed(scene: Scene) -> bool:
    """Whether guides to choose from are on screen already, and were not what they want."""
    place = scene.session.place
    return place is not None and place.flow == "search" and not place.ask.startswith("switch/")


def miss_last_line(scene: Scene, near: str) -> None:
    """What the resident said last was none of what they were offered; `near` was the first of that."""
    if scene.session.lines and not scene.session.misses:
        _keep(scene, scene.session.lines[-1], near)


def _keep(scene: Scene, text: str, near: str) -> None:
    """Said in private, where the bot asked no question of its own."""
    session, place = scene.session, scene.session.place
    if not scene.incoming.group and is_learned_from(session) and place and place.flow in _ASKED_FREELY:
        scene.missed = Missed(text, near)
