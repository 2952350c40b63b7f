"""A need in the resident's own words: open the guide, or ask which of a few; never guess.

An answer to the waiting step in the resident's own words becomes the choice it means; then the step gets it.
"""

from typing_extensions import override

from bot.engine.context import Move, Next, Open, Scene
from bot.engine.input import BACK, MENU
from bot.engine.unmatched import guessed, lost_papers, miss, miss_last_line, near, perhaps_in_danger
from bot.flows.flow import Flow, back_to, can_be_stuck, in_first_aid, to_advice, unfinished
from bot.model import Place
from bot.nlu.intent import MAYBE, MAYBE_AT_A_STEP
from bot.nlu.normalise import fold
from bot.nlu.patterns import compiled

_NONE_FITS = "search.none_fits"
_THANKS = compiled(r"\b(?:cam on|thanks?|tks)\b")


class SearchFlow(Flow):
    """Its place asks `<guide>,<guide>…` (which of these?), `near/<guide>,<guide>…` (the same as a guess, where nothing
    was understood) or `switch/<guide>` (leave the step for it?).
    """

    name = "search"

    @override
    def take(self, scene: Scene) -> Move | None:
        if not scene.free_text:
            return None
        if topic := _other_topic_named(scene):
            return Place("menu", topic)
        found = scene.understood
        match found.decision:
            case "greeting":
                scene.notice("search.welcome" if _THANKS.search(scene.plain) else "search.greeting")
                return Place("guide", "unfinished") if scene.long_away and unfinished(scene) else Next.HERE
            case "guide" if found.guide:
                return self._open(scene, found.guide)
            case "ask" | "none" if place := perhaps_in_danger(scene):
                scene.note("asked_danger")
                return place
            case "ask" if others := _others(scene):
                return self._which(scene, others)
            case "ask" if can_be_stuck(scene):
                return to_advice(scene)
            case "ask" if not scene.session.misses and not guessed(scene):
                scene.change(misses=1)
                scene.note("asked_what")
                miss(scene)
                if not in_first_aid(scene):
                    scene.notice("search.vague")
                return near(scene) or Next.HERE
            case "none" if subject := scene.setting.elsewhere.asked(scene.text):
                return self._elsewhere(scene, subject)
            case "none" if found.unserved:
                scene.note("missed", self.name)
                miss(scene)
                return self._unserved(scene)
        return None

    def _which(self, scene: Scene, guides: list[str]) -> Move | None:
        """Ask which; whoever is shown these already is not asked the same again."""
        shown = scene.session.place
        if shown and shown.flow == self.name and set(_names(shown)) == set(guides):
            return None
        scene.note("asked_which")
        return Place(self.name, ",".join(guides))

    def _elsewhere(self, scene: Scene, subject: str) -> Move:
        """Say once whom to ask for what is not ours; then offer a person."""
        scene.note("elsewhere", subject)
        said = f"search.elsewhere/{subject}"
        if scene.session.said == said:
            return scene.offer_person()
        scene.notice_text(scene.voice.render(scene.setting.elsewhere.says[subject][scene.session.lang]))
        scene.change(said=said)
        return Next.HERE

    def _unserved(self, scene: Scene) -> Move:
        """Say once that no guide is for it, with what comes near; then offer a person."""
        if scene.session.said == _NONE_FITS or _only_near(scene):
            return scene.offer_person()
        scene.notice(_NONE_FITS)
        scene.change(said=_NONE_FITS)
        return near(scene) or Next.HERE

    def _open(self, scene: Scene, guide: str) -> Move | None:
        run, place = scene.session.run, scene.session.place
        if run and run.guide == guide:
            about_the_step = place == Place("guide") and all(choice.id != "next" for choice in scene.session.offered)
            return None if about_the_step or place == Place("guide", "resume") else Place("guide", "resume")
        if run and place and place.flow == "guide":
            return Place("search", f"switch/{guide}")
        return Open(guide)

    @override
    def show(self, scene: Scene) -> Move:
        voice, run = scene.voice, scene.session.run
        place = scene.session.place or Place(self.name)
        guide = place.ask.removeprefix("switch/") if place.ask.startswith("switch/") else ""
        names = [guide] if guide else [name for name in _names(place) if scene.setting.library.current(name)]
        choices = [(f"guide:{name}", scene.title(name)) for name in names]
        number = scene.step_number(run)[0] if run else 0
        if run:
            choices.append(("keep", voice.say("choice.resume_step", n=number)))
        if guide:
            return scene.ask(voice.say("search.switch", title=scene.title(guide), n=number), choices)
        choices.append(("none", voice.say("search.none")))
        if _only_near(scene):
            return scene.ask(voice.say("search.near"), choices, back=voice.say("choice.back"))
        if run:
            return scene.ask(voice.say("search.which_or_step", n=number), choices)
        return scene.ask(voice.say("search.which"), choices, back=voice.say("choice.back"))

    @override
    def answer(self, scene: Scene) -> Move | None:
        if scene.picked is None:
            return None
        kind, _, guide = scene.picked.id.partition(":")
        match kind:
            case "guide":
                return Open(guide)
            case "keep":
                return back_to(scene)
            case "none" if _only_near(scene):
                return scene.offer_person()
            case "none":
                miss_last_line(scene, scene.session.offered[0].id.removeprefix("guide:"))
                scene.notice(_NONE_FITS)
                return Place("menu")
        return None


def _only_near(scene: Scene) -> bool:
    """Whether what is offered was said to be no more than a guess."""
    return bool(scene.session.place and scene.session.place.ask.startswith("near/"))


def _names(place: Place) -> list[str]:
    """The guides that a place of this flow asks about."""
    return place.ask.removeprefix("near/").removeprefix("switch/").split(",")


def _others(scene: Scene) -> list[str]:
    """The guides that may be meant, without the one being taken."""
    if lost := lost_papers(scene):
        return lost
    run, place = scene.session.run, scene.session.place
    likely = MAYBE_AT_A_STEP if place and place.flow == "guide" else MAYBE
    return scene.understood.offer(run.guide if run else "", likely)


def _other_topic_named(scene: Scene) -> str:
    """The topic whose name is all that was said, unless its guide is being taken; empty when it is none."""
    place, run = scene.session.place, scene.session.run
    taken = run.guide if run and place and place.flow == "guide" else ""
    for topic in scene.setting.topics:
        if scene.plain in map(fold, (topic.id, *topic.titles.values())):
            return "" if taken in topic.guides else topic.id
    return ""


_ASKING = ("guide", "search")


class AnsweringFlow(Flow):
    name = "answering"

    @override
    def take(self, scene: Scene) -> Move | None:
        place = scene.session.place
        if not scene.free_text or place is None or place.flow not in _ASKING or scene.long_away:
            return None
        choices = [choice for choice in scene.session.offered if choice.id not in (BACK, MENU)]
        chosen = scene.setting.matcher.chosen(scene.text, [choice.label for choice in choices])
        if chosen is not None and _is_meant(scene, choices[chosen].id):
            scene.picked = choices[chosen]
            scene.note("answered_freely", place.flow)
        return None


def _is_meant(scene: Scene, choice: str) -> bool:
    """Whether a word of a guessed guide's name is meant as that: not where another of the guesses is likelier."""
    offered = {each.id for each in scene.session.offered}
    guesses = [id_ for guide in scene.understood.nearest() if (id_ := f"guide:{guide}") in offered]
    asked_which = scene.session.place is not None and scene.session.place.flow == "search"
    return not asked_which or choice not in guesses[1:]
