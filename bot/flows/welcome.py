"""First contact: who we are and what we keep, a yes or a no, and how to address the resident. Asked once."""

from typing_extensions import override

from bot.flows.flow import Flow, back_to
from bot.heard import ECHO
from bot.language.commands import bare
from bot.language.fold import fold
from bot.model import Place
from bot.scene import Move, Open, Scene
from bot.words import ADDRESSES

LANGUAGES = {"english": "en", "vietnamese": "vi"}
_OTHER = {"vi": "english", "en": "vietnamese"}
_ADDRESS, _OTHERS = Place("welcome", "address"), Place("welcome", "others")
_FORMS = {_ADDRESS.ask: ADDRESSES[:6], _OTHERS.ask: ADDRESSES[6:]}
"""The forms of address on each page: those for the old come first, and no page needs the digits of back and menu."""


class WelcomeFlow(Flow):
    name = "welcome"

    @override
    def take(self, scene: Scene) -> Move | None:
        if scene.session.place is not None or scene.incoming.kind == "timer":
            return None
        if scene.command in LANGUAGES:
            scene.change(lang=LANGUAGES[scene.command])
        if scene.deep_link:
            scene.speak_as_linked()
        scene.change(wants=_wish(scene))
        scene.note("met")
        return self._greet(scene)

    @override
    def show(self, scene: Scene) -> Move:
        voice, place = scene.voice, scene.session.place
        if place and place.ask in _FORMS:
            choices = [(name, voice.say(f"address.{name}.label")) for name in _FORMS[place.ask]]
            first = place == _ADDRESS
            choices += [("others", voice.say("welcome.others"))] if first else []
            back = "" if first else voice.say("choice.back")
            return scene.ask(voice.say("welcome.address"), choices, back=back, menu=False)
        choices = [("yes", voice.say("welcome.yes")), ("no", voice.say("welcome.no"))]
        choices.append((_OTHER[scene.session.lang], voice.say("welcome.language")))
        days = scene.setting.keep_seconds // 86400
        return scene.ask(voice.say("welcome.consent", days=days), choices, menu=False)

    @override
    def answer(self, scene: Scene) -> Move | None:
        place, picked = scene.session.place, scene.picked
        if place and place.ask in _FORMS:
            return self._address(scene)
        if picked is None or place is None:
            return None
        if picked.id in LANGUAGES:
            scene.change(lang=LANGUAGES[picked.id])
            return self._greet(scene)
        scene.change(consent=picked.id, consent_at=scene.world.now)
        scene.note("consent", picked.id)
        if picked.id == "no":
            scene.notice("welcome.unkept")
        return _go_on(scene) if scene.session.lang == "en" or scene.session.you else _ADDRESS

    def _address(self, scene: Scene) -> Move | None:
        """Every form of address may be said, on whichever page it stands."""
        if scene.picked and scene.picked.id == "others":
            return _OTHERS
        said = {fold(scene.voice.say(f"address.{name}.label")): name for name in ADDRESSES}
        you = scene.picked.id if scene.picked else said.get(bare(scene.plain)) or said.get(scene.plain)
        if you is None:
            return None
        scene.change(you=you)
        scene.notice("welcome.thanks")
        return _go_on(scene)

    def _greet(self, scene: Scene) -> Move:
        scene.notice("welcome.hello")
        return Place("welcome", "consent")


def _wish(scene: Scene) -> str:
    """What a newcomer already asked for, to go there once we have introduced ourselves."""
    if wish := scene.deep_link:
        return f"guide:{wish}"
    if scene.command in ("person", "visit"):
        return scene.command
    if scene.free_text:
        match = scene.understood
        if match.decision == "guide":
            return f"guide:{match.guide}"
        if match.decision == "ask" and match.offer():
            return "search:" + ",".join(match.offer())
    return ""


def _go_on(scene: Scene) -> Move:
    kind, _, name = scene.session.wants.partition(":")
    scene.change(wants="")
    match kind:
        case "guide":
            return Open(name)
        case "search":
            return Place("search", name)
        case "person":
            return Place("person")
        case "visit":
            return Place("visits")
        case _ if kind == ECHO:
            return Place(ECHO, "first")
    return back_to(scene)
