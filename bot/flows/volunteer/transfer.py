"""A volunteer passes a request on: to the lead, a colleague who is there or another team, with a note for them.

Whom a volunteer can pass a request on to.

After a request is closed: should the guide say more at that step? What, is kept for whoever edits guides.
"""

from typing_extensions import override

from bot.desk.queue import now_of, when_there
from bot.desk.roster import Volunteer
from bot.desk.volunteer_chat import (
    HOME,
    asked_by,
    head,
    is_theirs,
    let_go,
    not_done,
    page_of,
    volunteer,
    why_not_theirs,
)
from bot.engine.context import Move, Next, Scene
from bot.engine.input import BACK, MENU
from bot.flows.flow import Flow
from bot.model import Act, Deed, Escalation, Place
from bot.nlu.masking import covers
from bot.nlu.normalise import fold

_TEAM = "team:"


def receivers(scene: Scene, me: Volunteer, request: Escalation) -> list[tuple[str, str]]:
    """Leads of the team, colleagues who are there, other teams: as (receiver, label); teams are `team:ID`."""
    roster, voice = scene.setting.roster, scene.voice
    may = [each.id for each in roster.members(request.team) if each != me and roster.may_give(me, each, request)]
    leads = [each for each in roster.leads(request.team) if each.id in may]
    there = [each for each in roster.on_duty(request.team, now_of(scene)) if each.id in may and each not in leads]
    found = [(each.id, voice.say("duty.to_lead", name=each.name)) for each in leads]
    found += [(each.id, each.name) for each in there]
    return found + [(f"{_TEAM}{each.id}", each.name) for each in roster.teams if each.id != request.team]


def call_of(to: str) -> str:
    """Whom a call about what this receiver got is for."""
    return to if to.startswith(_TEAM) else f"volunteer:{to}"


def receiver_name(scene: Scene, to: str) -> str:
    """What a receiver is called."""
    if to.startswith(_TEAM):
        return scene.setting.roster.team(to.removeprefix(_TEAM)).name
    person = scene.setting.roster.person(to)
    return person.name if person else to


