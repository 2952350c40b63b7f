"""What comes first in each danger: a step of a guide, and its words where no step can be shown. Pure."""

from collections.abc import Iterator, Mapping

from bot.engine.context import EMERGENCY, FIRST_AID, Open, Scene
from bot.nlu.danger import Danger, Mishap, mishap, thing_lost
from bot.nlu.normalise import spell_out

_FIRST: Mapping[Danger, Open] = {
    "fire": Open(EMERGENCY, "fire"),
    "medical": Open(EMERGENCY, "medical"),
    "crime": Open(EMERGENCY, "crime"),
    "violence": Open(EMERGENCY, "violence"),
    "despair": Open(EMERGENCY, "despair"),
    "death": Open("khai-tu"),
    "money_gone": Open(FIRST_AID, "money_gone"),
    "access_given": Open(FIRST_AID, "access_given"),
    "threatened": Open(FIRST_AID, "threatened"),
}
_ALSO: Mapping[Danger, str] = {
    "medical": "safety.also_ambulance",
    "crime": "safety.also_police",
    "violence": "safety.also_police",
    "despair": "safety.also_somebody",
    "money_gone": "safety.also_bank",
    "access_given": "safety.also_bank",
    "threatened": "safety.also_police",
    "lost": "safety.also_bank",
}
_MISHAPS: Mapping[Mishap, Open] = {
    "gas": Open(EMERGENCY, "fire_gas"),
    "water": Open(EMERGENCY, "water"),
    "shock": Open(EMERGENCY, "shock"),
    "remote": Open(FIRST_AID, "cut_network"),
}
_LOST = {"money": Open("vneid-khoa", "l_bank"), "card": Open("vneid-khoa", "card")}
"""Where nobody talked them into anything: what can be locked, at once."""
_IN_GENERAL: Danger = "money_gone"


def told_danger(scene: Scene) -> Danger:
    """The danger that the text tells of."""
    return scene.understood.danger or _IN_GENERAL


def also_told(scene: Scene, step: Open) -> str:
    """The name of the words for a second danger that is told of; empty where `step`, shown first, is for that too."""
    also = scene.understood.also
    return _ALSO.get(also, "") if also and first_step(scene, also) != step else ""


def first_step(scene: Scene, danger: Danger) -> Open | None:
    """The step that comes first in a danger; None where the ward has no guide for it."""
    for step in _steps(danger, " ".join(spell_out(scene.plain))):
        guide = scene.setting.library.current(step.guide)
        name = step.step or (guide.start if guide else "")
        if guide and name in guide.steps:
            return Open(step.guide, name)
    return None


def _steps(danger: Danger, words: str) -> Iterator[Open]:
    """What could come first, the most fitting before the others: a ward may have no step for it."""
    if danger == "lost":
        yield _LOST[thing_lost(words) or "money"]
        return
    if happened := mishap(danger, words):
        yield _MISHAPS[happened]
    yield _FIRST[danger]


def first_words(scene: Scene) -> str:
    """What that step says; or the same for everybody."""
    step = first_step(scene, told_danger(scene))
    guide = scene.setting.library.current(step.guide) if step else None
    if step is None or guide is None:
        return scene.voice.say("safety.first_aid")
    return scene.voice.render(guide.says(scene.session.lang).steps[step.step].text)
