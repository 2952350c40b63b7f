"""A volunteer talks in one request: what they type goes to its resident, digits say what else to do."""

from typing_extensions import override

from bot.desk.request_summary import brief, canned
from bot.desk.roster import Volunteer
from bot.desk.volunteer_chat import (
    HOME,
    HOME_WORDS,
    asked_by,
    button,
    decline,
    head,
    holds,
    is_theirs,
    let_go,
    named,
    not_done,
    note_read,
    page_of,
    take,
    volunteer,
    why_not_theirs,
)
from bot.engine.context import Move, Scene
from bot.engine.input import BACK, MENU
from bot.flows.flow import Flow
from bot.model import Act, Deed, Escalation, Place
from bot.nlu.masking import covers

_TAKEN = ("text", "press", "picture", "voice", "sticker", "file", "other", "edited")
_TAKE_WORDS = frozenset({"1", "nhan", "take"})
_CHOICES = ("canned", "step", "photo", "note", "pass", "release", "done")
_QUIET_ACTS: dict[str, Act] = {"step": "step", "photo": "photo"}


class CaseFlow(Flow):
    """Its place asks `<code>` (all about it, and what next?), `<code>/on` (what next?), `<code>/canned/<page>` or
    `<code>/note`.
    """

    name = "case"

    @override
    def take(self, scene: Scene) -> Move | None:
        if scene.session.duty is None or scene.incoming.kind not in _TAKEN:
            return None
        me = volunteer(scene)
        if me is None:
            return None
        act, code = button(scene)
        if act:
            return self._pressed(scene, me, act, code)
        if said := named(scene.text):
            if said.take:
                return take(scene, me, said.code)
            return self._to(scene, me, said.code, said.words) if said.words else self._open(scene, me, said.code)
        if quoted := named(scene.incoming.quoted):
            if scene.plain in _TAKE_WORDS and quoted.code not in holds(scene):
                return take(scene, me, quoted.code)
            return self._to(scene, me, quoted.code, scene.text)
        return self._here(scene, me) if asked_by(scene, self.name) else None

    def _pressed(self, scene: Scene, me: Volunteer, act: str, code: str) -> Move:
        match act:
            case "take":
                return take(scene, me, code)
            case "decline":
                return decline(scene, me, code)
            case "assign":
                return Place("handover", code)
        return self._open(scene, me, code)

    def _open(self, scene: Scene, me: Volunteer, code: str) -> Move:
        """A request that was named: into the talk when it is theirs, else what it is, so that they can take it."""
        request = scene.request_of(code)
        if request and is_theirs(request, me):
            return Place("case", code)
        if request and request.state in ("waiting", "offered") and scene.setting.roster.may_hold(me, request):
            return Place("duty", f"offer/{code}")
        return not_done(scene, why_not_theirs(scene, me, request), code)

    def _here(self, scene: Scene, me: Volunteer) -> Move:
        """In the talk, only what is exactly a digit or a button is no word for the resident."""
        code, _, what = _ask(scene).partition("/")
        pressed = scene.incoming.kind == "press"
        picked = scene.picked if pressed or _is_digit(scene.plain) else None
        if scene.plain in HOME_WORDS or scene.plain == MENU or (pressed and scene.command == MENU):
            return HOME
        if picked is None and pressed:
            return scene.hand(scene.voice.say("duty.old_button", code=code))
        if picked is None:
            return self._typed(scene, me, code, what)
        if picked.id in (MENU, BACK):
            return HOME if picked.id == MENU else Place("case", f"{code}/on")
        kind, _, name = picked.id.partition(":")
        return self._picked(scene, me, code, kind, name)

    def _typed(self, scene: Scene, me: Volunteer, code: str, what: str) -> Move:
        if what != "note" or scene.incoming.kind != "text" or not scene.plain:
            return self._to(scene, me, code, scene.text)
        return self._done(scene, Deed("note", code, me.id, scene.text), "duty.noted")

    def _picked(self, scene: Scene, me: Volunteer, code: str, kind: str, name: str) -> Move:
        match kind:
            case "canned" | "note":
                return Place("case", f"{code}/{kind}")
            case "pass":
                return Place("handover", code)
            case "step" | "photo":
                return self._done(scene, Deed(_QUIET_ACTS[kind], code, me.id), f"duty.{kind}_done")
            case "release":
                return self._release(scene, me, code)
            case "done":
                return self._close(scene, me, code)
            case "more":
                page = _ask(scene).rpartition("/")[2]
                return Place("case", f"{code}/canned/{int(page) + 1 if page.isdecimal() else 2}")
        return self._say(scene, me, code, name)

    # What is done

    def _to(self, scene: Scene, me: Volunteer, code: str, text: str) -> Move:
        """Words or a picture for a resident: nothing is said about it, except where it could go to the wrong one."""
        incoming = scene.incoming
        if incoming.kind == "edited":
            return scene.hand(scene.voice.say("duty.edited"))
        if incoming.kind not in ("text", "picture") or (incoming.kind == "picture" and not incoming.media):
            return scene.hand(scene.voice.say("duty.only_text"))
        if incoming.media and (request := scene.request_of(code)) and request.chat.channel != incoming.chat.channel:
            return scene.hand(scene.voice.say("duty.picture_elsewhere", code=code))
        verdict = scene.do(Deed("reply", code, me.id, text, media=incoming.media))
        if verdict.name != "done":
            return not_done(scene, verdict, code, sending=True)
        here = asked_by(scene, self.name) and _ask(scene) in (code, f"{code}/on")
        if here and holds(scene) == (code,):
            return scene.tell_notices()
        return self._go_on(scene, code, "duty.sent_to")

    def _say(self, scene: Scene, me: Volunteer, code: str, name: str) -> Move:
        request = scene.request_of(code)
        text = dict(_canned(scene, request)).get(name, "") if request else ""
        return self._done(scene, Deed("reply", code, me.id, text), "duty.said", text=text)

    def _done(self, scene: Scene, deed: Deed, name: str, **values: object) -> Move:
        """Do it and say so, and the talk goes on; or say why not."""
        verdict = scene.do(deed)
        if verdict.name != "done":
            return not_done(scene, verdict, deed.code, sending=True)
        if deed.act == "note" and covers(deed.text):
            scene.notice("duty.covered")
        return self._go_on(scene, deed.code, name, **values)

    def _release(self, scene: Scene, me: Volunteer, code: str) -> Move:
        verdict = scene.do(Deed("release", code, me.id))
        if verdict.name != "done":
            return not_done(scene, verdict, code)
        let_go(scene, code)
        scene.notice("duty.released", code=code)
        return HOME

    def _close(self, scene: Scene, me: Volunteer, code: str) -> Move:
        verdict = scene.do(Deed("close", code, me.id))
        request = verdict.request
        again = verdict.name == "closed" and request is not None and request.holder == me.id  # the same message twice
        if verdict.name != "done" and not again:
            return not_done(scene, verdict, code)
        let_go(scene, code)
        if request and request.guide:
            return Place("lesson", code)
        scene.notice("duty.closed_thanks")
        return HOME

    def _go_on(self, scene: Scene, code: str, name: str, **values: object) -> Move:
        """A quiet word about what was done; the talk goes on, and digits mean what they mean there."""
        scene.change(place=Place("case", code), misses=0, said="")
        note_read(scene, code, 0)
        scene.offer(_choices(scene), home=scene.voice.say("duty.home"))
        request = scene.request_of(code)
        return scene.hand(scene.voice.say(name, head=head(scene, request) if request else code, **values))

    # Asking

    @override
    def show(self, scene: Scene) -> Move:
        code, _, what = _ask(scene).partition("/")
        kind, _, page = what.partition("/")
        me, request = volunteer(scene), scene.request_of(code)
        if me is None or request is None:
            return HOME
        if not is_theirs(request, me):
            return not_done(scene, why_not_theirs(scene, me, request), code)
        voice, back, here = scene.voice, scene.voice.say("duty.back_to_talk"), head(scene, request)
        match kind:
            case "canned":
                choices = [(f"say:{name}", text) for name, text in _canned(scene, request)]
                shown = page_of(scene, choices, int(page or 1))
                return scene.ask(voice.say("duty.canned_which", head=here), shown, back=back, menu=False)
            case "note":
                return scene.ask(voice.say("duty.note_ask", head=here), back=back, menu=False)
            case "on":
                note_read(scene, code, 0)
                return scene.ask(voice.say("duty.go_on", head=here), _choices(scene), home=voice.say("duty.home"))
        thread = scene.thread(code)
        note_read(scene, code, thread[-1][0] if thread else 0)
        return scene.ask(brief(scene, request, thread), _choices(scene), home=voice.say("duty.home"))


def _ask(scene: Scene) -> str:
    return scene.session.place.ask if scene.session.place else ""


def _choices(scene: Scene) -> list[tuple[str, str]]:
    return [(choice, scene.voice.say(f"duty.{choice}")) for choice in _CHOICES]


def _is_digit(plain: str) -> bool:
    return len(plain) == 1 and plain.isdecimal()


def _canned(scene: Scene, request: Escalation) -> list[tuple[str, str]]:
    lang = request.lang if request.lang in scene.setting.words.languages else "vi"
    return list(canned(request.topic, scene.setting.words.voice(lang, request.you)))
