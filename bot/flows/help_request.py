"""Asking for a person: a request in the queue, with an honest word about when somebody answers."""

from typing_extensions import override

from bot.desk.queue import (
    UNKNOWN,
    ask_need_later,
    may_open,
    open_request,
    request_state,
    say_full,
    takes_in,
    team_of,
    when_there,
)
from bot.engine.context import EMERGENCY, FIRST_AID, Move, Next, Scene
from bot.engine.queries import Admitted
from bot.flows.flow import Flow, back_to
from bot.model import Place
from bot.nlu.patterns import compiled

GROUPS_LISTED = 4
"""So many residential groups are choices to press; of more, the number is asked for."""

_GROUP = Place("person", "group")
"""Asked for a request, or for what its `back` names."""
_CODE = compiled(r"(?:ma |yeu cau |ma yeu cau |code |request )?([a-z]) ?([0-9]{4,6})")


class PersonFlow(Flow):
    """Its place asks `` (the request as it stands), `consent`, `group`, `offer` (after two misses), or `need` (whether
    they still need somebody, since nobody took it).
    """

    name = "person"

    @override
    def take(self, scene: Scene) -> Move | None:
        place = scene.session.place
        asked_group = place is not None and (place.flow, place.ask) == (_GROUP.flow, _GROUP.ask)
        if asked_group and scene.incoming.kind == "text" and (move := self._group(scene)):
            return move
        if asked_group and place and place.back and scene.command == "back":
            return Place("visits", "kind/back")
        if scene.free_text and _CODE.fullmatch(scene.plain) and (state := request_state(scene, _code(scene.plain))):
            scene.note("asked_state")
            return scene.tell_text(state)
        if scene.command == "request":
            return self._how_it_stands(scene)
        return Place("person") if scene.command == "person" else None

    def _how_it_stands(self, scene: Scene) -> Move:
        """The open request, else the last one: they ask without its code."""
        session = scene.session
        code = session.request or (session.requests[-1] if session.requests else "")
        scene.note("asked_state")
        return scene.tell_text(request_state(scene, code) or scene.voice.say("person.state_none"))

    @override
    def show(self, scene: Scene) -> Move:
        voice = scene.voice
        match scene.session.place and scene.session.place.ask:
            case "offer":
                choices = [("ask", voice.say("choice.person")), ("retry", voice.say("choice.retry"))]
                return scene.ask(voice.say("person.offer"), choices)
            case "group":
                return self._ask_group(scene)
            case "consent":
                choices = [("agree", voice.say("person.agree")), ("refuse", voice.say("person.refuse"))]
                days = scene.setting.keep_seconds // 86400
                return scene.ask(voice.say("person.consent", days=days), choices)
            case "need" if code := scene.session.request:
                choices = [("yes", voice.say("person.need_yes")), ("no", voice.say("person.cancel"))]
                return scene.ask(voice.say("person.need", code=code), choices)
        if scene.in_talk:
            return Place("talk")
        if scene.session.request:
            return self._state(scene, "person.waiting")
        if scene.session.consent != "yes":
            return Place("person", "consent")
        if self._group_matters(scene):
            return _GROUP
        before = scene.session
        if not may_open(scene):
            scene.notice("person.too_many")
            return back_to(scene)
        if not scene.fact(Admitted()):
            scene.change(opened=before.opened, written=before.written)
            scene.note("request_refused")
            scene.notice("person.busy", when=when_there(scene, team_of(scene)))
            return back_to(scene)
        self._open(scene)
        return self._state(scene, "person.opened")

    @override
    def answer(self, scene: Scene) -> Move | None:
        match scene.picked and scene.picked.id:
            case "ask":
                return Place("person")
            case "agree":
                scene.change(consent="yes", consent_at=scene.world.now)
                scene.note("consent", "yes")
                return Place("person")
            case "refuse":
                scene.notice("person.without")
                return back_to(scene)
            case "yes" if scene.request:
                ask_need_later(scene, scene.request)
                scene.note("still_needed")
                scene.notice("person.needed", code=scene.request.code, line=scene.line)
                return back_to(scene)
            case "cancel" | "no":
                scene.withdraw()
                scene.notice("person.cancelled")
                return back_to(scene)
            case "group_unknown":
                return _in_group(scene, UNKNOWN)
            case picked if picked and picked.startswith("group:"):
                return _in_group(scene, picked.removeprefix("group:"))
            case "visit":
                return Place("visits")
            case "go_on" | "retry":
                return back_to(scene)
        heard = scene.understood if scene.session.request and scene.free_text else None
        if heard and heard.decision != "guide":
            if takes_in(scene, scene.text):
                scene.write("resident", scene.text)
                scene.notice("person.wait")
            else:
                say_full(scene, "person.full")
            return Next.HERE
        return None

    def _group_matters(self, scene: Scene) -> bool:
        run = scene.session.run
        in_danger = run is not None and run.guide in (FIRST_AID, EMERGENCY)
        return not scene.session.group and not in_danger and scene.setting.roster.asks_group

    def _ask_group(self, scene: Scene) -> Move:
        voice, groups = scene.voice, scene.setting.ward.groups
        if len(groups) > GROUPS_LISTED:
            return scene.ask(voice.say("person.group_number"))
        back = voice.say("choice.back") if scene.session.place and scene.session.place.back else ""
        choices = [(f"group:{group.id}", group.name) for group in groups]
        choices.append(("group_unknown", voice.say("person.group_unknown")))
        return scene.ask(voice.say("person.group"), choices, back=back)

    def _group(self, scene: Scene) -> Move | None:
        """A group named in words or by its number; who does not know it gets help all the same."""
        if scene.picked or scene.command not in (None, "back", "menu") or not scene.plain:
            return None
        found = scene.setting.roster.find_group(scene.text)
        if found is None and (scene.command or len(scene.setting.ward.groups) <= GROUPS_LISTED):
            return None
        return _in_group(scene, found.id if found else UNKNOWN)

    def _open(self, scene: Scene) -> None:
        open_request(scene)
        session = scene.session
        if session.photo:
            for media in session.photo.split("\n"):
                scene.write("resident", "", media=media)
            scene.change(photo="")
            scene.notice("photo.passed")

    def _state(self, scene: Scene, text: str) -> Move:
        voice, run, team = scene.voice, scene.session.run, scene.request.team if scene.request else ""
        # Waiting stands first: who sends 1 twice, to ask for a person, must not call it off.
        wait = (
            voice.say("choice.resume_step", n=scene.step_number(run)[0]) if run else voice.say("privacy.keep_waiting")
        )
        choices = [("go_on", wait), ("cancel", voice.say("person.cancel"))]
        if scene.setting.ward.takes_appointments:
            choices.append(("visit", voice.say("visits.choice")))
        return scene.ask(
            voice.say(text, code=scene.session.request, line=scene.line, when=when_there(scene, team)), choices
        )


def _code(plain: str) -> str:
    """The request code in a folded text that is one."""
    return _CODE.sub(r"\1\2", plain).upper()


def _in_group(scene: Scene, group: str) -> Place:
    """Keep the residential group, and go on with what needed it."""
    flow, _, ask = (scene.session.place or _GROUP).back.partition("/")
    scene.change(group=group)
    return Place(flow or "person", ask)
