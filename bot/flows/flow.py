"""What a flow is."""

from typing import ClassVar

from bot.engine.context import Move, Scene
from bot.model import Place, Run
from bot.nlu.commands import bare, says

CHOICES_A_PAGE = 5


class Flow:
    """One kind of conversation. Flows know nothing of each other: they name where to go, the engine goes there."""

    name: ClassVar[str]

    def take(self, scene: Scene) -> Move | None:
        """Take a message whatever waits; None leaves it to the next flow."""
        return None

    def show(self, scene: Scene) -> Move:
        """Ask what the session's place waits for."""
        return Place("menu")

    def answer(self, scene: Scene) -> Move | None:
        """Take an answer to what `show` asked; None when it is no answer."""
        return None


def back_to(scene: Scene) -> Place:
    """Where a side question returns to: the talk with a volunteer, the guide that was being taken, else the menu."""
    if scene.session.helper:
        return Place("talk")
    return Place("guide") if scene.session.run else Place("menu")


def unfinished(scene: Scene) -> list[Run]:
    """The guides begun that are still there: the one being taken, the one that first aid came before, the newest."""
    runs = (scene.session.run, scene.session.aside, *reversed(scene.session.unfinished))
    return [run for run in runs if run and scene.setting.library.current(run.guide)]


def choices_on(scene: Scene, choices: list[tuple[str, str]], page: int) -> list[tuple[str, str]]:
    """Page `page` (from 1) of the choices, with a way to the next page where there is one."""
    rest = choices[(page - 1) * (CHOICES_A_PAGE - 1) :]
    if len(rest) <= CHOICES_A_PAGE:
        return rest
    return [*rest[: CHOICES_A_PAGE - 1], ("more", scene.voice.say("choice.more"))]


def go_on(scene: Scene) -> Place:
    """Back to what was begun: where that is several guides, the question which one, by name.

    First aid alone is not asked about: the guide it came in between of follows it anyway.
    """
    begun = unfinished(scene)
    if scene.session.helper or not begun or [run for run in begun if run != scene.session.aside] == [scene.session.run]:
        return back_to(scene)
    return Place("guide", "unfinished")


def can_be_stuck(scene: Scene) -> bool:
    """Whether the step on screen has advice for who is stuck."""
    return any(choice.id == "stuck" for choice in scene.session.offered)


def says_how_it_went(scene: Scene) -> bool:
    """Whether somebody at a step says that it is done, or is not, and no more."""
    at_step = scene.free_text and scene.session.place == Place("guide")
    spoken = (scene.plain, bare(scene.plain))
    return at_step and any(says(choice, plain, scene.text) for plain in spoken for choice in ("next", "stuck"))


def in_first_aid(scene: Scene) -> bool:
    """Whether the step on screen is for who is in danger: no small talk stands beside it."""
    run = scene.session.run
    guide = scene.setting.library.version(run.guide, run.version) if run else None
    step = guide.steps.get(run.step) if run and guide else None
    return bool(step and step.bare and scene.session.place == Place("guide"))


def to_advice(scene: Scene) -> Place:
    """The step's advice, counted as if its own choice had been taken."""
    if run := scene.session.run:
        scene.note("stuck", f"{run.guide}/{run.step}")
    return Place("guide", "trouble")
