"""Menu, back, help, repeat, go on, language; and what we can only answer with a kind sentence."""

from typing_extensions import override

from bot.bringing import taken_with_things
from bot.flows.flow import Flow, back_to, go_on, unfinished
from bot.model import Place
from bot.scene import Move, Next, Open, Scene
from bot.topics import topic_above

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
