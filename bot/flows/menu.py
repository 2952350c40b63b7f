"""Menu, back, help, repeat, go on, language; and what we can only answer with a kind sentence.

The menu by topic, at most five choices a level; and what is said when nothing else understood.
"""

from typing_extensions import override

from bot.engine.context import Move, Next, Open, Scene
from bot.engine.environment import guides_of, topic_above, topics_below
from bot.engine.steps import taken_with_things
from bot.engine.unmatched import guessed, miss, near
from bot.flows.flow import Flow, back_to, choices_on, go_on, unfinished
from bot.model import Place


class MenuFlow(Flow):
    """Its place asks ``, `<topic>`, or either with `/<page>`."""

    name = "menu"

    @override
    def take(self, scene: Scene) -> Move | None:
        """Nobody understood: first guess, or say how to answer; then offer a person, then come back here."""
        misses = scene.session.misses + 1
        scene.change(misses=misses)
        scene.note("missed", scene.session.place.flow if scene.session.place else "")
        miss(scene)
        offered_person = scene.session.place == Place("person", "offer")
        if misses == 1 and not offered_person and not guessed(scene):
            guesses = near(scene)
            scene.notice("miss.near" if guesses else "miss.first")
            return guesses or Next.HERE
        if misses == 1 and offered_person:
            scene.notice("miss.offer")
            return Next.HERE
        if not offered_person:
            scene.notice("miss.again")
            return scene.offer_person()
        scene.notice("miss.menu")
        return Place("menu")

    @override
    def show(self, scene: Scene) -> Move:
        if not scene.session.consent:
            return Place("welcome", "consent")
        name, page = self._where(scene)
        return self._topic(scene, name, page) if name else self._main(scene, page)

    def _main(self, scene: Scene, page: int) -> Move:
        voice, run = scene.voice, scene.session.run
        choices = [*self._topics(scene, ""), ("person", voice.say("choice.person"))]
        if scene.session.duty:
            choices.insert(0, ("duty", voice.say("duty.home")))
        back = voice.say("choice.resume_step", n=scene.step_number(run)[0]) if run else ""
        if scene.session.unfinished:
            back = voice.say("choice.resume_other")
        if page > 1:
            back = voice.say("choice.back")
        return scene.ask(voice.say("menu.text"), choices_on(scene, choices, page), back=back, menu=page > 1)

    def _topic(self, scene: Scene, name: str, page: int) -> Move:
        """What stands below a topic; where only one thing does, that."""
        below, guides = self._topics(scene, name), guides_of(scene.setting, name)
        if not below and len(guides) < 2:
            return Open(guides[0]) if guides else Place("menu")
        if len(below) == 1 and not guides:
            return Place("menu", below[0][0].removeprefix("topic:"))
        choices = [*below, *((f"guide:{guide}", scene.title(guide)) for guide in guides)]
        voice = scene.voice
        return scene.ask(voice.say("menu.topic"), choices_on(scene, choices, page), back=voice.say("choice.back"))

    @override
    def answer(self, scene: Scene) -> Move | None:
        if scene.picked is None:
            return None
        kind, _, name = scene.picked.id.partition(":")
        topic, page = self._where(scene)
        match kind:
            case "topic":
                return Place("menu", name)
            case "guide":
                return Open(name)
            case "more":
                return Place("menu", f"{topic}/{page + 1}")
            case "person":
                return Place("person")
            case "duty":
                return Place("duty")
        return None

    def _where(self, scene: Scene) -> tuple[str, int]:
        topic, _, page = (scene.session.place.ask if scene.session.place else "").partition("/")
        return topic, int(page or 1)

    def _topics(self, scene: Scene, within: str) -> list[tuple[str, str]]:
        lang = scene.session.lang
        return [(f"topic:{topic.id}", topic.title(lang)) for topic in topics_below(scene.setting, within)]


_NOT_READ = {
    "voice": "cannot.voice",
    "sticker": "cannot.sticker",
    "file": "cannot.file",
    "other": "cannot.other",
    "edited": "cannot.edited",
}


class NavigationFlow(Flow):
    name = "navigation"

    @override
    def take(self, scene: Scene) -> Move | None:
        if name := _NOT_READ.get(scene.incoming.kind):
            return scene.cannot(name)
        if scene.stale:
            return self._old_button(scene)
        if guide := scene.deep_link:
            scene.speak_as_linked()
            return Open(guide)
        match scene.command:
            case "start" if scene.long_away and unfinished(scene):
                return Place("guide", "unfinished")
            case "menu" | "start":
                return Place("menu")
            case "back":
                return self._back(scene)
            case "help":
                scene.notice("help.text")
                if taken_with_things(scene.setting.library, scene.session.run):
                    scene.notice("help.bring")
                return Next.HERE
            case "bring":
                return self._bring(scene)
            case "repeat":
                return Next.HERE
            case "resume":
                return self._resume(scene)
            case "english" | "vietnamese":
                scene.change(lang="en" if scene.command == "english" else "vi")
                scene.notice("language.changed")
                return Next.HERE
            case "address":
                return Place("welcome", "address")
            case "screen":
                return Place("guide", "screen") if scene.session.run else self._resume(scene)
        return Place("menu") if scene.text.startswith("/start") else None

    def _old_button(self, scene: Scene) -> Move:
        """A press on an earlier message changes nothing: a double tap must not skip a step."""
        if scene.session.said != "old_button":
            scene.notice("old_button")
            scene.change(said="old_button")
        return Next.HERE

    def _back(self, scene: Scene) -> Move:
        place = scene.session.place
        if place == Place("guide"):
            return Place("guide", "back")
        if place and place.flow == "guide" and place.ask.startswith("unfinished"):
            before = int(place.ask.partition("/")[2] or 1) - 1
            return Place("guide", f"unfinished/{before}") if before else Place("menu")
        if place == Place("welcome", "others"):
            return Place("welcome", "address")
        if place == Place("menu") and scene.session.unfinished:
            return Place("guide", "unfinished")
        if place and place.flow == "menu" and place.ask:
            topic, _, page = place.ask.partition("/")
            before = int(page or 1) - 1
            if not before:
                return Place("menu", topic_above(scene.setting, topic))
            return Place("menu", f"{topic}/{before}" if before > 1 else topic)
        return back_to(scene)

    def _bring(self, scene: Scene) -> Move:
        if scene.session.run is None:
            scene.notice("bring.which")
            return back_to(scene)
        return Place("guide", "bring")

    def _resume(self, scene: Scene) -> Move:
        if not unfinished(scene):
            scene.notice("resume.nothing")
        return go_on(scene)
