"""First contact: who we are and what we keep, a yes or a no, and how to address the resident. Asked once.

Beginning anew: asked before anything is dropped, and a request for a person keeps its place in the queue.
"""

from collections.abc import Mapping

from typing_extensions import override

from bot.engine.context import Move, Next, Open, Scene
from bot.engine.input import ECHO
from bot.engine.texts import ADDRESSES
from bot.engine.unmatched import asked_after
from bot.flows.flow import Flow, back_to
from bot.model import Place
from bot.nlu.commands import bare, without_polite_end
from bot.nlu.normalise import fold, words_of
from bot.nlu.patterns import composed

LANGUAGES = {"english": "en", "vietnamese": "vi"}
_OTHER = {"vi": "english", "en": "vietnamese"}
_ADDRESS, _OTHERS = Place("welcome", "address"), Place("welcome", "others")
_FORMS = {_ADDRESS.ask: ADDRESSES[:6], _OTHERS.ask: ADDRESSES[6:]}
"""The forms of address on each page: those for the old come first, and no page needs the digits of back and menu."""
_SAID: Mapping[str, tuple[str, ...]] = {
    "bac": ("bác", "bác trai", "bác gái", "mẹ", "má", "u", "bầm", "bu", "bố", "cha", "tía"),
    "co": ("cô", "cô giáo", "dì", "mợ", "thím"),
    "chu": ("chú", "cậu", "dượng"),
    "ong": ("ông", "ông nội", "ông ngoại", "ông lão"),
    "ba": ("bà", "bà nội", "bà ngoại", "bà lão"),
    "cu": ("cụ", "cụ bà", "cụ ông", "cụ nội", "cụ ngoại"),
    "anh": ("anh", "anh trai"),
    "chi": ("chị", "chị gái"),
    "ban": ("bạn", "em", "em trai", "em gái", "cháu", "con"),
}
"""What people are called at home, by the form of address that comes nearest: who is called mother is a "bác" to us."""
_CALLED = {fold(said): (form, said) for form, each in _SAID.items() for said in each}
_UNLIKE = frozenset({"bo", "bu", "co", "di", "ma", "mo", "u"})
"""What is another word too, once diacritics are gone: written with diacritics, it must be this one."""
_CALLS = frozenset({"goi", "keu", "xung", "la", "bang"})
_CALLING = frozenset({"goi", "keu", "xung"})
"""One of these says that a form of address follows, where nobody asked for one yet."""
_DENIES = frozenset({"dung", "khong", "thoi", "gi", "sao"})
_LONGEST_CALLING = 8


class WelcomeFlow(Flow):
    name = "welcome"

    @override
    def take(self, scene: Scene) -> Move | None:
        if scene.session.place is not None:
            unread = scene.picked and scene.incoming.unseen and _asks_consent(scene)
            return Next.HERE if unread else self._called(scene)
        if scene.incoming.kind == "timer":
            return None
        if scene.command in LANGUAGES:
            scene.change(lang=LANGUAGES[scene.command])
        if scene.deep_link:
            scene.speak_as_linked()
        if you := _address_named(scene.text, scene.plain) if scene.command == "address" else "":
            scene.change(you=you)
        scene.change(wants=scene.session.wants or _wish(scene))
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
        if _asks_address(scene):
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

    def _called(self, scene: Scene) -> Move | None:
        """They say how to address them: where that is asked, or with the words that ask for it anywhere; at the first
        question, to be called is to be addressed.
        """
        asked = _asks_address(scene)
        early = asked or (_asks_consent(scene) and not _CALLING.isdisjoint(scene.plain.split()))
        if not (scene.command == "address" or (early and scene.free_text)):
            return None
        you = _address_named(scene.text, scene.plain)
        if not you:
            return None
        self._address_as(scene, you)
        return _go_on(scene) if asked else Next.HERE

    def _address(self, scene: Scene) -> Move | None:
        """A form of address that was picked; words that are neither one nor a need are asked for again."""
        if scene.picked and scene.picked.id == "others":
            return _OTHERS
        if scene.picked:
            self._address_as(scene, scene.picked.id)
            return _go_on(scene)
        if not scene.free_text or scene.understood.decision == "guide":
            return None
        scene.notice("welcome.which_address")
        return Next.HERE

    def _address_as(self, scene: Scene, you: str) -> None:
        scene.change(you=you)
        scene.notice("welcome.thanks")

    def _greet(self, scene: Scene) -> Move:
        scene.notice("welcome.hello")
        return Place("welcome", "consent")


def _asks_address(scene: Scene) -> bool:
    place = scene.session.place
    return place is not None and place.flow == WelcomeFlow.name and place.ask in _FORMS


def _asks_consent(scene: Scene) -> bool:
    """Whether what may be kept is asked: a yes that was said before anything was read is none."""
    return scene.session.place == Place(WelcomeFlow.name, "consent")


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
        if place := asked_after(match):
            return f"{place.flow}:{place.ask}"
        if match.decision == "ask" and match.offer():
            return "search:" + ",".join(match.offer())
    return ""


def _go_on(scene: Scene) -> Move:
    kind, _, name = scene.session.wants.partition(":")
    scene.change(wants="")
    match kind:
        case "guide":
            return Open(name)
        case "search" | "followup" | "safety":
            return Place(kind, name)
        case "person":
            return Place("person")
        case "visit":
            return Place("visits")
        case _ if kind == ECHO:
            return Place(ECHO, "first")
    return back_to(scene)


def _address_named(text: str, plain: str) -> str:
    """The form of address that `text` asks for, where `plain` is its folded form; empty where it asks for none."""
    words = plain.split()
    if len(words) > _LONGEST_CALLING or not _DENIES.isdisjoint(words):
        return ""
    after = max((at + 1 for at, word in enumerate(words) if word in _CALLS), default=0)
    rest = " ".join(words[after:])
    named = next((each for each in (rest, without_polite_end(rest), bare(rest)) if each in _CALLED), "")
    form, spelt = _CALLED.get(named, ("", ""))
    written = words_of(composed(text).lower())
    return "" if named in _UNLIKE and not text.isascii() and spelt not in written else form


_BY_BUTTON = "/restart"
"""What the button of the web chat says."""
_WORDS = frozenset(
    {"bat dau lai", "bat dau lai tu dau", "lam lai tu dau", "lam lai het", "restart", "start over", "start again"}
)


class RestartFlow(Flow):
    """Its place asks ``."""

    name = "restart"

    @override
    def take(self, scene: Scene) -> Move | None:
        by_button = scene.text == _BY_BUTTON
        if not by_button and (scene.picked or scene.session.helper or bare(scene.plain) not in _WORDS):
            return None
        if scene.session.helper:
            return Place("talk", "end")
        return Place(self.name) if scene.session.consent else Next.HERE

    @override
    def show(self, scene: Scene) -> Move:
        voice, session = scene.voice, scene.session
        text = voice.say("restart.ask")
        if session.request:
            text = f"{text}\n{voice.say('restart.keeps', code=session.request)}"
        return scene.ask(text, [("yes", voice.say("restart.yes")), ("no", voice.say("restart.no"))], menu=False)

    @override
    def answer(self, scene: Scene) -> Move | None:
        match scene.picked and scene.picked.id:
            case "yes":
                scene.change(run=None, aside=None, unfinished=())
                scene.notice("restart.done")
                return Place("menu")
            case "no":
                return back_to(scene)
        return None