class HandoverFlow(Flow):
    """Its place asks `<code>` or `<code>/<page>` (to whom?), or `<code>/to/<receiver>` (with what note?)."""

    name = "handover"

    @override
    def take(self, scene: Scene) -> Move | None:
        """Whatever is typed here is a name or a note, never a word for the resident."""
        if not asked_by(scene, self.name) or scene.incoming.kind not in ("text", "press"):
            return None
        me = volunteer(scene)
        if me is None:
            return None
        code, _, what = scene.session.place.ask.partition("/") if scene.session.place else ("", "", "")
        if scene.picked:
            return self._picked(scene, me, code, what)
        if scene.incoming.kind == "press":
            return HOME if scene.command == MENU else scene.hand(scene.voice.say("duty.old_button", code=code))
        if what.startswith("to/"):
            return self._pass_on(scene, me, code, what.removeprefix("to/"), scene.text)
        return self._find(scene, me, code)

    @override
    def show(self, scene: Scene) -> Move:
        code, _, what = scene.session.place.ask.partition("/") if scene.session.place else ("", "", "")
        me, request, voice = volunteer(scene), scene.request_of(code), scene.voice
        if me is None or request is None:
            return HOME
        if not is_theirs(request, me) and not scene.setting.roster.may_lead(me, request.team):
            return not_done(scene, why_not_theirs(scene, me, request), code)
        if not what.startswith("to/"):
            return self._ask(scene, me, request, receivers(scene, me, request), int(what or 1))
        to = what.removeprefix("to/")
        text = voice.say("duty.pass_note", head=head(scene, request), name=receiver_name(scene, to))
        choices = [(f"plain:{to}", voice.say("duty.pass_plain"))]
        return scene.ask(text, choices, back=voice.say("choice.back"), menu=False)

    def _picked(self, scene: Scene, me: Volunteer, code: str, what: str) -> Move:
        kind, _, to = scene.picked.id.partition(":") if scene.picked else ("", "", "")
        match kind:
            case "more":
                return Place("handover", f"{code}/{int(what or 1) + 1}")
            case "to":
                return Place("handover", f"{code}/to/{to}")
            case "plain":
                return self._pass_on(scene, me, code, to, "")
        if kind == BACK:
            return Place("handover", code) if what else Place("case", f"{code}/on")
        return HOME

    def _find(self, scene: Scene, me: Volunteer, code: str) -> Move:
        """Somebody, or a team, by a part of the name."""
        request = scene.request_of(code)
        if request is None or not scene.plain:
            return Place("handover", code)
        known = receivers(scene, me, request)
        found = [(to, label) for to, label in known if scene.plain in fold(label)]
        if len(found) == 1:
            return Place("handover", f"{code}/to/{found[0][0]}")
        if not found:
            scene.notice("duty.no_receiver")
        return self._ask(scene, me, request, found or known)

    def _ask(
        self, scene: Scene, me: Volunteer, request: Escalation, known: list[tuple[str, str]], page: int = 1
    ) -> Move:
        voice, choices = scene.voice, page_of(scene, [(f"to:{to}", label) for to, label in known], page)
        back = voice.say("choice.back") if page > 1 or is_theirs(request, me) else ""
        text = voice.say("duty.pass_ask" if choices else "duty.pass_nobody", head=head(scene, request))
        return scene.ask(text, choices, back=back, home=voice.say("duty.home"))

    def _pass_on(self, scene: Scene, me: Volunteer, code: str, to: str, note: str) -> Move:
        request = scene.request_of(code)
        act: Act = "assign" if request and request.state != "held" and not to.startswith("team:") else "transfer"
        verdict = scene.do(Deed(act, code, me.id, note, to))
        if verdict.name != "done":
            return not_done(scene, verdict, code)
        let_go(scene, code)
        if act == "transfer" and covers(note):
            scene.notice("duty.covered")
        self._say_who_hears(scene, code, to)
        return HOME

    def _say_who_hears(self, scene: Scene, code: str, to: str) -> None:
        """Where it is now, and whether who got it hears of it: at once, when their team is back, or not at all."""
        now = now_of(scene)
        hears = scene.setting.roster.hears_at(call_of(to), now)
        closed = hears is not None and hears > now
        back = when_there(scene, to.removeprefix("team:")) if closed else ""
        scene.notice("duty.passed_on", code=code, name=receiver_name(scene, to), told=hears is not None, when=back)


_WORDS = "/words"


class LessonFlow(Flow):
    """Its place asks `<code>` (should it?) or `<code>/words` (what?)."""

    name = "lesson"

    @override
    def take(self, scene: Scene) -> Move | None:
        """What is typed here is for the guide; it is no question to the bot, and goes to nobody else."""
        place = scene.session.place
        if place is None or not asked_by(scene, self.name) or scene.incoming.kind not in ("text", "press"):
            return None
        me, code = volunteer(scene), place.ask.removesuffix(_WORDS)
        if me is None or scene.stale:
            return None
        if scene.picked is None and scene.incoming.kind == "text":
            if not place.ask.endswith(_WORDS):
                scene.notice("duty.sent_to_nobody")
                return Next.HERE
            if scene.suggest(me.id, code, scene.text):
                scene.notice("duty.lesson_thanks")
                if covers(scene.text):
                    scene.notice("duty.covered")
        elif scene.picked and scene.picked.id == "yes":
            return Place("lesson", f"{code}{_WORDS}")
        elif scene.picked and scene.picked.id == "no":
            scene.notice("duty.closed_thanks")
        return HOME

    @override
    def show(self, scene: Scene) -> Move:
        voice, ask = scene.voice, scene.session.place.ask if scene.session.place else ""
        if ask.endswith(_WORDS):
            return scene.ask(voice.say("duty.lesson_words"), home=voice.say("duty.home"))
        choices = [("no", voice.say("duty.lesson_no")), ("yes", voice.say("duty.lesson_yes"))]
        return scene.ask(voice.say("duty.lesson", code=ask), choices, home=voice.say("duty.home"))
