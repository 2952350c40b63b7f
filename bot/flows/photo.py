"""A photo that nobody asked for: never looked at, and shown to a neighbour who helps only if the resident wants it."""

from typing_extensions import override

from bot.desk.room import all_passed, say_full, takes_in
from bot.flows.flow import Flow, back_to
from bot.model import Place
from bot.nlu.numbers import COVER
from bot.nlu.small_talk import names_papers
from bot.scene import Move, Scene


class PhotoFlow(Flow):
    """Its place asks `offer/<media>`: shall a neighbour who helps see it?"""

    name = "photo"

    @override
    def take(self, scene: Scene) -> Move | None:
        if scene.incoming.kind != "picture":
            return None
        if scene.session.place is None:
            scene.notice("cannot.picture")
            return None  # then they are greeted
        if names_papers(scene.plain) or COVER in scene.text:
            return scene.cannot("photo.papers")
        if not scene.incoming.media:
            return scene.cannot("cannot.picture")
        return Place("photo", f"offer/{scene.incoming.media}")

    @override
    def show(self, scene: Scene) -> Move:
        voice = scene.voice
        choices = [("pass", voice.say("photo.pass")), ("drop", voice.say("photo.drop"))]
        return scene.ask(voice.say("photo.ask"), choices)

    @override
    def answer(self, scene: Scene) -> Move | None:
        media = (scene.session.place or Place("photo")).ask.partition("/")[2]
        match scene.picked and scene.picked.id:
            case "pass":
                scene.note("photo", "pass")
                return self._pass(scene, media)
            case "drop":
                scene.note("photo", "drop")
                scene.change(album=None)
                scene.notice("photo.dropped")
                return back_to(scene)
        return None

    def _pass(self, scene: Scene, media: str) -> Move:
        """Into the request that waits, or with the one that is opened now."""
        pictures = (media, *all_passed(scene))
        if not scene.session.request:
            scene.change(photo="\n".join(pictures))
        elif takes_in(scene, ""):
            for each in pictures:
                scene.write("resident", "", media=each)
            scene.notice("photo.added", code=scene.session.request)
        else:
            say_full(scene, "person.full")
        return Place("person")
