"""What a machine heard is said back: only what the resident says is right counts, and then as if they had typed it."""

from zlib import crc32

from typing_extensions import override

from bot.flows.flow import Flow, back_to
from bot.heard import ECHO, Heard
from bot.model import Echo, Place, replace
from bot.moves import Typed
from bot.nlu.small_talk import said_back
from bot.scene import Move, Next, Scene

KEPT = 1_500
"""Characters that are kept: a minute of fast talk has about a thousand."""


class EchoFlow(Flow):
    """Its place asks one echo, by a name that no other has: a press on an older one means nothing any more."""

    name = ECHO

    @override
    def take(self, scene: Scene) -> Move | None:
        place = scene.session.place
        asked = place is not None and place.flow == ECHO
        if scene.incoming.kind != "heard" or (asked and (scene.picked or scene.command)):
            return None
        if place is None or place.flow == "welcome":
            return self._wish(scene)
        echo = scene.session.echo if asked else None
        before, offered = (echo.place, echo.offered) if echo else (place, scene.session.offered)
        scene.change(echo=Echo(scene.text[:KEPT], before, offered))
        return Place(ECHO, f"{crc32(scene.incoming.id.encode()):08x}")

    def _wish(self, scene: Scene) -> Move:
        """What a newcomer said comes up once they have been asked what has to be asked first, which they answer."""
        if Heard(scene.session, replace(scene.incoming, kind="text", text=scene.text)).picked:
            scene.notice("echo.press", heard=scene.text)
            return Next.HERE
        again = scene.session.wants == ECHO
        scene.change(wants=ECHO, echo=Echo(scene.text[:KEPT], Place("menu")))
        return Next.HERE if again else Next.SAID

    @override
    def show(self, scene: Scene) -> Move:
        voice, echo = scene.voice, scene.session.echo
        if echo is None:
            return back_to(scene)
        choices = [
            ("right", voice.say("echo.right")),
            ("wrong", voice.say("echo.wrong")),
            ("person", voice.say("choice.person")),
        ]
        return scene.ask(voice.say("echo.ask", heard=said_back(echo.text)), choices)

    @override
    def answer(self, scene: Scene) -> Move | None:
        echo, picked = scene.session.echo, scene.picked
        if echo is None:
            return back_to(scene)
        if picked is None and not scene.free_text:
            return None
        match picked and picked.id:
            case "wrong":
                return self._say_again(scene)
            case "person":
                scene.note("echo", "person")
                return Place("person")
        scene.note("echo", "right" if picked else "typed")
        scene.change(place=echo.place, offered=echo.offered)
        return Typed(echo.text if picked else scene.text)

    def _say_again(self, scene: Scene) -> Move:
        """Where they were: what they say next is heard anew."""
        scene.note("echo", "wrong")
        if echo := scene.session.echo:
            scene.change(place=echo.place, offered=echo.offered)
        scene.notice("echo.again")
        return Next.HERE
